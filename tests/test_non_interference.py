"""Nothing that an audience may not see changes anything that this audience can observe."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from faqsearch import Audience, EntryNotFoundError, FaqEntry, KnowledgeBase, SearchResult, Status
from faqsearch.encoders import CachedEncoder, Kind
from faqsearch.encoders.base import unit_rows
from faqsearch.entry import JAPAN
from faqsearch.vectors import StaticWordVectors
from faqsearch.vocabulary import Vocabulary

Build = Callable[[Iterable[FaqEntry], Callable[[], dt.datetime]], KnowledgeBase]
PUBLIC_IDS = ("p1", "p2", "p3", "p4", "z9")
HIDDEN_IDS = ("a0", "h1", "p2x", "zz")
PHRASES = (
    "返品の送料は誰が払いますか",
    "送料はいくらですか",
    "パスワードを忘れました",
    "領収書が欲しい",
    "ポイントの有効期限",
    "責任者の裁量で返品の送料を負担する基準",
)
CATEGORIES = ("", "返品", "会員", "社内")
TAGS = ("送料", "裁量")
QUERIES = ("返品の送料", "裁量の基準", "パスワード", "送")
DAYS = tuple(dt.date(2026, 4, day) for day in range(1, 5))
BEFORE, AFTER = dt.date(2026, 3, 31), dt.date(2026, 4, 5)


@st.composite
def texts(draw: st.DrawFn, ids: tuple[str, ...]) -> FaqEntry:
    return FaqEntry(
        id=draw(st.sampled_from(ids)),
        question=draw(st.sampled_from(PHRASES)),
        answer="。".join(draw(st.lists(st.sampled_from(PHRASES), min_size=1, max_size=2))),
        variants=tuple(draw(st.lists(st.sampled_from(PHRASES), max_size=1))),
        category=draw(st.sampled_from(CATEGORIES)),
        tags=tuple(draw(st.lists(st.sampled_from(TAGS), max_size=2, unique=True))),
    )


@st.composite
def public_entries(draw: st.DrawFn) -> FaqEntry:
    window = sorted(draw(st.lists(st.sampled_from(DAYS), min_size=2, max_size=2)))
    entry = draw(texts(PUBLIC_IDS))
    return entry if draw(st.booleans()) else _within(entry, *window)


@st.composite
def hidden_entries(draw: st.DrawFn, ids: tuple[str, ...] = HIDDEN_IDS) -> FaqEntry:
    """Entries that the public sees on none of the days, for every reason there is."""
    entry = draw(texts(ids))
    reason = draw(st.sampled_from(["operator", "operator", "draft", "archived", "expired", "future"]))
    if reason == "operator":
        return dataclasses.replace(entry, audience=Audience.OPERATOR)
    if reason == "expired":
        return _within(entry, None, BEFORE)
    if reason == "future":
        return _within(entry, AFTER, None)
    return dataclasses.replace(entry, status=Status(reason))


def _within(entry: FaqEntry, first: dt.date | None, last: dt.date | None) -> FaqEntry:
    return dataclasses.replace(entry, valid_from=first, valid_until=last)


def everything_in(result: SearchResult) -> list[object]:
    details = [(hit.explanation, hit.matches, hit.highlights, hit.snippet) for hit in result.hits]
    return [result, repr(result), details, repr(details)]


def public_view(base: KnowledgeBase) -> list[object]:
    """Everything that a caller for the public can learn about a base."""
    seen: list[object] = [base.categories(), base.revision(), base.readiness(), base.preset.name]
    for query in QUERIES:
        seen += everything_in(base.search(query))
        seen += everything_in(base.search(query, k=1))
        suggestion = base.suggest(query)
        seen += [suggestion, repr(suggestion)]
        seen += [(hit.explanation, hit.highlights, hit.snippet) for hit in suggestion.candidates]
    for category in CATEGORIES:
        seen += everything_in(base.search("送料", category=category))
    for tag in TAGS:
        seen += everything_in(base.search("送料", tags=[tag]))
    for entry_id in (*PUBLIC_IDS, *HIDDEN_IDS, "never"):
        for call in (base.get, lambda key: base.explain("返品の送料", key)):
            try:
                seen.append(call(entry_id))
            except EntryNotFoundError as error:
                seen.append((type(error), str(error), repr(error), error.args, vars(error)))
    return seen


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self, day: dt.date) -> None:
        self.day = day

    def __call__(self) -> dt.datetime:
        return dt.datetime.combine(self.day, dt.time(), JAPAN)


class Encoder:
    """Vectors drawn from the digest of the text."""

    fingerprint, dimensions = "digest-1", 24

    def encode(self, texts: Sequence[str], kind: Kind) -> NDArray[np.float32]:
        rows = [np.frombuffer(hashlib.sha256(text.encode()).digest()[:24], np.uint8) for text in texts]
        return unit_rows(np.array(rows, np.float64).reshape(-1, 24) - 127.5, "the test")


class Memory:
    """A cache of vectors that keeps them for one base."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, bytes], NDArray[np.float16]] = {}

    def get_many(
        self, fingerprint: str, kind: Kind, digests: Iterable[bytes]
    ) -> dict[bytes, NDArray[np.float16]]:
        return {key: self.known[kind, key] for key in digests if (kind, key) in self.known}

    def put_many(self, fingerprint: str, kind: Kind, vectors: Mapping[bytes, NDArray[np.float16]]) -> None:
        self.known.update({(kind, key): vector for key, vector in vectors.items()})


WORDS = StaticWordVectors(
    {
        word: np.random.default_rng(number).standard_normal(8)
        for number, word in enumerate(
            "返品 送料 払う パスワード 忘れる 領収 書 ポイント 期限 責任 裁量 基準".split()
        )
    }
)


def with_everything(entries: Iterable[FaqEntry], clock: Callable[[], dt.datetime]) -> KnowledgeBase:
    """A base that ranks by all there is: synonyms, word vectors, dense vectors, neighbours."""
    encoder = CachedEncoder(Encoder(), Memory())  # type: ignore[arg-type]
    synonyms = {("送料",): (("ポイント",), ("責任",))}
    vocabulary = Vocabulary(synonyms=synonyms, stop_phrases=())
    return KnowledgeBase(entries, clock=clock, word_vectors=WORDS, encoder=encoder, vocabulary=vocabulary)


def with_words_only(entries: Iterable[FaqEntry], clock: Callable[[], dt.datetime]) -> KnowledgeBase:
    return KnowledgeBase(entries, clock=clock)


BUILDERS = pytest.mark.parametrize("build", [with_words_only, with_everything])


@BUILDERS
@given(
    public=st.lists(public_entries(), max_size=5, unique_by=lambda entry: entry.id),
    hidden=st.lists(hidden_entries(), min_size=1, max_size=4, unique_by=lambda entry: entry.id),
    day=st.sampled_from(DAYS),
    data=st.data(),
)
@settings(max_examples=settings().max_examples, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_bases_that_differ_in_hidden_entries_look_the_same_to_the_public(
    build: Build, public: list[FaqEntry], hidden: list[FaqEntry], day: dt.date, data: st.DataObject
) -> None:
    plain = build(public, Clock(day))
    mixed = build(data.draw(st.permutations(public + hidden)), Clock(day))
    assert public_view(mixed) == public_view(plain)


# --- Histories


@dataclass(frozen=True)
class Upsert:
    """An edit both bases see."""

    entries: tuple[FaqEntry, ...]


@dataclass(frozen=True)
class Withdraw:
    """Public entries go: deleted in the one base, replaced by hidden ones of the same id in the other."""

    replaced_by: tuple[FaqEntry, ...]


@dataclass(frozen=True)
class Sleep:
    """Another day begins for both bases."""

    day: dt.date


@dataclass(frozen=True)
class Hidden:
    """Hidden entries are added or replaced in the second base only."""

    entries: tuple[FaqEntry, ...]


@dataclass(frozen=True)
class Forget:
    """Hidden entries are deleted in the second base only."""


@dataclass(frozen=True)
class OperatorLooks:
    """An operator reads the second base."""

    query: str


def some(entries: st.SearchStrategy[FaqEntry]) -> st.SearchStrategy[tuple[FaqEntry, ...]]:
    return st.lists(entries, max_size=3, unique_by=lambda entry: entry.id).map(tuple)


STEPS = st.one_of(
    st.builds(Upsert, some(public_entries())),
    st.builds(Withdraw, some(hidden_entries(PUBLIC_IDS))),
    st.builds(Sleep, st.sampled_from(DAYS)),
    st.builds(Hidden, some(hidden_entries())),
    st.builds(Forget),
    st.builds(OperatorLooks, st.sampled_from(QUERIES)),
    st.none(),
)


def play_hidden(step: object, base: KnowledgeBase) -> None:
    """Do what the public must not notice."""
    if isinstance(step, Hidden):
        base.upsert(*step.entries)
    elif isinstance(step, Forget):
        base.delete(*(entry.id for entry in base.entries() if entry.id in HIDDEN_IDS))
    elif isinstance(step, OperatorLooks):
        base.search(step.query, audience="operator")
        base.suggest(step.query, audience="operator")


def play_public(step: object, plain: KnowledgeBase, mixed: KnowledgeBase) -> None:
    """Do the same, as the public sees it, to both bases."""
    if isinstance(step, Upsert):
        plain.upsert(*step.entries)
        mixed.upsert(*step.entries)
    elif isinstance(step, Withdraw):
        known = _ids(plain.entries())
        plain.delete(*(entry.id for entry in step.replaced_by if entry.id in known))
        mixed.upsert(*step.replaced_by)


def _ids(entries: Iterable[FaqEntry]) -> set[str]:
    return {entry.id for entry in entries}


PLAIN = FaqEntry(id="p1", question=PHRASES[0], answer=PHRASES[1])
OVERNIGHT = [Sleep(DAYS[1]), OperatorLooks(QUERIES[0]), Upsert((PLAIN,))]


@BUILDERS
@example(first=[_within(PLAIN, None, DAYS[0])], steps=OVERNIGHT)
@given(
    first=st.lists(public_entries(), max_size=5, unique_by=lambda entry: entry.id),
    steps=st.lists(STEPS, max_size=8),
)
@settings(max_examples=settings().max_examples, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_hidden_edits_between_public_ones_change_nothing_for_the_public(
    build: Build, first: list[FaqEntry], steps: list[object]
) -> None:
    """The public looks wherever a step is None, and at the end."""
    clock = Clock(DAYS[0])
    plain, mixed = build(first, clock), build(first, clock)
    for step in [*steps, None]:
        if isinstance(step, Sleep):
            clock.day = step.day
        play_hidden(step, mixed)
        play_public(step, plain, mixed)
        if step is None:
            # An entry whose first day has come is encoded in the background, once it is looked at.
            for base in (plain, mixed):
                base.search("")
                base.wait_until_ready()
            assert public_view(mixed) == public_view(plain)


def test_the_space_of_the_public_is_fitted_to_public_entries_alone() -> None:
    clock = Clock(DAYS[0])
    public = [
        FaqEntry(id=f"p{n}", question=f"{PHRASES[n % 5]}{n}", answer=f"{PHRASES[n % 4]}と{n}")
        for n in range(12)
    ]
    hidden = [
        FaqEntry(id=f"h{n}", question=f"{PHRASES[5]}{n}", answer=f"基準{n}", audience="operator")
        for n in range(12)
    ]
    plain, mixed = with_everything(public, clock), with_everything(public + hidden, clock)
    for audience, same in (("public", True), ("operator", False)):
        found = [base.search("返品の送料", 50, audience) for base in (plain, mixed)]
        assert found[0].preset == found[1].preset == "hybrid"
        scores = [{hit.id: hit.score for hit in result.hits if hit.id[0] == "p"} for result in found]
        assert (scores[0] == scores[1]) is same
        assert scores[0].keys() == scores[1].keys() >= {"p0", "p5", "p10"}


def test_the_observation_notices_one_public_entry_more() -> None:
    entry = FaqEntry(id="p1", question=PHRASES[0], answer=PHRASES[1])
    assert public_view(KnowledgeBase([entry])) != public_view(
        KnowledgeBase([entry, dataclasses.replace(entry, id="p2")])
    )


def test_operators_do_notice_what_is_hidden_from_the_public_alone() -> None:
    public = FaqEntry(id="p1", question=PHRASES[0], answer=PHRASES[1])
    internal = FaqEntry(id="h1", question=PHRASES[5], answer=PHRASES[1], audience="operator")
    base = KnowledgeBase([public, internal])
    assert [hit.id for hit in base.search("裁量の基準", audience="operator").hits] == ["h1"]
    assert base.search("裁量の基準").hits == ()
