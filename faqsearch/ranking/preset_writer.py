"""Writing presets: the readable TOML that ``load_preset`` reads back to an equal ranker."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, Field, fields
from pathlib import Path
from typing import Any, Final

from faqsearch.errors import SettingsError
from faqsearch.ranking.base import Ranker
from faqsearch.ranking.fusion import FusionRanker
from faqsearch.ranking.neighbours import NeighbourRanker
from faqsearch.ranking.preset import RANKERS, Preset
from faqsearch.store import atomic

_BARE_KEY: Final = re.compile(r"[A-Za-z0-9_-]+")
_ESCAPED: Final = re.compile(r'["\\\x00-\x1f\x7f]')
_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")


def preset_toml(preset: Preset, comment_lines: Iterable[str] = ()) -> str:
    """Return a preset as TOML, one ``[[ranker]]`` table a part.

    Settings that have their default value are left out; parts are named after their type when read back,
    and a lone part of weight 1 is read back as the ranker itself.

    Args:
        preset: Of rankers that presets know.
        comment_lines: Lines of a comment on top; line breaks and control characters in them become spaces.

    Raises:
        SettingsError: If a ranker is of another type, or a setting of a type that TOML has not.
    """
    lines = [f"# {_one_line(line)}".rstrip() for line in comment_lines]
    lines += [""] if lines else []
    lines += [f"name = {_value(preset.name)}", f"description = {_value(preset.description)}"]
    ranker = preset.ranker
    if isinstance(ranker, NeighbourRanker):
        lines += ["", *_neighbours_table(ranker)]
        ranker = ranker.ranker
    if isinstance(ranker, FusionRanker):
        for part in ranker.parts:
            lines += ["", *_table(part.ranker, part.weight)]
    else:
        lines += ["", *_table(ranker, None)]
    return "\n".join(lines) + "\n"


def write_preset(path: str | Path, preset: Preset, comment_lines: Iterable[str] = ()) -> None:
    """Write a preset to a ``.toml`` file, all or nothing.

    Raises:
        SettingsError: If the name does not end in ``.toml``, or the preset is none that TOML can hold.
        OSError: If the file cannot be written.
    """
    if not str(path).endswith(".toml"):
        raise SettingsError("a preset is written to a file whose name ends in .toml; give such a name")
    atomic.write_bytes(Path(path), preset_toml(preset, comment_lines).encode("utf-8"))


def _neighbours_table(ranker: NeighbourRanker) -> list[str]:
    kind = next((kind for kind, known in RANKERS.items() if type(ranker.vectors) is known), "")
    return [
        "[neighbours]",
        f"vectors = {_value(kind)}",
        f"weight = {_value(ranker.weight)}",
        f"neighbours = {_value(ranker.neighbours)}",
        f"candidates = {_value(ranker.candidates)}",
    ]


def _table(ranker: Ranker, weight: float | None) -> list[str]:
    kind = next((kind for kind, known in RANKERS.items() if type(ranker) is known), None)
    if kind is None:
        raise SettingsError(
            f"a preset cannot hold a {type(ranker).__name__}; allowed are {', '.join(RANKERS)}"
        )
    lines = ["[[ranker]]", f"type = {_value(kind)}"]
    if weight is not None:
        lines.append(f"weight = {_value(weight)}")
    settings = ((attribute, getattr(ranker, attribute.name)) for attribute in fields(RANKERS[kind]))
    lines += [
        f"{attribute.name} = {_value(value)}"
        for attribute, value in settings
        if attribute.init and not _is_default(attribute, value)
    ]
    return lines


def _is_default(attribute: Field[Any], value: object) -> bool:
    if attribute.default_factory is not MISSING:
        return bool(value == attribute.default_factory())
    return attribute.default is not MISSING and bool(value == attribute.default)


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{_key(key)} = {_value(item)}' for key, item in value.items())} }}"
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return f"[{', '.join(map(_value, value))}]"
    raise SettingsError(
        f"a preset cannot hold a {type(value).__name__}; give numbers, texts, flags or tables"
    )


def _key(key: object) -> str:
    return str(key) if _BARE_KEY.fullmatch(str(key)) else _string(str(key))


def _string(text: str) -> str:
    if _SURROGATE.search(text):
        raise SettingsError("a preset cannot hold half of a surrogate pair; give a whole text")
    return '"' + _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + '"'


def _one_line(text: str) -> str:
    kept = (character if character.isprintable() else " " for character in text)
    return " ".join("".join(kept).split())
