"""What is derived from a segment and can be kept with it, is; what depends on anything else is not."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pytest

from faqsearch.index import derived
from faqsearch.index.derived import Derived, kept_with_segment, put_together, taken_apart
from faqsearch.index.document import private_layer
from faqsearch.index.memo import Memo
from faqsearch.index.strings import PackedStrings


@dataclass(frozen=True, slots=True)
class Lengths:
    values: npt.NDArray[np.int64]
    names: PackedStrings
    seen: list[str] = field(default_factory=list)


@pytest.fixture(autouse=True)
def only_lengths(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(derived, "_CLASSES", {})
    assert kept_with_segment("lengths")(Lengths) is Lengths


def lengths(*values: int) -> Lengths:
    return Lengths(np.array(values, np.int64), PackedStrings.pack(map(str, values)), ["a search"])


def memo_of(**values: object) -> Memo:
    memo = Memo()
    for name, value in values.items():
        memo.get((name, 1, (0.5, ("answer", True))), lambda value=value: value)
    return memo


def test_a_value_is_put_together_from_what_was_kept_and_the_rest_begins_anew() -> None:
    [one] = taken_apart(memo_of(here=lengths(3, 1)))
    assert (one.kind, one.key, set(one.columns)) == (
        "lengths",
        ("here", 1, (0.5, ("answer", True))),
        {"values", "names"},
    )
    memo = Memo()
    put_together(one, memo)
    found = memo.get(one.key, lengths)
    assert found.values.tolist() == [3, 1]
    assert tuple(found.names) == ("3", "1")
    assert found.seen == []


def test_values_come_in_the_order_of_their_keys() -> None:
    found = taken_apart(memo_of(b=lengths(1), a=lengths(2)))
    assert [one.key[0] for one in found] == ["a", "b"]


@pytest.mark.parametrize(
    "key",
    ["a name", ("of", object()), ("nested", (None,)), ("taught", (private_layer("a"),)), ("lexicon", None)],
)
def test_a_key_that_means_nothing_elsewhere_or_is_of_customers_words_is_not_kept(key: object) -> None:
    memo = Memo()
    memo.get(key, lambda: lengths(1))
    assert list(taken_apart(memo)) == []


def test_values_of_other_classes_are_not_kept_and_unknown_ones_are_left_out() -> None:
    assert list(taken_apart(memo_of(other=[1], array=np.zeros(1)))) == []
    memo = Memo()
    put_together(Derived(kind="of a later version", key=("a",), columns={}), memo)
    assert memo.items() == []


def test_a_class_with_other_fields_is_an_error() -> None:
    with pytest.raises(TypeError, match="weights"):
        put_together(Derived(kind="lengths", key=("a",), columns={"weights": np.zeros(1)}), Memo())
