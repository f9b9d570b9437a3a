"""What suggestions do with what they cannot answer, with several questions, with wrapped questions."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
from _labelled import Inquiry, Observed, inquiries, sample_base
from _relevance.collection import load_folder

from faqsearch import Decision, FaqEntry, KnowledgeBase, Suggestion
from faqsearch.entry import JAPAN
from faqsearch.evaluation import bootstrap_interval
from faqsearch.evaluation.measures import measure_run
from faqsearch.sample import SAMPLES

DEPTH: Final = 10
Advance: TypeAlias = Callable[[], None]
Figures: TypeAlias = dict[str, Any]
Ranking: TypeAlias = tuple[tuple[str, float], ...]
Runs: TypeAlias = dict[str, dict[str, Ranking]]


def foreign(base: KnowledgeBase, texts: Sequence[str], advance: Advance) -> Figures:
    """Ask a base what it cannot know, and tell how the decisions fall."""
    decisions = []
    highest = 0.0
    for text in texts:
        suggestion = base.suggest(text)
        decisions.append(suggestion.decision)
        highest = max(highest, suggestion.confidence)
        advance()
    return {"inquiries": len(texts), **shares(decisions), "highest confidence": highest}


def taken_out(preset: str, least_grade: int, advance: Advance) -> Figures:
    """Take the entries of a grade or better out of the base for each labelled inquiry, and ask."""
    found: dict[str, list[Decision]] = {"bare": [], "raw": []}
    for name in SAMPLES:
        base = sample_base(name, preset)
        entries = {entry.id: entry for entry in base.entries()}
        for inquiry in inquiries(name):
            advance()
            gone = sorted(Inquiry.right(inquiry.grades, least_grade) & entries.keys())
            if not Inquiry.right(inquiry.grades):
                continue
            base.delete(*gone)
            decision = base.suggest(inquiry.text, inquiry.channel, inquiry.audience).decision
            found["bare" if inquiry.split == "bare" else "raw"].append(decision)
            base.upsert(*(entries[key] for key in gone))
    return {
        kind: {"inquiries": len(decisions), **shares(decisions)}
        for kind, decisions in (*found.items(), ("all", found["bare"] + found["raw"]))
    }


def shares(decisions: Sequence[Decision]) -> dict[str, float]:
    """Return the share of each decision."""
    return {one.value: sum(decision is one for decision in decisions) / len(decisions) for one in Decision}


def several_questions(seen: Observed) -> Figures:
    """Tell how often inquiries with two questions find the answers to both."""
    rows = []
    for inquiry, suggestion in by_inquiry(seen):
        wanted = [right for _, grades in inquiry.questions if (right := Inquiry.right(grades))]
        if len(wanted) < 2:
            continue
        candidates = {hit.id for hit in suggestion.candidates}
        offers = {hit.id for hit in suggestion.offers}
        each = [{hit.id for hit in question.candidates[:3]} for question in suggestion.questions]
        rows.append(
            {
                "both among the ten candidates": all(right & candidates for right in wanted),
                "both among the first three of a question": all(
                    any(right & found for found in each) for right in wanted
                ),
                "both among the offers": all(right & offers for right in wanted),
                "split into as many questions": len(suggestion.questions) == len(inquiry.questions),
            }
        )
    return {"inquiries": len(rows), **{name: float(np.mean([row[name] for row in rows])) for name in rows[0]}}


def asked_back(seen: Observed) -> Figures:
    """Tell how often a question is asked back, and whether the right answer is among the choices."""
    whole = by_inquiry(seen)
    asked, right, first, answerable = 0, 0, 0, 0
    for inquiry, suggestion in whole:
        if suggestion.ask is None:
            continue
        asked += 1
        wanted = Inquiry.right(inquiry.grades)
        answerable += bool(wanted)
        right += bool(wanted & {choice.entry_id for choice in suggestion.ask.choices})
        first += suggestion.candidates[0].id in wanted
    return {
        "inquiries": len(whole),
        "asked": asked,
        "of these answerable": answerable,
        "right one among the choices": right,
        "first hit right": first,
    }


def raw_against_bare(base: KnowledgeBase, chosen: Iterable[Inquiry], advance: Advance) -> Figures:
    """Compare the ranking of raw inquiries with that of their bare questions, by nDCG@10.

    The ranking of several bare questions is that of each by turns, as a suggestion merges them.
    """
    runs: Runs = {"raw": {}, "bare": {}}
    qrels: dict[str, Mapping[str, int]] = {}
    for inquiry in chosen:
        advance()
        if not any(grade >= 1 for grade in inquiry.grades.values()):
            continue
        qrels[inquiry.id] = inquiry.grades
        raw = base.suggest(inquiry.text, inquiry.channel, inquiry.audience)
        runs["raw"][inquiry.id] = _run([hit.id for hit in raw.candidates])
        bare = [base.search(text, DEPTH, inquiry.audience).hits for text, _ in inquiry.questions]
        runs["bare"][inquiry.id] = _run(_by_turns([[hit.id for hit in hits] for hits in bare]))
    return compared(runs, qrels)


def wrapped(base: KnowledgeBase, folder: Path, templates: Path, advance: Advance) -> Figures:
    """Compare the ranking of a folder's queries, wrapped by templates, with that of the queries alone."""
    collection = load_folder(folder, dt.datetime.now(JAPAN))
    lines = templates.read_text(encoding="utf-8").splitlines()
    records = [json.loads(line) for line in lines if line.strip()]
    plain = {query.id: _ids(base.search(query.text, DEPTH).hits) for query in collection.queries}
    runs: Runs = {"raw": {}, "bare": {}}
    qrels: dict[str, Mapping[str, int]] = {}
    by_template = {}
    for record in records:
        own: Runs = {"raw": {}, "bare": {}}
        for query in collection.queries:
            key = f"{record['id']}/{query.id}"
            text = record["text"].replace("{question}", query.text)
            own["raw"][key] = _run(_ids(base.suggest(text, record["channel"]).candidates))
            own["bare"][key] = _run(plain[query.id])
            qrels[key] = collection.qrels[query.id]
            advance()
        here = {key: qrels[key] for key in own["raw"]}
        by_template[record["id"]] = compared(own, here)["loss"]["share"]
        for name in runs:
            runs[name].update(own[name])
    return {"templates": len(records), **compared(runs, qrels), "loss by template": by_template}


def compared(runs: Runs, qrels: Mapping[str, Mapping[str, int]]) -> Figures:
    """Return nDCG@10 of raw and bare, and what is lost, as a share of that of bare."""
    values = {name: measure_run(run, qrels, ("nDCG@10",))["nDCG@10"] for name, run in runs.items()}
    keys = list(qrels)
    raw, bare = (np.array([values[name][key] for key in keys]) for name in ("raw", "bare"))
    low, high = bootstrap_interval(bare - raw)
    mean = float(bare.mean())
    return {
        "inquiries": len(keys),
        "nDCG@10 bare": mean,
        "nDCG@10 raw": float(raw.mean()),
        "loss": {"share": float((bare - raw).mean()) / mean, "low": low / mean, "high": high / mean},
    }


def collection_base(folder: Path, preset: str) -> tuple[KnowledgeBase, int]:
    """Load the base of a folder; return also how many queries it has."""
    collection = load_folder(folder, dt.datetime.now(JAPAN))
    entries: tuple[FaqEntry, ...] = collection.entries
    base = KnowledgeBase(entries, preset=preset)
    base.wait_until_ready()
    return base, len(collection.queries)


def by_inquiry(seen: Observed) -> list[tuple[Inquiry, Suggestion]]:
    """Return every inquiry once, with its suggestion."""
    return list(
        {one.id: (one, found) for one, found in zip(seen.inquiries, seen.suggestions, strict=True)}.values()
    )


def _ids(hits: Iterable[Any]) -> list[str]:
    return [hit.id for hit in hits]


def _run(ids: Sequence[str]) -> Ranking:
    return tuple((key, float(len(ids) - place)) for place, key in enumerate(ids))


def _by_turns(lists: Sequence[Sequence[str]]) -> list[str]:
    turns = (key for row in zip_longest(*lists) for key in row if key is not None)
    return list(dict.fromkeys(turns))[:DEPTH]
