"""Text normalisation that remembers where every character came from.

Normalising is what makes ｻｰﾊﾞｰ, サーバー and サ−バ− one word. Highlights, though, must point into the text
as its owner wrote it, so each character of the result carries the span of the original it stands for.

The unit of work is the *cluster*: a character with everything that modifies it (combining marks, half-width
voicing marks, variation selectors, emoji joined by U+200D). A cluster is normalised as a whole and all its
characters map to its whole span; a highlight therefore never splits a character.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

NORMALIZATION_VERSION: Final = "2"
"""Part of every analyzer's fingerprint: raise it when the rules below change."""


@dataclass(frozen=True, slots=True)
class NormalizedText:
    """A normalised text with its map back to the original.

    Attributes:
        text: The normalised text, n characters.
        starts: n offsets: where in the original the cluster behind each character begins.
        ends: n offsets: where that cluster ends (exclusive).
    """

    text: str
    starts: list[int] = field(repr=False)
    ends: list[int] = field(repr=False)

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Map the half-open span ``[start, end)`` of the normalised text to one of the original.

        Raises:
            ValueError: If the span is empty or reaches outside the text.
        """
        if not 0 <= start < end <= len(self.text):
            raise ValueError(f"span [{start}, {end}) is not inside a text of {len(self.text)} characters")
        return self.starts[start], self.ends[end - 1]


def normalize(text: str) -> NormalizedText:
    """Normalise a text: NFKC, case, width, old kanji, prolonged-sound marks, hyphens, kana iteration marks.

    Control characters become spaces, invisible format characters and variation selectors vanish, lone
    surrogates become U+FFFD; the function accepts any string, and takes time in proportion to its length.
    """
    characters, starts, ends = _normalize_clusters(text)
    if _OLD_KANJI.search(characters):
        characters = characters.translate(_MODERN_KANJI)
    normalized = NormalizedText(characters, starts, ends)
    # What one rule wrote can be what another looks for (ｶゝ-ｶ is カカ-カ is カカーカ).
    while (rewritten := _rewrite_sequences(normalized)).text != normalized.text:
        normalized = rewritten
    return rewritten


def normalized_text(text: str) -> str:
    """Normalise a text and keep no map back: the ``text`` of ``normalize(text)``, in a third of the time."""
    pieces = [stable or _cluster_text(cluster) for stable, cluster in _PIECE.findall(text)]
    characters = "".join(pieces)
    if _OLD_KANJI.search(characters):
        characters = characters.translate(_MODERN_KANJI)
    while _may_be_rewritten(characters):
        rewritten = _SEQUENCES.sub(_replacement, characters)
        if rewritten == characters:
            break
        characters = rewritten
    return characters


# --- Clusters


def _character_class(codepoints: list[int]) -> str:
    """Write code points as the inside of a regular-expression class, as ranges."""
    ranges: list[tuple[int, int]] = []
    for codepoint in codepoints:
        if ranges and codepoint == ranges[-1][1] + 1:
            ranges[-1] = (ranges[-1][0], codepoint)
        else:
            ranges.append((codepoint, codepoint))
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in ranges)


def _extending() -> list[int]:
    """Return the code points that modify the character before them, ascending."""
    # Marks live below U+20000 (or vanish); looking at only those, in one go, keeps the import fast.
    categories = map(unicodedata.category, map(chr, range(0x300, 0x20000)))
    return sorted(
        {
            *(codepoint for codepoint, category in enumerate(categories, 0x300) if category[0] == "M"),
            *range(0x1160, 0x1200),  # Hangul vowels and finals compose with the syllable begun
            *(0x309B, 0x309C, 0xFF9E, 0xFF9F),  # spacing and half-width voicing marks
            *range(0x1F3FB, 0x1F400),  # emoji skin tones
        }
    )


# Format characters, variation selectors, emoji tags, and the enclosing keycap (so that a keycap 1 is a 1).
_VANISHING: Final = (
    "\u00ad\u034f\u061c\u180b-\u180f\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\u20e3"
    "\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0000-\U000e01ef"
)
# What vanishes belongs to the cluster before it, or it would part a character from its marks.
_EXTEND: Final = _character_class(_extending()) + _VANISHING
_SPACING_VOICED: Final = str.maketrans("゛゜", "\u3099\u309a")
_ZERO_WIDTH_JOINER: Final = "\u200d"
# Either a run of characters that no rule changes (its last one not extended), or one cluster.
_PIECE: Final = re.compile(
    rf"(?P<stable>[ぁ-ゖァ-ヺー一-鿿a-z0-9 \n、。「」・!-@\[-`{{-~]+(?![{_EXTEND}{_ZERO_WIDTH_JOINER}]))"
    rf"|(?P<cluster>[\s\S][{_EXTEND}]*(?:{_ZERO_WIDTH_JOINER}[^\s][{_EXTEND}]*)*)"
)
_INVISIBLE: Final = re.compile(f"[{_VANISHING}{_ZERO_WIDTH_JOINER}]")
_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]")
_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")
# Longer clusters (only abuse has them) are normalised in pieces: putting marks in canonical order takes
# quadratic time, and the cache must not hold texts of a megabyte.
_MAX_CLUSTER: Final = 32


@lru_cache(maxsize=65536)
def _normalize_cluster(cluster: str) -> str:
    cluster = _SURROGATE.sub("\ufffd", _CONTROL.sub(" ", _INVISIBLE.sub("", cluster)))
    if cluster[:1] not in {"゛", "゜"}:
        cluster = cluster.translate(_SPACING_VOICED)
    # NFKC again, because case folding can undo it.
    normalized = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", cluster).casefold())
    return sys.intern(normalized)


def _cluster_text(cluster: str) -> str:
    """Normalise a cluster of any length."""
    if len(cluster) <= _MAX_CLUSTER:
        return _normalize_cluster(cluster)
    firsts = range(0, len(cluster), _MAX_CLUSTER)
    return "".join(_normalize_cluster(cluster[first : first + _MAX_CLUSTER]) for first in firsts)


def _normalize_clusters(text: str) -> tuple[str, list[int], list[int]]:
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for piece in _PIECE.finditer(text):
        start, end = piece.span()
        if piece.lastgroup == "stable":
            pieces.append(piece[0])
            starts.extend(range(start, end))
            ends.extend(range(start + 1, end + 1))
        else:
            normalized = _cluster_text(piece[0])
            pieces.append(normalized)
            starts.extend([start] * len(normalized))
            ends.extend([end] * len(normalized))
    return "".join(pieces), starts, ends


# --- Kanji

# Old forms of one modern kanji each, and other shapes of it (髙, 﨑, 𠮷). Not here: forms that live as kanji
# of their own in words or names (龍, 嶋, 冨, 缺), and several old forms of one modern kanji that mean
# different things (辨, 瓣, 辯 for 弁). NFKC has the compatibility ideographs already.
_OLD_AND_MODERN: Final = (
    "髙高﨑崎𠮷吉栁柳德徳瀨瀬濵浜濱浜邊辺邉辺澤沢齋斎齊斉廣広國国學学會会眞真惠恵榮栄櫻桜壽寿條条實実寶宝靜静圓円"
    "來来劍剣鐵鉄總総縣県號号體体對対證証假仮價価氣気經経關関區区藝芸驛駅譽誉讀読賣売醫医發発變変傳伝轉転單単團団"
    "圖図聲声繪絵縱縦續続拂払擔担據拠擇択擴拡舊旧營営爲為獨独禮礼稱称稻稲穗穂莊荘萬万亞亜佛仏兒児晝昼豐豊辭辞鄕郷"
    "鹽塩麥麦默黙點点黨党齡齢齒歯乘乗亂乱兩両勞労勵励卷巻參参嚴厳壓圧壞壊壯壮收収敎教數数曉暁樂楽樣様殘残每毎淺浅"
    "淨浄溫温滿満濟済燒焼犧犠狀状畫画當当盜盗碎砕祕秘竊窃粹粋緣縁繼継聽聴臺台蟲虫衞衛裝装覺覚觀観觸触譯訳讓譲豫予"
)
_MODERN_KANJI: Final = str.maketrans(_OLD_AND_MODERN[::2], _OLD_AND_MODERN[1::2])
_OLD_KANJI: Final = re.compile(f"[{_OLD_AND_MODERN[::2]}]")

# --- Sequences: rules that look at neighbours

_KANA: Final = "ぁ-ゖァ-ヺ"
_SEQUENCES: Final = re.compile(
    rf"(?P<prolonged>(?<=[{_KANA}])(?:[〜~–—―‒‐−ー]+(?=[{_KANA}])|ー[‒‐−ー]+)"
    rf"|(?<=[ァ-ヺ])(?:[‒‐−][‒‐−ー]*|-(?=[{_KANA}])))"
    r"|(?P<hyphen>[‐‒–—―−]+)"
    r"|(?P<wave>〜)"
    rf"|(?P<iterated>[{_KANA}][ゝゞヽヾ]+(?![\u3099\u309a]))"
)
# What a rule can change holds one of these; a single ー it leaves as it is.
_REWRITTEN: Final = re.compile(r"[〜~–—―‒‐−\-ゝゞヽヾ]")
_VOICED: Final = str.maketrans(
    "かきくけこさしすせそたちつてとはひふへほうカキクケコサシスセソタチツテトハヒフヘホウ",
    "がぎぐげござじずぜぞだぢづでどばびぶべぼゔガギグゲゴザジズゼゾダヂヅデドバビブベボヴ",
)
_UNVOICED: Final = {voiced: unvoiced for unvoiced, voiced in _VOICED.items()}


def _may_be_rewritten(characters: str) -> bool:
    return _REWRITTEN.search(characters) is not None or "ーー" in characters


def _expand_iteration(sequence: str) -> str:
    """Spell out kana iteration marks: こゝろ -> こころ, いすゞ -> いすず."""
    plain = sequence[0].translate(_UNVOICED)
    marks = (plain.translate(_VOICED) if mark in "ゞヾ" else plain for mark in sequence[1:])
    return sequence[0] + "".join(marks)


def _replacement(match: re.Match[str]) -> str:
    if match.lastgroup == "prolonged":
        return "ー"
    if match.lastgroup == "hyphen":
        return "-"
    if match.lastgroup == "wave":
        return "~"
    return _expand_iteration(match[0])


def _rewrite_sequences(normalized: NormalizedText) -> NormalizedText:
    characters, starts, ends = normalized.text, normalized.starts, normalized.ends
    if not _may_be_rewritten(characters):
        return normalized
    pieces: list[str] = []
    new_starts: list[int] = []
    new_ends: list[int] = []
    position = 0
    for match in _SEQUENCES.finditer(characters):
        first, last = match.span()
        replacement = _replacement(match)
        pieces += (characters[position:first], replacement)
        new_starts += starts[position:first]
        new_ends += ends[position:first]
        if len(replacement) == last - first:
            new_starts += starts[first:last]
            new_ends += ends[first:last]
        else:
            new_starts += [starts[first]] * len(replacement)
            new_ends += [ends[last - 1]] * len(replacement)
        position = last
    pieces.append(characters[position:])
    return NormalizedText("".join(pieces), new_starts + starts[position:], new_ends + ends[position:])
