"""Statistics of the live documents of a snapshot: counted once, and then kept up to date by what changes.

They are exact whole numbers, so it makes no difference in which way they came about.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain, count
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from faqsearch.entry import FIELDS, FieldName
from faqsearch.index.derived import kept_with_segment
from faqsearch.index.frequencies import Counts, DocumentFrequencies
from faqsearch.index.segment import N_FIELDS, LayerIndex, Segment, blocks_of_terms
from faqsearch.index.snapshot import BoolArray, FieldLengths, Snapshot

_AT_A_TIME: Final = 2_048
"""Terms that are looked up together: about a millisecond's work."""

_Numbers: TypeAlias = npt.NDArray[np.int64]
_Fields: TypeAlias = tuple[FieldName, ...]
_Known: TypeAlias = dict[_Fields, dict[int, DocumentFrequencies]]
"""For some choices of fields, and for each segment by its identity, the document frequencies of its terms."""


def document_frequencies(
    snapshot: Snapshot, layer: str, fields: Collection[FieldName] = FIELDS
) -> tuple[DocumentFrequencies, ...]:
    """Count in how many live documents terms occur.

    Args:
        snapshot: The documents.
        layer: The layer of the terms.
        fields: The fields that count.

    Returns:
        For each segment, and each of its terms, the live documents of all segments that have it in one of the
        fields.
    """
    names = tuple(name for name in FIELDS if name in fields)
    return snapshot.frequencies.get((layer, names), lambda: _count(snapshot, layer, names))


def field_lengths(snapshot: Snapshot, layer: str) -> FieldLengths:
    """Add up the lengths of the fields of all live documents."""

    def compute() -> FieldLengths:
        nothing = FieldLengths(np.zeros(N_FIELDS, np.int64), np.zeros(N_FIELDS, np.int64))
        return _with(
            nothing, layer, [_Change(segment, live.nonzero()[0], 1) for _, segment, live in snapshot.parts()]
        )

    return snapshot.field_lengths.get(layer, compute)


def carry_over(old: Snapshot, new: Snapshot) -> None:
    """Give a snapshot the statistics that are known of an older one.

    The work is proportional to the documents that are alive in one of the two only.
    """
    changes = list(_changes(old, new))
    for layer, lengths in old.field_lengths.known().items():
        new.field_lengths.put(layer, _with(lengths, layer, changes))
    for layer, known in _known_frequencies(old).items():
        _carry_frequencies(old, new, layer, known, changes)


def carry_over_merged(old: Snapshot, new: Snapshot, between: Callable[[], None] | None = None) -> None:
    """Give a snapshot the statistics that are known of one with the same documents, in more segments.

    Args:
        old: The one.
        new: The other.
        between: Called between the steps of the work; may raise an exception to end it.
    """
    for layer, lengths in old.field_lengths.known().items():
        new.field_lengths.put(layer, lengths)
    before = set(map(id, old.segments))
    after = set(map(id, new.segments))
    sources = [segment for segment in old.segments if id(segment) not in after]
    for layer, known in _known_frequencies(old).items():
        for segment in (segment for segment in new.segments if id(segment) not in before):
            index = segment.layer(layer)
            common = [(id(source), *_common(index, source.layer(layer), between)) for source in sources]
            for counts in known.values():
                merged = np.zeros(len(index.terms), np.int32)
                for source, here, there in common:
                    merged[here] = counts[source][there]
                counts[id(segment)] = DocumentFrequencies(merged)
        _keep(new, layer, known)


def prepare_edits(snapshot: Snapshot) -> None:
    """Let the one segment of a snapshot, all of it alive, hold what the first search and edit will need."""
    [segment] = snapshot.segments
    for (layer, fields), (counts,) in snapshot.frequencies.known().items():
        segment.memo.get(_frequencies_key(layer, fields), partial(_Frequencies, counts.all))
        segment.by_document(layer)
    segment.by_id  # noqa: B018


def recall(snapshot: Snapshot) -> None:
    """Let a snapshot know the statistics that its one segment holds, all of which is alive."""
    [segment] = snapshot.segments
    found: list[tuple[Any, object]] = segment.memo.items()
    for key, value in found:
        if isinstance(value, _Frequencies):
            _, layer, *fields = key
            snapshot.frequencies.put((layer, tuple(fields)), (DocumentFrequencies(value.counts),))


@dataclass(frozen=True, slots=True)
class _Change:
    """Documents of a segment that came or went.

    Attributes:
        segment: The segment.
        docs: Shape (n,); their numbers in it, ascending.
        sign: 1 if they came, -1 if they went.
        new: Whether the segment came with them; it may have terms of dead documents only.
    """

    segment: Segment
    docs: _Numbers
    sign: int
    new: bool = False


def _changes(old: Snapshot, new: Snapshot) -> Iterator[_Change]:
    before = {id(segment): live for _, segment, live in old.parts()}
    after = {id(segment): live for _, segment, live in new.parts()}
    for snapshot, others, sign in ((old, after, -1), (new, before, 1)):
        for _, segment, live in snapshot.parts():
            other = others.get(id(segment))
            if other is not live:
                docs = np.flatnonzero(live if other is None else live & ~other)
                new_segment = other is None and sign == 1
                if len(docs) or new_segment:
                    yield _Change(segment, docs, sign, new_segment)


def _with(lengths: FieldLengths, layer: str, changes: Sequence[_Change]) -> FieldLengths:
    totals, counts = lengths.totals.copy(), lengths.counts.copy()
    for change in changes:
        here = change.segment.layer(layer).lengths[:, change.docs]
        totals += change.sign * here.sum(axis=1, dtype=np.int64)
        counts += change.sign * np.count_nonzero(here, axis=1)
    return FieldLengths(totals, counts)


def _known_frequencies(snapshot: Snapshot) -> dict[str, _Known]:
    found: dict[str, _Known] = {}
    for (layer, fields), counts in snapshot.frequencies.known().items():
        of_segment = dict(zip(map(id, snapshot.segments), counts, strict=True))
        found.setdefault(layer, {})[fields] = of_segment
    return found


def _carry_frequencies(
    old: Snapshot, new: Snapshot, layer: str, known: _Known, changes: Sequence[_Change]
) -> None:
    """Count the terms of all changed documents anew in each segment.

    What comes in the place of something has most of its terms: those are counted as before, and looked up no
    further than to where they are found.
    """
    found = [_occurrences(change, layer, tuple(known)) for change in changes]
    listed = [
        change.segment.layer(layer).terms_of(numbers)
        for change, (numbers, _) in zip(changes, found, strict=True)
    ]
    terms = tuple(dict.fromkeys(chain.from_iterable(listed)))
    names = dict(zip(terms, count(), strict=False))
    places = [np.fromiter(map(names.__getitem__, some), np.int64, len(some)) for some in listed]
    net = {fields: np.zeros(len(terms), np.int32) for fields in known}
    where: dict[int, _Numbers] = {}
    for change, here, (numbers, added) in zip(changes, places, found, strict=True):
        where.setdefault(id(change.segment), np.full(len(terms), -1))[here] = numbers
        for fields, counts in net.items():
            counts[here] += added[fields]
    changed = np.any(list(net.values()), axis=0)
    total = {fields: np.zeros(len(terms), np.int32) for fields in known}
    unknown = np.ones(len(terms), np.bool_)
    for segment in old.segments:
        numbers = where.setdefault(id(segment), np.full(len(terms), -1))
        _look_up(segment.layer(layer), terms, numbers, changed | unknown)
        here = np.flatnonzero(unknown & (numbers >= 0))
        unknown[here] = False
        for fields, counts in total.items():
            counts[here] = known[fields][id(segment)][numbers[here]]
    for fields, of_segment in known.items():
        now = total[fields] + net[fields]
        for segment in new.segments:
            numbers, before = where[id(segment)], of_segment.get(id(segment))
            here = np.flatnonzero((changed | (before is None)) & (numbers >= 0))
            if before is None:
                before = DocumentFrequencies(np.zeros(len(segment.layer(layer).terms), np.int32))
            of_segment[id(segment)] = before.with_counts(numbers[here], now[here])
    _keep(new, layer, known)


def _look_up(index: LayerIndex, terms: Sequence[str], numbers: _Numbers, wanted: BoolArray) -> None:
    """Put the numbers of the wanted terms where none is known so far; that of others stays at -1."""
    others = np.flatnonzero(wanted & (numbers < 0))
    positions, found = index.known(list(map(terms.__getitem__, others.tolist())))
    numbers[others[positions]] = found


def _occurrences(
    change: _Change, layer: str, choices: Sequence[_Fields]
) -> tuple[_Numbers, dict[_Fields, Counts]]:
    """Return the terms of changed documents and, for each choice of fields, what they add to their counts."""
    index = change.segment.layer(layer)
    docs: npt.NDArray[np.integer[Any]]
    terms: npt.NDArray[np.integer[Any]]
    if len(change.docs) == change.segment.n_docs:
        docs, terms, of_fields = index.postings.docs, index.term_of_each, index.postings.fields
    else:
        docs, terms, of_fields, _ = change.segment.by_document(layer).of(change.docs)
    if change.new:
        numbers, which = np.arange(len(index.terms)), terms
    else:
        numbers, which = np.unique(terms, return_inverse=True)
    added = {}
    for fields in choices:
        counts = np.bincount(which[_pairs(terms, docs, of_fields, fields)], minlength=len(numbers))
        added[fields] = counts.astype(np.int32) * np.int32(change.sign)
    return numbers, added


def _keep(new: Snapshot, layer: str, found: _Known) -> None:
    for fields, counts in found.items():
        new.frequencies.put((layer, fields), tuple(counts[id(segment)] for segment in new.segments))


@kept_with_segment("document frequencies")
@dataclass(frozen=True, slots=True)
class _Frequencies:
    """In how many documents of a segment each term occurs, all of them alive."""

    counts: Counts


def _of_segment(segment: Segment, layer: str, fields: _Fields) -> _Frequencies:
    def compute() -> _Frequencies:
        return _Frequencies(_documents_with(segment.layer(layer), None, fields))

    return segment.memo.get(_frequencies_key(layer, fields), compute)


def _frequencies_key(layer: str, fields: _Fields) -> tuple[str, ...]:
    return ("document frequencies", layer, *fields)


def _documents_with(index: LayerIndex, live: BoolArray | None, fields: _Fields) -> Counts:
    """Count the documents of each term: all of them, or those that are alive."""
    postings, counts = index.postings, np.zeros(len(index.terms), np.int32)
    for some, here, which in blocks_of_terms(postings.indptr):
        docs, of_fields = postings.docs[here], postings.fields[here]
        if live is not None:
            alive = np.flatnonzero(live[docs])
            docs, of_fields = docs[alive], of_fields[alive]
        terms = which if live is None else which[alive]
        pairs = terms[_pairs(terms, docs, of_fields, fields)]
        counts[some] = np.bincount(pairs, minlength=some.stop - some.start)
    return counts


def _count(snapshot: Snapshot, layer: str, fields: _Fields) -> tuple[DocumentFrequencies, ...]:
    """Count from scratch."""
    own = []
    for _, segment, live in snapshot.parts():
        if live.all():
            own.append(_of_segment(segment, layer, fields).counts)
        else:
            own.append(_documents_with(segment.layer(layer), live, fields))
    total = [counts.copy() for counts in own]
    for a, one in enumerate(snapshot.segments):
        for b, other in enumerate(snapshot.segments[:a]):
            here, there = one.layer(layer), other.layer(layer)
            positions, numbers = _common(here, there)
            total[a][positions] += own[b][numbers]
            total[b][numbers] += own[a][positions]
    return tuple(map(DocumentFrequencies, total))


def _common(
    one: LayerIndex, other: LayerIndex, between: Callable[[], None] | None = None
) -> tuple[_Numbers, _Numbers]:
    """Return the numbers of the terms that two vocabularies have in common, in the one and in the other."""
    if len(one.terms) > len(other.terms):
        return _common(other, one, between)[::-1]
    here, there = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for first in range(0, len(one.terms), _AT_A_TIME):
        positions, numbers = other.known(one.terms[first : first + _AT_A_TIME])
        here.append(first + positions)
        there.append(numbers)
        if between:
            between()
    return np.concatenate(here), np.concatenate(there)


def _pairs(
    terms: npt.NDArray[np.integer[Any]],
    docs: npt.NDArray[np.integer[Any]],
    of_fields: npt.NDArray[np.uint8],
    fields: _Fields,
) -> _Numbers:
    """Return positions among postings: one for each pair of a term and a document that has it in the fields.

    Args:
        terms: Shape (n,); the term of each posting. Those of a term in a document stand together.
        docs: Shape (n,); its document.
        of_fields: Shape (n,); its field.
        fields: The fields.
    """
    searched = np.array([name in fields for name in FIELDS])
    wanted = np.flatnonzero(searched[of_fields])
    terms, docs = terms[wanted], docs[wanted]
    first = np.ones(len(wanted), np.bool_)
    first[1:] = (terms[1:] != terms[:-1]) | (docs[1:] != docs[:-1])
    return wanted[first]
