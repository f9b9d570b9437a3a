from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path

import pytest

from faqsearch.entry import JAPAN, FaqEntry
from faqsearch.ranking import (
    BM25Ranker,
    FusionRanker,
    MeaningRanker,
    Preset,
    TfidfRanker,
    WeightedRanker,
    load_preset,
)
from faqsearch.ranking.neighbours import NeighbourRanker

NOW = dt.datetime(2026, 4, 1, tzinfo=JAPAN)
WORDS = BM25Ranker(fields={"question": 2.0, "answer": 1.0}, layers={"a": 1.0, "c": 0.2}, normalized=True)
CHARACTERS = TfidfRanker(fields={"question": 1.0}, layer="ngram", sublinear=True)
PRESET = Preset(
    name="mine",
    description="two",
    ranker=FusionRanker(
        (
            WeightedRanker(name="bm25", ranker=WORDS, weight=1.0),
            WeightedRanker(name="tfidf", ranker=CHARACTERS, weight=0.5),
        )
    ),
)


def rankers(preset: Preset) -> dict[str, object]:
    assert isinstance(preset.ranker, FusionRanker)
    return {part.name: part.ranker for part in preset.ranker.parts}


def test_every_ranker_layer_field_and_option_is_left_out_in_turn_and_nothing_else_changes() -> None:
    from _relevance.ablation import variants_of

    found = {label: rankers(make()) for label, make in variants_of(PRESET).items()}
    by_label = {label: variant.get("bm25") for label, variant in found.items()}
    assert set(found) == {
        "bm25",
        "bm25 fields.question",
        "bm25 fields.answer",
        "bm25 layers.a",
        "bm25 layers.c",
        "bm25 normalized",
        "tfidf",
        "tfidf sublinear",
    }
    assert found["bm25"] == {"tfidf": CHARACTERS}
    assert found["tfidf"] == {"bm25": WORDS}
    assert by_label["bm25 fields.question"] == BM25Ranker(
        fields={"answer": 1.0}, layers={"a": 1.0, "c": 0.2}, normalized=True
    )
    assert by_label["bm25 layers.c"] == BM25Ranker(
        fields={"question": 2.0, "answer": 1.0}, layers={"a": 1.0}, normalized=True
    )
    assert by_label["bm25 normalized"] == BM25Ranker(
        fields={"question": 2.0, "answer": 1.0}, layers={"a": 1.0, "c": 0.2}
    )
    assert found["bm25 layers.c"]["tfidf"] == CHARACTERS
    assert found["tfidf sublinear"]["tfidf"] == TfidfRanker(fields={"question": 1.0}, layer="ngram")


def test_two_parts_of_one_name_keep_apart_and_a_preset_of_one_setting_has_nothing_to_leave_out() -> None:
    from _relevance.ablation import variants_of

    part = WeightedRanker(name="tfidf", ranker=TfidfRanker(fields={"question": 1.0}, layer="a"), weight=1.0)
    twice = Preset(name="twice", description="d", ranker=FusionRanker((part, part)))
    assert list(variants_of(twice)) == ["tfidf", "tfidf (2)"]
    assert list(variants_of(Preset(name="one", description="d", ranker=part.ranker))) == []


def test_variants_search_without_the_part_and_the_whole_preset_as_ever() -> None:
    from _relevance.ablation import ablations
    from _relevance.systems import build_preset

    entries = [
        FaqEntry(id="a", question="返品の方法", answer="箱で送る"),
        FaqEntry(id="b", question="送料", answer="返品のときは着払い"),
        FaqEntry(id="c", question="領収書", answer="印刷する"),
    ]
    builds = ablations(PRESET)
    assert builds[""](entries, NOW).search("返品", 3) == build_preset(PRESET, entries, NOW).search("返品", 3)
    without = builds["bm25 fields.answer"](entries, NOW).search("着払い", 3)
    assert list(without) == []
    assert builds[""](entries, NOW).search("着払い", 3)[0][0] == "b"


def test_a_variant_that_is_no_preset_is_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    from _relevance import ablation
    from _relevance.systems import NotReadyError

    def broken() -> Preset:
        raise ValueError("cannot do\nwithout")

    monkeypatch.setattr(ablation, "_without_one", lambda _: iter([("part", broken)]))
    with pytest.raises(NotReadyError, match=r"^is not possible: cannot do without$"):
        ablation.ablations(PRESET)["part"]([], NOW)


def test_texts_are_remembered_only_while_a_base_is_built(tmp_path: Path) -> None:
    from _relevance.ablation import RememberingAnalyzer

    analyzer = RememberingAnalyzer()
    analyzer.remembering = True
    first = analyzer.analyze("返品")
    assert analyzer.analyze("返品") is first
    analyzer.remembering = False
    assert analyzer.analyze("返品") is not first
    assert analyzer.analyze("返品").layers["a"].terms == first.layers["a"].terms


def rescored(*parts: WeightedRanker, vectors: MeaningRanker) -> Preset:
    ranker = NeighbourRanker(ranker=FusionRanker(parts), vectors=vectors, weight=0.5)
    return Preset(name="rescored", description="d", ranker=ranker)


def test_a_rescored_preset_is_looked_into_and_can_do_without_the_rescoring() -> None:
    from _relevance.ablation import variants_of

    meaning = MeaningRanker(fields={"question": 1.0, "variants": 0.5, "answer": 1.0})
    words = BM25Ranker(fields={"question": 1.0}, layers={"a": 1.0}, expand={"near": 0.4, "typo": 0.5})
    parts = (
        WeightedRanker(name="bm25", ranker=words, weight=1.0),
        WeightedRanker(name="meaning", ranker=meaning, weight=0.5),
    )
    made = variants_of(rescored(*parts, vectors=meaning))
    assert list(made) == [
        *("bm25", "bm25 expand", "bm25 expand.near", "bm25 expand.typo"),
        *("meaning", "meaning fields.question", "meaning fields.variants", "meaning fields.answer"),
        "neighbours",
    ]
    assert made["neighbours"]().ranker == FusionRanker(parts)
    assert made["bm25"]() == rescored(parts[1], vectors=meaning)
    no_typo = dataclasses.replace(words, expand={"near": 0.4})
    assert made["bm25 expand.typo"]() == rescored(
        WeightedRanker(name="bm25", ranker=no_typo, weight=1.0), parts[1], vectors=meaning
    )
    # The rescoring uses the vectors of that part: with the part changed, they are the changed ones.
    no_variants = dataclasses.replace(meaning, fields={"question": 1.0, "answer": 1.0})
    assert made["meaning fields.variants"]() == rescored(
        parts[0], WeightedRanker(name="meaning", ranker=no_variants, weight=0.5), vectors=no_variants
    )
    assert made["meaning"]() == rescored(parts[0], vectors=meaning)


def test_the_shipped_preset_of_everything_can_be_taken_apart() -> None:
    from _relevance.ablation import variants_of

    labels = set(variants_of(load_preset("hybrid")))
    assert {"neighbours", "dense", "meaning", "bm25 expand.near", "confirmed"} <= labels
    assert not any(label.startswith("vectors") for label in labels)
