"""Find out how the bytes of a CSV file spell text: UTF-8, or CP932 as Excel in Japan saves it."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import Final

_ALLOWED: Final = "allowed are UTF-8 (with or without BOM) and CP932 (Shift_JIS as Excel saves it)"
_UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_NAMES: Final = {"utf-8": "UTF-8", "cp932": "CP932"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """Why bytes cannot be read as text.

    Attributes:
        offset: Position of the offending byte, or None where the file as a whole is meant.
        message: What came, what is allowed.
    """

    offset: int | None
    message: str


def decode(data: bytes) -> str | Fault:
    """Return the text of ``data`` without its byte order mark, or what is wrong with it.

    UTF-8 is tried first, then CP932. A damaged UTF-8 text can happen to be valid CP932; it counts as
    damaged, not as CP932, if it holds more intact UTF-8 characters than broken ones.
    """
    if data.startswith(_UTF_16):
        return Fault(offset=None, message=f"is saved as UTF-16; {_ALLOWED}: choose 'CSV UTF-8' when saving")
    if b"\0" in data:
        message = f"holds the byte 0x00, so it is UTF-16 or no text at all; {_ALLOWED}"
        return Fault(offset=data.index(b"\0"), message=message)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    if _is_damaged_utf8(data):
        return _fault(data, "utf-8")
    try:
        return data.decode("cp932")
    except UnicodeDecodeError:
        return _fault(data, "utf-8" if _errors(data, "utf-8") <= _errors(data, "cp932") else "cp932")


def _is_damaged_utf8(data: bytes) -> bool:
    if data.startswith(codecs.BOM_UTF8):
        return True
    intact = sum(character > "\x7f" for character in data.decode("utf-8", errors="ignore"))
    return intact > _errors(data, "utf-8")


def _errors(data: bytes, encoding: str) -> int:
    genuine = data.count("\ufffd".encode()) if encoding == "utf-8" else 0  # CP932 has no U+FFFD
    return data.decode(encoding, errors="replace").count("\ufffd") - genuine


def _fault(data: bytes, encoding: str) -> Fault:
    try:
        data.decode(encoding)
    except UnicodeDecodeError as error:
        offset = error.start
    message = (
        f"holds the byte 0x{data[offset]:02X}, which {_NAMES[encoding]} does not allow there; {_ALLOWED}"
    )
    return Fault(offset=offset, message=message)
