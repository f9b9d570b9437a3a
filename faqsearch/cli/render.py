"""Search results and suggestions as a person reads them in a terminal (Japanese)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from faqsearch.assist import Decision, Evidence, Suggestion
from faqsearch.cli import text as cells
from faqsearch.cli.terminal import printable
from faqsearch.engine import Hit, SearchResult
from faqsearch.entry import Audience, FaqEntry, FieldName
from faqsearch.highlight import Highlight, Snippet
from faqsearch.index import INDEX_FIELDS
from faqsearch.ranking import Explanation
from faqsearch.wording import FIELD_LABELS, NEAR_IN_MEANING, NOT_STRICT, reason_text

AUDIENCE_LABELS: Final = {Audience.PUBLIC: "公開", Audience.OPERATOR: "社内"}
DECISION_LABELS: Final = {
    Decision.ANSWER: "この回答を返せます",
    Decision.CHOOSE: "候補から選んでもらいます",
    Decision.ASK_BACK: "条件を聞き返します",
    Decision.HAND_OVER: "担当者に引き継ぎます",
}
EVIDENCE_LABELS: Final = {
    "information": "質問とFAQに共通する言葉の多さ",
    "ngram_overlap": "質問とFAQの質問の、文字の並びの重なり",
    "margin": "2位との差",
    "score": "1位のスコアの高さ",
    "context": "前後の文も検索に使ったか",
}
_DECISION_STYLES: Final = {
    Decision.ANSWER: "bold green",
    Decision.CHOOSE: "bold yellow",
    Decision.ASK_BACK: "bold cyan",
    Decision.HAND_OVER: "bold magenta",
}

_BAR: Final = 8
_GAPS: Final = 6  # two cells after each column
_NARROWEST: Final = 24
_TERMS_SHOWN: Final = 5
_NEAR_SHOWN: Final = 3


def show_search(console: Console, result: SearchResult, *, explain: bool = False) -> None:
    """Print a search result: one block a hit, ruled by rank, score and text."""
    _print_title(console, f"「{printable(result.text)}」", result)
    if not result.hits:
        console.print("見つかりませんでした。言葉を短くするか、別の言い方でお試しください。")
        return
    if not result.strict:
        console.print(NOT_STRICT)
    console.print()
    show_hits(console, result.hits, explain=explain)


def show_related(console: Console, entry: FaqEntry, result: SearchResult) -> None:
    """Print the entries related to one, as hits of a search are printed."""
    _print_title(console, f"「{cells.one_line(entry.question)}」に関連するFAQ", result)
    if result.hits:
        console.print()
        show_hits(console, result.hits)


def show_suggestion(console: Console, suggestion: Suggestion) -> None:
    """Print a suggestion: what to do, how sure it is, why, and the FAQs it offers."""
    decision = Text(DECISION_LABELS[suggestion.decision], _DECISION_STYLES[suggestion.decision])
    console.print(Text.assemble("判定: ", decision, f"（確信度 {suggestion.confidence:.0%}）"))
    if suggestion.ask is not None:
        labels = " ／ ".join(cells.one_line(choice.label) for choice in suggestion.ask.choices)
        console.print(Text(f"聞き返す文: {suggestion.ask.text} {labels}"))
    if len(suggestion.questions) > 1:
        console.print(f"質問は{len(suggestion.questions)}つあります:")
        for number, question in enumerate(suggestion.questions, start=1):
            verdict = f"{DECISION_LABELS[question.decision]}（確信度 {question.confidence:.0%}）"
            line = Text.assemble(f"  {number}. {cells.one_line(question.text)} → ", verdict)
            console.print(cells.wrapped(line, console.width))
    if suggestion.evidence:
        console.print("根拠（確信度への影響、値）:")
        console.print(_evidence_table(suggestion.evidence))
    if suggestion.offers:
        console.print()
        show_hits(console, suggestion.offers)
    elif suggestion.candidates:
        console.print("近いFAQ（回答には使いません）:")
        for hit in suggestion.candidates[:_NEAR_SHOWN]:
            console.print(
                cells.wrapped(Text(f"  {cells.one_line(hit.entry.question)} ({hit.id})"), console.width)
            )


def show_hits(console: Console, hits: Sequence[Hit], *, explain: bool = False) -> None:
    """Print hits in columns: rank, score bar over the score, and the entry with its reasons."""
    plain, best = cells.is_plain(console), hits[0].score
    ranks = max(2, len(str(hits[-1].rank)))
    width = max(_NARROWEST, console.width - ranks - _BAR - _GAPS)
    for hit in hits:
        grid = Table.grid(padding=(0, 2))
        grid.add_column(justify="right", no_wrap=True, min_width=ranks)
        grid.add_column(no_wrap=True, min_width=_BAR)
        grid.add_column(no_wrap=True)
        body = Text("\n").join(cells.wrapped(line, width) for line in _body(hit, plain=plain))
        grid.add_row(Text(str(hit.rank), "bold"), _score(hit.score, best, plain=plain), body)
        console.print(grid)
        if explain:
            console.print(_tree(hit.explanation))
        console.print()


def reason(hit: Hit) -> str:
    """Say how which words matched in which fields: ``返品・「代金」に近い語「送料」 ← 質問, 回答``."""
    if not hit.reasons:
        return NEAR_IN_MEANING if hit.kind == "meaning" else ""
    terms = "・".join(printable(reason_text(reason)) for reason in hit.reasons[:_TERMS_SHOWN])
    more = " ほか" if len(hit.reasons) > _TERMS_SHOWN else ""
    fields = {field for reason in hit.reasons for field in reason.fields}
    return f"{terms}{more} ← {', '.join(FIELD_LABELS[field] for field in INDEX_FIELDS if field in fields)}"


def _print_title(console: Console, title: str, result: SearchResult) -> None:
    shown, total = len(result.hits), result.total
    count = f"{total}件" if shown == total else f"{total}件中{shown}件"
    view = f"（{AUDIENCE_LABELS[result.audience]}・{result.preset}）"
    console.print(Text.assemble((title, "bold"), f" {count} ", (view, "dim")))


def _score(score: float, best: float, *, plain: bool) -> Text:
    """Return a bar over the number, both ``_BAR`` cells wide."""
    filled = max(1, round(score / best * _BAR)) if best > 0 else 0
    # Block characters are of ambiguous width in Japanese terminals; a reversed space and # are not.
    bar = ("#" * filled, "") if plain else (" " * filled, "reverse green")
    return Text.assemble(bar, " " * (_BAR - filled), f"\n{score:>{_BAR}.3f}")


def _body(hit: Hit, *, plain: bool) -> list[Text]:
    entry = hit.entry
    question = cells.marked(entry.question, _spans(hit.highlights, "question"), plain=plain)
    question.stylize("bold")
    if entry.audience is Audience.OPERATOR:
        question = Text.assemble(("〔社内〕", "magenta"), question)
    facts = " ／ ".join(filter(None, (entry.category, " ".join(f"#{tag}" for tag in entry.tags), hit.id)))
    lines = [
        question,
        Text(cells.one_line(facts), "dim"),
        _snippet(hit.snippet, len(entry.answer), plain=plain),
    ]
    why = reason(hit)
    if why:
        lines.append(Text.assemble(("一致: ", "cyan"), why))
    return lines


def _snippet(snippet: Snippet, length: int, *, plain: bool) -> Text:
    spans = [(item.start - snippet.start, item.end - snippet.start) for item in snippet.highlights]
    body = cells.marked(snippet.text, spans, plain=plain)
    return Text.assemble("…" if snippet.start else "", body, "…" if snippet.end < length else "")


def _spans(highlights: Iterable[Highlight], field: FieldName) -> list[tuple[int, int]]:
    return [(item.start, item.end) for item in highlights if item.field == field]


def _evidence_table(evidence: Iterable[Evidence]) -> Table:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(justify="right", no_wrap=True, min_width=7)
    grid.add_column(justify="right", no_wrap=True)
    grid.add_column()
    for item in evidence:
        label = EVIDENCE_LABELS.get(item.feature, item.description)
        grid.add_row(f"{item.contribution:+.2f}", f"{item.value:.3f}", label)
    return grid


def _tree(explanation: Explanation) -> Tree:
    sign = {"sum": "Σ", "product": "×", "leaf": ""}[explanation.operation]
    tree = Tree(Text(f"{explanation.value:.4f} {sign} {explanation.description}".replace("  ", " ")))
    for detail in explanation.details:
        tree.children.append(_tree(detail))
    return tree
