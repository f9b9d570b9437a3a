"""A base learns from confirmed inquiries: matched, never shown, bounded, and forgotten when asked."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import faqsearch
from faqsearch import Audience, EntryNotFoundError, FaqEntry, InputError, KnowledgeBase, load
from faqsearch.confirmations import Confirmation
from faqsearch.entry import JAPAN
from faqsearch.store import ConfirmationFile, write_entries

RETURN = FaqEntry(id="return", question="返品の送料は誰が払いますか", answer="お客様のご負担です。")
PASSWORD = FaqEntry(id="password", question="パスワードを忘れました", answer="再設定してください。")
RECEIPT = FaqEntry(id="receipt", question="領収書が欲しい", answer="マイページで発行できます。")
INTERNAL = FaqEntry(
    id="internal", question="返品の裁量の基準", answer="責任者が決めます。", audience=Audience.OPERATOR
)
ENTRIES = (RETURN, PASSWORD, RECEIPT, INTERNAL)
BOUND = 0.3
QUERIES = ("合言葉", "合言葉とパスワード", "返品の裁量", "領収書", "靴を突っ返したい", "送料")
TEXTS = ("合言葉が思い出せない", "靴を突っ返したい", "領収書の宛名", "裁量で送料を", "電話 09012345678")


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.now = dt.datetime(2026, 4, 1, 12, tzinfo=JAPAN)

    def __call__(self) -> dt.datetime:
        return self.now


@pytest.fixture
def base() -> KnowledgeBase:
    return KnowledgeBase(ENTRIES, clock=Clock())


def ids(base: KnowledgeBase, text: str, audience: str = "public") -> list[str]:
    return [hit.id for hit in base.search(text, audience=audience).hits]


def scores(base: KnowledgeBase, audience: Audience = Audience.PUBLIC) -> dict[tuple[str, str], float]:
    found = {query: base.search(query, audience=audience).hits for query in QUERIES}
    return {(query, hit.id): hit.score for query, hits in found.items() for hit in hits}


def test_a_confirmed_inquiry_leads_to_its_entry_on_return(base: KnowledgeBase) -> None:
    assert ids(base, "合言葉") == []
    made = base.confirm("password", "合言葉が思い出せない", source="op-1")
    assert ids(base, "合言葉") == ["password"]
    assert base.confirmations() == (made,)
    assert (made.kind, made.source, made.at) == ("operator", "op-1", Clock().now)


def test_the_match_names_the_word_and_nothing_else_of_the_inquiry(base: KnowledgeBase) -> None:
    base.confirm("password", "合言葉が思い出せない 山田", source="op-1")
    [hit] = base.search("合言葉").hits
    # The term is the normalized form of the querier's own word.
    assert [(match.term, match.fields) for match in hit.matches] == [("合い言葉", ("confirmed",))]
    assert [(reason.term, reason.fields) for reason in hit.reasons] == [("合い言葉", ("confirmed",))]
    assert (hit.highlights, hit.entry, base.entries()[1]) == ((), PASSWORD, PASSWORD)
    assert hit.explanation.value == hit.score == pytest.approx(BOUND)
    shown = repr((hit, hit.explanation.to_dict(), hit.matches, hit.snippet, base.suggest("合言葉")))
    assert "思い出" not in shown
    assert "山田" not in shown


def test_words_the_entry_has_itself_gain_nothing(base: KnowledgeBase) -> None:
    before = scores(base)
    base.confirm("return", "返品の送料は誰が払いますか", source="op-1")
    assert scores(base) == before


def test_what_holds_a_digit_is_not_learnt(base: KnowledgeBase) -> None:
    base.confirm("password", "電話 09012345678 です。注文番号A-1234", source="op-1")
    assert ids(base, "09012345678") == ids(base, "1234") == []


def test_one_customer_changes_nothing_and_two_teach_what_they_share(base: KnowledgeBase) -> None:
    before = scores(base)
    base.confirm("password", "合言葉が思い出せない", source="a", kind="customer")
    base.confirm("password", "合言葉と自転車", source="a", kind="customer")
    assert (scores(base), base.revision()) == (before, 1)
    base.confirm("password", "合言葉って何", source="b", kind="customer")
    assert ids(base, "合言葉") == ["password"]
    assert ids(base, "自転車") == []
    assert base.revision() == 2


def test_confirmations_expire_with_the_day_and_can_be_deleted(base: KnowledgeBase) -> None:
    clock = Clock()
    base = KnowledgeBase(ENTRIES, clock=clock)
    base.confirm("password", "合言葉", source="op-1")
    clock.now += dt.timedelta(days=365)
    assert ids(base, "合言葉") == ["password"]
    assert base.forget(expired=True) == 0
    clock.now += dt.timedelta(days=1)
    assert ids(base, "合言葉") == ids(base, "合言葉", "operator") == []
    assert len(base.confirmations()) == 1
    assert base.forget(expired=True) == 1
    assert base.confirmations() == ()


def test_confirmations_are_deleted_by_id_source_and_entry(base: KnowledgeBase) -> None:
    first = base.confirm("password", "合言葉", source="op-1")
    base.confirm("return", "靴がきつい", source="op-2")
    base.confirm("receipt", "あて名", source="op-3")
    assert base.forget() == base.forget("never", source="", entry_id="") == 0
    assert (base.forget(first.id), ids(base, "合言葉")) == (1, [])
    assert (base.forget(source="op-2"), ids(base, "靴")) == (1, [])
    assert (base.forget(entry_id="receipt"), ids(base, "あて名")) == (1, [])
    assert base.confirmations() == ()


def test_who_may_not_see_an_entry_cannot_confirm_it(base: KnowledgeBase) -> None:
    for entry_id in ("internal", "never"):
        with pytest.raises(EntryNotFoundError) as caught:
            base.confirm(entry_id, "秘密の文", source="a", kind="customer")
        assert "秘密" not in str(caught.value)
    base.confirm("internal", "責任の所在", source="op-1")
    assert ids(base, "所在", "operator") == ["internal"]
    with pytest.raises(InputError, match="kind came as"):
        base.confirm("return", "x", source="a", kind="somebody")


def test_an_entry_keeps_its_confirmations_when_it_is_rewritten_hidden_and_shown_again(
    base: KnowledgeBase,
) -> None:
    base.confirm("password", "合言葉", source="op-1")
    base.upsert(dataclasses.replace(PASSWORD, question="ログインできません"))
    assert ids(base, "合言葉") == ["password"]
    base.upsert(dataclasses.replace(PASSWORD, audience=Audience.OPERATOR))
    assert (ids(base, "合言葉"), ids(base, "合言葉", "operator")) == ([], ["password"])
    base.delete("password")
    assert ids(base, "合言葉", "operator") == []
    base.upsert(PASSWORD)
    assert ids(base, "合言葉") == ["password"]


def test_only_entries_concerned_are_analysed_again(
    base: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    analyzed: list[str] = []
    analyze = faqsearch.audiences.analyze_entry
    monkeypatch.setattr(
        "faqsearch.audiences.analyze_entry",
        lambda analyzer, entry, confirmed: analyzed.append(entry.id) or analyze(analyzer, entry, confirmed),
    )
    base.confirm("password", "合言葉", source="op-1")
    base.forget(source="op-1")
    assert analyzed == ["password", "password"]


def test_confirmations_of_the_same_id_and_other_objects_are_refused() -> None:
    item = Confirmation(entry_id="e", text="t", source="s", kind="operator", at=Clock().now)
    with pytest.raises(InputError, match="an id occurs twice among the confirmations"):
        KnowledgeBase(confirmations=[item, item])
    with pytest.raises(InputError, match="a confirmation came as str"):
        KnowledgeBase(confirmations=["secret"])  # type: ignore[list-item]


def test_a_file_keeps_what_a_base_learns(tmp_path: Path) -> None:
    path, faq = tmp_path / "confirmations.jsonl", tmp_path / "faq.csv"
    write_entries(faq, ENTRIES)
    base = load(faq, confirmations=path)
    base.confirm("password", "合言葉", source="op-1")
    made = base.confirm("return", "突っ返したい", source="op-1")
    again = load(faq, confirmations=path)
    assert again.confirmations() == base.confirmations()
    assert ids(again, "合言葉") == ["password"]
    assert again.forget(made.id) == 1
    assert [item.entry_id for item in ConfirmationFile(path).read()] == ["password"]


def test_a_store_that_fails_leaves_the_base_as_it_was(tmp_path: Path) -> None:
    base = KnowledgeBase(ENTRIES, confirmations=ConfirmationFile(tmp_path / "gone" / "c.jsonl"))
    with pytest.raises(InputError, match="cannot be written: No such file or directory"):
        base.confirm("password", "合言葉", source="op-1")
    assert (base.confirmations(), ids(base, "合言葉"), base.revision()) == ((), [], 1)


CONFIRMATIONS = st.lists(
    st.tuples(
        st.sampled_from([entry.id for entry in ENTRIES]),
        st.sampled_from(TEXTS),
        st.sampled_from(["a", "b", "c"]),
        st.sampled_from(["operator", "customer"]),
    ),
    max_size=8,
)
PROPERTY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def learnt(*confirmed: tuple[str, str, str, str]) -> KnowledgeBase:
    items = [
        Confirmation(id=f"{number}", entry_id=entry, text=text, source=source, kind=kind, at=Clock().now)
        for number, (entry, text, source, kind) in enumerate(confirmed)
    ]
    return KnowledgeBase(ENTRIES, clock=Clock(), confirmations=items)


@PROPERTY
@given(confirmed=CONFIRMATIONS)
def test_confirmations_add_at_most_their_weight_to_what_the_owner_wrote(
    confirmed: list[tuple[str, str, str, str]],
) -> None:
    plain, taught = scores(learnt()), scores(learnt(*confirmed))
    named = {entry for entry, *_ in confirmed}
    for key in plain.keys() | taught.keys():
        gain = taught.get(key, 0.0) - plain.get(key, 0.0)
        assert gain == 0 if key[1] not in named else -1e-12 <= gain <= BOUND + 1e-12


@PROPERTY
@given(confirmed=CONFIRMATIONS, loud=CONFIRMATIONS)
def test_one_customer_alone_leaves_every_score_unchanged(
    confirmed: list[tuple[str, str, str, str]], loud: list[tuple[str, str, str, str]]
) -> None:
    operators = [item for item in confirmed if item[3] == "operator"]
    noise = [(entry, text, "!", "customer") for entry, text, *_ in loud]
    for audience in Audience:
        assert scores(learnt(*operators, *noise), audience) == scores(learnt(*operators), audience)


@PROPERTY
@given(confirmed=CONFIRMATIONS)
def test_confirming_hidden_entries_changes_nothing_the_public_observes(
    confirmed: list[tuple[str, str, str, str]],
) -> None:
    seen = [item for item in confirmed if item[0] != "internal"]
    mixed, plain = learnt(*confirmed), learnt(*seen)
    for query in QUERIES:
        first, second = mixed.search(query), plain.search(query)
        assert first == second
        assert [(hit.explanation, hit.matches) for hit in first.hits] == [
            (hit.explanation, hit.matches) for hit in second.hits
        ]
        assert mixed.suggest(query) == plain.suggest(query)


def test_hidden_entries_do_not_use_up_what_a_source_may_confirm_on_a_day() -> None:
    hidden = [dataclasses.replace(INTERNAL, id=f"h{number}") for number in range(100)]
    clock = Clock()
    base = KnowledgeBase([*hidden, PASSWORD], clock=clock)
    for entry in hidden:
        base.confirm(entry.id, "裁量", source="op-1")
    clock.now += dt.timedelta(minutes=1)
    revision = base.revision()
    base.confirm("password", "合言葉", source="op-1")
    assert (ids(base, "合言葉"), base.revision()) == (["password"], revision + 1)
    assert ids(base, "合言葉", "operator") == []  # for operators it is the 101st entry of the day
