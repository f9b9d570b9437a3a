from __future__ import annotations

import pytest

from faqsearch.inquiry import read_inquiry
from faqsearch.inquiry.questions import MAX_QUESTIONS

A, B = "返品の送料はどちらが払いますか？", "ギフト包装はいくらですか？"


def texts(raw: str, channel: str = "mail") -> list[str]:
    return [question.text for question in read_inquiry(raw, channel).questions]


@pytest.mark.parametrize(
    "text",
    [
        f"1. {A}\n2. {B}",
        f"１）{A}\n２）{B}",
        f"①{A}\n②{B}",
        f"(1) {A}\n(2) {B}",
        f"・{A}\n・{B}",
        f"{A}\nまた、{B}",
        f"{A}\nあと{B}",
        f"{A}それと{B}",
        f"{A}\n\n{B}",
        f"まず、{A}\n次に、{B}",
        f"質問その1 {A}\n質問その2 {B}",
        f"{A}\nもう一つ、{B}",
        f"①{A}②{B}",
        f"{A}{B}",
        f"{A}\nなお、{B}",
        f"ア　{A}\nイ　{B}",
    ],
)
def test_two_questions_that_the_writer_marks_are_two(text: str) -> None:
    first, second = texts(text)
    assert A in first
    assert B in second
    assert B not in first


@pytest.mark.parametrize(
    "text",
    [
        "先週ポットを買いました。昨日折れました。保証で直せますか？",
        "保証はありますか？その場合、送料はかかりますか？",
        "ログインできません。\n1. アプリを開く\n2. 送信を押す\nどうすればいいですか？",
        "ポットを買いました。また買いたいのですが、在庫はありますか？",
        "あと3日で届きますか？",
        "まだですか？\nいつまで待てばいいんですか？",
        "ひどいです。どうしてくれるんですか。\n\n返金してもらえますか？",
    ],
)
def test_one_question_in_several_sentences_is_one(text: str) -> None:
    assert texts(text) == [text]


@pytest.mark.parametrize(
    ("text", "second"),
    [
        ("本人でなくても手続きできるのか、払い戻しの手数料はかかるのか、教えてください。", "払い戻しの"),
        ("鼻の当たりを調整してほしいのと、ケースの色を替えられるか知りたいです。", "ケースの"),
        ("子どもだけの入場はできますか、それと駐車場の料金はいくらですか", "それと駐車場"),
    ],
)
def test_one_sentence_may_hold_two_questions(text: str, second: str) -> None:
    first, last = texts(text)
    assert f"{first}{last}" == text
    assert last.startswith(second)


@pytest.mark.parametrize(
    "text",
    [
        "初期化したほうがよいのか、修理に出すべきか教えてください。",
        "冷蔵庫を貸すか、返金するか、はっきり答えてください。",
        "ポイントを移せますか。できないようでしたら、期限を確かめる場所を教えてください。",
        "どちらが簡単でしょうか。それとも買い直すしかないのでしょうか。",
    ],
)
def test_alternatives_and_conditions_are_one_question(text: str) -> None:
    assert texts(text) == [text]


def test_an_announcement_tells_how_many_paragraphs_ask() -> None:
    raw = "2点質問があります。\n\n送料が二重に請求されています。\n\n領収書の宛名が違います。"
    assert texts(raw) == ["送料が二重に請求されています。", "領収書の宛名が違います。"]


def test_what_leads_to_a_list_belongs_to_its_first_item() -> None:
    assert texts(f"赤いポットの注ぎ口が折れました。\n1. {A}\n2. {B}\n急いでいます、明日使うので。") == [
        f"赤いポットの注ぎ口が折れました。\n1. {A}",
        f"2. {B}\n急いでいます、明日使うので。",
    ]


def test_a_dropped_sentence_is_left_out_of_its_question() -> None:
    reading = read_inquiry(f"赤いポットの注ぎ口が折れました。\nお忙しいところすみません。\n{A}", "mail")
    assert [question.text for question in reading.questions] == [f"赤いポットの注ぎ口が折れました。\n{A}"]
    question = reading.questions[0]
    assert reading.text[question.start : question.end].startswith("赤いポット")
    assert reading.text[question.start : question.end].endswith(A)


def test_the_support_side_asking_for_more_begins_a_question() -> None:
    raw = "客：ポットの注ぎ口が折れました\n係：承知しました。ほかにございますか。\n客：フタが合わない"
    assert texts(raw, "chat") == ["ポットの注ぎ口が折れました", "フタが合わない"]


def test_a_subject_alone_may_be_the_question() -> None:
    raw = "件名：自分で名前を直せますか？\n差出人：山田 花子\n\n件名のとおりです。"
    assert texts(raw) == ["自分で名前を直せますか？\n件名のとおりです。"]


def test_the_number_of_questions_is_bounded() -> None:
    raw = "\n".join(f"{number}. 送料はいくらですか？" for number in range(1, 60))
    found = texts(raw)
    assert len(found) == MAX_QUESTIONS
    assert found[-1].count("送料") == 40
