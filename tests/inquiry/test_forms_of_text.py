"""Details of chats, notes, quotes and signatures that the styles do not show."""

from __future__ import annotations

import pytest

from faqsearch.inquiry import read_inquiry

QUESTION = "返品の送料はどちらが払いますか？"


def parts(raw: str, channel: str = "mail") -> list[tuple[str, str]]:
    reading = read_inquiry(raw, channel)
    return [(part.kind.value, reading.text[part.start : part.end].strip()) for part in reading.parts]


def test_turns_that_only_times_part_are_told_by_how_they_sound() -> None:
    raw = (
        f"10:00\nこんにちは\n10:00\nはい、サポートの野田でございます。ご用件をどうぞ。\n10:01\n{QUESTION}\n"
        "10:02\nお調べいたします。ほかにございますか。\n10:03\nギフト包装はいくらですか？\n10:04\n330円でございます。"
    )
    reading = read_inquiry(raw, "chat")
    assert reading.kept == f"{QUESTION}\nギフト包装はいくらですか？"
    assert [question.text for question in reading.questions] == [QUESTION, "ギフト包装はいくらですか？"]


def test_a_log_with_times_is_no_chat() -> None:
    raw = f"エラーが出ます。\n10:00\n10:01\n10:02\n{QUESTION}"
    assert QUESTION in read_inquiry(raw, "mail").kept


def test_names_on_lines_below_times_are_speakers() -> None:
    raw = f"10:00\nビジター12\n{QUESTION}\n10:01\nオペレーター\nお調べいたします。\n10:02\nビジター12\n服です"
    assert read_inquiry(raw, "chat").kept == f"{QUESTION}\n服です"


def test_of_two_unknown_speakers_the_formal_one_is_the_support_side() -> None:
    raw = (
        f"田中：お問い合わせありがとうございます。\n小林：{QUESTION}\n田中：お調べいたします。\n小林：服です"
    )
    assert read_inquiry(raw, "chat").kept == f"{QUESTION}\n服です"


def test_a_speaker_in_quotes_of_a_story_is_no_chat() -> None:
    raw = f"店員さんに聞いたら、\n「{QUESTION}」と言われました。教えてください。"
    assert QUESTION in read_inquiry(raw, "mail").kept


def test_one_speaker_alone_is_the_customer() -> None:
    assert read_inquiry(f"12:01 小林: {QUESTION}\n12:02 小林: 服です", "chat").kept == f"{QUESTION}\n服です"


def test_hashtags_at_the_end_of_a_sentence_are_labels() -> None:
    assert parts(f"{QUESTION[:-1]} #返品 #送料", "sns") == [("body", QUESTION[:-1]), ("label", "#返品 #送料")]
    assert parts("#返品 の送料は", "sns") == [("body", "#返品 の送料は")]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (
            "送料を教えてください、よろしくお願いします",
            [("body", "送料を教えてください、"), ("closing", "よろしくお願いします")],
        ),
        (
            "お世話になります、総務部の小林です。送料を教えてください",
            [
                ("opening", "お世話になります、総務部の小林です。"),
                ("body", "送料を教えてください"),
            ],
        ),
        (
            "お忙しいところすみませんが、送料を教えてください",
            [("body", "お忙しいところすみませんが、送料を教えてください")],
        ),
    ],
)
def test_formulas_are_cut_off_at_commas_and_politeness_within_stays(
    raw: str, expected: list[tuple[str, str]]
) -> None:
    assert parts(raw, "chat") == expected


def test_a_sentence_wrapped_over_lines_is_one() -> None:
    raw = f"{QUESTION}\nお忙しいところ恐れ入りますが、\nご回答のほどよろしくお願いいたします。"
    assert parts(raw)[1] == (
        "closing",
        "お忙しいところ恐れ入りますが、\nご回答のほどよろしくお願いいたします。",
    )


def test_what_stands_between_quoted_lines_is_kept() -> None:
    raw = f"> 商品名をお知らせください。\n赤いポットです。壊れています。\n> ほかにございますか。\n{QUESTION}"
    assert read_inquiry(raw, "mail").kept == f"赤いポットです。壊れています。\n{QUESTION}"


def test_a_line_broken_off_a_quoted_one_is_quoted() -> None:
    long = "> ポイントの有効期限につきましては、最後に付与または利用された日から起算して"
    assert read_inquiry(f"{QUESTION}\n{long}\n一年間です\n> ご了承ください。", "mail").kept == QUESTION


def test_a_quote_may_end() -> None:
    raw = f"-----Original Message-----\n発送しました。\n（引用ここまで）\n{QUESTION}"
    assert read_inquiry(raw, "mail").kept == QUESTION


def test_a_box_is_a_signature_and_no_quote() -> None:
    raw = f"{QUESTION}\n+------+\n| 小林商店\n| 小林 一郎\n+------+"
    assert parts(raw)[-1][0] == "signature"


def test_a_question_below_a_signature_is_kept() -> None:
    raw = f"壊れました。直せますか？\n\n--\n小林 一郎\n\n追伸　{QUESTION}"
    assert QUESTION in read_inquiry(raw, "mail").kept


def test_an_error_in_a_form_is_part_of_the_matter() -> None:
    raw = "お名前：小林\nお問い合わせ内容：\n取り込めません。\nエラー：E-401 と出ます。どうすればいいですか？"
    assert "E-401 と出ます。どうすればいいですか？" in read_inquiry(raw, "form").kept


def test_a_question_in_the_wrong_field_is_kept() -> None:
    raw = f"【お名前】小林\n【会社名】{QUESTION}\n【お問い合わせ内容】\n上のとおり"
    assert QUESTION in read_inquiry(raw, "form").kept


def test_a_form_whose_labels_nobody_knows_keeps_its_longest_text() -> None:
    raw = "【お名前】小林\n【おはなし】\n送料の負担について\n【メール】k@example.com"
    assert read_inquiry(raw, "form").kept == "送料の負担について"


def test_a_subject_field_of_a_form_is_the_subject() -> None:
    reading = read_inquiry(f"お名前：小林\n件名：返品の送料\n内容：\n{QUESTION}", "form")
    assert reading.subject == "返品の送料"
    assert reading.kept == f"返品の送料\n{QUESTION}"


def test_what_a_note_taker_did_is_the_support_side() -> None:
    raw = f"11/16 10:00 小林様 03-0000-0000\n---\n{QUESTION[:-1]}とのこと\n→規約を確認し折り返すと伝えた"
    assert [kind for kind, _ in parts(raw, "phone")] == ["label", "body", "operator"]


def test_questions_of_the_support_side_are_not_the_customers() -> None:
    raw = f"係：ご用件は何でしょうか？\n客：{QUESTION}\n係：注文番号を教えていただけますか？"
    assert read_inquiry(raw, "chat").kept == QUESTION


@pytest.mark.parametrize(
    "head",
    [
        "-----Original Message-----\nFrom: 窓口\nSent: 2026/05/01\nSubject: 住民票\n",
        "2026年5月1日に窓口さんが書きました:",
    ],
)
def test_an_answer_below_a_quote_without_marks_is_kept(head: str) -> None:
    quote = f"{head}\n住民票は窓口でお渡しいたします。\nお待ちください。"
    raw = f"お世話になっております。\n\n{quote}\n\n代理でも受け取れますか？"
    assert read_inquiry(raw, "mail").kept == "代理でも受け取れますか？"


def test_a_letter_of_the_support_side_above_the_answer_is_a_quote() -> None:
    letter = "ご注文の棚板は本日の出荷を予定しております。\nお届けまでお待ちください。"
    assert read_inquiry(f"{letter}\n\n店頭で受け取れますか？", "mail").kept == "店頭で受け取れますか？"
    assert letter in read_inquiry(letter, "mail").kept


def test_of_two_speakers_the_one_beside_a_known_customer_serves() -> None:
    raw = "【質問者】眼鏡は控除できますか\n【回答者】対象外です。\n【質問者】治療用です\n【回答者】可能です。"
    assert read_inquiry(raw, "chat").kept == "眼鏡は控除できますか\n治療用です"


def test_how_speakers_speak_outweighs_what_they_are_called() -> None:
    raw = "田所：用紙はどこに頼めばいいですか\n総務ヘルプ：購買からお願いします。\n田所：回収は誰に頼めば？"
    assert read_inquiry(raw, "chat").kept == "用紙はどこに頼めばいいですか\n回収は誰に頼めば？"


def test_names_alone_above_speech_are_speakers_if_they_come_back() -> None:
    raw = "橋本\n明細が開けません\n井上\nかしこまりました。\n橋本\n早めにほしいです\n井上\n再発行いたします。"
    assert read_inquiry(raw, "chat").kept == "明細が開けません\n早めにほしいです"


def test_who_one_is_is_dropped_where_the_support_side_asked_for_it() -> None:
    raw = "客：二回払ったかも\n係：会員番号をお願いします。\n客：M-40071\n客：取り消せますか"
    assert read_inquiry(raw, "chat").kept == "二回払ったかも\n取り消せますか"


@pytest.mark.parametrize("sign", ["｜", "：", "\t", ",", "…"])
def test_any_words_are_labels_in_a_form_of_columns(sign: str) -> None:
    fields = [("受講コース", "簿記"), ("学年", "二年"), ("校舎", "西"), ("お問い合わせ内容", "")]
    raw = "\n".join(f"{name}{sign}{value}" for name, value in fields) + "\n模試は受け直せますか"
    assert read_inquiry(raw, "form").kept == "模試は受け直せますか"


def test_a_form_may_number_questions_with_answers_below() -> None:
    raw = "1. どなたですか\n→ 町内会\n2. ご用件は\n→ ごみ\n3. くわしくお書きください\n→ 網をもらえますか"
    assert read_inquiry(raw, "form").kept == "網をもらえますか"


@pytest.mark.parametrize("channel", ["form", "mail", "chat"])
def test_a_form_pasted_as_json_is_read_as_a_form(channel: str) -> None:
    raw = f'{{"name": "山田", "age": 30, "fax": null, "message": "{QUESTION}"}}'
    assert read_inquiry(raw, channel).kept == QUESTION
    assert read_inquiry(raw.encode(), channel).kept == QUESTION


@pytest.mark.parametrize(
    "raw",
    ['{"code": 5}', '{"error": {"code": 5}, "at": "x"}', "{返品できますか}", '{"a": "b", "c": "d"} です'],
)
def test_json_that_is_no_form_stays_as_it_came(raw: str) -> None:
    assert read_inquiry(raw, "chat").text == raw


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        (f"前略　{QUESTION}\n草々", QUESTION),
        (
            "前略　先日の商品を返品したいのですが、方法を教えてください。\n草々\n山田太郎",
            "先日の商品を返品したいのですが、方法を教えてください。",
        ),
        (f"前略　ますますご清栄のこととお慶び申し上げます。{QUESTION}\n草々", QUESTION),
    ],
)
def test_a_question_on_the_line_of_a_letters_opening_word_is_kept(raw: str, kept: str) -> None:
    assert read_inquiry(raw, "mail").kept == kept
