"""Triage: what an inquiry is about, for whom it is, and whether it can wait."""

from __future__ import annotations

from faqsearch.assist.triage.categories import find_category
from faqsearch.assist.triage.findings import Finding, Label, Triage, Word
from faqsearch.assist.triage.language import LANGUAGES, tell_language
from faqsearch.assist.triage.signs import find_signs
from faqsearch.assist.triage.teams import Teams, read_teams
from faqsearch.engine import Engine
from faqsearch.inquiry import Reading

__all__ = [
    "LANGUAGES",
    "Finding",
    "Label",
    "Teams",
    "Triage",
    "Word",
    "find_category",
    "find_signs",
    "read_teams",
    "tell_language",
    "triage",
]


def triage(engine: Engine, reading: Reading, teams: Teams | None = None) -> Triage:
    """Tell what to know of an inquiry before somebody opens it.

    Args:
        engine: The searchable view of the audience that will read the result.
        reading: The inquiry, read.
        teams: Knows who takes what.
    """
    category = find_category(engine, reading, engine.view)
    signs = find_signs(reading)
    return Triage(
        category=category,
        team=teams.find(reading.kept, category) if teams else None,
        urgency=signs["urgency"],
        deadline=signs["deadline"],
        complaint=signs["complaint"],
        distress=signs["distress"],
        language=tell_language(reading.kept or reading.text),
    )
