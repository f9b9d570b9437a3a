from __future__ import annotations

import pytest

from faqsearch.dialogue.reading import Reader
from faqsearch.dialogue.references import Reference, find_part, find_reference
from faqsearch.entry import Audience
from faqsearch.knowledge_base import KnowledgeBase

ANSWER = (
    "カート画面の「ギフト設定」から選べます。\n簡易包装は110円です。箱は330円です。\n包装には2日かかります。"
)


@pytest.fixture
def reader(base: KnowledgeBase) -> Reader:
    return Reader(base, Audience.PUBLIC)


@pytest.mark.parametrize(
    ("text", "rest", "points", "asks", "terms"),
    [
        ("それはいくら？", "いくら", True, "price", ()),
        ("その手続きは？", "手続きは", True, "procedure", ()),
        ("じゃあ海外は？", "海外は", False, "", ("海外",)),
        ("では、沖縄の場合は？", "沖縄の場合は", False, "", ("沖縄",)),
        ("送料は？", "送料は", False, "", ("送料",)),
        ("いつまで？", "いつまで", False, "time", ()),
        ("ほな、そのときの送料はなんぼ？", "送料はなんぼ", True, "price", ("送料",)),
        ("Androidでも？", "androidでも", False, "", ("Android",)),
    ],
)
def test_what_refers_back_is_read(
    reader: Reader, text: str, rest: str, points: bool, asks: str, terms: tuple[str, ...]
) -> None:
    found = find_reference(text, reader.terms)
    assert found == Reference(rest=rest, points=points, loose=False, asks=asks, terms=terms)


def test_a_short_turn_may_refer_back_and_may_not(reader: Reader) -> None:
    found = find_reference("ゲスト購入です", reader.terms)
    assert found is not None
    assert (found.loose, found.terms) == (True, ("ゲスト", "購入"))


@pytest.mark.parametrize(
    "text",
    [
        "ギフト包装を頼んだ商品の送り主の名前を変えたい",
        "領収書の宛名を会社の名前に変えてもらうにはどこに書けばいいですか",
        "あ" * 100,
        "",
    ],
)
def test_what_stands_alone_does_not_refer_back(reader: Reader, text: str) -> None:
    assert find_reference(text, reader.terms) is None


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("それはいくら？", "簡易包装は110円です。箱は330円です。"),
        ("それは何日かかる？", "包装には2日かかります。"),
        ("その箱は？", "箱は330円です。"),
        ("その手続きは？", "カート画面の「ギフト設定」から選べます。"),
        ("その箱は何日かかる？", None),
        ("その返品は？", None),
        ("それは？", None),
    ],
)
def test_the_part_that_says_it_is_found(reader: Reader, text: str, part: str | None) -> None:
    reference = find_reference(text, reader.terms)
    assert reference is not None
    found = find_part(ANSWER, reference, reader.terms)
    assert (ANSWER[found[0] : found[1]] if found else None) == part
