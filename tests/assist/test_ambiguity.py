from __future__ import annotations

import pytest

from faqsearch import Decision, FaqEntry, KnowledgeBase, load, sample_path
from faqsearch.assist.ambiguity import MOST_CHOICES, Told, Verdict, find_ambiguity
from faqsearch.assist.conditions import condition_kinds, signed_words
from faqsearch.entry import Audience

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
    ask = verdict(text, *entries).ask
    return None if ask is None else [(choice.label, choice.entry_id) for choice in ask.choices]


def verdict(text: str, *entries: FaqEntry) -> Verdict:
    base = KnowledgeBase(entries, preset="lexical")
    analyzer = base.analyzer
    view = base._audiences[Audience.PUBLIC].view
    return find_ambiguity(
        Told(words=frozenset(analyzer(text)), signed=lambda: signed_words(analyzer, text)),
        base.search(text).hits,
        lambda question: signed_words(analyzer, question),
        condition_kinds(analyzer, view),
    )


def faq(key: str, question: str, category: str = "") -> FaqEntry:
    return FaqEntry(id=key, question=question, answer="画面から手続きできます。", category=category)


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


RUNNING = (
    faq("m-1", "解約の手続き（出店者）"),
    faq("m-2", "解約の手続き（来場者）"),
    faq("m-3", "過去の申込内容や現在の状況を確認する方法（出店者）"),
    faq("m-4", "来場者が申込の状況を確認したい"),
    faq("m-5", "駐車場はありますか"),
)
"""The base teaches that the two exclude each other; the twins m-3 and m-4 hold them in running text too."""


def test_conditions_that_a_base_teaches_are_asked_about_wherever_they_stand() -> None:
    assert asked("申込の状況を確認したい", *RUNNING) == [
        ("来場者が申込の状況を確認したい", "m-4"),
        ("過去の申込内容や現在の状況を確認する方法（出店者）", "m-3"),
    ]


def test_without_the_entries_that_teach_them_no_condition_is_seen_in_running_text() -> None:
    assert asked("申込の状況を確認したい", *RUNNING[2:]) is None


def test_words_of_the_first_that_set_no_condition_tell_nothing() -> None:
    assert asked("現在の申込の状況を確認したい", *RUNNING) is not None


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("来場者です。申込の状況を確認したい", "m-4"),
        ("出店者です。申込の状況を確認したい", "m-3"),
        ("来場者ではない者です。現在の申込の状況を確認したい", "m-3"),
    ],
)
def test_the_condition_that_is_told_decides_between_twins_whichever_ranks_first(text: str, key: str) -> None:
    found = verdict(text, *RUNNING)
    hits = KnowledgeBase(RUNNING, preset="lexical").search(text).hits
    assert (found.ask, hits[found.meant].id) == (None, key)


def test_everyday_conditions_need_no_teaching() -> None:
    before = faq("d-1", "お届け日時を変更したい（発送前）")
    after = faq("d-2", "発送後にお届け日時を変えることはできますか")
    assert asked("お届け日時を変更したい", before, after) == [
        ("お届け日時を変更したい（発送前）", "d-1"),
        ("発送後にお届け日時を変えることはできますか", "d-2"),
    ]
    assert verdict("発送後ですがお届け日時を変更したい", before, after) == Verdict(meant=1)


def test_entries_that_differ_in_a_denial_only_are_asked_about() -> None:
    known = faq("p-1", "パスワードを忘れてしまいました（アドレスを登録している場合）")
    unknown = faq("p-2", "パスワードを忘れました。アドレスを登録していない場合はどうすればよいですか")
    assert [key for _, key in asked("パスワードを忘れました", known, unknown) or ()] == ["p-2", "p-1"]
    told = verdict("アドレスは登録しています。パスワードを忘れました", known, unknown)
    denied = verdict("アドレスを登録していないのですがパスワードを忘れました", known, unknown)
    assert (told.ask, denied.ask) == (None, None)


@pytest.mark.parametrize(("other", "asks"), [("ゲストの", True), ("発送後の", False)])
def test_conditions_of_different_kinds_are_no_alternatives(other: str, asks: bool) -> None:
    # Whether one is a member, and whether the parcel is on its way, are not to be chosen between.
    member = faq("c-1", "会員の注文を取り消したい")
    far = faq("c-2", f"{other}注文を全部か一部だけ取り消したい")
    assert (asked("注文を取り消したい", member, far) is not None) is asks


def test_of_several_twins_only_those_are_asked_about_that_the_inquiry_leaves_possible() -> None:
    entries = [faq(f"r-{name}", f"登録証を再発行したい（{name}の方）") for name in ("個人", "法人", "団体")]
    assert [label for label, _ in asked("登録証を再発行したい", *entries) or ()] == [
        "個人の方",
        "法人の方",
        "団体の方",
    ]
    assert [label for label, _ in asked("団体ではありません。登録証を再発行したい", *entries) or ()] == [
        "個人の方",
        "法人の方",
    ]


def test_a_suggestion_answers_with_the_twin_whose_condition_is_told() -> None:
    base = load(sample_path("shop"), preset="lexical")
    first = base.search("会員ですが領収書を発行したい").hits[0]
    suggestion = base.suggest("会員ですが領収書を発行したい")
    assert first.id == "shop-043"  # for guests
    assert (suggestion.decision, suggestion.offers[0].id) == (Decision.ANSWER, "shop-042")
    assert [hit.rank for hit in suggestion.candidates] == list(range(1, 11))
    assert suggestion.candidates[1].id == "shop-043"


def test_the_state_of_an_order_is_asked_about_where_nothing_says_who_asks() -> None:
    suggestion = load(sample_path("shop"), preset="lexical").suggest("注文の状況を確認したい")
    assert suggestion.decision is Decision.ASK_BACK
    assert [hit.id for hit in suggestion.offers] == ["shop-015", "shop-014"]
