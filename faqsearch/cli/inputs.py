"""What comes in from outside: words of the command line, standard input, text files, inquiries."""

from __future__ import annotations

import codecs
import contextlib
import json
import os
import sys
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from faqsearch.errors import EvaluationError, InputError
from faqsearch.evaluation.lines import BadLineError, check_id, read_lines

_UTF16_MARKS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_REPLACEMENT: Final = "\ufffd"
_STDIN: Final = "-"


@dataclass(frozen=True, kw_only=True, slots=True)
class Inquiry:
    """One line of a batch.

    Attributes:
        id: Its key, unique in the file.
        text: What was asked.
        channel: How it came in, or None where the line does not say.
    """

    id: str
    text: str
    channel: str | None = None


def repair(word: str) -> str:
    """Return a word of the command line; bytes in it that are not UTF-8 are read as Windows writes them."""
    try:
        word.encode("utf-8")
    except UnicodeEncodeError:
        return _repaired(word)
    return word


def decode(data: bytes) -> str:
    """Decode a text of unknown origin: UTF-8, also with a few broken bytes; UTF-16 with a mark; CP932."""
    if data.startswith(_UTF16_MARKS):
        return data.decode("utf-16", errors="replace")
    text = data.decode("utf-8-sig", errors="replace")
    # CP932 makes kanji of nearly any bytes: ask it only where UTF-8 breaks more than it makes sense of.
    japanese = sum("\u3000" <= character < _REPLACEMENT for character in text)
    if text.count(_REPLACEMENT) > japanese:
        with contextlib.suppress(UnicodeDecodeError):
            return data.decode("cp932")
    return text


def read_inquiry(text: str | None, file: Path | None) -> str | bytes:
    """Return the one inquiry that was given as a word, as a file or (``-``) on standard input.

    Bytes stay bytes: a raw mail says in its header how to read them.

    Raises:
        InputError: If none or both were given.
        OSError: If the file cannot be read.
    """
    if (text is None) == (file is None):
        raise InputError("give one inquiry: as TEXT, with --file FILE, or - to read standard input")
    if file is not None:
        return file.read_bytes()
    return sys.stdin.buffer.read() if text == _STDIN else repair(text or "")


def read_inquiries(path: Path, channels: Collection[str]) -> tuple[Inquiry, ...]:
    """Read a batch: JSONL of ``{"id", "text"[, "channel"]}``; other keys and blank lines are passed over.

    Args:
        path: The file, in UTF-8.
        channels: Allowed channels.

    Raises:
        FormatError: With every bad line; messages never carry the text of an inquiry.
    """
    inquiries: dict[str, Inquiry] = {}

    def take(_row: int, line: str) -> None:
        inquiry = _inquiry(line, channels)
        if inquiry.id in inquiries:
            raise BadLineError("id", f"{inquiry.id!r} comes twice; give every inquiry its own id")
        inquiries[inquiry.id] = inquiry

    read_lines(path, take)
    return tuple(inquiries.values())


def _inquiry(line: str, channels: Collection[str]) -> Inquiry:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        record = None
    if not isinstance(record, dict):
        raise BadLineError("", 'is no JSON object; write one a line, such as {"id": "q1", "text": "..."}')
    try:
        inquiry_id = check_id("inquiry", record.get("id"))
    except EvaluationError as error:
        raise BadLineError("id", str(error)) from None
    text, channel = record.get("text"), record.get("channel")
    if not isinstance(text, str):
        raise BadLineError("text", f"came as {type(text).__name__}; give a string")
    if channel is not None and channel not in channels:
        raise BadLineError("channel", f"is none that is known; allowed are {', '.join(channels)}")
    return Inquiry(id=inquiry_id, text=text, channel=channel)


def _repaired(word: str) -> str:
    try:
        return decode(os.fsencode(word))
    except UnicodeEncodeError:
        return word.encode("utf-8", "replace").decode("utf-8")
