"""The program: its commands in the order of ``--help``, and the entry that runs it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Annotated, Final, NoReturn

import typer
from typer.main import get_command

from faqsearch.cli import (
    calibrating,
    completing,
    demo,
    drafting,
    encoding,
    files,
    indexing,
    information,
    inquiring,
    measuring,
    searching,
    serving,
    terminal,
    triage,
    tuning,
    vectors,
    vocabulary,
)
from faqsearch.cli.errors import PROGRAM, OneLineCommand, OneLineGroup

_WIDEST_HELP: Final = 100

app: Final = typer.Typer(
    name=PROGRAM,
    cls=OneLineGroup,
    add_completion=False,
    # Typer's own tracebacks print the local variables, customers' words among them.
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": _WIDEST_HELP},
)


def _version(wanted: bool) -> None:
    if wanted:
        terminal.out().print(f"{PROGRAM} {information.version_of(PROGRAM)}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def program(
    context: typer.Context,
    version: Annotated[  # noqa: ARG001 - its callback does the work
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    """Search a Japanese FAQ base and suggest answers to inquiries."""
    if context.invoked_subcommand is None:
        # With rich, the help is printed while it is made, and the returned text is empty.
        terminal.out().print(context.get_help(), end="")


_COMMANDS: Final[dict[str, Callable[..., None]]] = {
    "demo": demo.demo,
    "search": searching.search,
    "related": searching.related,
    "complete": completing.complete,
    "suggest": searching.suggest,
    "triage": triage.triage,
    "draft": drafting.draft,
    "inquire": inquiring.inquire,
    "run": measuring.run,
    "evaluate": measuring.evaluate,
    "tune": tuning.tune_command,
    "calibrate": calibrating.calibrate_command,
    "import": files.import_,
    "export": files.export,
    "validate": files.validate,
    "encode": encoding.encode,
    "serve": serving.serve,
    "info": information.info,
}
for _name, _command in _COMMANDS.items():
    app.command(_name, cls=OneLineCommand)(_command)
app.add_typer(indexing.app, name="index")
app.add_typer(vectors.app, name="vectors")
app.add_typer(vocabulary.app, name="vocabulary")


def run(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the program on a list of words (of the process by default) and leave the process."""
    sys.exit(get_command(app).main(args=arguments))
