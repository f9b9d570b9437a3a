"""What else a word of a query may stand for in an entry: synonyms, readings, slips, words of near meaning.

Every alternative weighs less than the word itself, and says what kind it is. Alternatives of a word depend on
the vocabulary of the live documents, never on the order in which they came.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from faqsearch.analysis import Lexicon
from faqsearch.index import Segment, Snapshot
from faqsearch.ranking.phrases import dealt_out, find_phrases
from faqsearch.ranking.query import LONG_LAYER, KanaWord, Query
from faqsearch.ranking.resources import Resources
from faqsearch.ranking.slips import holds_number, slips
from faqsearch.ranking.word_facts import FIRST, BoundedCache, WordFacts, live_parts, term_vectors, word_facts

ExpansionKind: TypeAlias = Literal["owner", "synonym", "reading", "typo", "near"]
"""Why an alternative stands for a word: the owner says so, a dictionary says so, both are read alike and one
is written in kana, one is a slip of the pen away, or their meanings are near."""

EXPANSION_KINDS: Final[tuple[ExpansionKind, ...]] = ("owner", "synonym", "reading", "typo", "near")
"""The kinds, the surest first."""

NEAR_AT_LEAST: Final = 0.4
"""Least cosine of two words of near meaning; the weight grows from 0 there to the full one at cosine 1."""
MOST_NEAR: Final = FIRST - 1
LEAST_NEAR_WEIGHT: Final = 0.02
"""Words of near meaning that would weigh less are left out: they cost time and move nothing."""
_MOST_SLIPS: Final = 5
_Alive: TypeAlias = npt.NDArray[np.bool_] | None
_OF_DICTIONARY: Final = frozenset({"synonym", "reading", "typo"})
_KANA: Final = re.compile(r"[ぁ-ゖァ-ヺー]+")


class Option(NamedTuple):
    """A term of the index that a word of the query matches.

    Attributes:
        asked: Position of the word among the words of the query.
        term: The term as the index has it.
        layer: The layer it is a term of: that of the word or, for alternatives, that of long units.
        weight: How much of an exact match it is worth: 1 for the word itself, less for others.
        kind: Why it stands for the word; ``exact`` for the word itself.
    """

    asked: int
    term: str
    layer: str
    weight: float
    kind: ExpansionKind | Literal["exact"]


@dataclass(frozen=True)
class ExpandedQuery:
    """The words of a query with all that they match.

    Attributes:
        layer: The layer of the words.
        words: The n_words words.
        occurrences: How often each stands in the query.
        others: What each word matches beside itself, by descending weight; as of the first word.
    """

    layer: str
    words: tuple[str, ...]
    occurrences: tuple[float, ...]
    others: tuple[tuple[Option, ...], ...]

    @cached_property
    def options(self) -> tuple[Option, ...]:
        """Grouped by word in order; of each word first itself, then the others by descending weight."""
        found: list[Option] = []
        for number, (word, others) in enumerate(zip(self.words, self.others, strict=True)):
            found.append(Option(number, word, self.layer, 1.0, "exact"))
            found += [Option(number, *option[1:]) for option in others]
        return tuple(found)


def unexpanded(words: Mapping[str, float], layer: str) -> ExpandedQuery:
    """Return words that match themselves only."""
    return ExpandedQuery(layer, tuple(words), tuple(words.values()), ((),) * len(words))


def expand(
    snapshot: Snapshot, layer: str, query: Query, weights: Mapping[ExpansionKind, float]
) -> ExpandedQuery:
    """Find what the words of a query may stand for in the entries.

    Args:
        snapshot: The entries.
        layer: The layer of the words.
        query: The query with its resources; what needs a missing resource is left out.
        weights: Weight of each kind of alternative, in (0, 1); kinds left out are not looked for.
    """
    if not weights or layer != query.main_layer:
        return unexpanded(query.terms(layer), layer)
    words = dict(query.terms(layer))
    finder = _Finder(snapshot, layer, query, weights)
    found = [*finder.kana_words(words), *finder.owner_synonyms(), *finder.synonyms_of_long_words()]
    own = finder.alternatives(words)
    for word in dict.fromkeys([asked for asked, _ in found if asked in own]):
        more = [option for asked, option in found if asked == word]
        own[word] = _ordered((*own[word], *more), layer, word)
    return ExpandedQuery(layer, tuple(words), tuple(words.values()), tuple(own.values()))


def _ordered(options: Iterable[Option], layer: str, word: str) -> tuple[Option, ...]:
    """Return each other term once, as the kind that weighs most, by descending weight."""
    best: dict[tuple[str, str], Option] = {}
    for option in options:
        known = best.get((option.layer, option.term))
        if known is None or option.weight > known.weight:
            best[option.layer, option.term] = option
    best.pop((layer, word), None)
    return tuple(sorted(best.values(), key=lambda option: (-option.weight, option.layer, option.term)))


def prepare_facts(
    snapshot: Snapshot, layer: str, resources: Resources, weights: Mapping[ExpansionKind, float]
) -> None:
    """Look up what ``expand`` will need, so that no search waits for it."""
    for name in searched_layers(snapshot, layer):
        for segment, _ in live_parts(snapshot, name):
            if resources.lexicon is not None and weights.keys() & _OF_DICTIONARY:
                word_facts(segment, name, resources.lexicon)
            if resources.word_vectors is not None and "near" in weights and name == layer:
                term_vectors(segment, name, resources.word_vectors)


def searched_layers(snapshot: Snapshot, layer: str) -> tuple[str, ...]:
    """Return the layers in which alternatives are looked for: that of the words and that of long units."""
    return tuple(dict.fromkeys((layer, *({LONG_LAYER} & snapshot.segments[0].layers.keys()))))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Vocabulary:
    """The terms that live documents of a snapshot have, and what has been found for words of queries.

    Attributes:
        parts: Segments, with a mask of the terms of the words' layer that are alive; None if all are.
        all_parts: The same of all layers in which alternatives are looked for, with the names of these and
            what the dictionary knows.
        kept: The alternatives of words.
        read: The terms of readings.
        lexicon: The lexicon they are from, kept so that no other can come to have its identity.
    """

    parts: tuple[tuple[Segment, _Alive], ...]
    all_parts: tuple[tuple[str, Segment, _Alive, WordFacts], ...]
    kept: BoundedCache[tuple[Option, ...]]
    read: BoundedCache[tuple[Option, ...]]
    lexicon: Lexicon | None


class _Finder:
    """Finds the alternatives of the words of one query."""

    def __init__(
        self, snapshot: Snapshot, layer: str, query: Query, weights: Mapping[ExpansionKind, float]
    ) -> None:
        self._layer = layer
        self._query = query
        self._resources = query.resources
        self._lexicon = query.resources.lexicon
        self._weights = weights
        vocabulary = self._vocabulary(snapshot)
        self._parts, self._all_parts = vocabulary.parts, vocabulary.all_parts
        self._kept, self._read = vocabulary.kept, vocabulary.read
        self._nearest: dict[str, dict[str, float]] = {}
        self._joined: dict[str, str] = {}  # pieces of kana to the word that stands in their place

    def alternatives(self, words: Iterable[str]) -> dict[str, tuple[Option, ...]]:
        """Return what each word may stand for by itself; kept with the snapshot."""
        found = {word: self._kept.peek(word) for word in words}
        missing = [word for word, kept in found.items() if kept is None]
        self._find_near(missing)
        for word in missing:
            found[word] = _ordered(self._alternatives(word), self._layer, word)
            self._kept.put(word, found[word] or ())
        return {word: options or () for word, options in found.items()}

    def _vocabulary(self, snapshot: Snapshot) -> _Vocabulary:
        lexicon, vectors = self._lexicon, self._resources.word_vectors
        known = lexicon if self._weights.keys() & _OF_DICTIONARY else None

        def compute() -> _Vocabulary:
            parts = {
                name: tuple(live_parts(snapshot, name)) for name in searched_layers(snapshot, self._layer)
            }
            return _Vocabulary(
                parts=parts[self._layer],
                all_parts=tuple(
                    (name, segment, live, word_facts(segment, name, known))
                    for name, found in parts.items()
                    for segment, live in found
                ),
                kept=BoundedCache(),
                read=BoundedCache(),
                lexicon=lexicon,
            )

        fingerprint = vectors.fingerprint if vectors is not None else ""
        key = ("alternatives", self._layer, id(lexicon), fingerprint, *self._weights.items())
        return snapshot.memo.get(key, compute)

    def _alternatives(self, word: str) -> Iterator[Option]:
        """Yield what one word may stand for, itself perhaps among it."""
        known = self._known(word)
        yield from self._synonyms(word, word)
        yield from self._read_like(word, known=known)
        if not known:
            yield from self._slips(word)
        yield from self._near(word)

    def kana_words(self, words: dict[str, float]) -> Iterator[tuple[str, Option]]:
        """Find stretches of kana that are words of the entries, and put them in the place of their pieces.

        ``words`` is changed: a stretch that was found is added, and its pieces are taken out. Where entries
        have all the pieces they may have the stretch as it is: together the pieces then are worth a word.
        """
        for kana, options in self._stretches():
            known = [self._known(piece) for piece in kana.pieces]
            # Single kana are in every base, and say nothing of the stretch.
            if known and all(known) and min(map(len, kana.pieces)) > 1:
                share = 1.0 / len(known)
                options += [Option(0, piece, self._layer, share, "exact") for piece in kana.pieces]
            for piece in kana.pieces:
                words[piece] = words.get(piece, 0.0) - 1.0
                if words[piece] <= 0:
                    del words[piece]
                    self._joined[piece] = kana.katakana
            words[kana.katakana] = words.get(kana.katakana, 0.0) + 1.0
            yield from ((kana.katakana, option) for option in options)

    def _stretches(self) -> Iterator[tuple[KanaWord, list[Option]]]:
        """Yield stretches of kana that do not overlap: those read like a word first, then slips of one."""
        taken: list[KanaWord] = []
        for slips_too in (False, True):
            for kana in self._query.kana:
                known = [self._known(piece) for piece in kana.pieces]
                if kana.pieces == (kana.katakana,) or known == [True]:
                    continue  # a word as it is; it will be looked up like every other
                if any(kana.start < other.end and other.start < kana.end for other in taken):
                    continue
                slipped = slips_too and known and not any(known)
                options = list(self._slips(kana.katakana) if slipped else self._read_alike(kana.katakana))
                if options:
                    taken.append(kana)
                    yield kana, options

    def owner_synonyms(self) -> Iterator[tuple[str, Option]]:
        """Yield words of the query's phrases with the terms of the owner's synonyms that stand for them."""
        weight = self._weights.get("owner")
        if weight is None:
            return
        sequence, synonyms = self._query.sequence, self._resources.synonyms
        for first, last in find_phrases(sequence, synonyms):
            phrase = sequence[first:last]
            for synonym in synonyms[phrase]:
                if all(self._known(term) for term in synonym):
                    for word, term, share in dealt_out(phrase, synonym):
                        option = Option(0, term, self._layer, share * weight, "owner")
                        yield self._joined.get(word, word), option

    def synonyms_of_long_words(self) -> Iterator[tuple[str, Option]]:
        """Yield the pieces of the query's long units with synonyms of the whole, each worth them all."""
        for long in self._query.long:
            for piece in dict.fromkeys(long.pieces):
                yield from ((piece, option) for option in self._synonyms(long.term, piece))

    def _known(self, word: str) -> bool:
        return any(
            (number := segment.layer(self._layer).numbers.get(word)) is not None
            and (live is None or bool(live[number]))
            for segment, live in self._parts
        )

    def _synonyms(self, whole: str, word: str) -> Iterator[Option]:
        """Yield the synonyms of a unit as alternatives of a word in it."""
        if self._lexicon is None or "synonym" not in self._weights:
            return
        groups = self._lexicon.word(whole).synonym_groups
        for layer, segment, live, facts in self._all_parts if groups else ():
            for number in sorted({number for group in groups for number in facts.in_group(group)}):
                term = segment.layer(layer).terms[number]
                # Where a long unit has the word in it the word itself stands there.
                if (live is None or live[number]) and (layer == self._layer or word not in term):
                    # A word in several groups has several meanings, of which the query means one.
                    yield Option(0, term, layer, self._weights["synonym"] / len(groups), "synonym")

    def _read_like(self, word: str, *, known: bool) -> Iterator[Option]:
        """Yield what is read like a word, where one of the two is written in kana."""
        if self._lexicon is None:
            return
        if _KANA.fullmatch(word):
            yield from self._read_alike(self._lexicon.word(word).reading)
        elif not known:
            options = self._read_alike(self._lexicon.word(word).reading)
            yield from (option for option in options if _KANA.fullmatch(option.term))

    def _read_alike(self, reading: str) -> tuple[Option, ...]:
        if self._lexicon is None or "reading" not in self._weights or not reading:
            return ()
        found = self._read.peek(reading)
        if found is None:
            found = tuple(self._all_read_as(reading))
            self._read.put(reading, found)
        return found

    def _all_read_as(self, reading: str) -> Iterator[Option]:
        for layer, segment, live, facts in self._all_parts:
            for number in facts.read_as(reading):
                if live is None or live[number]:
                    term = segment.layer(layer).terms[number]
                    yield Option(0, term, layer, self._weights["reading"], "reading")

    def _slips(self, word: str) -> Iterator[Option]:
        if "typo" not in self._weights:
            return
        found: dict[str, float] = {}
        for segment, live in self._parts:
            for number, share in slips(segment, self._layer, word, self._lexicon):
                if live is None or live[number]:
                    term = segment.layer(self._layer).terms[number]
                    found[term] = max(share, found.get(term, 0.0))
        best = sorted(found.items(), key=lambda item: (-item[1], item[0]))[:_MOST_SLIPS]
        for term, share in best:
            yield Option(0, term, self._layer, self._weights["typo"] * share, "typo")

    def _find_near(self, words: Sequence[str]) -> None:
        """Look up the words of near meaning, of all words of the query at once."""
        vectors = self._resources.word_vectors
        if vectors is None or "near" not in self._weights or not words:
            return
        asked = [word for word in words if not holds_number(word)]  # numbers are all near each other
        positions, rows = vectors.lookup(asked)
        known = [asked[position] for position in positions.tolist()]
        self._nearest = {word: {} for word in known}
        for segment, live in self._parts:
            terms = segment.layer(self._layer).terms
            similar = term_vectors(segment, self._layer, vectors).similar(known, rows, NEAR_AT_LEAST)
            for word, near in zip(known, similar, strict=True):
                self._nearest[word].update((terms[number], cosine) for number, cosine in near.alive(live))

    def _near(self, word: str) -> Iterator[Option]:
        others = self._nearest.get(word, {}).items()
        for negative, term in sorted((-cosine, term) for term, cosine in others if term != word)[:MOST_NEAR]:
            share = (-negative - NEAR_AT_LEAST) / (1.0 - NEAR_AT_LEAST)
            weight = min(share, 1.0) * self._weights["near"]
            if weight >= LEAST_NEAR_WEIGHT and not holds_number(term):
                yield Option(0, term, self._layer, weight, "near")
