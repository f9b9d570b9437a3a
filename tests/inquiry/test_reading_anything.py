"""Whatever comes in: no exception, and parts, kept text and questions that fit together."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqsearch.inquiry import Reading, read_inquiry
from faqsearch.inquiry.charsets import decode
from faqsearch.inquiry.markup import html_to_text
from faqsearch.inquiry.parts import KEPT
from faqsearch.inquiry.reading import CHANNELS

PIECES = [
    "\n", "\r\n", "\r", "\u2028", " ", "　", "お世話になっております。", "山田と申します", "返品できますか？",
    "よろしくお願いします", "> ", "＞", "--", "────────", "客：", "サポート：", "[10:32] 客", "10:32",
    "【お名前】", "■内容", "件名：", "From: ", "①", "1. ", "また、", "iPhoneから送信", "誤って受信",
    "TEL 03-0000-0000", "株式会社", "#タグ", "@a", "対応：", "受電", "様",
    "🙇", "\x00", "\ud800", "-----Original Message-----", "、", "。", "？", "「", "」", "(", "A", "2点",
    "追伸", "<", "&gt;", "\x1b$B",
]  # fmt: skip
RAW = st.one_of(st.text(), st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
HEADERS = [
    b"From: a@example.jp\r\n", b"Subject: =?iso-2022-jp?B?GyRCSlZJSg==?=\r\n",
    b"Subject: =?utf-8?Q?=E8?=\r\n", b"Content-Type: text/plain; charset=iso-2022-jp\r\n",
    b"Content-Type: text/html\r\n", b'Content-Type: multipart/mixed; boundary="b"\r\n',
    b"Content-Type: multipart/alternative; boundary=b\r\n", b"Content-Type: message/rfc822\r\n",
    b"Content-Type: text/plain; format=flowed\r\n", b"Content-Type: multipart/digest; boundary=b\r\n",
    b"Content-Transfer-Encoding: base64\r\n", b"Content-Transfer-Encoding: quoted-printable\r\n",
    b"Content-Transfer-Encoding: x-uuencode\r\n", b"Content-Type: ;;=\xff\r\n",
    b"Content-Disposition: attachment; filename*0*=utf-8''%E5; filename*1=b\r\n", b"\r\n", b"--b\r\n",
    b"--b--\r\n", b"begin 666 x\r\n", b"\x1b$B$$", b"\x82\xa0", b"<p>a</p>", b"=\r\n", b"a: b\r\n",
]  # fmt: skip
MAILS = st.builds(
    lambda pieces: b"From: a\r\nSubject: b\r\n" + b"".join(pieces),
    st.lists(st.one_of(st.sampled_from(HEADERS), st.binary(max_size=20)), max_size=30),
)


def check(reading: Reading) -> None:
    position = 0
    for part in reading.parts:
        assert part.start == position
        assert part.end > part.start
        position = part.end
    assert position == len(reading.text)
    kept = [False] * len(reading.text)
    for part in reading.parts:
        if part.kind in KEPT:
            kept[part.start : part.end] = [True] * (part.end - part.start)
    pieces = [reading.text[part.start : part.end].strip() for part in reading.parts if part.kind in KEPT]
    assert reading.kept.strip() == "\n".join(piece for piece in pieces if piece).strip()
    for before, after in zip(reading.questions, reading.questions[1:], strict=False):
        assert before.end <= after.start
    for question in reading.questions:
        assert 0 <= question.start < question.end <= len(reading.text)
        assert question.text
        assert kept[question.start]
        assert kept[question.end - 1]
    assert bool(reading.questions) == bool(reading.kept.strip())


@given(RAW, st.sampled_from(CHANNELS))
def test_any_text_is_read(text: str, channel: str) -> None:
    reading = read_inquiry(text, channel)
    assert reading.channel == channel
    check(reading)


@given(st.binary(), st.sampled_from(CHANNELS))
def test_any_bytes_are_read(data: bytes, channel: str) -> None:
    check(read_inquiry(data, channel))


@given(MAILS)
def test_any_mail_is_read(data: bytes) -> None:
    check(read_inquiry(data, "mail"))


@given(
    st.binary(), st.sampled_from([None, "", "utf-8", "shift_jis", "iso-2022-jp", "euc-jp", "idna", "\udcff"])
)
def test_any_bytes_are_decoded(data: bytes, label: str | None) -> None:
    assert isinstance(decode(data, label)[0], str)


@given(st.text(alphabet="<>/!-&;#a =\"'\nbp蓋", max_size=200))
def test_any_html_becomes_text_without_long_gaps(html: str) -> None:
    assert "\n\n\n" not in html_to_text(html) or "<p" in html


@given(st.lists(st.sampled_from(["返品できますか。", "お世話になります。", "\n"]), max_size=8).map("".join))
def test_reading_what_was_kept_keeps_all_of_it(text: str) -> None:
    once = read_inquiry(text, "chat").kept
    assert read_inquiry(once, "chat").kept.strip() == once.strip()


HOSTILE = [
    "#a ", "1", "1 ", "(", "<a ", "<!--", "<title>", "お世話になって", "> \n", "客：", "本メール", "http://",
    "【内容】\n", "10:00\n", "--\n", "=?utf-8?B?44GC?= ", "「", "かもしれないが、", "03-0000-", "a@b.", "様",
    "引用", "送信", "1) あ？\n", "\x1b$B", "東京都", "🙇", "か", "の",
]  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_megabyte_of_one_piece_is_read(piece: str) -> None:
    # With quadratic time, the longest of these would not come back for hours.
    text = piece * (1_000_000 // len(piece))
    reading = read_inquiry(text, "mail")
    assert sum(part.end - part.start for part in reading.parts) == len(reading.text) == 100_000


HOSTILE_MAILS = [
    b"Content-Type: text/html\r\n\r\n" + b"<a " * 130_000,
    b"Content-Type: text/html\r\n\r\n" + b"<title>" * 57_000,
    b"Content-Type: text/html\r\n\r\n" + b"<!--" * 100_000,
    b"Content-Type: text/html\r\n\r\n" + b"<blockquote>a" * 30_000,
    b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\n" * 125_000,
    b"Content-Type: message/rfc822\r\n\r\n" * 30_000,
    b"X: y\r\n" * 160_000,
    b"Content-Type: text/plain; " + b"a=b; " * 200_000,
    b'Content-Type: text/plain; a="' + b'\\"' * 400_000,
    b"Content-Disposition: attachment; " + b"".join(b"filename*%d=a; " % number for number in range(60_000)),
    b"Subject: " + b"=?utf-8?B?44GC?= " * 60_000,
    b"X-A: b\r\n" + b" c\r\n" * 250_000,
    b"Content-Type: text/plain; charset=iso-2022-jp\r\n\r\n" + b"\x1b$B" * 130_000,
    b"\r\n" + b"\x82" * 400_000,
    b"Content-Transfer-Encoding: quoted-printable\r\n\r\n" + b"=" * 1_000_000,
    b"Content-Transfer-Encoding: base64\r\n\r\n" + b"A" * 1_000_000,
    b"Content-Type: text/plain; format=flowed\r\n\r\n" + b"> a \r\n" * 60_000,
]


@pytest.mark.parametrize("number", range(len(HOSTILE_MAILS)))
def test_a_megabyte_of_hostile_mail_is_read(number: int) -> None:
    check(read_inquiry(b"From: a@example.jp\r\nSubject: x\r\n" + HOSTILE_MAILS[number], "mail"))
