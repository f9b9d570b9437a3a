from __future__ import annotations

import dataclasses
import datetime as dt
import pickle
from typing import Any

import pytest

from faqsearch.entry import FIELDS, JAPAN, MAX_ID_LENGTH, Audience, FaqEntry, Status
from faqsearch.errors import EntryError

TODAY = dt.date(2026, 4, 1)


def entry(**changes: Any) -> FaqEntry:
    return FaqEntry(**{"id": "faq-1", "question": "送料はいくらですか", "answer": "550円です。", **changes})


def test_an_entry_of_id_question_and_answer_is_public_and_published() -> None:
    plain = entry()
    assert (plain.variants, plain.category, plain.tags, plain.url) == ((), "", (), "")
    assert (plain.audience, plain.status) == (Audience.PUBLIC, Status.PUBLISHED)
    assert (plain.valid_from, plain.valid_until) == (None, None)


def test_an_entry_is_frozen_hashable_and_picklable() -> None:
    full = entry(variants=["運賃は"], tags=["送料"], audience="operator", valid_from=TODAY)
    assert pickle.loads(pickle.dumps(full)) == full
    assert len({full, dataclasses.replace(full)}) == 1
    with pytest.raises(dataclasses.FrozenInstanceError):
        full.question = "他の質問"  # type: ignore[misc]


def test_fields_can_only_be_given_by_name() -> None:
    with pytest.raises(TypeError):
        FaqEntry("faq-1", "送料は", "550円です。")  # type: ignore[misc]


def test_audience_and_status_are_read_from_their_values() -> None:
    read = entry(audience="operator", status="archived")
    assert read.audience is Audience.OPERATOR
    assert read.status is Status.ARCHIVED


def test_sequences_of_texts_become_tuples() -> None:
    read = entry(variants=["運賃は", "送る代金"], tags=(tag for tag in ("送料", "配送")))
    assert read.variants == ("運賃は", "送る代金")
    assert read.tags == ("送料", "配送")


@pytest.mark.parametrize("line_break", ["\r\n", "\r", "\n"])
def test_line_breaks_become_newlines_in_every_field(line_break: str) -> None:
    read = entry(answer=f"一行目{line_break}二行目", variants=[f"上{line_break}下"])
    assert read.answer == "一行目\n二行目"
    assert read.variants == ("上\n下",)


def test_tabs_emoji_and_supplementary_characters_are_kept() -> None:
    assert entry(answer="表\t𠮷野家👨‍👩‍👧").answer == "表\t𠮷野家👨‍👩‍👧"


def test_field_text_joins_repeated_fields_by_line_breaks() -> None:
    full = entry(variants=["運賃は", "送る代金"], tags=["送料"], category="配送")
    assert [full.field_text(field) for field in FIELDS] == [
        "送料はいくらですか",
        "運賃は\n送る代金",
        "550円です。",
        "配送",
        "送料",
    ]


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("id", "", "id: has 0 characters; allowed are 1 to 200"),
        ("id", "x" * (MAX_ID_LENGTH + 1), "id: has 201 characters"),
        ("id", "faq 1", "white space and invisible characters are not allowed"),
        ("id", "faq\u3000一", "white space and invisible characters are not allowed"),
        ("id", "faq\u200b1", "white space and invisible characters are not allowed"),
        ("id", 1, "id: came as int; give a string"),
        ("question", "", "question: is empty"),
        ("question", " \n\u3000", "question: is empty"),
        ("question", None, "question: came as NoneType; give a string"),
        ("answer", "\t", "answer: is empty"),
        ("answer", "a\x00b", "answer: holds the control character U+0000"),
        ("answer", "a\x1bb", "U+001B"),
        ("answer", "a\x85b", "U+0085"),
        ("answer", "a\ud800b", "U+D800"),
        ("category", "配\x07送", "category: holds the control character U+0007"),
        ("category", 5, "category: came as int; give a string"),
        ("variants", "運賃は", "variants: came as str; give a sequence of strings"),
        ("variants", 5, "variants: came as int; give a sequence of strings"),
        ("variants", ["運賃は", " "], "variants: holds an empty text"),
        ("variants", ["運賃は", 5], "variants: came as int"),
        ("tags", ["送料", "送料"], "tags: holds the same text twice"),
        ("tags", ["a\r\nb", "a\nb"], "tags: holds the same text twice"),
        ("audience", "staff", "audience: came as 'staff'; allowed are public, operator"),
        ("audience", None, "audience: came as None; allowed are public, operator"),
        ("audience", [], "audience: came as []; allowed are public, operator"),
        ("status", "live", "status: came as 'live'; allowed are draft, published, archived"),
        ("valid_from", "2026-04-01", "valid_from: came as str; give a datetime.date or None"),
        ("valid_until", dt.datetime(2026, 4, 1, tzinfo=JAPAN), "valid_until: came as datetime"),
        ("url", "ftp://faq.example/1", "it must begin with http:// or https://"),
        ("url", "javascript:alert(1)", "it must begin with http:// or https://"),
        ("url", "https://faq.example/a b", "holds U+0020; white space, double quotes, angle brackets and"),
        ("url", "https://faq.example/\u3000", "url: holds U+3000"),
        ("url", "https://faq.example/\n", "url: holds U+000A"),
        ("url", 'https://faq.example/"', "url: holds U+0022"),
        ("url", "https://faq.example/<b", "url: holds U+003C"),
        ("url", "https://faq.example/b>", "characters must be percent-encoded"),
        ("url", "https://faq.example/\u202ecod", "url: holds U+202E"),
        ("url", "https://faq.example/\x7f", "url: holds the control character U+007F"),
        ("question", "\u200b\u2060", "question: is empty; write at least one visible character"),
        ("answer", " \ufeff\n\u00ad", "answer: is empty; write at least one visible character"),
    ],
)
def test_a_field_that_breaks_its_rule_is_named(field: str, value: Any, message: str) -> None:
    with pytest.raises(EntryError) as caught:
        entry(**{field: value})
    assert caught.value.field == field
    assert message in str(caught.value)


def test_the_longest_id_is_allowed() -> None:
    assert len(entry(id="x" * MAX_ID_LENGTH).id) == MAX_ID_LENGTH


def test_a_window_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(EntryError, match="2026-03-31 is before valid_from 2026-04-01") as caught:
        entry(valid_from=TODAY, valid_until=dt.date(2026, 3, 31))
    assert caught.value.field == "valid_until"


@pytest.mark.parametrize(
    ("valid_from", "valid_until", "visible"),
    [
        (None, None, True),
        (TODAY, TODAY, True),
        (dt.date(2026, 3, 31), None, True),
        (None, dt.date(2026, 4, 2), True),
        (dt.date(2026, 4, 2), None, False),
        (None, dt.date(2026, 3, 31), False),
    ],
)
def test_an_entry_is_visible_from_its_first_to_its_last_day(
    valid_from: dt.date | None, valid_until: dt.date | None, visible: bool
) -> None:
    windowed = entry(valid_from=valid_from, valid_until=valid_until)
    assert windowed.is_visible(Audience.PUBLIC, TODAY) is visible
    assert windowed.is_visible(Audience.OPERATOR, TODAY) is visible


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("audience", Audience)
@pytest.mark.parametrize("reader", Audience)
def test_only_published_entries_are_visible_and_operators_entries_only_to_operators(
    status: Status, audience: Audience, reader: Audience
) -> None:
    expected = status == "published" and (reader == "operator" or audience == "public")
    assert entry(status=status, audience=audience).is_visible(reader, TODAY) is expected


def test_operators_see_both_audiences_and_the_public_only_its_own() -> None:
    seen = {(reader, other) for reader in Audience for other in Audience if reader.may_see(other)}
    assert seen == {("public", "public"), ("operator", "public"), ("operator", "operator")}
