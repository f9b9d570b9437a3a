"""A Python app: load a FAQ base, search it, edit it live, and ask for a suggestion.

    python examples/python_app.py [faq.csv]

Without a file it takes the shop's sample base.
"""

from __future__ import annotations

import sys
from dataclasses import replace

import faqsearch
from faqsearch import FaqEntry, Hit, KnowledgeBase


def marked(hit: Hit) -> str:
    """Return the question of a hit with what matched in 【brackets】."""
    text = hit.entry.question
    for mark in reversed(hit.highlights):
        if mark.field == "question":
            text = f"{text[: mark.start]}【{text[mark.start : mark.end]}】{text[mark.end :]}"
    return text


def search(base: KnowledgeBase, text: str) -> None:
    """Print the three best hits, why the first was found, and the revision that was searched."""
    result = base.search(text, k=3)
    print(f"検索「{text}」: 全{result.total}件（版 {result.revision}）")
    for hit in result.hits:
        print(f"  {hit.rank}. {hit.score:.3f} {hit.id} {marked(hit)}")
    if result.hits:
        words = [match for match in result.hits[0].matches if match.layer == "a"]
        reasons = "、".join(f"{word.term}（{'・'.join(word.fields)}）" for word in words)
        print(f"     1位の理由: {reasons}")
        print(f"     回答の抜き書き: {result.hits[0].snippet.text.splitlines()[0]}")


def suggest(base: KnowledgeBase, inquiry: str) -> None:
    """Print what to do with an inquiry, how sure the library is, and the strongest evidence."""
    suggestion = base.suggest(inquiry, channel="chat")
    print(f"提案「{inquiry}」: {suggestion.decision}（確信度 {suggestion.confidence:.2f}）")
    for hit in suggestion.offers:
        print(f"  → {hit.id} {hit.entry.question}")
    strongest = suggestion.evidence[0]
    print(f"     決め手: {strongest.feature} = {strongest.value:.2f}（{strongest.contribution:+.2f}）")


def main() -> None:
    """Do what an app does in the course of a day."""
    path = sys.argv[1] if len(sys.argv) > 1 else faqsearch.sample_path("shop")
    base = faqsearch.load(path)
    print(f"{path}: {len(base.entries())}件を読み込みました")

    search(base, "引っ越したんだけど届け先はどこで変えるの")

    entry = FaqEntry(
        id="uchiwa-1",
        question="夏祭りのうちわはもらえますか",
        answer="8月中にお買い上げの方へ、お荷物に一本お入れします。",
        variants=("団扇のプレゼント",),
        category="催し",
    )
    base.upsert(entry)  # found from the next line on, in this and every other thread
    search(base, "うちわ欲しい")
    base.upsert(replace(entry, question="夏祭りの扇子はもらえますか", variants=()))
    search(base, "扇子はある？")
    base.delete("uchiwa-1")
    print(f"uchiwa-1 を消しました（版 {base.revision()}、残り{len(base.entries())}件）")

    suggest(base, "返品したいんだけど送料ってこっち持ち？")
    suggest(base, "社長の好きな食べ物は何ですか")


if __name__ == "__main__":
    main()
