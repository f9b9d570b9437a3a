"""What completes what somebody is typing, and in what order."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from faqsearch import Analyzer, FaqEntry, InputError, KnowledgeBase, NgramAnalyzer, PlainAnalyzer, Preset
from faqsearch.ranking import BM25Ranker

ENTRIES = {
    "move": "引っ越しの手続きはどうすればいいですか",
    "notice": "ＰＣで出す転居届",
    "pay": "ｸﾚｼﾞｯﾄカードのﾊﾟｽﾜｰﾄﾞを忘れた",
    "two": "2段階認証をWi-Fiで設定したい",
    "card": "社員カードの写真を変えたい",
    "year": "禁煙席と近年の実績",
    "latin": "PayPal のアカウント",
}


def base_of(questions: dict[str, str], **variants: Iterable[str]) -> KnowledgeBase:
    return KnowledgeBase(
        [
            FaqEntry(id=key, question=question, answer="答え", variants=tuple(variants.get(key, ())))
            for key, question in questions.items()
        ],
        preset="bm25",
    )


BASE = base_of(ENTRIES)


def ids(base: KnowledgeBase, prefix: str, k: int = 8) -> list[str]:
    return [one.entry_id for one in base.complete(prefix, k)]


@pytest.mark.parametrize(
    ("prefix", "entry_id", "marked", "kind"),
    [
        ("引っ", "move", "引っ", "surface"),
        ("ひっこ", "move", "引っ越", "reading"),
        ("hikko", "move", "引っ越", "reading"),
        # Half-typed romaji, alone and behind kana.
        ("hikk", "move", "引っ越", "reading"),
        ("hi", "move", "引", "reading"),
        ("shas", "card", "写真", "reading"),
        ("しゃi", "card", "社員", "reading"),
        ("kinn", "year", "禁煙", "reading"),
        ("kinnen", "year", "禁煙", "reading"),
        ("kinnenn", "year", "禁煙", "reading"),
        ("kinnenno", "year", "近年の", "reading"),
        # What an input method has converted so far.
        ("引っk", "move", "引っ越", "reading"),
        ("引っこ", "move", "引っ越", "reading"),
        ("引っ越しのt", "move", "引っ越しの手続", "reading"),
        ("転居とど", "notice", "転居届", "reading"),
        ("2だん", "two", "2段階", "reading"),
        ("Wi-Fiで", "two", "Wi-Fiで", "surface"),
        ("pcで出すてん", "notice", "ＰＣで出す転居", "reading"),
        ("pcでd", "notice", "ＰＣで出", "reading"),
        ("手つづ", "move", "手続", "reading"),
        # Other kanji that are read alike.
        ("引越", "move", "引っ越し", "reading"),
        ("引越しのt", "move", "引っ越しの手続", "reading"),
        # Width, case and scripts of kana.
        ("ＨＩＫＫＯ", "move", "引っ越", "reading"),
        ("ﾋｯｺ", "move", "引っ越", "reading"),
        ("ヒッコ", "move", "引っ越", "reading"),
        ("ﾊﾟｽ", "pay", "ﾊﾟｽ", "surface"),
        ("パス", "pay", "ﾊﾟｽ", "surface"),
        ("ぱすわ", "pay", "ﾊﾟｽﾜ", "reading"),
        ("kurejittoka", "pay", "ｸﾚｼﾞｯﾄカ", "reading"),
        ("  転居　", "notice", "転居", "surface"),
        # From a later word on.
        ("転居", "notice", "転居", "surface"),
        ("届", "notice", "届", "surface"),
        ("tetsu", "move", "手続", "reading"),
        # One slip: left out, put in, changed, swapped; in romaji that cannot be read, too.
        ("てつずき", "move", "手続き", "slip"),
        ("hikoshi", "move", "引っ越し", "slip"),
        ("ひっここし", "move", "引っ越し", "slip"),
        ("ひっこつのて", "move", "引っ越しの手続", "slip"),
        ("てづつき", "move", "手続き", "slip"),
        ("hkkoshi", "move", "引っ越し", "slip"),
        ("hikksohi", "move", "引っ越し", "slip"),
        ("paypla", "latin", "PayPal", "slip"),
        ("ぱすわど", "pay", "ﾊﾟｽﾜｰﾄﾞ", "slip"),
        ("転居ととけ", "notice", "転居届", "slip"),
    ],
)
def test_the_first_completion_and_what_of_it_was_typed(
    prefix: str, entry_id: str, marked: str, kind: str
) -> None:
    found = BASE.complete(prefix)
    assert (found[0].entry_id, found[0].kind) == (entry_id, kind)
    assert found[0].text == ENTRIES[entry_id]
    assert [found[0].text[start:end] for start, end in found[0].spans] == [marked]


@pytest.mark.parametrize(
    "prefix", ["", " ", "　\n", "\u200b", "しゃt", "ひこし", "1だんかいにん", "届転", "越し", "q"]
)
def test_what_nothing_begins_like_is_not_completed(prefix: str) -> None:
    assert BASE.complete(prefix) == ()


def test_a_number_is_right_or_wrong() -> None:
    base = base_of({"a": "12345番の窓口"})
    assert ids(base, "1234") == ["a"]
    assert ids(base, "1243") == ids(base, "1234ばんの") == []


def test_a_question_that_begins_so_goes_before_one_with_a_word_that_does() -> None:
    base = base_of(
        {"a": "料金と送料", "b": "送料はいつ決まりますか", "c": "輸送料理", "d": "そうりょうって何"}
    )
    assert ids(base, "送料") == ["b", "a", "d"]  # the last one is only read alike
    assert ids(base, "そうりょう") == ["d", "b", "a"]


def test_of_equals_the_shorter_goes_first_and_then_the_lesser_id() -> None:
    base = base_of({"b": "返品の送料", "c": "返品の期限", "a": "返品の送料と期限", "d": "返品"})
    assert ids(base, "返品") == ids(base, "henpin") == ["d", "b", "c", "a"]
    assert ids(base, "へんぴん", k=2) == ["d", "b"]


def test_an_entry_that_was_confirmed_more_often_goes_first_in_its_class() -> None:
    base = base_of({"a": "返品の送料", "b": "返品の期限はいつですか", "c": "靴の返品"})
    for number in range(2):
        base.confirm("c", f"靴を返す {number}", source=f"operator {number}")
    assert ids(base, "返品") == ["a", "b", "c"]
    made = base.confirm("b", "いつまで返せる", source="operator")
    assert ids(base, "返品") == ["b", "a", "c"]
    base.forget(made.id)
    assert ids(base, "返品") == ["a", "b", "c"]


def test_what_is_read_alike_follows_and_slips_come_last() -> None:
    base = base_of({"a": "公開の範囲", "b": "後悔しない選び方", "c": "更改の手続き", "d": "こうかんの期限"})
    found = base.complete("公開")
    assert [(one.entry_id, one.kind) for one in found] == [
        ("a", "surface"),
        ("c", "reading"),
        ("b", "reading"),
    ]
    kinds = [(one.entry_id, one.kind) for one in base.complete("こうかい")]
    assert kinds == [("a", "reading"), ("c", "reading"), ("b", "reading"), ("d", "slip")]
    assert ids(base, "こうかい", k=3) == ["a", "c", "b"]


def test_a_variant_leads_to_the_question_and_is_not_shown() -> None:
    base = base_of({"a": "転居したとき", "b": "転居の届け"}, a=("宿替えした", "転居届"))
    (found,) = base.complete("yado")
    assert (found.entry_id, found.text, found.spans, found.kind) == ("a", "転居したとき", (), "reading")
    # Variants come last, however short; the entry stands once, for its best.
    assert [(one.entry_id, one.spans) for one in base.complete("転居")] == [
        ("b", ((0, 2),)),
        ("a", ((0, 2),)),
    ]
    base.upsert(FaqEntry(id="c", question="どこに出しますか", answer="答え", variants=("転居",)))
    assert ids(base, "転居") == ["b", "a", "c"]


def test_a_question_asked_by_two_entries_stands_once() -> None:
    base = base_of({"b": "返品の送料", "a": "返品の送料", "c": "返品の期限"})
    assert ids(base, "返品") == ["a", "c"]


def test_an_edit_is_completed_at_once() -> None:
    base = base_of({"a": "返品の送料", "b": "領収書が欲しい"})
    assert ids(base, "hen") == ["a"]
    base.upsert(FaqEntry(id="b", question="返金はいつ", answer="答え"))
    assert ids(base, "hen") == ["a", "b"]
    assert ids(base, "りょう") == []
    base.delete("a")
    assert ids(base, "hen") == ["b"]


def test_internal_entries_complete_for_operators_alone() -> None:
    entries = [
        FaqEntry(id="a", question="返品の裁量", answer="答え", audience="operator"),
        FaqEntry(id="b", question="返品の送料", answer="答え"),
        FaqEntry(id="c", question="返品の下書き", answer="答え", status="draft"),
    ]
    base = KnowledgeBase(entries, preset="bm25")
    assert ids(base, "返品") == ["b"]
    assert [one.entry_id for one in base.complete("返品", audience="operator")] == ["a", "b"]


@pytest.mark.parametrize("analyzer", [NgramAnalyzer(), PlainAnalyzer(tokenize=str.split, name="words")])
def test_without_a_dictionary_what_is_written_and_kana_are_completed(analyzer: Analyzer) -> None:
    ranker = BM25Ranker(fields={"question": 1.0}, layers={analyzer.layers[0]: 1.0})
    preset = Preset(name="words", description="of the test", ranker=ranker)
    entry = FaqEntry(id="a", question="パスワードの再設定", answer="答え")
    base = KnowledgeBase([entry], analyzer=analyzer, preset=preset)
    assert ids(base, "pasu") == ids(base, "パス") == ids(base, "再設") == ids(base, "ぱすわーどの") == ["a"]
    assert ids(base, "さいせ") == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((1,), "text came as int; give a string"),
        ((b"a",), "text came as bytes; give a string"),
        (("a", 0), "k came as 0; give a whole number from 1 to 10,000"),
        (("a", True), "k came as bool; give a whole number from 1 to 10,000"),
        (("a", 10_001), "k came as 10,001; give a whole number from 1 to 10,000"),
        (("a", 1, "nobody"), "audience came as 'nobody'; allowed are public, operator"),
    ],
)
def test_a_bad_argument_is_refused(arguments: tuple[object, ...], message: str) -> None:
    with pytest.raises(InputError) as caught:
        BASE.complete(*arguments)  # type: ignore[arg-type]
    assert str(caught.value) == message
