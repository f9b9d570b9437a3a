"""Entries that are decoded when they are asked for are those that were kept, in every field."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqsearch.entry import Audience, FaqEntry, Status
from faqsearch.index import EntryTexts
from faqsearch.index.derived import Column
from faqsearch.index.storage import FileEntries, StoredEntries, labels_of, visible_entries
from faqsearch.index.storage.entries import EntryTable, RowTexts, entry_columns

DAY = dt.date(2026, 4, 1)
ENTRIES = (
    FaqEntry(id="b", question="返品", answer="可", variants=("返す", "戻す"), tags=("送料", "期限")),
    FaqEntry(id="a", question="会員", answer="登録", audience="operator", category="会員"),
    FaqEntry(id="c", question="セール", answer="不可", valid_from=DAY, valid_until=DAY),
    FaqEntry(id="d", question="旧", answer="終了", status="archived", url="https://example.jp/a?b=%20"),
)

letters = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), include_characters="\n\t")
texts = st.text(letters, max_size=8).map(lambda text: f"あ{text}")
days = st.one_of(st.none(), st.dates())


@st.composite
def some_entries(draw: st.DrawFn) -> list[FaqEntry]:
    ids = draw(st.lists(st.text("abあ漢𠮷-", min_size=1, max_size=5), unique=True, max_size=6))
    return [draw(entry_with(entry_id)) for entry_id in ids]


@st.composite
def entry_with(draw: st.DrawFn, entry_id: str) -> FaqEntry:
    first, last = draw(days), draw(days)
    if first and last and last < first:
        first, last = last, first
    return FaqEntry(
        id=entry_id,
        question=draw(texts),
        answer=draw(texts),
        variants=tuple(draw(st.lists(texts, unique=True, max_size=3))),
        category=draw(st.one_of(st.just(""), texts)),
        tags=tuple(draw(st.lists(texts, unique=True, max_size=3))),
        audience=draw(st.sampled_from(Audience)),
        status=draw(st.sampled_from(Status)),
        valid_from=first,
        valid_until=last,
        url=draw(st.sampled_from(["", "https://example.jp/"])),
    )


def stored(entries: list[FaqEntry] | tuple[FaqEntry, ...]) -> StoredEntries:
    return StoredEntries(EntryTable(entry_columns(entries), "file"))


@given(some_entries())
def test_every_field_of_every_entry_is_what_it_was(entries: list[FaqEntry]) -> None:
    found = stored(entries)
    assert list(found) == [entry.id for entry in entries]
    for entry, other in zip(found.values(), entries, strict=True):
        for one in fields(FaqEntry):
            here, there = getattr(entry, one.name), getattr(other, one.name)
            assert (type(here), here) == (type(there), there)
        assert (entry, hash(entry), repr(entry)) == (other, hash(other), repr(other))


@given(some_entries(), st.sampled_from(Audience), st.dates())
def test_visible_are_the_same_entries_as_one_by_one(
    entries: list[FaqEntry], audience: Audience, day: dt.date
) -> None:
    days = {day, *(one for entry in entries for one in (entry.valid_from, entry.valid_until) if one)}
    for today in days:
        here = visible_entries(stored(entries), audience, today)
        there = visible_entries({entry.id: entry for entry in entries}, audience, today)
        assert (len(here), list(here.items())) == (len(there), list(there.items()))
        assert [entry.id in here for entry in entries] == [entry.id in there for entry in entries]
        assert list(labels_of(here)) == list(labels_of(there))
        assert [here.get(entry.id) for entry in entries] == [there.get(entry.id) for entry in entries]


@pytest.mark.parametrize("listed_before", [False, True])
def test_entries_are_found_by_id_and_others_are_not(listed_before: bool) -> None:
    found: Mapping[str, FaqEntry] = stored(ENTRIES)
    if listed_before:
        assert [*found] == ["b", "a", "c", "d"]
    assert [found[key] for key in "abcd"] == sorted(ENTRIES, key=lambda entry: entry.id)
    assert found["a"] is found["a"]
    assert "e" not in found
    with pytest.raises(KeyError, match="e"):
        found["e"]
    public = visible_entries(found, Audience.PUBLIC, DAY)
    assert (list(public), len(public)) == (["b", "c"], 2)
    assert public["b"] is found["b"]
    for hidden in ("a", "d", "e"):
        with pytest.raises(KeyError, match=hidden):
            public[hidden]


def test_texts_of_rows_are_those_of_the_entries_and_the_same_objects_for_all() -> None:
    table = EntryTable(entry_columns(ENTRIES), "file")
    some = RowTexts(table, np.array([2, 0], np.int32))
    assert list(some) == [EntryTexts("セール", (), "不可"), EntryTexts("返品", ("返す", "戻す"), "可")]
    assert len(some) == 2
    assert some[1] is RowTexts(table, np.array([0], np.int32))[0]
    assert list(some[1:]) == [some[1]]
    for row in (4, -1):
        with pytest.raises(ValueError, match="points outside"):
            RowTexts(table, np.array([row], np.int32))


def test_a_table_that_is_none_is_told() -> None:
    columns: dict[str, Column] = entry_columns(ENTRIES)
    with pytest.raises(KeyError, match="question"):
        EntryTable({name: one for name, one in columns.items() if name != "question"}, "file")
    with pytest.raises(TypeError, match="question"):
        EntryTable({**columns, "question": columns["status"]}, "file")
    with pytest.raises(ValueError, match="different lengths"):
        EntryTable({**columns, "status": np.asarray(columns["status"])[1:]}, "file")
    for name in ("audience", "status", "by id"):
        with pytest.raises(ValueError, match="points outside"):
            EntryTable({**columns, name: np.asarray(columns[name]) + np.uint8(3)}, "file")


def test_entries_of_a_file_are_a_dictionary_that_knows_the_file() -> None:
    found = FileEntries(ENTRIES, "file")
    assert (found.source, list(found), stored(ENTRIES).source) == ("file", ["b", "a", "c", "d"], "file")
    assert not hasattr({**found}, "source")
