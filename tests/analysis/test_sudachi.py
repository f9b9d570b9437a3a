"""The Sudachi analyzer: layers, content words, offsets, long texts, options."""

import pickle
import re
from importlib.metadata import version
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqsearch.analysis import Lexicon, SudachiAnalyzer, dictionary, sudachi
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
        ("𠮶の𠮶", ["𠮶", "𠮶"]),
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
    for kanji in "税鍵㐂𩸽𠮶":
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
    allowed = "a, c, ngram, surface, reading, synonym, pair, each once"
    with pytest.raises(
        SettingsError, match=rf"layers came as {re.escape(str(layers))}; allowed are {allowed}"
    ):
        SudachiAnalyzer(layers=layers)


@pytest.mark.parametrize("sizes", [(), (0,), (2, 1)])
def test_ngram_sizes_that_make_no_sense_are_refused(sizes: tuple[int, ...]) -> None:
    with pytest.raises(SettingsError, match="n-gram sizes came as"):
        SudachiAnalyzer(ngram_sizes=sizes)


def test_the_fingerprint_holds_library_dictionary_rules_and_options(analyzer: SudachiAnalyzer) -> None:
    assert analyzer.fingerprint == (
        f"sudachi/2 sudachipy={version('sudachipy')} core={version('sudachidict-core')}"
        " normalization=2 layers=a,c,ngram ngrams=1,2,3 words=none"
    )
    assert SudachiAnalyzer(layers=("a",), ngram_sizes=(2,)).fingerprint.endswith(
        "layers=a ngrams=2 words=none"
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [("ALGORITHM_VERSION", "new"), ("NORMALIZATION_VERSION", "new"), ("_version", lambda _: "new")],
)
def test_the_fingerprint_changes_with_every_version(
    monkeypatch: pytest.MonkeyPatch, analyzer: SudachiAnalyzer, name: str, value: object
) -> None:
    before = analyzer.fingerprint
    monkeypatch.setattr(sudachi, name, value)
    assert SudachiAnalyzer().fingerprint != before


def test_options_survive_pickling() -> None:
    analyzer = SudachiAnalyzer(layers=("ngram", "a"), ngram_sizes=(2, 4))
    copy = pickle.loads(pickle.dumps(analyzer))
    assert copy.fingerprint == analyzer.fingerprint
    assert copy.analyze("再発行手続き") == analyzer.analyze("再発行手続き")


def test_a_dictionary_that_cannot_be_opened_is_a_dictionary_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_: object) -> None:
        raise OSError("no such file")

    monkeypatch.setattr(dictionary, "Dictionary", broken)
    with pytest.raises(DictionaryError, match="core dictionary cannot be opened: no such file"):
        dictionary._dictionary.__wrapped__(())


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
    rare = analyzer.analyze("𩸽" * 30_000).layers["a"]  # four bytes each
    assert (rare.starts[0], rare.ends[-1]) == (0, 30_000)


@given(st.text(st.sampled_from("返𩸽a。\n、 "), max_size=40), st.integers(1, 4_000))
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


# --- Spellings


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("買い替えたい", "買い替え"),
        ("間違えた", "間違い"),
        ("間違って", "間違い"),
        ("三月", "３月"),
        ("一万円", "10,000円"),
        ("二十歳", "20歳"),
        ("五十音", "50音"),
        ("デリヴァリー", "デリバリー"),
        ("ヴェルサーナ", "ベルサーナ"),
        ("Ｗｉ－Ｆｉ", "wi fi"),
        ("Blu-ray", "BLURAY"),
        ("ログインとlog-in", "ログインとlogin"),
        ("E-チケット", "eチケット"),
        ("check-in", "チェックイン"),
        ("髙島屋", "高島屋"),
    ],
)
def test_two_spellings_have_the_same_terms(analyzer: SudachiAnalyzer, one: str, other: str) -> None:
    assert analyzer(one) == analyzer(other) != []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("一部", ["一部"]),
        ("千歳", ["千歳"]),
        ("三重と四国", ["三重", "四国"]),
        ("ビルとビール", ["ビル", "ビール"]),
        ("ヴァス", ["バス"]),
        ("リマインダ", ["リマインダ"]),
        ("top-page", ["TOP", "ページ"]),
        ("haruka-mama", ["haruka", "ママ"]),
        ("sp-initiated", ["SP", "initiated"]),
        ("a part of it", ["a", "パート", "オブ", "IT"]),
        ("abc wi-fi2", ["ABC", "Wi-Fi", "2"]),
    ],
)
def test_what_only_looks_like_a_spelling_stays(
    analyzer: SudachiAnalyzer, text: str, expected: list[str]
) -> None:
    assert analyzer(text) == expected


def test_a_number_with_its_counter_and_joined_words_point_at_what_is_written(
    analyzer: SudachiAnalyzer,
) -> None:
    text = "二十歳がＷｉ Ｆｉでcheck-in"
    assert located(analyzer, text, "a") == [
        ("20", "二十"),
        ("歳", "歳"),
        ("Wi-Fi", "Ｗｉ Ｆｉ"),
        ("チェック", "check-in"),
        ("イン", "check-in"),
    ]


# --- Layers for the asking


def test_layers_for_the_asking_are_not_filled_unasked(analyzer: SudachiAnalyzer) -> None:
    assert analyzer.layers == ("a", "c", "ngram")


def test_surfaces_are_the_units_as_written_after_normalisation() -> None:
    analyzer = SudachiAnalyzer(layers=("surface", "a"))
    assert analyzer("ｻｰﾊﾞが落ちた、引越した") == ["サーバ", "落ち", "引越し"]
    assert located(analyzer, "ｻｰﾊﾞ", "surface") == [("サーバ", "ｻｰﾊﾞ")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("領収書を取り消したい", ["リョウシュウ", "ショ", "トリケシ"]),
        ("荷物が届かない", ["ニモツ", "トドク"]),
        ("10,000円", ["エン"]),
        ("ホゲピヨンとqxzvk", ["ホゲピヨン"]),
        ("Wi-Fi", ["ワイファイ"]),
        ("𩸽", []),
    ],
)
def test_readings_are_katakana_and_only_what_is_known(text: str, expected: list[str]) -> None:
    assert SudachiAnalyzer(layers=("reading",))(text) == expected


def test_synonyms_share_a_group() -> None:
    analyzer = SudachiAnalyzer(layers=("synonym",))
    for one, other in [
        ("転居した", "引っ越した"),
        ("母子手帳", "母子健康手帳"),
        ("領収書", "レシート"),
        ("サインイン", "ログイン"),
        ("申し込む", "申込み"),
        ("PC", "パソコン"),
    ]:
        assert set(analyzer(one)) & set(analyzer(other))
    assert located(analyzer, "母子手帳", "synonym") == [("g022028", "母子"), ("g022192", "母子手帳")]


def test_ambiguous_words_numbers_and_counters_have_no_synonyms(analyzer: SudachiAnalyzer) -> None:
    assert SudachiAnalyzer(layers=("synonym",))("バス、1円、3日") == []
    assert analyzer.word("バス").synonym_groups == frozenset()


def test_pairs_are_neighbours_within_a_clause() -> None:
    analyzer = SudachiAnalyzer(layers=("pair",))
    assert located(analyzer, "転居の届を出す、返品", "pair") == [
        ("転居 届け", "転居の届"),
        ("届け 出す", "届を出す"),
    ]
    assert analyzer("返品。送料\n税（税）") == []
    assert analyzer("返品") == []


# --- Lexicon


def test_the_analyzer_is_a_lexicon(analyzer: SudachiAnalyzer) -> None:
    assert isinstance(analyzer, Lexicon)


@pytest.mark.parametrize(
    ("term", "reading"),
    [
        ("引っ越し", "ヒッコシ"),
        ("領収", "リョウシュウ"),
        ("Wi-Fi", "ワイファイ"),
        ("再 発行", "サイハッコウ"),
        ("クレジット・カード", "クレジットカード"),
        ("なくす", "ナクス"),
        ("ホゲピヨン", "ホゲピヨン"),
        ("10000", ""),
        ("qxzvk", ""),
        ("𩸽", ""),
        ("。", ""),
        ("", ""),
        ("税" * 201, ""),
    ],
)
def test_a_word_has_a_reading_or_none(analyzer: SudachiAnalyzer, term: str, reading: str) -> None:
    assert analyzer.word(term).reading == reading


def test_a_word_in_few_groups_has_them(analyzer: SudachiAnalyzer) -> None:
    assert analyzer.word("転居").synonym_groups == analyzer.word("引っ越し").synonym_groups == {21673}
    assert analyzer.word("転居 届").synonym_groups == frozenset()


def test_words_of_the_user_dictionary_have_the_reading_it_gives(with_own_words: SudachiAnalyzer) -> None:
    assert with_own_words.word("帳簿丸").reading == "チョウボマル"


def test_answers_about_words_are_those_of_a_new_analyzer(analyzer: SudachiAnalyzer) -> None:
    terms = ["転居", "領収", "Wi-Fi", "10000"]
    answers = [analyzer.word(term) for term in terms]
    assert [analyzer.word(term) for term in terms] == answers
    assert [SudachiAnalyzer().word(term) for term in reversed(terms)] == answers[::-1]


# --- Kana


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("りょうしゅうしょがほしい", "リョウシュウショ"),
        ("ぱすわーどをわすれた", "パスワード"),
        ("じゅうしょをへんこうしたい", "ヘンコウ"),
        ("へんぴんしたい", "ヘンピン"),
        ("ほけんしょうの再発行", "ホケンショウ"),
        ("ろぐいんできない", "ログイン"),
        ("しゅっか", "シュッカ"),
        ("かいやくしたい", "カイヤク"),
        ("ぜいきん", "ゼイキン"),
        ("かいいんの登録", "カイイン"),
        ("ｼﾞｭｳｼｮ変更", "ジュウショ"),
    ],
)
def test_words_in_kana_are_put_together_again(analyzer: SudachiAnalyzer, text: str, word: str) -> None:
    assert word in [found.katakana for found in analyzer.kana_words(text)]


def test_kana_words_come_longest_first_with_their_places(analyzer: SudachiAnalyzer) -> None:
    assert analyzer.kana_words("税のりょうしゅうしょ") == [
        ("リョウシュウショ", 2, 10),
        ("リョウシュウ", 2, 8),
        ("シュウショ", 5, 10),
        ("リョウ", 2, 5),
        ("シュウ", 5, 8),
        ("ショ", 8, 10),
    ]


@pytest.mark.parametrize("text", ["登録したい", "内科ですか", "税を払った", "", "領収書"])
def test_function_words_are_in_no_kana_word(analyzer: SudachiAnalyzer, text: str) -> None:
    assert analyzer.kana_words(text) == []


def test_kana_words_are_bounded(analyzer: SudachiAnalyzer) -> None:
    found = analyzer.kana_words("りょうしゅうしょ、" * 1_000)
    assert len(found) == 500
    assert found[0].katakana == "リョウシュウショ"
    assert len(analyzer.kana_words("しゅうしょ" * 10_000)) == 500
