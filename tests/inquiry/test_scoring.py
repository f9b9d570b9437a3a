from __future__ import annotations

import pytest

from faqsearch.inquiry import PartKind, read_inquiry


def kinds(text: str, channel: str = "mail") -> dict[str, str]:
    """What each line was taken for."""
    reading = read_inquiry(text, channel)
    found = {}
    for line in text.splitlines():
        start = reading.text.find(line)
        part = next(part for part in reading.parts if part.start <= start < part.end)
        found[line] = part.kind.value
    return found


@pytest.mark.parametrize(
    "question",
    [
        "返品の送料はいくらですか。",
        "キャンセルをお願いします。",
        "ログインできません。",
        "届いた皿が割れていました。",
    ],
)
def test_what_asks_or_tells_a_problem_is_kept_amid_any_courtesy(question: str) -> None:
    text = (
        "お世話になっております。\n先日はありがとうございました。\n"
        f"{question}\nお手数をおかけしますが、よろしくお願いいたします。"
    )
    assert kinds(text)[question] == "body"


@pytest.mark.parametrize("notice", ["このメールはスマートフォンから送信されています", "iPhoneから送信"])
def test_notices_of_programs_are_no_words_of_the_writer(notice: str) -> None:
    assert kinds(f"領収書を発行したいです。\n\n{notice}")[notice] in {"footer", "label"}


def test_the_end_of_a_letter_is_set_apart_with_its_name() -> None:
    text = "返品の期限を教えてください。\nどうぞよろしくお願いいたします。\n\n山田 花子\nhanako@example.jp"
    found = kinds(text)
    assert found["返品の期限を教えてください。"] == "body"
    assert found["どうぞよろしくお願いいたします。"] == "closing"
    assert found["山田 花子"] == found["hanako@example.jp"] == "signature"


def test_short_questions_on_lines_of_their_own_are_several() -> None:
    reading = read_inquiry("送料は？\n返品は？", "chat")
    assert [question.text for question in reading.questions] == ["送料は？", "返品は？"]


def test_reading_is_the_same_every_time() -> None:
    text = "こんばんは。\n夜分に失礼します。\n先週買った靴の返品はできますか。\nでは。"
    first = read_inquiry(text, "mail")
    assert first == read_inquiry(text, "mail")
    assert {part.kind for part in first.parts} >= {PartKind.BODY}
