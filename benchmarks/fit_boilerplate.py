"""Fits the weights that tell boilerplate from the matter where no rule does, and measures them.

    python benchmarks/fit_boilerplate.py            # measure and print
    python benchmarks/fit_boilerplate.py --write    # also write faqsearch/inquiry/boilerplate.json

Sentences come from the ``dev`` half of the raw inquiries, from ``boilerplate.jsonl`` (more of them),
from bare inquiries of chats, searches and posts (nothing but the matter), and from ``boilerplate.txt``. The
threshold is the least at which, by cross-validation over whole inquiries, at most 1 % of the sentences that
tell the matter, and do not ask, would be lost.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from faqsearch.inquiry.formulas import formula
from faqsearch.inquiry.lines import asks, fold, introduces
from faqsearch.inquiry.scoring import LONGEST_SCORED, WEIGHTS_FILE, sentence_features

_ROOT: Final = Path(__file__).parent.parent
_EMPTY: Final = frozenset(("greeting", "opening", "closing"))
_MATTER: Final = frozenset(("question", "context"))
_MARKS: Final = re.compile("</?[a-z_]+>")
_END: Final = re.compile(r"(?<=[。!?])\s*")
_MORE: Final = Path(__file__).parent / "boilerplate.jsonl"
_FOLDS: Final = 10
_LOST: Final = 0.01
_STRENGTH: Final = 1.0
_LEAST_COUNT: Final = 3
_LEAST_WEIGHT: Final = 0.05


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """A sentence: its features, whether it is boilerplate, whether it asks, and the inquiry it belongs to."""

    features: frozenset[str]
    empty: bool
    asks: bool
    group: int


def from_lines(lines: list[list[str]], group: int) -> list[Sample]:
    """Return the scored sentences of a labelled raw inquiry, with their places in it."""
    found = [
        (sentence, kind in _EMPTY)
        for kind, text in lines
        if kind in _EMPTY | _MATTER
        for sentence in _END.split(fold(_MARKS.sub("", text)).strip())
        if sentence
    ]
    asking = [index for index, (sentence, empty) in enumerate(found) if asks(sentence) and not empty]
    first, final = (asking[0], asking[-1]) if asking else (len(found), len(found))
    return [
        Sample(
            features=_features(sentence, index <= first, index > final),
            empty=empty,
            asks=asks(sentence),
            group=group,
        )
        for index, (sentence, empty) in enumerate(found)
        if len(sentence) <= LONGEST_SCORED and (empty or not _is_told(sentence))
    ]


def _is_told(sentence: str) -> bool:
    """Tell whether rules drop a sentence already: beside the matter in a line that is labelled as a whole."""
    return formula(sentence, early=True) is not None or introduces(sentence)


def _features(sentence: str, early: bool, last: bool) -> frozenset[str]:
    return sentence_features(sentence, early=early, last=last)


def samples() -> list[Sample]:
    """Return all sentences to learn from, in a fixed order."""
    found: list[Sample] = []
    group = 0
    for path in (*(_ROOT / "data" / base / "raw.jsonl" for base in ("shop", "saas")), _MORE):
        for row in path.read_text("utf-8").splitlines():
            record = json.loads(row)
            if record.get("split", "dev") == "dev":
                group += 1
                found += from_lines(record["lines"], group)
    for text in _bare_inquiries():
        group += 1
        found += from_lines([["question", text]], group)
    for row in (Path(__file__).parent / "boilerplate.txt").read_text("utf-8").splitlines():
        if row and not row.startswith("#"):
            group += 1
            for early in (True, False):
                features = _features(fold(row), early, not early)
                found.append(Sample(features=features, empty=True, asks=asks(fold(row)), group=group))
    return found


def _bare_inquiries() -> list[str]:
    """Return the texts of bare inquiries, but for those that a raw one of the ``test`` half was made from."""
    texts = []
    for base in ("shop", "saas"):
        raw = (_ROOT / "data" / base / "raw.jsonl").read_text("utf-8").splitlines()
        records = [json.loads(row) for row in raw]
        tested = {one for record in records if record["split"] == "test" for one in record["from"]}
        for row in (_ROOT / "data" / base / "inquiries.jsonl").read_text("utf-8").splitlines():
            record = json.loads(row)
            # Mails among them hold boilerplate that nobody has labelled.
            if record["id"] not in tested and record["channel"] not in {"mail", "form"}:
                texts.append(record["text"])
    return texts


def fitted(rows: list[Sample]) -> tuple[dict[str, float], float]:
    """Return coefficients by feature, small ones left out, and the intercept."""
    counts = Counter(one for row in rows for one in row.features)
    vectorizer = DictVectorizer()
    matrix = vectorizer.fit_transform(
        [{one: 1.0 for one in sorted(row.features) if counts[one] >= _LEAST_COUNT} for row in rows]
    )
    model = LogisticRegression(C=_STRENGTH, max_iter=2000).fit(matrix, [row.empty for row in rows])
    terms = {
        name: round(float(value), 2)
        for name, value in zip(vectorizer.get_feature_names_out(), model.coef_[0], strict=True)
        if abs(value) >= _LEAST_WEIGHT
    }
    return terms, round(float(model.intercept_[0]), 2)


def _held_out_scores(rows: list[Sample]) -> np.ndarray:
    """Score each sentence by a model that saw nothing of its inquiry."""
    scores = np.zeros(len(rows))
    for fold_number in range(_FOLDS):
        terms, bias = fitted([row for row in rows if row.group % _FOLDS != fold_number])
        for index, row in enumerate(rows):
            if row.group % _FOLDS == fold_number:
                scores[index] = bias + sum(terms.get(one, 0.0) for one in row.features)
    return scores


def main() -> None:
    """Fit, measure, and write the weights if asked to."""
    parser = argparse.ArgumentParser(description="fit the weights that tell boilerplate from the matter")
    parser.add_argument("--write", action="store_true", help="write the weights into the package")
    arguments = parser.parse_args()
    rows = samples()
    empty = np.array([row.empty for row in rows])
    scores = _held_out_scores(rows)
    told = ~empty & ~np.array([row.asks for row in rows])
    threshold = round(float(np.quantile(scores[told], 1 - _LOST)) + 0.005, 2)
    print(f"{len(rows):,} sentences, {empty.sum():,} of them boilerplate; threshold {threshold}")
    print(f"  boilerplate found {np.mean(scores[empty] >= threshold):.3f}")
    print(f"  matter lost       {np.mean(scores[told] >= threshold):.4f} of what tells")
    print(f"                    {np.mean(scores[~empty & ~told] >= threshold):.4f} of what asks")
    terms, bias = fitted(rows)
    if arguments.write:
        document = {"bias": bias, "threshold": threshold, "terms": dict(sorted(terms.items()))}
        text = json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n"
        (_ROOT / "faqsearch" / "inquiry" / WEIGHTS_FILE).write_text(text, "utf-8")
        print(f"  {len(terms):,} weights written")


if __name__ == "__main__":
    main()
