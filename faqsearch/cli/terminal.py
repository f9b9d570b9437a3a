"""Standard output and standard error: consoles, JSON documents, progress, one-line messages."""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
from collections.abc import Callable, Iterator
from typing import NoReturn

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn


class _PipeConsole(Console):
    """A console that leaves a closed pipe to the program; rich would end the process by itself."""

    def on_broken_pipe(self) -> NoReturn:
        raise BrokenPipeError


class _Nowhere(io.TextIOBase):
    """A stream that takes everything."""

    def write(self, text: str, /) -> int:
        return len(text)


def prepare_streams() -> None:
    """Make both streams accept any character, and exist even when the caller closed them."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, _Nowhere())
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def abandon_stdout() -> None:
    """Point standard output to nowhere, so that the interpreter's own last flush cannot fail."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def out() -> Console:
    """Return a console on standard output; text is taken literally, nothing in it is markup."""
    return _PipeConsole(file=sys.stdout, markup=False, highlight=False, emoji=False)


def say(message: str) -> None:
    """Write one line to standard error; line breaks and control characters in it become spaces."""
    sys.stderr.write(printable(message) + "\n")


def printable(text: str) -> str:
    """Return a text on one line without the characters that move a cursor or colour a terminal."""
    kept = (character if character.isprintable() else " " for character in text)
    return " ".join("".join(kept).split())


def emit_json(document: object) -> None:
    r"""Write one compact JSON document and a line break to standard output.

    Characters are written as they are, or as ``\u`` escapes where the stream's encoding lacks them.
    """
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        text = json.dumps(document, ensure_ascii=True, separators=(",", ":"))
    sys.stdout.write(text + "\n")


@contextlib.contextmanager
def progress(description: str, total: int | None, *, quiet: bool = False) -> Iterator[Callable[[], None]]:
    """Show progress on standard error while it is a terminal; yield a function that advances it by one.

    Args:
        description: What is being done.
        total: Number of steps, or None if there is no telling.
        quiet: Show nothing.
    """
    console = _PipeConsole(file=sys.stderr, markup=False, highlight=False, emoji=False)
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    shown = columns if total is not None else columns[:2]
    with Progress(*shown, console=console, transient=True, disable=quiet or not console.is_terminal) as bar:
        task = bar.add_task(description, total=total)
        yield lambda: bar.advance(task)


def up_to(advance: Callable[[], None]) -> Callable[[int, int], None]:
    """Return what is told how many steps of all are done, and advances as far."""
    shown = 0

    def show(done: int, _all: int) -> None:
        nonlocal shown
        while shown < done:
            advance()
            shown += 1

    return show
