"""Public holidays of Japan, by jpholiday."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import TYPE_CHECKING

from faqsearch.errors import SettingsError

if TYPE_CHECKING:
    from jpholiday import JPHoliday


def is_public_holiday(day: dt.date) -> bool:
    """Tell whether a day is a public holiday in Japan, substitute holidays included.

    Raises:
        SettingsError: If jpholiday is not installed.
    """
    return bool(calendar().is_holiday(day))


@lru_cache(maxsize=1)
def calendar() -> JPHoliday:
    """Return a calendar of our own: what others register with the shared one does not count."""
    try:
        from jpholiday import JPHoliday
    except ImportError:
        raise SettingsError(
            'public holidays are known by the package jpholiday; run: pip install "faqsearch[replies]", or '
            'set holidays = "usual"'
        ) from None
    return JPHoliday()
