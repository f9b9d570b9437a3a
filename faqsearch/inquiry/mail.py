"""Raw mail to subject, sender, text and names of attachments.

The parser is the standard library's with its older policy: the newer one parses every address and parameter
by a grammar that takes quadratic time and raises on input that real programs send. Sizes are bounded before.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from typing import Final

from faqsearch.inquiry.charsets import decode
from faqsearch.inquiry.headers import MAX_HEADER, file_name, header
from faqsearch.inquiry.markup import html_to_text

MAX_BYTES: Final = 30_000_000
MAX_HEADER_LINES: Final = 1_000
MAX_PARTS: Final = 200
MAX_DEPTH: Final = 12
MAX_BODY: Final = 400_000
"""Bytes of one part that are decoded."""

KNOWN_HEADERS: Final = frozenset(
    "from to cc bcc subject date sender reply-to message-id mime-version content-type received return-path "
    "content-transfer-encoding delivered-to x-mailer user-agent in-reply-to references dkim-signature".split()
)
_FIELD: Final = re.compile(rb"([A-Za-z][A-Za-z0-9-]{0,60}):")
_NESTING: Final = re.compile(rb"boundary|message/|digest", re.IGNORECASE)
_BOUNDARY_LIKE: Final = re.compile(rb"^--", re.MULTILINE)
FORWARDED_MARK: Final = "-----Forwarded Message-----"


@dataclass(kw_only=True, slots=True)
class Mail:
    """What a raw mail holds."""

    subject: str = ""
    sender: str = ""
    body: str = ""
    attachments: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def note(self, problem: str | None) -> None:
        """Add a problem, once."""
        if problem and problem not in self.problems:
            self.problems.append(problem)


def looks_like_mail(data: bytes, *, fields: int = 2) -> bool:
    """Tell whether bytes begin with header fields of mail, at least so many of them known ones."""
    known = set()
    for line in data.lstrip(b"\xef\xbb\xbf\r\n")[:16_384].splitlines()[:100]:
        if not line.strip():
            break
        match = _FIELD.match(line)
        if match is None and not line.startswith((b" ", b"\t", b"From ", b">From ")):
            return False
        if match and match[1].lower().decode("ascii") in KNOWN_HEADERS:
            known.add(match[1].lower())
    return len(known) >= fields


def read_mail(data: bytes) -> Mail:
    """Read a raw mail, whatever is wrong with it.

    Args:
        data: The mail; header fields first.

    Returns:
        Its content. A mail forwarded as an attachment stands behind a mark in the body.
    """
    mail = Mail()
    data = _bounded(data.lstrip(b"\xef\xbb\xbf\r\n"), mail)
    try:
        message = BytesParser(policy=compat32).parsebytes(data)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        mail.note("the structure of the mail could not be read; it was taken as plain text")
        mail.body = decode(data[:MAX_BODY])[0]
        return mail
    mail.subject, mail.sender = header(message, "subject"), header(message, "from")
    pieces = _Walker(mail).texts(message, 0)
    mail.body = "\n".join(piece.strip("\n") for piece in pieces if piece.strip())
    return mail


def _bounded(data: bytes, mail: Mail) -> bytes:
    """Cut what would take the parser long: sheer size, lines of headers, parts and nesting."""
    if len(data) > MAX_BYTES:
        mail.note(f"a mail of {len(data):,} bytes was cut to {MAX_BYTES:,}")
        data = data[:MAX_BYTES]
    for count, match in enumerate(_NESTING.finditer(data)):
        if count >= 4 * MAX_DEPTH:
            mail.note("the mail was cut where it nests too many messages")
            data = data[: match.start()]
            break
    for count, match in enumerate(_BOUNDARY_LIKE.finditer(data)):
        if count >= 5 * MAX_PARTS:
            mail.note("the mail was cut after too many parts")
            data = data[: match.start()]
            break
    head, separator, body = _split_head(data)
    lines = head.splitlines(keepends=True)
    if len(lines) > MAX_HEADER_LINES:
        mail.note(f"a header of {len(lines):,} lines was cut to {MAX_HEADER_LINES:,}")
        head = b"".join(lines[:MAX_HEADER_LINES])
    return head + separator + body


def _split_head(data: bytes) -> tuple[bytes, bytes, bytes]:
    match = re.search(rb"\r?\n\r?\n", data)
    if match is None:
        return data, b"", b""
    return data[: match.start()], match[0], data[match.end() :]


class _Walker:
    """Goes through the parts of a mail."""

    def __init__(self, mail: Mail) -> None:
        self._mail = mail
        self._parts = 0

    def texts(self, message: Message, depth: int) -> list[str]:
        """Return the texts of a message or part, in order."""
        self._parts += 1
        if self._parts > MAX_PARTS or depth > MAX_DEPTH:
            self._mail.note("parts beyond the first 200, or nested more than 12 deep, were left out")
            return []
        _shorten(message)
        payload = message.get_payload()
        kind = message.get_content_type()
        if not isinstance(payload, list):
            return self._leaf(message, kind)
        inner = [part for part in payload if isinstance(part, Message)]
        if kind == "message/rfc822":
            return [text for part in inner for text in self._forwarded(part, depth)]
        if kind == "multipart/alternative":
            return self._alternative(inner, depth)
        return [text for part in inner for text in self.texts(part, depth + 1)]

    def _alternative(self, parts: Sequence[Message], depth: int) -> list[str]:
        """Return the plain version, or where it is missing or empty, the others."""
        plain = [part for part in parts if part.get_content_type() == "text/plain"]
        rest = [part for part in parts if part.get_content_type() != "text/plain"]
        first = [text for part in plain for text in self.texts(part, depth + 1)]
        if "".join(first).strip() or not rest:
            return first
        return [text for part in rest for text in self.texts(part, depth + 1)]

    def _forwarded(self, inner: Message, depth: int) -> list[str]:
        fields = ((name, header(inner, name)) for name in ("From", "Date", "Subject"))
        lines = [f"{name}: {value}" for name, value in fields if value]
        return ["\n".join([FORWARDED_MARK, *lines, "", *self.texts(inner, depth + 1)])]

    def _leaf(self, message: Message, kind: str) -> list[str]:
        name = file_name(message)
        attached = message.get_content_disposition() == "attachment"
        if attached or kind not in _TEXTS or (name and not kind.startswith("text/")):
            if name or attached or not kind.startswith(("text/", "multipart/", "message/")):
                self._mail.attachments.append(name or kind)
            return []
        text = self._decoded(message)
        if kind == "text/html":
            return [html_to_text(text)]
        if message.get_param("format") == "flowed":
            return [unflow(text, delete_space=str(message.get_param("delsp")).lower() == "yes")]
        return [text]

    def _decoded(self, message: Message) -> str:
        try:
            data = message.get_payload(decode=True)
        except (ValueError, LookupError, TypeError, AttributeError):
            data = str(message.get_payload()).encode("ascii", "surrogateescape")
        if not isinstance(data, bytes):
            return ""
        if len(data) > MAX_BODY:
            self._mail.note(f"a part of {len(data):,} bytes was cut to {MAX_BODY:,}")
            data = data[:MAX_BODY]
        try:
            label = message.get_content_charset()
        except (ValueError, LookupError, TypeError, AttributeError):
            label = None
        text, problem = decode(data, label)
        self._mail.note(problem)
        return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")


_TEXTS: Final = frozenset(("text/plain", "text/html", "text/enriched"))


def _shorten(message: Message) -> None:
    """Cut header fields whose parameters would take long to parse."""
    for name in ("content-type", "content-disposition", "content-transfer-encoding"):
        for key, value in message.raw_items():
            if key.lower() == name and len(str(value)) > MAX_HEADER:
                del message[name]
                message[name] = str(value)[:MAX_HEADER]
                break


def unflow(text: str, *, delete_space: bool = False) -> str:
    """Join the lines that a program wrapped (RFC 3676).

    Args:
        text: Text of a part with ``format=flowed``.
        delete_space: Whether the trailing space of a wrapped line is dropped (``delsp=yes``).
    """
    lines: list[str] = []
    flowing: str | None = None
    pieces: list[str] = []
    for line in text.split("\n"):
        content = line.lstrip(">")
        depth = line[: len(line) - len(content)]
        content = content.removeprefix(" ")
        signature = content == "-- "
        if flowing is not None and (depth != flowing or signature):
            lines.append("".join(pieces))
            flowing, pieces = None, []
        if flowing is None:
            pieces = [depth + (" " if depth else "")]
        soft = content.endswith(" ") and not signature
        pieces.append(content[:-1] if soft and delete_space else content)
        if soft:
            flowing = depth
        else:
            lines.append("".join(pieces))
            flowing, pieces = None, []
    if flowing is not None:
        lines.append("".join(pieces))
    return "\n".join(lines)
