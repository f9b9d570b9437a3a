"""Real sentences and real inquiries, read and analysed once."""

from __future__ import annotations

import datetime as dt
import random
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from _relevance.collection import REPOSITORY, load_folder

from _speed.corpus import Sentence, Source
from faqsearch.analysis import SudachiAnalyzer
from faqsearch.entry import JAPAN

OURS: Final = (REPOSITORY / "data" / "shop", REPOSITORY / "data" / "saas")
_SENTENCE: Final = re.compile(r"[^。！？!?\n]+[。！？!?]?")


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A query.

    Attributes:
        kind: ``question``, a whole inquiry, or ``short``, one to three neighbouring terms of one.
        text: What is typed.
        terms: Its distinct terms, those of no document included.
    """

    kind: str
    text: str
    terms: tuple[str, ...]


def read_source(folders: Sequence[Path], analyzer: SudachiAnalyzer) -> Source:
    """Cut questions, variants and answers of all folders into sentences and analyse them."""
    groups: dict[tuple[int, str], list[Sentence]] = defaultdict(list)
    now = dt.datetime.now(JAPAN)
    for number, folder in enumerate(folders):
        for entry in load_folder(folder, now).entries:
            texts = (entry.question, *entry.variants, entry.answer)
            groups[number, entry.category] += _sentences(texts, analyzer)
    return Source.of(list(groups.values()))


def read_queries(folders: Sequence[Path], analyzer: SudachiAnalyzer, seed: int, count: int) -> list[Asked]:
    """Draw inquiries, and as many searches of a few words made from them."""
    now = dt.datetime.now(JAPAN)
    chance = random.Random(seed)
    inquiries = [query.text for folder in folders for query in load_folder(folder, now).queries]
    found = []
    for text in chance.sample(inquiries, min(count, len(inquiries))):
        terms = tuple(dict.fromkeys(map(_solid, analyzer(text))))
        length = chance.randint(1, 3)
        begin = chance.randrange(max(len(terms) - length, 0) + 1)
        few = terms[begin : begin + length]
        found += [
            Asked(kind="question", text=text, terms=terms),
            Asked(kind="short", text=" ".join(few), terms=few),
        ]
    return [query for query in found if query.terms]


def _sentences(texts: Iterable[str], analyzer: SudachiAnalyzer) -> list[Sentence]:
    found = []
    for text in texts:
        for match in _SENTENCE.finditer(text):
            analyzed = analyzer.analyze(match[0].strip())
            layer = analyzed.layers["a"]
            if analyzed.text.text:
                spans = tuple(zip(layer.starts, layer.ends, strict=True))
                terms = tuple(map(_solid, layer.terms))
                found.append(Sentence(text=analyzed.text.text, terms=terms, spans=spans))
    return found


def _solid(term: str) -> str:
    """Return a term without white space, at which some systems would cut it."""
    return "".join(term.split())
