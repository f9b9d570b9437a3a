"""What all bodies of the API have in common."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, JsonValue


class Model(BaseModel):
    """A body that takes no field it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def described(description: str, *, example: JsonValue = None) -> ConfigDict:
    """Return the configuration of a model whose schema has a Japanese description, maybe an example."""
    extra: dict[str, JsonValue] = {"description": description}
    if example is not None:
        extra["examples"] = [example]
    return ConfigDict(json_schema_extra=extra)
