"""Writes the figures of benchmarks/results/ into the tables of the READMEs and of docs/ranking.md.

    python benchmarks/readme_tables.py           # rewrite the tables
    python benchmarks/readme_tables.py --check   # exit 1 if a table differs from the results

A table stands between ``<!-- NAME:begin -->`` and ``<!-- NAME:end -->``.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[1]
RESULTS: Final = ROOT / "benchmarks" / "results"
SYSTEMS: Final = {
    "sqlite-fts5-trigram": "SQLite FTS5 trigram, OR",
    "rank-bm25-sudachi-c-surface": "rank-bm25, Sudachi C surface forms",
    "rank-bm25-janome": "rank-bm25, Janome",
    "rank-bm25-mecab-unidic-lite": "rank-bm25, MeCab unidic-lite",
    "rank-bm25-sudachi-a-normalized": "rank-bm25, Sudachi A normalized forms",
    "bm25s-character-bigrams": "character-bigram BM25 (bm25s)",
    "tantivy-sudachi-a-normalized": "tantivy, Sudachi A normalized forms",
    "faqsearch-tfidf": "faqsearch `tfidf`",
    "faqsearch-bm25": "faqsearch `bm25`",
    "faqsearch-lexical": "**faqsearch `lexical`**: nothing more to install",
    "faqsearch-semantic": "**faqsearch `semantic`**: with word vectors",
    "faqsearch-hybrid": "**faqsearch `hybrid`**: with dense vectors too",
}
FOLDERS: Final = ("shop", "saas", "localgovfaq")
ABLATED: Final = ("lexical", "semantic")
WORDS: Final[dict[str, dict[str, str]]] = {
    "README.md": {
        "system": "nDCG@10 (recall@10)",
        "coverage": "share answered at 90 % precision",
        "naive": "the same with a threshold on the score",
        "ece": "expected calibration error",
        "highest": "highest confidence of an unanswerable inquiry",
        "figure": "figure, cross-validated over {n} inquiries",
        "p50": "p50 in ms, and how many times that of faqsearch",
        "documents": "{n:,} documents",
        "ranking": "ranking alone: {system}",
        "end to end": "end to end: {system}",
        "life": "{n:,} documents, `lexical`",
        "build": "built in a second, one process (share of what bare Sudachi cuts)",
        "disk": "MB of the index on disk",
        "open": "ms from disk to the first answer, in a warm process",
        "edit": "ms until an edit is found, p95",
        "beside": "p95 of searches beside ten edits a second, over without",
        "memory": "MB of memory while serving (bm25s, same entries)",
        "unmeasured": "`python benchmarks/speed.py --write` fills this table.",
    },
    "README.ja.md": {
        "system": "nDCG@10（recall@10）",
        "coverage": "適合率 90 % で自動回答できる割合",
        "naive": "スコアのしきい値だけで決めた場合の同じ割合",
        "ece": "期待較正誤差（ECE）",
        "highest": "答えのない問い合わせに付いた最大の確信度",
        "figure": "指標（{n} 件の問い合わせで交差検証）",
        "p50": "p50（ミリ秒）と、faqsearch に対する倍率",
        "documents": "{n:,} 件",
        "ranking": "順位付けのみ: {system}",
        "end to end": "文字列から結果まで: {system}",
        "life": "{n:,} 件、`lexical`",
        "build": "1 プロセスで 1 秒に索引できる件数（Sudachi の分割だけに対する割合）",
        "disk": "ディスク上の索引（MB）",
        "open": "ディスクから最初の答えまで（ミリ秒、起動済みのプロセス）",
        "edit": "編集が検索に現れるまで（ミリ秒、p95）",
        "beside": "毎秒 10 件の編集と並行する検索の p95（編集なしに対する倍率）",
        "memory": "検索中のメモリ（MB、括弧内は同じ FAQ を持つ bm25s）",
        "unmeasured": "`python benchmarks/speed.py --write` がこの表を作ります。",
    },
}


def relevance_table(words: dict[str, str]) -> str:
    """Lay out nDCG@10 and recall@10 of every system on every base."""
    summaries = [_read(f"relevance-{folder}-summary.json") for folder in FOLDERS]
    header = f"| {words['system']} | " + " | ".join(
        f"{folder} ({summary['queries']})" for folder, summary in zip(FOLDERS, summaries, strict=True)
    )
    rows = [header + " |", "|---|" + "---|" * len(FOLDERS)]
    for system, label in SYSTEMS.items():
        cells = []
        for summary in summaries:
            means = summary["comparison"]["means"][system]
            cells.append(f"{means['nDCG@10']:.3f} ({means['recall@10']:.3f})")
        rows.append(f"| {label} | " + " | ".join(cells) + " |")
    return "\n".join(rows)


def confidence_table(words: dict[str, str]) -> str:
    """Lay out how far suggestions can be trusted."""
    report = _read("confidence.json")
    measured = report["cross-validated"]
    figures = {
        words["coverage"]: f"{measured['coverage at 90% precision']:.1%}",
        words["naive"]: f"{report['naive score threshold']['coverage at 90% precision']:.1%}",
        words["ece"]: f"{measured['expected calibration error']:.3f}",
        words["highest"]: f"{measured['highest confidence of an unanswerable']:.2f}",
    }
    head = words["figure"].format(n=report["inquiries"])
    return "\n".join(
        [f"| {head} | |", "|---|---|", *(f"| {name} | {value} |" for name, value in figures.items())]
    )


def ablation_table() -> str:
    """Lay out what each part of the presets adds, on every base."""
    summaries = [_read(f"relevance-{folder}-summary.json") for folder in FOLDERS]
    rows = ["| preset, without | " + " | ".join(FOLDERS) + " |", "|---|" + "---|" * len(FOLDERS)]
    for preset in ABLATED:
        found = [summary["ablations"][preset] for summary in summaries]
        rows.append(
            f"| **`{preset}`** | " + " | ".join(f"{one['means']['nDCG@10']:.3f}" for one in found) + " |"
        )
        rows += [
            f"| {part} | " + " | ".join(_difference(one["without"].get(part)) for one in found) + " |"
            for part in found[0]["without"]
        ]
    return "\n".join(rows)


def _difference(without: dict[str, Any] | None) -> str:
    if without is None:
        return "not possible"
    one = without["nDCG@10"]
    return f"{one['mean']:+.3f} [{one['low']:+.3f}, {one['high']:+.3f}]"


def cost_table() -> str:
    """Lay out what ranking costs."""
    record = _read("cost-localgovfaq.json")
    many, vectors = record["many entries"], record["vectors"]
    rows = [
        f"| {many['entries']:,} entries | analysis, p50 ms | ranking, p50 ms | search, p50 ms |",
        "|---|---|---|---|",
    ]
    for preset in ("bm25", "lexical", "semantic"):
        cells = (f"{many[preset][stage]['p50']:.1f}" for stage in ("analysis", "ranking", "search"))
        rows.append(f"| `{preset}` | " + " | ".join(cells) + " |")
    rows += ["", f"| `hybrid`, {vectors['entries']:,} entries, {vectors['texts']:,} texts | |", "|---|---|"]
    seconds = ("building vectors, s", "opening with ready vectors, s more than semantic")
    rows += [f"| {name} | {vectors[name]:.1f} |" for name in seconds]
    stages = ("encoding a query", "search", "editing and finding")
    rows += [f"| {name}, p50 ms | {vectors[name]['p50']:.0f} |" for name in stages]
    return "\n".join(rows)


def speed_table(words: dict[str, str]) -> str:
    """Lay out how fast every system ranks and searches, and the life of a base of the largest size."""
    if not (RESULTS / "speed.json").is_file():
        return words["unmeasured"]
    rows = _read("speed.json")["rows"]
    sizes = sorted({row["size"] for row in rows if row["part"] == "ranking"})
    table = [
        f"| {words['p50']} | " + " | ".join(words["documents"].format(n=size) for size in sizes) + " |",
        "|---|" + "---|" * len(sizes),
    ]
    for part in ("ranking", "end to end"):
        asked = [row for row in rows if row["part"] == part and row["kind"] == "question"]
        for system in dict.fromkeys(row["system"] for row in asked):
            by_size = {row["size"]: row for row in asked if row["system"] == system}
            cells = (_times(by_size.get(size)) for size in sizes)
            table.append(f"| {words[part].format(system=system)} | " + " | ".join(cells) + " |")
    return "\n".join([*table, *_life(rows, words)])


def _times(row: dict[str, Any] | None) -> str:
    return "–" if row is None else f"{_figure(row['p50'])} (× {_figure(row['p50 / first'])})"


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _life(rows: list[dict[str, Any]], words: dict[str, str]) -> list[str]:
    """Lay out building, opening, editing and memory at the largest size of which all was measured."""
    ours: dict[int, dict[str, dict[str, Any]]] = {}
    for row in rows:
        if row.get("system") == "faqsearch lexical":
            ours.setdefault(row["size"], {})[row["part"]] = row
    whole = {"base", "open", "edit", "serve end to end"}
    compared = "share of bare Sudachi C"
    known = [size for size, parts in ours.items() if whole <= parts.keys() and compared in parts["base"]]
    size = max(known, default=None)
    if size is None:
        return []
    base, opened, edit, served = (ours[size][part] for part in ("base", "open", "edit", "serve end to end"))
    peers = [row for row in rows if row["part"] == "serve end to end" and row["size"] == size]
    theirs = [row["memory, MB"]["anonymous"] for row in peers if row["system"].startswith("bm25s")]
    figures = {
        "build": f"{base['documents/s']:,.0f} ({base[compared]:.2f})",
        "disk": f"{base['bytes of the index'] / 1e6:,.0f}",
        "open": f"{opened['entries and index to first answer, ms']:,.0f}",
        "edit": f"{edit['edit to found, ms']['p95']:,.1f}",
        "beside": f"{edit['p95 beside / without']:.2f}",
        "memory": f"{served['memory, MB']['anonymous']:,.0f}" + "".join(f" ({one:,.0f})" for one in theirs),
    }
    head = ["", f"| {words['life'].format(n=size)} | |", "|---|---|"]
    return [*head, *(f"| {words[name]} | {value} |" for name, value in figures.items())]


def _read(name: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((RESULTS / name).read_text(encoding="utf-8"))
    return data


def rewritten(name: str) -> str:
    """Return a document with its tables made afresh."""
    text = (ROOT / name).read_text(encoding="utf-8")
    for marker, make in TABLES[name].items():
        pattern = re.compile(rf"(?<=<!-- {marker}:begin -->\n).*?(?=<!-- {marker}:end -->)", re.DOTALL)
        text, count = pattern.subn((make() + "\n").replace("\\", r"\\"), text)
        if count != 1:
            sys.exit(f"{name}: the marks of table {marker} stand {count} times; they must stand once")
    return text


def _readme_tables(name: str) -> dict[str, Callable[[], str]]:
    words = WORDS[name]
    makers = {"relevance": relevance_table, "confidence": confidence_table, "speed": speed_table}
    return {marker: partial(make, words) for marker, make in makers.items()}


TABLES: Final[dict[str, dict[str, Callable[[], str]]]] = {
    **{name: _readme_tables(name) for name in WORDS},
    "docs/ranking.md": {"ablation": ablation_table, "cost": cost_table},
}
"""For each document its tables by the name of their marks."""


def main() -> None:
    """Rewrite the tables, or check them."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--check", action="store_true", help="change nothing; exit 1 if a table is out of date"
    )
    check: bool = parser.parse_args().check
    for name in TABLES:
        path = ROOT / name
        text = rewritten(name)
        if check and text != path.read_text(encoding="utf-8"):
            sys.exit(f"{name} is out of date; run python benchmarks/readme_tables.py")
        if not check:
            path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
