"""The commands ``index build``, ``verify`` and ``info``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.table import Table

from faqsearch.cli import terminal
from faqsearch.cli.base import check_ready, encoder_for, entries_of, file_entries_of
from faqsearch.cli.errors import PROGRAM, OneLineCommand, OneLineGroup
from faqsearch.cli.options import DEFAULT_PRESET, FaqOption, JsonOption, PresetOption
from faqsearch.entry import JAPAN, Audience
from faqsearch.errors import InputError
from faqsearch.index import BulkBuild
from faqsearch.index.storage import n_differing, read_index
from faqsearch.knowledge_base import KnowledgeBase
from faqsearch.ranking import load_preset
from faqsearch.readiness import AUTO, analyzer_for, make_ladder

CacheFolder = Annotated[
    Path, typer.Option("--cache", metavar="DIR", help="Folder that keeps the index.", file_okay=False)
]
Workers = Annotated[
    int | None,
    typer.Option("--workers", metavar="N", min=1, help="Processes that analyse; by default as many as pay."),
]
app: Final = typer.Typer(cls=OneLineGroup)


@dataclass(frozen=True, kw_only=True, slots=True)
class IndexState:
    """An index on disk, beside what would be built now.

    Attributes:
        cache: The folder.
        state: One of ``right``, ``missing``, ``damaged``, ``other version``, ``other analyzer``,
            ``other content`` and ``other vectors``.
        reason: Why it is not used as it stands; empty if it is.
        generation: Name of the generation.
        size: Its length in bytes.
        entries: Entries in it, by audience; empty if they cannot be told.
        differing: Entries that are new, changed or gone since, by audience.
        vectors: Fingerprints of the encoder and the word vectors whose vectors are in it.
    """

    cache: str
    state: str
    reason: str
    generation: str
    size: int
    entries: Mapping[str, int]
    differing: Mapping[str, int]
    vectors: Sequence[str]


@app.callback(invoke_without_command=True)
def index(context: typer.Context) -> None:
    """Build the index of a file on disk, verify it, or show what there is."""
    if context.invoked_subcommand is None:
        terminal.out().print(context.get_help(), end="")


@app.command("build", cls=OneLineCommand)
def build(
    faq: FaqOption,
    cache: CacheFolder,
    preset: PresetOption = DEFAULT_PRESET,
    workers: Workers = None,
    json: JsonOption = False,
) -> None:
    """Bring the index in a folder up to date; what is right already is not made again."""
    entries = file_entries_of(faq)
    wanted = preset if preset == AUTO else load_preset(preset)
    encoder = encoder_for(wanted, faq, cache, quiet=json)
    with terminal.progress(f"indexing {faq.name}", len(entries), quiet=json) as advance:
        bulk = BulkBuild(workers=workers, progress=terminal.up_to(advance))
        base = KnowledgeBase(entries, preset=wanted, encoder=encoder, cache=cache, bulk=bulk)
        check_ready(base, wanted)
        written = base.save_index(cache)
    if json:
        terminal.emit_json({"cache": str(cache), **asdict(written)})
        return
    state = "written" if written.new else "right already"
    terminal.out().print(
        f"{cache}: {written.generation}, {written.size / 1e6:.2f} MB, {state}", soft_wrap=True
    )


@app.command("verify", cls=OneLineCommand)
def verify(
    faq: FaqOption, cache: CacheFolder, preset: PresetOption = DEFAULT_PRESET, json: JsonOption = False
) -> None:
    """Check every byte of an index and that it is what would be built now; exit with 2 if it is not."""
    found = _state(faq, cache, preset)
    if found.state != "right":
        raise InputError(
            f"the index in {cache} is not right ({found.state}): {found.reason};"
            f" mend it by `{PROGRAM} index build`"
        )
    if json:
        terminal.emit_json(asdict(found))
    else:
        terminal.out().print(f"{cache}: {found.generation}, right", soft_wrap=True)


@app.command("info", cls=OneLineCommand)
def info(
    faq: FaqOption, cache: CacheFolder, preset: PresetOption = DEFAULT_PRESET, json: JsonOption = False
) -> None:
    """Show what is in a folder, and whether it would be used as it stands."""
    found = _state(faq, cache, preset)
    if json:
        terminal.emit_json(asdict(found))
        return
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_row("folder", found.cache)
    grid.add_row("state", f"{found.state}: {found.reason}" if found.reason else found.state)
    grid.add_row("generation", found.generation or "none")
    grid.add_row("size", f"{found.size / 1e6:.2f} MB")
    for fingerprint in found.vectors:
        grid.add_row("vectors", fingerprint)
    for audience, number in found.entries.items():
        grid.add_row(audience, f"{number:,} entries, {found.differing[audience]:,} differ from {faq}")
    terminal.out().print(grid)


def _state(faq: Path, cache: Path, preset: str) -> IndexState:
    entries = entries_of(faq)
    analyzer = analyzer_for(preset)
    found = read_index(cache, analyzer.fingerprint)
    today = dt.datetime.now(JAPAN).date()
    visible = {
        audience.value: {entry.id: entry for entry in entries if entry.is_visible(audience, today)}
        for audience in Audience
    }
    differing = {
        audience: n_differing(stored, visible[audience]) for audience, stored in found.segments.items()
    }
    state: str = found.state
    reason = found.reason
    if any(differing.values()):
        state, reason = "other content", f"{max(differing.values()):,} entries are new, changed or gone"
    elif state == "right":
        public = visible[Audience.PUBLIC.value].values()
        ladder = make_ladder(preset, analyzer, entries=public, kept=found.segments[Audience.PUBLIC].vectors)
        if not ladder.resources.fingerprints(ladder.wanted.ranker.requires) <= found.vectors:
            state = "other vectors"
            reason = f"it lacks vectors that preset {ladder.wanted.name} ranks with, or others made them"
    return IndexState(
        cache=str(cache),
        state=state,
        reason=reason,
        generation=found.generation,
        size=found.size,
        entries={audience: len(stored.doc_ids) for audience, stored in found.segments.items()},
        differing=differing,
        vectors=sorted(found.vectors),
    )
