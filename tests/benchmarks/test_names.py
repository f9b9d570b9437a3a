"""Names are found in every position that they stand in, and hardly anything else is."""

from __future__ import annotations

from collections import Counter

import names
import pytest


def test_marks_are_read_as_places() -> None:
    texts = list(names.read_texts("dev"))
    assert texts[0].position == "staff"
    assert [texts[0].text[start:end] for start, end in texts[0].names] == ["木場"]
    assert [texts[4].text[start:end] for start, end in texts[4].names] == ["逢坂", "長峰"]


@pytest.mark.parametrize(("split", "recall"), [("dev", 0.95), ("unseen", 0.93)])
def test_names_are_found_and_ordinary_words_stay(split: str, recall: float) -> None:
    counts = sum(names.measure(list(names.read_texts(split))).values(), Counter[str]())
    assert counts["found"] >= recall * counts["names"]
    assert counts["false"] < 0.01 * counts["words"]


def test_an_ordinary_word_that_is_taken_counts_as_false(capsys: pytest.CaptureFixture[str]) -> None:
    texts = [
        names.MarkedText("note", "山田様から返品の電話", ()),
        names.MarkedText("note", "返品", ((0, 2),)),
    ]
    assert names.measure(texts, misses=True) == {"note": Counter(words=6, false=1, names=1, found=0)}
    assert capsys.readouterr().out == "falsely redacted in note: 山田\nmissed in note: 返品\n"
