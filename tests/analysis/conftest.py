"""One analyzer for all: opening the dictionary takes a moment."""

import pytest

from faqsearch.analysis import SudachiAnalyzer, UserWord


@pytest.fixture(scope="session")
def analyzer() -> SudachiAnalyzer:
    return SudachiAnalyzer()


@pytest.fixture(scope="session")
def with_own_words() -> SudachiAnalyzer:
    """One for many tests: Sudachi takes seconds to compile words, however few."""
    return SudachiAnalyzer(
        [
            UserWord(word="匠庵", reading="タクミアン"),
            UserWord(word="帳簿丸", reading="ちょうぼまる"),
            UserWord(word="マイページ"),
            UserWord(word="返品について"),
            UserWord(word="送料返品"),
        ]
    )
