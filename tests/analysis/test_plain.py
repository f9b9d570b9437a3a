"""Somebody else's tokenizer as an analyzer."""

from faqsearch import FaqEntry, KnowledgeBase
from faqsearch.analysis import PlainAnalyzer
from faqsearch.analysis.terms import LayerTerms


def stems(text: str) -> list[str]:
    return [word.removesuffix("s") if word != "mice" else "mouse" for word in text.split()]


PLAIN = PlainAnalyzer(tokenize=stems, name="stems/1")


def test_terms_are_located_one_after_the_other() -> None:
    assert PLAIN.analyze("cat cat cats").layers["a"] == LayerTerms(
        ["cat", "cat", "cat"], [0, 4, 8], [3, 7, 11]
    )


def test_a_term_that_does_not_stand_in_the_text_spans_nothing_and_loses_nobody_elses_place() -> None:
    assert PLAIN.analyze("cats mice cat dogs").layers["a"] == LayerTerms(
        ["cat", "mouse", "cat", "dog"], [0, 0, 10, 14], [3, 0, 13, 17]
    )


def test_the_text_is_not_normalised() -> None:
    terms = PLAIN.analyze("ＡＢＣ ｻｰﾊﾞｰ")
    assert terms.text.text == "ＡＢＣ ｻｰﾊﾞｰ"
    assert terms.layers["a"].terms == ["ＡＢＣ", "ｻｰﾊﾞｰ"]
    assert terms.original_span("a", 1) == (4, 9)


def test_the_fingerprint_is_the_given_name() -> None:
    assert PLAIN.fingerprint == "plain/1 stems/1"
    assert PlainAnalyzer(tokenize=stems, name="stems/2").fingerprint == "plain/1 stems/2"


def test_a_located_term_is_highlighted_and_one_that_spans_nothing_is_only_matched() -> None:
    base = KnowledgeBase(
        [FaqEntry(id="pets", question="about mice and dogs", answer="none")], preset="bm25", analyzer=PLAIN
    )
    hit = base.search("dog mice").hits[0]
    assert hit.id == "pets"
    assert [(mark.start, mark.end) for mark in hit.highlights] == [(15, 18)]
    assert [(mark.start, mark.end) for mark in base.search("mouse").hits[0].highlights] == []
    assert base.search("mouse").hits[0].matches[0].term == "mouse"
