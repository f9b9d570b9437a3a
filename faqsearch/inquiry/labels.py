"""Tell which lines of a form or a note are labels, and what stands after them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

from faqsearch.inquiry.lines import Line, asks
from faqsearch.inquiry.talk_words import CONTENT_LABEL, FACT_LABEL, META_LABEL, SUBJECT_LABEL, WRITER_LABEL

Sort = Literal["content", "subject", "meta", "fact", "writer", "unknown"]

_SIGNS: Final = "[■●◆▼◇□○◎★☆▽▶※・*#-]"
# What may stand before a label: 1. (1) Q1. ① - and so on.
_MARK: Final = (
    r"^\s*(?:\[\d{1,2}\]\s?|\(?\d{1,2}[.):]\)?\s?|\(\d{1,2}\)\s?|q\d{0,2}[.:)]?\s|q\d{1,2}[.:)]?"
    r"|[①-⑳]\s?|[・*+→☑□■-]\s?|[a-z][.)]\s?)?"
)
_PLAIN: Final = r"[^:。、?!「」>=/|│┃;→…\t]"
_BRACKETS: Final = re.compile(
    rf"^\s*{_SIGNS}?\s?(?:【\s?([^】]{{1,30}}?)\s?】|\[{{1,2}}\s?([^\[\]]{{1,30}}?)\s?\]{{1,2}}|<{{1,2}}\s?([^<>]{{1,30}}?)\s?>{{1,2}}|〈([^〉]{{1,30}})〉|《([^》]{{1,30}})》|〔([^〕]{{1,30}})〕"
    r"|『([^』]{1,30})』|\(([^)]{1,20})\)"
    r"|([●■◆◇★*＊=_]{1,2})\s?[^●■◆◇★:*＊=_]{1,30}[●■◆◇★*＊=_]{1,2})\s?[:=]?\s*"
)
_SIGNED: Final = re.compile(
    r"^\s*[■●◆▼◇□○◎★☆▽▶]\s?([^:。?!\s]{1,24}(?:\s?\([^()]{1,10}\))?)\s*(?:[:=]\s*|$|\s(?=\S))"
)
_FRAMED: Final = re.compile(
    r"^\s*(?:[-=─━*_~―+]{2,}|[─━]) ?([^-=─━*_~―+]{1,24}?) ?(?:[-=─━*_~―+]{2,}|[─━])\s*$"
)
_VALUED: Final = re.compile(r"^\s*(?:[a-z][.)]\s?)?([^:。、?!\s「」]{1,18})\s?\[(?=[^\[\]]{0,80}\]\s*$)\s?")
_KEYED: Final = re.compile(r"^\s*[「\"]([^「」\"]{1,18})[」\"]\s?:?\s*\"?")
_COLON: Final = re.compile(rf"{_MARK}({_PLAIN}{{1,18}}?(?:\s?\([^()]{{1,10}}\))?)\s?[:>=]\s*")
_OTHER: Final = re.compile(
    rf"{_MARK}({_PLAIN}{{1,18}}?(?:\s?\([^()]{{1,10}}\))?)\s?(?:[|│┃;→\t]|…+|\.{{3,}}|・{{3,}})\s*"
)
_SLASH: Final = re.compile(r"^\s*([^:。、?!\s「」>=/]{1,10})\s?/\s*")
_SPACED: Final = re.compile(rf"{_MARK}([^:。、?!\s「」|]{{1,8}})\s{{1,4}}(?=\S)")
_ALONE: Final = re.compile(rf"{_MARK}([^:。、?!\s「」|]{{1,18}}(?:\s?\([^()]{{1,10}}\))?)\s*$")
_EXTRAS: Final = re.compile(
    r"\([^()]{0,10}\)|\[[^\[\]]{0,10}\]|必須|任意|[※*■●◆▼◇□○\s]|^[ごお](?=[一-龥ァ-ヶ])"
)


@dataclass(kw_only=True, slots=True)
class Label:
    """A label: what it stands for, where it ends in its line, and whether signs set it off."""

    sort: Sort
    end: int
    decorated: bool
    name: str
    spaced: bool = False


_SHAPES: Final = (
    (_FRAMED, True),
    (_BRACKETS, True),
    (_SIGNED, True),
    (_VALUED, False),
    (_KEYED, False),
    (_COLON, False),
    (_OTHER, False),
    (_SLASH, False),
    (_ALONE, False),
    (_SPACED, False),
)


def label_of(line: Line) -> Label | None:
    """Return the label that a line begins with."""
    for pattern, decorated in _SHAPES:
        match = pattern.match(line.folded)
        if match is None:
            continue
        name = _name(next((group for group in match.groups() if group), ""))
        if pattern is _BRACKETS and match[9]:
            name = _name(match[0].strip(" ●■◆◇★:=*＊_"))
        sort = _sort(name)
        optional = "必須" in line.folded or "任意" in line.folded
        if not _is_believable(pattern, name, sort, decorated=decorated, optional=optional):
            continue
        return Label(
            sort=sort,
            end=match.end(),
            decorated=decorated or optional,
            name=name,
            spaced=pattern is _SPACED,
        )
    return None


def _is_believable(
    pattern: re.Pattern[str], name: str, sort: Sort, *, decorated: bool, optional: bool
) -> bool:
    """Tell whether a word in a place where labels stand is one; plain places ask for a word that is known."""
    if _PARTICLE.search(name) or not any(map(str.isalpha, name)):
        return False
    if pattern is _ALONE:
        return sort != "unknown" and (_is_label_alone(name) or optional)
    if pattern is _SPACED:
        return sort in {"meta", "writer", "content"} and len(name) <= 6
    if pattern in {_SLASH, _VALUED, _KEYED, _OTHER}:
        return sort != "unknown"
    return decorated or sort != "unknown" or len(name) <= 12


_PARTICLE: Final = re.compile(r"[がをにはもとで]$|です|ます|たい|ない$|って")
_PLAIN_LABEL: Final = re.compile(
    r"(?:お?(?:名前|問い?合わ?せ|客様|電話|届け先|返事|困り)|ご?(?:氏名|住所|質問|相談|要望|意見|用件"
    r"|要件|連絡先|担当者?|希望|注文|購入|回答|依頼|対応|職業|年齢|所属|部署|役職))?(?:の)?"
    r"(?:名|番号|内容|種別|種類|区分|項目|件名|本文|詳細|日時?|方法|時間帯?|者名?|カナ|フリガナ|ふりがな"
    r"|メールアドレス|アドレス|メール|mail|e-?mail|tel|電話|住所|郵便番号|会社名?|貴社名|部署名?"
    r"|カテゴリー?|タイトル|メッセージ|時刻|相手|用件|対応|処理|備考|連絡先|添付(?:ファイル)?|お客様"
    r"|氏名|件名|質問|相談)?(?:\([^()]{1,10}\))?|[^。、]{1,8}の(?:有無|可否|要否)"
)


def _is_label_alone(name: str) -> bool:
    return _PLAIN_LABEL.fullmatch(name.strip()) is not None


def _name(label: str) -> str:
    return _EXTRAS.sub("", label)


_CHOICE_LABEL: Final = re.compile(
    r"種別|種類|区分|項目|カテゴリ|分類|番号|方法|時間|返信|同意|取り?扱|の(?:有無|可否|要否|希望)$"
)


def _sort(name: str) -> Sort:
    """Return what stands after a label of a name."""
    sort: Sort = "unknown"
    if SUBJECT_LABEL.match(name):
        sort = "subject"
    elif _CHOICE_LABEL.search(name) and not FACT_LABEL.search(name):
        sort = "meta"
    elif WRITER_LABEL.search(name) and not re.search(r"希望|対応者|担当", name):
        sort = "writer"
    elif CONTENT_LABEL.search(name) and len(name) <= 16:
        sort = "content"
    elif FACT_LABEL.search(name):
        sort = "fact"
    elif META_LABEL.search(name):
        sort = "meta"
    return sort


_COLUMN: Final = re.compile(r"^\s*([^。、?!「」|│┃:;→=…,\t]{1,16}?)\s*([|│┃:;→=…,\t])[…\t ]*")


def column_labels(lines: Sequence[Line], known: Mapping[int, Label]) -> dict[int, Label]:
    """Return labels of any words in a form that writes three or more of them with the same sign behind."""
    found: dict[str, list[tuple[Line, re.Match[str]]]] = defaultdict(list)
    for line in lines:
        match = _COLUMN.match(line.folded) if line.open else None
        if match and not asks(match[1]) and not _PARTICLE.search(_name(match[1])):
            found[match[2]].append((line, match))
    columns = {id(line): match for column in found.values() if len(column) >= 3 for line, match in column}
    sorts = {key: _sort(_name(match[1])) for key, match in columns.items()}
    sorts |= {key: label.sort for key, label in known.items() if label.sort != "unknown"}
    opened = [line for line in lines if line.open]
    texts = [at for at, line in enumerate(opened) if id(line) not in sorts]
    # Fields stand above the matter and at the very end; within it, people write エラー：E-401, too.
    begin = next((at for at in texts if at and sorts.get(id(opened[at - 1])) == "content"), len(opened))
    unknown = Label(sort="unknown", end=0, decorated=False, name="")
    fields = {id(line) for at, line in enumerate(opened) if at < begin or not texts or at > texts[-1]}
    return {
        key: Label(
            sort="meta" if sorts[key] == "unknown" else sorts[key],
            end=match.end(),
            decorated=True,
            name=_name(match[1]),
        )
        for key, match in columns.items()
        if key in fields and known.get(key, unknown).sort == "unknown"
    }


_FIELD_NUMBER: Final = re.compile(r"^\s*(?:[\[【](\d{1,2})[\]】]|(?:q|設問|問)?(\d{1,2})[.):])\s?(?=\S)")


def numbered_labels(lines: Sequence[Line]) -> dict[int, Label]:
    """Return the labels of a form that numbers its fields, [1], [2], [3]; they may be any words."""
    opened = [line for line in lines if line.open]
    found = {id(line): (line, match) for line in opened if (match := _FIELD_NUMBER.match(line.folded))}
    numbers = [int(match[1] or match[2]) for _, match in found.values()]
    if len(numbers) < 3 or numbers != list(range(1, len(numbers) + 1)):
        return {}
    plain = any(match[2] for _, match in found.values())
    if plain and any(id(line) in found and id(after) in found for line, after in pairwise(opened)):
        # Questions in a list stand one below the other.
        return {}
    labels = {}
    for key, (line, match) in found.items():
        name = line.folded[match.end() :].strip()
        content = CONTENT_LABEL.search(name) is not None or REMARKS.search(name) is not None
        labels[key] = Label(
            sort="content" if content else "meta", end=len(line.folded), decorated=True, name=name
        )
    return labels


REMARKS: Final = re.compile(r"くわしく|詳しく|自由に|備考|特記|連絡事項|コメント|通信欄")
"""Fields for remarks: in a note, of its writer; in a form, of the customer."""
