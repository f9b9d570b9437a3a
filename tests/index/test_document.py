"""An entry as counted terms."""

from __future__ import annotations

from faqsearch.analysis import PlainAnalyzer
from faqsearch.entry import FIELDS, FaqEntry
from faqsearch.index import analyze_entry

WORDS = PlainAnalyzer(tokenize=str.split, name="words")


def test_every_searched_field_is_counted_under_its_number() -> None:
    entry = FaqEntry(
        id="1", question="a b a", answer="c", variants=("d e", "d"), category="f", tags=("g", "h h")
    )

    document = analyze_entry(WORDS, entry)

    assert document.id == "1"
    assert {FIELDS[number]: dict(counts) for number, counts in document.layers["a"].items()} == {
        "question": {"a": 2, "b": 1},
        "variants": {"d": 2, "e": 1},
        "answer": {"c": 1},
        "category": {"f": 1},
        "tags": {"g": 1, "h": 2},
    }


def test_fields_without_terms_are_absent() -> None:
    nothing = PlainAnalyzer(tokenize=lambda text: text.replace("?", "").split(), name="no marks")

    document = analyze_entry(nothing, FaqEntry(id="1", question="?", answer="b"))

    assert document.layers == {"a": {FIELDS.index("answer"): {"b": 1}}}


def test_every_layer_of_the_analyzer_is_present_even_when_empty() -> None:
    nothing = PlainAnalyzer(tokenize=lambda text: [], name="nothing", layer="other")

    assert analyze_entry(nothing, FaqEntry(id="1", question="a", answer="b")).layers == {"other": {}}
