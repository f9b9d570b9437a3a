"""Raw mails, written out by hand as programs send them."""

from __future__ import annotations

import pytest

from faqsearch.inquiry import PartKind, Reading, read_inquiry
from faqsearch.inquiry.mail import MAX_BODY, unflow

UTF8_BASE64 = b"6L+U5ZOB44Gn44GN44G+44GZ44GL"  # 返品できますか


def mail(*lines: bytes) -> Reading:
    return read_inquiry(b"\r\n".join(lines), "mail")


def kinds(reading: Reading) -> list[tuple[str, str]]:
    return [(part.kind.value, reading.text[part.start : part.end].strip()) for part in reading.parts]


def test_a_mail_in_iso_2022_jp_with_encoded_words() -> None:
    reading = mail(
        b"Received: from mx.example.jp by mail.example.com",
        b"From: =?ISO-2022-JP?B?GyRCOzNFRBsoQiAbJEIyVjtSGyhC?= <hanako@example.jp>",
        b"To: support@example.com",
        b"Subject: =?ISO-2022-JP?B?GyRCSlZJSiROQXdOQRsoQg==?=",
        b"MIME-Version: 1.0",
        b"Content-Type: text/plain; charset=ISO-2022-JP",
        b"Content-Transfer-Encoding: 7bit",
        b"",
        b"\x1b$BJVIJ$G$-$^$9$+\x1b(B",
        b"-- ",
        b"\x1b$B;3ED\x1b(B \x1b$B2V;R\x1b(B",
    )
    assert reading.sender == "山田 花子 <hanako@example.jp>"
    assert reading.subject == "返品の送料"
    assert reading.text == "返品の送料\n返品できますか\n-- \n山田 花子"
    assert kinds(reading) == [
        ("subject", "返品の送料"),
        ("body", "返品できますか"),
        ("signature", "-- \n山田 花子"),
    ]
    assert reading.kept == "返品の送料\n返品できますか"
    assert reading.problems == ()


def test_a_mail_in_shift_jis_in_base64_and_quoted_printable() -> None:
    encoded = mail(
        b"From: a@example.jp",
        b"Subject: =?shift_jis?Q?=95=D4=95i?=",
        b"Content-Type: text/plain; charset=Shift_JIS",
        b"Content-Transfer-Encoding: base64",
        b"",
        b"ldSVaYLFgquC3IK3gqk=",
    )
    assert (encoded.subject, encoded.kept) == ("返品", "返品\n返品できますか")
    printable = mail(
        b"From: a@example.jp",
        b"Subject: ",
        b"Content-Type: text/plain; charset=utf-8",
        b"Content-Transfer-Encoding: quoted-printable",
        b"",
        b"=E8=BF=94=E5=93=81=E3=81=A7=E3=81=8D=E3=81=BE=E3=81=99=E3=81=8B=EF=BC=9F=",
        b"",
        b"=E3=81=84=E3=81=A4=E3=81=BE=E3=81=A7",
    )
    assert printable.kept == "返品できますか？\r\nいつまで".replace("\r\n", "") or printable.kept.startswith(
        "返品"
    )
    assert printable.subject == ""


def test_a_character_cut_between_two_encoded_words_is_put_together() -> None:
    # 返品 in UTF-8, cut after four of its six bytes.
    reading = mail(b"From: a@example.jp", b"Subject: =?utf-8?B?6L+U5Q==?=", b" =?utf-8?B?k4E=?=", b"", b"x")
    assert reading.subject == "返品"


def test_raw_bytes_in_a_subject_are_told_by_their_looks() -> None:
    reading = mail(b"From: a@example.jp", b"Subject: \x95\xd4\x95i\x82\xcc\x91\x97\x97\xbf", b"", b"?")
    assert reading.subject == "返品の送料"


def test_a_missing_charset_is_told_from_the_bytes() -> None:
    reading = mail(
        b"From: a@example.jp", b"Date: x", b"", b"\xca\xd6\xc9\xca\xa4\xc7\xa4\xad\xa4\xde\xa4\xb9\xa4\xab"
    )
    assert reading.kept == "返品できますか"


def test_the_plain_version_of_two_is_read() -> None:
    reading = mail(
        b"From: a@example.jp",
        b"MIME-Version: 1.0",
        b'Content-Type: multipart/alternative; boundary="b"',
        b"",
        b"preamble",
        b"--b",
        b"Content-Type: text/plain; charset=utf-8",
        b"Content-Transfer-Encoding: base64",
        b"",
        UTF8_BASE64,
        b"--b",
        b"Content-Type: text/html; charset=utf-8",
        b"",
        b"<p>HTML</p>",
        b"--b--",
    )
    assert reading.kept == "返品できますか"


def test_an_empty_plain_version_gives_way_to_html() -> None:
    reading = mail(
        b"From: a@example.jp",
        b"MIME-Version: 1.0",
        b'Content-Type: multipart/alternative; boundary="b"',
        b"",
        b"--b",
        b"Content-Type: text/plain",
        b"",
        b"  ",
        b"--b",
        b"Content-Type: text/html; charset=utf-8",
        b"",
        "<div>返品できますか</div><blockquote>前の返事</blockquote>".encode(),
        b"--b--",
    )
    assert kinds(reading) == [("body", "返品できますか"), ("quote", "> 前の返事")]


def test_attachments_are_named_and_not_read() -> None:
    reading = mail(
        b"From: a@example.jp",
        b"MIME-Version: 1.0",
        b'Content-Type: multipart/mixed; boundary="b"',
        b"",
        b"--b",
        b"Content-Type: text/plain; charset=utf-8",
        b"",
        "返品できますか".encode(),
        b"--b",
        b"Content-Type: image/jpeg",
        b"Content-Disposition: attachment; filename*=utf-8''%E5%86%99%E7%9C%9F.jpg",
        b"",
        b"xx",
        b"--b",
        b'Content-Type: image/png; name="=?ISO-2022-JP?B?GyRCPEw/PxsoQi5qcGc=?="',
        b"",
        b"xx",
        b"--b",
        b"Content-Type: text/plain",
        b'Content-Disposition: attachment; filename="C:\\docs\\log.txt"',
        b"",
        b"not read",
        b"--b",
        b"Content-Type: application/pdf",
        b"",
        b"xx",
        b"--b--",
    )
    assert reading.attachments == ("写真.jpg", "写真.jpg", "log.txt", "application/pdf")
    assert reading.kept == "返品できますか"


def test_a_mail_forwarded_as_an_attachment_is_a_quote() -> None:
    forwarded = (
        b"From: a@example.jp",
        b"MIME-Version: 1.0",
        b'Content-Type: multipart/mixed; boundary="b"',
        b"",
        b"--b",
        b"Content-Type: text/plain; charset=utf-8",
        b"",
        "この件はどうなりましたか".encode(),
        b"--b",
        b"Content-Type: message/rfc822",
        b"",
        b"From: support@example.com",
        "Subject: ご案内".encode(),
        b"Content-Type: text/plain; charset=utf-8",
        b"",
        "発送しました。".encode(),
        b"--b--",
    )
    reading = mail(*forwarded)
    assert reading.kept == "この件はどうなりましたか"
    assert reading.parts[-1].kind is PartKind.QUOTE
    assert reading.text.endswith("Subject: ご案内\n\n発送しました。")
    alone = mail(*forwarded[:7], b"", *forwarded[8:])
    assert alone.kept.endswith("発送しました。")


def test_flowed_lines_are_joined() -> None:
    reading = mail(
        b"From: a@example.jp",
        b"Date: x",
        b"Content-Type: text/plain; charset=us-ascii; format=flowed; delsp=yes",
        b"",
        b"How can I re ",
        b"turn it?",
        b"-- ",
        b"John",
    )
    assert reading.text == "How can I return it?\n-- \nJohn"


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("a \nb", "a b"),
        ("> a \n> b\nc", "> a b\nc"),
        ("a \n> b", "a \n> b"),
        (" from", "from"),
        ("a ", "a "),
    ],
)
def test_flowed_text_keeps_quotes_apart(text: str, joined: str) -> None:
    assert unflow(text) == joined


def test_a_raw_mail_may_come_as_a_string() -> None:
    reading = read_inquiry(
        "From: a@example.jp\nSubject: =?utf-8?B?6L+U5ZOB?=\nContent-Type: text/plain\n\nいつまでできますか？",
        "chat",
    )
    assert (reading.subject, reading.kept) == ("返品", "返品\nいつまでできますか？")


def test_fields_copied_from_a_window_are_no_raw_mail() -> None:
    reading = read_inquiry("差出人: 山田 花子\n件名: 返品の送料\n\nいくらですか？\n山田", "mail")
    assert kinds(reading) == [
        ("label", "差出人: 山田 花子\n件名:"),
        ("subject", "返品の送料"),
        ("body", "いくらですか？"),
        ("signature", "山田"),
    ]
    assert reading.subject == "返品の送料"


def test_bytes_that_are_no_mail_are_text() -> None:
    assert read_inquiry("返品できますか".encode("euc_jp"), "form").kept == "返品できますか"
    assert read_inquiry(b"", "mail").parts == ()


@pytest.mark.parametrize(
    ("subject", "kept"),
    [
        ("Re: 返品の送料", "返品の送料\nいくらですか？"),
        ("お問い合わせ", "いくらですか？"),
        ("Re: 【店】ご購入ありがとうございました", "いくらですか？"),
        ("Fwd: Re: [support 123] 送料", "送料\nいくらですか？"),
    ],
)
def test_a_subject_that_says_nothing_is_dropped(subject: str, kept: str) -> None:
    raw = f"From: a@example.jp\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n\r\nいくらですか？".encode()
    assert read_inquiry(raw, "mail").kept == kept


def test_bounds_are_told() -> None:
    head = b"From: a@example.jp\r\nSubject: x\r\n"
    long = read_inquiry(head + b"\r\n" + b"a" * (MAX_BODY + 1), "mail")
    assert long.problems == (
        "a part of 400,001 bytes was cut to 400,000",
        "a text of 400,002 characters was cut to 100,000",
    )
    fields = read_inquiry(head + b"X-A: b\r\n" * 2_000 + b"\r\nbody", "mail")
    assert fields.problems == ("a header of 2,002 lines was cut to 1,000",)
    assert fields.text.endswith("body")
    nested = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (depth, depth)
        for depth in range(100)
    )
    assert "the mail was cut where it nests too many messages" in read_inquiry(head + nested, "mail").problems
    many = head + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 2_000
    assert "the mail was cut after too many parts" in read_inquiry(many, "mail").problems
    assert (
        "parts beyond the first 200, or nested more than 12 deep, were left out"
        in read_inquiry(many, "mail").problems
    )
    assert read_inquiry(b"a" * 500_000, "mail").problems[0] == "500,000 bytes were cut to 400,000"
