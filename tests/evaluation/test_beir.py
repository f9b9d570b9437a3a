from __future__ import annotations

import datetime as dt
import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqsearch.entry import Audience, FaqEntry, Status
from faqsearch.errors import EvaluationError, FormatError, InputError
from faqsearch.evaluation import Query, read_beir, read_labels, read_queries, write_beir
from faqsearch.sample import sample_path
from faqsearch.store import read_entries

IDS = st.text(
    st.characters(codec="utf-8").filter(lambda c: c.isprintable() and not c.isspace()), min_size=1, max_size=8
)
VISIBLE = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Cs")) | st.sampled_from("\n\t\"'\\\u2028"),
    min_size=1,
    max_size=12,
).filter(lambda text: bool(text.strip()))
TEXTS = st.lists(VISIBLE, max_size=3, unique=True).map(tuple)
DAYS = st.none() | st.dates(max_value=dt.date(2100, 1, 1))
ENTRIES = st.builds(
    FaqEntry,
    id=IDS,
    question=VISIBLE,
    answer=VISIBLE,
    variants=TEXTS,
    category=st.just("") | VISIBLE,
    tags=TEXTS,
    audience=st.sampled_from(Audience),
    status=st.sampled_from(Status),
    valid_from=DAYS,
    valid_until=st.none() | st.dates(min_value=dt.date(2100, 1, 1)),
    url=st.sampled_from(["", "https://example.com/%E8%BF%94"]),
)
QUERIES = st.builds(Query, id=IDS, text=st.text())
GRADES = st.dictionaries(IDS, st.integers(-999_999_999, 999_999_999), min_size=1, max_size=4)


@given(
    st.lists(ENTRIES, max_size=4, unique_by=lambda entry: entry.id),
    st.lists(QUERIES, max_size=4, unique_by=lambda query: query.id),
    st.dictionaries(IDS, GRADES, max_size=4),
)
def test_a_written_folder_reads_back_equal_and_in_the_same_order(
    entries: list[FaqEntry], queries: list[Query], qrels: dict[str, dict[str, int]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        write_beir(folder, entries, queries, qrels)
        again = read_beir(folder)
    assert again.entries == tuple(entries)
    assert again.queries == tuple(queries)
    assert again.qrels == qrels
    assert [list(judged) for judged in again.qrels.values()] == [list(judged) for judged in qrels.values()]


def test_a_sample_base_reads_back_equal(tmp_path: Path) -> None:
    entries = read_entries(sample_path("saas"))
    inquiries = sample_path("saas", "inquiries.jsonl")
    labels = {query: grades for query, grades in read_labels(inquiries).items() if grades}
    write_beir(tmp_path / "new" / "saas", entries, read_queries(inquiries), labels, "dev")
    again = read_beir(tmp_path / "new" / "saas", "dev")
    assert again.entries == entries
    assert again.queries == read_queries(inquiries)
    assert again.qrels == labels


def test_files_are_written_as_beir_reads_them(tmp_path: Path) -> None:
    entries = [
        FaqEntry(id="a", question="返品", answer="できます\n七日以内"),
        FaqEntry(
            id="b",
            question="送料",
            answer="五百円",
            variants=("運賃",),
            category="配送",
            tags=("x", "y"),
            audience=Audience.OPERATOR,
            valid_from=dt.date(2026, 4, 1),
        ),
    ]
    write_beir(tmp_path, entries, [Query(id="q1", text="返したい")], {"q1": {"a": 2, '"b': 0}})
    assert (tmp_path / "corpus.jsonl").read_text("utf-8") == (
        '{"_id": "a", "title": "返品", "text": "できます\\n七日以内", "metadata": {}}\n'
        '{"_id": "b", "title": "送料", "text": "五百円", '
        '"metadata": {"variants": ["運賃"], "category": "配送", "tags": ["x", "y"], '
        '"audience": "operator", "valid_from": "2026-04-01"}}\n'
    )
    assert (tmp_path / "queries.jsonl").read_text("utf-8") == '{"_id": "q1", "text": "返したい"}\n'
    assert (tmp_path / "qrels" / "test.tsv").read_text("utf-8") == (
        'query-id\tcorpus-id\tscore\nq1\ta\t2\nq1\t"""b"\t0\n'
    )


def folder_of(
    path: Path,
    corpus: str = '{"_id": "a", "title": "t", "text": "x"}\n',
    queries: str = '{"_id": "q", "text": "秘密"}\n',
    qrels: str = "query-id\tcorpus-id\tscore\nq\ta\t1\n",
) -> Path:
    (path / "qrels").mkdir()
    (path / "corpus.jsonl").write_text(corpus, "utf-8")
    (path / "queries.jsonl").write_text(queries, "utf-8")
    (path / "qrels" / "test.tsv").write_text(qrels, "utf-8")
    return path


def test_a_folder_made_by_others_is_read_without_titles_metadata_or_texts(tmp_path: Path) -> None:
    corpus = [
        {"_id": "none", "text": "\n一行目\n二行目"},
        {
            "_id": "blank",
            "title": " ",
            "text": "本文",
            "metadata": {"source": 3, "url": "https://example.com"},
        },
        {"_id": "short", "title": "題", "text": ""},
    ]
    lines = "".join(json.dumps(document) + "\r\n" for document in corpus)
    queries = '{"_id": "q", "text": "", "metadata": {"x": []}}\n\n'
    read = read_beir(folder_of(tmp_path, corpus=lines, queries=queries))
    assert [(entry.id, entry.question, entry.answer, entry.url) for entry in read.entries] == [
        ("none", "一行目", "\n一行目\n二行目", ""),
        ("blank", "本文", "本文", "https://example.com"),
        ("short", "題", "題", ""),
    ]
    assert read.queries == (Query(id="q", text=""),)
    assert read.qrels == {"q": {"a": 1}}


def test_every_bad_line_of_all_files_is_reported_and_no_text_of_a_query(tmp_path: Path) -> None:
    folder = folder_of(
        tmp_path,
        corpus='{"_id": "a", "title": "t", "text": "x"}\n{"_id": "a", "text": "x"}\n[]\n'
        '{"_id": "b", "text": 1}\n{"_id": "c", "title": "", "text": " "}\n'
        '{"_id": "d", "text": "x", "metadata": {"tags": "秘密"}}\n{"_id": "e", "text": "x", "metadata": []}\n'
        '{"_id": "f", "text": "x", "metadata": {"category": null}}\n'
        '{"_id": "g", "text": "x", "metadata": {"valid_from": "4/1"}}\n'
        '{"_id": "h", "text": "x", "metadata": {"url": "ftp"}}\n{"_id": "i", "title": null, "text": "x"}\n',
        queries='{"_id": "q q", "text": "秘密"}\n{"text": "秘密"}\n{"_id": "r", "text": ["秘密"]}\n',
        qrels='q\ta\t1\nq\ta\t1\nq\ta\t2\nq\tb\nq\tb\t1.0\n"q\tb\t1\nq\tb c\t1\n',
    )
    with pytest.raises(FormatError) as caught:
        read_beir(folder)
    assert [(Path(problem.file).name, problem.row, problem.column) for problem in caught.value.problems] == [
        ("corpus.jsonl", 2, "_id"),
        ("corpus.jsonl", 3, ""),
        ("corpus.jsonl", 4, "text"),
        ("corpus.jsonl", 5, "title"),
        ("corpus.jsonl", 6, "metadata.tags"),
        ("corpus.jsonl", 7, "metadata"),
        ("corpus.jsonl", 8, "metadata.category"),
        ("corpus.jsonl", 9, "metadata.valid_from"),
        ("corpus.jsonl", 10, "metadata.url"),
        ("corpus.jsonl", 11, "title"),
        ("queries.jsonl", 1, "_id"),
        ("queries.jsonl", 2, "_id"),
        ("queries.jsonl", 3, "text"),
        ("test.tsv", 1, ""),
        ("test.tsv", 3, "corpus-id"),
        ("test.tsv", 4, ""),
        ("test.tsv", 5, "score"),
        ("test.tsv", 6, ""),
        ("test.tsv", 7, ""),
    ]
    assert "秘密" not in str(caught.value)
    assert caught.value.problems[0].message == "'a' stands in row 1 already; give every entry its own id"
    assert caught.value.problems[13].message == (
        "is no header; write query-id, corpus-id, score, separated by tabs"
    )


def test_a_missing_folder_names_all_three_files(tmp_path: Path) -> None:
    with pytest.raises(FormatError) as caught:
        read_beir(tmp_path / "gone")
    assert [Path(problem.file).name for problem in caught.value.problems] == [
        "corpus.jsonl",
        "queries.jsonl",
        "test.tsv",
    ]


@pytest.mark.parametrize("split", ["", "../test", "a b", 3])
def test_a_split_is_a_plain_name(tmp_path: Path, split: str) -> None:
    for call in (lambda: read_beir(tmp_path, split), lambda: write_beir(tmp_path, [], [], {}, split)):
        with pytest.raises(InputError, match=r"^split came as .*; give a name of 1 to 40 letters"):
            call()


def test_what_cannot_be_written_is_refused_before_any_file_is_touched(tmp_path: Path) -> None:
    entry = FaqEntry(id="a", question="q", answer="a")
    query = Query(id="q", text="t")
    folder = tmp_path / "out"
    with pytest.raises(EvaluationError, match="the entry id 'a' comes twice"):
        write_beir(folder, [entry, entry], [query], {})
    with pytest.raises(EvaluationError, match="the query id 'q' comes twice"):
        write_beir(folder, [entry], [query, query], {})
    with pytest.raises(EvaluationError, match="the entry id came as 'a b'"):
        write_beir(folder, [entry], [query], {"q": {"a b": 1}})
    with pytest.raises(EvaluationError, match=r"a grade came as 1\.5"):
        write_beir(folder, [entry], [query], {"q": {"a": 1.5}})  # type: ignore[dict-item]
    assert not folder.exists()
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(InputError, match="file cannot be written"):
        write_beir(tmp_path / "file", [entry], [query], {})
