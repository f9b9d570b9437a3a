"""Ranking: BM25, TF-IDF and their fusion, each able to explain itself."""

from faqsearch.ranking.base import Ranker, Scores
from faqsearch.ranking.bm25 import BM25Ranker
from faqsearch.ranking.explanation import Explanation, Match, matches
from faqsearch.ranking.fusion import FusionRanker, WeightedRanker
from faqsearch.ranking.preset import Preset, load_preset, preset_names
from faqsearch.ranking.query import Query, analyze_query
from faqsearch.ranking.tfidf import TfidfRanker

__all__ = [
    "BM25Ranker",
    "Explanation",
    "FusionRanker",
    "Match",
    "Preset",
    "Query",
    "Ranker",
    "Scores",
    "TfidfRanker",
    "WeightedRanker",
    "analyze_query",
    "load_preset",
    "matches",
    "preset_names",
]
