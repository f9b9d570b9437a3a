"""JSONL files: one JSON object a line, in UTF-8."""

from __future__ import annotations

import codecs
import datetime as dt
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, NoReturn

from faqsearch.entry import FaqEntry
from faqsearch.store.records import COLUMNS, DATES, LISTS, RecordCollector, parse_date, shown, unknown_name

_KINDS: Final = {
    type(None): "null",
    bool: "a boolean",
    int: "a number",
    float: "a number",
    str: "a string",
    list: "an array",
    dict: "an object",
}


class _RejectedError(ValueError):
    """A JSON text or value that is not allowed; the message says why."""


def read(data: bytes, collector: RecordCollector) -> None:
    """Hand every record of a JSONL file to ``collector``; the row is the physical line."""
    for row, record in iter_objects(data, collector.report):
        if record is None:
            collector.count()
            continue
        values: dict[str, object] = {}
        broken: set[str] = set()
        for key, value in record.items():
            try:
                values[key] = _typed(key, value)
            except _RejectedError as error:
                collector.report(row, shown(key)[1:-1], str(error))
                broken.add(key)
        collector.add(row, values, broken)


def render(entries: Iterable[FaqEntry]) -> bytes:
    """Return the JSONL file of ``entries``: every key on every line, text unescaped, in UTF-8."""
    return "".join(
        json.dumps({name: _plain(getattr(entry, name)) for name in COLUMNS}, ensure_ascii=False) + "\n"
        for entry in entries
    ).encode("utf-8")


def iter_objects(
    data: bytes, report: Callable[[int, str, str], None]
) -> Iterator[tuple[int, dict[str, Any] | None]]:
    """Yield the JSON object of each line that is not blank, with its line number from 1.

    Args:
        data: Content of the file.
        report: Called with line, key (empty) and message for every line that is no proper object;
            that line then yields None.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        report(0, "", "is saved as UTF-16; save the file as UTF-8 without BOM")
        return
    if data.startswith(codecs.BOM_UTF8):
        report(1, "", "begins with a byte order mark; save the file as UTF-8 without BOM")
        data = data.removeprefix(codecs.BOM_UTF8)
    for row, line in enumerate(data.split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            yield row, _object(line)
        except _RejectedError as error:
            report(row, "", str(error))
            yield row, None


def _object(line: bytes) -> dict[str, Any]:
    try:
        value = json.loads(
            line.decode("utf-8"), object_pairs_hook=_without_duplicates, parse_constant=_no_constant
        )
    except UnicodeDecodeError as error:
        raise _RejectedError(
            f"holds the byte 0x{line[error.start]:02X} at byte {error.start + 1} of the line, "
            "which UTF-8 does not allow there; save the file as UTF-8"
        ) from None
    except json.JSONDecodeError as error:
        raise _RejectedError(
            f"is not valid JSON at character {error.colno} of the line ({error.msg}); write one object a line"
        ) from None
    except RecursionError:
        raise _RejectedError("is nested too deeply; write one flat object a line") from None
    except _RejectedError:
        raise
    except ValueError:  # json gives up on integers of thousands of digits
        raise _RejectedError("holds a number too long to read; no field takes a number") from None
    if not isinstance(value, dict):
        raise _RejectedError(f"is {_KINDS[type(value)]}; write one object a line")
    return value


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) < len(pairs):
        twice = next(key for key, count in Counter(key for key, _ in pairs).items() if count > 1)
        raise _RejectedError(f"holds the key {shown(twice)} more than once; keep one")
    return record


def _no_constant(name: str) -> NoReturn:
    raise _RejectedError(f"holds {name}, which is not JSON; no field takes a number")


def _typed(key: str, value: object) -> object:
    if key not in COLUMNS:
        raise _RejectedError(unknown_name(key, "key"))
    if key in LISTS:
        if not isinstance(value, list) or not all(isinstance(part, str) for part in value):
            raise _RejectedError(f"came as {_described(value)}; give an array of strings")
        return tuple(value)
    if key in DATES and value is None:
        return None
    if not isinstance(value, str):
        allowed = "a string such as 2026-04-01, or null" if key in DATES else "a string"
        raise _RejectedError(f"came as {_described(value)}; give {allowed}")
    if key in DATES:
        try:
            return parse_date(value)
        except ValueError as error:
            raise _RejectedError(str(error)) from None
    return value


def _described(value: object) -> str:
    if isinstance(value, list):
        strange = [_KINDS[type(part)] for part in value if not isinstance(part, str)]
        return f"an array that holds {strange[0]}" if strange else "an array"
    return "null" if value is None else f"{_KINDS[type(value)]} ({shown(value)})"


def _plain(value: object) -> object:
    if isinstance(value, dt.date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
