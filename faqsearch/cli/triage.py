"""The command ``triage``."""

from __future__ import annotations

from typing import Final

from rich.console import Console
from rich.text import Text

from faqsearch.assist.triage import Finding, Label, Triage, read_teams
from faqsearch.cli import inputs, terminal
from faqsearch.cli.base import open_base
from faqsearch.cli.options import (
    DEFAULT_PRESET,
    AudienceOption,
    CacheOption,
    ChannelOption,
    FaqOption,
    FileOption,
    JsonOption,
    PresetOption,
    TeamsOption,
    TextArgument,
    VocabularyOption,
)
from faqsearch.entry import Audience

SIGN_LABELS: Final = {"urgency": "緊急", "deadline": "期限", "complaint": "苦情", "distress": "困窮"}
LANGUAGE_LABELS: Final = {
    "ja": "日本語",
    "en": "英語",
    "zh": "中国語",
    "ko": "韓国語",
    "vi": "ベトナム語",
    "pt": "ポルトガル語",
    "und": "不明",
}
_WORDS_SHOWN: Final = 5


def triage(
    text: TextArgument = None,
    *,
    faq: FaqOption,
    file: FileOption = None,
    channel: ChannelOption = "chat",
    teams: TeamsOption = None,
    audience: AudienceOption = Audience.PUBLIC,
    preset: PresetOption = DEFAULT_PRESET,
    vocabulary: VocabularyOption = None,
    cache: CacheOption = None,
    json: JsonOption = False,
) -> None:
    """Tell what an inquiry is about, who should take it, and whether it is urgent or a complaint."""
    inquiry = inputs.read_inquiry(text, file)
    known = read_teams(*teams) if teams else None
    base = open_base(faq, preset=preset, quiet=json, vocabulary=vocabulary, cache=cache)
    found = base.triage(inquiry, channel=channel, audience=audience, teams=known)
    if json:
        terminal.emit_json(triage_document(found))
    else:
        _show(terminal.out(), found)


def triage_document(found: Triage) -> dict[str, object]:
    """Return what triage found, as a dictionary; offsets count in the text that was read."""
    return {
        "category": _label(found.category),
        "team": _label(found.team),
        **{sign: _finding(getattr(found, sign)) for sign in SIGN_LABELS},
        "language": _label(found.language),
    }


def _label(label: Label | None) -> dict[str, object] | None:
    return {"name": label.name, "confidence": label.confidence} if label else None


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "found": finding.found,
        "confidence": round(finding.confidence, 4),
        "words": [{"text": word.text, "start": word.start, "end": word.end} for word in finding.words],
    }


def _show(console: Console, found: Triage) -> None:
    console.print(_line("分類", found.category, "該当なし"))
    if found.team is not None:
        console.print(_line("担当", found.team, ""))
    for sign, label in SIGN_LABELS.items():
        finding: Finding = getattr(found, sign)
        words = "".join(f"「{terminal.printable(word.text)}」" for word in finding.words[:_WORDS_SHOWN])
        style = "bold red" if finding.found else ""
        verdict = Text("あり" if finding.found else "なし", style)
        console.print(Text.assemble(f"{label}: ", verdict, f"（確信度 {finding.confidence:.0%}）", words))
    language = Label(name=LANGUAGE_LABELS[found.language.name], confidence=found.language.confidence)
    console.print(_line("言語", language, ""))


def _line(title: str, label: Label | None, missing: str) -> Text:
    if label is None:
        return Text(f"{title}: {missing}")
    return Text(f"{title}: {terminal.printable(label.name)}（確信度 {label.confidence:.0%}）")
