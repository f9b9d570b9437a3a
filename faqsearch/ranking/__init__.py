"""Ranking: BM25, TF-IDF and their fusion, each able to explain itself."""

from faqsearch.ranking.base import Ranker, Scores
from faqsearch.ranking.bm25 import BM25Ranker
from faqsearch.ranking.confirmed import ConfirmedRanker
from faqsearch.ranking.context import Context, ContextRanker
from faqsearch.ranking.explanation import MATCH_KINDS, Explanation, Match, MatchKind, matches, strictest_kind
from faqsearch.ranking.fusion import FusionRanker, WeightedRanker
from faqsearch.ranking.meaning import MeaningRanker
from faqsearch.ranking.preset import Preset, load_preset, preset_names
from faqsearch.ranking.query import Query, analyze_query
from faqsearch.ranking.resources import NO_RESOURCES, Resource, Resources, TextVectors
from faqsearch.ranking.tfidf import TfidfRanker
from faqsearch.ranking.top import TopDocuments, top_documents

__all__ = [
    "MATCH_KINDS",
    "NO_RESOURCES",
    "BM25Ranker",
    "ConfirmedRanker",
    "Context",
    "ContextRanker",
    "Explanation",
    "FusionRanker",
    "Match",
    "MatchKind",
    "MeaningRanker",
    "Preset",
    "Query",
    "Ranker",
    "Resource",
    "Resources",
    "Scores",
    "TextVectors",
    "TfidfRanker",
    "TopDocuments",
    "WeightedRanker",
    "analyze_query",
    "load_preset",
    "matches",
    "preset_names",
    "strictest_kind",
    "top_documents",
]
