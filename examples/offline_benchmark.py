"""An offline benchmark: which preset is best on one's own labels, and is the difference more than chance?

    pip install "faqsearch[eval]"
    python examples/offline_benchmark.py                               # the sample labels
    python examples/offline_benchmark.py faq.csv inquiries.jsonl       # one's own

Labels stand beside the inquiries, one object a line: {"id": ..., "text": ..., "relevant": {entry id: grade}}.
"""

from __future__ import annotations

import sys
from functools import partial

import faqsearch
from faqsearch import KnowledgeBase
from faqsearch.evaluation import Comparison, evaluate_runs, read_labels, read_queries, run_queries

PRESETS = ("lexical", "bm25", "tfidf")
DEPTH = 10


def ranking(base: KnowledgeBase, text: str, k: int) -> list[tuple[str, float]]:
    """Search as operators do; any function of this shape can be measured, another engine's too."""
    return [(hit.id, hit.score) for hit in base.search(text, k, audience="operator").hits]


def show(comparison: Comparison) -> None:
    """Print means, differences from the first preset, and the inquiries it loses most on."""
    reference = comparison.systems[0]
    print(f"{len(comparison.queries)}件の問い合わせで比較（正解のない{comparison.without_relevant}件は除く）")
    for name in comparison.systems:
        means = comparison.means[name]
        line = "  ".join(f"{measure} {value:.3f}" for measure, value in means.items())
        print(f"{name:8} {line}  0件 {comparison.without_hits[name]}")
        found = comparison.difference(name, "nDCG@10")
        if found:
            verdict = "偶然とは言えない差" if found.p_holm < 0.05 else "偶然でもありうる差"
            print(
                f"{'':8} {reference}との差 {found.mean:+.3f} [{found.low:+.3f}, {found.high:+.3f}]"
                f" p={found.p_holm:.4f} {verdict}（{found.won}勝 {found.lost}敗 {found.tied}分）"
            )
    values = comparison.values[reference]["nDCG@10"]
    worst = sorted(values, key=lambda query: (values[query], query))[:5]
    print(f"{reference}が最も苦手な問い合わせ: {'、'.join(worst)}")


def main() -> None:
    """Measure every preset on the labels."""
    if len(sys.argv) > 2:
        faq, labelled = sys.argv[1], sys.argv[2]
    else:
        faq = str(faqsearch.sample_path("saas"))
        labelled = str(faqsearch.sample_path("saas", "inquiries.jsonl"))
    queries, labels = read_queries(labelled), read_labels(labelled)
    runs = {
        preset: run_queries(partial(ranking, faqsearch.load(faq, preset=preset)), queries, DEPTH)
        for preset in PRESETS
    }
    show(evaluate_runs(runs, labels))


if __name__ == "__main__":
    main()
