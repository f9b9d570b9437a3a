"""What a word of a query may stand for, and what it never does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqsearch.analysis import KanaWord as KanaStretch
from faqsearch.analysis import SudachiAnalyzer, Word
from faqsearch.engine import Engine
from faqsearch.entry import Audience, FaqEntry
from faqsearch.errors import SettingsError
from faqsearch.index import Document, Snapshot, build_snapshot, private_layer, update_snapshot
from faqsearch.index.document import analyze_entry
from faqsearch.index.strings import NumbersOf, PackedStrings
from faqsearch.ranking import BM25Ranker, Preset, Query, Resources, analyze_query, load_preset, matches
from faqsearch.ranking.expansion import EXPANSION_KINDS, MOST_NEAR, NEAR_AT_LEAST, ExpansionKind, expand
from faqsearch.ranking.query import KanaWord, LongWord
from faqsearch.ranking.slips import slips
from faqsearch.vectors import StaticWordVectors

SUDACHI = SudachiAnalyzer()
ALL: dict[ExpansionKind, float] = {
    "owner": 0.9,
    "synonym": 0.3,
    "reading": 0.6,
    "typo": 0.5,
    "near": 0.4,
}
RANKER = BM25Ranker(fields={"question": 1.0}, layers={"a": 1.0}, expand=ALL)


class Lexicon:
    """A dictionary of a few words."""

    def __init__(self, **words: Word) -> None:
        self.words: Mapping[str, Word] = words

    def word(self, term: str) -> Word:
        return self.words.get(term, Word())

    def kana_words(self, text: str) -> list[KanaStretch]:
        raise NotImplementedError


def documents_of(texts: Sequence[str], long: Sequence[str] = ()) -> list[Document]:
    """Documents of words parted by blanks, with long units."""
    return [
        Document(
            f"{number:02}",
            {
                "a": {0: Counter(text.split())},
                "c": {0: Counter(long[number].split())} if number < len(long) and long[number] else {},
            },
        )
        for number, text in enumerate(texts)
    ]


def snapshot_of(texts: Sequence[str], long: Sequence[str] = ()) -> Snapshot:
    return build_snapshot(documents_of(texts, long), ("a", "c", private_layer("a")))


def query_of(
    text: str,
    resources: Resources,
    kana: tuple[KanaWord, ...] = (),
    long: tuple[LongWord, ...] = (),
) -> Query:
    words = tuple(text.split())
    return Query({"a": Counter(words)}, text, words, kana=kana, long=long, resources=resources)


def found(
    snapshot: Snapshot, query: Query, weights: Mapping[ExpansionKind, float] = ALL
) -> list[tuple[str, str, float, str]]:
    """The alternatives: word, term, weight and kind."""
    expanded = expand(snapshot, "a", query, weights)
    for number, word in enumerate(expanded.words):
        own = [option for option in expanded.options if option.asked == number]
        assert own[0] == (number, word, "a", 1.0, "exact")
        assert all(0 < option.weight < 1 for option in own[1:])
    return [
        (expanded.words[option.asked], option.term, pytest.approx(option.weight), option.kind)
        for option in expanded.options
        if option.weight < 1
    ]


# --- Synonyms


GROUPS = Lexicon(
    引っ越し=Word(reading="ヒッコシ", synonym_groups=frozenset({1})),
    転居=Word(reading="テンキョ", synonym_groups=frozenset({1, 2})),
    移転=Word(reading="イテン", synonym_groups=frozenset({2})),
    領収書=Word(reading="リョウシュウショ", synonym_groups=frozenset({3})),
    レシート=Word(reading="レシート", synonym_groups=frozenset({3})),
)


def test_words_of_a_group_are_synonyms() -> None:
    snapshot = snapshot_of(["転居", "移転"])

    assert found(snapshot, query_of("引っ越し", Resources(lexicon=GROUPS))) == [
        ("引っ越し", "転居", 0.3, "synonym")
    ]


def test_a_word_of_two_groups_gives_each_half() -> None:
    snapshot = snapshot_of(["引っ越し", "移転", "転居"])

    assert found(snapshot, query_of("転居", Resources(lexicon=GROUPS))) == [
        ("転居", "引っ越し", 0.15, "synonym"),
        ("転居", "移転", 0.15, "synonym"),
    ]


def test_a_long_unit_of_an_entry_is_a_synonym() -> None:
    snapshot = snapshot_of(["領収 書", "書"], ["領収書"])
    query = query_of("レシート", Resources(lexicon=GROUPS))

    assert found(snapshot, query) == [("レシート", "領収書", 0.3, "synonym")]
    scores = RANKER.score(snapshot, query)
    assert scores[0] > 0
    assert scores[1] == 0
    (match,) = matches(RANKER.explain(snapshot, query, 0))
    assert (match.term, match.layer, match.kind, match.asked) == ("領収書", "c", "synonym", "レシート")


def test_a_synonym_of_a_long_unit_of_the_query_stands_for_each_of_its_pieces() -> None:
    snapshot = snapshot_of(["レシート", "領収 書"], ["", "領収書"])
    query = query_of("領収 書", Resources(lexicon=GROUPS), long=(LongWord("領収書", ("領収", "書")),))

    assert found(snapshot, query) == [
        ("領収", "レシート", 0.3, "synonym"),
        ("書", "レシート", 0.3, "synonym"),
    ]
    synonym, exact = RANKER.score(snapshot, query)
    assert exact > synonym > 0


def test_a_long_unit_that_holds_the_word_itself_is_not_its_synonym() -> None:
    lexicon = Lexicon(
        母子手帳=Word(synonym_groups=frozenset({1})), 母子健康手帳=Word(synonym_groups=frozenset({1}))
    )
    snapshot = snapshot_of(["母子 手帳", "母子 健康 手帳"], ["母子手帳", "母子健康手帳"])
    query = query_of("母子 手帳", Resources(lexicon=lexicon), long=(LongWord("母子手帳", ("母子", "手帳")),))

    assert found(snapshot, query) == []
    exact, synonym = RANKER.score(snapshot, query)
    assert exact > synonym


# --- Readings


READINGS = Lexicon(
    領収=Word(reading="リョウシュウ"),
    猟銃=Word(reading="リョウジュウ"),
    公園=Word(reading="コウエン"),
    講演=Word(reading="コウエン"),
    コウエン=Word(reading="コウエン"),
    こうえん=Word(reading="コウエン"),
)


def test_a_word_in_kana_matches_what_is_read_alike() -> None:
    snapshot = snapshot_of(["公園", "講演", "猟銃"])

    assert found(snapshot, query_of("こうえん", Resources(lexicon=READINGS))) == [
        ("こうえん", "公園", 0.6, "reading"),
        ("こうえん", "講演", 0.6, "reading"),
    ]


def test_an_unknown_word_in_kanji_matches_its_kana_but_no_homophone() -> None:
    snapshot = snapshot_of(["コウエン", "講演"])

    assert found(snapshot, query_of("公園", Resources(lexicon=READINGS))) == [
        ("公園", "コウエン", 0.6, "reading")
    ]


def test_a_known_word_in_kanji_matches_no_kana() -> None:
    snapshot = snapshot_of(["コウエン", "公園"])

    assert found(snapshot, query_of("公園", Resources(lexicon=READINGS))) == []


def test_a_stretch_of_kana_takes_the_place_of_its_pieces() -> None:
    snapshot = snapshot_of(["領収 の", "しょ"])
    kana = (KanaWord("リョウシュウ", 0, 6, ("りょう", "しゅう")),)
    query = query_of("りょう しゅう しゅう 送料", Resources(lexicon=READINGS), kana)

    expanded = expand(snapshot, "a", query, ALL)

    assert expanded.words == ("しゅう", "送料", "リョウシュウ")
    assert expanded.occurrences == (1.0, 1.0, 1.0)
    assert found(snapshot, query) == [("リョウシュウ", "領収", 0.6, "reading")]


def test_a_stretch_without_pieces_is_looked_for_as_well() -> None:
    snapshot = snapshot_of(["領収"])
    query = query_of("", Resources(lexicon=READINGS), (KanaWord("リョウシュウ", 0, 6, ()),))

    assert found(snapshot, query) == [("リョウシュウ", "領収", 0.6, "reading")]
    assert found(snapshot, query_of("", Resources(lexicon=READINGS), (KanaWord("カナ", 0, 2, ()),))) == []


def test_the_longest_of_overlapping_stretches_wins() -> None:
    snapshot = snapshot_of(["領収", "公園"])
    kana = (
        KanaWord("リョウシュウ", 0, 6, ("りょう", "しゅう")),
        KanaWord("コウエン", 3, 6, ("しゅう",)),
    )

    expanded = expand(snapshot, "a", query_of("りょう しゅう", Resources(lexicon=READINGS), kana), ALL)

    assert expanded.words == ("リョウシュウ",)


def test_entries_with_the_very_kana_stand_above_what_is_read_alike() -> None:
    snapshot = snapshot_of(["りょう しゅう", "領収 送料", "しゅう 送料"])
    kana = (KanaWord("リョウシュウ", 0, 6, ("りょう", "しゅう")),)
    query = query_of("りょう しゅう", Resources(lexicon=READINGS), kana)

    kept, read_alike, part = RANKER.score(snapshot, query)

    assert kept > read_alike > 0
    assert kept > part > 0
    assert [match.kind for match in matches(RANKER.explain(snapshot, query, 0))] == ["exact"]


def test_a_known_kana_word_stays_itself() -> None:
    snapshot = snapshot_of(["こうえん", "公園"])
    kana = (KanaWord("コウエン", 0, 4, ("こうえん",)),)

    expanded = expand(snapshot, "a", query_of("こうえん", Resources(lexicon=READINGS), kana), ALL)

    assert expanded.words == ("こうえん",)
    same = (KanaWord("コウエン", 0, 4, ("コウエン",)),)
    assert expand(snapshot, "a", query_of("コウエン", Resources(lexicon=READINGS), same), ALL).words == (
        "コウエン",
    )


# --- Slips


SLIPS = Lexicon(
    パスワード=Word(reading="パスワード"),
    再発行=Word(reading="サイハッコウ"),
    さいはこう=Word(reading="サイハコウ"),
)


@pytest.mark.parametrize(
    ("asked", "share"),
    [
        ("パスワート", 0.8),  # changed
        ("パスード", 0.75),  # left out
        ("パスワァード", 5 / 6),  # put in
        ("パワスード", 0.8),  # swapped
    ],
)
def test_an_unknown_word_matches_words_one_slip_away(asked: str, share: float) -> None:
    snapshot = snapshot_of(["パスワード", "送料"])

    assert found(snapshot, query_of(asked, Resources(lexicon=SLIPS))) == [
        (asked, "パスワード", 0.5 * share, "typo")
    ]


def test_slips_are_found_without_a_dictionary_and_in_readings_with_one() -> None:
    assert found(snapshot_of(["パスワード"]), query_of("パスワート", Resources())) == [
        ("パスワート", "パスワード", 0.4, "typo")
    ]
    assert found(snapshot_of(["再発行"]), query_of("さいはこう", Resources(lexicon=SLIPS))) == [
        ("さいはこう", "再発行", 0.4, "typo")
    ]


@pytest.mark.parametrize(
    ("asked", "term"),
    [
        ("バスワード", "パスワード"),  # begins otherwise
        ("パスワ", "パスワド"),  # too short
        ("パソート", "パスワード"),  # two slips in a short word
        ("2024年版", "2025年版"),  # a number
        ("第二十回", "第三十回"),
    ],
)
def test_these_are_no_slips(asked: str, term: str) -> None:
    assert found(snapshot_of([term]), query_of(asked, Resources())) == []


def test_a_known_word_is_never_matched_by_a_slip() -> None:
    assert found(snapshot_of(["パスワード", "パスワート"]), query_of("パスワート", Resources())) == []


def test_a_word_that_dead_entries_had_is_unknown_again_and_is_no_alternative() -> None:
    snapshot = update_snapshot(snapshot_of(["パスワード", "パスワート"]), [], ["01"])
    assert [term for _, term, _, _ in found(snapshot, query_of("パスワート", Resources()))] == ["パスワード"]

    snapshot = update_snapshot(snapshot_of(["パスワード", "送料"]), [], ["00"])
    assert found(snapshot, query_of("パスワート", Resources())) == []


def test_at_most_five_slips_the_nearest_first() -> None:
    terms = ["パスワー" + end for end in "アイウエオカ"]
    assert [
        term for _, term, _, _ in found(snapshot_of(terms), query_of("パスワード", Resources()))
    ] == terms[:5]
    nearest = found(
        snapshot_of(["ユーザーフォルグ", "ユーザーフォルダー"]), query_of("ユーザーフォルダ", Resources())
    )
    assert [(term, kind) for _, term, _, kind in nearest] == [
        ("ユーザーフォルグ", "typo"),
        ("ユーザーフォルダー", "typo"),
    ]


@pytest.mark.parametrize("asked", ["パスワート", "パスワァード", "ユーザーフォルダ", "さいはこう", "パスワ"])
def test_an_opened_vocabulary_has_the_same_slips(asked: str) -> None:
    words = "パスワード パスカル パス 再発行 送料 ユーザーフォルダー ユーザーフォルグ ユーザ"
    [segment] = snapshot_of(words.split()).segments
    index = segment.layer("a")
    strings = PackedStrings.pack(index.terms)
    opened = replace(segment, layers={"a": replace(index, terms=strings, numbers=NumbersOf(strings))})

    for lexicon in (None, Lexicon(**SLIPS.words)):
        expected = slips(segment, "a", asked, lexicon)
        assert slips(opened, "a", asked, lexicon) == expected
        assert bool(expected) == (asked != "パスワ" and (lexicon is not None or asked != "さいはこう"))


def test_pieces_of_kana_may_be_a_slip_if_the_base_knows_none_of_them() -> None:
    kana = (KanaWord("サイハコウ", 0, 5, ("さい", "はこう")),)
    query = query_of(
        "さい はこう", Resources(lexicon=Lexicon(**SLIPS.words, サイハコウ=Word(reading="サイハコウ"))), kana
    )

    assert found(snapshot_of(["再発行"]), query) == [("サイハコウ", "再発行", 0.4, "typo")]
    assert found(snapshot_of(["再発行", "さい"]), query) == []


# --- Words of near meaning


def near_vectors(cosines: Mapping[str, float]) -> StaticWordVectors:
    """Vectors with about these cosines with that of 家."""
    return StaticWordVectors(
        {"家": (1.0, 0.0), **{word: (c, np.sqrt(1 - c * c)) for word, c in cosines.items()}}
    )


def test_near_words_weigh_by_their_cosine_above_the_least() -> None:
    vectors = near_vectors({"住まい": 0.9, "宅": 0.7, "犬": 0.3})
    snapshot = snapshot_of(["住まい", "宅", "犬", "未知"])

    (first, second) = found(snapshot, query_of("家", Resources(word_vectors=vectors)))

    assert (first[1], second[1]) == ("住まい", "宅")
    assert first[2] == pytest.approx(0.4 * 0.5 / 0.6, abs=0.01)
    assert second[2] == pytest.approx(0.4 * 0.3 / 0.6, abs=0.01)
    assert NEAR_AT_LEAST == 0.4


def test_numbers_are_never_near() -> None:
    vectors = near_vectors({"550": 0.95, "三": 0.95, "880": 0.94, "宅": 0.5})
    snapshot = snapshot_of(["550", "三", "宅"])

    assert [term for _, term, _, _ in found(snapshot, query_of("家", Resources(word_vectors=vectors)))] == [
        "宅"
    ]
    assert found(snapshot, query_of("880", Resources(word_vectors=vectors))) == []


def test_only_so_many_near_words_are_taken_and_dead_ones_take_no_place() -> None:
    words = [f"語{chr(0x3042 + number)}" for number in range(MOST_NEAR + 3)]
    vectors = near_vectors({word: 0.9 - 0.01 * number for number, word in enumerate(words)})
    query = query_of("家", Resources(word_vectors=vectors))
    snapshot = update_snapshot(snapshot_of([*words, "家"]), documents_of(["送料"]), [])

    assert [term for _, term, _, _ in found(snapshot, query)] == words[1 : MOST_NEAR + 1]


def test_an_alternative_of_several_kinds_counts_as_the_one_that_weighs_most() -> None:
    lexicon = Lexicon(家=Word(synonym_groups=frozenset({1})), 住まい=Word(synonym_groups=frozenset({1})))
    query = query_of("家", Resources(lexicon=lexicon, word_vectors=near_vectors({"住まい": 0.5})))
    snapshot = snapshot_of(["住まい"])

    assert found(snapshot, query) == [("家", "住まい", 0.3, "synonym")]
    assert found(snapshot, query, {"synonym": 0.01, "near": 0.4})[0][3] == "near"


# --- The owner's synonyms


def test_the_owners_synonyms_stand_for_the_words_of_a_phrase() -> None:
    resources = Resources(synonyms={("健康", "保険"): (("国保",),), ("国保",): (("健康", "保険"),)})
    snapshot = snapshot_of(["国保", "健康 保険", "保険"])

    assert [kind for *_, kind in found(snapshot, query_of("健康 保険", resources))] == ["owner", "owner"]
    exact = RANKER.score(snapshot, query_of("健康 保険", resources))
    assert exact[1] > exact[0] > 0
    other = RANKER.score(snapshot, query_of("国保", resources))
    assert other[0] > other[1] > other[2] > 0


# --- All of them


def test_only_the_kinds_that_were_asked_for_are_looked_for() -> None:
    snapshot = snapshot_of(["転居", "コウエン", "パスワード"])
    resources = Resources(
        lexicon=Lexicon(**GROUPS.words, **READINGS.words), synonyms={("引っ越し",): (("転居",),)}
    )
    query = query_of("引っ越し 公園 パスワート", resources)

    for kind in EXPANSION_KINDS[:4]:
        assert [other for *_, other in found(snapshot, query, {kind: 0.5})] == [kind]
    assert found(snapshot, query, {}) == []


def test_only_the_main_layer_is_expanded() -> None:
    snapshot = snapshot_of(["転居"])
    query = Query({"a": {"引っ越し": 1.0}, "c": {"引っ越し": 1.0}}, resources=Resources(lexicon=GROUPS))

    assert len(expand(snapshot, "a", query, ALL).options) == 2
    assert len(expand(snapshot, "c", query, ALL).options) == 1


def test_words_of_confirmed_inquiries_are_never_alternatives() -> None:
    documents = [Document("1", {"a": {0: Counter(["送料"])}, private_layer("a"): {0: Counter(["転居"])}})]
    snapshot = build_snapshot(documents, ("a", private_layer("a")))
    vectors = StaticWordVectors({"引っ越し": (1.0, 0.0), "転居": (1.0, 0.0), "テンキヨ": (0.0, 1.0)})
    resources = Resources(lexicon=GROUPS, word_vectors=vectors, synonyms={("引っ越し",): (("転居",),)})

    assert found(snapshot, query_of("引っ越し", resources)) == []


WORDS = ("引っ越し", "転居", "移転", "コウエン", "こうえん", "公園", "パスワード", "家", "宅")
OTHERS = st.lists(st.sampled_from(("送料", "返品", "会員")), min_size=1, max_size=4)


@given(
    st.sampled_from(WORDS),
    st.sampled_from(WORDS),
    OTHERS,
    st.integers(1, 3),
    st.integers(0, 5),
    st.lists(st.sampled_from((*WORDS, "送料")), max_size=5),
)
def test_an_entry_with_the_word_itself_never_stands_below_one_with_an_alternative(
    asked: str, other: str, rest: list[str], times: int, seed: int, more: list[str]
) -> None:
    vectors = StaticWordVectors(
        dict(zip(WORDS, np.random.default_rng(seed).normal(size=(len(WORDS), 2)), strict=True))
    )
    resources = Resources(
        lexicon=Lexicon(**GROUPS.words, **READINGS.words),
        word_vectors=vectors,
        synonyms={(asked,): ((other,), (other, "返品"))},
    )
    rest = [word for word in rest if word != "返品"]
    snapshot = snapshot_of(
        [" ".join([*rest, *[asked] * times]), " ".join([*rest, *[other] * times]), " ".join(more)]
    )
    query = query_of(f"{asked} 送料", resources)

    exact, alternative, _ = RANKER.score(snapshot, query)

    assert exact >= alternative


@pytest.mark.parametrize(
    ("expand_with", "message"),
    [
        ({"synonym": 1.0}, "expand holds a weight of 1 or more; an alternative must weigh less than 1"),
        ({"synonym": 0}, "expand.synonym came as 0; a weight is a number from 0.000001 to 1000000"),
        ({"guess": 0.5}, "expand holds 'guess'; allowed are owner, synonym, reading, typo, near"),
        (0.5, "expand came as 0.5; give a table"),
    ],
)
def test_weights_of_alternatives_lie_between_0_and_1(expand_with: object, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        BM25Ranker(fields={"question": 1.0}, layers={"a": 1.0}, expand=expand_with)  # type: ignore[arg-type]


def test_okapi_takes_no_alternatives() -> None:
    with pytest.raises(SettingsError, match="variant okapi takes no expand"):
        BM25Ranker(fields={"question": 1.0}, layers={"a": 1.0}, variant="okapi", expand={"typo": 0.5})


# --- Kinds of matches, by hand


def engine_of(preset: Preset, resources: Resources, *questions: str) -> Engine:
    engine = Engine(Audience.PUBLIC, SUDACHI, preset, resources)
    entries = [
        FaqEntry(id=str(number), question=text, answer="窓口へどうぞ。")
        for number, text in enumerate(questions)
    ]
    engine.publish(engine.changed(entries, [analyze_entry(SUDACHI, entry) for entry in entries], []))
    return engine


@pytest.mark.parametrize(
    ("asked", "written", "kind", "term"),
    [
        ("転居", "転居のとき", "exact", "転居"),
        ("国保", "健康保険について", "owner", "保険"),
        ("引っ越し", "転居のとき", "synonym", "転居"),
        ("レシート", "領収書の発行", "synonym", "領収書"),
        ("りょうしゅうしょ", "領収書の発行", "reading", "領収書"),
        ("パスワート", "パスワードの変更", "typo", "パスワード"),
        ("住まい", "家屋の税", "near", "家屋"),
    ],
)
def test_a_hit_says_how_it_matched(asked: str, written: str, kind: str, term: str) -> None:
    vectors = StaticWordVectors({"住まい": (1.0, 0.2), "家屋": (1.0, 0.3), "税": (-1.0, 1.0)})
    resources = Resources(lexicon=SUDACHI, word_vectors=vectors, synonyms={("国保",): (("健康", "保険"),)})
    engine = engine_of(load_preset("semantic"), resources, written, "返品の送料", "会員の登録")

    result = engine.search(asked, 3)

    assert (result.hits[0].entry.question, result.hits[0].kind) == (written, kind)
    assert result.hits[0].matches[0].term == term
    assert result.hits[0].explanation.value == result.hits[0].score
    assert result.strict is (kind == "exact")


def test_meaning_alone_is_said_to_be_so() -> None:
    vectors = StaticWordVectors({"犬": (1.0, 0.0), "家屋": (1.0, 3.0), "税": (1.0, 3.0), "送料": (-1.0, 0.0)})
    engine = engine_of(
        load_preset("semantic"), Resources(lexicon=SUDACHI, word_vectors=vectors), "家屋の税", "送料"
    )

    result = engine.search("犬", 3)

    assert [(hit.entry.question, hit.kind, hit.matches) for hit in result.hits] == [
        ("家屋の税", "meaning", ())
    ]
    assert not result.strict


def test_a_match_names_the_fields_of_its_term_each_once() -> None:
    documents = [
        Document("1", {"a": {0: Counter(["転居", "移転"]), 2: Counter(["移転"]), 4: Counter(["転居"])}})
    ]
    snapshot = build_snapshot(documents, ("a",))
    ranker = BM25Ranker(
        fields={"question": 1.0, "answer": 1.0, "tags": 1.0}, layers={"a": 1.0}, expand={"owner": 0.5}
    )
    resources = Resources(synonyms={("引っ越し",): (("移転",),), ("転居",): (("移転",),)})

    (alternative,) = matches(ranker.explain(snapshot, query_of("引っ越し", resources), 0))
    (exact,) = matches(ranker.explain(snapshot, query_of("転居", resources), 0))

    assert (alternative.term, alternative.asked, alternative.fields) == (
        "移転",
        "引っ越し",
        ("question", "answer"),
    )
    assert (exact.term, exact.asked, exact.fields) == ("転居", None, ("question", "tags"))


def test_highlights_mark_what_stands_for_the_word() -> None:
    engine = engine_of(load_preset("lexical"), Resources(lexicon=SUDACHI), "転居のとき", "領収書の発行")

    (hit,) = engine.search("引っ越し", 1).hits
    assert [hit.entry.question[mark.start : mark.end] for mark in hit.highlights] == ["転居"]
    (hit,) = engine.search("レシート", 1).hits
    assert [hit.entry.question[mark.start : mark.end] for mark in hit.highlights] == ["領収書"]


def test_a_stop_phrase_is_no_kana_word() -> None:
    resources = Resources(lexicon=SUDACHI, stop_phrases=(("りょう", "しゅう", "しょ"),))

    query = analyze_query(SUDACHI, "りょうしゅうしょ", resources)

    assert (query.kana, query.sequence, dict(query.terms("a"))) == ((), (), {})
