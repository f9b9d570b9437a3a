"""One analyzer for all: opening the dictionary takes a moment."""

import pytest

from faqsearch.analysis import SudachiAnalyzer


@pytest.fixture(scope="session")
def analyzer() -> SudachiAnalyzer:
    return SudachiAnalyzer()
