"""Header fields of mail to text: encoded words (RFC 2047), raw 8-bit text, and names of files."""

from __future__ import annotations

import base64
import binascii
import re
from email.message import Message
from email.utils import collapse_rfc2231_value
from typing import Final

from faqsearch.inquiry.charsets import decode

MAX_HEADER: Final = 4_000
"""Characters of a header field that are read."""

_ENCODED_WORD: Final = re.compile(
    r"=\?([A-Za-z0-9_.:+-]{1,40})(?:\*[A-Za-z-]{0,10})?\?([bBqQ])\?([^?]{0,4000})\?="
)
_QUOTED_BYTE: Final = re.compile(rb"=([0-9A-Fa-f]{2})")
_SPACES: Final = re.compile(r"\s+")


def header(message: Message, name: str) -> str:
    """Return a header field as one line of text; empty if it is missing."""
    wanted = name.lower()
    for key, value in message.raw_items():
        if key.lower() == wanted:
            return decode_header(str(value))
    return ""


def decode_header(value: str) -> str:
    """Decode the value of a header field as the parser gives it, with 8-bit bytes as lone surrogates.

    Encoded words that follow one another in one charset are put together before they are decoded, since many
    programs cut characters in two.
    """
    value = value[:MAX_HEADER]
    pieces: list[str] = []
    pending = b""
    charset = ""
    position = 0
    for match in _ENCODED_WORD.finditer(value):
        between = value[position : match.start()]
        word_charset = match[1].lower()
        if pending and (between.strip() or word_charset != charset):
            pieces.append(decode(pending, charset)[0])
            pending = b""
        if between.strip() or (position == 0 and between):
            pieces.append(_raw(between))
        charset = word_charset
        pending += _word_bytes(match[3], match[2])
        position = match.end()
    if pending:
        pieces.append(decode(pending, charset)[0])
    pieces.append(_raw(value[position:]))
    return _SPACES.sub(" ", "".join(pieces)).strip()


def file_name(message: Message) -> str:
    """Return the name of the file in a part, from RFC 2231 or RFC 2047 parameters; empty if it has none."""
    for name, parameter in (("content-disposition", "filename"), ("content-type", "name")):
        try:
            value = message.get_param(parameter, None, name)
            text = collapse_rfc2231_value(value) if value is not None else ""
        except (ValueError, LookupError, TypeError, AttributeError):
            continue
        if text:
            # A path is a name that some programs write in full.
            return re.split(r"[/\\]", decode_header(text.replace("\x00", "")))[-1][:200]
    return ""


def _raw(text: str) -> str:
    """Return text outside encoded words; bytes above ASCII are told by their looks."""
    if text.isascii() and "\x1b" not in text:
        return text
    data = text.encode("utf-8", "surrogateescape") if _is_escaped(text) else text.encode("utf-8", "replace")
    return decode(data)[0]


def _is_escaped(text: str) -> bool:
    return not any("\ud800" <= character < "\udc80" or "\udcff" < character <= "\udfff" for character in text)


def _word_bytes(text: str, encoding: str) -> bytes:
    data = text.encode("utf-8", "replace")
    if encoding in "qQ":
        return _QUOTED_BYTE.sub(lambda match: bytes((int(match[1], 16),)), data.replace(b"_", b" "))
    data = re.sub(rb"[^A-Za-z0-9+/]", b"", data)
    try:
        return base64.b64decode(data[: len(data) - (len(data) % 4 == 1)] + b"=" * (-len(data) % 4))
    except binascii.Error:
        return b""
