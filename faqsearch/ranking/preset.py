"""Presets: readable TOML files that say which rankers are summed with which weights."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from copy import deepcopy
from dataclasses import MISSING, dataclass, field, fields
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, TypeAlias

from faqsearch.errors import SettingsError, shown
from faqsearch.ranking.base import Ranker
from faqsearch.ranking.bm25 import BM25Ranker
from faqsearch.ranking.confirmed import ConfirmedRanker
from faqsearch.ranking.dense import DenseRanker, PassageRanker
from faqsearch.ranking.fusion import FusionRanker, WeightedRanker
from faqsearch.ranking.meaning import MeaningRanker
from faqsearch.ranking.neighbours import NeighbourRanker
from faqsearch.ranking.tfidf import TfidfRanker

_SHIPPED: Final = files("faqsearch") / "presets"
PartRanker: TypeAlias = (
    BM25Ranker | ConfirmedRanker | DenseRanker | MeaningRanker | PassageRanker | TfidfRanker
)

RANKERS: Final[Mapping[str, type[PartRanker]]] = {
    "bm25": BM25Ranker,
    "confirmed": ConfirmedRanker,
    "dense": DenseRanker,
    "meaning": MeaningRanker,
    "passage": PassageRanker,
    "tfidf": TfidfRanker,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Preset:
    """A named ranker.

    Attributes:
        name: The name that results carry.
        description: One line on what it does and when to take it.
        ranker: The ranker it stands for.
    """

    name: str
    description: str
    ranker: Ranker = field(repr=False)

    @property
    def layers(self) -> frozenset[str]:
        """The layers of terms that its rankers read."""
        return _layers(self.ranker)


def _layers(ranker: Ranker) -> frozenset[str]:
    if isinstance(ranker, NeighbourRanker):
        return _layers(ranker.ranker) | _layers(ranker.vectors)
    if isinstance(ranker, FusionRanker):
        return frozenset[str]().union(*(_layers(part.ranker) for part in ranker.parts))
    if isinstance(ranker, BM25Ranker):
        return frozenset(ranker.layers)
    return (
        frozenset({ranker.layer})
        if isinstance(ranker, ConfirmedRanker | MeaningRanker | TfidfRanker)
        else frozenset()
    )


def preset_names() -> tuple[str, ...]:
    """Return the names of the shipped presets, sorted."""
    return _shipped_names()


@cache  # what is shipped stays as it is, and every base asks for it
def _shipped_names() -> tuple[str, ...]:
    return tuple(
        sorted(item.name.removesuffix(".toml") for item in _SHIPPED.iterdir() if item.name.endswith(".toml"))
    )


def load_preset(name: str | Path) -> Preset:
    """Load a shipped preset by name, or one's own from a ``.toml`` file.

    Raises:
        SettingsError: If there is no such preset, or the file does not say what a preset must.
    """
    source = str(name)
    if source.endswith(".toml"):
        return _read(Path(name), source)
    if source in preset_names():
        return deepcopy(_shipped(source))  # whoever changes what it holds changes nobody else's
    shipped = ", ".join(preset_names())
    raise SettingsError(f"preset came as {shown(source)}; allowed are {shipped}, or the path of a .toml file")


@cache
def _shipped(name: str) -> Preset:
    return _read(Path(str(_SHIPPED / f"{name}.toml")), name)


def _read(path: Path, source: str) -> Preset:
    try:
        return _preset(tomllib.loads(path.read_text(encoding="utf-8")))
    except SettingsError as error:
        raise SettingsError(f"preset {source}: {error}") from error
    except OSError as error:
        raise SettingsError(f"preset {source}: cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:  # of tomllib and of decoding
        raise SettingsError(f"preset {source}: cannot be read as TOML: {error}") from error


def _preset(data: dict[str, Any]) -> Preset:
    _check_keys(data, required={"name", "description", "ranker"}, optional={"neighbours"})
    for key in ("name", "description"):
        if not isinstance(data[key], str) or not data[key].strip():
            raise SettingsError(f"{key} came as {data[key]!r}; give a text")
    tables = data["ranker"]
    if not isinstance(tables, list) or not tables:
        raise SettingsError("ranker must be one or more [[ranker]] tables")
    parts = tuple(_part(table, number) for number, table in enumerate(tables, start=1))
    only = parts[0]
    ranker: Ranker = only.ranker if len(parts) == 1 and only.weight == 1 else FusionRanker(parts)
    if "neighbours" in data:
        ranker = _neighbour_ranker(data["neighbours"], ranker, parts)
    return Preset(name=data["name"], description=data["description"], ranker=ranker)


def _neighbour_ranker(table: Any, ranker: Ranker, parts: tuple[WeightedRanker, ...]) -> NeighbourRanker:
    if not isinstance(table, dict):
        raise SettingsError(f"neighbours came as {table!r}; give a table")
    _check_keys(table, required={"vectors", "weight"}, optional={"neighbours", "candidates"})
    options = dict(table)
    kind = options.pop("vectors")
    for part in parts:
        if part.name == kind and isinstance(part.ranker, DenseRanker | MeaningRanker):
            return NeighbourRanker(ranker=ranker, vectors=part.ranker, **options)
    raise SettingsError(
        f"neighbours.vectors came as {kind!r}; give the type of a [[ranker]] of this preset that has vectors:"
        " dense or meaning"
    )


def _part(table: Any, number: int) -> WeightedRanker:
    try:
        return _weighted_ranker(table)
    except SettingsError as error:
        raise SettingsError(f"[[ranker]] {number}: {error}") from error


def _weighted_ranker(table: Any) -> WeightedRanker:
    if not isinstance(table, dict):
        raise SettingsError(f"came as {table!r}; give a table")
    options = dict(table)
    kind = options.pop("type", None)
    if not isinstance(kind, str) or kind not in RANKERS:
        raise SettingsError(f"type came as {kind!r}; allowed are {', '.join(RANKERS)}")
    weight = options.pop("weight", 1.0)
    attributes = fields(RANKERS[kind])
    required = {a.name for a in attributes if a.default is MISSING and a.default_factory is MISSING}
    _check_keys(options, required=required, optional={a.name for a in attributes})
    return WeightedRanker(name=kind, ranker=RANKERS[kind](**options), weight=weight)


def _check_keys(
    data: Mapping[str, Any], *, required: AbstractSet[str], optional: AbstractSet[str] = frozenset()
) -> None:
    missing = required - set(data)
    unknown = set(data) - required - optional
    if missing or unknown:
        allowed = ", ".join(sorted(required | optional))
        wrong = ", ".join(sorted(missing | unknown))
        raise SettingsError(f"missing or unknown: {wrong}; the keys are {allowed}")
