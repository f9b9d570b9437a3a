import pytest

from faqsearch.inquiry import read_inquiry
from faqsearch.inquiry.parts import PartKind
from faqsearch.inquiry.salience import SALIENT_SHARE, saliences, salient
from faqsearch.inquiry.sentences import Sentence


def sentences(*texts: str) -> list[Sentence]:
    found, position = [], 0
    for text in texts:
        end = position + len(text)
        found.append(
            Sentence(start=position, end=end, folded=text, kind=PartKind.BODY, first=True, paragraph=0)
        )
        position = end + 1
    return found


def values(*texts: str) -> tuple[float, ...]:
    return saliences(sentences(*texts))


def test_no_sentences_have_no_saliences():
    assert saliences([]) == ()
    assert salient([]) == ()


def test_saliences_are_probabilities():
    found = values("送料はいくらですか?", "ふざけるな、責任者を出せ。今日中に返事しろ。", "娘が喜びます。")
    assert all(0.0 < value < 1.0 for value in found)


def test_a_sentence_without_any_sign_has_the_salience_of_the_intercept():
    (value,) = values("茶色の鞄に付いた小さな飾り金具です。")
    assert value == pytest.approx(1 / (1 + 2.718281828459045**-0.2))


@pytest.mark.parametrize(
    ("matter", "background"),
    [
        ("会員証の番号を入れても画面が開きません。", "本当に悔しくて腹が立ちます。"),
        ("アプリを開くとエラーが出て止まります。", "今日中に直してほしいです。"),
        ("登録なしで買いたい。", "私は六十歳で、年金で暮らしております。"),
        ("届いた皿が割れていた。", "店長を出せ、客を何だと思っている。"),
        ("領収書の宛名を変えられますか?", "番号は 1234 5678 です。"),
        ("ポイントの期限を知りたい。", "写真を添付します。"),
        ("送料はいくらですか?", "急ぐので明日までに電話をお願いします。"),
        ("カードが使えなくなった", "はい"),
        ("届いた皿が割れていた。", "株式会社青葉商会 総務部"),
        ("届いた皿が割れていた。", "受付 2026/11/20 14:05"),
        ("届いた皿が割れていた。", "担当の者よりご案内いたします。"),
        ("届いた皿が割れていた。", "お忙しいところ恐縮です。"),
    ],
)
def test_the_matter_is_more_salient_than_background(matter, background):
    for order in ((matter, background), (background, matter)):
        found = dict(zip(order, values(*order), strict=True))
        assert found[matter] > found[background]


def test_a_problem_that_asks_nothing_is_salient():
    problem, anger = sentences("ログインの画面でエラーが出る。", "何度も電話したのに、いい加減にしてほしい。")
    assert (problem.asks, anger.asks) == (False, True)
    assert salient(saliences([problem, anger])) == (True, False)


def test_a_sentence_counts_less_after_all_that_ask():
    text = "茶色の鞄に付いた小さな飾り金具です。"
    question, filler = "箱は選べますか?", "花柄の袋に入った丸い缶です。"
    before = values(text, question, filler)[0]
    after = values(question, text, filler)[1]
    assert before > after


def test_nothing_stands_after_what_asks_where_nothing_asks():
    first, second, _ = values("赤い鞄です。", "赤い鞄です。", "赤い鞄です。")
    assert first == second


def test_the_last_of_several_counts_less_than_the_one_before():
    first, last = values("赤い鞄です。", "赤い鞄です。")
    (only,) = values("赤い鞄です。")
    assert only == first > last


def test_in_a_long_inquiry_every_sentence_counts_less():
    three = values(*["赤い鞄です。"] * 3)
    four = values(*["赤い鞄です。"] * 4)
    assert four[0] < three[0]


def test_sentences_are_salient_that_come_near_the_most_salient_one():
    best = 0.8
    assert salient([best, SALIENT_SHARE * best, SALIENT_SHARE * best - 0.001]) == (True, True, False)


def test_where_all_are_weak_none_is_dropped():
    assert salient([0.1, 0.08, 0.05]) == (True, True, True)


@pytest.mark.parametrize("unit", ["ない", "1234-", "出", "a-", "メール", "番号", "\n", "何度", "@a"])
def test_a_sentence_of_any_length_is_read(unit):
    (value,) = values(unit * 20_000)
    assert 0.0 < value < 1.0


def core(text: str, channel: str = "mail") -> list[str]:
    return [question.core for question in read_inquiry(text, channel).questions]


def test_a_bare_question_is_its_own_core():
    assert core("返品の送料はいくらですか？", "chat") == ["返品の送料はいくらですか？"]


def test_background_is_left_out_of_the_core_and_stays_in_the_text():
    text = "注文した椅子の脚が折れていました。交換できますか？\n客を何だと思ってるんだ。いい加減にしろ。"
    (question,) = read_inquiry(text, "chat").questions
    assert question.core == "注文した椅子の脚が折れていました。\n交換できますか？"
    assert question.text == text


def test_the_subject_belongs_to_the_core_of_the_only_question():
    text = "件名：棚の組み立て\n\nねじが足りません。送ってもらえますか？\n"
    text += "客を何だと思っているんですか。担当者は責任を取ってください。"
    assert core(text) == ["棚の組み立て\nねじが足りません。\n送ってもらえますか？"]


def test_the_core_of_the_only_question_is_all_that_is_kept_where_all_is_salient():
    text = "件名：棚の組み立て\n\nねじが足りません。送ってもらえますか？"
    reading = read_inquiry(text, "mail")
    assert [question.core for question in reading.questions] == [reading.kept]


def test_of_two_questions_neither_core_holds_the_other():
    text = "１．椅子の返品はできますか？\n２．領収書はどこで出せますか？"
    first, second = core(text, "chat")
    assert "返品" in first
    assert "領収書" not in first
    assert "領収書" in second
    assert "返品" not in second


def test_an_inquiry_of_background_only_keeps_it_as_its_core():
    text = "客を何だと思ってるんだ。\nふざけるな。"
    reading = read_inquiry(text, "chat")
    assert [question.core for question in reading.questions] == [reading.kept]
