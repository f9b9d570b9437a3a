"""What is made in the background while searches go on: vectors of texts, and merged segments of an index."""

from __future__ import annotations

import atexit
import datetime as dt
import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import Final
from weakref import WeakMethod

from faqsearch.encoders import PreparedVectors
from faqsearch.entry import Audience
from faqsearch.errors import EncoderError

RETRY_AFTER: Final = dt.timedelta(minutes=1)
"""How long an encoder that failed is left alone, unless an edit comes."""

_PART: Final = 32
"""Texts after which the worker looks whether it is still wanted."""

_PAUSE: Final = 0.001
"""Seconds for which the merging of segments rests between its steps."""

_PATIENCE: Final = 5.0
"""Seconds for which the end of the program waits for texts that are being encoded."""

_log: Final = logging.getLogger(__name__)
_exiting: Final = threading.Event()


class _Background:
    """Serves audiences that are due in a thread of its own, the public first; it ends when none is left.

    Args:
        name: Name of the thread.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = threading.Lock()
        self._due: set[Audience] = set()
        self._worker: _Worker | None = None

    def start(self, audience: Audience) -> None:
        """Begin to do what is due for an audience; return at once."""
        with self._lock:
            self._due.add(audience)
            if self._worker is None or not self._worker.is_alive():
                worker = _Worker(target=self._run, name=self._name, daemon=True)
                worker.start()
                self._worker = worker

    def wait(self, timeout: float | None) -> None:
        """Wait until nothing is due any more, or so many seconds have passed."""
        worker = self._worker
        if worker is not None:
            worker.join(timeout)

    def _run(self) -> None:
        raise NotImplementedError

    def _next(self) -> Audience | None:
        with self._lock:
            audience = next((one for one in Audience if one in self._due), None)
            if audience is None:
                self._worker = None
            else:
                self._due.remove(audience)
            return audience


class Preparation(_Background):
    """Makes vectors in a thread of its own, which ends when there is nothing to do.

    Each audience is served for itself, the public first: when it gets the wanted preset must not depend on
    what it cannot see. The methods are held weakly: what they belong to may go out of use at any time.

    Args:
        vectors: Makes and keeps the vectors; None if none are wanted.
        passages: Method that returns the texts an audience needs at the moment.
        complete: Method that is called when they have been made.
        now: Method that tells the time, with a time zone.
    """

    def __init__(
        self,
        vectors: PreparedVectors | None,
        passages: Callable[[Audience], Sequence[str]],
        complete: Callable[[Audience], None],
        now: Callable[[], dt.datetime],
    ) -> None:
        super().__init__("faqsearch vectors")
        self._vectors = vectors
        self._passages = WeakMethod(passages)
        self._complete = WeakMethod(complete)
        self._now = WeakMethod(now)
        self._failed: dict[Audience, dt.datetime] = {}

    def start(self, audience: Audience) -> None:
        """Begin to make what an audience lacks; return at once."""
        if self._vectors is None:
            return
        with self._lock:
            self._failed.pop(audience, None)
        super().start(audience)

    def retry(self, audience: Audience) -> None:
        """Begin again what failed some time ago; return at once."""
        failed, now = self._failed.get(audience), self._now()
        if failed is not None and now is not None and now() - failed >= RETRY_AFTER:
            self.start(audience)

    def _run(self) -> None:
        while (audience := self._next()) is not None:
            try:
                self._serve(audience)
            except EncoderError as error:
                _log.warning("dense vectors could not be made; searches go on without them: %s", error)
                now = self._now()
                if now is not None:
                    with self._lock:
                        self._failed[audience] = now()

    def _serve(self, audience: Audience) -> None:
        passages = self._passages()
        if passages is None or self._vectors is None:
            return
        missing = self._vectors.missing(passages(audience))
        del passages  # else it would keep alive what may have gone out of use
        for start in range(0, len(missing), _PART):
            if _exiting.is_set() or self._passages() is None:
                return
            self._vectors.make(missing[start : start + _PART])
        complete = self._complete()
        if complete is not None:
            complete(audience)


class Folding(_Background):
    """Merges segments of large bases in a thread of its own, which ends when there is nothing to do.

    Args:
        fold: Method that merges what is due first of what an audience is served with, publishes that, and
            tells whether there was anything. It calls the function it is given between its steps, which
            raises an exception when the program ends. The method is held weakly.
    """

    def __init__(self, fold: Callable[[Audience, Callable[[], None]], bool]) -> None:
        super().__init__("faqsearch segments")
        self._fold = WeakMethod(fold)

    def _run(self) -> None:
        while (audience := self._next()) is not None:
            try:
                while (fold := self._fold()) is not None and fold(audience, _go_on):
                    del fold  # else it would keep alive what may have gone out of use
            except _Exit:
                return
            except Exception as error:  # noqa: BLE001 - what is served stays; the next edit begins again
                # Nothing but its type: a message may show customers' words.
                _log.warning("segments could not be merged, searches go on: %s", type(error).__name__)


class _Exit(Exception):  # noqa: N818 - no error: the program ends
    """The program ends."""


def _go_on() -> None:
    """Let searches and edits go first, which wait for the interpreter; raise where the program ends."""
    if _exiting.wait(_PAUSE):
        raise _Exit


class _Worker(threading.Thread):
    """A thread of ours; told from others by its class."""


@atexit.register
def _finish() -> None:
    """Let workers end between two parts: one that is stopped inside a native library may crash."""
    _exiting.set()
    deadline = time.monotonic() + _PATIENCE
    for thread in threading.enumerate():
        if isinstance(thread, _Worker):
            thread.join(max(0.0, deadline - time.monotonic()))
