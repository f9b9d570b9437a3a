"""Completions of what somebody is typing: questions of entries, the best first."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple, TypeAlias

from faqsearch.analysis import Analyzer, Reader, normalize, read_kana
from faqsearch.completion.romaji import Spelling, mended
from faqsearch.completion.segment_keys import Place, SegmentKeys, segment_keys
from faqsearch.completion.slips import KANA, LATIN, may_slip, slips
from faqsearch.completion.typed import Typed, beginnings, typed
from faqsearch.entry import FaqEntry
from faqsearch.index import Segment, Snapshot
from faqsearch.index.snapshot import BoolArray

CompletionKind: TypeAlias = Literal["surface", "reading", "slip"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Completion:
    """A question that what was typed may become.

    Attributes:
        text: The question, as its entry has it.
        entry_id: The entry.
        spans: The stretches of the question that were typed, in offsets of ``text``; they never split a
            character. None where another way of asking matched, which is never shown.
        kind: How it matched: as it is ``surface`` written, by its ``reading``, or but for a ``slip``.
    """

    text: str
    entry_id: str
    spans: tuple[tuple[int, int], ...]
    kind: CompletionKind


class _Found(NamedTuple):
    """A text that begins, at some word, like what was typed. The order of its values is the ranking.

    Attributes:
        of_variant: Whether it is another way of asking than the question.
        at_later_word: Whether it begins so at a word behind the first.
        unpopularity: How often the entry was confirmed, negative.
        length: Characters of the text.
        entry_id: The entry.
        number: Number of the text in the entry; 0 is the question.
        start: Where in the normalised text the match begins.
        kind: How it matched; what is written goes before what is said.
        end: Where the match ends.
    """

    of_variant: bool
    at_later_word: bool
    unpopularity: int
    length: int
    entry_id: str
    number: int
    start: int
    kind: int
    end: int


_KINDS: Final[tuple[CompletionKind, ...]] = ("surface", "reading", "slip")
_SURFACE, _READING, _SLIP = range(len(_KINDS))


def complete(
    snapshot: Snapshot, entries: Mapping[str, FaqEntry], analyzer: Analyzer, prefix: str, k: int
) -> tuple[Completion, ...]:
    """Complete what somebody has typed so far.

    A question goes before another way of asking, what begins like it before what holds a word that does, and
    among these the entry that more inquiries were confirmed for, the shorter text, and the lesser id. Other
    kanji read alike follow where these are fewer than wanted, and then what is one slip away.

    Args:
        snapshot: The index of the entries.
        entries: The entries of the snapshot by id.
        analyzer: The analyzer that the index was made with.
        prefix: What was typed: kanji, kana, romaji, mixed, the last syllable finished or not.
        k: Completions wanted, at least 1.

    Returns:
        At most k; an entry once, and a question once.
    """
    wanted = typed(prefix, analyzer.read if isinstance(analyzer, Reader) else read_kana)
    found: dict[str, Completion] = {}
    entry_ids: set[str] = set()
    for look_up in (_exact, _read_alike, _with_slip) if wanted.text else ():
        streams = [
            _alive(part, segment, live, keys)
            for _, segment, live in snapshot.parts()
            for keys in (segment_keys(segment, analyzer),)
            for part in look_up(keys, wanted)
        ]
        for one in heapq.merge(*streams):
            entry = entries[one.entry_id]
            if one.entry_id not in entry_ids and entry.question not in found:
                found[entry.question] = _shown(entry, one)
                entry_ids.add(one.entry_id)
                if len(found) == k:
                    return tuple(found.values())
    return tuple(found.values())


_Part: TypeAlias = Iterator[tuple[Place, int, int, int]]
"""Place, start and end in the normalised text, and kind of matches, the best first."""


def _exact(keys: SegmentKeys, wanted: Typed) -> Iterator[_Part]:
    yield _written(keys, [wanted.text], _SURFACE)
    if wanted.spellings:
        yield _said(keys, beginnings(wanted.spellings), _READING)
    for written, said in wanted.mixed:
        yield _mixed(keys, written, beginnings(said))


def _read_alike(keys: SegmentKeys, wanted: Typed) -> Iterator[_Part]:
    if wanted.readings:
        yield _said(keys, beginnings(wanted.readings), _READING)


def _with_slip(keys: SegmentKeys, wanted: Typed) -> Iterator[_Part]:
    text = wanted.text
    said = {one.kana for one in (*wanted.spellings, *wanted.readings) if may_slip(text, one)}
    meant = [slip for one in sorted(said) for slip in slips(keys.said, one, KANA)]
    if text.isascii() and may_slip(text, Spelling(text, ("",))):
        meant += beginnings(mended(text))
        yield _written(keys, slips(keys.written, text, LATIN), _SLIP)
    if meant:
        yield _said(keys, meant, _SLIP)


def _written(keys: SegmentKeys, prefixes: Sequence[str], kind: int) -> _Part:
    for place, found in keys.find_written(prefixes):
        yield place, place.start, place.start + len(found), kind


def _said(keys: SegmentKeys, prefixes: Sequence[str], kind: int) -> _Part:
    for place, found in keys.find_said(prefixes):
        text = keys.texts[place.text]
        start = text.text_starts[text.kana_starts.index(place.start)]
        yield place, start, text.text_end(place.start + len(found)), kind


def _mixed(keys: SegmentKeys, written: str, said: Sequence[str]) -> _Part:
    for place, found in keys.find_mixed(written, said):
        text = keys.texts[place.text]
        kana_start = text.kana_starts[text.text_starts.index(place.start + len(written))]
        yield place, place.start, text.text_end(kana_start + len(found)), _READING


def _alive(part: _Part, segment: Segment, live: BoolArray, keys: SegmentKeys) -> Iterator[_Found]:
    """Leave out what was deleted or replaced."""
    for place, start, end, kind in part:
        doc = int(keys.docs[place.text])
        if live[doc]:
            number = place.text - int(keys.first_texts[doc])
            unpopularity, length = -int(keys.popularity[doc]), len(keys.texts[place.text].text)
            entry_id = segment.doc_ids[doc]
            yield _Found(number > 0, start > 0, unpopularity, length, entry_id, number, start, kind, end)


def _shown(entry: FaqEntry, found: _Found) -> Completion:
    spans: tuple[tuple[int, int], ...] = ()
    if found.number == 0:
        spans = (normalize(entry.question).original_span(found.start, found.end),)
    return Completion(text=entry.question, entry_id=entry.id, spans=spans, kind=_KINDS[found.kind])
