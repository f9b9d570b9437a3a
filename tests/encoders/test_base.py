from __future__ import annotations

import numpy as np
import pytest

from faqsearch.encoders.base import checked_texts, unit_rows
from faqsearch.errors import FaqSearchError


def test_texts_become_readable_and_bounded() -> None:
    assert checked_texts(["\ufdfa" * 30], "query", 40) == [("صلى الله عليه وسلم" * 3)[:40]]
    assert checked_texts(["a\0b", "\ud800あ\udfff", "abcdef"], "query", 4) == ["a b", " あ ", "abcd"]


def test_rows_get_length_one_each_by_itself() -> None:
    rows = unit_rows([[3.0, 4.0], [1e-300, 0.0], [1e300, -1e300]], "the test")
    assert rows.dtype == np.float32
    assert rows == pytest.approx(np.array([[0.6, 0.8], [1, 0], [2**-0.5, -(2**-0.5)]]))
    assert unit_rows(np.empty((0, 3)), "the test").shape == (0, 3)


@pytest.mark.parametrize("row", [[0.0, 0.0], [np.nan, 1.0], [np.inf, 1.0]])
def test_a_vector_without_a_direction_is_refused(row: list[float]) -> None:
    with pytest.raises(FaqSearchError, match="the test gave a vector"):
        unit_rows([[1.0, 2.0], row], "the test")
