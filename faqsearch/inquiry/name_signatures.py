"""Names in the lines of a signature."""

from __future__ import annotations

import re
from typing import Final

from faqsearch.inquiry.name_dictionary import CHUNK, LATIN_CHUNK, NameDictionary
from faqsearch.inquiry.name_lists import GIVEN_END, HAN_NAME, NO_SIGNATURE, NOBODY, PREFECTURES, ROMAJI

_FULL_HAN: Final = re.compile(r"[一-龥々ヶ]{4,6}")
_PARTED_BY_POST: Final = re.compile(
    r"[^ ]{1,14}(?:部|課|室|係|店|局|院|グループ|チーム)(?P<name>(?!長)[一-龥々]{1,4})$"
)
_HAN_CHUNK: Final = re.compile(r"[一-龥々ヶ﨑髙]{2,5}")
_KANA_NAME: Final = re.compile(r"[ぁ-ん]{2,4}|[ァ-ヴー]{2,5}")


def signed_name(
    names: NameDictionary, line: str, *, signed: bool, block: bool = False
) -> tuple[int, int] | None:
    """Return where the name in a line of a signature stands, None if it is no such line.

    Args:
        names: Knows what names look like.
        line: The line without ornaments.
        signed: Whether a closing or an ornament stands before it.
        block: Whether it stands near a company, an ornament or ways to get in touch.
    """
    if len(line) > 60 or re.search(r"[。？！?!」]|(?:です|ます|した|ません)", line):
        return None
    if titled := re.search("(?:様|さま|さん|殿|氏) ", line):
        line = line[: titled.start()]
    if (joined := _PARTED_BY_POST.fullmatch(line)) and names.is_surname_somewhere(joined["name"]):
        return joined.span("name")
    # Romaji with the surname first: Inada, Kenji.
    line = re.sub(r"(?<=[A-Za-z]), ", "  ", line)
    chunks = [(m.start(), m.end()) for m in re.finditer(r"[^ /|]+", line)]
    if (
        len(chunks) > 2
        and names.is_group(line[slice(*chunks[2])])
        and not names.is_group(line[slice(*chunks[0])])
    ):
        # The name comes first, and who it belongs to behind it.
        chunks = chunks[:2]
    for size in (3, 2, 1):
        if len(chunks) < size:
            continue
        begin, end = chunks[-size][0], chunks[-1][1]
        name = line[begin:end]
        rest = [line[slice(*chunk)] for chunk in chunks[:-size]]
        introduced = bool(rest) and (rest[-1] in NOBODY or names.is_business(rest[-1]))
        pair = size == 2 and (
            names.is_known(name.split()[0])
            or (HAN_NAME.fullmatch(name) is not None and names.may_be_full_name(name.split()))
        )
        if rest and not introduced and not pair:
            continue
        if _signs(names, name.split(), alone=not rest, signed=signed, block=block):
            return begin, end
    return None


def _signs(names: NameDictionary, chunks: list[str], *, alone: bool, signed: bool, block: bool) -> bool:
    if any(chunk in NOBODY or names.is_group(chunk) for chunk in chunks):
        return False
    if all(LATIN_CHUNK.fullmatch(chunk) for chunk in chunks):
        romaji = len(chunks) == 2 and all(ROMAJI.fullmatch(chunk) for chunk in chunks)
        return romaji or ((signed or block) and len(chunks) <= 3 and (signed or len(chunks) > 1))
    shaped = all(CHUNK.fullmatch(chunk) or LATIN_CHUNK.fullmatch(chunk) for chunk in chunks)
    if shaped and len(chunks) == 1:
        [name] = chunks
        if alone:
            return _signs_alone(names, name, signed=signed, block=block)
        named = block and _HAN_CHUNK.fullmatch(name) is not None and not names.is_common(name)
        unknown = named and names.is_nominal(name) and name not in PREFECTURES
        return unknown or names.is_surname_somewhere(name) or names.is_personal(chunks)
    pair = HAN_NAME.fullmatch(" ".join(chunks)) is not None
    return shaped and (names.is_personal(chunks) or (pair and names.may_be_full_name(chunks)))


def _signs_alone(names: NameDictionary, name: str, *, signed: bool, block: bool) -> bool:
    # One word on a line may be anything: only what the dictionary has as a name.
    thing = re.match("[ァ-ヴー]", name) is not None and names.is_noun(name)
    if signed and _KANA_NAME.fullmatch(name) and not thing:
        return name not in NO_SIGNATURE
    plain = names.is_plain_surname(name) or names.is_kana_surname(name)
    if names.is_foreign(name) or ((signed or block) and plain and name not in NO_SIGNATURE):
        return True
    written = signed and _FULL_HAN.fullmatch(name) is not None and GIVEN_END.search(name) is not None
    return names.is_known(name) or names.is_joined(name) or (written and not names.is_common(name))
