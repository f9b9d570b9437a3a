"""What a language model wrote, taken apart: its text, what it cites, or that it refuses."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from faqsearch.encoders.retrying import Failure

REFUSAL: Final = "NO_ANSWER"
"""What the model writes where the FAQs do not answer the inquiry."""

_FENCE: Final = re.compile(r"```(?:json|text)?\s*\n(.*?)\n?```", re.DOTALL)
_BRACKETS: Final = re.compile(r"[\[［]([^\[\]［］\n]{1,400})[\]］]")
_SEPARATOR: Final = re.compile(r"[,、，]\s*")


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelReply:
    """A reply.

    Attributes:
        text: What it says, with its citations.
        citations: Ids that it cites, in order of appearance.
        refused: Whether the model says that the FAQs do not answer the inquiry.
    """

    text: str
    citations: tuple[str, ...] = ()
    refused: bool = False

    def without_citations(self) -> str:
        """Return the text as a customer may read it."""
        text = _BRACKETS.sub(
            lambda found: "" if set(_cited(found, self.citations)) <= set(self.citations) else found[0],
            self.text,
        )
        return "\n".join(line.rstrip() for line in text.strip().splitlines())


def read_reply(content: str, allowed: Collection[str], known: Collection[str]) -> ModelReply | Failure:
    """Read a reply: JSON of ``body`` and ``citations``, or text with citations such as ``[shop-017]``.

    Args:
        content: What the model wrote.
        allowed: Ids it may cite.
        known: Other words that may stand in brackets: placeholders, names of buttons in the FAQs.

    Returns:
        The reply, or what is wrong with it, in Japanese; nothing of it is repeated.
    """
    fenced = _FENCE.fullmatch(content.strip())
    content = (fenced[1] if fenced else content).strip()
    listed: list[str] = []
    if content.startswith("{"):
        parts = _json_parts(content)
        if parts is None:
            return Failure("返答の形式が決まりと違います")
        content, listed, refused = parts
        if refused:
            return ModelReply(text="", refused=True)
    if REFUSAL in content:
        return ModelReply(text="", refused=True)
    found = [name for brackets in _BRACKETS.finditer(content) for name in _cited(brackets, allowed)]
    cited = tuple(dict.fromkeys([*(name for name in found if name not in known or name in allowed), *listed]))
    if not cited:
        return Failure("返答に出典がありません")
    if not set(cited) <= set(allowed):
        return Failure("返答が、渡していない出典を挙げています")
    return ModelReply(text=content, citations=cited)


def _json_parts(content: str) -> tuple[str, list[str], bool] | None:
    try:
        data = json.loads(content)
    except (ValueError, RecursionError):
        return None
    body, listed, refused = data.get("body", ""), data.get("citations", []), data.get("refused", False)
    right = isinstance(body, str) and isinstance(refused, bool) and isinstance(listed, list)
    return (body, listed, refused) if right and all(isinstance(one, str) for one in listed) else None


def _cited(brackets: re.Match[str], allowed: Collection[str] = ()) -> list[str]:
    inside = brackets[1].strip()
    return [inside] if inside in allowed else [one.strip() for one in _SEPARATOR.split(inside)]
