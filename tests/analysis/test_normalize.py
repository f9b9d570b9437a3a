"""Normalisation: each rule, the map back to the original, any string, linear work."""

import sys
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from faqsearch.analysis import normalize as package_normalize
from faqsearch.analysis.normalize import NormalizedText, normalize, normalized_text

normalize_module = sys.modules[normalize.__module__]  # its name is hidden by the function's

# Every kind of character that some rule looks at, beside plain ones.
ALPHABET = (
    "aAzßİſﬃéÉ09１Ａ％①㍻㌔㎏⑴Ω。、！？「」・ 　\n\t\r\x00\x7f\x85\u2028"
    "かきはばぱんっゃア゛゜ｶﾊｻｰﾞﾟーゝゞヽヾ々〜~–—―‒‐−-"
    "\u3099\u309a\u0301\u0338\u0345\u200b\u200d\u200c\u00ad\ufeff\ufe0f\u20e3\u202e\U000e0100\U000e0067"
    "漢字﨑𠮷葛👨👩👧👍🏽❤🏴\ud800\udfff한글\u1112\u1161\u11ab"
)
EMOJI = "👨👩👧👍❤🏴"
TEXTS = st.text(st.sampled_from(ALPHABET), max_size=40) | st.text(max_size=40)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("ＦＡＱ１２３％", "faq123%", id="full-width"),
        pytest.param("①㍻㌔㎏⑴㈱", "1平成キロkg(1)(株)", id="compatibility"),
        pytest.param("　全角　空白　", " 全角 空白 ", id="ideographic-space"),
        pytest.param("ABC Straße ΑΣ", "abc strasse ασ", id="case"),
        pytest.param("ſtop ᾳ \u0390", "stop αι \u0390", id="case-folding-that-undoes-nfkc"),
        pytest.param("ｻｰﾊﾞｰ", "サーバー", id="half-width-kana"),
        pytest.param("ｶﾞｷﾞﾊﾟﾋﾟｳﾞ", "ガギパピヴ", id="half-width-voicing"),
        pytest.param("カ\u3099ハ\u309aか゛は゜", "ガパがぱ", id="combining-and-spacing-voicing"),
        pytest.param("ﾞか゛", "\u3099が", id="voicing-mark-with-nothing-before-it"),
        pytest.param("゛か", " \u3099か", id="spacing-voicing-mark-at-the-start"),
        pytest.param("e\u0301 E\u0301 が", "é é が", id="combining-marks-compose"),
        pytest.param("\u1112\u1161\u11ab글", "한글", id="conjoining-hangul"),
        pytest.param("한\u1112\u1161", "한하", id="hangul-syllables-stay-apart"),
    ],
)
def test_nfkc_case_and_width(text: str, expected: str) -> None:
    assert normalize(text).text == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("サ−バ−", "サーバー"),
        ("サ‐バ‐", "サーバー"),
        ("サ-バ-が", "サーバーが"),
        ("サ—バ―", "サーバ-"),
        ("サ〜バ~が", "サーバーが"),
        ("ら〜めん", "らーめん"),
        ("サーーーバーーー", "サーバー"),
        ("サー−。", "サー。"),
        ("ア−ー−!", "アー!"),
        ("すごーーい", "すごーい"),
        # Where no prolonged sound can be meant, a hyphen is a hyphen and a wave a wave.
        ("03−1234―5678", "03-1234-5678"),
        ("10〜20円", "10~20円"),
        ("東京―大阪", "東京-大阪"),
        ("東京〜大阪", "東京~大阪"),
        ("か−漢", "か-漢"),
        ("サ-", "サ-"),
        ("Wi‐Fi", "wi-fi"),
        ("――以上――", "-以上-"),
        ("ー", "ー"),
    ],
)
def test_prolonged_sound_marks_and_hyphens(text: str, expected: str) -> None:
    assert normalize(text).text == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("こゝろ", "こころ"),
        ("いすゞ", "いすず"),
        ("バナヽ", "バナナ"),
        ("カヾミ", "カガミ"),
        ("がゝ", "がか"),
        ("ばゞ", "ばば"),
        ("んゞ", "んん"),
        ("こゝゝろ", "ここころ"),
        ("ゝ", "ゝ"),
        ("々時々", "々時々"),
        ("はゝ゚", "はゝ゚"),
    ],
)
def test_kana_iteration_marks_are_spelled_out(text: str, expected: str) -> None:
    assert normalize(text).text == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a\tb\x00c\x7fd\x85e\u2028f\rg", "a b c d e f g", id="control-becomes-space"),
        pytest.param("一\n二", "一\n二", id="line-feed-stays"),
        pytest.param("\ufeff税\u200b金\u00ad\u2060。\u202e", "税金。", id="invisible-vanishes"),
        pytest.param("葛\U000e0100城❤\ufe0f", "葛城❤", id="variation-selectors-vanish"),
        pytest.param("1\ufe0f\u20e32⃣", "12", id="keycaps"),
        pytest.param("か\u200b\u3099", "が", id="invisible-between-a-character-and-its-mark"),
        pytest.param("\ud800税\udfff", "\ufffd税\ufffd", id="lone-surrogates"),
        pytest.param("👨\u200d👩\u200d👧", "👨👩👧", id="joined-emoji"),
        pytest.param("👍🏽", "👍🏽", id="skin-tone"),
        pytest.param("🏴\U000e0067\U000e0062\U000e007f", "🏴", id="tag-flag"),
        pytest.param("", "", id="empty"),
    ],
)
def test_control_invisible_and_broken_characters(text: str, expected: str) -> None:
    assert normalize(text).text == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("髙橋﨑𠮷", "高橋崎吉"),
        ("圖書館の會員證", "図書館の会員証"),
        ("坂本龍馬 嶋 冨", "坂本龍馬 嶋 冨"),
    ],
)
def test_old_kanji_are_the_modern_ones(text: str, expected: str) -> None:
    assert normalize(text).text == expected
    assert spans(text) == list(zip(expected, text, strict=True))


def test_the_table_of_old_kanji_needs_one_pass() -> None:
    table = normalize_module._OLD_AND_MODERN
    old, modern = table[::2], table[1::2]
    assert len(old) == len(modern) == len(set(old))
    assert set(old).isdisjoint(modern)
    assert unicodedata.normalize("NFKC", table) == table


def test_the_package_exports_the_function() -> None:
    assert package_normalize is normalize


# --- The map back


def spans(text: str) -> list[tuple[str, str]]:
    """Pair every normalised character with the stretch of the original that it stands for."""
    result = normalize(text)
    return [
        (character, text[start:end])
        for character, start, end in zip(result.text, result.starts, result.ends, strict=True)
    ]


def test_each_character_carries_its_whole_cluster() -> None:
    assert spans("ｶﾞ㌔か\u3099") == [("ガ", "ｶﾞ"), ("キ", "㌔"), ("ロ", "㌔"), ("が", "か\u3099")]
    family = "👨\u200d👩\u200d👧"
    assert spans(family + "x") == [("👨", family), ("👩", family), ("👧", family), ("x", "x")]
    assert spans("葛\U000e0100城") == [("葛", "葛\U000e0100"), ("城", "城")]
    assert spans("か\u200bき") == [("か", "か\u200b"), ("き", "き")]


def test_a_run_that_shrinks_maps_to_the_whole_run() -> None:
    assert spans("サーーバ") == [("サ", "サ"), ("ー", "ーー"), ("バ", "バ")]
    assert spans("あ――3") == [("あ", "あ"), ("-", "――"), ("3", "3")]


def test_a_replacement_of_equal_length_maps_one_to_one() -> None:
    assert spans("こゝろ〜") == [("こ", "こ"), ("こ", "ゝ"), ("ろ", "ろ"), ("~", "〜")]


def test_original_span_joins_the_clusters_of_a_span() -> None:
    text = "【ｻｰﾊﾞｰ】の設定"
    result = normalize(text)
    start = result.text.index("サーバー")
    first, last = result.original_span(start, start + 4)
    assert text[first:last] == "ｻｰﾊﾞｰ"
    assert result.original_span(0, len(result.text)) == (0, len(text))


@pytest.mark.parametrize(("start", "end"), [(0, 0), (2, 1), (-1, 1), (0, 4), (3, 4)])
def test_original_span_refuses_empty_and_outside_spans(start: int, end: int) -> None:
    with pytest.raises(ValueError, match=rf"\[{start}, {end}\) is not inside a text of 3 characters"):
        normalize("返品可").original_span(start, end)


# --- Properties


@given(TEXTS)
@settings(max_examples=600)
def test_every_character_maps_to_a_valid_span_in_order(text: str) -> None:
    result = normalize(text)
    assert len(result.text) == len(result.starts) == len(result.ends)
    assert all(0 <= s < e <= len(text) for s, e in zip(result.starts, result.ends, strict=True))
    assert result.starts == sorted(result.starts)
    assert result.ends == sorted(result.ends)


@given(TEXTS)
@settings(max_examples=600)
def test_spans_never_part_a_character_from_its_marks(text: str) -> None:
    result = normalize(text)
    for boundary in {*result.starts, *result.ends} - {0, len(text)}:
        behind = text[boundary]
        assert not unicodedata.category(behind).startswith("M")
        assert behind not in "ﾞﾟ゛゜"
        assert not "\U0001f3fb" <= behind <= "\U0001f3ff"
        around = text[max(boundary - 2, 0) : boundary + 1]
        assert not (len(around) == 3 and around[1] == "\u200d" and around[0] in EMOJI and behind in EMOJI)


def settled(text: str) -> bool:
    """Tell whether NFKC leaves no compatibility jamo, which compose only when they have become jamo."""
    return not any("\u3131" <= c <= "\u318e" or "\uffa0" <= c <= "\uffdc" for c in text)


@given(TEXTS.filter(settled))
@example("ｶゝ-ｶ")
@settings(max_examples=600)
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalize(text).text
    assert normalize(once).text == once


@given(TEXTS)
@settings(max_examples=300)
def test_nothing_unnormalised_remains(text: str) -> None:
    result = normalize(text).text
    assert "\u200b" not in result
    assert {unicodedata.category(c) for c in result if c != "\n"}.isdisjoint({"Cc", "Cs"})
    assert not any("Ａ" <= c <= "Ｚ" or "ｱ" <= c <= "ﾝ" or "A" <= c <= "Z" for c in result)


@given(st.text(st.sampled_from("返品の送料はアイウabc123、。\n"), max_size=60))
def test_plain_text_stays_as_it_is(text: str) -> None:
    offsets = list(range(len(text)))
    assert normalize(text) == NormalizedText(text, offsets, [offset + 1 for offset in offsets])


# --- Work in proportion to the length, counted and not timed

MEGABYTE = 1_000_000


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        ("返", "返" * MEGABYTE),
        ("Ａ", "a" * MEGABYTE),
        ("か゛", "が" * (MEGABYTE // 2)),
        ("サー", "サー" * (MEGABYTE // 2)),
        ("\u200b", ""),
        ("👨\u200d", "👨" * (MEGABYTE // 2)),
        ("\ud800", "\ufffd" * MEGABYTE),
        ("ー", "ー" * MEGABYTE),
        ("−", "-"),
        ("かゝ", "かか" * (MEGABYTE // 2)),
    ],
)
def test_a_text_of_a_million_characters(unit: str, expected: str) -> None:
    result = normalize((unit * MEGABYTE)[:MEGABYTE])
    assert result.text == expected
    assert len(result.starts) == len(result.ends) == len(expected)


def test_abusive_clusters_are_normalised_in_pieces_and_none_is_cached_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    original = normalize_module._normalize_cluster
    seen: list[int] = []

    def counted(cluster: str) -> str:
        seen.append(len(cluster))
        return str(original(cluster))

    monkeypatch.setattr(normalize_module, "_normalize_cluster", counted)
    marks = "a" + "\u0315\u0300" * 50_000  # canonical order puts the second mark first
    result = normalize(marks)
    # Reordering within a piece is quadratic in 32 at most; the pieces together are the text, once.
    assert max(seen) <= 32
    assert sum(seen) == len(marks)
    # One cluster all the same: every character maps to the whole.
    assert set(zip(result.starts, result.ends, strict=True)) == {(0, len(marks))}


@given(TEXTS)
@example("ｶゝ-ｶ〜ーー-‐ｶ")
@example("e" + "\u0301" * 100)
def test_the_text_alone_is_that_of_the_whole_answer(text: str) -> None:
    assert normalized_text(text) == normalize(text).text
