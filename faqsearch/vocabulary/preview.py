"""A dry run: which past queries a vocabulary would change, and how."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

Search: TypeAlias = Callable[[str, int], Sequence[str]]
"""Takes a text and k; returns the ids of at most k entries, the best first."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Move:
    """An entry that comes in, goes out or changes its place within the first k.

    Attributes:
        entry_id: Id of the entry.
        before: Its rank from 1 as things are, or None where it is not among the first k.
        after: Its rank with the vocabulary, or None.
    """

    entry_id: str
    before: int | None
    after: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class QueryChange:
    """What changes for one query.

    Attributes:
        query_id: Id of the query.
        text: The query: a customer's words, for the owner's eyes only.
        before: Ids of the first k as things are.
        after: Ids of the first k with the vocabulary.
    """

    query_id: str
    text: str
    before: tuple[str, ...]
    after: tuple[str, ...]

    @property
    def first_changes(self) -> bool:
        """Whether the first hit becomes another, comes or goes."""
        return self.before[:1] != self.after[:1]

    @property
    def emptied(self) -> bool:
        """Whether the query finds nothing any more."""
        return bool(self.before) and not self.after

    @property
    def moves(self) -> tuple[Move, ...]:
        """What comes in, goes out or moves, by the new rank; what goes out comes last, by its old one."""
        ranks = [{key: rank for rank, key in enumerate(ids, start=1)} for ids in (self.before, self.after)]
        moves = (
            Move(entry_id=key, before=ranks[0].get(key), after=ranks[1].get(key))
            for key in dict.fromkeys((*self.after, *self.before))
        )
        return tuple(move for move in moves if move.before != move.after)

    def to_dict(self) -> dict[str, object]:
        """Return the change as plain JSON-ready values."""
        return {
            "id": self.query_id,
            "text": self.text,
            "first_changes": self.first_changes,
            "emptied": self.emptied,
            "moves": [
                {"id": move.entry_id, "before": move.before, "after": move.after} for move in self.moves
            ],
        }


def preview(
    before: Search, after: Search, queries: Mapping[str, str], k: int = 10
) -> tuple[QueryChange, ...]:
    """Search for past queries twice and return those whose first k entries differ.

    Args:
        before: Searches as things are.
        after: Searches with the vocabulary.
        queries: Id to text, in the order wanted.
        k: How many entries of each result count, at least 1.
    """
    found = (
        QueryChange(query_id=query_id, text=text, before=tuple(before(text, k)), after=tuple(after(text, k)))
        for query_id, text in queries.items()
    )
    return tuple(change for change in found if change.before != change.after)
