"""Who should take an inquiry: by its category, and by what past inquiries were given to whom.

A table names the team of each category. Past assignments teach a multinomial logistic regression over the
inquiry's terms (TF-IDF, L2), whose probabilities are softened or sharpened by one temperature that fits them
best in cross-validation (Guo et al., "On Calibration of Modern Neural Networks", 2017). Where there are both,
they are combined as two independent witnesses.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from faqsearch.analysis import SudachiAnalyzer
from faqsearch.assist.triage.findings import Label
from faqsearch.errors import FormatError, InputError, Problem
from faqsearch.store.csv_format import csv_rows

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

MIN_ASSIGNMENTS: Final = 20
MIN_PER_TEAM: Final = 3
MAX_BYTES: Final = 50_000_000

_REGULARISATION: Final = 30.0
_FOLDS: Final = 3
_TEMPERATURES: Final = (0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0, 1.25, 1.5)

FloatArray = npt.NDArray[np.float64]


class Teams:
    """Suggests a team for an inquiry; safe to share between threads.

    Args:
        by_category: Category to team.
        assignments: Past inquiries, each with the team that took it: nothing, or at least 20 of two teams
            or more. Teams with fewer than 3 are left out.
        analyzer: Makes terms of a text; Sudachi by default.

    Raises:
        InputError: If the table or the assignments are of the wrong type, or there are too few of them.
    """

    def __init__(
        self,
        by_category: Mapping[str, str] | None = None,
        assignments: Sequence[tuple[str, str]] = (),
        analyzer: Callable[[str], list[str]] | None = None,
    ) -> None:
        table = dict(by_category or {})
        if not all(isinstance(name, str) and name for pair in table.items() for name in pair):
            raise InputError("by_category must name a team, in words, for each category")
        self._table = table
        self._learned = _learn(assignments, analyzer or SudachiAnalyzer()) if assignments else None

    def find(self, text: str, category: Label | None) -> Label | None:
        """Suggest the team for an inquiry; None where neither table nor past tells.

        Args:
            text: What is kept of the inquiry.
            category: Its category.
        """
        of_table = self._table.get(category.name) if category else None
        if self._learned is None:
            return Label(name=of_table, confidence=category.confidence) if of_table and category else None
        chances = self._learned.chances(text)
        if of_table and category:
            chances.setdefault(of_table, 0.5 * min(chances.values()))
            others = max(len(chances) - 1, 1)
            for team in chances:
                right = team == of_table
                chances[team] *= category.confidence if right else (1.0 - category.confidence) / others
        total = math.fsum(chances.values())
        best = max(sorted(chances), key=lambda team: chances[team])
        return Label(name=best, confidence=round(min(chances[best] / total, 0.99), 4))


class _Learned:
    """A fitted model with its temperature."""

    def __init__(self, model: Pipeline, temperature: float) -> None:
        self._model = model
        self._temperature = temperature

    def chances(self, text: str) -> dict[str, float]:
        """Return the probability of each team."""
        logs = _tempered(self._model.predict_log_proba([text]), self._temperature)[0]
        return dict(zip(self._model.classes_.tolist(), np.exp(logs).tolist(), strict=True))


def _learn(assignments: Sequence[tuple[str, str]], analyzer: Callable[[str], list[str]]) -> _Learned:
    from sklearn.model_selection import StratifiedKFold  # a second to import, and few need it

    pairs = [_checked(pair) for pair in assignments]
    counts = Counter(team for _, team in pairs)
    kept = [(text, team) for text, team in pairs if counts[team] >= MIN_PER_TEAM]
    if len(kept) < MIN_ASSIGNMENTS or len({team for _, team in kept}) < 2:
        raise InputError(
            f"{len(kept):,} past assignments of teams with {MIN_PER_TEAM} or more came; at least "
            f"{MIN_ASSIGNMENTS} "
            "of two teams are needed to learn from"
        )
    texts = np.array([text for text, _ in kept], dtype=object)
    teams = np.array([team for _, team in kept])
    logs = np.zeros((len(kept), len(set(teams.tolist()))))
    for train, held in StratifiedKFold(_FOLDS, shuffle=True, random_state=0).split(texts, teams):
        logs[held] = _model(analyzer).fit(texts[train], teams[train]).predict_log_proba(texts[held])
    right = np.searchsorted(np.unique(teams), teams)
    losses = {
        temperature: -float(_tempered(logs, temperature)[np.arange(len(kept)), right].mean())
        for temperature in _TEMPERATURES
    }
    return _Learned(_model(analyzer).fit(texts, teams), min(losses, key=lambda key: losses[key]))


def _model(analyzer: Callable[[str], list[str]]) -> Pipeline:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    return make_pipeline(
        TfidfVectorizer(analyzer=_Terms(analyzer), sublinear_tf=True),
        LogisticRegression(C=_REGULARISATION, max_iter=1000),
    )


class _Terms:
    """Terms of a text, and one that every text has, so that none is empty."""

    def __init__(self, analyzer: Callable[[str], list[str]]) -> None:
        self._analyzer = analyzer

    def __call__(self, text: str) -> list[str]:
        return ["", *self._analyzer(text)]


def _tempered(logs: FloatArray, temperature: float) -> FloatArray:
    """Divide log-probabilities by a temperature and make each row sum to one again."""
    scaled = logs / temperature
    normed: FloatArray = scaled - np.logaddexp.reduce(scaled, axis=1, keepdims=True)
    return normed


def _checked(pair: object) -> tuple[str, str]:
    if isinstance(pair, Sequence) and not isinstance(pair, str) and len(pair) == 2:
        text, team = pair
        if isinstance(text, str) and isinstance(team, str) and team:
            return text, team
    raise InputError("a past assignment must be a pair of strings: the inquiry, and the team that took it")


def read_teams(*paths: str | Path) -> Teams:
    """Read teams from CSV files: ``category,team`` for a table, ``text,team`` for past assignments.

    Raises:
        FormatError: If a file cannot be read as one of the two; messages carry no text of an inquiry.
        InputError: If there are too few assignments.
    """
    table: dict[str, str] = {}
    assignments: list[tuple[str, str]] = []
    for path in paths:
        kind, rows = _rows(Path(path))
        if kind == "category":
            table.update(rows)
        else:
            assignments += rows
    return Teams(table, assignments)


def _rows(path: Path) -> tuple[str, list[tuple[str, str]]]:
    """Return the name of the first column and the pairs of a file."""
    try:
        data = path.read_bytes()[: MAX_BYTES + 1]
    except OSError as error:
        raise _problem(path, 0, f"cannot be read: {error.strerror}") from error
    if len(data) > MAX_BYTES:
        raise _problem(path, 0, f"is larger than the {MAX_BYTES:,} bytes that are allowed")
    (_, header), *rows = list(csv_rows(data)) or [(1, [])]
    names = [] if isinstance(header, str) else [name.strip() for name in header]
    if sorted(names) not in (["category", "team"], ["team", "text"]):
        raise _problem(path, 1, "the header must be category,team (a table) or text,team (past assignments)")
    first = "category" if "category" in names else "text"
    pairs = []
    for number, cells in rows:
        if isinstance(cells, str):
            raise _problem(path, number, cells)
        if not any(cell.strip() for cell in cells):
            continue
        values = dict(zip(names, cells, strict=False))
        if len(cells) != 2 or not values["team"].strip() or not values[first].strip():
            raise _problem(path, number, f"must hold two cells that are not empty: {first} and team")
        pairs.append((values[first].strip(), values["team"].strip()))
    return first, pairs


def _problem(path: Path, row: int, message: str) -> FormatError:
    return FormatError([Problem(file=str(path), row=row, column="", message=message)])
