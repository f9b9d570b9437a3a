"""Every argument of a wrong type or range is refused, in words that never repeat a query."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from faqsearch import FaqEntry, InputError, KnowledgeBase

SECRET = "ひみつの問い合わせ文"


@pytest.fixture(scope="module")
def base() -> KnowledgeBase:
    return KnowledgeBase([FaqEntry(id="ship-1", question="送料はいくらですか", answer="550円です。")])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"k": 0}, "k came as 0; give a whole number from 1 to 10,000"),
        ({"k": -1}, "k came as -1"),
        ({"k": 10_001}, "k came as 10,001"),
        ({"k": 10**5000}, "k came as a number of more than 18 digits"),
        ({"k": 1.0}, "k came as float"),
        ({"k": True}, "k came as bool"),
        ({"k": "3"}, "k came as str"),
        ({"k": SECRET}, "k came as str"),
        ({"k": None}, "k came as NoneType"),
        ({"audience": "staff"}, "audience came as 'staff'; allowed are public, operator"),
        ({"audience": "Public"}, "audience came as 'Public'"),
        ({"audience": None}, "audience came as NoneType"),
        ({"audience": []}, "audience came as list of length 0"),
        ({"audience": SECRET}, "audience came as str of length 10; allowed are public, operator"),
        ({"category": 5}, "category came as int; give one name or None"),
        ({"category": ["配送"]}, "category came as list"),
        ({"tags": "送料"}, "tags came as str; give a sequence of strings"),
        ({"tags": None}, "tags came as NoneType"),
        ({"tags": 5}, "tags came as int"),
        ({"tags": ["送料", 5]}, "tags holds a int"),
        ({"tags": b"x"}, "tags holds a int"),
    ],
)
def test_search_refuses_a_wrong_argument(
    base: KnowledgeBase, arguments: dict[str, Any], message: str
) -> None:
    with pytest.raises(InputError, match=message) as caught:
        base.search(SECRET, **arguments)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"channel": "fax"}, "channel came as 'fax'; allowed are chat, mail, phone, form, sns, search"),
        ({"channel": None}, "channel came as NoneType"),
        ({"channel": []}, "channel came as list of length 0"),
        ({"channel": SECRET}, "channel came as str of length 10; allowed are chat"),
        ({"audience": "staff"}, "audience came as 'staff'"),
    ],
)
def test_suggest_refuses_a_wrong_argument(
    base: KnowledgeBase, arguments: dict[str, Any], message: str
) -> None:
    with pytest.raises(InputError, match=message) as caught:
        base.suggest(SECRET, **arguments)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("text", [None, 5, b"bytes", ["list"], FaqEntry(id="a", question="b", answer="c")])
@pytest.mark.parametrize(
    "call",
    [
        lambda base, text: base.search(text),
        lambda base, text: base.explain(text, "ship-1"),
        lambda base, text: base.confirm("ship-1", text, "op-1"),
    ],
    ids=["search", "explain", "confirm"],
)
def test_a_text_that_is_no_string_is_refused(
    base: KnowledgeBase, call: Callable[[KnowledgeBase, Any], object], text: Any
) -> None:
    with pytest.raises(InputError, match=f"text came as {type(text).__name__}; give a string"):
        call(base, text)


@pytest.mark.parametrize("inquiry", [None, 5, ["list"], FaqEntry(id="a", question="b", answer="c")])
def test_an_inquiry_that_is_neither_string_nor_bytes_is_refused(base: KnowledgeBase, inquiry: Any) -> None:
    expected = f"an inquiry came as {type(inquiry).__name__}; give a string or bytes"
    for call in (base.suggest, base.triage):
        with pytest.raises(InputError, match=expected):
            call(inquiry)


@pytest.mark.parametrize("entry_id", [None, 5, ["ship-1"], b"ship-1"])
@pytest.mark.parametrize(
    "call",
    [lambda base, key: base.get(key), lambda base, key: base.explain(SECRET, key)],
    ids=["get", "explain"],
)
def test_an_entry_id_that_is_no_string_is_refused(
    base: KnowledgeBase, call: Callable[[KnowledgeBase, Any], object], entry_id: Any
) -> None:
    with pytest.raises(InputError, match=f"an entry id came as {type(entry_id).__name__}") as caught:
        call(base, entry_id)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    "call",
    [
        lambda base: base.get("ship-1", "staff"),
        lambda base: base.explain(SECRET, "ship-1", "staff"),
        lambda base: base.categories("staff"),
        lambda base: base.revision("staff"),
    ],
    ids=["get", "explain", "categories", "revision"],
)
def test_an_unknown_audience_is_refused_everywhere(
    base: KnowledgeBase, call: Callable[[KnowledgeBase], object]
) -> None:
    with pytest.raises(InputError, match="audience came as 'staff'; allowed are public, operator") as caught:
        call(base)
    assert caught.value.__cause__ is None
    assert SECRET not in str(caught.value)
