"""Turns that refer back (それはいくら？ じゃあ海外は？), and the part of an answer that they ask for."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from faqsearch.dialogue.cleaning import folded
from faqsearch.dialogue.phrases import either

Terms = Callable[[str], tuple[str, ...]]
"""Returns the content words of a text."""

_LEAD_WORD: Final = either(
    r"じゃあ?|では|それでは|それなら(?:ば)?|そしたら|そうしたら|だったら|そんなら|ほな|ほんなら|ほんじゃ",
    r"ほいじゃ|なら|んじゃ|したら|ちなみに|あと(?:は)?|それと|あとね|次に|で|でも|けど|だけど|あの|えっと",
    r"ええと|はい|うん|なるほど|わかった|へえ|ふーん|そっか|そうか",
)
_LEAD: Final = re.compile(rf"(?:{_LEAD_WORD}(?:[、,。!?\s…]+|(?=[^\W\d_ぁ-ん])|(?=[そこ][れのっこ])))++")
_POINTING: Final = re.compile(
    either(
        r"[そこあ]れ(?:って|は|に(?:は|も)?|の|が|を|も|で(?:は|も)?|なら|だと|から|まで|より|、)?",
        r"[そこあ]の(?:とき|時|場合|際|まえ|前|あと|後)?(?:[にはもの、]|って)*+",
        r"[そこあ](?:っち|ちら)(?:の(?:方|ほう)?)?(?:[はもがに]|って|なら)?",
        r"[そこあ]こ(?:[はもがに]|って|で|から)?|そんとき(?:は)?|同じ(?:く|ように)?、?",
    )
)
_ELLIPTIC: Final = re.compile(
    r".{1,24}"
    + either(
        r"の?(?:場合|とき|時|方)(?:は)?|は|なら|だと|だったら|たら",
        r"でも(?:いい|大丈夫|よい|ok|可能|できる|同じ)?(?:です)?か?",
        r"も(?:同じ|いっしょ|一緒|対象|できる|無料|大丈夫)?(?:です)?か?",
    )
)

_ASKED: Final = {
    "price": re.compile(r"いくら|幾ら|なんぼ|何円|料金|値段|費用|金額|有料|お金"),
    "time": re.compile(
        r"いつ(?:まで|から|ごろ|頃)?|何(?:日|時|年|か月|ヶ月)(?:間|後)?|なんにち|ど(?:の|れ)?[くぐ]らい|期限|期間|締め?切"
    ),
    "place": re.compile(r"どこ|何処|どちら"),
    "procedure": re.compile(r"方法|やり方|手順|手続き?|どうやって|どうすれば|どうしたら|どうやる"),
}
"""Words that ask, by what they ask for."""
_SAYING: Final = {
    "price": re.compile(r"[0-9０-９,，万千百]+\s*円|無料|[%％]|手数料"),
    "time": re.compile(
        r"[0-9０-９一二三四五六七八九十数]+\s*(?:日|時|分|週間|か月|ヶ月|年|営業日|月|回)|当日|翌日|以内"
    ),
    "place": re.compile(r"画面|ページ|メニュー|サイト|店舗|窓口|コンビニ|[＞>「［]"),
    "procedure": re.compile(r"[「［＞>]|[0-9０-９][.．)]|ください|押す|開く|進"),
}
"""What a sentence has that answers them."""
_REASON: Final = re.compile(r"なぜ|なんで|どうして|なして|条件|必要|要る")
_SENTENCE: Final = re.compile(r"[^。\n]+。?")
_LONGEST: Final = 60
_LONGEST_LOOSE: Final = 25
_MOST_TERMS: Final = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Reference:
    """A turn that refers back.

    Attributes:
        rest: What the turn itself says, without the words that point back; may be empty.
        points: Whether it points (それ, その) rather than only leaves something out.
        loose: Whether it is only short: it may stand alone as well.
        asks: What it asks for: price, time, place, procedure, or empty.
        terms: Content words of the rest beside those of asking.
    """

    rest: str
    points: bool
    loose: bool
    asks: str
    terms: tuple[str, ...]


def find_reference(text: str, terms: Terms) -> Reference | None:
    """Read a turn as one that refers back; None for one that stands alone."""
    line = folded(text)
    if len(line) > _LONGEST:
        return None
    lead = _LEAD.match(line)
    rest = line[lead.end() :] if lead else line
    pointing = _POINTING.match(rest)
    if pointing:
        rest = rest[pointing.end() :]
    asks = next((kind for kind, pattern in _ASKED.items() if pattern.search(rest)), "")
    own = terms(_without_asking(rest))
    elliptic = bool(lead or _ELLIPTIC.fullmatch(rest) or (not own and (asks or _REASON.search(rest))))
    loose = not pointing and not elliptic
    if not pointing and (len(own) > _MOST_TERMS or (loose and (not own or len(line) > _LONGEST_LOOSE))):
        return None
    return Reference(rest=rest, points=bool(pointing), loose=loose, asks=asks, terms=own)


def find_part(answer: str, reference: Reference, terms: Terms) -> tuple[int, int] | None:
    """Find the sentences of an answer that say what a reference asks for.

    Returns:
        Offsets of the first such sentence and of those that follow it at once and say it too; None if no
        sentence has all words of the reference and what is asked for.
    """
    if not reference.terms and not reference.asks:
        return None
    wanted, saying = set(reference.terms), _SAYING.get(reference.asks)
    start = end = -1
    for sentence in _SENTENCE.finditer(answer):
        if wanted <= set(terms(sentence[0])) and (saying is None or saying.search(sentence[0])):
            start, end = (sentence.start() if start < 0 else start), sentence.end()
        elif start >= 0:
            break
    return (start, end) if start >= 0 else None


def _without_asking(text: str) -> str:
    for pattern in (*_ASKED.values(), _REASON):
        text = pattern.sub(" ", text)
    return text
