"""A base that begins with an index from disk is, in all that can be observed, one that was built afresh."""

from __future__ import annotations

import datetime as dt
import json
import logging
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import faqsearch
from faqsearch import Audience, Confirmation, FaqEntry, InputError, KnowledgeBase, PlainAnalyzer
from faqsearch.analysis import SudachiAnalyzer
from faqsearch.entry import JAPAN
from faqsearch.index.merging import merge_segments
from faqsearch.index.segment import Postings
from faqsearch.index.storage import cache as cache_module
from faqsearch.index.storage import n_differing, read_index
from faqsearch.index.storage.stored import entry_digest

ANALYZER = SudachiAnalyzer()
NOON = dt.datetime(2026, 4, 1, 12, tzinfo=JAPAN)
ENTRIES = (
    FaqEntry(id="ret", question="返品の送料は誰が払いますか", answer="お客様のご負担です。", category="返品"),
    FaqEntry(id="pass", question="パスワードを忘れました", answer="再設定してください。", tags=("会員",)),
    FaqEntry(id="ops", question="返品を着払いで受ける場合", answer="初期不良のとき。", audience="operator"),
    FaqEntry(id="sale", question="セールの返品", answer="できません。", valid_from=dt.date(2026, 4, 2)),
    FaqEntry(id="old", question="旧ポイント", answer="終了しました。", status="archived"),
)
LEARNT = Confirmation(entry_id="pass", text="ログインできない", source="a", kind="operator", at=NOON)


def base_of(
    entries: tuple[FaqEntry, ...] = ENTRIES,
    folder: Path | None = None,
    now: dt.datetime = NOON,
    confirmations: tuple[Confirmation, ...] = (),
) -> KnowledgeBase:
    return KnowledgeBase(
        entries,
        preset="lexical",
        analyzer=ANALYZER,
        clock=lambda: now,
        cache=folder,
        confirmations=confirmations,
    )


def observed(base: KnowledgeBase) -> list[object]:
    found: list[object] = []
    for audience in Audience:
        for query in ("返品の送料", "ログインできない", "セール", "パスワド"):
            result = base.search(query, audience=audience)
            found += [(hit.id, hit.score, hit.explanation, hit.highlights) for hit in result.hits]
            found.append(result.total)
        found += [base.revision(audience), base.categories(audience)]
    return found


@pytest.fixture
def analysed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids of entries that are analysed from now on."""
    seen: list[str] = []
    real = faqsearch.audiences.analyze_entry  # type: ignore[attr-defined]

    def noted(analyzer: object, entry: FaqEntry, confirmed: object) -> object:
        seen.append(entry.id)
        return real(analyzer, entry, confirmed)

    monkeypatch.setattr("faqsearch.audiences.analyze_entry", noted)
    return seen


def test_an_index_that_fits_is_used_and_nothing_is_analysed(tmp_path: Path, analysed: list[str]) -> None:
    fresh = base_of()
    assert not fresh.from_cache
    fresh.save_index(tmp_path)
    analysed.clear()
    base = base_of(folder=tmp_path)
    assert base.from_cache
    assert analysed == []
    assert observed(base) == observed(fresh)
    assert base.save_index(tmp_path).new is False


def test_the_index_is_that_of_a_fresh_base_array_for_array(tmp_path: Path) -> None:
    fresh = base_of(confirmations=(LEARNT,))
    fresh.save_index(tmp_path)
    opened = base_of(folder=tmp_path, confirmations=(LEARNT,))
    for audience in Audience:
        snapshot = fresh.view(audience).snapshot
        here, there = (
            merge_segments(snapshot.segments, snapshot.live),
            opened.view(audience).snapshot.segments[0],
        )
        assert tuple(there.doc_ids) == here.doc_ids
        assert tuple(there.texts) == here.texts
        assert tuple(there.layers) == tuple(here.layers)
        for name, index in here.layers.items():
            other = there.layers[name]
            assert tuple(other.terms) == index.terms
            assert other.numbers == index.numbers
            for one, two in (
                (other.lengths, index.lengths),
                *((getattr(other.postings, c), getattr(index.postings, c)) for c in Postings.__slots__),
            ):
                assert one.dtype == two.dtype
                np.testing.assert_array_equal(one, two)


def test_only_what_differs_is_analysed(tmp_path: Path, analysed: list[str]) -> None:
    base_of().save_index(tmp_path)
    changed = (
        replace(ENTRIES[0], answer="当店の負担です。"),
        *ENTRIES[2:],
        FaqEntry(id="new", question="領収書の宛名", answer="変えられます。"),
    )
    analysed.clear()
    base = base_of(changed, tmp_path)
    assert sorted(analysed) == ["new", "ret"]
    assert not base.from_cache
    assert observed(base) == observed(base_of(changed))
    base.save_index(tmp_path)
    assert base_of(changed, tmp_path).from_cache


@pytest.mark.parametrize(
    "changed",
    [
        {"question": "送料"},
        {"answer": "送料"},
        {"category": "配送"},
        {"tags": ("送料",)},
        {"variants": ("送料",)},
        {"variants": ("送", "料")},
        {"tags": ("送", "料")},
        {"id": "other"},
    ],
)
def test_whatever_is_indexed_changes_the_digest_of_an_entry(changed: dict[str, object]) -> None:
    others = {"variants": ("送\n料",), "tags": ("送\n料",)}
    entry = replace(ENTRIES[0], **others)
    assert entry_digest(replace(entry, **changed)) != entry_digest(entry)  # type: ignore[arg-type]


def test_what_is_not_indexed_does_not_change_the_digest_of_an_entry() -> None:
    shown = replace(ENTRIES[0], url="https://shop.example/", audience="operator")
    assert entry_digest(shown) == entry_digest(ENTRIES[0])


def test_an_entry_whose_page_alone_has_changed_is_shown_as_it_is_now(tmp_path: Path) -> None:
    base_of().save_index(tmp_path)
    moved = (replace(ENTRIES[0], url="https://shop.example/"), *ENTRIES[1:])
    base = base_of(moved, tmp_path)
    assert base.from_cache
    assert base.get("ret").url == "https://shop.example/"


def test_an_index_of_another_day_serves_what_is_valid_now(tmp_path: Path, analysed: list[str]) -> None:
    base_of().save_index(tmp_path)
    analysed.clear()
    later = base_of(folder=tmp_path, now=NOON + dt.timedelta(days=1))
    assert analysed == ["sale"]
    assert observed(later) == observed(base_of(now=NOON + dt.timedelta(days=1)))


def test_an_entry_that_became_internal_leaves_the_public_index(tmp_path: Path) -> None:
    base_of().save_index(tmp_path)
    hidden = (replace(ENTRIES[0], audience="operator"), *ENTRIES[1:])
    base = base_of(hidden, tmp_path)
    assert observed(base) == observed(base_of(hidden))
    base.save_index(tmp_path)
    stored = read_index(tmp_path, ANALYZER.fingerprint).segments
    assert tuple(stored["public"].doc_ids) == ("pass",)
    assert "送料" not in stored["public"].layers["a"].terms
    assert set(stored["operator"].doc_ids) == {"ret", "pass", "ops"}


def test_what_customers_teach_is_never_on_disk_and_works_from_there(tmp_path: Path) -> None:
    fresh = base_of(confirmations=(LEARNT,))
    fresh.save_index(tmp_path)
    assert not any("ログイン".encode() in path.read_bytes() for path in tmp_path.rglob("segment-*"))
    base = base_of(folder=tmp_path, confirmations=(LEARNT,))
    assert base.from_cache
    assert observed(base) == observed(fresh)
    base.forget(LEARNT.id)
    assert observed(base_of(folder=tmp_path)) == observed(base_of())
    for audience in Audience:
        forgotten, never = (one.search("ログインできない", audience=audience) for one in (base, base_of()))
        assert [hit.score for hit in forgotten.hits] == [hit.score for hit in never.hits]


def test_edits_of_an_opened_base_equal_those_of_a_fresh_one(tmp_path: Path) -> None:
    base_of().save_index(tmp_path)
    base, fresh = base_of(folder=tmp_path), base_of()
    for one in (base, fresh):
        one.upsert(replace(ENTRIES[1], answer="返品の送料"))
        one.delete("ret")
        one.confirm("pass", "ログインできない", "a")
    assert not base.from_cache
    assert observed(base) == observed(fresh)


def test_a_base_without_visible_entries_has_the_revision_of_a_fresh_one(tmp_path: Path) -> None:
    for entries in ((), ENTRIES[4:], ENTRIES[2:3]):
        base_of().save_index(tmp_path)
        base = base_of(entries, tmp_path)
        assert observed(base) == observed(base_of(entries))
        base.save_index(tmp_path)
        base = base_of(entries, tmp_path)
        assert base.from_cache
        assert observed(base) == observed(base_of(entries))


def test_load_makes_the_index_and_then_uses_it(tmp_path: Path, analysed: list[str]) -> None:
    faq, folder = tmp_path / "faq.jsonl", tmp_path / "index"
    base_of().save(faq)
    first = faqsearch.load(faq, preset="lexical", cache=folder)
    assert not first.from_cache
    analysed.clear()
    second = faqsearch.load(faq, preset="lexical", cache=folder)
    assert second.from_cache
    assert analysed == []
    assert [hit.score for hit in second.search("返品").hits] == [
        hit.score for hit in first.search("返品").hits
    ]


def test_damage_is_logged_as_what_it_is_and_mended(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    faq, folder = tmp_path / "faq.jsonl", tmp_path / "index"
    base_of().save(faq)
    faqsearch.load(faq, preset="lexical", cache=folder)
    segment = folder / "gen-000001" / "segment-1"
    segment.write_bytes(b"\xff" + segment.read_bytes()[1:])
    with caplog.at_level(logging.INFO):
        base = faqsearch.load(faq, preset="lexical", cache=folder)
    assert not base.from_cache
    [record] = caplog.records
    assert (record.levelname, record.getMessage()) == (
        "WARNING",
        f"the index in {folder} is damaged and is made anew: segment-1 is not what was written",
    )
    assert faqsearch.load(faq, preset="lexical", cache=folder).from_cache


def test_another_analyzer_is_no_warning_and_makes_the_index_anew(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    base_of().save_index(tmp_path)
    plain = PlainAnalyzer(tokenize=str.split, name="words", layer="a")
    preset = faqsearch.load_preset("bm25")
    with caplog.at_level(logging.INFO, cache_module.__name__):
        base = KnowledgeBase(ENTRIES, preset=preset, analyzer=plain, cache=tmp_path)
    assert not base.from_cache
    [record] = caplog.records
    assert record.levelname == "INFO"
    assert record.getMessage() == (
        f"the index in {tmp_path} is not used: another analyzer, dictionary or choice of layers made it"
    )
    base.save_index(tmp_path)
    assert KnowledgeBase(ENTRIES, preset=preset, analyzer=plain, cache=tmp_path).from_cache
    assert not base_of(folder=tmp_path).from_cache


def test_a_folder_that_cannot_be_written_is_logged_by_load_and_raised_by_save(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    faq = tmp_path / "faq.jsonl"
    base_of().save(faq)
    base = faqsearch.load(faq, preset="lexical", cache=faq / "index")
    message = (
        f"the index cannot be kept in {faq / 'index'} (index: Not a directory);"
        " make room there, or give another folder"
    )
    assert caplog.messages == [message]
    with pytest.raises(InputError) as caught:
        base.save_index(faq / "index")
    assert str(caught.value) == message


def test_entries_that_are_new_changed_or_gone_are_counted(tmp_path: Path) -> None:
    base_of().save_index(tmp_path)
    stored = read_index(tmp_path, ANALYZER.fingerprint).segments["operator"]
    seen = {entry.id: entry for entry in ENTRIES[:3]}
    assert n_differing(stored, seen) == 0
    seen["ret"] = replace(ENTRIES[0], answer="無料です。")
    del seen["ops"]
    seen["sale"] = ENTRIES[3]
    assert n_differing(stored, seen) == 3
    assert n_differing(stored, {}) == 3


def test_internal_entries_leave_no_trace_in_the_file_of_the_public(tmp_path: Path) -> None:
    def file_of_public(folder: Path) -> bytes:
        generation = folder / read_index(folder, ANALYZER.fingerprint).generation
        manifest = json.loads((generation / "manifest.json").read_text(encoding="utf-8"))
        return (generation / manifest["audiences"]["public"]).read_bytes()

    shown = tuple(entry for entry in ENTRIES if entry.audience is Audience.PUBLIC)
    bm25 = KnowledgeBase(shown, preset="bm25", analyzer=ANALYZER, clock=lambda: NOON)
    bm25.save_index(tmp_path / "first")
    base = base_of(shown, tmp_path / "first")  # both audiences are served with the same segment
    base.upsert(*(entry for entry in ENTRIES if entry.audience is Audience.OPERATOR))
    base.search("返品", audience="operator")  # the first to ask
    base.save_index(tmp_path / "second")
    base_of(shown, tmp_path / "first").save_index(tmp_path / "without")

    assert base.search("着払い", audience="operator").hits
    assert file_of_public(tmp_path / "second") == file_of_public(tmp_path / "without")
