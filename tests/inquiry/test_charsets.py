"""Bytes of Japanese mail, written out by hand."""

from __future__ import annotations

import pytest

from faqsearch.inquiry.charsets import decode

QUESTION = "返品できますか"
JIS = b"\x1b$BJVIJ$G$-$^$9$+\x1b(B"
SJIS = b"\x95\xd4\x95i\x82\xc5\x82\xab\x82\xdc\x82\xb7\x82\xa9"
EUC = b"\xca\xd6\xc9\xca\xa4\xc7\xa4\xad\xa4\xde\xa4\xb9\xa4\xab"
UTF8 = b"\xe8\xbf\x94\xe5\x93\x81\xe3\x81\xa7\xe3\x81\x8d\xe3\x81\xbe\xe3\x81\x99\xe3\x81\x8b"
WRONG = "a charset label was wrong or unknown; the charset was told from the bytes"
LOST = "some bytes belong to no character of their charset"


@pytest.mark.parametrize(
    ("data", "label"),
    [
        (JIS, "ISO-2022-JP"),
        (JIS, "iso-2022-jp-ms"),
        (JIS, "us-ascii"),
        (SJIS, "Shift_JIS"),
        (SJIS, "windows-31j"),
        (SJIS, '"x-sjis"'),
        (EUC, "EUC-JP"),
        (UTF8, "UTF-8"),
        (b"\xef\xbb\xbf" + UTF8, "utf-8"),
    ],
)
def test_a_label_is_followed(data: bytes, label: str) -> None:
    assert decode(data, label) == (QUESTION, None)


@pytest.mark.parametrize("data", [JIS, SJIS, EUC, UTF8])
def test_bytes_without_a_label_are_told_by_their_looks(data: bytes) -> None:
    assert decode(data) == (QUESTION, None)


@pytest.mark.parametrize("label", ["utf-8", "shift_jis", "euc-jp", "iso-8859-1", "idna", "no such", "utf-7"])
@pytest.mark.parametrize("data", [SJIS, EUC, UTF8])
def test_a_wrong_label_is_seen_through(data: bytes, label: str) -> None:
    assert decode(data, label)[0] == QUESTION


def test_a_wrong_label_is_a_problem() -> None:
    assert decode(UTF8, "shift_jis")[1] == WRONG
    assert decode(SJIS, "no such")[1] == WRONG


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"\x1b$B-!\x1b(B", "①"),  # NEC row 13
        (b"\x1b$B-j\x1b(B", "㈱"),
        (b"\x1b(I1246\x1b(B", "ｱｲｴｶ"),
        (b"\x0e12\x0fA", "ｱｲA"),
        (b'\x1b$@$"\x1b(J!', "あ!"),
        (b'\x1b$B$"$$\n$"', 'あい\n$"'),  # a line break ends two-byte characters
        (b'\x1b$(D"/\x1b(B', "˘"),  # JIS X 0212
        (b'\x1b$B$"\x20$$\x1b(B', "あ い"),
        (b'\x1b$B$"$', "あ?"),  # cut in the middle
        (b"\x1b(B\x1b$B\x1b(B", ""),
    ],
)
def test_iso_2022_jp_is_read_with_everything_that_programs_put_into_it(data: bytes, text: str) -> None:
    assert decode(data, "iso-2022-jp")[0] == text


def test_eight_bit_bytes_in_iso_2022_jp_are_taken_as_shift_jis() -> None:
    assert decode(JIS + SJIS, "iso-2022-jp")[0] == QUESTION + QUESTION


def test_euc_jp_is_read_with_the_additions_of_windows() -> None:
    assert decode(EUC + b"\xad\xa1", "euc-jp")[0] == QUESTION + "①"
    assert decode(EUC + b"\xff", "euc-jp") == (QUESTION + "\ufffd", LOST)


def test_shift_jis_is_read_with_the_additions_of_windows() -> None:
    assert decode(SJIS + b"\x87\x40\x87\x8a", "shift_jis")[0] == QUESTION + "①㈱"


def test_other_languages_come_through() -> None:
    assert decode("Où est ma commande ?".encode("iso8859-1"), "iso-8859-1")[0] == "Où est ma commande ?"
    assert decode("能不能把包裹送到公司".encode("gb18030"), "gb2312")[0] == "能不能把包裹送到公司"
    assert decode("안녕하세요".encode(), "utf-8")[0] == "안녕하세요"
    assert decode("返品".encode("utf-16"))[0] == "返品"


def test_lost_bytes_are_a_problem() -> None:
    assert decode(UTF8 + b"\xe3\x81", "utf-8") == (QUESTION + "\ufffd", LOST)


def test_a_long_text_is_told_by_its_beginning() -> None:
    data = (QUESTION * 20_000).encode("cp932")
    assert decode(data)[0] == QUESTION * 20_000


@pytest.mark.parametrize(
    ("codec", "label"),
    [
        ("iso2022_jp_3", "ISO-2022-JP-3"),
        ("iso2022_jp_2004", "iso-2022-jp-2004"),
        ("euc_jis_2004", "EUC-JIS-2004"),
    ],
)
def test_the_characters_of_jis_x_0213_come_through(codec: str, label: str) -> None:
    # 鷗 stands on the first plane, 𠂉 on the second.
    text = "①森鷗外と𠂉の返品"
    assert decode(text.encode(codec), label) == (text, None)
