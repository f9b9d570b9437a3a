"""An operators' lookup: paste a mail or phone note, get the entries to work with and why.

    python examples/operator_lookup.py                 # a sample phone note
    python examples/operator_lookup.py note.txt        # a file; "-" reads what is pasted
    python examples/operator_lookup.py note.txt faq.csv

Operators see internal entries too. The confidence says whether to trust the first hit or read on.
"""

from __future__ import annotations

import sys
from pathlib import Path

import faqsearch
from faqsearch import Audience, Decision, Hit

NOTE = """\
（電話メモ 14:20）40代くらいの男性、会員。
先月末で消えたポイントを元に戻してほしいとのこと。失効の知らせは見ていない、とご立腹。
"""
ADVICE = {
    Decision.ANSWER: "先頭の回答でご案内できます",
    Decision.CHOOSE: "次の中から選んでください",
    Decision.HAND_OVER: "確かな回答が見つかりません。候補を読んで判断するか、詳しい担当者へ",
}
REASONS = {
    "information": "FAQと共通する言葉の情報の量",
    "ngram_overlap": "文字の並びの重なり",
    "margin": "2位との差",
    "score": "1位のスコアの高さ",
    "context": "前後の文も検索に使ったか",
}


def show(hit: Hit) -> None:
    """Print a hit: whether it is internal, its question, the passage that matched."""
    mark = "【社内】" if hit.entry.audience is Audience.OPERATOR else ""
    print(f"{hit.rank:>2}. {mark}{hit.entry.question}  [{hit.entry.category}] {hit.id}")
    print(f"    {hit.snippet.text.replace(chr(10), ' ')}")
    words = dict.fromkeys(
        hit.entry.answer[mark.start : mark.end] for mark in hit.highlights if mark.field == "answer"
    )
    if words:
        print(f"    一致: {'、'.join(words)}")


def main() -> None:
    """Look one note up."""
    source = sys.argv[1] if len(sys.argv) > 1 else None
    if source is None:
        note = NOTE
    else:
        note = sys.stdin.read() if source == "-" else Path(source).read_text(encoding="utf-8")
    base = faqsearch.load(sys.argv[2] if len(sys.argv) > 2 else faqsearch.sample_path("shop"))
    suggestion = base.suggest(note, channel="phone", audience="operator")

    print(f"{ADVICE[suggestion.decision]}（確信度 {suggestion.confidence:.0%}）")
    for item in suggestion.evidence[:3]:
        direction = "上げる" if item.contribution > 0 else "下げる"
        print(
            f"  - {REASONS[item.feature]} {item.value:.2f}: 確信度を{direction}（{item.contribution:+.2f}）"
        )
    for hit in suggestion.candidates[:5]:
        show(hit)


if __name__ == "__main__":
    main()
