"""The labelled raw inquiries of the sample bases, as they would come in: texts, and mails in bytes.

A record holds labelled lines; here they become a text or the bytes of a mail, with the place of every line
and of all personal data. The mails are put together by hand, not with the library that reads them.
"""

from __future__ import annotations

import base64
import json
import quopri
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any, Final

REPOSITORY: Final = Path(__file__).resolve().parent.parent
BASES: Final = ("shop", "saas")
PERSONAL_KINDS: Final = ("name", "email", "phone", "address", "postcode", "card", "my_number", "order")

_MARK: Final = re.compile(rf"<(/?)({'|'.join(PERSONAL_KINDS)})>")
# What Windows puts for signs that code page 932 has at another place than Unicode's own tables.
_WINDOWS: Final = str.maketrans("〜−‖¢£¬—", "～－∥￠￡￢―")


@dataclass(frozen=True, kw_only=True, slots=True)
class LabelledSpan:
    """A stretch of the text with what it is: a kind of line, or of personal data."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, kw_only=True, slots=True)
class LabelledQuestion:
    """A question of an inquiry, with the entries that answer it: 2 = answers it, 1 = related."""

    text: str
    relevant: Mapping[str, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class RawInquiry:
    """A labelled raw inquiry.

    Attributes:
        id: Its id.
        base: Name of the base it was sent to.
        split: "dev" or "test".
        channel: Where it came from.
        audience: Who asks.
        sources: Ids of the labelled inquiries it was made from.
        raw: What comes in: a text, or the bytes of a mail.
        text: The text that a reader should see: of a mail, the subject, a newline, and the body.
        line_spans: The labelled lines in that text, in order, blank ones with them.
        personal: Personal data in that text, in order.
        questions: What it asks.
        triage: Labels of urgency, complaint, distress, language and category.
        mime: How a mail is made, or None.
    """

    id: str
    base: str
    split: str
    channel: str
    audience: str
    sources: tuple[str, ...]
    raw: str | bytes
    text: str
    line_spans: tuple[LabelledSpan, ...]
    personal: tuple[LabelledSpan, ...]
    questions: tuple[LabelledQuestion, ...]
    triage: Mapping[str, Any]
    mime: Mapping[str, Any] | None


def raw_path(base: str) -> Path:
    """Return the file of a base's raw inquiries."""
    return REPOSITORY / "data" / base / "raw.jsonl"


def load_raw(base: str) -> list[RawInquiry]:
    """Read the raw inquiries of a base, in file order."""
    lines = raw_path(base).read_text(encoding="utf-8").splitlines()
    return [build_raw(json.loads(line), base) for line in lines if line.strip()]


def build_raw(record: Mapping[str, Any], base: str) -> RawInquiry:
    """Build what comes in from a labelled record."""
    mime = record["mime"]
    charset = _charset(record) if mime else "utf-8"
    lines, spans, personal = [], [], []
    offset = 0
    subject = ""
    if mime and mime["subject"]:
        subject, marks = take_marks(_encodable(mime["subject"], charset))
        personal += [LabelledSpan(kind=kind, start=start, end=end) for kind, start, end in marks]
        offset = len(subject) + 1
    for kind, marked in record["lines"]:
        line, marks = take_marks(_encodable(marked, charset))
        spans.append(LabelledSpan(kind=kind, start=offset, end=offset + len(line)))
        personal += [
            LabelledSpan(kind=one, start=offset + start, end=offset + end) for one, start, end in marks
        ]
        lines.append(line)
        offset += len(line) + 1
    body = "\n".join(lines)
    return RawInquiry(
        id=record["id"],
        base=base,
        split=record["split"],
        channel=record["channel"],
        audience=record["audience"],
        sources=tuple(record["from"]),
        raw=build_mail(mime, subject, lines, charset, seed=record["id"]) if mime else body,
        text=f"{subject}\n{body}" if subject else body,
        line_spans=tuple(spans),
        personal=tuple(personal),
        questions=tuple(
            LabelledQuestion(text=take_marks(one["text"])[0].translate(_WINDOWS), relevant=one["relevant"])
            if charset != "utf-8"
            else LabelledQuestion(text=take_marks(one["text"])[0], relevant=one["relevant"])
            for one in record["questions"]
        ),
        triage=record["triage"],
        mime=mime,
    )


def take_marks(marked: str) -> tuple[str, list[tuple[str, int, int]]]:
    """Take the marks of personal data out of a line; return it with kind, start and end of each.

    Raises:
        ValueError: If marks do not pair.
    """
    pieces: list[str] = []
    found: list[tuple[str, int, int]] = []
    opened: tuple[str, int] | None = None
    length = position = 0
    for match in _MARK.finditer(marked):
        pieces.append(marked[position : match.start()])
        length += match.start() - position
        position = match.end()
        if not match[1]:
            if opened:
                raise ValueError(f"a mark {match[0]} stands inside another")
            opened = (match[2], length)
        else:
            if opened is None or opened[0] != match[2]:
                raise ValueError(f"a mark {match[0]} closes nothing")
            found.append((opened[0], opened[1], length))
            opened = None
    if opened:
        raise ValueError(f"a mark <{opened[0]}> is not closed")
    pieces.append(marked[position:])
    return "".join(pieces), found


def _charset(record: Mapping[str, Any]) -> str:
    """Return the charset a mail is really sent in: programs turn to UTF-8 where theirs lacks a sign."""
    wanted: str = record["mime"]["charset"].lower()
    whole = "".join(line for _, line in record["lines"]) + record["mime"]["subject"]
    if wanted == "utf-8" or not _fits(whole.translate(_WINDOWS)):
        return "utf-8"
    return wanted


def _fits(text: str) -> bool:
    try:
        text.encode("cp932")
    except UnicodeEncodeError:
        return False
    return True


def _encodable(text: str, charset: str) -> str:
    return text if charset == "utf-8" else text.translate(_WINDOWS)


# --- Mails


def build_mail(
    mime: Mapping[str, Any], subject: str, lines: Sequence[str], charset: str, *, seed: str
) -> bytes:
    """Put a mail together.

    Args:
        mime: Transfer encoding, whether it is HTML only, names of attachments, and the sender.
        subject: The subject.
        lines: Lines of the body.
        charset: The charset of body and header: utf-8, shift_jis or iso-2022-jp.
        seed: Decides between ways to write that are all in use.
    """
    variant = zlib.crc32(seed.encode())
    content = to_html(lines, variant) if mime["html"] else "\n".join(lines)
    transfer = mime["transfer"]
    if charset == "utf-8" and transfer == "7bit":
        transfer = "base64"
    kind = "html" if mime["html"] else "plain"
    head = f'Content-Type: text/{kind}; charset="{charset}"\r\nContent-Transfer-Encoding: {transfer}\r\n\r\n'
    part = head.encode() + _transfer(encode(content.replace("\n", "\r\n"), charset), transfer)
    fields = (
        f"Return-Path: <sender@example.jp>\r\n"
        "Received: from mx.example.jp by mail.example.com; Mon, 16 Nov 2026 09:00:00 +0900\r\n"
        f"Message-ID: <{seed}@example.jp>\r\nDate: Mon, 16 Nov 2026 09:00:00 +0900\r\n"
        f"From: {_encode_sender(mime['from'], charset)}\r\nTo: support@example.com\r\n"
        f"Subject: {encode_words(subject, charset)}\r\nMIME-Version: 1.0\r\n"
    ).encode("ascii")
    if not mime["attachments"]:
        return fields + part + b"\r\n"
    mark = f"=_{variant:08x}"
    pieces = [part, *(_attachment(name, variant) for name in mime["attachments"])]
    joined = b"".join(b"--" + mark.encode() + b"\r\n" + piece + b"\r\n" for piece in pieces)
    return (
        fields
        + f'Content-Type: multipart/mixed; boundary="{mark}"\r\n\r\n'.encode()
        + joined
        + f"--{mark}--\r\n".encode()
    )


def encode(text: str, charset: str) -> bytes:
    """Encode text as mail programs of Windows do: with ①, ㈱ and half-width kana in any charset."""
    if charset == "shift_jis":
        return text.encode("cp932")
    return encode_jis(text) if charset == "iso-2022-jp" else text.encode("utf-8")


def encode_jis(text: str) -> bytes:
    """Encode text in ISO-2022-JP with the repertoire of code page 932 (which names it CP50221)."""
    pieces: list[bytes] = []
    mode = b"(B"
    for character in text:
        data = character.encode("cp932")
        wanted = b"$B" if len(data) == 2 else b"(I" if data[0] >= 0xA1 else b"(B"
        if wanted != mode:
            pieces.append(b"\x1b" + wanted)
            mode = wanted
        pieces.append(_jis_pair(*data) if len(data) == 2 else bytes((data[0] & 0x7F,)))
    return b"".join(pieces) + (b"" if mode == b"(B" else b"\x1b(B")


def _jis_pair(lead: int, trail: int) -> bytes:
    # The additions of IBM at 0xFA-0xFC stand at 0xED-0xEE for NEC, where JIS has rows.
    if lead >= 0xF0:
        raise ValueError("a character has no place in ISO-2022-JP")
    row = (lead - (0x70 if lead < 0xE0 else 0xB0)) * 2
    if trail < 0x9F:
        return bytes((row - 1, trail - (0x1F if trail < 0x7F else 0x20)))
    return bytes((row, trail - 0x7E))


def encode_words(text: str, charset: str) -> str:
    """Write header text in encoded words (RFC 2047) of a few characters each; ASCII stays."""
    if text.isascii():
        return text
    words = [text[start : start + 12] for start in range(0, len(text), 12)]
    return "\r\n ".join(
        f"=?{charset}?B?{base64.b64encode(encode(word, charset)).decode('ascii')}?=" for word in words
    )


def _encode_sender(sender: str, charset: str) -> str:
    plain = take_marks(sender)[0]
    name, bracket, address = plain.rpartition("<")
    if not bracket or name.isascii():
        return plain
    return f"{encode_words(_encodable(name.strip(), charset), charset)} <{address}"


def _transfer(data: bytes, transfer: str) -> bytes:
    if transfer == "base64":
        return base64.encodebytes(data).replace(b"\n", b"\r\n")
    if transfer == "quoted-printable":
        return quopri.encodestring(data.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n")
    return data


def _attachment(name: str, variant: int) -> bytes:
    """Build an attachment; its name is written by RFC 2231, or, as many programs do, by RFC 2047."""
    if variant % 2:
        quoted = "".join(f"%{byte:02X}" for byte in name.encode("utf-8"))
        disposition = f"Content-Disposition: attachment; filename*=utf-8''{quoted}"
    else:
        word = base64.b64encode(name.encode("utf-8")).decode("ascii")
        disposition = f'Content-Disposition: attachment;\r\n filename="=?utf-8?B?{word}?="'
    return (
        f"Content-Type: application/octet-stream\r\n{disposition}\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\nAAECAwQFBgc=\r\n"
    ).encode("ascii")


# --- HTML


def to_html(lines: Sequence[str], variant: int) -> str:
    """Write lines as HTML, as one of three kinds of programs does; lines marked with > become quotes."""
    style = variant % 3
    pieces = []
    for quoted, run in _runs(lines):
        body = [escape(line.lstrip("> ") if quoted else line, quote=False) for line in run]
        inner = _STYLES[style](body)
        pieces.append(f'<blockquote type="cite">{inner}</blockquote>' if quoted else inner)
    head = (
        "<html><head><meta charset='x'><style>p{margin:0}</style><title>x</title></head><body>"
        if style
        else "<html><body>"
    )
    return head + "\n".join(pieces) + "</body></html>"


def _runs(lines: Sequence[str]) -> Iterator[tuple[bool, list[str]]]:
    run: list[str] = []
    quoted = False
    for line in lines:
        if run and line.startswith(">") != quoted:
            yield quoted, run
            run = []
        quoted = line.startswith(">")
        run.append(line)
    if run:
        yield quoted, run


def _with_breaks(lines: Sequence[str]) -> str:
    return "<br>\n".join(lines)


def _with_blocks(lines: Sequence[str]) -> str:
    return "".join(f"<div>{line or '<br>'}</div>" for line in lines)


def _with_paragraphs(lines: Sequence[str]) -> str:
    return "\n".join(
        f"<p class=MsoNormal><span lang=JA style='font-size:10.5pt'>{line or '&nbsp;'}<o:p></o:p></span></p>"
        for line in lines
    )


_STYLES: Final = (_with_breaks, _with_blocks, _with_paragraphs)
