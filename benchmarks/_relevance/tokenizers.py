"""The tokenizers of the peers: text -> list of terms. Those of optional packages are imported on use."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import TypeAlias

import bm25s
import sudachipy

Tokenize: TypeAlias = Callable[[str], list[str]]


def sudachi_tokens(mode: sudachipy.SplitMode, form: str) -> Tokenize:
    """Return a function text -> all morphemes of a split mode, as ``surface`` or ``normalized_form``."""
    tokenizer = sudachipy.Dictionary().tokenizer(mode=mode)

    def tokenize(text: str) -> list[str]:
        # Sudachi takes 49,149 bytes at a time, and no lone surrogates.
        clean = well_formed(text)
        pieces = (clean[start : start + 10_000] for start in range(0, len(clean), 10_000))
        return [getattr(morpheme, form)() for piece in pieces for morpheme in tokenizer.tokenize(piece)]

    return tokenize


def janome_tokens() -> Tokenize:
    """Return a function text -> the surface forms that Janome finds.

    Raises:
        ImportError: If Janome is not installed.
    """
    from janome.tokenizer import Tokenizer

    tokenizer = Tokenizer()
    return lambda text: [str(token) for token in tokenizer.tokenize(well_formed(text), wakati=True)]


def mecab_tokens() -> Tokenize:
    """Return a function text -> the surface forms that MeCab finds with the dictionary unidic-lite.

    Raises:
        ImportError: If fugashi or unidic-lite is not installed.
    """
    import fugashi
    import unidic_lite

    # Named, so that another dictionary that happens to be installed is not taken instead.
    tagger = fugashi.Tagger(f'-d "{unidic_lite.DICDIR}"')
    return lambda text: [str(word.surface) for word in tagger(well_formed(text))]


def bigrams(text: str) -> list[str]:
    """Return the overlapping character pairs of each run of word characters; a lone character stays."""
    runs = re.findall(r"\w+", unicodedata.normalize("NFKC", text).lower())
    return [pair for run in runs for pair in ([run[i : i + 2] for i in range(len(run) - 1)] or [run])]


def trigrams(text: str) -> list[str]:
    """Return the overlapping character triples of each run without white space: what FTS5 trigram indexes."""
    return [run[start : start + 3] for run in text.split() for start in range(len(run) - 2)]


def bm25s_tokens(text: str) -> list[str]:
    """Return what ``bm25s.tokenize`` makes of a text when nothing is set: the road of a newcomer."""
    tokens: list[str] = bm25s.tokenize([text], return_ids=False, show_progress=False)[0]
    return tokens


def well_formed(text: str) -> str:
    """Return a text without lone surrogates, which no library outside Python takes."""
    return text.encode("utf-8", "replace").decode("utf-8")
