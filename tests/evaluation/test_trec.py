from __future__ import annotations

import math
import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqsearch.errors import EvaluationError, FormatError, InputError
from faqsearch.evaluation.runs import Ranking
from faqsearch.evaluation.trec import read_qrels, read_run, write_run

# What is printable and no space, told by categories: a filter would refuse too many characters.
IDS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=8)
SCORES = st.floats(allow_nan=False, allow_infinity=False)


@st.composite
def rankings(draw: st.DrawFn) -> Ranking:
    ids = draw(st.lists(IDS, min_size=1, max_size=6, unique=True))
    scores = sorted(draw(st.lists(SCORES, min_size=len(ids), max_size=len(ids))), reverse=True)
    return tuple(zip(ids, scores, strict=True))


@given(st.dictionaries(IDS, rankings(), max_size=5))
def test_a_written_run_reads_back_with_the_same_order_and_the_same_floats(run: dict[str, Ranking]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "run.trec"
        write_run(path, run, "tag")
        again = read_run(path)
    assert again == run
    assert list(again) == list(run)


def test_a_run_is_written_line_by_line_as_trec_wants_it(tmp_path: Path) -> None:
    path = tmp_path / "run.trec"
    write_run(path, {"q1": (("b", 1.5), ("a", 1.5)), "none": (), "q2": (("漢字", 1e-20),)}, "lexical")
    assert path.read_bytes().decode() == (
        "q1 Q0 b 1 1.5 lexical\nq1 Q0 a 2 1.5 lexical\nq2 Q0 漢字 1 1e-20 lexical\n"
    )


def test_neighbouring_floats_keep_their_order(tmp_path: Path) -> None:
    path = tmp_path / "run.trec"
    higher = math.nextafter(0.1, 1.0)
    write_run(path, {"q": (("b", higher), ("a", 0.1))}, "t")
    assert read_run(path) == {"q": (("b", higher), ("a", 0.1))}


def test_a_run_is_ordered_by_score_and_the_rank_breaks_ties_only(tmp_path: Path) -> None:
    path = tmp_path / "run.trec"
    path.write_text("q Q0 a 1 1.0 t\nq Q0 b 9 2 t\nq Q0 c 3 2.0 t\n\nq Q0 d 3 +2.e0 t\n", encoding="utf-8")
    assert read_run(path) == {"q": (("c", 2.0), ("d", 2.0), ("b", 2.0), ("a", 1.0))}


def test_writing_replaces_the_old_file_and_leaves_no_draft(tmp_path: Path) -> None:
    path = tmp_path / "run.trec"
    path.write_text("old", encoding="utf-8")
    write_run(str(path), {"q": (("a", 1.0),)}, "t")
    assert path.read_text(encoding="utf-8") == "q Q0 a 1 1.0 t\n"
    assert list(tmp_path.iterdir()) == [path]


def test_a_failing_write_leaves_the_old_file_and_no_draft(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "run.trec"
    path.write_text("old", encoding="utf-8")

    def full_disk(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(InputError, match=r"run\.trec cannot be written: No space left on device"):
        write_run(path, {"q": (("a", 1.0),)}, "t")
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("run", "tag", "message"),
    [
        ({"q 1": (("a", 1.0),)}, "t", "the query id came as 'q 1'"),
        ({"q": (("a\u3000b", 1.0),)}, "t", "the entry id came as"),
        ({"q": (("", 1.0),)}, "t", "the entry id came as ''"),
        ({"q": (("a", 1.0),)}, "my tag", "the run id came as 'my tag'"),
        ({"q": (("a", 1.0),)}, "", "the run id came as ''"),
        ({"q": (("a", math.nan),)}, "t", "the score is nan"),
        ({"q": (("a", math.inf),)}, "t", "the score is inf"),
        ({"q": (("a", 2.0), ("a", 1.0))}, "t", "query 'q', rank 2: entry 'a' is ranked twice"),
        ({"q": (("a", 1.0), ("b", 2.0))}, "t", "query 'q', rank 2: the score 2.0 is above"),
    ],
)
def test_a_run_no_trec_file_can_hold_is_not_written(
    tmp_path: Path, run: dict[str, Ranking], tag: str, message: str
) -> None:
    with pytest.raises(EvaluationError, match=message):
        write_run(tmp_path / "run.trec", run, tag)
    assert list(tmp_path.iterdir()) == []


def test_judgements_are_read_with_their_grades(tmp_path: Path) -> None:
    path = tmp_path / "qrels.txt"
    path.write_text("5 0 628 2\n5\t0\t7 1\n 8 0  628 0\n5 0 9 -2\n", encoding="utf-8")
    assert read_qrels(path) == {"5": {"628": 2, "7": 1, "9": -2}, "8": {"628": 0}}


def test_every_bad_line_of_judgements_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "qrels.txt"
    lines = ["a 0 x 1", "a 0 x 2", "a 0 y", "a 0 y 1.5", "a 0 z １", "a\u200b 0 y 1", "a 0 w 1_0"]
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(FormatError) as caught:
        read_qrels(path)
    assert [(problem.row, problem.column, problem.message) for problem in caught.value.problems] == [
        (2, "entry", "entry 'x' is judged twice for query 'a'; keep one line"),
        (3, "", "has 3 columns; write 4: query iteration entry grade"),
        (4, "grade", "came as '1.5'; write a whole number of at most 9 digits"),
        (5, "grade", "came as '１'; write a whole number of at most 9 digits"),
        (
            6,
            "",
            "the query id came as 'a\\u200b'; allowed are visible characters without white space",
        ),
        (7, "grade", "came as '1_0'; write a whole number of at most 9 digits"),
    ]


def test_every_bad_line_of_a_run_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "run.trec"
    lines = [
        "q Q0 a 1 2.0 t",
        "q Q0 a 2 1.0 t",
        "q Q0 b first 1.0 t",
        "q Q0 c 3 nan t",
        "q Q0 d 4 1e999 t",
        "q Q0 e 5 0x1p3 t",
        "q Q0 f 6 1.0",
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(FormatError) as caught:
        read_run(path)
    assert [(problem.row, problem.column) for problem in caught.value.problems] == [
        (2, "entry"),
        (3, "rank"),
        (4, "score"),
        (5, "score"),
        (6, "score"),
        (7, ""),
    ]
    assert caught.value.problems[2].message == "came as 'nan'; write a finite number such as 12.5"
