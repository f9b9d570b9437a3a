"""Bytes of Japanese mail to text, whatever their label says.

Labels of Japanese mail are often missing, wrong, or name a smaller character set than was used (Windows sends
① and ㈱ as "iso-2022-jp"). All three Japanese families are therefore read with the repertoire of code page
932; a label is believed only if the bytes decode under it into something that looks like text.
"""

from __future__ import annotations

import codecs
import re
from typing import Final

_FAMILIES: Final = {
    "cp932": (
        "shift_jis shift-jis shiftjis sjis x-sjis ms_kanji ms932 windows-31j cp932 csshiftjis shift_jisx0213"
    ),
    "jis": "iso-2022-jp iso2022jp iso-2022-jp-1 iso-2022-jp-2 iso-2022-jp-3 iso-2022-jp-2004 "
    "iso-2022-jp-ms iso-2022-jp-ext csiso2022jp jis cp50220 cp50221 cp50222 x-windows-iso2022jp",
    "euc": "euc-jp euc_jp eucjp x-euc-jp x-euc ujis eucjp-ms eucjp-win cp51932",
    "utf-8": "utf-8 utf8 utf-8-sig unicode-1-1-utf-8 cp65001",
}
_FAMILY_OF: Final = {label: family for family, labels in _FAMILIES.items() for label in labels.split()}
# Codecs a label may name beside the families. Others that Python knows are no encodings of mail, and some of
# them (idna, punycode) take quadratic time.
_OTHERS: Final = frozenset(
    "utf-16 utf-16-le utf-16-be utf-32 ascii gb2312 gbk gb18030 big5 big5hkscs cp950 euc_kr cp949 iso2022_kr "
    "iso8859-1 iso8859-2 iso8859-5 iso8859-7 iso8859-9 iso8859-15 cp1250 cp1251 cp1252 cp1253 cp1254 "
    "koi8-r koi8-u cp874 tis-620 euc_jis_2004 euc_jisx0213".split()
)
_PROBE: Final = 65_536
"""So many bytes are looked at to tell a charset."""
_TRUSTED: Final = 0.5
"""A label is believed if its text scores at least this."""

_STRICT: Final = frozenset(("utf-8", "utf-16-le", "utf-16-be", "gb18030", "euc_kr", "big5"))
"""Charsets that bytes in another one rarely fit."""

_ESCAPE: Final = re.compile(rb"\x1b(\$\([@A-DO-Q]|\$[@AB]|\([BIJ]|[()][\x40-\x7e]|&@)|[\x0e\x0f]|\r?\n")
_JIS_ESCAPES: Final = re.compile(rb"\x1b(?:\$[@B(]|\([IJ])")
_BYTE_ORDER_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What tells text from bytes read under a wrong charset: kana and common kanji against half-width kana (which
# EUC-JP looks like in Shift_JIS), rare signs, controls and private characters.
_JAPANESE: Final = re.compile(r"[\u3000-\u30ff\u4e00-\u9fff\uff01-\uff5e\u2010-\u266f]")
_KANA: Final = re.compile(r"[\u3041-\u3093\u30a1-\u30fc]")
_ASCII: Final = re.compile(r"[\x09\x0a\x0d\x20-\x7e]+")
_DOUBTFUL: Final = re.compile(
    "[\\ufffd\\ue000-\\uf8ff\\uff61-\\uff9f\\x00-\\x08\\x0e-\\x1a\\x80-\\u024f\\u0370-\\u05ff\\u3400-\\u4dbf]"
)


def decode(data: bytes, label: str | None = None) -> tuple[str, str | None]:
    """Decode bytes as the label says, or, where that gives no text, as they look.

    Args:
        data: Any bytes.
        label: The charset they came with, in any case; None or "" if there was none.

    Returns:
        The text, and a problem in words, or None: a label that was unknown or wrong, or bytes lost.
    """
    for mark, charset in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(charset, "replace"), None
    name = _charset(label)
    if data.isascii() and name not in {"utf-16", "utf-16-le", "utf-16-be", "utf-32"}:
        shifted = _JIS_ESCAPES.search(data) or (name == "jis" and b"\x0e" in data)
        return (_decode_jis(data) if shifted else data.decode("ascii")), None
    if name in {"cp932", "euc"} and _likeness(data, "utf-8") > _likeness(data, name):
        name, label = None, label or "other"
    if name is not None and _score(data, name) >= _TRUSTED:
        return _finish(data, name, None)
    best = max(dict.fromkeys([*_guesses(data), *([name] if name else [])]), key=lambda one: _score(data, one))
    wrong = bool(label) and best != name
    return _finish(
        data,
        best,
        "a charset label was wrong or unknown; the charset was told from the bytes" if wrong else None,
    )


def _finish(data: bytes, name: str, problem: str | None) -> tuple[str, str | None]:
    text = _decode_as(data, name, "replace")
    if problem is None and "\ufffd" in text:
        problem = "some bytes belong to no character of their charset"
    return text, problem


def _charset(label: str | None) -> str | None:
    """Return the family or codec that a label names, or None."""
    wanted = (label or "").strip().strip("\"'").lower()[:40]
    if wanted in _FAMILY_OF:
        return _FAMILY_OF[wanted]
    try:
        name = codecs.lookup(wanted).name
    except (LookupError, ValueError):
        return None
    return name if name in _OTHERS else None


def _guesses(data: bytes) -> list[str]:
    """Return the charsets that bytes without a label may be in, likelier ones first."""
    return ["utf-8", *(["jis"] if _JIS_ESCAPES.search(data[:_PROBE]) else []), "cp932", "euc", "iso8859-1"]


def _score(data: bytes, name: str) -> float:
    """Tell how much like text the bytes look in a charset, at most 1, with trust in valid Unicode."""
    likeness = _likeness(data, name)
    if name in _STRICT and "\ufffd" not in _decode_as(data[: _PROBE - 8], name, "replace")[:-2]:
        # Valid UTF-8 is no accident; other languages than Japanese come in it, too.
        return max(likeness, 0.7 if name == "utf-8" else 0.5)
    return likeness


def _likeness(data: bytes, name: str) -> float:
    """Tell how much like Japanese text the bytes look in a charset, at most 1; 1 is text beyond doubt."""
    probe = data[:_PROBE]
    text = _decode_as(probe, name, "replace")
    if len(data) > _PROBE:  # a character may be cut
        text = text[:-2]
    joined = _ASCII.sub("", text)
    if not joined:
        return 0.75
    good = len(_JAPANESE.findall(joined)) + 0.5 * len(_KANA.findall(joined))
    bad = len(_DOUBTFUL.findall(joined))
    lost = joined.count("\ufffd")
    return min((good - bad - 3 * lost) / len(joined), 1.0)


def _decode_as(data: bytes, name: str, errors: str) -> str:
    if name == "jis":
        return _decode_jis(data)
    if name == "euc":
        return _decode_euc(data)
    try:
        return data.decode(name, errors)
    except (LookupError, ValueError):
        return data.decode("ascii", "replace")


def _decode_euc(data: bytes) -> str:
    """Decode EUC-JP with the repertoire of Windows: what the codec lacks is looked up in code page 932."""
    text = data.decode("euc_jp", "surrogateescape")
    if not re.search("[\udc80-\udcff]", text):
        return text

    def mend(match: re.Match[str]) -> str:
        pairs = match[0].encode("euc_jp", "surrogateescape")
        return _pairs_to_text(bytes(byte & 0x7F for byte in pairs)) if len(pairs) % 2 == 0 else "\ufffd"

    return re.sub("[\udc80-\udcff]+", mend, text)


def _decode_jis(data: bytes) -> str:
    """Decode ISO-2022-JP and its kin: half-width kana, JIS X 0212 and 0213, the additions of NEC and IBM.

    A line that ends inside two-byte characters goes back to ASCII, as does a strange escape sequence.
    """
    pieces: list[str] = []
    mode = b"(B"
    position = 0
    for match in _ESCAPE.finditer(data):
        pieces.append(_jis_piece(data[position : match.start()], mode))
        position = match.end()
        if match[1] is not None:
            mode = match[1]
        elif match[0] in {b"\x0e", b"\x0f"}:
            mode = b"(I" if match[0] == b"\x0e" else b"(B"
        else:
            pieces.append(match[0].decode("ascii"))
            mode = b"(B"
    pieces.append(_jis_piece(data[position:], mode))
    return "".join(pieces)


def _jis_piece(piece: bytes, mode: bytes) -> str:
    if mode in {b"$@", b"$B", b"$(@", b"$(B"}:
        return _pairs_to_text(piece)
    if mode == b"$(D":
        return b"".join(
            b"\x8f" + bytes(byte | 0x80 for byte in piece[i : i + 2]) for i in range(0, len(piece), 2)
        ).decode("euc_jp", "replace")
    if mode in {b"$(O", b"$(P", b"$(Q"}:  # JIS X 0213, of 2000 and of 2004; the second plane is P
        plane = b"\x8f" if mode == b"$(P" else b""
        pairs = (piece[i : i + 2] for i in range(0, len(piece), 2))
        return b"".join(plane + bytes(byte | 0x80 for byte in pair) for pair in pairs).decode(
            "euc_jis_2004", "replace"
        )
    if mode == b"(I":
        return bytes(byte | 0x80 if 0x21 <= byte <= 0x5F else byte for byte in piece).decode(
            "cp932", "replace"
        )
    return piece.decode("ascii") if piece.isascii() else piece.decode("cp932", "replace")


def _pairs_to_text(pairs: bytes) -> str:
    """Decode pairs of bytes of JIS X 0208, each 0x21 to 0x7E, with the repertoire of code page 932."""
    shifted = bytearray()
    index = 0
    while index < len(pairs):
        row = pairs[index]
        cell = pairs[index + 1] if index + 1 < len(pairs) else 0
        if not (0x21 <= row <= 0x7E and 0x21 <= cell <= 0x7E):  # a space or a lost byte among the pairs
            shifted.append(row if row <= 0x20 else 0x3F)
            index += 1
            continue
        lead = (row + 1) // 2 + (0x70 if row <= 0x5E else 0xB0)
        trail = cell + (0x1F if cell < 0x60 else 0x20) if row % 2 else cell + 0x7E
        shifted += bytes((lead, trail))
        index += 2
    return shifted.decode("cp932", "replace")
