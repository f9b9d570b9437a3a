"""Never an operator-only sentence in a customer's draft."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqsearch.assist import AskBack, Choice, Decision, load_confidence_model
from faqsearch.entry import Audience, FaqEntry, Status
from faqsearch.knowledge_base import KnowledgeBase
from faqsearch.replies import Draft, DraftKind, DraftRequest, TemplateComposer

RequestOf = Callable[..., DraftRequest]
COMPOSER = TemplateComposer()
NOW = dt.datetime(2026, 11, 20, 17, 20, tzinfo=dt.timezone(dt.timedelta(hours=9)))
SENTINEL = "機密区分第一号"

HIDDEN = "社内FAQ「返品を特例で受ける場合」（ops-1）を確認してください。お客様には見せられません。"


@pytest.mark.parametrize("decision", list(Decision))
def test_where_the_best_entry_is_internal_a_person_answers(
    request_of: RequestOf, internal: FaqEntry, shipping: FaqEntry, decision: Decision
) -> None:
    offers = [] if decision is Decision.HAND_OVER else [internal, shipping]
    draft = COMPOSER.compose(request_of(decision=decision, offers=offers, candidates=[internal, shipping]))
    assert (draft.kind, draft.citations) == (DraftKind.HAND_OVER, ())
    assert HIDDEN in draft.notes
    assert "特例" not in draft.body
    assert "責任者" not in draft.body


def test_an_internal_entry_among_the_choices_is_left_out(
    request_of: RequestOf, internal: FaqEntry, shipping: FaqEntry
) -> None:
    draft = COMPOSER.compose(request_of(decision=Decision.CHOOSE, offers=[shipping, internal]))
    assert (draft.kind, draft.citations, draft.notes) == (DraftKind.CHOICES, ("ship-1",), (HIDDEN,))
    assert "特例" not in draft.body


def test_a_question_made_with_an_internal_entry_is_not_used(
    request_of: RequestOf, internal: FaqEntry, shipping: FaqEntry, returns: FaqEntry
) -> None:
    ask = AskBack(
        text="特例の扱いですか。",
        choices=tuple(
            Choice(label=f"特例{one.id}", entry_id=one.id) for one in (shipping, returns, internal)
        ),
    )
    entries = [shipping, returns, internal]
    draft = COMPOSER.compose(request_of(decision=Decision.ASK_BACK, offers=entries, ask=ask))
    assert (draft.kind, draft.citations, draft.notes) == (
        DraftKind.QUESTION,
        ("ship-1", "return-1"),
        (HIDDEN,),
    )
    assert "次のうち、どちらについてのお問い合わせでしょうか。" in draft.body
    assert "特例" not in draft.body
    only = COMPOSER.compose(
        request_of(
            decision=Decision.ASK_BACK,
            offers=[shipping, internal],
            ask=AskBack(text="特例ですか。", choices=(ask.choices[0], ask.choices[2])),
        )
    )
    assert (only.kind, only.citations) == (DraftKind.CHOICES, ("ship-1",))
    assert "特例" not in only.body


@pytest.mark.parametrize(
    "change",
    [
        {"status": Status.DRAFT},
        {"status": Status.ARCHIVED},
        {"valid_until": dt.date(2026, 11, 19)},
        {"valid_from": dt.date(2026, 11, 21)},
    ],
)
def test_an_entry_that_is_not_public_today_is_not_used(
    request_of: RequestOf, shipping: FaqEntry, change: dict[str, object]
) -> None:
    draft = COMPOSER.compose(request_of(offers=[replace(shipping, **change)]))
    assert (draft.kind, draft.citations) == (DraftKind.HAND_OVER, ())
    assert "550" not in draft.body
    note = "公開期間外のFAQ「送料はいくらですか」（ship-1）を確認してください。お客様には見せられません。"
    assert note in draft.notes


def test_the_day_is_that_of_japan(request_of: RequestOf, shipping: FaqEntry) -> None:
    entry = replace(shipping, valid_from=dt.date(2026, 11, 21))
    evening = dt.datetime(2026, 11, 20, 15, tzinfo=dt.UTC)
    assert COMPOSER.compose(request_of(offers=[entry], now=evening)).kind is DraftKind.ANSWER
    before = evening - dt.timedelta(seconds=1)
    assert COMPOSER.compose(request_of(offers=[entry], now=before)).kind is DraftKind.HAND_OVER


WORDS = st.sampled_from("返品 送料 会員 解約 支払い 住所 領収書 ポイント 交換 配送".split())


@st.composite
def bases(draw: st.DrawFn) -> list[FaqEntry]:
    entries = []
    for number in range(draw(st.integers(1, 7))):
        topic = "と".join(draw(st.lists(WORDS, min_size=1, max_size=3)))
        audience = draw(st.sampled_from(Audience))
        status = draw(st.sampled_from([Status.PUBLISHED, Status.PUBLISHED, Status.DRAFT]))
        until = draw(st.sampled_from([None, None, dt.date(2026, 11, 19), dt.date(2026, 11, 20)]))
        entry = FaqEntry(
            id=f"e-{number}",
            question=f"{topic}について",
            answer=f"{topic}はこちらです。",
            audience=audience,
            status=status,
            valid_until=until,
        )
        if not entry.is_visible(Audience.PUBLIC, NOW.date()):
            condition = draw(st.sampled_from(["", f"（{SENTINEL}の方）"]))
            entry = replace(
                entry,
                question=f"{SENTINEL}{entry.question}{condition}",
                answer=f"{entry.answer}{SENTINEL}",
                variants=(SENTINEL,),
                category=SENTINEL,
                tags=(SENTINEL,),
                url=f"https://ops.example/%E6%A9%9F%E5%AF%86/{number}",
            )
        entries.append(entry)
    return entries


def drafts(base: KnowledgeBase, text: str, audience: Audience, customer: str | None) -> list[Draft]:
    request = DraftRequest(
        suggestion=base.suggest(text, channel="mail", audience=audience), now=NOW, customer=customer
    )
    return [COMPOSER.compose(request), COMPOSER.acknowledge(request)]


@given(
    entries=bases(),
    topics=st.lists(WORDS, min_size=1, max_size=4),
    audience=st.sampled_from(Audience),
    bold=st.sampled_from(["answer_at", "choose_at", "", ""]),
)
def test_no_base_and_no_inquiry_bring_internal_text_into_a_draft(
    entries: list[FaqEntry], topics: list[str], audience: Audience, bold: str
) -> None:
    model = load_confidence_model()
    if bold:
        model = model.with_thresholds(**({"answer_at": 1.0, "choose_at": 1.0} | {bold: 0.001}))
    # The base was loaded while all of it could be seen; the draft is made on the day that counts.
    yesterday = NOW - dt.timedelta(days=1)
    base = KnowledgeBase(entries, preset="lexical", clock=lambda: yesterday, confidence_model=model)
    text = "\n".join(f"{topic}について教えてください。" for topic in topics)
    public = {entry.id for entry in entries if entry.is_visible(Audience.PUBLIC, NOW.date())}
    for draft in drafts(base, text, audience, None):
        assert SENTINEL not in draft.body
        assert "ops.example" not in draft.body
        assert SENTINEL not in draft.subject
        assert set(draft.citations) <= public
        assert not any(note in draft.body for note in draft.notes)


@given(
    entries=bases(),
    decision=st.sampled_from(Decision),
    shown=st.lists(st.integers(0, 6), max_size=4),
    seen=st.lists(st.integers(0, 6), max_size=4),
    asked=st.booleans(),
)
def test_no_suggestion_brings_internal_text_into_a_draft(
    request_of: RequestOf,
    entries: list[FaqEntry],
    decision: Decision,
    shown: list[int],
    seen: list[int],
    asked: bool,
) -> None:
    def chosen(numbers: list[int]) -> list[FaqEntry]:
        return [entries[number % len(entries)] for number in numbers]

    choices = tuple(Choice(label=one.question, entry_id=one.id) for one in chosen(shown))
    words = "".join(one.question for one in chosen(shown))
    ask = AskBack(text=f"{words}ですか。", choices=choices) if asked else None
    request = request_of(decision=decision, offers=chosen(shown), candidates=chosen(seen), ask=ask, now=NOW)
    draft = COMPOSER.compose(request)
    assert SENTINEL not in draft.body + draft.subject
    assert "ops.example" not in draft.body
    assert draft.kind in set(DraftKind) - {DraftKind.ACKNOWLEDGEMENT}
