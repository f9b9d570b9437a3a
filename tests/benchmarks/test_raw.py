from __future__ import annotations

import email
import email.policy
from typing import Any

import _raw
import pytest

RECORD: dict[str, Any] = {
    "id": "x-r001",
    "split": "dev",
    "channel": "mail",
    "audience": "public",
    "from": ["x-q001"],
    "mime": {
        "charset": "iso-2022-jp",
        "transfer": "7bit",
        "html": False,
        "attachments": ["写真①.jpg"],
        "subject": "返品〜①について",
        "from": "山田 花子 <hanako@example.jp>",
    },
    "lines": [
        ["greeting", "お世話になります。"],
        ["blank", ""],
        ["question", "保証は何年ありますか？"],
        ["signature", "<name>山田 花子</name>／<phone>03-0000-0000</phone>"],
    ],
    "questions": [{"text": "保証は何年ありますか？", "relevant": {"x-001": 2}}],
    "triage": {"urgency": False},
}


def with_mime(**changes: Any) -> dict[str, Any]:
    return {**RECORD, "mime": {**RECORD["mime"], **changes}}


def parsed(raw: str | bytes) -> email.message.EmailMessage:
    assert isinstance(raw, bytes)
    return email.message_from_bytes(raw, policy=email.policy.default)


def test_spans_count_in_the_text_with_its_subject() -> None:
    built = _raw.build_raw(RECORD, "x")
    assert built.text.startswith("返品～①について\nお世話になります。\n\n保証は")
    lines = [(span.kind, built.text[span.start : span.end]) for span in built.line_spans]
    assert lines == [
        ("greeting", "お世話になります。"),
        ("blank", ""),
        ("question", "保証は何年ありますか？"),
        ("signature", "山田 花子／03-0000-0000"),
    ]
    personal = [(span.kind, built.text[span.start : span.end]) for span in built.personal]
    assert personal == [("name", "山田 花子"), ("phone", "03-0000-0000")]


def test_a_record_without_mime_is_its_lines() -> None:
    built = _raw.build_raw({**RECORD, "mime": None}, "x")
    assert built.raw == built.text == "お世話になります。\n\n保証は何年ありますか？\n山田 花子／03-0000-0000"


@pytest.mark.parametrize("transfer", ["base64", "quoted-printable", "8bit"])
@pytest.mark.parametrize("charset", ["utf-8", "shift_jis"])
def test_a_mail_says_what_its_record_says(charset: str, transfer: str) -> None:
    built = _raw.build_raw(with_mime(charset=charset, transfer=transfer, attachments=[]), "x")
    message = parsed(built.raw)
    data = message.get_payload(decode=True)
    assert isinstance(data, bytes)
    subject, _, body = built.text.partition("\n")
    assert data.decode("cp932" if charset == "shift_jis" else charset).splitlines() == body.splitlines()
    assert message["to"] == "support@example.com"
    if charset == "utf-8":
        assert message["subject"] == subject
        assert message["from"] == "山田 花子 <hanako@example.jp>"


def test_attachments_are_named() -> None:
    message = parsed(_raw.build_raw(with_mime(charset="utf-8", transfer="base64"), "x").raw)
    assert [part.get_filename() for part in message.iter_attachments()] == ["写真①.jpg"]


def test_signs_of_windows_go_into_iso_2022_jp() -> None:
    assert _raw.encode_jis("a①あｱ") == b'a\x1b$B-!$"\x1b(I1\x1b(B'
    assert _raw.encode_jis("返品").decode("iso2022_jp") == "返品"


def test_a_sign_that_a_charset_lacks_turns_the_mail_into_utf_8() -> None:
    record = {**RECORD, "lines": [["question", "届かない🙏"]]}
    assert parsed(_raw.build_raw(record, "x").raw).get_body().get_content_charset() == "utf-8"  # type: ignore[union-attr]


@pytest.mark.parametrize("variant", range(3))
def test_html_holds_the_lines_and_marks_quotes(variant: int) -> None:
    html = _raw.to_html(["a < b", "", "> 前の返事"], variant)
    assert "a &lt; b" in html
    assert "<blockquote" in html
    assert "&gt;" not in html


@pytest.mark.parametrize(
    "marked", ["<name>a", "a</name>", "<name><email>a</email></name>", "<name>a</email>"]
)
def test_marks_that_do_not_pair_are_refused(marked: str) -> None:
    with pytest.raises(ValueError, match="a mark"):
        _raw.take_marks(marked)


@pytest.mark.parametrize("base", _raw.BASES)
def test_every_labelled_inquiry_can_be_built_and_read_in_part(base: str) -> None:
    inquiries = _raw.load_raw(base)
    assert len({inquiry.id for inquiry in inquiries}) == len(inquiries) >= 100
    for inquiry in inquiries:
        assert inquiry.questions or not inquiry.sources
        assert all(0 <= span.start <= span.end <= len(inquiry.text) for span in inquiry.personal)
