"""The owner's vocabulary: what the file may say, what it does to searches, and what the dry run shows."""

from __future__ import annotations

import codecs
import random
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import faqsearch
from faqsearch import FaqEntry, FormatError, KnowledgeBase, SudachiAnalyzer
from faqsearch.analysis import PlainAnalyzer
from faqsearch.ranking.phrases import dealt_out, find_phrases
from faqsearch.vocabulary import (
    Kind,
    Move,
    QueryChange,
    Vocabulary,
    VocabularyRow,
    compile_vocabulary,
    preview,
    read_rows,
    read_vocabulary,
)
from faqsearch.vocabulary.table import MAX_BYTES, MAX_ROWS, MAX_WORDS

ANALYZER = SudachiAnalyzer()
WORDS = PlainAnalyzer(tokenize=str.split, name="words")
HEADER = "kind,words,others\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "vocabulary.csv"


def read(path: Path, rows: str) -> Vocabulary:
    path.write_text(HEADER + rows, encoding="utf-8")
    return read_vocabulary(path, ANALYZER)


def problems(path: Path, rows: str) -> list[tuple[int, str, str]]:
    """What makes a file unusable: row, column, message."""
    with pytest.raises(FormatError) as caught:
        read(path, rows)
    assert {problem.file for problem in caught.value.problems} == {str(path)}
    return [(problem.row, problem.column, problem.message) for problem in caught.value.problems]


def remarks(path: Path, rows: str) -> list[tuple[int, str, str]]:
    found = read(path, rows).problems
    assert {problem.file for problem in found} <= {str(path)}
    return [(problem.row, problem.column, problem.message) for problem in found]


def rows_of(*rows: tuple[str, str, str]) -> list[VocabularyRow]:
    return [
        VocabularyRow(
            row=number, kind=Kind(kind), words=tuple(words.split("|")), others=tuple(others.split("|"))
        )
        if others
        else VocabularyRow(row=number, kind=Kind(kind), words=tuple(words.split("|")))
        for number, (kind, words, others) in enumerate(rows, start=2)
    ]


def base_of(entries: Mapping[str, str], *rows: tuple[str, str, str]) -> KnowledgeBase:
    made = [FaqEntry(id=key, question=text, answer="-") for key, text in entries.items()]
    vocabulary = compile_vocabulary(rows_of(*rows), ANALYZER) if rows else None
    return KnowledgeBase(made, preset="lexical", analyzer=ANALYZER, vocabulary=vocabulary)


def found(base: KnowledgeBase, text: str) -> list[str]:
    return [hit.id for hit in base.search(text).hits]


# --- The file


def test_words_become_phrases_of_terms(file: Path) -> None:
    vocabulary = read(file, "one-way,身分証,健康保険証|運転免許証\nstop,お急ぎのところ,\n")
    assert vocabulary.synonyms == {("身分", "証"): (("健康", "保険", "証"), ("運転", "免許", "証"))}
    assert vocabulary.stop_phrases == (("急ぎ",),)


def test_all_words_of_a_synonym_row_stand_for_each_other(file: Path) -> None:
    vocabulary = read(file, "synonym,スマホ|スマートフォン,端末\n")
    assert vocabulary.synonyms == {
        ("スマホ",): (("スマートフォン",), ("端末",)),
        ("スマートフォン",): (("スマホ",), ("端末",)),
        ("端末",): (("スマホ",), ("スマートフォン",)),
    }
    assert vocabulary.problems == ()


def test_one_way_leads_from_words_to_others_only(file: Path) -> None:
    assert read(file, "one-way,スマホ|携帯,端末\n").synonyms == {
        ("スマホ",): (("端末",),),
        ("携帯",): (("端末",),),
    }


@pytest.mark.parametrize("cell", ["スマホ|端末", "スマホ｜端末", "スマホ、端末", " スマホ | 端末　"])
def test_words_are_separated_by_bars_or_japanese_commas(file: Path, cell: str) -> None:
    assert set(read(file, f"synonym,{cell},\n").synonyms) == {("スマホ",), ("端末",)}


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: text.encode(),
        lambda text: codecs.BOM_UTF8 + text.encode(),
        lambda text: text.encode("cp932"),
    ],
    ids=["utf-8", "bom", "cp932"],
)
def test_files_of_excel_and_others_say_the_same(file: Path, encode) -> None:
    file.write_bytes(encode(HEADER.replace("\n", "\r\n") + "synonym,スマホ,端末\r\n,,\r\n"))
    assert read_rows(file) == (VocabularyRow(row=2, kind=Kind.SYNONYM, words=("スマホ",), others=("端末",)),)


def test_an_apostrophe_before_a_formula_is_taken_off(file: Path) -> None:
    file.write_text(HEADER + "synonym,'+メッセージ,'=A1|スマホ\n", encoding="utf-8")
    assert [(row.words, row.others) for row in read_rows(file)] == [(("+メッセージ",), ("=A1", "スマホ"))]


def test_columns_may_come_in_any_order_and_others_may_be_missing(file: Path) -> None:
    file.write_text("words,kind\nスマホ|端末,synonym\n", encoding="utf-8")
    assert [row.words for row in read_rows(file)] == [("スマホ", "端末")]


@pytest.mark.parametrize("header", ["", "kind\n", "kind,words,note\n", "kind,words,words\n", "種類,語\n"])
def test_another_header_is_refused_by_row_and_allowed_names(file: Path, header: str) -> None:
    file.write_text(header, encoding="utf-8")
    with pytest.raises(
        FormatError, match=r"row 1: the header came as .*; allowed are kind, words, others, of"
    ):
        read_rows(file)


def test_every_problem_is_reported_with_row_and_column(file: Path) -> None:
    rows = (
        "synonym,スマホ|スマホ,\n"
        "one-way,について,端末\n"
        "similar,,\n"
        "one-way,身分証,\n"
        "stop,手続き,届け出\n"
        "synonym,スマホ,\n"
        "stop,急ぎ||至急,\n"
        '"synonym","スマホ\n端末",携帯\n'
        "stop\n"
        f"stop,{'あ' * 101},\n"
    )
    assert problems(file, rows) == [
        (2, "words", "'スマホ' stands for itself; write another word or take it out"),
        (
            3,
            "words",
            (
                "'について' holds function words, politeness or symbols only, which are never searched for; "
                "write a word with a meaning of its own"
            ),
        ),
        (4, "kind", "came as 'similar'; allowed are synonym, one-way, stop"),
        (4, "words", "is empty; write at least one word"),
        (5, "others", "is empty; write what a query with these words finds too"),
        (6, "others", "holds words; a stop phrase stands for nothing else, so leave it empty"),
        (7, "words", "holds one word only; write its synonym too"),
        (8, "words", "has nothing between two separators; write a word or take one separator out"),
        (9, "words", "holds a line break or a tab inside a word; separate words by | or 、"),
        (10, "", "has 1 cells; the header has 3"),
        (
            11,
            "words",
            "holds a word of 101 characters; allowed are 100, and words are separated by | or 、",
        ),
    ]


def test_limits_are_said(file: Path) -> None:
    assert problems(file, f"synonym,{'|'.join(map(str, range(MAX_WORDS + 1)))},\n") == [
        (2, "", f"holds {MAX_WORDS + 1} words; allowed are {MAX_WORDS} in one row")
    ]
    assert problems(file, "stop,急ぎ,\n" * (MAX_ROWS + 1)) == [(0, "", "has 20,001 rows; allowed are 20,000")]
    file.write_bytes(b"x" * (MAX_BYTES + 1))
    with pytest.raises(FormatError, match="is larger than the 10,000,000 bytes"):
        read_rows(file)


def test_a_file_that_is_no_csv_is_refused(file: Path, tmp_path: Path) -> None:
    assert problems(file, 'stop,"急ぎ,\n') == [
        (2, "", "opens a quotation mark that is never closed, which swallows all rows after it; close it")
    ]
    file.write_bytes("kind,words\n".encode("utf-16"))
    with pytest.raises(FormatError, match="UTF-16"):
        read_rows(file)
    with pytest.raises(FormatError, match="cannot be read"):
        read_rows(tmp_path / "none.csv")
    file.write_bytes(b'"kind')
    with pytest.raises(FormatError, match="never closed"):
        read_rows(file)


def test_a_message_shows_a_long_word_shortened(file: Path) -> None:
    [(_, _, message)] = problems(file, f"{'あ' * 60},スマホ,端末\n")
    assert message == f"came as '{'あ' * 40}...'; allowed are synonym, one-way, stop"


def test_rows_alone_are_refused_as_the_file_is(file: Path) -> None:
    file.write_text(HEADER + "stop,,\n", encoding="utf-8")
    with pytest.raises(FormatError, match="row 2, column 'words': is empty"):
        read_rows(file)
    with pytest.raises(FormatError, match=r"^vocabulary, row 2, column 'words': 'について' holds"):
        compile_vocabulary(rows_of(("synonym", "について|返品", "")), ANALYZER)


# --- Checks through the analyzer


def test_a_word_with_a_part_that_says_nothing_is_remarked(file: Path) -> None:
    assert remarks(file, "one-way,住民票をもらう,転出届\n") == [
        (2, "words", "'住民票をもらう' counts as '住民 票 貰う'; texts without 'を' match too")
    ]
    assert remarks(file, "one-way,c++,プログラム\n") == [
        (2, "words", "'c++' counts as 'c'; texts without '++' match too")
    ]
    assert remarks(file, "synonym,ご利用|引っ越しする,\n") == []


def test_two_spellings_of_one_word_are_remarked_as_needless(file: Path) -> None:
    assert remarks(file, "synonym,引っ越し|引越し|転居,\n") == [
        (2, "words", "'引越し' and '引っ越し' are the same word '引っ越し' anyway; take one out")
    ]
    assert set(read(file, "synonym,引っ越し|引越し|転居,\n").synonyms) == {("引っ越し",), ("転居",)}


def test_a_pair_that_stands_twice_is_remarked_once_with_the_first_row(file: Path) -> None:
    assert remarks(file, "synonym,スマホ,端末\nsynonym,端末,スマホ|携帯\n") == [
        (3, "others", "'端末' and 'スマホ' stand in row 2 already; take one out")
    ]
    assert remarks(file, "one-way,スマホ,端末\none-way,端末,スマホ\n") == []


def test_a_one_way_to_a_phrase_with_the_same_words_is_remarked_as_needless(file: Path) -> None:
    assert remarks(file, "one-way,保険証,健康保険証\n") == [
        (2, "others", "'健康保険証' holds all words of '保険証', so a query finds it anyway; take it out")
    ]
    assert remarks(file, "one-way,健康保険証,保険証\n") == []


def test_a_phrase_that_looks_like_several_words_is_remarked(file: Path) -> None:
    assert remarks(file, "synonym,スマホ/携帯,端末\n") == [
        (
            2,
            "words",
            (
                "'スマホ/携帯' counts as 'スマホ 携帯', one phrase; "
                "if it is several words, separate them by | or 、"
            ),
        )
    ]


def test_a_stop_phrase_that_takes_more_away_than_it_says_is_remarked(file: Path) -> None:
    rows = "stop,急いでいるのですが|教えてほしいのですが,\nstop,急ぐ,\nstop,初めて利用,\nstop,至急,\n"
    assert remarks(file, rows) == [
        (
            2,
            "words",
            (
                "'急いでいるのですが' counts as '急ぐ' and takes that out of every query; "
                "make sure that none is about it"
            ),
        ),
        (2, "words", "'教えてほしいのですが' says nothing anyway; take it out"),
        (3, "words", "'急ぐ' counts as '急ぐ', a stop phrase of row 2; take one out"),
        (
            5,
            "words",
            "'至急' counts as '至急' and takes that out of every query; make sure that none is about it",
        ),
    ]


def test_a_stop_phrase_inside_a_synonym_is_refused(file: Path) -> None:
    assert problems(file, "stop,手続き,\none-way,転出手続き,引っ越し\n") == [
        (
            2,
            "words",
            (
                "the stop phrase '手続き' takes words of '転出 手続き' in row 3 away, "
                "which would never be found; keep one of the two"
            ),
        )
    ]
    assert read(file, "stop,手続き,\none-way,引っ越し,転出手続き\n").stop_phrases == (("手続き",),)


def test_the_order_of_rows_changes_nothing() -> None:
    rows = rows_of(
        ("synonym", "スマホ|端末", ""),
        ("one-way", "身分証", "免許証"),
        ("one-way", "身分証", "旅券"),
        ("stop", "至急", ""),
        ("stop", "急ぎ", ""),
    )
    one, other = (compile_vocabulary(order, ANALYZER) for order in (rows, rows[::-1]))
    assert one.fingerprint == other.fingerprint
    assert (one.synonyms, one.stop_phrases) == (other.synonyms, other.stop_phrases)


def test_the_fingerprint_follows_what_the_vocabulary_does() -> None:
    made = [
        compile_vocabulary(rows_of(*rows), ANALYZER).fingerprint
        for rows in ([], [("synonym", "a|b", "")], [("one-way", "a", "b")], [("stop", "a", "")])
    ]
    assert len(set(made)) == 4
    assert Vocabulary().fingerprint == made[0]


# --- Phrases


def test_a_phrase_inside_a_longer_one_does_not_count() -> None:
    phrases = {("b",), ("a", "b"), ("b", "c"), ("x",)}
    assert find_phrases(("a", "b", "c", "b"), phrases) == [(0, 2), (1, 3), (3, 4)]
    assert find_phrases(("a",), ()) == []
    assert find_phrases((), phrases) == []


@pytest.mark.parametrize(
    ("phrase", "synonym", "dealt"),
    [
        ("a", "x", [("a", "x", 1.0)]),
        ("a", "x y", [("a", "x", 0.5), ("a", "y", 0.5)]),
        ("a b", "x", [("a", "x", 0.5), ("b", "x", 0.5)]),
        ("a b", "x y z", [("a", "x", 0.5), ("a", "y", 0.5), ("b", "z", 1.0)]),
        ("a b", "b c", [("a", "c", 1.0)]),
        ("a", "a b", []),
        ("a b", "b", [("a", "b", 0.5)]),
        ("a b c", "b c", [("a", "b", 1 / 3), ("a", "c", 1 / 3)]),
    ],
)
def test_terms_of_a_synonym_are_dealt_out_to_the_words_of_the_phrase(
    phrase: str, synonym: str, dealt: list[tuple[str, str, float]]
) -> None:
    assert list(dealt_out(tuple(phrase.split()), tuple(synonym.split()))) == dealt


# --- Searches

PAIRS = {"old": "スマホをなくしました", "new": "端末をなくしました", "other": "送料はいくらですか"}


def test_a_two_way_synonym_works_both_ways() -> None:
    plain, base = base_of(PAIRS), base_of(PAIRS, ("synonym", "スマホ", "端末"))
    assert (found(plain, "スマホ"), found(plain, "端末")) == (["old"], ["new"])
    assert (found(base, "スマホ"), found(base, "端末")) == (["old", "new"], ["new", "old"])


def test_a_one_way_synonym_works_one_way() -> None:
    base = base_of(PAIRS, ("one-way", "スマホ", "端末"))
    assert (found(base, "スマホ"), found(base, "端末")) == (["old", "new"], ["new"])


def test_an_inflected_or_otherwise_written_synonym_is_found() -> None:
    base = base_of({"a": "模様替えをするとき", "b": "送料"}, ("one-way", "引っ越し", "模様替え"))
    assert found(base, "先月ひっこした") == found(base, "引越しました") == ["a"]


def test_a_synonym_of_several_words_is_found_whole_and_not_by_a_part() -> None:
    entries = {"whole": "携帯電話の契約", "part": "電話の受付時間", "other": "送料"}
    whole, part = base_of(entries, ("one-way", "荷札", "携帯電話")).search("荷札").hits
    assert (whole.id, part.id) == ("whole", "part")
    assert part.score < 0.8 * whole.score
    base = base_of(entries, ("one-way", "マイナンバーカード", "携帯電話"))
    assert found(base, "マイナンバーカード")[0] == "whole"


def test_a_longer_phrase_hides_the_synonym_of_its_part() -> None:
    entries = {"credit": "クレジットの明細", "id": "個人番号の通知", "other": "送料"}
    rows = (("one-way", "カード", "クレジット"), ("one-way", "マイナンバーカード", "個人番号"))
    base = base_of(entries, *rows)
    assert found(base, "マイナンバーカード") == ["id"]
    assert found(base, "カード") == ["credit"]


@pytest.mark.parametrize(
    ("word", "synonym"),
    [
        ("スマホ", "携帯電話"),
        ("携帯電話", "スマホ"),
        ("健康保険証", "保険証"),
        ("保険証", "健康保険証"),
        ("転居届", "引っ越し届"),
        ("個人番号カード", "マイナンバーカード"),
        ("届け出", "手続き"),
    ],
)
@pytest.mark.parametrize(
    "text", ["{}をなくした", "{}", "出張のあと駅で{}をなくしたので再発行したい", "{}と{}"]
)
def test_a_synonym_never_ranks_above_the_word_itself(word: str, synonym: str, text: str) -> None:
    entries = {
        "z-exact": text.replace("{}", word),
        "a-synonym": text.replace("{}", synonym),
        "other": "送料の案内",
    }
    base = base_of(entries, ("synonym", word, synonym))
    assert found(base, word)[:2] == ["z-exact", "a-synonym"]
    assert found(base, synonym)[:2] == ["a-synonym", "z-exact"]


def test_the_explanation_says_that_the_owner_made_them_synonyms() -> None:
    hit = base_of(PAIRS, ("synonym", "スマホ", "端末")).search("スマホ").hits[1]
    assert (hit.id, hit.kind) == ("new", "owner")
    assert [(match.term, match.asked, match.kind) for match in hit.matches] == [("端末", "スマホ", "owner")]
    assert hit.explanation.recomputed() == pytest.approx(hit.score)


def test_highlights_mark_the_synonym() -> None:
    hit = (
        base_of({"a": "新しい端末を買う", "b": "送料"}, ("synonym", "スマホ", "端末"))
        .search("スマホ")
        .hits[0]
    )
    marks = [hit.entry.field_text(mark.field)[mark.start : mark.end] for mark in hit.highlights]
    assert marks == ["端末"]


def test_a_synonym_of_a_kana_word_that_entries_have_in_kanji_is_found_too() -> None:
    entries = {"a": "記念品の発行", "b": "領収書の宛名", "c": "送料"}
    base = base_of(entries, ("one-way", "りょうしゅうしょ", "記念品"))
    assert set(found(base, "りょうしゅうしょ")) == {"a", "b"}


def test_a_stop_phrase_says_nothing_in_any_layer() -> None:
    entries = {"a": "返品の送料", "b": "急ぎの注文", "c": "会員登録"}
    base = base_of(entries, ("stop", "急ぎなのですが", ""))
    assert found(base_of(entries), "急ぎなのですが、返品したい") == ["a", "b"]
    assert found(base, "急ぎなのですが、返品したい") == ["a"]
    scores = [base.search(text).hits[0].score for text in ("急ぎなのですが、返品したい", "返品したい")]
    assert scores[0] == pytest.approx(scores[1])


def test_pieces_of_a_stop_phrase_that_reach_out_of_it_say_nothing_either() -> None:
    entries = {"a": "返品の送料", "b": "急いでいる方の窓口", "c": "会員登録"}
    assert found(base_of(entries), "急いでいるのですが、返品したい") == ["b", "a"]
    assert found(base_of(entries, ("stop", "急ぐ", "")), "急いでいるのですが、返品したい") == ["a"]


def test_a_query_of_stop_phrases_only_finds_nothing() -> None:
    assert found(base_of({"a": "急ぎの注文"}, ("stop", "急ぎ", "")), "急ぎです") == []


def test_a_stop_phrase_of_several_words_leaves_each_of_them_alone() -> None:
    entries = {"a": "初めての注文", "b": "利用の停止", "c": "送料"}
    base = base_of(entries, ("stop", "初めて利用します", ""))
    assert found(base, "初めて利用します。送料は") == ["c"]
    assert found(base, "初めての送料") == found(base_of(entries), "初めての送料")


def results(base: KnowledgeBase, text: str) -> list[tuple[str, float, str]]:
    return [(hit.id, hit.score, repr(hit.explanation)) for hit in base.search(text, audience="operator").hits]


@cache
def shop(*rows: tuple[str, str, str]) -> KnowledgeBase:
    path = faqsearch.sample_path("shop")
    vocabulary = compile_vocabulary(rows_of(*rows), ANALYZER) if rows else None
    return KnowledgeBase(
        faqsearch.read_entries(path)[:60], preset="lexical", analyzer=ANALYZER, vocabulary=vocabulary
    )


@given(
    st.lists(
        st.sampled_from("返品 送料 会員 登録 領収書 注文 キャンセル 変更 を する の ポイント 届く".split()),
        max_size=6,
    )
)
def test_queries_without_its_phrases_are_left_alone(words: list[str]) -> None:
    rows = (
        ("synonym", "お直し|修理", ""),
        ("one-way", "送料無料", "キャンペーン"),
        ("stop", "急いでいます", ""),
    )
    text = "".join(words).replace("送料無料", "")
    assert results(shop(*rows), text) == results(shop(), text)


terms = st.sampled_from("abcdef")
phrases = st.lists(terms, min_size=1, max_size=3).map(" ".join)


@given(
    st.lists(st.tuples(st.sampled_from(list(Kind)), phrases, phrases), max_size=4),
    st.lists(st.lists(terms, min_size=1, max_size=6).map(" ".join), min_size=1, max_size=5),
    st.lists(terms, max_size=5).map(" ".join),
)
def test_any_vocabulary_leaves_queries_without_its_phrases_alone(
    rows: list[tuple[Kind, str, str]], texts: list[str], query: str
) -> None:
    compiled = _compiled(rows)
    entries = [FaqEntry(id=str(n), question=text, answer="-") for n, text in enumerate(texts)]
    preset = (
        faqsearch.load_preset("lexical").ranker.parts[0].ranker
    )  # the words only: the analyzer has no n-grams
    one = faqsearch.Preset(name="words", description="words", ranker=preset)
    plain = KnowledgeBase(entries, preset=one, analyzer=WORDS)
    base = KnowledgeBase(entries, preset=one, analyzer=WORDS, vocabulary=compiled)
    sequence = tuple(query.split())
    if not find_phrases(sequence, {**compiled.synonyms, **dict.fromkeys(compiled.stop_phrases)}):
        assert results(base, query) == results(plain, query)
    else:
        for hit in base.search(query).hits:
            assert hit.explanation.recomputed() == pytest.approx(hit.score)
            assert 0 < hit.score <= 1


def _compiled(rows: Iterable[tuple[Kind, str, str]]) -> Vocabulary:
    made = [
        VocabularyRow(row=2, kind=kind, words=(words,), others=() if kind is Kind.STOP else (others,))
        for kind, words, others in rows
        if kind is Kind.STOP or words != others
    ]
    try:
        return compile_vocabulary(made, WORDS)
    except FormatError:  # a stop phrase inside a synonym
        return compile_vocabulary([row for row in made if row.kind is not Kind.STOP], WORDS)


# --- The dry run


def test_the_dry_run_lists_changed_queries_only_and_how_they_change() -> None:
    before = {"スマホ": ["a", "b", "c"], "送料": ["a"], "返品": [], "急ぎ": ["c"]}
    after = {"スマホ": ["d", "a", "c"], "送料": ["a"], "返品": ["b"], "急ぎ": []}
    queries = {"q1": "スマホ", "q2": "送料", "q3": "返品", "q4": "急ぎ"}
    changes = preview(lambda text, k: before[text][:k], lambda text, k: after[text][:k], queries)
    assert [(change.query_id, change.first_changes, change.emptied) for change in changes] == [
        ("q1", True, False),
        ("q3", True, False),
        ("q4", True, True),
    ]
    assert changes[0].moves == (
        Move(entry_id="d", before=None, after=1),
        Move(entry_id="a", before=1, after=2),
        Move(entry_id="b", before=2, after=None),
    )
    assert changes[2].to_dict() == {
        "id": "q4",
        "text": "急ぎ",
        "first_changes": True,
        "emptied": True,
        "moves": [{"id": "c", "before": 1, "after": None}],
    }


def test_the_dry_run_looks_at_the_first_k_only() -> None:
    before, after = (lambda _, k: ["a", "b", "c"][:k]), (lambda _, k: ["a", "c", "b"][:k])
    assert preview(before, after, {"q": "x"}, k=1) == ()
    assert preview(before, after, {"q": "x"}, k=2) == (
        QueryChange(query_id="q", text="x", before=("a", "b"), after=("a", "c")),
    )
    assert not preview(before, after, {"q": "x"}, k=2)[0].first_changes


def test_the_dry_run_agrees_with_the_searches() -> None:
    plain, base = base_of(PAIRS), base_of(PAIRS, ("one-way", "スマホ", "端末"))
    queries = {"q1": "端末", "q2": "スマホ", "q3": "送料"}
    [change] = preview(lambda text, k: found(plain, text), lambda text, k: found(base, text), queries)
    assert (change.query_id, change.before, change.after) == ("q2", ("old",), ("old", "new"))


# --- Opening a base


def test_a_base_is_opened_with_a_vocabulary_file(tmp_path: Path, file: Path) -> None:
    faq = tmp_path / "faq.csv"
    faqsearch.write_entries(faq, [FaqEntry(id=key, question=text, answer="-") for key, text in PAIRS.items()])
    file.write_text(HEADER + "one-way,スマホ,端末\n", encoding="utf-8")
    base = faqsearch.load(faq, preset="lexical", vocabulary=file)
    assert found(base, "スマホ") == ["old", "new"]


def test_compiling_is_the_same_for_shuffled_rows() -> None:
    rows = rows_of(*((("synonym"), f"語{n}", f"別{n}") for n in range(20)))
    shuffled = random.Random(5).sample(rows, len(rows))
    assert compile_vocabulary(rows, ANALYZER).synonyms == compile_vocabulary(shuffled, ANALYZER).synonyms
