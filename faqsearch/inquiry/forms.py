"""Read web forms and phone notes: which lines are labels, and which hold the matter."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from faqsearch.inquiry.lines import Line, asks, is_rule
from faqsearch.inquiry.parts import PartKind
from faqsearch.inquiry.talk_words import (
    CONTENT_LABEL,
    EMPTY_VALUE,
    FACT_LABEL,
    META_LABEL,
    NAMED_CALLER,
    NOTE_HEAD,
    OPERATOR_NOTE,
    SUBJECT_LABEL,
    WRITER_LABEL,
)

_Sort = Literal["content", "subject", "meta", "fact", "writer", "unknown"]

_SIGNS: Final = "[■●◆▼◇□○◎★☆▽▶※・*#-]"
# What may stand before a label: 1. (1) Q1. ① - and so on.
_MARK: Final = (
    r"^\s*(?:\[\d{1,2}\]\s?|\(?\d{1,2}[.):]\)?\s?|\(\d{1,2}\)\s?|q\d{0,2}[.:)]?\s|q\d{1,2}[.:)]?"
    r"|[①-⑳]\s?|[・*+→☑□■-]\s?)?"
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
_FRAMED: Final = re.compile(r"^\s*[-=─━*_~―+]{2,}\s?([^-=─━*_~―+]{1,24}?)\s?[-=─━*_~―+]{2,}\s*$")
_VALUED: Final = re.compile(r"^\s*([^:。、?!\s「」]{1,18})\s?\[(?=[^\[\]]{0,80}\]\s*$)\s?")
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
_LONG_VALUE: Final = 25


@dataclass(kw_only=True, slots=True)
class _Label:
    sort: _Sort
    end: int
    decorated: bool
    name: str
    spaced: bool = False


def mark_form(lines: Sequence[Line], channel: str) -> bool:
    """Mark the labels of a form or note and the values that are no text.

    Args:
        lines: All lines.
        channel: A form or note is believed sooner where one is to be expected.

    Returns:
        Whether the lines were taken for a form or note.
    """
    if channel == "phone":
        _mark_note_heads(lines)
    labels = {id(line): label for line in lines if line.open and (label := _label(line)) is not None}
    if channel == "form":
        labels.update(_numbered(lines))
    if channel != "phone":
        for label in labels.values():
            if label.sort == "writer" and _REMARKS.search(label.name):
                label.sort = "content"
    known = [label for label in labels.values() if label.sort not in {"unknown", "fact"}]
    wanted = 1 if channel in {"form", "phone"} else 2
    sorts = {label.sort for label in known}
    believed = len(known) >= wanted and (channel in {"form", "phone"} or _complete(sorts, known))
    if not believed:
        return False
    before = [line for line in lines if line.open]
    _mark_fields(lines, labels, channel)
    if "content" not in sorts and channel != "phone":
        _reopen(before)
    return True


def _reopen(values: Sequence[Line]) -> None:
    """Open the longest text again, where no label says that the matter follows and all would be dropped."""
    if any(line.open for line in values):
        return
    texts = [line for line in values if line.kind is PartKind.LABEL and _TEXT.search(line.content)]
    if texts:
        max(texts, key=lambda line: len(line.content)).kind = None


_TEXT: Final = re.compile(r"[ぁ-ん]{2}|[一-龥ァ-ヶー]{4}")

_FIELD_NUMBER: Final = re.compile(r"^\s*\[(\d{1,2})\]\s?(?=\S)")


def _numbered(lines: Sequence[Line]) -> dict[int, _Label]:
    """Return the labels of a form that numbers its fields [1], [2], [3]; they may be any words."""
    found = {
        id(line): (line, match) for line in lines if line.open and (match := _FIELD_NUMBER.match(line.folded))
    }
    numbers = [int(match[1]) for _, match in found.values()]
    if len(numbers) < 3 or numbers != list(range(1, len(numbers) + 1)):
        return {}
    labels = {}
    for key, (line, match) in found.items():
        name = line.folded[match.end() :].strip()
        content = CONTENT_LABEL.search(name) is not None or _REMARKS.search(name) is not None
        labels[key] = _Label(
            sort="content" if content else "meta", end=len(line.folded), decorated=True, name=name
        )
    return labels


_REMARKS: Final = re.compile(r"備考|特記|連絡事項|コメント|通信欄")
"""Fields for remarks: in a note, of its writer; in a form, of the customer."""


def _complete(sorts: set[_Sort], known: Sequence[_Label]) -> bool:
    """Tell whether labels make a form even where none is expected."""
    return (
        "content" in sorts
        and ("meta" in sorts or "subject" in sorts)
        and (len(known) >= 3 or any(label.decorated for label in known))
    )


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


def _label(line: Line) -> _Label | None:
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
        return _Label(
            sort=sort,
            end=match.end(),
            decorated=decorated or optional,
            name=name,
            spaced=pattern is _SPACED,
        )
    return None


def _is_believable(
    pattern: re.Pattern[str], name: str, sort: _Sort, *, decorated: bool, optional: bool
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
    r"|氏名|件名|質問|相談)?(?:\([^()]{1,10}\))?"
)


def _is_label_alone(name: str) -> bool:
    return _PLAIN_LABEL.fullmatch(name.strip()) is not None


def _name(label: str) -> str:
    return _EXTRAS.sub("", label)


_CHOICE_LABEL: Final = re.compile(r"種別|種類|区分|項目|カテゴリ|分類|番号|方法|時間|返信|同意|取り?扱")


def _sort(name: str) -> _Sort:
    """Return what stands after a label of a name."""
    sort: _Sort = "unknown"
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


def _mark_fields(lines: Sequence[Line], labels: dict[int, _Label], channel: str) -> None:
    """Walk down the form; a field goes on until the next label."""
    note = channel == "phone"
    state: _Sort = "unknown"
    strong = any(re.search("内容|本文|詳細|質問|メッセージ", label.name) for label in labels.values())
    for line in lines:
        if not line.open:
            continue
        label = labels.get(id(line))
        if label is not None and _interrupts(label, line, state):
            state = _begin_field(line, label, strong=strong)
            if not line.content:
                line.kind = PartKind.LABEL
            elif state == "fact":
                state = "meta"
        elif is_rule(line):
            line.kind = PartKind.LABEL
            continue
        if line.kind is None:
            _mark_value(line, state, note=note)
        if note and state == "unknown" and line.open:
            state = "unknown"


def _interrupts(label: _Label, line: Line, state: _Sort) -> bool:
    """Tell whether a label inside the matter begins a new field; people write エラー：E-401 there, too."""
    if state != "content" or label.decorated:
        return label.sort != "unknown" or label.decorated or state != "content"
    if label.spaced:
        return label.sort in {"meta", "writer"} and _CODE.search(line.folded[label.end :]) is not None
    return label.sort in {"meta", "writer", "subject", "content"} and not asks(line.folded[label.end :])


def _begin_field(line: Line, label: _Label, *, strong: bool) -> _Sort:
    line.cut(label.end)
    line.fresh = any(map(str.isdigit, label.name)) and label.sort == "content"
    sort = label.sort
    if sort == "content" and strong and re.search("用件|要件", label.name) and "内容" not in label.name:
        sort = "meta"
    if sort == "unknown":
        sort = "meta"
    return sort


_ASKED: Final = re.compile(
    r"[?]|(?:です|ます|でしょう|ません)か|教え|知りた|(?:し|え|け|り|み|き|て|れ|せ|び)たい|ほしい"
    r"|欲しい|ください|下さい|できない|できません"
)
_CODE: Final = re.compile(r"^[^。?]{0,12}(?:\d{2,}[-:/]\d|\d{5,}|@)")
_CHOSEN: Final = re.compile(
    r"(?:希望し(?:ない|ます|ません)|同意し?(?:ます|する)|[^ ]{1,12}希望|不要|必要|はい|いいえ|可|不可)。?$"
)


def _mark_value(line: Line, state: _Sort, *, note: bool) -> None:
    content = line.content
    if EMPTY_VALUE.match(content):
        line.kind = PartKind.LABEL
    elif state == "subject":
        line.kind = PartKind.SUBJECT
    elif state == "writer":
        if note or not _ASKED.search(content):
            line.kind = PartKind.OPERATOR
    elif state == "meta":
        asked = _ASKED.search(content) and not _CHOSEN.match(content)
        if not (asked or (len(content) > _LONG_VALUE and "。" in content)):
            line.kind = PartKind.LABEL
    elif (
        note
        and OPERATOR_NOTE.search(content)
        and not re.search(r"[?]|ですか|とのこと|のか|ないか|たい(?:。|と|$)", content)
    ):
        line.kind = PartKind.OPERATOR


_CALL_TIME: Final = re.compile(r"\d{1,2}[:時]\d{2}|\d{1,2}/\d{1,2}|\d{1,2}月\d{1,2}日|\d{4}\.\d{1,2}")
_REACHED: Final = re.compile(
    r"0\d{1,4}[-() ]{1,2}\d{1,4}[-() ]{1,2}\d{3,4}|0[789]0\d{8}|[a-z0-9._+-]{1,40}@[a-z0-9.-]{3,60}"
    r"|[a-z]{1,3}-?\d{4}-?\d{4,}"
)
_MATTER: Final = re.compile(
    r"[?。]|とのこと|したい|してほしい|ですか|いとのこと|って(?:言|いう|こと)|できない|のに|けど|ので"
)


def _mark_note_heads(lines: Sequence[Line]) -> None:
    """Mark what a phone note begins with (when, who, from where) and what its writer did or will do."""
    heads = 0
    for line in lines[:12]:
        if not line.open:
            continue
        if _is_note_head(line) and _label_sort(line) not in {"content", "writer"}:
            line.kind = PartKind.LABEL
            heads += 1
        elif heads and is_rule(line):
            line.kind = PartKind.LABEL
    matter = False
    for line in lines:
        if not line.open:
            continue
        noted = OPERATOR_NOTE.search(line.content) and not line.asks and _label_sort(line) != "content"
        if noted and (matter or line.content[0] in "→⇒"):
            line.kind = PartKind.OPERATOR
        matter = True


def _is_note_head(line: Line) -> bool:
    content = re.sub(r"\([^()]{0,40}\)", " ", line.content)
    if len(content) > 70 or _MATTER.search(content) or asks(content):
        return False
    timed = _CALL_TIME.search(content) is not None
    noted = NOTE_HEAD.search(content) is not None and (timed or len(content) <= 24)
    caller = _caller(content) or _caller(line.content)
    return (
        noted
        or caller
        or (timed and len(content) <= 40)
        or (_REACHED.search(content) is not None and len(content) <= 50)
    )


def _caller(content: str) -> bool:
    return NAMED_CALLER.match(content) is not None


def _label_sort(line: Line) -> _Sort | None:
    label = _label(line)
    return label.sort if label else None
