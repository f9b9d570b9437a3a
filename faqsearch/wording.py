"""The words in which people are told why an entry was found (Japanese): in the terminal and on pages."""

from __future__ import annotations

from typing import Final

from faqsearch.engine import Reason
from faqsearch.index import IndexField
from faqsearch.ranking import MatchKind

FIELD_LABELS: Final[dict[IndexField, str]] = {
    "question": "質問",
    "variants": "別の言い方",
    "answer": "回答",
    "category": "カテゴリ",
    "tags": "タグ",
    "confirmed": "過去の確認済みのお問い合わせ",
}

NEAR_IN_MEANING: Final = "意味が近い"
"""What is said of an entry that shares no word with the query."""

NOT_STRICT: Final = "入力した言葉そのものを含む質問はありません。近いものを挙げます。"
"""What is said above a result none of whose entries has a word of the query."""

_REASONS: Final[dict[MatchKind, str]] = {
    "owner": "「{asked}」の同義語「{term}」",
    "synonym": "「{asked}」の同義語「{term}」",
    "reading": "「{asked}」の読み「{term}」",
    "typo": "「{asked}」の書き間違いと見た「{term}」",
    "near": "「{asked}」に近い語「{term}」",
}


def reason_text(reason: Reason) -> str:
    """Say how one word matched: the word itself, or what it stands for (「引っ越し」に近い語「転居」)."""
    if reason.kind == "fragment":
        return f"文字の並び「{reason.term}」"
    if reason.asked is None or reason.kind not in _REASONS:
        return reason.term
    return _REASONS[reason.kind].format(asked=reason.asked, term=reason.term)
