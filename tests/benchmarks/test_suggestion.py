from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import _suggestion
import numpy as np
import pytest
import suggestion as benchmark
from _labelled import Inquiry, Observed, chosen, measured
from _suggestion import asked_back, compared, foreign, raw_against_bare, several_questions, shares, wrapped

from faqsearch import Decision, FaqEntry, KnowledgeBase
from faqsearch.assist.fitting import LabelledFeatures
from faqsearch.assist.observations import observe

ENTRIES = (
    FaqEntry(id="return", question="返品の送料は誰が払いますか", answer="お客様です。", category="返品"),
    FaqEntry(id="receipt", question="領収書は発行できますか", answer="できます。", category="支払い"),
    FaqEntry(id="point", question="ポイントの有効期限はいつですか", answer="一年です。", category="会員"),
)


@pytest.fixture(scope="module")
def base() -> KnowledgeBase:
    return KnowledgeBase(ENTRIES, preset="lexical")


def inquiry(number: int, text: str, *questions: tuple[str, dict[str, int]], split: str = "dev") -> Inquiry:
    return Inquiry(
        id=f"r{number}",
        base="shop",
        channel="mail",
        audience="public",
        text=text,
        split=split,
        questions=questions,
        sources=(f"q{number}",),
    )


INQUIRIES = (
    inquiry(
        1,
        "お世話になります。\n1. 返品の送料は誰が払いますか。\n2. 領収書は発行できますか。",
        ("返品の送料は誰が払いますか。", {"return": 2}),
        ("領収書は発行できますか。", {"receipt": 2}),
    ),
    inquiry(2, "お世話になります。\nポイントの期限は？", ("ポイントの期限は？", {"point": 2, "return": 1})),
    inquiry(3, "株主総会はいつですか", ("株主総会はいつですか", {}), split="bare"),
)


def seen(base: KnowledgeBase) -> Observed:
    found = [(base.suggest(one.text, one.channel), one) for one in INQUIRIES]
    rows = [
        (observation, one, suggestion)
        for suggestion, one in found
        for observation in observe(one.id, suggestion, one.labels)
    ]
    observations, of, suggestions = (tuple(column) for column in zip(*rows, strict=True))
    return Observed(
        preset="lexical",
        observations=observations,
        inquiries=of,
        suggestions=suggestions,
        groups=tuple(range(len(rows))),
    )


def nothing() -> None:
    """No progress to show."""


def test_shares_name_every_decision() -> None:
    told = shares([Decision.ANSWER, Decision.HAND_OVER, Decision.HAND_OVER, Decision.CHOOSE])
    assert told == {"answer": 0.25, "choose": 0.25, "ask_back": 0.0, "hand_over": 0.5}


def test_what_a_base_cannot_know_is_handed_over(base: KnowledgeBase) -> None:
    found = foreign(base, ["火星の衛星の名前は", "古墳の形"], nothing)
    assert (found["inquiries"], found["answer"], found["hand_over"]) == (2, 0.0, 1.0)


def test_both_answers_of_an_inquiry_with_two_questions_are_looked_for(base: KnowledgeBase) -> None:
    found = several_questions(seen(base))
    assert found["inquiries"] == 1
    assert found["both among the ten candidates"] == 1.0
    assert found["both among the first three of a question"] == 1.0
    assert found["split into as many questions"] == 1.0


def test_nothing_is_asked_back_where_nothing_is_alike(base: KnowledgeBase) -> None:
    assert asked_back(seen(base)) == {
        "inquiries": 3,
        "asked": 0,
        "of these answerable": 0,
        "right one among the choices": 0,
        "first hit right": 0,
    }


def test_a_loss_is_a_share_of_what_the_bare_question_finds() -> None:
    runs: Any = {
        "raw": {"a": (("x", 2.0), ("right", 1.0)), "b": (("right", 1.0),)},
        "bare": {"a": (("right", 1.0),), "b": (("right", 1.0),)},
    }
    found = compared(runs, {"a": {"right": 2}, "b": {"right": 2}})
    lost = 1 - 1 / np.log2(3)
    assert found["nDCG@10 bare"] == pytest.approx(1.0)
    assert found["loss"]["share"] == pytest.approx(lost / 2)
    assert found["loss"]["low"] <= found["loss"]["share"] <= found["loss"]["high"]


def test_raw_inquiries_without_an_answer_are_left_out_of_the_ranking(base: KnowledgeBase) -> None:
    found = raw_against_bare(base, INQUIRIES, nothing)
    assert (found["inquiries"], found["nDCG@10 bare"]) == (2, found["nDCG@10 raw"])


def test_queries_are_wrapped_by_every_template(
    base: KnowledgeBase, trec_folder: Path, tmp_path: Path
) -> None:
    templates = tmp_path / "wrappers.jsonl"
    lines = [{"id": name, "channel": "mail", "text": f"{name}様\n\n{{question}}\n"} for name in ("w1", "w2")]
    templates.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    own, queries = _suggestion.collection_base(trec_folder, "lexical")
    found = wrapped(own, trec_folder, templates, nothing)
    assert (queries, found["templates"], found["inquiries"]) == (4, 2, 8)
    assert list(found["loss by template"]) == ["w1", "w2"]


def test_predictions_are_described() -> None:
    data = LabelledFeatures(
        features=np.zeros((4, 5)),
        first_right=np.array([True, True, False, False]),
        three_right=np.ones(4, np.bool_),
        answerable=np.array([True, True, True, False]),
        groups=[0, 1, 2, 3],
    )
    found = measured(np.array([0.9, 0.8, 0.3, 0.95]), data)
    assert found["coverage at 90% precision"] == 0.0
    assert found["unanswerable at 0.9 or above"] == 1.0
    part = chosen(data, np.array([True, True, False, False]))
    assert (part.groups, part.first_right.tolist()) == ([0, 1], [True, True])
    assert measured(np.array([0.9, 0.8]), part)["highest confidence of an unanswerable"] == 0.0


def test_writing_keeps_the_figures_of_other_presets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(benchmark, "RESULTS", tmp_path)
    options = argparse.Namespace(foreign=tmp_path / "world", wrapped=None)
    benchmark.write("lexical", {"a": 1}, "<svg/>", options)
    benchmark.write("hybrid", {"a": 2}, "<svg/>", argparse.Namespace(foreign=None, wrapped=None))
    benchmark.write("lexical", {"b": 3}, "<svg/>", options)
    written = json.loads((tmp_path / "suggestion.json").read_text("utf-8"))["presets"]
    assert (written["lexical"]["a"], written["lexical"]["b"], written["hybrid"]["a"]) == (1, 3, 2)
    assert written["lexical"]["command"].endswith("--preset lexical --foreign world --write")
    assert (tmp_path / "risk-coverage-hybrid.svg").read_text() == "<svg/>"
