"""Cut a sentence that asks two things, and tell whether two texts ask about different ones."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from faqsearch.inquiry.asking_words import DEPENDENT
from faqsearch.inquiry.lines import asks
from faqsearch.inquiry.sentences import Sentence

_CLAUSE_END: Final = re.compile(
    r"(?:(?:たい|ほしい|欲しい)(?:の|こと)と|かどうかと|か(?:どうか)?(?:と|及び|ならびに|並びに)?|についてと)[、,\s]\s*"
)
"""Where the first of two questions in one sentence may end: …できるのか、…はいつなのか知りたい."""
_JOINED: Final = re.compile(
    r"[、,\s]\s*(?=(?:あと|それと(?!も)|それから|また|ついでに|加えて|さらに)[、,一-龥ァ-ヶー])"
)
_MATTER: Final = (
    r"[^、。?!はがを\s]{2,24}(?:方法|期限|期間|手順|手続き?|有無|可否|要否|条件|費用|料金|手数料|金額|時期|日数|日時|場所|流れ"
    r"|やり方|仕方|[いえきしちりみけせれ]方|基準|理由|違い|書類|窓口|上限|割合|目安|対象|仕組み|変更|人数|個数|種類|サイズ|送料|値段|価格)"
)
"""A thing one asks for, of two words or more: ポイントの有効期限, not 住所."""
_ALTERNATIVE: Final = re.compile(
    r"それとも|べき|(?:ほう|方)が|どちら|どっち|または|あるいは|もしくは|[、,][^、,]{1,10}でも"
)


def clauses(sentence: Sentence, *, alone: bool) -> list[Sentence]:
    """Return the clauses of a sentence that each ask something of their own; mostly that is the sentence.

    Args:
        sentence: A sentence of the body.
        alone: Whether it is the only question: beside others, such clauses ask for details of one matter.
    """
    folded = sentence.folded
    if alone and (halves := _paired(sentence)):
        return halves
    for pattern in (_JOINED, _CLAUSE_END):
        for match in pattern.finditer(folded[:_LONGEST_CUT]):
            head, tail = folded[: match.end()].rstrip(), folded[match.end() :]
            if min(len(head), len(tail)) < _CLAUSE_LENGTH:
                continue
            if pattern is _JOINED:
                cut = asks(head.rstrip("、,")) and asks(tail)
            else:
                cut = (
                    alone
                    and not _ALTERNATIVE.search(folded)
                    and _EMBEDDED.search(tail, _CLAUSE_LENGTH) is not None
                )
                cut = cut and distinct([head], [tail])
            if cut:
                start = sentence.start + match.end()
                return [
                    replace(sentence, end=sentence.start + len(head), folded=head, _asks=True),
                    replace(sentence, start=start, folded=tail, first=False, clause=True, _asks=True),
                ]
    return [sentence]


_PAIR: Final = re.compile(
    rf"(?:^|(?<=[、\s]))(?P<first>{_MATTER})(?:と|及び|および)[、,]\s?(?P<second>{_MATTER})"
    r"(?:を|について|に関して|が)[^。?]{0,20}?(?:教え|おしえ|知りた|知らせ|教示|教授|伺|うかが|聞き|尋ね|わから|わかり|分から|分かり)"
)
"""Two things that are asked for at once: 退会方法と、ポイントの有効期限を教えてください."""


def _paired(sentence: Sentence) -> list[Sentence]:
    """Return the halves of a sentence that asks for two things; none of any other."""
    folded = sentence.folded[:_LONGEST_CUT]
    match = _PAIR.search(folded)
    if match is None or DEPENDENT.match(match["second"]):
        return []
    if not distinct([match["first"]], [match["second"]]):
        return []
    start, end = match.start("second"), match.end("first")
    return [
        replace(sentence, end=sentence.start + end, folded=folded[:end], _asks=True),
        replace(
            sentence,
            start=sentence.start + start,
            folded=sentence.folded[start:],
            first=False,
            clause=True,
            _asks=True,
        ),
    ]


_CLAUSE_LENGTH: Final = 8
_LONGEST_CUT: Final = 300
_EMBEDDED: Final = re.compile(r"か(?:[?。!、)]|$|どうか|を|も|につい|教|知|お[知教聞伺尋]|ご教|と)")
"""A question within a sentence: 手数料はいくらか教えてください."""
_WORD: Final = re.compile(r"[一-龥々]{2,}|[ァ-ヶー]{2,}|[a-z0-9]{2,}")
_COMMON: Final = frozenset(
    "可能 方法 場合 必要 手続 今回 対応 確認 連絡 質問 大丈夫 自分 今日 明日 昨日 回答 返信 教示 教授".split()
)


def distinct(before: Sequence[str], after: Sequence[str]) -> bool:
    """Tell whether folded texts that ask are about different things: each has nouns, and they share none."""
    pairs = [
        {
            word[start : start + 2]
            for text in texts
            for word in _WORD.findall(text)
            if word not in _COMMON
            for start in range(len(word) - 1)
        }
        for texts in (before, after)
    ]
    return bool(pairs[0] and pairs[1]) and pairs[0].isdisjoint(pairs[1])
