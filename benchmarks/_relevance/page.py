"""The report: one HTML file that needs nothing else, made from the records of all bases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any, Final

from _relevance.record import MAIN, Record
from _relevance.svg import Bar, Dot, bars, scatter, strips
from _relevance.systems import OURS

_STYLE: Final = Path(__file__).with_name("report.css")
_LADDER_KEYS: Final = {"peer": "peer", "ours": "faqsearch preset", "baseline": "baseline"}
_SIDES: Final = {"won": "better than the baseline", "lost": "worse than the baseline"}


def render(records: Sequence[Record]) -> str:
    """Return the report as HTML that is well-formed XML too."""
    bases = "".join(f'<a href="#{escape(_name(record))}">{escape(_name(record))}</a> ' for record in records)
    body = "".join(_base(record) for record in records)
    return (
        '<!DOCTYPE html>\n<html lang="en" xmlns="http://www.w3.org/1999/xhtml"><head><meta charset="utf-8"/>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"/>'
        f"<title>faqsearch: relevance</title><style>{_STYLE.read_text(encoding='utf-8')}</style></head><body>"
        "<h1>Relevance of faqsearch and its peers</h1>"
        "<p>Every system searched the same entries for the same queries in one run. Intervals are 95 % "
        "bootstrap intervals over queries; p values come from paired randomisation tests, corrected by Holm "
        "over all systems of a base. Entries nobody judged count as wrong: compare systems on one base, "
        "never across bases.</p>"
        f"<nav>{bases}</nav>{body}</body></html>\n"
    )


def _base(record: Record) -> str:
    found = record.summary
    return "".join(
        (
            f'<section id="{escape(_name(record))}"><h2>{escape(_name(record))}</h2>',
            f"<p>{found['entries']:,} entries, {found['queries']:,} queries. ",
            f"Baseline: {escape(found['baseline'])}. ",
            f"<code>{escape(found['command'])}</code>, {escape(record.timings['date'])}, ",
            f"{escape(str(record.timings['machine']['cpu']))}, ",
            f"{record.timings['machine']['cores']} cores.</p>",
            _not_ready(found["not_ready"]),
            _figure(f"{MAIN} of every system", _LADDER_KEYS, _ladder_plot(record)),
            _ladder_table(record),
            _figure("Quality and time", _LADDER_KEYS, _scatter_plot(record)),
            _times_table(record),
            _figure(
                f"Queries won and lost against {found['baseline']}: differences in {MAIN}, sorted",
                _SIDES,
                _strip_plot(record),
            ),
            _examples(found),
            *(_ablation(record, preset) for preset in found["ablations"]),
            "</section>",
        )
    )


def _ladder_plot(record: Record) -> str:
    found = record.summary
    return bars(
        f"{MAIN} with intervals",
        [
            _bar(record, name, found["comparison"]["means"][name][MAIN], found["intervals"][name][MAIN])
            for name in found["ladder"]
        ],
    )


def _bar(record: Record, name: str, value: float, interval: Sequence[float]) -> Bar:
    return Bar(label=name, value=value, low=interval[0], high=interval[1], kind=_kind(record, name))


def _scatter_plot(record: Record) -> str:
    found = record.summary
    return scatter(
        f"{MAIN} against median search time",
        [
            Dot(
                label=name,
                milliseconds=record.timings["systems"][name]["search_ms_p50"],
                value=found["comparison"]["means"][name][MAIN],
                kind=_kind(record, name),
            )
            for name in found["ladder"]
        ],
    )


def _strip_plot(record: Record) -> str:
    found = record.summary
    base = record.values[found["baseline"]]
    rows = [
        (name, [value - other for value, other in zip(record.values[name], base, strict=True)])
        for name in found["ladder"]
        if name != found["baseline"]
    ]
    return strips("differences per query", rows)


def _ladder_table(record: Record) -> str:
    found = record.summary
    comparison = found["comparison"]
    differences = {row["system"]: row for row in comparison["differences"] if row["measure"] == MAIN}
    measures = comparison["measures"]
    rows = []
    for name in found["ladder"]:
        cells = [
            f"{comparison['means'][name][measure]:.3f} "
            f"[{found['intervals'][name][measure][0]:.3f}, {found['intervals'][name][measure][1]:.3f}]"
            for measure in measures
        ]
        rows.append((name, [*cells, *_versus(differences.get(name))]))
    heads = ["system", *measures, f"difference in {MAIN}", "p (Holm)", "won / lost / tied"]
    return _details("All measures", _table(heads, rows, found["baseline"]))


def _times_table(record: Record) -> str:
    times = record.timings["systems"]
    rows = [
        (
            name,
            [
                *(f"{times[name][key]:.2f}" for key in _TIMES),
                *(_ratio(times[name][key]) for key in _RATIOS),
                f"{times[name]['build_seconds']:.1f}",
            ],
        )
        for name in record.summary["ladder"]
    ]
    heads = ["system", *_TIMES.values(), *_RATIOS.values(), "build, s"]
    return _details("Times", _table(heads, rows, record.summary["baseline"]))


_TIMES: Final = {
    "search_ms_p50": "search p50, ms",
    "search_ms_p95": "p95",
    "tokenize_ms_p50": "tokenise p50, ms",
    "tokenize_ms_p95": "p95",
}
_RATIOS: Final = {
    "search_p50_over_tokenize_p50": "search / tokenise",
    "search_p50_over_baseline_p50": "search / baseline",
}


def _examples(found: Mapping[str, Any]) -> str:
    parts = ["<h3>Biggest wins and losses</h3>"]
    for name, sides in found["examples"].items():
        rows = [
            (
                example["query"],
                [
                    side,
                    f"{example['value']:.3f}",
                    f"{example['baseline_value']:.3f}",
                    example["first_hit"] or "(none)",
                    example["baseline_first_hit"] or "(none)",
                    example.get("text", ""),
                ],
            )
            for side, examples in sides.items()
            for example in examples
        ]
        heads = ["query", "", MAIN, "baseline", "first hit", "of the baseline", "text"]
        parts.append(_details(name, _table(heads, rows, text=6)))
    return "".join(parts)


def _ablation(record: Record, preset: str) -> str:
    found = record.summary["ablations"][preset]
    times = record.timings["ablations"][preset]
    plotted = []
    rows = [("(nothing)", ["", "", "", "", _milliseconds(times[""])])]
    for name, measures in found["without"].items():
        row = measures[MAIN]
        kind = "won" if row["mean"] > 0 else "lost"
        plotted.append(Bar(label=name, value=row["mean"], low=row["low"], high=row["high"], kind=kind))
        recall = f"{measures['recall@10']['mean']:+.3f}"
        rows.append((name, [*_versus(row), recall, _milliseconds(times[name])]))
    rows += [(name, [reason, "", "", "", ""]) for name, reason in found["not_possible"].items()]
    if not plotted:
        return ""
    title = f"{preset} ({MAIN} {found['means'][MAIN]:.3f}) with one thing less"
    heads = [
        "without",
        f"difference in {MAIN}",
        "p (Holm)",
        "won / lost / tied",
        "recall@10",
        "search p50, ms",
    ]
    keys = {"lost": "worse without it: it helps", "won": "better without it: it hurts"}
    table = _details("All figures", _table(heads, rows))
    return _figure(title, keys, bars(title, plotted, signed=True)) + table


def _versus(row: Mapping[str, Any] | None) -> list[str]:
    if row is None:
        return ["", "", ""]
    return [
        f"{row['mean']:+.3f} [{row['low']:+.3f}, {row['high']:+.3f}]",
        f"{row['p_holm']:.4f}",
        f"{row['won']} / {row['lost']} / {row['tied']}",
    ]


def _figure(title: str, keys: Mapping[str, str], plot: str) -> str:
    legend = "".join(f'<span class="key-{key}">{escape(label)}</span>' for key, label in keys.items())
    return f'<h3>{escape(title)}</h3><figure><div class="legend">{legend}</div>{plot}</figure>'


def _table(
    heads: Sequence[str],
    rows: Iterable[tuple[str, Sequence[str]]],
    baseline: str | None = None,
    text: int | None = None,
) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in heads)
    lines = []
    for name, cells in rows:
        marked = ' class="is-baseline"' if name == baseline else ""
        shown = "".join(
            f"<td{' class=' + chr(34) + 'text' + chr(34) if place == text else ''}>{escape(cell)}</td>"
            for place, cell in enumerate([name, *cells])
        )
        lines.append(f"<tr{marked}>{shown}</tr>")
    body = "".join(lines)
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _details(title: str, content: str) -> str:
    return f"<details><summary>{escape(title)}</summary>{content}</details>"


def _not_ready(reasons: Mapping[str, str]) -> str:
    if not reasons:
        return ""
    items = "".join(f"<li>{escape(name)}: {escape(reason)}</li>" for name, reason in reasons.items())
    return f"<p>Not ready here, and therefore not measured:</p><ul>{items}</ul>"


def _kind(record: Record, name: str) -> str:
    if name == record.summary["baseline"]:
        return "baseline"
    return "ours" if name.startswith(OURS) else "peer"


def _milliseconds(times: Mapping[str, Any]) -> str:
    return f"{times['search_ms_p50']:.2f}"


def _ratio(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def _name(record: Record) -> str:
    return str(record.summary["folder"])
