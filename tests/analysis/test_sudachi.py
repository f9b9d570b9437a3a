"""The Sudachi analyzer: layers, content words, offsets, long texts, options."""

import pickle
import re
from importlib.metadata import version
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqsearch.analysis import SudachiAnalyzer, sudachi
from faqsearch.analysis.sudachi import _split_at_sentences
from faqsearch.errors import DictionaryError, SettingsError

LIMIT = 49_149  # bytes that Sudachi takes at once


def located(analyzer: SudachiAnalyzer, text: str, layer: str) -> list[tuple[str, str]]:
    """Pair the terms of a layer with what they stand on in the original."""
    terms = analyzer.analyze(text)
    found = []
    for position, term in enumerate(terms.layers[layer].terms):
        start, end = terms.original_span(layer, position)
        found.append((term, text[start:end]))
    return found


# --- Layers


def test_short_units_are_the_first_layer_and_long_units_the_second(analyzer: SudachiAnalyzer) -> None:
    text = "健康保険証の再発行"
    assert located(analyzer, text, "a") == [
        ("健康", "健康"),
        ("保険", "保険"),
        ("証", "証"),
        ("再", "再"),
        ("発行", "発行"),
    ]
    assert located(analyzer, text, "c") == [("健康保険証", "健康保険証"), ("再発行", "再発行")]


def test_a_word_of_one_unit_is_in_the_short_layer_only(analyzer: SudachiAnalyzer) -> None:
    layers = analyzer.analyze("返品と送料").layers
    assert layers["a"].terms == ["返品", "送料"]
    assert layers["c"].terms == []


def test_terms_are_normalised_forms_and_point_at_what_is_written(analyzer: SudachiAnalyzer) -> None:
    assert located(analyzer, "【ｻ−ﾊﾞ】の引越、問合せ", "a") == [
        ("サーバー", "ｻ−ﾊﾞ"),
        ("引っ越し", "引越"),
        ("問い合わせ", "問合せ"),
    ]


def test_ngrams_touch_a_content_word(analyzer: SudachiAnalyzer) -> None:
    assert located(SudachiAnalyzer(ngram_sizes=(2,)), "税のこと", "ngram") == [("税の", "税の")]
    assert analyzer.analyze("税の").layers["ngram"].terms == ["税", "税の"]


def test_ngrams_do_not_bring_function_words_back_as_short_runs() -> None:
    assert SudachiAnalyzer(layers=("ngram",), ngram_sizes=(2, 3))("税 の 額") == ["税", "額"]


def test_unknown_words_are_kept(analyzer: SudachiAnalyzer) -> None:
    assert analyzer("ホゲピヨンのフガ設定") == ["ホゲピヨン", "フガ", "設定"]
    assert analyzer("qxzvkのerr9217") == ["qxzvk", "err", "9217"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("𩸽", ["𩸽"]),
        ("𠮷田の𠮷", ["𠮷", "田", "𠮷"]),
        ("한글 지원", ["한글", "지원"]),
        ("ไทย の設定", ["ไทย", "設定"]),
        ("привет", ["привет"]),
        ("★☆→😡ー。", []),
    ],
)
def test_words_of_scripts_that_sudachi_takes_for_symbols_are_kept(
    analyzer: SudachiAnalyzer, text: str, expected: list[str]
) -> None:
    assert analyzer(text) == expected


def test_a_query_of_one_kanji_has_a_term_in_words_and_ngrams(analyzer: SudachiAnalyzer) -> None:
    for kanji in "税鍵㐂𩸽﨑":
        layers = analyzer.analyze(kanji).layers
        assert (layers["a"].terms, layers["ngram"].terms) == ([kanji], [kanji])


def test_a_call_gives_the_first_layer(analyzer: SudachiAnalyzer) -> None:
    assert analyzer("返品の送料") == ["返品", "送料"]
    assert SudachiAnalyzer(layers=("c", "a"))("健康保険証") == ["健康保険証"]
    assert SudachiAnalyzer(layers=("ngram",), ngram_sizes=(2,))("送料") == ["送料"]


def test_a_term_that_stands_twice_is_there_twice(analyzer: SudachiAnalyzer) -> None:
    assert analyzer("返品、また返品") == ["返品", "返品"]


# --- Options and fingerprint


@pytest.mark.parametrize("layers", [(), ("b",), ("a", "x"), ("a", "a")])
def test_layers_that_do_not_exist_are_refused(layers: tuple[str, ...]) -> None:
    with pytest.raises(
        SettingsError, match=rf"layers came as {re.escape(str(layers))}; allowed are a, c, ngram"
    ):
        SudachiAnalyzer(layers=layers)


@pytest.mark.parametrize("sizes", [(), (0,), (2, 1)])
def test_ngram_sizes_that_make_no_sense_are_refused(sizes: tuple[int, ...]) -> None:
    with pytest.raises(SettingsError, match="n-gram sizes came as"):
        SudachiAnalyzer(ngram_sizes=sizes)


def test_the_fingerprint_holds_library_dictionary_rules_and_options(analyzer: SudachiAnalyzer) -> None:
    assert analyzer.fingerprint == (
        f"sudachi/1 sudachipy={version('sudachipy')} core={version('sudachidict-core')}"
        " normalization=1 layers=a,c,ngram ngrams=1,2,3 words=none"
    )
    assert SudachiAnalyzer(layers=("a",), ngram_sizes=(2,)).fingerprint.endswith(
        "layers=a ngrams=2 words=none"
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [("ALGORITHM_VERSION", "new"), ("NORMALIZATION_VERSION", "new"), ("version", lambda _: "new")],
)
def test_the_fingerprint_changes_with_every_version(
    monkeypatch: pytest.MonkeyPatch, analyzer: SudachiAnalyzer, name: str, value: object
) -> None:
    before = analyzer.fingerprint
    monkeypatch.setattr(sudachi, name, value)
    assert analyzer.fingerprint != before


def test_options_survive_pickling() -> None:
    analyzer = SudachiAnalyzer(layers=("ngram", "a"), ngram_sizes=(2, 4))
    copy = pickle.loads(pickle.dumps(analyzer))
    assert copy.fingerprint == analyzer.fingerprint
    assert copy.analyze("再発行手続き") == analyzer.analyze("再発行手続き")


def test_a_dictionary_that_cannot_be_opened_is_a_dictionary_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_: object) -> None:
        raise OSError("no such file")

    monkeypatch.setattr(sudachi, "Dictionary", broken)
    with pytest.raises(DictionaryError, match="core dictionary cannot be opened: no such file"):
        sudachi._dictionary.__wrapped__(())


# --- Long texts

SENTENCES = [
    "返品の送料はお客様のご負担です。",
    "ログインできません！",
    "領収書は再発行できますか？",
    "健康保険証を紛失しました\n",
    "サ−バ−が１０回落ちた!",
]


def test_a_long_text_has_the_terms_of_its_sentences_at_their_places(analyzer: SudachiAnalyzer) -> None:
    repeated = SENTENCES * 1_000
    text = "".join(repeated)
    assert len(text.encode()) > 3 * LIMIT
    terms = analyzer.analyze(text)
    for layer in ("a", "c"):
        expected: list[tuple[str, int, int]] = []
        offset = 0
        parts = {sentence: analyzer.analyze(sentence) for sentence in SENTENCES}
        for sentence in repeated:
            part = parts[sentence].layers[layer]
            expected += [
                (term, offset + start, offset + end)
                for term, start, end in zip(part.terms, part.starts, part.ends, strict=True)
            ]
            offset += len(parts[sentence].text.text)
        found = terms.layers[layer]
        assert list(zip(found.terms, found.starts, found.ends, strict=True)) == expected


def test_without_sentence_ends_a_text_is_cut_at_pauses(analyzer: SudachiAnalyzer) -> None:
    for pause in ("、", " ", ","):
        text = f"領収書の発行手続きを確認{pause}" * 3_000
        assert analyzer(text) == analyzer("領収書の発行手続きを確認") * 3_000


def test_without_any_pause_a_text_is_cut_at_the_limit_and_loses_nothing(analyzer: SudachiAnalyzer) -> None:
    terms = analyzer.analyze("領収" * 20_000)
    assert "".join(terms.layers["a"].terms) == "領収" * 20_000
    rare = analyzer.analyze("𠮷" * 30_000).layers["a"]  # four bytes each
    assert (rare.starts[0], rare.ends[-1]) == (0, 30_000)


@given(st.text(st.sampled_from("返𠮷a。\n、 "), max_size=40), st.integers(1, 4_000))
def test_parts_make_up_the_text_and_stay_under_the_limit(unit: str, times: int) -> None:
    text = unit * times
    parts = list(_split_at_sentences(text))
    assert "".join(part for _, part in parts) == text
    assert all(text[offset : offset + len(part)] == part for offset, part in parts)
    assert all(0 < len(part.encode()) <= LIMIT for _, part in parts)
    for (_, part), _ in pairwise(parts):
        cut_at_sentence = part[-1] in "。\n"
        cut_at_pause = part[-1] in "、 " and not set("。\n") & set(part)
        assert cut_at_sentence or cut_at_pause or not set("。\n、 ") & set(part)


@pytest.mark.parametrize(
    ("verb", "noun"),
    [
        ("引っ越したんだけど", "引っ越し"),
        ("ひっこした", "ひっこし"),
        ("申し込めない", "申込み"),
        ("問い合わせたい", "お問合せ"),
        ("取り消す", "取消"),
        ("受け取れなかった", "受取り"),
        ("差し替えたら", "差替え"),
        ("支払う", "支払い"),
    ],
)
def test_a_compound_verb_and_the_noun_made_of_it_are_one_term(
    analyzer: SudachiAnalyzer, verb: str, noun: str
) -> None:
    assert analyzer(verb) == analyzer(noun) != []
    assert len(analyzer(verb)) == 1


def test_a_simple_verb_stays_a_verb(analyzer: SudachiAnalyzer) -> None:
    assert analyzer("荷物が届かない、返す") == ["荷物", "届く", "返す"]
