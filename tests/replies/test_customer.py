from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqsearch.inquiry import read_inquiry
from faqsearch.inquiry.parts import Part, PartKind, Reading
from faqsearch.replies.customer import MAX_NAME_LENGTH, customer_name


def reading(sender: str = "", *parts: tuple[PartKind, str]) -> Reading:
    text, placed = "", []
    for kind, piece in parts or ((PartKind.BODY, "送料は？"),):
        placed.append(Part(kind=kind, start=len(text), end=len(text) + len(piece) + 1))
        text += f"{piece}\n"
    return Reading(text=text, parts=tuple(placed), questions=(), sender=sender)


@pytest.mark.parametrize(
    ("sender", "name"),
    [
        ("山田 花子 <hanako@example.jp>", "山田 花子"),
        ("山田　花子様 <hanako@example.jp>", "山田 花子"),
        ('"Hanako Yamada" <hanako@example.jp>', "Hanako Yamada"),
        ("hanako@example.jp", ""),
        ("<hanako@example.jp>", ""),
        ("株式会社見本", "株式会社見本"),
        ("お客様", ""),
        ("様", ""),
        ("http://evil.example/", ""),
        ("山田\r\nBcc: a@example.com", ""),
        ("taro123", ""),
        ("{{ 7*7 }}", ""),
        ("あ" * 41, ""),
        ("辻\U000e0100 花子", "辻\U000e0100 花子"),
        ("山\u202e田", "山 田"),
    ],
)
def test_the_sender_of_a_mail_is_a_name_or_none(sender: str, name: str) -> None:
    assert customer_name(reading(sender)) == name


@pytest.mark.parametrize(
    ("opening", "name"),
    [
        ("山田と申します。", "山田"),
        ("お世話になっております。山田花子と申します。", "山田花子"),
        ("先日ポットを購入した山田と申します。", "山田"),
        ("大阪の鈴木ほのかと申します。", "鈴木ほのか"),
        ("株式会社見本の佐藤ともうします。", "佐藤"),
        ("私は田中と申します", "田中"),
        ("わたくし、高橋と申します", "高橋"),
        ("先日お電話した者です。", ""),
        ("大阪で小さな店を営む佐藤と申します。", "佐藤"),
        ("匿名と申します。", ""),
    ],
)
def test_who_introduces_himself_is_known(opening: str, name: str) -> None:
    assert customer_name(reading("", (PartKind.OPENING, opening), (PartKind.BODY, "送料は？"))) == name


def test_a_field_of_a_form_names_the_customer() -> None:
    form = reading("", (PartKind.LABEL, "お名前：山田花子 様"), (PartKind.BODY, "送料は？"))
    assert customer_name(form) == "山田花子"


@pytest.mark.parametrize(
    ("signature", "name"),
    [
        ("--\n山田 花子\nhanako@example.jp", "山田 花子"),
        ("株式会社見本\n営業部\n鈴木 一郎\n03-0000-0000", "鈴木 一郎"),
        ("株式会社見本\n営業部", ""),
        ("iPhoneから送信", ""),
    ],
)
def test_a_line_of_the_signature_may_be_the_name(signature: str, name: str) -> None:
    assert customer_name(reading("", (PartKind.BODY, "送料は？"), (PartKind.SIGNATURE, signature))) == name


@pytest.mark.parametrize("kind", [PartKind.QUOTE, PartKind.OPERATOR, PartKind.DISCLAIMER, PartKind.FOOTER])
def test_who_is_named_by_others_is_not_the_customer(kind: PartKind) -> None:
    assert customer_name(reading("", (PartKind.BODY, "送料は？"), (kind, "お客様係の佐藤と申します。"))) == ""


def test_what_is_known_better_wins_even_if_that_is_nothing() -> None:
    written = reading("山田 花子 <hanako@example.jp>")
    assert customer_name(written, "佐藤 様") == "佐藤"
    assert customer_name(written, "") == ""


def test_a_real_mail_names_its_sender() -> None:
    sender = "=?utf-8?b?5bGx55SwIOiKseWtkA==?= <hanako@example.jp>"
    raw = f"From: {sender}\nSubject: q\nTo: s@example.com\n\n送料は？\n"
    assert customer_name(read_inquiry(raw.encode(), "mail")) == "山田 花子"


@pytest.mark.parametrize(
    ("channel", "parts", "name"),
    [
        ("mail", [(PartKind.GREETING, "お世話になります。見本商事の佐藤です。")], "佐藤"),
        ("mail", [(PartKind.OPENING, "長崎の中島 久江でございます。")], "中島 久江"),
        ("mail", [(PartKind.GREETING, "見本商店 佐藤様")], ""),
        ("mail", [(PartKind.SIGNATURE, "見本商事株式会社　経理　佐藤 花子")], "佐藤 花子"),
        ("form", [(PartKind.LABEL, "■お客様氏名　佐藤 花子")], "佐藤 花子"),
        ("phone", [(PartKind.LABEL, "15:21 着信／佐藤様／090-0000-5170")], "佐藤"),
        ("phone", [(PartKind.LABEL, "受付：佐藤")], ""),
        ("mail", [(PartKind.LABEL, "佐藤様")], ""),
    ],
)
def test_a_name_counts_where_the_words_around_it_say_whose_it_is(
    channel: str, parts: list[tuple[PartKind, str]], name: str
) -> None:
    written = replace(reading("", *parts, (PartKind.BODY, "送料はいくらですか？")), channel=channel)
    assert customer_name(written) == name


def test_a_very_long_inquiry_is_not_searched_for_names() -> None:
    long = reading(
        "", (PartKind.BODY, "送料は？" * 5_000), (PartKind.SIGNATURE, "見本商事株式会社　経理　佐藤 花子")
    )
    assert customer_name(long) == ""


@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=80))
def test_whatever_comes_a_name_is_short_and_made_of_letters(
    sender: str, opening: str, signature: str
) -> None:
    parts = ((PartKind.OPENING, f"{opening}と申します"), (PartKind.SIGNATURE, signature))
    for name in (customer_name(reading(sender, *parts)), customer_name(reading("", *parts))):
        assert len(name) <= MAX_NAME_LENGTH
        assert not any(unicodedata.category(character)[0] in "CNS" for character in name)
        assert not name.endswith(("様", "さん", "殿"))
