"""What somebody has typed so far, and what it may be the beginning of."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from faqsearch.analysis import ReadText, normalize
from faqsearch.completion.romaji import Spelling, spellings

_MOST_TYPED: Final = 200
_MOST_CUTS: Final = 3
"""Places where what is typed as it is said may begin; of more, the last."""
"""Characters of what was typed that count."""

_KANJI: Final = re.compile("[一-鿿々〆]")
_LATIN_BEFORE_KANA: Final = re.compile("[a-z][a-z0-9'-]*(?=[ぁ-ゖァ-ヺー])")
_LETTERS: Final = re.compile("[a-z'-]+$")
_SAID: Final = re.compile("[ぁ-ゖァ-ヺーa-z'-]*$")


@dataclass(frozen=True)
class Typed:
    """A prefix that is to be completed.

    Attributes:
        text: What was typed, normalised, without white space around it.
        read: Reads a text as the texts of the index are read.
    """

    text: str
    read: Callable[[str], ReadText]

    @cached_property
    def spellings(self) -> tuple[Spelling, ...]:
        """The ways of reading all of it as kana and romaji; none if it holds anything else."""
        return spellings(self.text)

    @cached_property
    def mixed(self) -> tuple[tuple[str, tuple[Spelling, ...]], ...]:
        """The ways of taking its first part as it is written, and the rest as it is said (引っk)."""
        matches = [_SAID.search(self.text), *_LATIN_BEFORE_KANA.finditer(self.text)]
        cuts = {match.start() if match.re is _SAID else match.end() for match in matches if match}
        parts = ((self.text[:cut], spellings(self.text[cut:])) for cut in sorted(cuts)[-_MOST_CUTS:] if cut)
        return tuple((written, said) for written, said in parts if said)

    @cached_property
    def readings(self) -> tuple[Spelling, ...]:
        """Its readings where kanji are in it: other kanji may be read like them (引越 and 引っ越し)."""
        if not _KANJI.search(self.text):
            return ()
        found = []
        letters = _LETTERS.search(self.text)
        cut = letters.start() if letters and spellings(letters[0]) else len(self.text)
        rest = spellings(self.text[cut:]) or (Spelling("", ("",)),)
        for written, said in (*self.mixed, (self.text[:cut], rest)):
            kana = self.read(written).kana
            if not _KANJI.search(kana):
                found += [Spelling(kana + one.kana, one.endings) for one in said]
        return tuple(dict.fromkeys(found))


def typed(prefix: str, read: Callable[[str], ReadText]) -> Typed:
    """Normalise what was typed, of which the first 200 characters count."""
    return Typed(normalize(prefix[:_MOST_TYPED]).text.strip(), read)


def beginnings(found: tuple[Spelling, ...]) -> tuple[str, ...]:
    """Return all that the spellings may be the beginning of, each once."""
    return tuple(dict.fromkeys(beginning for one in found for beginning in one.beginnings))
