"""A preset with one thing less: every ranker, layer, field and option, and the rescoring, in turn."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final

from _relevance.systems import Build, NotReadyError, System, build_preset, one_line
from faqsearch.analysis import SudachiAnalyzer, Terms
from faqsearch.entry import FaqEntry
from faqsearch.errors import FaqSearchError
from faqsearch.ranking import FusionRanker, Preset
from faqsearch.ranking.neighbours import NeighbourRanker

_SETTINGS: Final = "faqsearch.ranking"
"""Only what is defined below this package is looked into: a model or a matrix is no setting."""

_STRUCTURE: Final = frozenset({"ranker", "parts"})
"""Fields that only say how a preset is built up: naming them in a path would lengthen it."""

_NAMES: Final = frozenset({"name", "description"})


class RememberingAnalyzer(SudachiAnalyzer):
    """An analyzer that knows the texts it has seen, so that a base is analysed once for all variants.

    Attributes:
        remembering: Whether texts are remembered and looked up; off while queries are timed.
    """

    def __init__(self) -> None:
        super().__init__()
        self.remembering = False
        self._seen: dict[str, Terms] = {}

    def analyze(self, text: str) -> Terms:
        """Return what the analyzer makes of a text."""
        if not self.remembering:
            return super().analyze(text)
        if text not in self._seen:
            self._seen[text] = super().analyze(text)
        return self._seen[text]


def ablations(preset: Preset) -> dict[str, Build]:
    """Return the builders of a preset as it is, under ``""``, and of every variant with one thing less.

    Returns:
        What is missing -> builder, such as ``"bm25 fields.tags"`` or ``"tfidf"``, in the order of the preset.
        A variant that is no preset (an option that cannot do without the missing one) raises NotReadyError
        when built.
    """
    shared = RememberingAnalyzer()
    builds: dict[str, Build] = {"": partial(_build, lambda: preset, shared)}
    return builds | {label: partial(_build, make, shared) for label, make in variants_of(preset).items()}


def variants_of(preset: Preset) -> dict[str, Callable[[], Preset]]:
    """Return what is missing -> how to make the preset without it, in the order of the preset."""
    made: dict[str, Callable[[], Preset]] = {}
    for label, make in _without_one(preset):
        made[_free(label, made)] = make
    return made


def _build(
    make: Callable[[], Preset], analyzer: RememberingAnalyzer, entries: Sequence[FaqEntry], now: dt.datetime
) -> System:
    analyzer.remembering = True
    try:
        return build_preset(make(), entries, now, analyzer)
    except (FaqSearchError, TypeError, ValueError) as error:
        raise NotReadyError(f"is not possible: {one_line(error)}") from error
    finally:
        analyzer.remembering = False


def _without_one(value: Any) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Yield what is missing and how to make the value without it, depth first."""
    if isinstance(value, Mapping):
        if len(value) > 1:
            for key in value:
                yield str(key), partial(_without_key, value, key)
    elif isinstance(value, tuple):
        yield from _without_item(value)
    elif isinstance(value, NeighbourRanker):
        yield from _without_neighbours(value)
    elif _is_settings(value):
        for field in dataclasses.fields(value):
            if field.init and field.name not in _NAMES:
                yield from _without_part_of(value, field)


def _without_neighbours(ranker: NeighbourRanker) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Yield what is missing in what is rescored, then the rescoring itself."""
    for label, make in _without_one(ranker.ranker):
        yield label, partial(_rescored, ranker, make)
    yield "neighbours", lambda: ranker.ranker


def _rescored(ranker: NeighbourRanker, make: Callable[[], Any]) -> NeighbourRanker:
    """Rescore another ranker; where the part whose vectors are used has changed, use what it is now."""
    inner = make()
    before, after = _parts(ranker.ranker), _parts(inner)
    changed = [
        new for old, new in zip(before, after, strict=False) if old is ranker.vectors and new is not old
    ]
    # With a part gone, the rest have moved up: nothing has changed but its place.
    vectors = changed[0] if changed and len(before) == len(after) else ranker.vectors
    return dataclasses.replace(ranker, ranker=inner, vectors=vectors)


def _parts(ranker: Any) -> tuple[Any, ...]:
    return tuple(part.ranker for part in ranker.parts) if isinstance(ranker, FusionRanker) else (ranker,)


def _without_item(items: tuple[Any, ...]) -> Iterator[tuple[str, Callable[[], Any]]]:
    for place, item in enumerate(items):
        if isinstance(item, str):
            if len(items) > 1:
                yield item, partial(_spliced, items, place)
            continue
        if not _is_settings(item):
            continue
        name = str(getattr(item, "name", place + 1))
        if len(items) > 1:
            yield name, partial(_spliced, items, place)
        for label, make in _without_one(item):
            yield f"{name} {label}", partial(_spliced, items, place, make)


def _without_part_of(owner: Any, field: dataclasses.Field[Any]) -> Iterator[tuple[str, Callable[[], Any]]]:
    value = getattr(owner, field.name)
    off = field.default if field.default_factory is dataclasses.MISSING else field.default_factory()
    if off is None or (isinstance(off, bool | int | float | Mapping | tuple) and not off):
        is_on = value is not None if off is None else bool(value)
        if is_on:
            yield field.name, partial(_replaced, owner, field.name, lambda: off)
    prefix = "" if field.name in _STRUCTURE else f"{field.name}."
    for label, make in _without_one(value):
        yield prefix + label, partial(_replaced, owner, field.name, make)


def _is_settings(value: Any) -> bool:
    return (
        dataclasses.is_dataclass(value)
        and not isinstance(value, type)
        and type(value).__module__.startswith(_SETTINGS)
    )


def _without_key(mapping: Mapping[Any, Any], key: Any) -> dict[Any, Any]:
    return {other: value for other, value in mapping.items() if other != key}


def _spliced(items: tuple[Any, ...], place: int, make: Callable[[], Any] | None = None) -> tuple[Any, ...]:
    middle = () if make is None else (make(),)
    return (*items[:place], *middle, *items[place + 1 :])


def _replaced(owner: Any, name: str, make: Callable[[], Any]) -> Any:
    return dataclasses.replace(owner, **{name: make()})


def _free(label: str, taken: Mapping[str, object]) -> str:
    """Return the label, numbered where two rankers of one kind have the same."""
    number, free = 1, label
    while free in taken:
        number += 1
        free = f"{label} ({number})"
    return free
