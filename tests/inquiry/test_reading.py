from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from faqsearch.errors import InputError
from faqsearch.inquiry import PartKind, Reading, read_inquiry
from faqsearch.inquiry.parts import KEPT
from faqsearch.inquiry.reading import CHANNELS, MAX_TEXT

HERE = Path(__file__).parent
QUESTION = "ポットの保証は何年ありますか？"


@dataclass
class Style:
    name: str
    channel: str
    questions: int
    lines: list[tuple[str, str]] = field(default_factory=list)


def phrases(name: str) -> list[str]:
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if not line.startswith("#")]


def styles() -> Iterator[Style]:
    style = None
    for line in (HERE / "styles.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            if style:
                yield style
            name, channel, questions = line[3:].split()
            style = Style(name, channel, int(questions))
        elif style and "|" in line:
            kind, text = line.split("|", 1)
            style.lines.append((kind, text))
    assert style
    yield style


def kept_characters(reading: Reading) -> list[bool]:
    kept = [False] * len(reading.text)
    for part in reading.parts:
        if part.kind in KEPT:
            kept[part.start : part.end] = [True] * (part.end - part.start)
    return kept


@pytest.mark.parametrize("phrase", phrases("phrases_to_drop.txt"))
def test_a_phrase_that_says_nothing_is_dropped(phrase: str) -> None:
    before = read_inquiry(f"{phrase}\n\n{QUESTION}", "mail").kept
    after = read_inquiry(f"{QUESTION}\n\n{phrase}", "mail").kept
    assert QUESTION in {before, after}
    assert QUESTION in before
    assert QUESTION in after


@pytest.mark.parametrize("phrase", phrases("phrases_to_keep.txt"))
def test_a_sentence_that_asks_or_tells_is_kept(phrase: str) -> None:
    letter = f"お世話になっております。\n\n{phrase}\n\nよろしくお願いいたします。\n\n--\n山田 太郎"
    for text in (letter, f"{QUESTION}\n{phrase}\n以上です。", f"こんにちは\n{phrase}"):
        assert phrase in read_inquiry(text, "mail").kept


@pytest.mark.parametrize("style", list(styles()), ids=lambda style: style.name)
def test_a_style_is_read(style: Style) -> None:
    text = "\n".join(line for _, line in style.lines)
    reading = read_inquiry(text, style.channel)
    kept = kept_characters(reading)
    position = 0
    for kind, line in style.lines:
        body = [kept[index] for index in range(position, position + len(line)) if not text[index].isspace()]
        if kind == "b":
            assert body[-1], line
        elif QUESTION_OF_STYLES in line:  # a label and its value on one line
            assert kept[text.index(QUESTION_OF_STYLES)], line
        else:
            assert not any(body), line
        position += len(line) + 1
    assert len(reading.questions) == style.questions


QUESTION_OF_STYLES = "返品の送料はどちらが払"


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize(
    "text",
    [
        "返品できますか",
        "返品 送料",
        "送料はいくらですか？\n",
        "パスワード忘れた！",
        "a",
        "１日で届く？着払いで。",
    ],
)
def test_a_bare_question_passes_unchanged(text: str, channel: str) -> None:
    reading = read_inquiry(text, channel)
    assert reading.kept == text
    assert [part.kind for part in reading.parts] == [PartKind.BODY]
    assert len(reading.questions) == 1
    assert (reading.subject, reading.sender, reading.attachments, reading.problems) == ("", "", (), ())


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_mail_is_read_as_one_whatever_the_channel(channel: str) -> None:
    text = (
        "サポート御中\n\nお世話になっております。\n株式会社ミズホの神崎と申します。\n\n"
        "請求書の宛名を変更できますか。\n\nよろしくお願いいたします。\n\n"
        "--\n神崎 玲子\nTEL 03-0000-0000\n\n> 神崎様\n> ご連絡ありがとうございます。"
    )
    assert read_inquiry(text, channel).kept == "請求書の宛名を変更できますか。"


@pytest.mark.parametrize("channel", ["chat", "mail", "sns"])
def test_a_form_is_read_as_one_whatever_the_channel(channel: str) -> None:
    text = (
        "【お名前】神崎 玲子\n【メールアドレス】k@example.com\n【お問い合わせ内容】\n宛名を変更できますか。"
    )
    assert read_inquiry(text, channel).kept == "宛名を変更できますか。"


def test_a_question_that_shares_its_line_with_a_greeting_is_cut_out() -> None:
    reading = read_inquiry("こんにちは、返品できますか？よろしくお願いします。", "chat")
    assert [(part.kind.value, reading.text[part.start : part.end]) for part in reading.parts] == [
        ("greeting", "こんにちは、"),
        ("body", "返品できますか？"),
        ("closing", "よろしくお願いします。"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "こんにちは",
        "よろしくお願いします。",
        "山田と申します。",
        "> 返品できますか",
        "---\n東京都\n---",
        "＃",
    ],
)
def test_something_is_kept_of_any_text_with_words(text: str) -> None:
    reading = read_inquiry(text, "mail")
    assert reading.kept
    assert len(reading.questions) == 1


def test_of_mere_boilerplate_the_likeliest_is_kept() -> None:
    assert read_inquiry("お世話になります。\n送料\nよろしくお願いします。", "mail").kept == "送料"


def test_a_forwarded_question_is_read_out_of_its_quote() -> None:
    head = "-------- 転送メッセージ --------\n差出人: 山田\n件名: 送料"
    text = f"{head}\n\nお世話になります。\n送料はいくらですか？"
    assert read_inquiry(text, "mail").kept == "送料はいくらですか？"


def test_blank_texts_keep_nothing() -> None:
    for text in ("", " \n\t\n"):
        reading = read_inquiry(text)
        assert (reading.kept.strip(), reading.questions) == ("", ())


def test_a_long_text_is_cut_and_that_is_told() -> None:
    reading = read_inquiry("あ" * (MAX_TEXT + 1), "chat")
    assert len(reading.text) == MAX_TEXT
    assert reading.problems == ("a text of 100,001 characters was cut to 100,000",)


def test_wrong_arguments_are_named_without_their_text() -> None:
    with pytest.raises(InputError, match="an inquiry came as int; give a string or bytes"):
        read_inquiry(3)  # type: ignore[arg-type]
    with pytest.raises(
        InputError, match="channel came as 'fax'; allowed are chat, mail, phone, form, sns, search"
    ):
        read_inquiry("x", "fax")


def test_no_representation_shows_the_text() -> None:
    reading = read_inquiry(
        "From: 山田 <y@example.jp>\nSubject: 秘密\nMIME-Version: 1.0\n\n秘密ですか", "mail"
    )
    assert "秘密" not in repr(reading)
    assert "山田" not in repr(reading)
