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


def asked(raw: str, channel: str = "mail") -> list[tuple[str, str]]:
    return [(question.text, question.core) for question in read_inquiry(raw, channel).questions]


# --- Lists of nouns


def test_items_of_a_list_carry_the_topic_that_introduces_it() -> None:
    intro = "貴社のギフトカードについてお伺いします。"
    raw = f"{intro}\n・有効期限\n・払い戻しの可否\n以上2点、ご教示ください。"
    assert asked(raw) == [
        ("有効期限", f"{intro}\n有効期限"),
        ("払い戻しの可否", f"{intro}\n払い戻しの可否"),
    ]
    question = read_inquiry(raw, "mail").questions[0]
    assert raw[question.start : question.end] == "有効期限"


def test_the_topic_may_stand_behind_the_list_or_in_the_subject() -> None:
    behind = "・有効期限\n・払い戻しの可否\nを知りたいです。ギフトカードの話です。"
    assert [core for _, core in asked(behind)] == [
        "ギフトカードの話です。\n有効期限",
        "ギフトカードの話です。\n払い戻しの可否",
    ]
    subject = "件名：ギフトカード\n差出人：山田 花子\n\n・有効期限\n・払い戻しの可否を教えてください"
    cores = [core.split("\n") for _, core in asked(subject)]
    assert [(core[0], core[-1]) for core in cores] == [
        ("ギフトカード", "有効期限"),
        ("ギフトカード", "払い戻しの可否を教えてください"),
    ]


def test_items_that_ask_carry_their_topic_too() -> None:
    intro = "PayPayでの支払いについて2点教えてください。"
    raw = f"{intro}\n1. 手数料はいくらですか？\n2. 返金はできますか？"
    assert asked(raw) == [
        (f"{intro}\n1. 手数料はいくらですか？",) * 2,
        ("2. 返金はできますか？", f"{intro}\n2. 返金はできますか？"),
    ]


@pytest.mark.parametrize(
    ("raw", "items"),
    [
        (
            "1.退会方法\n2.ポイントの有効期限\n3.海外発送の可否\nを教えてください",
            ["退会方法", "ポイントの有効期限", "海外発送の可否"],
        ),
        (
            "1.退会方法 2.ポイントの有効期限 3.海外発送の可否を教えてください",
            ["退会方法", "ポイントの有効期限", "海外発送の可否を教えてください"],
        ),
        ("①領収書の宛名変更 ②ポイント有効期限", ["領収書の宛名変更", "ポイント有効期限"]),
        (
            "次の3点を教えてください。①退会方法②ポイントの有効期限③海外発送の可否",
            ["退会方法", "ポイントの有効期限", "海外発送の可否"],
        ),
        (
            "・送料\n・領収書の発行方法\n・返品の期限\nについて教えてください",
            ["送料", "領収書の発行方法", "返品の期限"],
        ),
        (
            "・送料 ・領収書の発行方法 ・返品の期限について教えてください",
            ["送料", "領収書の発行方法", "返品の期限について教えてください"],
        ),
        (
            "退会方法と、ポイントの有効期限を教えてください",
            ["退会方法", "ポイントの有効期限を教えてください"],
        ),
        ("1.退会したいです 2.送料はいくらですか", ["1.退会したいです", "2.送料はいくらですか"]),
    ],
)
def test_marked_items_and_pairs_are_questions_of_their_own(raw: str, items: list[str]) -> None:
    assert texts(raw) == items


@pytest.mark.parametrize(
    "raw",
    [
        "氏名と住所を変更したい",
        "氏名と、住所を変更したい",
        "送料と返品の期限を教えてください",
        "ポイントの有効期限と、ポイントの失効時期を教えてください",
        "ポイントの有効期限と、その延長方法を教えてください。",
        "ログインできません。\n・PCはWindows\n・ブラウザはChrome\nどうすればいいですか？",
        "アプリが開きません。以下を試しました。\n・再起動\n・再インストール\nどうすればよいですか？",
        "注文の変更をお願いします。\n・ティーポット 1点\n・カップ 2点\nを追加してください。",
        "バージョン1.2 と 3.4 の違いを教えてください",
        "サイズは・S・M・Lのどれですか",
        "2.5 3.0 のどちらですか",
        "サイズは ・S ・M のどれですか",
    ],
)
def test_facts_goods_and_figures_are_no_list_of_questions(raw: str) -> None:
    assert texts(raw) == [raw]


def test_what_is_asked_around_a_list_stays_a_question() -> None:
    raw = (
        "送料はいくらですか？\n\nギフトカードについて教えてください。\n・有効期限\n・払い戻しの可否\n"
        "\nまた、海外からも注文できますか？"
    )
    topic = "ギフトカードについて教えてください。\n"
    assert asked(raw) == [
        ("送料はいくらですか？",) * 2,
        ("有効期限", f"{topic}有効期限"),
        ("払い戻しの可否", f"{topic}払い戻しの可否"),
        ("また、海外からも注文できますか？",) * 2,
    ]


def test_a_long_list_of_nouns_is_bounded() -> None:
    raw = "教えてください。\n" + "\n".join(f"・部品{chr(0x4E00 + number)}の価格" for number in range(40))
    found = texts(raw)
    assert len(found) == MAX_QUESTIONS
    assert found[-1].count("価格") == 21


# --- Chats and notes


def test_a_time_in_brackets_is_no_tag_of_a_subject() -> None:
    raw = "[10:01] ボット: ご注文のキャンセルは…\n[10:02] お客様: ポイントの有効期限はいつまで？"
    assert asked(raw, "chat") == [("ポイントの有効期限はいつまで？",) * 2]
    tagged = "[user 1001] ポイントはいつまで？\n[bot 1002] お調べします"
    assert asked(tagged, "chat") == [("ポイントはいつまで？",) * 2]
    assert read_inquiry("[list 123] 送料について\n\n送料はいくらですか？", "mail").subject == "送料について"


def test_what_the_one_who_took_a_call_will_do_is_no_core() -> None:
    raw = "高橋様より。定期便のスキップ方法が分からない、と。→調べて折り返す。03-0000-1234"
    assert asked(raw, "phone") == [(raw, "定期便のスキップ方法が分からない、と。")]


def test_a_list_at_the_very_end_is_no_signature() -> None:
    reading = read_inquiry("ギフトカードについて教えてください。\n\n・有効期限\n・払い戻しの可否", "mail")
    assert [question.text for question in reading.questions] == ["有効期限", "払い戻しの可否"]
