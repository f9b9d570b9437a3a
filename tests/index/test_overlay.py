"""A mapping with changes beside it behaves as a dictionary with the changes in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqsearch.index import Overlay, overlay

changes = st.lists(
    st.tuples(
        st.dictionaries(st.integers(0, 12), st.integers(), max_size=4),
        st.sets(st.integers(0, 12), max_size=3),
    ),
    max_size=8,
)


@pytest.mark.parametrize("most", [0, 3, 512])
@given(first=st.dictionaries(st.integers(0, 12), st.integers()), history=changes)
def test_any_changes_leave_what_a_dictionary_would_hold(
    most: int, first: dict[int, int], history: list[tuple[dict[int, int], set[int]]]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(overlay, "_MOST_CHANGES", most)
        mapping, expected = Overlay(first), dict(first)
        for values, removed in history:
            before, was = mapping, dict(expected)
            mapping = mapping.changed(values, removed)
            expected = {key: value for key, value in expected.items() if key not in removed} | values
            assert before == was
        assert (mapping, len(mapping), sorted(mapping)) == (expected, len(expected), sorted(expected))
        for key in range(13):
            assert (key in mapping, mapping.get(key)) == (key in expected, expected.get(key))
            if key not in expected:
                with pytest.raises(KeyError):
                    mapping[key]


def test_values_that_are_replaced_stay_where_they_were() -> None:
    mapping = Overlay({"a": 1, "b": 2, "c": 3}).changed({"d": 4, "b": 5}, ["a"])

    assert list(mapping.items()) == [("b", 5), ("c", 3), ("d", 4)]
