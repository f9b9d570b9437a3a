from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faqsearch.entry import FIELDS
from faqsearch.errors import SettingsError
from faqsearch.ranking import BM25Ranker, FusionRanker, Preset, TfidfRanker, WeightedRanker, load_preset
from faqsearch.ranking.preset import preset_names
from faqsearch.ranking.preset_writer import preset_toml, write_preset

POSITIVE = st.floats(min_value=1e-6, max_value=1e6) | st.integers(1, 10**6)
WEIGHTS = st.dictionaries(st.sampled_from(FIELDS), POSITIVE, min_size=1)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(str.strip)
BM25 = st.builds(
    BM25Ranker,
    fields=WEIGHTS,
    layers=st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), POSITIVE, min_size=1),
    k1=POSITIVE,
    b=st.floats(0, 1),
    normalized=st.booleans(),
)
TFIDF = st.builds(TfidfRanker, fields=WEIGHTS, layer=TEXTS, sublinear=st.booleans())
PARTS = st.lists(
    st.builds(
        lambda ranker, weight: WeightedRanker(name="bm25", ranker=ranker, weight=weight), BM25, POSITIVE
    )
    | st.builds(
        lambda ranker, weight: WeightedRanker(name="tfidf", ranker=ranker, weight=weight), TFIDF, POSITIVE
    ),
    min_size=2,
    max_size=4,
)
PRESETS = st.builds(
    Preset,
    name=TEXTS,
    description=TEXTS,
    ranker=BM25 | TFIDF | PARTS.map(lambda parts: FusionRanker(tuple(parts))),
)


@settings(max_examples=60)
@given(written=PRESETS, comments=st.lists(st.text()))
def test_a_written_preset_is_read_back_equal(
    tmp_path_factory: pytest.TempPathFactory, written: Preset, comments: list[str]
) -> None:
    path = tmp_path_factory.mktemp("presets") / "mine.toml"
    printable = [line.encode("utf-8", "replace").decode("utf-8") for line in comments]
    write_preset(path, written, printable)
    assert load_preset(path) == written


@pytest.mark.parametrize("name", preset_names())
def test_every_shipped_preset_survives_writing(tmp_path: Path, name: str) -> None:
    write_preset(tmp_path / "copy.toml", load_preset(name))
    assert load_preset(tmp_path / "copy.toml") == load_preset(name)


def test_the_file_is_readable() -> None:
    ranker = FusionRanker(
        (
            WeightedRanker(
                name="bm25",
                ranker=BM25Ranker(fields={"question": 3.0, "answer": 1}, layers={"a": 1.0}, normalized=True),
                weight=0.414,
            ),
            WeightedRanker(name="tfidf", ranker=TfidfRanker(fields={"tags": 1.0}, layer='x"\\\n'), weight=2),
        )
    )
    written = Preset(name="mine", description="自分の", ranker=ranker)
    assert preset_toml(written, ["made by\nme", ""]) == (
        "# made by me\n"
        "#\n"
        "\n"
        'name = "mine"\n'
        'description = "自分の"\n'
        "\n"
        "[[ranker]]\n"
        'type = "bm25"\n'
        "weight = 0.414\n"
        "fields = { question = 3.0, answer = 1 }\n"
        "layers = { a = 1.0 }\n"
        "normalized = true\n"
        "\n"
        "[[ranker]]\n"
        'type = "tfidf"\n'
        "weight = 2\n"
        "fields = { tags = 1.0 }\n"
        'layer = "x\\u0022\\u005c\\u000a"\n'
    )


@dataclass(frozen=True)
class Other:
    """A ranker type to come."""

    names: tuple[str, ...]
    options: dict[str, float] = field(default_factory=dict)
    limit: object = 3

    def score(self, snapshot: object, query: object) -> object: ...
    def explain(self, snapshot: object, query: object, doc: int) -> object: ...


def test_lists_and_defaults_of_types_to_come_are_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("faqsearch.ranking.preset_writer.RANKERS", {"other": Other})
    plain = Preset(name="n", description="d", ranker=Other(("a", "b")))
    full = Preset(name="n", description="d", ranker=Other((), {"語 1": 0.5}, 4))
    assert tomllib.loads(preset_toml(plain))["ranker"] == [{"type": "other", "names": ["a", "b"]}]
    assert tomllib.loads(preset_toml(full))["ranker"] == [
        {"type": "other", "names": [], "options": {"語 1": 0.5}, "limit": 4}
    ]
    with pytest.raises(SettingsError, match="a preset cannot hold a bytes; give numbers, texts, flags"):
        preset_toml(Preset(name="n", description="d", ranker=Other((), {}, b"")))


def test_a_ranker_that_presets_do_not_know_is_refused() -> None:
    with pytest.raises(SettingsError, match="a preset cannot hold a Other; allowed are bm25, "):
        preset_toml(Preset(name="n", description="d", ranker=Other(())))


def test_half_a_character_is_refused() -> None:
    with pytest.raises(SettingsError, match="half of a surrogate pair"):
        preset_toml(Preset(name="\ud800", description="d", ranker=load_preset("bm25").ranker))


def test_the_file_must_end_in_toml_and_a_failed_write_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"name ends in \.toml"):
        write_preset(tmp_path / "mine.txt", load_preset("bm25"))
    with pytest.raises(SettingsError):
        write_preset(tmp_path / "mine.toml", Preset(name="n", description="d", ranker=Other(())))
    with pytest.raises(OSError, match="No such file"):
        write_preset(tmp_path / "nowhere" / "mine.toml", load_preset("bm25"))
    assert list(tmp_path.iterdir()) == []
