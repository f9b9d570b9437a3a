"""Variants of a preset: a TOML file that says only what is different."""

from __future__ import annotations

import copy
import json
import re
import tempfile
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from faqsearch.errors import InputError, SettingsError
from faqsearch.ranking import Preset, load_preset, preset_names

_OWN: Final = frozenset({"extends", "idea", "drop", "add", "ranker"})
_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Variant:
    """A named variant.

    Attributes:
        name: Name of its file.
        extends: The shipped preset it is a variant of.
        idea: Why it might be better, in one line.
        preset: The variant as a preset.
    """

    name: str
    extends: str
    idea: str
    preset: Preset


def read_variant(path: Path) -> Variant:
    """Read a variant; EXPERIMENTS.md describes the file.

    Raises:
        InputError: If the file does not say what it must, or speaks of what the preset does not have.
        SettingsError: If what results is no preset.
    """
    try:
        changes = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"experiment {path.stem}: cannot be read: {error}") from error
    extends, idea = changes.get("extends"), changes.get("idea")
    if extends not in preset_names() or not isinstance(idea, str) or not idea.strip():
        allowed = ", ".join(preset_names())
        raise InputError(
            f"experiment {path.stem}: give extends (one of {allowed}) and idea (one line of text)"
        )
    shipped = (files("faqsearch") / "presets" / f"{extends}.toml").read_text(encoding="utf-8")
    try:
        data = changed(tomllib.loads(shipped), changes)
        preset = _loaded(data)
    except (InputError, SettingsError) as error:
        raise type(error)(f"experiment {path.stem}: {error}") from error
    return Variant(name=path.stem, extends=extends, idea=idea, preset=replace(preset, name=path.stem))


def changed(preset: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the data of a preset with the changes of a variant made.

    Args:
        preset: The TOML data of the preset.
        changes: ``ranker`` (numbers from 1 to tables, each merged into the ranker of its number), ``drop``
            (paths such as ``2``, ``1.fields.tags`` or ``neighbours``), ``add`` (whole rankers) and any other
            key of a preset.

    Raises:
        InputError: If a number or a path names nothing.
    """
    data = copy.deepcopy(dict(preset))
    rankers = {str(number): table for number, table in enumerate(data.get("ranker", []), start=1)}
    _merge(data, {key: value for key, value in changes.items() if key not in _OWN})
    numbered = changes.get("ranker", {})
    if not isinstance(numbered, Mapping) or not set(numbered) <= set(rankers):
        raise InputError(f"[ranker.N] goes from 1 to {len(rankers)}")
    _merge(rankers, numbered)
    for path in changes.get("drop", []):
        # A number names a ranker, anything else a key of the preset itself.
        _drop(rankers if str(path).split(".")[0] in rankers else data, str(path))
    data["ranker"] = [*rankers.values(), *changes.get("add", [])]
    return data


def to_toml(data: Mapping[str, Any]) -> str:
    """Return tables, arrays, texts, numbers and truth values as TOML, a line for each key."""
    return "".join(f"{_key(key)} = {_value(value)}\n" for key, value in data.items())


def _loaded(data: Mapping[str, Any]) -> Preset:
    # Through a file, so that a variant passes every check that a preset passes.
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "variant.toml"
        path.write_text(to_toml(data), encoding="utf-8")
        return load_preset(path)


def _merge(into: dict[str, Any], changes: Mapping[str, Any]) -> None:
    for key, value in changes.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            _merge(into[key], value)
        else:
            into[key] = copy.deepcopy(value)


def _drop(rankers: dict[str, Any], path: str) -> None:
    *tables, key = path.split(".")
    place: Any = rankers
    for table in tables:
        place = place.get(table) if isinstance(place, dict) else None
    if not isinstance(place, dict) or key not in place:
        raise InputError(f"drop holds {path!r:.80}, which the preset does not have")
    del place[key]


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else json.dumps(key)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(key)} = {_value(inner)}" for key, inner in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, int | float):
        return repr(value)
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
