from __future__ import annotations

import json
from collections import Counter
from functools import cache
from typing import Any

import pytest

import faqsearch.sample
from faqsearch import Audience, FaqEntry, InputError, read_entries, sample_path
from faqsearch.inquiry import CHANNELS
from faqsearch.sample import FILES, SAMPLES


@cache
def entries(name: str) -> tuple[FaqEntry, ...]:
    return read_entries(sample_path(name))


@cache
def inquiries(name: str) -> list[dict[str, Any]]:
    lines = sample_path(name, "inquiries.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


ALL_INQUIRIES = [(name, inquiry) for name in SAMPLES for inquiry in inquiries(name)]


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("file", FILES)
def test_every_sample_file_is_there(name: str, file: str) -> None:
    assert sample_path(name, file).is_file()


def test_the_faq_file_is_the_default() -> None:
    assert sample_path("shop") == sample_path("shop", "faq.csv")


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("bank", "faq.csv"),
        ("shop", "faq.xlsx"),
        ("../data/shop", "faq.csv"),
        ("shop", "../saas/faq.csv"),
        ("", ""),
        (None, "faq.csv"),
        ("shop", 5),
    ],
)
def test_an_unknown_sample_is_refused_with_what_there_is(name: Any, file: Any) -> None:
    with pytest.raises(InputError, match=r"samples are saas, shop, files faq\.csv, inquiries\.jsonl"):
        sample_path(name, file)


def test_an_installed_library_takes_the_data_inside_the_package(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faqsearch.sample, "_INSTALLED", tmp_path)
    assert sample_path("shop") == tmp_path / "shop" / "faq.csv"


def test_the_shop_base_is_as_large_and_mixed_as_promised() -> None:
    shop = entries("shop")
    assert len(shop) >= 220
    assert sum(entry.audience is Audience.OPERATOR for entry in shop) >= 40
    assert len({entry.category for entry in shop}) >= 10
    assert sum(bool(entry.variants) for entry in shop) * 3 >= len(shop)


def test_the_saas_base_is_as_large_as_promised() -> None:
    assert len(entries("saas")) >= 120


@pytest.mark.parametrize("name", SAMPLES)
def test_every_entry_has_a_category_and_an_id_of_its_base(name: str) -> None:
    assert all(entry.category for entry in entries(name))
    assert all(entry.id.startswith(f"{name}-") for entry in entries(name))


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("field", ["id", "question", "answer"])
def test_no_two_entries_share_a_text(name: str, field: str) -> None:
    counts = Counter(getattr(entry, field) for entry in entries(name))
    assert [text for text, count in counts.items() if count > 1] == []


@pytest.mark.parametrize("name", SAMPLES)
def test_no_wording_of_a_question_stands_in_two_entries(name: str) -> None:
    counts = Counter(text for entry in entries(name) for text in {entry.question, *entry.variants})
    assert [text for text, count in counts.items() if count > 1] == []


def test_there_are_400_inquiries_of_which_a_quarter_has_no_answer() -> None:
    assert len(ALL_INQUIRIES) >= 400
    unanswerable = sum(2 not in inquiry["relevant"].values() for _, inquiry in ALL_INQUIRIES)
    assert unanswerable * 4 >= len(ALL_INQUIRIES)
    irrelevant = sum(not inquiry["relevant"] for _, inquiry in ALL_INQUIRIES)
    assert irrelevant * 4 >= len(ALL_INQUIRIES)


def test_every_inquiry_has_a_known_channel_and_audience_and_a_text() -> None:
    for _, inquiry in ALL_INQUIRIES:
        assert inquiry["channel"] in CHANNELS
        assert inquiry["audience"] in set(Audience)
        assert inquiry["text"].strip()


def test_every_channel_is_represented() -> None:
    assert {inquiry["channel"] for _, inquiry in ALL_INQUIRIES} == set(CHANNELS)


@pytest.mark.parametrize("field", ["id", "text"])
def test_no_two_inquiries_share_an_id_or_a_text(field: str) -> None:
    counts = Counter(inquiry[field] for _, inquiry in ALL_INQUIRIES)
    assert [value for value, count in counts.items() if count > 1] == []


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("labels", ["relevant", "first_reader", "second_reader"])
def test_labels_are_grades_of_entries_that_the_inquirys_audience_sees(name: str, labels: str) -> None:
    known = {entry.id: entry for entry in entries(name)}
    for inquiry in inquiries(name):
        audience = Audience(inquiry["audience"])
        for entry_id, grade in inquiry[labels].items():
            entry = known[entry_id]
            assert grade in {1, 2}, inquiry["id"]
            assert entry.status == "published", inquiry["id"]
            assert audience.may_see(entry.audience), inquiry["id"]


def test_no_inquiry_repeats_the_wording_of_an_entry() -> None:
    wordings = {
        text for name in SAMPLES for entry in entries(name) for text in (entry.question, *entry.variants)
    }
    assert [inquiry["id"] for _, inquiry in ALL_INQUIRIES if inquiry["text"] in wordings] == []
