"""Ask a server again when it is busy or away, and say what failed without saying what was asked."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import httpx

LONGEST_WAIT: Final = 30.0
"""Seconds between two tries at most, whatever the server asks for."""

_FIRST_WAIT: Final = 0.5
_WORTH_ANOTHER_TRY: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
_HINTS: Final = {
    400: "check the model's name and the batch size",
    401: "check api_key",
    403: "check what api_key may do",
    404: "check base_url and the model's name",
    413: "use a smaller batch_size",
    422: "check the model's name and the requested dimensions",
    429: "ask for less at a time, or later",
}


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no answer: what follows "the embeddings server" in a message."""

    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Retrying:
    """How often to try, and how to wait.

    Attributes:
        attempts: Tries in all; at least 1.
        sleep: Waits that many seconds.
    """

    attempts: int
    sleep: Callable[[float], None]

    def run(self, ask: Callable[[], httpx.Response]) -> httpx.Response | Failure:
        """Return the first answer of status 200, or why there was none.

        Each wait is twice the one before, unless the server names its own with ``Retry-After``; none is
        longer than :data:`LONGEST_WAIT`.
        """
        for attempt in range(1, self.attempts + 1):
            answer = _answer_of(ask)
            if isinstance(answer, Failure):
                wait, failure = None, answer
            elif answer.status_code == 200:
                return answer
            else:
                wait, failure = _requested_wait(answer), _refusal(answer.status_code)
                if answer.status_code not in _WORTH_ANOTHER_TRY:
                    return failure
            if attempt < self.attempts:
                self.sleep(min(_FIRST_WAIT * 2 ** (attempt - 1) if wait is None else wait, LONGEST_WAIT))
        return Failure(f"{failure.reason} (tries: {self.attempts})")


def _answer_of(ask: Callable[[], httpx.Response]) -> httpx.Response | Failure:
    import httpx

    try:
        return ask()
    except httpx.TimeoutException as error:
        return Failure(f"did not answer in time: {type(error).__name__}")
    except httpx.HTTPError as error:
        return Failure(f"cannot be reached: {type(error).__name__}; check base_url and that it runs")


def _refusal(status: int) -> Failure:
    hint = _HINTS.get(status, "look into the server's log")
    return Failure(f"answered with status {status}; {hint}")


def _requested_wait(answer: httpx.Response) -> float | None:
    """Return the seconds that ``Retry-After`` names, as a number or a date; None without a usable one."""
    header = answer.headers.get("Retry-After", "").strip()
    try:
        seconds = float(header)
    except ValueError:
        seconds = _seconds_until(header)
    return max(seconds, 0.0) if math.isfinite(seconds) else None


def _seconds_until(date: str) -> float:
    try:
        moment = parsedate_to_datetime(date)
    except (ValueError, TypeError, IndexError, OverflowError):
        return math.nan
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - datetime.now(UTC)).total_seconds()
