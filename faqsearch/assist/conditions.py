"""The words by which a base tells its twins apart: whom an entry is for, when it holds, what it excludes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from faqsearch.analysis import Analyzer
from faqsearch.analysis.terms import Terms
from faqsearch.view import View

BRACKET: Final = re.compile(r"[（(]([^（）()]{1,30})[）)]\s*[?？]?\s*$")
"""A condition in brackets at the end of a question."""

EVERYDAY: Final = (
    "前 後 済み",
    "会員 ゲスト 個人 法人 企業 団体 本人 代理 家族",
    "国内 海外",
    "新規 既存",
    "有料 無料",
    "月払い 年払い",
    "上位 下位",
    "iPhone iOS Android",
)
"""Words that exclude each other on any base, as Sudachi's normalised forms; what is more a base teaches."""

_NOT: Final = "¬"
_PREFIXES: Final = ("非", "未")
# 会員ではない, 会員登録していない, but neither 会員ですが入れない nor 会員になれませんか.
_DENIAL: Final = re.compile(
    r"(?:登録|加入|契約|[者人様])?(?:(?!のに|けど|ので|から|[がと])[ぁ-ん]){0,6}?"
    r"(?:な[いくかし]|無[いくかし]|ません|せず|ずに|以外)(?!か|でしょうか|[?？])"
)


def condition_kinds(analyzer: Analyzer, view: View) -> Mapping[str, int]:
    """Return the words that set conditions in a base, each with its kind; learnt once for each state of it.

    Words of a kind exclude each other. What stands in brackets after the same question, 退会（会員） and
    退会（ゲスト）, is of one kind wherever it stands: an owner who brackets one entry writes out the next.
    """

    def learn() -> tuple[Analyzer, Mapping[str, int]]:
        brackets: dict[str, set[str]] = {}
        for entry in view.entries.values():
            if match := BRACKET.search(entry.question):
                brackets.setdefault(entry.question[: match.start()], set()).add(match[1])
        kinds = {word: number for number, words in enumerate(EVERYDAY) for word in words.split()}
        layer = analyzer.layers[0]
        for texts in sorted({frozenset(texts) for texts in brackets.values() if len(texts) > 1}, key=sorted):
            words = [frozenset(analyzer.analyze(text).layers[layer].terms) for text in texts]
            own = frozenset().union(*words) - frozenset.intersection(*words)
            joined = {kinds[word] for word in own if word in kinds}
            same = own.union(word for word, kind in kinds.items() if kind in joined)
            kinds.update(dict.fromkeys(same, min(joined, default=len(EVERYDAY) + len(kinds))))
        return analyzer, kinds

    # The analyzer is kept beside what it found, so that no other can come to have its identity.
    return view.snapshot.memo.get(("conditions", id(analyzer)), learn)[1]


def signed_words(analyzer: Analyzer, text: str) -> frozenset[str]:
    """Return the words of a text, those that it denies (会員ではない, 未登録) as denied ones."""
    return signed(analyzer.analyze(text), analyzer.layers[0])


def signed(terms: Terms, layer: str) -> frozenset[str]:
    """Return the terms of a layer, those that the text denies as denied ones."""
    text, found = terms.text.text, terms.layers[layer]
    return frozenset(
        opposite(term) if text[:start].endswith(_PREFIXES) or _DENIAL.match(text, end) else term
        for term, start, end in zip(found.terms, found.starts, found.ends, strict=True)
    )


def may_deny(text: str) -> bool:
    """Tell at a glance whether a text may deny anything."""
    return any(sign in text for sign in _PREFIXES) or _DENIAL.search(text) is not None


def denies(word: str) -> bool:
    """Tell whether a word is a denied one."""
    return word.startswith(_NOT)


def plain(word: str) -> str:
    """Return a word as it stands in the text, denied or not."""
    return word.removeprefix(_NOT)


def opposite(word: str) -> str:
    """Return a denied word as it is, another denied."""
    return word.removeprefix(_NOT) if denies(word) else _NOT + word
