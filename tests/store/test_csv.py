"""Reading and writing CSV: encodings, header, cells, formulas."""

import codecs
import csv
import datetime as dt
from pathlib import Path

import pytest

from faqsearch.entry import Audience, FaqEntry, Status
from faqsearch.errors import FormatError
from faqsearch.store import read_entries, write_entries

ROWS = (
    "id,question,answer,tags\r\nreturn-1,返品はできますか？,「〜日以内」なら①回だけ可能です。,返品|交換\r\n"
)
ENTRIES = (
    FaqEntry(
        id="return-1",
        question="返品はできますか？",
        answer="「〜日以内」なら①回だけ可能です。",
        tags=("返品", "交換"),
    ),
)

ENCODINGS = "allowed are UTF-8 (with or without BOM) and CP932 (Shift_JIS as Excel saves it)"


def save(folder: Path, data: bytes | str) -> Path:
    path = folder / "faq.csv"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def problems(folder: Path, data: bytes | str) -> list[tuple[int, str, str]]:
    with pytest.raises(FormatError) as caught:
        read_entries(save(folder, data))
    assert {problem.file for problem in caught.value.problems} == {str(folder / "faq.csv")}
    return [(problem.row, problem.column, problem.message) for problem in caught.value.problems]


@pytest.mark.parametrize("data", [ROWS.encode(), codecs.BOM_UTF8 + ROWS.encode()], ids=["plain", "bom"])
def test_reading_utf8_with_or_without_bom_gives_the_same_entries(tmp_path: Path, data: bytes) -> None:
    assert read_entries(save(tmp_path, data)) == ENTRIES


def test_reading_a_cp932_file_gives_the_same_entries(tmp_path: Path) -> None:
    # What Excel in Japan saves: wave dash as U+FF5E, the circled one as an NEC special character.
    data = (
        b"id,question,answer,tags\r\n"
        b"return-1,\x95\xd4\x95i\x82\xcd\x82\xc5\x82\xab\x82\xdc\x82\xb7\x82\xa9\x81H,"
        b"\x81u\x81`\x93\xfa\x88\xc8\x93\xe0\x81v\x82\xc8\x82\xe7\x87@\x89\xf1\x82\xbe\x82\xaf"
        b"\x89\xc2\x94\\\x82\xc5\x82\xb7\x81B,\x95\xd4\x95i|\x8c\xf0\x8a\xb7\r\n"
    )
    (entry,) = read_entries(save(tmp_path, data))
    assert (entry.id, entry.question, entry.tags) == ("return-1", "返品はできますか？", ("返品", "交換"))
    assert entry.answer == "「～日以内」なら①回だけ可能です。"


def test_half_width_kana_and_extensions_of_cp932_are_read(tmp_path: Path) -> None:
    data = b"id,question,answer\r\n1,\xb6\xc5\xb6\xc5 \xfb\xfc\x8d\xe8,\x87\x8a \x87\x82\r\n"
    (entry,) = read_entries(save(tmp_path, data))
    assert (entry.question, entry.answer) == ("ｶﾅｶﾅ 髙崎", "㈱ №")


def test_broken_utf8_is_reported_with_row_and_byte_and_not_taken_for_cp932(tmp_path: Path) -> None:
    data = 'id,question,answer\r\n1,質問,"二行の\n答え"\r\n2,別の質問,'.encode() + b"\xe3\x81 \r\n"
    with pytest.raises(UnicodeDecodeError):
        data.decode()
    (problem,) = problems(tmp_path, data)
    assert problem == (
        3,
        "",
        f"holds the byte 0xE3, which UTF-8 does not allow there; {ENCODINGS}",
    )


def test_damaged_utf8_that_happens_to_be_valid_cp932_is_reported(tmp_path: Path) -> None:
    whole = "id,question,answer\n1,交換,返品\n".encode()
    damaged = whole.replace("換".encode(), "換".encode()[:2])
    assert "莠､謠,霑泌刀" in damaged.decode("cp932")
    ((row, _, message),) = problems(tmp_path, damaged)
    assert row == 2
    assert message.startswith("holds the byte 0xE6, which UTF-8 does not allow there")


def test_a_broken_byte_after_a_utf8_bom_is_a_utf8_problem(tmp_path: Path) -> None:
    data = codecs.BOM_UTF8 + b"id,question,answer\n1,q,\x82\xa0\n"
    assert problems(tmp_path, data)[0][::2] == (
        2,
        f"holds the byte 0x82, which UTF-8 does not allow there; {ENCODINGS}",
    )


def test_broken_cp932_is_reported_with_row_and_byte(tmp_path: Path) -> None:
    data = "id,question,answer\r\n1,質問です,答えです\r\n2,別の質問,".encode("cp932") + b"\x81\x20\r\n"
    ((row, column, message),) = problems(tmp_path, data)
    assert (row, column) == (3, "")
    assert message.startswith("holds the byte 0x81, which CP932 does not allow there")


def test_a_broken_byte_at_the_start_of_a_row_belongs_to_that_row(tmp_path: Path) -> None:
    data = "id,question,answer\n1,質問,答え\n".encode() + b"\xff,q,a\n"
    assert problems(tmp_path, data)[0][0] == 3


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-16-le"])
def test_utf16_is_named(tmp_path: Path, encoding: str) -> None:
    ((_, _, message),) = problems(tmp_path, ROWS.encode(encoding))
    assert "UTF-16" in message
    assert "CP932" in message


def test_a_nul_byte_is_reported_with_its_row(tmp_path: Path) -> None:
    ((row, _, message),) = problems(tmp_path, "id,question,answer\n1,q,a\n2,q,a\0\n")
    assert (row, message.split(",")[0]) == (3, "holds the byte 0x00")


@pytest.mark.parametrize("data", ["", "\r\n\r\n", ",,,\r\n1,q,a,b\r\n", codecs.BOM_UTF8])
def test_a_file_without_header_names_says_what_the_header_must_hold(
    tmp_path: Path, data: bytes | str
) -> None:
    ((row, column, message),) = problems(tmp_path, data)
    assert (row, column) == (1, "")
    assert message.startswith("is empty; it must name the columns, such as id,question,answer,variants")


def test_every_problem_of_the_header_is_reported(tmp_path: Path) -> None:
    found = problems(tmp_path, "id,variant,question,id,zzz\n1,a,q,1,\n2,,,,\n")
    allowed = "Allowed are id, question, answer, variants, category, tags, audience, status, "
    allowed += "valid_from, valid_until, url"
    assert found == [
        (1, "variant", f"is not a known column; did you mean 'variants'? {allowed}"),
        (1, "zzz", f"is not a known column; {allowed}"),
        (1, "id", "stands in cells 1 and 4 of the header; keep one"),
        (1, "answer", "is missing in the header; every file needs id, question, answer"),
        (3, "question", "is empty; write at least one visible character"),
    ]


def test_a_header_split_by_other_characters_hints_at_commas(tmp_path: Path) -> None:
    found = problems(tmp_path, "id\tquestion\tanswer\n1\tq\ta\n")
    assert found[0][:2] == (1, "id\\tquestion\\tanswer")
    assert found[0][2].endswith("separate columns by commas")
    assert [column for _, column, _ in found[1:]] == ["id", "question", "answer"]


def test_every_problem_of_every_row_is_in_one_report(tmp_path: Path) -> None:
    found = problems(
        tmp_path,
        "id,question,answer,audience,status,valid_from,valid_until,url,tags\n"
        "a 1,,x,everyone,live,2026-02-30,,ftp://x,t|t\n"
        "b,q,a,operator,,2026-05-01,2026-04-01,,\n"
        "b,q,a,,,,tomorrow,,\n"
        "c,q\n"
        "d,q,a,,,,,,,,x\n",
    )
    assert found == [
        (2, "id", "came as 'a 1'; white space and invisible characters are not allowed"),
        (2, "question", "is empty; write at least one visible character"),
        (2, "tags", "holds the same text twice; keep one"),
        (2, "audience", "came as 'everyone'; allowed are public, operator"),
        (2, "status", "came as 'live'; allowed are draft, published, archived"),
        (2, "valid_from", "came as '2026-02-30'; write an existing day as 2026-04-01 or 2026/4/1"),
        (2, "url", "came as 'ftp://x'; it must begin with http:// or https://"),
        (3, "valid_until", "2026-04-01 is before valid_from 2026-05-01; exchange or mend them"),
        (4, "id", "came as 'b', which row 3 has already; give each entry its own"),
        (4, "valid_until", "came as 'tomorrow'; write an existing day as 2026-04-01 or 2026/4/1"),
        (5, "", "has 2 cells; the header has 9"),
        (6, "", "holds something in cell 11, where the header names no column"),
    ]


def test_a_very_long_wrong_value_is_cut_in_the_message(tmp_path: Path) -> None:
    ((_, column, message),) = problems(tmp_path, f"id,question,answer,url\n1,q,a,{'x' * 9000}\n")
    assert column == "url"
    assert len(message) < 500
    assert message.endswith("it must begin with http:// or https://")


def test_empty_rows_and_blank_columns_are_ignored(tmp_path: Path) -> None:
    data = "id,question, answer ,,\n\n,,,,\n1,q,a,,\n , ,,,,,\n2,q,a,,,,\n"
    assert [entry.id for entry in read_entries(save(tmp_path, data))] == ["1", "2"]


def test_a_value_under_a_nameless_column_is_reported(tmp_path: Path) -> None:
    found = problems(tmp_path, "id,question,answer,\n1,q,a,note\n")
    assert found == [(2, "", "holds something in cell 4, where the header names no column")]


def test_rows_count_records_and_not_lines(tmp_path: Path) -> None:
    found = problems(tmp_path, 'id,question,answer\n1,"one\ntwo\nthree",a\n\n2,q,\n')
    assert found == [(4, "answer", "is empty; write at least one visible character")]


def test_columns_may_stand_in_any_order_and_blank_cells_take_defaults(tmp_path: Path) -> None:
    data = "answer,valid_until,id,status,question,valid_from,audience,url\n"
    data += "a,2026/4/1,1,,q,2026-04-01, operator , \n"
    assert read_entries(save(tmp_path, data)) == (
        FaqEntry(
            id="1",
            question="q",
            answer="a",
            audience=Audience.OPERATOR,
            status=Status.PUBLISHED,
            valid_from=dt.date(2026, 4, 1),
            valid_until=dt.date(2026, 4, 1),
        ),
    )


@pytest.mark.parametrize(
    "text",
    [
        "2026-4-1",
        "2026/13/1",
        "04/01/2026",
        "2026-04-01 00:00",
        "令和8年4月1日",
        "２０２６-04-01",
        "0000-01-01",
    ],
)
def test_other_spellings_of_days_are_refused(tmp_path: Path, text: str) -> None:
    ((row, column, message),) = problems(tmp_path, f"id,question,answer,valid_from\n1,q,a,{text}\n")
    assert (row, column) == (2, "valid_from")
    assert message == f"came as {text!r}; write an existing day as 2026-04-01 or 2026/4/1"


@pytest.mark.parametrize(
    ("cell", "texts"),
    [
        ("a|b", ("a", "b")),
        (" a | b\n|　c ", ("a", "b", "c")),
        (r"a\|b|c\\|\ d\ ", ("a|b", "c\\", " d ")),
        (r"\1,000 以上|C:\dir", (r"\1,000 以上", r"C:\dir")),
        (" ", ()),
    ],
)
def test_parts_of_a_cell_are_split_trimmed_and_unescaped(
    tmp_path: Path, cell: str, texts: tuple[str, ...]
) -> None:
    (entry,) = read_entries(save(tmp_path, f'id,question,answer,variants\n1,q,a,"{cell}"\n'))
    assert entry.variants == texts


def test_parts_are_escaped_where_they_would_be_taken_for_something_else(tmp_path: Path) -> None:
    path = tmp_path / "faq.csv"
    write_entries(
        path, [FaqEntry(id="1", question="q", answer="a", variants=("a|b", "c\\", " d e "), tags=("t",))]
    )
    assert r"1,q,a,a\|b|c\\|\ d e\ ,,t," in path.read_text(encoding="utf-8-sig")


def test_an_empty_part_is_reported(tmp_path: Path) -> None:
    found = problems(tmp_path, "id,question,answer,variants\n1,q,a,a||b\n")
    assert found == [(2, "variants", "holds an empty text; leave it out")]


def test_a_quotation_mark_never_closed_is_reported_with_the_rows_before_it(tmp_path: Path) -> None:
    found = problems(tmp_path, 'id,question,answer\n1,q,\n2,"q,a\n3,q,a\n')
    assert found == [
        (2, "answer", "is empty; write at least one visible character"),
        (3, "", "opens a quotation mark that is never closed, which swallows all rows after it; close it"),
    ]


def test_reading_goes_on_after_a_row_that_cannot_be_split(tmp_path: Path) -> None:
    found = problems(tmp_path, 'id,question,answer\n1,"q" and more,a\n2,q,\n')
    assert [(row, column) for row, column, _ in found] == [(2, ""), (3, "answer")]
    assert "quotation marks and write the one inside twice" in found[0][2]


def test_a_broken_header_line_is_reported_alone(tmp_path: Path) -> None:
    ((row, _, message),) = problems(tmp_path, '"id"x,question,answer\n1,q,a\n')
    assert row == 1
    assert message.startswith("cannot be split into cells")


def test_huge_cells_are_read_and_the_limit_of_the_csv_module_stays(tmp_path: Path) -> None:
    before = csv.field_size_limit()
    answer = "あ" * (before + 1)
    (entry,) = read_entries(save(tmp_path, f"id,question,answer\n1,q,{answer}\n"))
    assert entry.answer == answer
    assert csv.field_size_limit() == before


def test_the_export_is_utf8_with_bom_crlf_and_all_columns(tmp_path: Path) -> None:
    path = tmp_path / "faq.csv"
    write_entries(
        path,
        [
            FaqEntry(
                id="a",
                question='"Q", one\ntwo',
                answer="=1+1",
                variants=("x|y", "z"),
                tags=("t",),
                valid_from=dt.date(2026, 4, 1),
            )
        ],
    )
    assert path.read_bytes() == codecs.BOM_UTF8 + (
        b"id,question,answer,variants,category,tags,audience,status,valid_from,valid_until,url\r\n"
        b'a,"""Q"", one\ntwo",\'=1+1,x\\|y|z,,t,public,published,2026-04-01,,\r\n'
    )


@pytest.mark.parametrize(
    "text",
    [
        "=1+1", "+81-3", "-10%", "@SUM(1)", "\t=1", "\tx", "\nx", "  =1", "　=1", "＝1", "＋1", "－1",
        "＠x", " ＝1", "'=1", "''=1", "' -1", "'\tx",
    ],
)  # fmt: skip
def test_a_cell_that_could_run_is_neutralised_and_restored(tmp_path: Path, text: str) -> None:
    path = tmp_path / "faq.csv"
    entry = FaqEntry(
        id="=cmd", question=text, answer=text, variants=("=v",), category=text, tags=("-t", "+t")
    )
    write_entries(path, [entry])
    with path.open(encoding="utf-8-sig", newline="") as file:
        cells = list(csv.reader(file))[1]
    assert cells[:6] == ["'=cmd", f"'{text}", f"'{text}", "'=v", f"'{text}", "'-t|+t"]
    assert read_entries(path) == (entry,)


@pytest.mark.parametrize("text", ["'quoted' text", "'", "a=b", "1-2", "''x", "10%"])
def test_a_harmless_cell_is_exported_as_it_is(tmp_path: Path, text: str) -> None:
    path = tmp_path / "faq.csv"
    write_entries(path, [FaqEntry(id="1", question=text, answer="a")])
    assert f"1,{text},a," in path.read_text(encoding="utf-8-sig")
    assert read_entries(path)[0].question == text


def test_a_hand_made_cell_that_looks_like_a_formula_keeps_its_text(tmp_path: Path) -> None:
    (entry,) = read_entries(save(tmp_path, "id,question,answer\n1,-10%,=foo\n"))
    assert (entry.question, entry.answer) == ("-10%", "=foo")
