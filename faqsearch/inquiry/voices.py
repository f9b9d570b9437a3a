"""Tell the sides of a chat by what speakers are called and how they speak."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from faqsearch.inquiry.lines import Line
from faqsearch.inquiry.talk_words import CUSTOMER_NAME, OPERATOR_NAME, OPERATOR_SPEECH, SERVICE, SERVING

SERVES: Final = re.compile(
    r"承りま|承って|かしこまりました|お問い?合わ?せ(?:いただき)?、?(?:誠に)?ありがとうございます|担当の.{1,12}です"
    r"|ご用件を|少々お待ち|お調べ(?:いた|し)|お?つなぎ(?:し|いた)|お待たせ(?:し|いた)|いらっしゃいませ|自動応答"
    r"|(?:確認|案内|対応)(?:いた|致)しますので|お持ち込みいただけ|(?:ご連絡|お申し?込み|ご予約|ご利用)でしたら"
    r"|お知らせいただけますか|お選びください"
)
"""What only the support side says."""


def side_of(name: str) -> str:
    """Return "operator", "customer", or "" for a name that tells no side."""
    if CUSTOMER_NAME.search(name) and not re.search(
        r"カスタマ|客服|お客様(?:サポート|相談|センター|窓口|係)", name
    ):
        return "customer"
    return "operator" if OPERATOR_NAME.search(name) else ""


def tell_sides(turns: Sequence[tuple[str, Sequence[Line]]], timed: Mapping[str, bool]) -> dict[str, str]:
    """Tell the side of each speaker, "customer" or "operator": by name, and by how they speak.

    Args:
        turns: The speaker and the lines of each turn.
        timed: Of each speaker, whether times stand by the name.
    """
    sides = {name: side_of(name) for name in timed}
    if len(sides) < 2:
        return {name: side or "customer" for name, side in sides.items()}
    voices: dict[str, list[int]] = defaultdict(list)
    formal: dict[str, list[bool]] = defaultdict(list)
    for name, turn in turns:
        voices[name].append(_voice(turn))
        formal[name].append(any(OPERATOR_SPEECH.search(line.content) for line in turn))
    worth = {name: _bias(name) + sum(voices[name]) / max(len(voices[name]), 1) for name in sides}
    # Somebody has to be the customer; of two speakers, the other one serves.
    customer = min(sides, key=worth.__getitem__)
    if len(sides) == 2 and len(set(worth.values())) == 2:
        return {name: "customer" if name == customer else "operator" for name in sides}
    found = "customer" in sides.values()
    for name in [name for name, side in sides.items() if not side]:
        share = sum(formal[name]) / max(len(formal[name]), 1)
        other = share >= 0.3 or _BUSINESS.search(name) or (timed[name] and len(formal[name]) >= 2)
        sides[name] = "operator" if other and (found or name != customer) else "customer"
    return sides


_NAME_WORTH: Final = 0.75
"""What a name typical of a side is worth beside a voice, which is in [-1, 1]."""


def _bias(name: str) -> float:
    side = side_of(name)
    if not side:
        return _NAME_WORTH / 2 if _BUSINESS.search(name) else 0.0
    return _NAME_WORTH if side == "operator" else -_NAME_WORTH


def _voice(turn: Sequence[Line]) -> int:
    """Tell how a turn sounds: 1 as one who serves, -1 as one who asks for something, 0 as both or neither."""
    serving = [is_serving(line.content) for line in turn]
    return any(serving) - any(line.asks and not one for line, one in zip(turn, serving, strict=True))


def is_serving(content: str) -> bool:
    """Tell whether a folded line sounds as if said by the support side."""
    return any(pattern.search(content) for pattern in (SERVING, OPERATOR_SPEECH, SERVICE, SERVES))


_BUSINESS: Final = re.compile(
    r"[店室院屋館局園社所庁署組]$|クリニック|サロン|歯科|病院|薬局|ホテル|旅館|教室|スクール|カフェ|図書館"
    r"|[市区町村]役所|役場|協会|組合|shop|store|salon|株式会社|有限会社|商店|ストア|マート|サービス"
    r"|美容室|内部メモ|internal note"
)
"""Names of those who serve customers."""
