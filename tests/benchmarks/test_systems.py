from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from types import SimpleNamespace

import numpy as np
import pytest
from _relevance.systems import PEERS, NotReadyError

from faqsearch.entry import JAPAN, FaqEntry
from faqsearch.errors import SettingsError

OPTIONAL = {"rank-bm25-janome", "rank-bm25-mecab-unidic-lite", "tantivy-sudachi-a-normalized"}
NOW = dt.datetime(2026, 4, 1, tzinfo=JAPAN)
ENTRIES = [
    FaqEntry(id="b", question="返品の方法", answer="箱に入れて送る"),
    FaqEntry(id="a", question="返品の方法", answer="箱に入れて送る"),
    FaqEntry(id="c", question="送料の負担", answer="お客様にご負担いただく", variants=("運賃\"'",)),
    FaqEntry(id="d", question="領収書", answer="画面から印刷する"),
    FaqEntry(id="e", question="会員登録", answer="無料である"),
]
ODD = ["", " ", "\0", '"', 'a" OR "b', "NOT", "返", "\ud800返品", "🎈" * 3_000, "返品の方法" * 2_000]


@pytest.mark.parametrize("name", list(PEERS))
def test_a_peer_finds_equal_entries_in_the_order_of_their_ids_and_nothing_without_a_common_term(
    name: str,
) -> None:
    try:
        system = PEERS[name](ENTRIES, NOW)
    except NotReadyError as error:
        reason = str(error)
    else:
        reason = ""
        # One word between line breaks: with nothing set bm25s cuts nowhere else.
        found = system.search("返品の方法", 2)
        assert [entry_id for entry_id, _ in found] == ["a", "b"]
        assert found[0][1] == found[1][1] > 0
        assert list(system.search("ばあい", 5)) == []
        for text in ODD:
            assert len(system.search(text, 3)) <= 3
            system.tokenize(text)
    assert reason == "" or (name in OPTIONAL and reason.startswith("not installed: "))


def test_a_preset_answers_for_operators_and_never_as_another_preset(monkeypatch: pytest.MonkeyPatch) -> None:
    from _relevance import systems

    hidden = FaqEntry(id="x", question="返品の承認", answer="責任者に連絡", audience="operator")
    system = systems.build_preset("bm25", [*ENTRIES, hidden], NOW)
    assert system.search("責任者", 3)[0][0] == "x"

    waited: list[bool] = []

    class Other:
        analyzer = SimpleNamespace(analyze=len)
        answers = "bm25"

        def __init__(self, *_: object, **__: object) -> None:
            pass

        def wait_until_ready(self) -> bool:
            waited.append(True)
            return True

        def search(self, *_: object, **__: object) -> object:
            assert waited
            return SimpleNamespace(preset=Other.answers, hits=())

    monkeypatch.setattr(systems, "KnowledgeBase", Other)
    late = systems.build_preset("bm25", ENTRIES, NOW)
    Other.answers = "tfidf"
    with pytest.raises(systems.NotReadyError, match=r"^a result was one of preset tfidf$"):
        late.search("返品", 3)
    with pytest.raises(systems.NotReadyError, match=r"^results are those of preset tfidf$"):
        systems.build_preset("bm25", ENTRIES, NOW)


def test_a_preset_that_lacks_something_is_not_ready_for_a_reason_on_one_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from _relevance import systems

    def refuse(name: str) -> None:
        raise SettingsError("vectors missing;\n  run: faqsearch vectors install")

    monkeypatch.setattr(systems, "load_preset", refuse)
    message = "^vectors missing; run: faqsearch vectors install$"
    with pytest.raises(systems.NotReadyError, match=message):
        systems.build_preset("semantic", ENTRIES, NOW)


def test_the_k_best_share_a_term_and_ties_go_by_id() -> None:
    from _relevance.systems import best

    scores = np.array([0.0, 2.0, 1.0, 2.0, 1.0, -1.0])
    assert best(["e", "d", "c", "b", "a", "f"], scores, 3) == [("b", 2.0), ("d", 2.0), ("a", 1.0)]
    assert best(["e", "d"], np.zeros(2), 3) == []


def test_the_peers_index_question_answer_and_variants() -> None:
    from _relevance.systems import document

    assert document(ENTRIES[2]) == "送料の負担\nお客様にご負担いただく\n運賃\"'"


def test_bigrams_are_taken_within_runs_of_word_characters_and_trigrams_between_spaces() -> None:
    from _relevance.tokenizers import bigrams, trigrams

    assert bigrams("返品、ＯＫ？ 犬") == ["返品", "ok", "犬"]
    assert bigrams("返品した") == ["返品", "品し", "した"]
    assert bigrams("！？") == []
    assert trigrams("返品した 犬です。") == ["返品し", "品した", "犬です", "です。"]
    assert trigrams("返品") == []


def test_sudachi_tokens_of_a_text_beyond_its_limit_and_with_a_lone_surrogate() -> None:
    import sudachipy
    from _relevance.tokenizers import sudachi_tokens

    tokenize = sudachi_tokens(sudachipy.SplitMode.C, "surface")
    assert tokenize("返品したい") == ["返品", "し", "たい"]
    assert tokenize("返品した。" * 8_000) == ["返品", "し", "た", "。"] * 8_000
    assert tokenize("\ud800返品") == ["?", "返品"]


def test_times_are_of_ten_hits_and_measures_see_a_hundred_and_a_ranking_that_changes_is_counted() -> None:
    from _relevance.collection import Collection
    from _relevance.measuring import measure, percentile
    from _relevance.systems import System

    from faqsearch.evaluation import Query

    asked: list[tuple[str, int]] = []

    def search(text: str, k: int) -> Sequence[tuple[str, float]]:
        asked.append((text, k))
        first = "shallow" if k == 10 and text == "two" else "deep"
        return [(first, 2.0), *((f"x{place}", 1.0) for place in range(k - 1))]

    collection = Collection(
        name="c",
        entries=(),
        queries=(Query(id="q1", text="one"), Query(id="q2", text="two")),
        qrels={},
        hashes={},
        quotable=False,
    )
    steps: list[None] = []
    found = measure(
        lambda _entries, _now: System(search=search, tokenize=len),
        collection,
        NOW,
        lambda: steps.append(None),
    )
    assert asked[1:] == [("one", 10), ("two", 10), ("one", 100), ("two", 100)]
    assert asked[0][0] not in {"one", "two"}
    assert [len(ranking) for ranking in found.run.values()] == [100, 100]
    assert (len(found.search_ms), len(found.tokenize_ms), len(steps)) == (2, 2, 6)
    assert found.unstable == 1
    assert percentile((1.0, 2.0, 3.0), 50) == 2.0
    assert percentile((4.0,), 95) == 4.0


def test_a_field_of_systems_leaves_out_what_is_not_ready_and_the_bar_shows_on_terminals_only(
    capsys: pytest.CaptureFixture[str],
) -> None:
    from _relevance.collection import Collection
    from _relevance.measuring import measure_all, progress_bar
    from _relevance.systems import System

    from faqsearch.evaluation import Query

    def absent(_entries: object, _now: object) -> System:
        raise NotReadyError("not installed: x")

    present = System(search=lambda _text, _k: [("a", 1.0)], tokenize=len)
    queries = (Query(id="q", text="t"),)
    collection = Collection(name="c", entries=(), queries=queries, qrels={}, hashes={}, quotable=False)
    with progress_bar() as progress:
        field = measure_all({"no": absent, "yes": lambda *_: present}, collection, NOW, progress)
    assert field.not_ready == {"no": "not installed: x"}
    assert list(field.measured) == ["yes"]
    assert capsys.readouterr().err == ""
