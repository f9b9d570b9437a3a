"""Opening times and contacts as a TOML file holds them.

Such a file::

    reply_within = 8                        # hours of work until an inquiry is answered
    sender = "ポット本舗 お客様係"
    signature = "ポット本舗 お客様係"

    [hours]
    mon-fri = ["9:00-12:00", "13:00-18:00"]
    sat = ["10:00-15:00"]
    holidays = []                           # spans on public holidays, or "usual"
    closed = ["12-29..01-03", "2026-08-13"] # days and ranges, of every year or of one; for contacts too

    [[contacts]]
    name = "お電話"
    kind = "phone"
    address = "0120-000-000"
    hours = { mon-fri = ["9:00-18:00"] }    # left out: those of [hours]

A span that crosses midnight is written as Japanese shops do, ``22:00-26:00``; it belongs to the day on which
it begins, so that day decides whether it is a holiday's. Everything happens in Japan Standard Time.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from faqsearch.business_hours.contacts import Contact, SupportDesk
from faqsearch.business_hours.hours import BusinessHours
from faqsearch.errors import SettingsError, shown

MAX_FILE_BYTES: Final = 100_000


def read_support_desk(path: str | Path) -> SupportDesk:
    """Read a TOML file of opening times and contacts; the module shows one.

    Raises:
        SettingsError: If the file cannot be read or says something else than it may.
    """
    try:
        return _desk(tomllib.loads(_content(Path(path))))
    except SettingsError as error:
        raise SettingsError(f"{path}: {error}") from error
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:  # of tomllib and of decoding
        raise SettingsError(f"{path}: cannot be read as TOML: {error}") from error


def _content(path: Path) -> str:
    with path.open("rb") as opened:
        data = opened.read(MAX_FILE_BYTES + 1)
    if len(data) > MAX_FILE_BYTES:
        raise SettingsError(f"is larger than {MAX_FILE_BYTES:,} bytes; is it another file?")
    return data.decode("utf-8-sig")


def _desk(data: dict[str, Any]) -> SupportDesk:
    _check_keys("the file", data, {"hours", "contacts", "reply_within", "sender", "signature"})
    hours = _hours("hours", data["hours"]) if "hours" in data else None
    tables = data.get("contacts", [])
    if not isinstance(tables, list):
        raise SettingsError("contacts must be [[contacts]] tables")
    closed = data["hours"].get("closed", []) if hours else []
    contacts = tuple(_contact(number, table, hours, closed) for number, table in enumerate(tables, start=1))
    plain = {key: data[key] for key in ("reply_within", "sender", "signature") if key in data}
    return SupportDesk(hours=hours, contacts=contacts, **plain)


def _contact(number: int, table: object, usual: BusinessHours | None, closed: object) -> Contact:
    place = f"contacts {number}"
    if not isinstance(table, dict):
        raise SettingsError(f"{place}: must be a table")
    try:
        _check_keys("a contact", table, {"name", "kind", "address", "hours"}, required=("name", "kind"))
        hours = _hours("hours", table["hours"], closed) if "hours" in table else usual
        return Contact(**{**table, "hours": hours})
    except SettingsError as error:
        raise SettingsError(f"{place}: {error}") from error


def _hours(name: str, table: object, closed: object = None) -> BusinessHours | None:
    if table == "always":
        return None
    if not isinstance(table, dict):
        raise SettingsError(f'{name}: must be a table of days and spans, or "always"')
    try:
        return BusinessHours.parse(table if closed is None else {"closed": closed, **table})
    except SettingsError as error:
        raise SettingsError(f"{name}: {error}") from error


def _check_keys(
    what: str, table: Mapping[str, object], allowed: set[str], required: tuple[str, ...] = ()
) -> None:
    for key in table:
        if key not in allowed:
            listed = ", ".join(sorted(allowed))
            raise SettingsError(f"{what} has a key {shown(key)}; allowed are {listed}")
    for key in required:
        if key not in table:
            raise SettingsError(f"{what} lacks the key {key}")
