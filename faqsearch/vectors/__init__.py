"""Word vectors: words as points whose nearness is nearness in meaning."""

from faqsearch.vectors.base import WordVectors
from faqsearch.vectors.compact import CompactWordVectors
from faqsearch.vectors.convert import convert_vectors
from faqsearch.vectors.home import data_folder, installed_vectors, remove_vectors, vectors_file
from faqsearch.vectors.install import CHIVE, Release, install_chive
from faqsearch.vectors.layout import VectorsInfo
from faqsearch.vectors.static import StaticWordVectors

__all__ = [
    "CHIVE",
    "CompactWordVectors",
    "Release",
    "StaticWordVectors",
    "VectorsInfo",
    "WordVectors",
    "convert_vectors",
    "data_folder",
    "install_chive",
    "installed_vectors",
    "remove_vectors",
    "vectors_file",
]
