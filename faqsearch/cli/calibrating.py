"""The command ``calibrate``: fit the confidence of suggestions to one's own base."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Final, TypeAlias

import typer
from rich.console import Console
from rich.table import Table

from faqsearch.assist import ConfidenceModel, PresetModel, load_confidence_model, read_confidence_model
from faqsearch.assist.calibration import Calibration, Interval, calibrate
from faqsearch.assist.observations import LabelledQuestion, Observation, laid_out, observe
from faqsearch.assist.risk_coverage import curve_svg
from faqsearch.cli import inputs, terminal
from faqsearch.cli.base import check_ranked, open_base
from faqsearch.cli.options import (
    DEFAULT_PRESET,
    AudienceOption,
    CacheOption,
    FaqOption,
    JsonOption,
    PresetOption,
    VocabularyOption,
)
from faqsearch.entry import JAPAN, Audience
from faqsearch.errors import EncoderError, InputError
from faqsearch.evaluation import read_labels
from faqsearch.evaluation.folds import groups_by_shared_entries
from faqsearch.evaluation.lines import BadLineError, read_lines
from faqsearch.evaluation.objects import read_object
from faqsearch.inquiry import CHANNELS
from faqsearch.knowledge_base import KnowledgeBase
from faqsearch.store import atomic

_COMMAND: Final = "faqsearch calibrate"


_InquiriesOption: TypeAlias = Annotated[
    Path,
    typer.Option(
        "--inquiries",
        metavar="FILE",
        help='JSONL of {"id", "text"[, "channel"][, "audience"], "relevant": {entry: grade}}, '
        "{} if nothing answers; --audience is for those that name none.",
        exists=True,
        dir_okay=False,
    ),
]
_OutOption: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--out", metavar="FILE", help="The model to write (.json); others in it stay.", dir_okay=False
    ),
]


def calibrate_command(  # noqa: PLR0913, PLR0917 - each is an option of the command line
    faq: FaqOption,
    inquiries: _InquiriesOption,
    precision: Annotated[
        float,
        typer.Option("--precision", min=0.5, max=0.99, help="Share of the answers that must be right."),
    ] = 0.9,
    grade: Annotated[
        int, typer.Option("--grade", min=1, help="Grade from which an entry answers an inquiry.")
    ] = 2,
    out: _OutOption = None,
    svg: Annotated[
        Path | None,
        typer.Option("--svg", metavar="FILE", help="Draws risk against coverage.", dir_okay=False),
    ] = None,
    preset: PresetOption = DEFAULT_PRESET,
    audience: AudienceOption = Audience.PUBLIC,
    vocabulary: VocabularyOption = None,
    cache: CacheOption = None,
    json: JsonOption = False,
) -> None:
    """Fit the confidence of suggestions to labelled inquiries, and show what each precision costs."""
    known = out if out is not None and out.exists() else None
    came = load_confidence_model(known)
    base = open_base(faq, preset=preset, quiet=json, vocabulary=vocabulary, cache=cache)
    read = inputs.read_inquiries(inquiries, CHANNELS)
    seen = _observe(base, inquiries, read, grade=grade, audience=audience, preset=preset, quiet=json)
    named = {inquiry.id: inquiry.channel for inquiry in read}
    ranked = seen[0].preset
    with terminal.progress("fitting", None, quiet=json):
        found = calibrate(
            laid_out(seen, _groups(seen)),
            _as_it_came(came, ranked, precision),
            ranked,
            precision=precision,
            provenance=_provenance(faq, inquiries, len(seen)),
            channels=[named[one.inquiry] for one in seen],
        )
    if out is not None:
        others = {} if known is None else read_confidence_model(known).by_preset
        written = ConfidenceModel(by_preset={**others, ranked: found.model})
        atomic.write_bytes(out, written.to_json().encode("utf-8"))
    if svg is not None:
        drawn = curve_svg(f"{faq.name}, {ranked}", {"confidence": found.curve}, precision)
        atomic.write_bytes(svg, drawn.encode("utf-8"))
    if json:
        paths = {"written": str(out) if out else None, "svg": str(svg) if svg else None}
        terminal.emit_json({**found.to_dict(), **paths})
        return
    _show(terminal.out(), found)
    for path in (out, svg):
        if path is not None:
            terminal.out().print(f"{path}: written", soft_wrap=True)


def _observe(
    base: KnowledgeBase,
    path: Path,
    read: Sequence[inputs.Inquiry],
    *,
    grade: int,
    audience: Audience,
    preset: str,
    quiet: bool,
) -> list[Observation]:
    """Suggest for every labelled inquiry, each for its own audience, and compare.

    Raises:
        FormatError: If a line names an audience that there is not.
        InputError: If the labels name no entry of that grade, or one that the audience does not see.
        EncoderError: If not all were ranked by the same preset.
    """
    readers, labels = _read_audiences(path, audience), read_labels(path)
    right = {
        inquiry: frozenset(entry for entry, given in judged.items() if given >= grade)
        for inquiry, judged in labels.items()
    }
    _check_entries(base, right, grade, readers)
    found: list[Observation] = []
    with terminal.progress("suggesting", len(read), quiet=quiet) as advance:
        for inquiry in read:
            suggestion = base.suggest(inquiry.text, inquiry.channel or "chat", readers[inquiry.id])
            check_ranked(suggestion.preset, base, preset)
            label = LabelledQuestion(text=inquiry.text, right=right[inquiry.id])
            found += observe(inquiry.id, suggestion, (label,))
            advance()
    if len({one.preset for one in found}) > 1:
        raise EncoderError("not all inquiries were ranked by the same preset; choose one with --preset")
    return found


def _read_audiences(path: Path, default: Audience) -> dict[str, Audience]:
    """Read who asked each inquiry: the ``audience`` of its line, else the default."""
    found: dict[str, Audience] = {}

    def take(_row: int, line: str) -> None:
        record = read_object(line)
        value = record.get("audience")
        value = default if value is None else value
        if value not in list(Audience):
            raise BadLineError("audience", f"is none that is known; allowed are {', '.join(Audience)}")
        found[str(record["id"])] = Audience(str(value))

    read_lines(path, take)
    return found


def _check_entries(
    base: KnowledgeBase, right: dict[str, frozenset[str]], grade: int, readers: Mapping[str, Audience]
) -> None:
    named = frozenset[str]().union(*right.values())
    if not named:
        raise InputError(
            f"no label has grade {grade} or above, so that nothing is right; give the grade from which an "
            "entry answers with --grade"
        )
    seen = {audience: base.view(audience).entries.keys() for audience in set(readers.values())}
    unseen = sorted({entry for inquiry, ids in right.items() for entry in ids - seen[readers[inquiry]]})
    if unseen:
        raise InputError(
            f"{len(unseen)} labelled entries are not in this audience's view, such as {unseen[0]!r}; take "
            'them out of the labels, or name the audience with --audience or as "audience" of the inquiry'
        )


def _groups(seen: Sequence[Observation]) -> list[int]:
    """Group what shares an entry that answers, or an inquiry."""
    links = {
        str(number): dict.fromkeys([*sorted(one.right), f"inquiry {one.inquiry}"], 1)
        for number, one in enumerate(seen)
    }
    groups: list[int] = groups_by_shared_entries(tuple(links), links).tolist()
    return groups


def _as_it_came(came: ConfidenceModel, preset: str, precision: float) -> PresetModel:
    model = came.for_preset(preset)
    return model.at_precision(precision) if model.preset == preset else model


def _provenance(faq: Path, inquiries: Path, questions: int) -> dict[str, Any]:
    return {
        "command": _COMMAND,
        "date": dt.datetime.now(JAPAN).date().isoformat(),
        "faq": faq.name,
        "inquiries": inquiries.name,
        "inquiries_sha256": hashlib.sha256(inquiries.read_bytes()).hexdigest(),
        "questions": questions,
    }


def _show(console: Console, found: Calibration) -> None:
    groups = f"{found.groups} groups without a common entry"
    console.print(f"{found.questions} questions in {groups}, ranked by {found.model.preset}", soft_wrap=True)
    console.print(f"the model is taken {found.way}; 95 % intervals, after is out of fold:", soft_wrap=True)
    figures = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column in ("", "before", "after"):
        figures.add_column(column)
    for name in ("calibration_error", "brier_score", "precision", "coverage"):
        cells = (_interval(getattr(side, name)) for side in (found.before, found.after))
        figures.add_row(name.replace("_", " "), *cells)
    console.print(figures)
    if found.channels:
        _show_channels(console, found)
    console.print(f"answers from a confidence of {found.model.answer_at:.3f}; other precisions cost:")
    curve = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column in ("precision", "answers from", "coverage"):
        curve.add_column(column, justify="right")
    for point in found.model.curve:
        reached = f"{point.answer_at:.3f}" if point.coverage else "out of reach"
        curve.add_row(f"{point.precision:.0%}", reached, f"{point.coverage:.1%}")
    console.print(curve)


def _show_channels(console: Console, found: Calibration) -> None:
    heading = "calibration error by channel; few questions make it large, as the interval shows:"
    console.print(heading, soft_wrap=True)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column in ("channel", "questions", "first hit right", "before", "after"):
        table.add_column(column, justify="right" if column in ("questions", "first hit right") else "left")
    for one in found.channels:
        share = f"{one.first_right:.1%}"
        table.add_row(one.channel, str(one.questions), share, _interval(one.before), _interval(one.after))
    console.print(table)


def _interval(value: Interval) -> str:
    return f"{value.value:.3f} [{value.low:.3f}, {value.high:.3f}]"
