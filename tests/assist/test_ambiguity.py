from __future__ import annotations

import pytest

from faqsearch import Decision, FaqEntry, KnowledgeBase, load, sample_path
from faqsearch.assist.ambiguity import MOST_CHOICES, find_ambiguity

MEMBER = FaqEntry(
    id="cancel-1",
    question="注文を取り消したい（会員の方）",
    answer="マイページから手続きできます。",
    category="注文",
)
GUEST = FaqEntry(
    id="cancel-2",
    question="注文を取り消したい（ゲストの方）",
    answer="照会の画面から手続きできます。",
    category="注文",
)
OTHER = FaqEntry(id="ship-1", question="送料はいくらですか", answer="一律550円です。", category="配送")


def asked(text: str, *entries: FaqEntry) -> list[tuple[str, str]] | None:
    base = KnowledgeBase(entries, preset="lexical")

    def words(text: str) -> frozenset[str]:
        return frozenset(base.analyzer(text))

    found = find_ambiguity(words(text), base.search(text).hits, words)
    return None if found is None else [(choice.label, choice.entry_id) for choice in found.choices]


def test_entries_that_differ_in_a_condition_the_inquiry_does_not_name_are_asked_about() -> None:
    assert asked("注文を取り消したい", MEMBER, GUEST, OTHER) == [
        ("会員の方", "cancel-1"),
        ("ゲストの方", "cancel-2"),
    ]


@pytest.mark.parametrize("text", ["会員ですが注文を取り消したい", "ゲストで買った注文を取り消したい"])
def test_an_inquiry_that_names_the_condition_is_not_asked_again(text: str) -> None:
    assert asked(text, MEMBER, GUEST, OTHER) is None


def test_an_entry_that_stands_alone_is_not_asked_about() -> None:
    assert asked("注文を取り消したい", MEMBER, OTHER) is None
    assert asked("注文を取り消したい", MEMBER) is None
    assert asked("宇宙船", MEMBER, GUEST) is None


def test_entries_of_another_category_are_no_rivals() -> None:
    elsewhere = FaqEntry(
        id="cancel-3", question="注文を取り消したい（法人の方）", answer="窓口へ。", category="法人"
    )
    assert asked("注文を取り消したい", MEMBER, elsewhere) is None


def test_without_conditions_in_brackets_the_questions_themselves_are_the_choices() -> None:
    card = FaqEntry(id="pay-1", question="カード払いの返金の時期", answer="翌月です。", category="返金")
    store = FaqEntry(id="pay-2", question="コンビニ払いの返金の時期", answer="翌週です。", category="返金")
    assert asked("返金の時期", card, store) == [
        ("カード払いの返金の時期", "pay-1"),
        ("コンビニ払いの返金の時期", "pay-2"),
    ]


def test_an_entry_without_a_condition_is_left_out_where_others_have_one() -> None:
    plain = FaqEntry(
        id="cancel-3",
        question="定期便で毎月お届けする注文を取り消したいとき",
        answer="画面から。",
        category="注文",
    )
    assert asked("注文を取り消したい", MEMBER, GUEST, plain) == [
        ("会員の方", "cancel-1"),
        ("ゲストの方", "cancel-2"),
    ]


def test_no_more_choices_are_given_than_one_can_read() -> None:
    entries = [
        FaqEntry(
            id=f"c-{name}", question=f"注文を取り消したい（{name}の方）", answer="画面から。", category="注文"
        )
        for name in ("会員", "ゲスト", "法人", "学生", "海外", "団体")
    ]
    found = asked("注文を取り消したい", *entries)
    assert found is not None
    assert len(found) == MOST_CHOICES


def test_a_suggestion_asks_back_and_offers_what_can_be_chosen() -> None:
    suggestion = load(sample_path("shop"), preset="lexical").suggest("領収書を発行したい")
    assert suggestion.decision is Decision.ASK_BACK
    assert suggestion.ask is not None
    assert suggestion.ask.text == "次のどれに当てはまりますか。"
    assert [choice.label for choice in suggestion.ask.choices] == ["ゲスト購入の方", "会員の方"]
    assert [hit.id for hit in suggestion.offers] == [choice.entry_id for choice in suggestion.ask.choices]
    told = load(sample_path("shop"), preset="lexical").suggest("ゲスト購入の領収書を発行したい")
    assert (told.decision, told.ask) != (Decision.ASK_BACK, suggestion.ask)
