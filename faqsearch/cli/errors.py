"""How a command ends: one line on standard error and an exit code, never a traceback.

====  ===========================================================
code  meaning
====  ===========================================================
0     done
1     a fault of the program itself (:data:`TRACEBACK_VARIABLE` shows where)
2     bad input: an option, a file, an entry, a setting
130   interrupted from the keyboard
141   the reader of the output went away (``| head``)
====  ===========================================================

Words of a command line may be a customer's. So the line names options, files and rows, but repeats an
unknown word only where it cannot be a sentence.
"""

from __future__ import annotations

import os
import re
import sys
import traceback
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup

from faqsearch.cli import terminal
from faqsearch.errors import FaqSearchError, FormatError, InputError, shown

PROGRAM: Final = "faqsearch"
DONE: Final = 0
FAULT: Final = 1
BAD_INPUT: Final = 2
INTERRUPTED: Final = 130
PIPE_CLOSED: Final = 141

TRACEBACK_VARIABLE: Final = "FAQSEARCH_TRACEBACK"
"""Set to 1, a fault of the program prints its traceback (which may show customers' words)."""

_EXTRAS: Final = {
    "fastapi": "server",
    "ir_measures": "eval",
    "jinja2": "server",
    "jpholiday": "replies",
    "openpyxl": "xlsx",
    "starlette": "server",
    "uvicorn": "server",
}
_WRONG_VALUE: Final = re.compile(r"""(['"])(.*)\1(?= is not (?:one of|a valid) )""", re.DOTALL)
_PLAIN_WORD: Final = re.compile(r"-{0,2}[A-Za-z0-9][A-Za-z0-9_-]{0,30}")

# The root of every usage error. Typer brings its own copy of click or uses the installed one, according
# to its version; this is the same class in both.
_UsageRoot: Final[type[Exception]] = next(
    kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException"
)


class OneLineCommand(TyperCommand):
    """A command that names no surplus word of its command line: it may be half of a customer's sentence."""

    allow_extra_args = True

    def invoke(self, ctx: Any) -> Any:
        """Run the command; reject surplus words by their number."""
        if ctx.args:
            message = f"words too many: {len(ctx.args)}; put a text in quotes and write -- before one "
            raise InputError(message + "that begins with a hyphen")
        return super().invoke(ctx)


class OneLineGroup(TyperGroup):
    """The program: runs one command and turns whatever happens into an exit code."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command of the first word; say which commands there are if it is none."""
        if args and args[0] not in self.commands:
            near = get_close_matches(args[0], self.commands, n=1)
            named = f" {args[0]!r}" if _PLAIN_WORD.fullmatch(args[0]) else ""
            hint = f"did you mean {near[0]!r}?" if near else f"commands are {', '.join(self.commands)}"
            raise InputError(f"no such command{named}; {hint}")
        return super().resolve_command(ctx, args)

    def main(self, *positional: Any, **keywords: Any) -> NoReturn:
        """Run the program on a list of words and leave the process.

        Raises:
            SystemExit: Always, with one of the codes of this module.
        """
        words = positional[0] if positional else keywords.get("args")
        terminal.prepare_streams()
        code = exit_code(lambda: self._run(sys.argv[1:] if words is None else words))
        # A full disk or a closed pipe shows itself only when the last buffer is written.
        flushed = exit_code(sys.stdout.flush)
        if flushed != DONE:
            terminal.abandon_stdout()
        sys.exit(code or flushed)

    def _run(self, words: Sequence[str]) -> None:
        # Not the inherited main: it prints several lines, and on Windows expands * and ? in sentences.
        with self.make_context(PROGRAM, list(words)) as context:
            self.invoke(context)


def exit_code(call: Callable[[], object]) -> int:
    """Call something and return how the process has to end; complain on standard error if need be."""
    code = DONE
    try:
        call()
    except typer.Exit as end:
        code = end.exit_code
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else FAULT
    except (KeyboardInterrupt, typer.Abort):
        code = INTERRUPTED
    except BrokenPipeError:
        terminal.abandon_stdout()
        code = PIPE_CLOSED
    except (FaqSearchError, OSError, ModuleNotFoundError, _UsageRoot) as error:
        code = _complain(describe(error), BAD_INPUT)
    except Exception as error:  # noqa: BLE001 - the last defence: tracebacks show customers' words
        code = _fault(error)
    return code


def describe(error: Exception) -> str:
    """Put an error into one line."""
    if isinstance(error, FormatError):
        return first_problem(error)
    if isinstance(error, FaqSearchError):
        return str(error)
    if isinstance(error, ModuleNotFoundError):
        return _missing_package(error)
    if isinstance(error, OSError):
        return _file_failure(error)
    return _usage(error)


def first_problem(error: FormatError, path: Path | None = None) -> str:
    """Say the first of a file's problems and how many more there are.

    Args:
        error: What was found.
        path: The file of entries, if ``faqsearch validate`` can list the rest.
    """
    line, more = str(error.problems[0]), len(error.problems) - 1
    if more:
        line += f"; and {more} more"
        line += f"; run `{PROGRAM} validate {path}`" if path else ""
    return line


def _usage(error: Exception) -> str:
    message = str(getattr(error, "format_message", error.__str__)())
    if isinstance(error, typer.BadParameter):
        message = message.replace(error.message, _WRONG_VALUE.sub(_shown_value, error.message))
    message = message.rstrip(".")
    message = message.replace(": Value error, ", ": ")  # of pydantic, inside newer versions of typer
    option = getattr(error, "option_name", None)
    if isinstance(option, str) and not _PLAIN_WORD.fullmatch(option):
        message = "no such option; write -- before a text that begins with a hyphen"
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else PROGRAM
    return f"{message}; see `{path} --help`"


def _shown_value(found: re.Match[str]) -> str:
    return shown(found[2])


def _missing_package(error: ModuleNotFoundError) -> str:
    name = (error.name or "").partition(".")[0]
    if name not in _EXTRAS:
        return f"the package {name} is missing; install {PROGRAM} again"
    return f'this needs the package {name}; run: pip install "faqsearch[{_EXTRAS[name]}]"'


def _file_failure(error: OSError) -> str:
    reason = error.strerror or type(error).__name__
    return f"{error.filename}: {reason}" if error.filename is not None else reason


def _complain(message: str, code: int) -> int:
    terminal.say(f"{PROGRAM}: {message}")
    return code


def _fault(error: Exception) -> int:
    if os.environ.get(TRACEBACK_VARIABLE) == "1":
        sys.stderr.write("".join(traceback.format_exception(error)))
        return FAULT
    place = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{Path(place.filename).name}:{place.lineno}"
    message = (
        f"internal fault: {type(error).__name__} at {where}; set {TRACEBACK_VARIABLE}=1 for the traceback"
    )
    return _complain(message, FAULT)
