"""A file that was loaded before is neither read nor analysed nor looked up again, and any other file is."""

from __future__ import annotations

import csv
import datetime as dt
import logging
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

import faqsearch
from faqsearch import Audience, FaqEntry, FormatError, InputError, KnowledgeBase, SudachiAnalyzer
from faqsearch.entry import JAPAN
from faqsearch.index.segment import LayerIndex
from faqsearch.index.storage import FileEntries, IndexCache, StoredEntries, read_index
from faqsearch.store import read_with_source, source_of, write_entries

ENTRIES = (
    FaqEntry(id="ret", question="返品の送料は誰が払いますか", answer="お客様のご負担です。", category="返品"),
    FaqEntry(
        id="pass", question="パスワードを忘れました", answer="再設定してください。", variants=("暗証番号",)
    ),
    FaqEntry(id="sale", question="セールの返品", answer="できません。", valid_from=dt.date(2026, 4, 2)),
    FaqEntry(id="gift", question="ギフトの返品", answer="できます。", valid_until=dt.date(2026, 4, 1)),
)
OPERATORS = (*ENTRIES, FaqEntry(id="ops", question="着払い", answer="初期不良のとき。", audience="operator"))
ANALYZER = SudachiAnalyzer()


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of files that are parsed from now on."""
    seen: list[str] = []

    def noted(path: Path) -> object:
        seen.append(path.name)
        return read_with_source(path)

    monkeypatch.setattr("faqsearch.loading.read_with_source", noted)
    return seen


@pytest.fixture
def faq(tmp_path: Path) -> Path:
    path = tmp_path / "faq.jsonl"
    write_entries(path, OPERATORS)
    return path


def loaded(faq: Path) -> KnowledgeBase:
    return faqsearch.load(faq, preset="lexical", cache=faq.parent / "index")


def answers(base: KnowledgeBase) -> list[object]:
    found: list[object] = [base.entries()]
    for audience in Audience:
        for query in ("返品の送料", "暗証番号", "着払い", "パスワド"):
            result = base.search(query, audience=audience)
            found += [(hit.id, hit.score, hit.entry, hit.explanation, hit.highlights) for hit in result.hits]
        found += [base.categories(audience), base.complete("へんぴん", audience=audience)]
    return found


def observed(base: KnowledgeBase) -> list[object]:
    return [*answers(base), *(base.revision(audience) for audience in Audience)]


def test_a_file_that_was_loaded_before_is_not_parsed_again(faq: Path, read: list[str]) -> None:
    first = loaded(faq)
    again = loaded(faq)
    assert read == ["faq.jsonl"]
    assert (first.from_cache, again.from_cache) == (False, True)
    assert isinstance(again.view().entries.unchanged, StoredEntries)
    assert observed(again) == observed(first) == observed(faqsearch.load(faq, preset="lexical"))
    assert again.save_index(faq.parent / "index").new is False


def test_a_file_with_one_other_byte_is_parsed_anew_and_so_is_the_old_one_after_it(
    faq: Path, read: list[str]
) -> None:
    loaded(faq)
    old = faq.read_bytes()
    new = old.replace("再設定".encode(), "再設営".encode())
    assert sum(a != b for a, b in zip(old, new, strict=True)) == 2
    for data, answer in (
        (new, "再設営してください。"),
        (old, "再設定してください。"),
        (old + b"\n", "再設定してください。"),
    ):
        faq.write_bytes(data)
        for _ in range(2):
            assert loaded(faq).get("pass").answer == answer
    assert len(read) == 4


def test_the_same_bytes_under_another_suffix_are_another_file(tmp_path: Path) -> None:
    for name in ("a.csv", "a.CSV", "a.jsonl", "a.xlsx"):
        (tmp_path / name).write_bytes(b"id,question,answer\n")
    a, same, other, sheet = (source_of(tmp_path / name) for name in ("a.csv", "a.CSV", "a.jsonl", "a.xlsx"))
    assert a == same == read_with_source(tmp_path / "a.csv")[1]
    assert len({a, other, sheet}) == 3


def test_a_workbook_read_by_another_library_is_another_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "faq.xlsx"
    write_entries(path, ENTRIES)
    before = source_of(path)
    assert loaded(path).entries() == loaded(path).entries()

    def missing(name: str) -> str:
        raise faqsearch.store.xlsx_format.metadata.PackageNotFoundError(name)

    monkeypatch.setattr("faqsearch.store.xlsx_format.metadata.version", missing)
    assert source_of(path) != before


def test_a_file_that_cannot_be_read_is_the_same_error_with_a_cache(faq: Path) -> None:
    loaded(faq)
    faq.unlink()
    assert source_of(faq) == ""
    with pytest.raises(FormatError, match="does not exist"):
        loaded(faq)
    with pytest.raises(InputError, match="suffix"):
        loaded(faq.with_suffix(".txt"))


def test_damaged_entries_are_told_and_the_file_is_read_again(
    faq: Path, read: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    right = observed(loaded(faq))
    entries = faq.parent / "index" / "gen-000001" / "entries"
    whole = entries.read_bytes()
    entries.write_bytes(whole[:100] + b"\xff" + whole[101:])
    with caplog.at_level(logging.WARNING):
        assert observed(loaded(faq)) == right
    assert [message.rpartition(": ")[2] for message in caplog.messages] == ["entries is not what was written"]
    assert read == ["faq.jsonl", "faq.jsonl"]
    assert loaded(faq).from_cache


def test_entries_that_point_outside_are_damaged_whatever_their_checksums_say(
    faq: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = faqsearch.index.storage.folder.entry_columns

    def wrong(entries: Iterable[FaqEntry]) -> dict[str, object]:
        columns = real(entries)
        return {**columns, "by id": columns["by id"] + 1}

    with monkeypatch.context() as patch:
        patch.setattr("faqsearch.index.storage.folder.entry_columns", wrong)
        loaded(faq)
    found = read_index(faq.parent / "index", ANALYZER.fingerprint)
    assert (found.state, found.reason) == ("damaged", "entries holds no entries: ValueError")


def test_rows_that_point_outside_of_the_entries_are_damage(
    faq: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = faqsearch.index.storage.folder.entry_columns
    with monkeypatch.context() as patch:
        patch.setattr(
            "faqsearch.index.storage.folder.entry_columns", lambda entries: real(tuple(entries)[:1])
        )
        loaded(faq)
    found = read_index(faq.parent / "index", ANALYZER.fingerprint)
    assert (found.state, found.reason) == ("damaged", "segment-1 holds no index: ValueError")


def test_an_edited_base_keeps_no_entries_of_the_file_and_the_next_load_keeps_them_again(
    faq: Path, read: list[str]
) -> None:
    base, fresh = loaded(faq), faqsearch.load(faq, preset="lexical")
    base = loaded(faq)
    read.clear()
    for one in (base, fresh):
        one.upsert(replace(ENTRIES[1], answer="返品の送料"))
        one.delete("gift", "ops")
    assert observed(base) == observed(fresh)
    folder = faq.parent / "index"
    base.save_index(folder)
    assert read_index(folder, ANALYZER.fingerprint).table is None
    base.save(faq)
    for parsed in (1, 1):
        again = loaded(faq)
        assert again.from_cache
        assert answers(again) == answers(base)
        assert len(read) == parsed


@pytest.mark.parametrize("day", [1, 2])
def test_what_the_day_shows_and_hides_is_that_of_a_fresh_base(faq: Path, day: int) -> None:
    folder = faq.parent / "index"
    entries = FileEntries(*read_with_source(faq))

    def base_of(known: FileEntries | StoredEntries, index: IndexCache | None, today: int) -> KnowledgeBase:
        now = dt.datetime(2026, 4, today, 12, tzinfo=JAPAN)
        return KnowledgeBase(known, preset="lexical", analyzer=ANALYZER, clock=lambda: now, cache=index)

    base_of(entries, None, 1).save_index(folder)
    index = IndexCache(folder, ANALYZER)
    stored = index.entries(entries.source)
    assert stored is not None
    base = base_of(stored, index, day)
    assert base.from_cache == (day == 1)
    assert observed(base) == observed(base_of(entries, None, day))


def test_audiences_that_see_the_same_are_served_with_one_snapshot(tmp_path: Path) -> None:
    faq = tmp_path / "faq.jsonl"
    write_entries(faq, ENTRIES[:2])
    loaded(faq)
    base = loaded(faq)
    assert base.view("public").snapshot is base.view("operator").snapshot
    base.confirm("pass", "ログインできない", "a")
    assert base.view("public").snapshot is base.view("operator").snapshot
    base.confirm("pass", "ログイン画面", "a", "customer")
    base.upsert(replace(ENTRIES[0], audience=Audience.OPERATOR))
    assert base.view("public").snapshot is not base.view("operator").snapshot
    base = faqsearch.load(
        faq, preset="lexical", cache=tmp_path / "index", confirmations=tmp_path / "learnt.jsonl"
    )
    base.confirm("pass", "ログインできない", "a")
    again = faqsearch.load(
        faq, preset="lexical", cache=tmp_path / "index", confirmations=tmp_path / "learnt.jsonl"
    )
    assert again.from_cache
    assert answers(again) == answers(base)


def test_first_search_and_first_edit_find_what_they_need_in_the_index(
    faq: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = replace(ENTRIES[0], answer="当店が負担します。")
    fresh = loaded(faq)
    fresh.upsert(changed)
    right = answers(fresh)
    base = loaded(faq)
    assert base.from_cache
    stored = {id(one) for who in Audience for one in base.view(who).snapshot.segments[0].layers.values()}

    def not_again(index: LayerIndex, *_: object) -> object:
        assert id(index) not in stored
        return original(index)

    original = LayerIndex.by_document.func
    monkeypatch.setattr(LayerIndex, "by_document", property(not_again))
    monkeypatch.setattr("faqsearch.index.statistics._documents_with", not_again)
    base.upsert(changed)
    assert answers(base) == right
    for who in Audience:
        segment = base.view(who).snapshot.segments[0]
        numbers = {key: number for number, key in enumerate(segment.doc_ids)}
        assert segment.doc_numbers == numbers
        assert segment.by_id.tolist() == [numbers[key] for key in sorted(numbers)]


def test_what_the_dictionary_knows_of_a_vocabulary_is_kept(
    faq: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = observed(loaded(faq))
    asked: list[str] = []
    real = SudachiAnalyzer.word

    def noted(self: SudachiAnalyzer, term: str) -> object:
        asked.append(term)
        return real(self, term)

    monkeypatch.setattr(SudachiAnalyzer, "word", noted)
    base = loaded(faq)
    base.search("パスワド")
    assert "送料" not in asked
    assert observed(base) == right


def test_an_edited_base_with_confirmations_keeps_nothing_of_these(faq: Path, tmp_path: Path) -> None:
    base = loaded(faq)
    base.confirm("pass", "ぎんなんを煎る", "a")
    base.upsert(replace(ENTRIES[0], answer="送料はかかりません。"))
    base.save_index(tmp_path / "index")
    for path in (tmp_path / "index").rglob("*"):
        assert path.is_dir() or "ぎんなん".encode() not in path.read_bytes()
    faqs = tmp_path / "other.jsonl"
    base.save(faqs)
    fresh = faqsearch.load(faqs, preset="lexical")
    assert observed(loaded(faqs)) == observed(fresh)


def test_csv_files_are_kept_too(tmp_path: Path, read: list[str]) -> None:
    faq = tmp_path / "faq.csv"
    with faq.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows([("id", "question", "answer"), ("a", "返品", "可\r\n否")])
    assert (
        loaded(faq).entries()
        == loaded(faq).entries()
        == (FaqEntry(id="a", question="返品", answer="可\n否"),)
    )
    assert read == ["faq.csv"]
