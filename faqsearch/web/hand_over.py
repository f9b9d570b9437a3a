"""The record of a hand-over as a text that a customer reads, copies or prints, and gives to a person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from faqsearch.dialogue import HandOver, Reason, Speaker, Spoken, Turn
from faqsearch.entry import JAPAN, FaqEntry

REASONS: Final[Mapping[Reason, str]] = {
    Reason.REQUESTED: "担当者とのお話をご希望です",
    Reason.NOT_FOUND: "お答えできる内容が見つかりませんでした",
    Reason.UNSOLVED: "ご案内した回答では解決しませんでした",
    Reason.REPEATED: "同じご質問にお答えできていません",
    Reason.FRUSTRATED: "ご不便をおかけしています",
    Reason.DISTRESSED: "ご心配なことがおありです",
    Reason.LEFT: "解決しないまま終わりました",
    Reason.TOO_LONG: "やりとりが長くなりました",
}
_SPEAKERS: Final = {Speaker.CUSTOMER: "お客様", Speaker.BOT: "自動応答"}


def record_text(turn: Turn, entries: Mapping[str, FaqEntry]) -> str:
    """Put the record of a turn that hands over into words; empty where the turn does not.

    Args:
        turn: The turn.
        entries: What its reader may see now, by id; what was tried and is not among them goes unnamed.
    """
    if turn.hand_over is None:
        return ""
    return "\n".join(_lines(turn.hand_over, f"{turn.state.at.astimezone(JAPAN):%Y-%m-%d %H:%M}", entries))


def _lines(record: HandOver, at: str, entries: Mapping[str, FaqEntry]) -> list[str]:
    tried = [f"・{_indented(entries[key].question)}（{key}）" for key in record.tried if key in entries]
    return [
        "【お問い合わせの引き継ぎ】",
        f"日時：{at}",
        f"理由：{REASONS[record.reason]}",
        *([f"ご質問：{_indented(record.question)}"] if record.question else []),
        "",
        "■ ご案内した回答",
        *(tried or ["・なし"]),
        "",
        "■ やりとり",
        *map(_spoken, record.transcript),
    ]


def _spoken(line: Spoken) -> str:
    return f"{_SPEAKERS[line.speaker]}：{_indented(line.text)}"


def _indented(text: str) -> str:
    """Set off all lines but the first, so that no customer's line passes for one of the record."""
    return "\n　".join(text.splitlines())
