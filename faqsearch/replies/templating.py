"""The templates of drafts: those that ship, and an owner's in place of single ones.

They run in Jinja's sandbox: a template reads what it is given and nothing else. What a customer wrote is only
ever data, and is printed as it stands. The sandbox bounds no computing time: templates are the owner's.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from faqsearch.errors import SettingsError, shown

if TYPE_CHECKING:
    from jinja2 import Environment

SUFFIX: Final = ".txt.j2"
NAMES: Final = (
    "subject",
    "salutation",
    "thanks",
    "apology",
    "heading",
    "answer",
    "choices",
    "question",
    "hand_over",
    "sources",
    "acknowledgement",
    "closing",
    "sign_off",
)
"""The templates, in the order in which their texts follow each other."""

MAX_OUTPUT: Final = 10_000
"""Characters that one template may write."""

_QUOTED: Final = re.compile(r"'([^']*)'")
_IDENTIFIER: Final = re.compile(r"[A-Za-z0-9_.]{1,80}(?: object)?|[^A-Za-z0-9\s]{1,3}|(?:end)?[a-z]+")


class Templates:
    """All templates, compiled.

    Args:
        folder: Files such as ``closing.txt.j2`` that replace single ones; names that begin with ``_`` are for
            including. None for the shipped ones alone.

    Raises:
        SettingsError: If Jinja is not installed, the folder holds another file ending in ``.txt.j2``, or one
            that is no template; the message names file and line.
    """

    def __init__(self, folder: str | Path | None = None) -> None:
        self._folder = None if folder is None else Path(folder)
        self._environment = _environment(self._folder)
        for name in dict.fromkeys((*NAMES, *_own_names(self._folder))):
            self._guarded(name, partial(self._compiled, name))

    def render(self, name: str, values: Mapping[str, object]) -> str:
        """Return what a template makes of values, without white space around it.

        Raises:
            SettingsError: If the template fails, naming file and line, or writes more than 10,000 characters.
        """
        return self._guarded(name, partial(self._rendered, name, values))

    def _compiled(self, name: str) -> str:
        return str(self._environment.get_template(name + SUFFIX).filename)

    def _rendered(self, name: str, values: Mapping[str, object]) -> str:
        written, length = [], 0
        for piece in self._environment.get_template(name + SUFFIX).generate(values):
            length += len(piece)
            if length > MAX_OUTPUT:
                raise SettingsError(f"writes more than {MAX_OUTPUT:,} characters")
            written.append(piece)
        return "".join(written).strip()

    def _guarded(self, name: str, call: Callable[[], str]) -> str:
        try:
            return call()
        except Exception as error:  # noqa: BLE001 - an owner's template can fail in any way
            failure = f"{self._place(name, error)}: {_reason(error)}"
        # Raised here, where no exception that holds the values, a customer's among them, can be its context.
        raise SettingsError(failure)

    def _place(self, name: str, error: Exception) -> str:
        from jinja2 import TemplateSyntaxError

        if isinstance(error, TemplateSyntaxError):
            return f"template {error.filename or error.name}, line {error.lineno}"
        steps = traceback.extract_tb(error.__traceback__)
        inside = [step for step in steps if step.filename.endswith(SUFFIX)]
        if inside:
            return f"template {inside[-1].filename}, line {inside[-1].lineno}"
        own = self._folder is not None and (self._folder / (name + SUFFIX)).is_file()
        return f"template {self._folder / (name + SUFFIX) if own and self._folder else name + SUFFIX}"


def _environment(folder: Path | None) -> Environment:
    try:
        from jinja2 import ChoiceLoader, FileSystemLoader, PackageLoader, StrictUndefined
        from jinja2.sandbox import ImmutableSandboxedEnvironment
    except ImportError:
        raise SettingsError(
            'drafts are written with the package jinja2; run: pip install "faqsearch[replies]"'
        ) from None
    shipped = PackageLoader("faqsearch.replies")
    return ImmutableSandboxedEnvironment(
        loader=ChoiceLoader([FileSystemLoader(folder), shipped]) if folder is not None else shipped,
        autoescape=False,  # what they write is plain text
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


def _own_names(folder: Path | None) -> tuple[str, ...]:
    """Return the names of an owner's templates.

    Raises:
        SettingsError: If there is no such folder, or a file in it would never be used.
    """
    if folder is None:
        return ()
    if not folder.is_dir():
        raise SettingsError(f"templates: {folder} is no folder")
    names = sorted(path.name.removesuffix(SUFFIX) for path in folder.iterdir() if path.name.endswith(SUFFIX))
    for name in names:
        if not (folder / (name + SUFFIX)).is_file():
            raise SettingsError(f"template {folder / (name + SUFFIX)} is no file")
        if name not in NAMES and not name.startswith("_"):
            allowed = ", ".join(NAMES)
            raise SettingsError(
                f"template {folder / (name + SUFFIX)} is never used; the templates are {allowed}, and names "
                "that begin with _ are for including"
            )
    return tuple(names)


def _reason(error: Exception) -> str:
    """Word an error; texts that it quotes are repeated only if they are names of a template."""
    from jinja2 import TemplateError, TemplateNotFound

    if isinstance(error, SettingsError):
        return str(error)
    if isinstance(error, TemplateNotFound):
        return f"includes {shown(error.name)}, which does not exist"
    if isinstance(error, UnicodeDecodeError):
        return "is not UTF-8; save it as UTF-8"
    if isinstance(error, OSError):
        return f"cannot be read: {error.strerror}"
    message = error.message or "" if isinstance(error, TemplateError) else ""
    quoted = _QUOTED.findall(message)
    return message if message and all(map(_IDENTIFIER.fullmatch, quoted)) else type(error).__name__
