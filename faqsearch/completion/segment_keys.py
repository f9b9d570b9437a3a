"""What can be completed in a segment of an index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from faqsearch.analysis import Analyzer, Reader, ReadText, read_kana
from faqsearch.completion.keys import Keys, joined, sorted_keys
from faqsearch.index import EntryTexts, Segment, Snapshot, popularities


class Place(NamedTuple):
    """Where a text can be completed from.

    Attributes:
        text: Number of the text in the segment.
        start: Offset into the text, or into its reading.
    """

    text: int
    start: int


@dataclass(frozen=True, slots=True)
class SegmentKeys:
    """The texts of a segment's documents, to be completed by what is written or by what is said.

    Attributes:
        analyzer: Read the texts; kept so that no other can have its identity, by which these keys are found.
        texts: All texts, document by document.
        docs: Shape (n_texts,); the document of each.
        popularity: Shape (n_docs,); confirmed inquiries that count for each document.
        first_texts: Shape (n_docs,); the number of each document's first text, the question.
        written: Keys of the texts as they are written.
        said: Keys of their readings, those within a word among them.
        written_starts: Shape (n_texts,); where each text begins in ``written``.
        said_starts: Shape (n_texts,); where its reading begins in ``said``.
        said_at: Shape (len(written.codes),); for each place in ``written`` the position in ``said`` of what
            is said there, -1 inside a piece.
    """

    analyzer: Analyzer
    texts: Sequence[ReadText]
    docs: npt.NDArray[np.int64]
    popularity: npt.NDArray[np.int64]
    first_texts: npt.NDArray[np.int64]
    written: Keys
    said: Keys
    written_starts: npt.NDArray[np.int64]
    said_starts: npt.NDArray[np.int64]
    said_at: npt.NDArray[np.int32]

    def find_written(self, prefixes: Iterable[str]) -> Iterator[tuple[Place, str]]:
        """Yield the places from which on any of the prefixes is written, the best first."""
        for place, found in self.written.in_order(_longest_last(prefixes)):
            yield _place(self.written_starts, place), found

    def find_said(self, prefixes: Iterable[str]) -> Iterator[tuple[Place, str]]:
        """Yield the places in readings from which on any of the prefixes is said, the best first."""
        for place, found in self.said.in_order(_longest_last(prefixes)):
            yield _place(self.said_starts, place), found

    def find_mixed(self, written: str, said: Iterable[str]) -> Iterator[tuple[Place, str]]:
        """Yield the places from which on one part is written and, behind it, one of the others is said."""
        beginnings = _longest_last(said)
        found = self.written.ranges((written,))
        ranges = self.said.ranges(beginnings)
        for part in self.written.words_in_order(np.arange(*found[0])):
            positions = part[self.written.which(part, (written,), found) >= 0]
            places = self.written.places[positions]
            which = self.said.which(self.said_at[places + len(written)], beginnings, ranges)
            for one in np.flatnonzero(which >= 0):
                yield _place(self.written_starts, int(places[one])), beginnings[which[one]]


def _longest_last(prefixes: Iterable[str]) -> list[str]:
    """Return the prefixes in the order in which, of several at one place, the longest counts."""
    return sorted(set(prefixes), key=lambda prefix: (len(prefix), prefix))


def _place(starts: npt.NDArray[np.int64], place: int) -> Place:
    text = int(np.searchsorted(starts, place, side="right")) - 1
    return Place(text, place - int(starts[text]))


def segment_keys(segment: Segment, analyzer: Analyzer) -> SegmentKeys:
    """Sort the texts of a segment; kept with it, and what is read with each entry's texts."""
    return segment.memo.get(_key(analyzer), lambda: _sort(segment, analyzer))


def prepare_completion(old: Snapshot, new: Snapshot, analyzer: Analyzer) -> None:
    """Sort the texts of a snapshot where those of an older one are: no completion shall wait for it."""
    if any(_key(analyzer) in segment.memo for segment in old.segments):
        for segment in new.segments:
            segment_keys(segment, analyzer)


def _key(analyzer: Analyzer) -> tuple[str, int]:
    return "completion", id(analyzer)


def _sort(segment: Segment, analyzer: Analyzer) -> SegmentKeys:
    key = ("read", analyzer.fingerprint)
    asked = [one.memo.get(key, partial(_read, one, analyzer)) for one in segment.texts]
    texts = [text for texts in asked for text in texts]
    counts = np.array([len(texts) for texts in asked], np.int64)
    docs = np.repeat(np.arange(segment.n_docs), counts)
    first_texts = np.cumsum(counts, dtype=np.int64) - counts
    popularity = popularities(segment)
    unpopularity = (-popularity)[docs].tolist()
    ids = [segment.doc_ids[doc] for doc in docs.tolist()]
    best = sorted(range(len(texts)), key=lambda n: (unpopularity[n], len(texts[n].text), ids[n], n))
    ranks = np.empty(len(texts), np.int64)
    ranks[best] = np.arange(len(texts))
    # Every piece of every text, one behind the other.
    pieces = [len(text.words) for text in texts]
    of_text = np.repeat(np.arange(len(texts)), pieces)
    text_starts = _values(text.text_starts for text in texts)
    kana_starts = _values(text.kana_starts for text in texts)
    words = _values(text.words for text in texts)
    of_variant = np.arange(len(texts)) > first_texts[docs]
    order = np.lexsort((text_starts, ranks[of_text], text_starts > 0, of_variant[of_text], words == 0))
    n_words = int(words.sum())
    written_codes, written_starts = joined([text.text for text in texts])
    said_codes, said_starts = joined([text.kana for text in texts])
    written_places = (written_starts[of_text] + text_starts)[order]
    said = sorted_keys(said_codes, (said_starts[of_text] + kana_starts)[order], n_words)
    said_at = np.full(len(written_codes), -1, np.int32)
    said_at[written_places] = said.best
    return SegmentKeys(
        analyzer=analyzer,
        texts=texts,
        docs=docs,
        popularity=popularity,
        first_texts=first_texts,
        written=sorted_keys(written_codes, written_places[:n_words], n_words),
        said=said,
        written_starts=written_starts,
        said_starts=said_starts,
        said_at=said_at,
    )


def _read(texts: EntryTexts, analyzer: Analyzer) -> tuple[ReadText, ...]:
    read = analyzer.read if isinstance(analyzer, Reader) else read_kana
    return tuple(map(read, (texts.question, *texts.variants)))


def _values(columns: Iterable[bytes]) -> npt.NDArray[np.int64]:
    return np.frombuffer(b"".join(columns), np.uint8).astype(np.int64)
