from __future__ import annotations

from typing import get_args

import pytest

from faqsearch.engine import Reason
from faqsearch.index import INDEX_FIELDS
from faqsearch.ranking import MATCH_KINDS, MatchKind
from faqsearch.wording import FIELD_LABELS, reason_text

WORDED: list[tuple[MatchKind, str | None, str, str]] = [
    ("exact", None, "返品", "返品"),
    ("owner", "領収書", "レシート", "「領収書」の同義語「レシート」"),
    ("synonym", "領収書", "レシート", "「領収書」の同義語「レシート」"),
    ("reading", "ぱすわーど", "パスワード", "「ぱすわーど」の読み「パスワード」"),
    ("typo", "パスワド", "パスワード", "「パスワド」の書き間違いと見た「パスワード」"),
    ("near", "引っ越し", "転居", "「引っ越し」に近い語「転居」"),
    ("confirmed", None, "返したい", "返したい"),
    ("fragment", None, "返品", "文字の並び「返品」"),
    ("near", None, "転居", "転居"),
]


@pytest.mark.parametrize(("kind", "asked", "term", "text"), WORDED)
def test_a_reason_is_worded_by_how_it_matched(
    kind: MatchKind, asked: str | None, term: str, text: str
) -> None:
    assert reason_text(Reason(term=term, fields=("question",), kind=kind, asked=asked)) == text


def test_every_kind_of_a_word_is_worded_and_every_field_named() -> None:
    assert {kind for kind, *_ in WORDED} == set(MATCH_KINDS) - {"meaning"}
    assert set(get_args(MatchKind)) == set(MATCH_KINDS)
    assert set(FIELD_LABELS) == set(INDEX_FIELDS)
