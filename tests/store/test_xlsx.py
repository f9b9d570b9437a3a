"""Reading and writing XLSX."""

import datetime as dt
import io
import sys
import warnings
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from faqsearch.entry import FaqEntry
from faqsearch.errors import FormatError, InputError
from faqsearch.store import read_entries, write_entries, xlsx_format

MEND = "save it as Excel Workbook (.xlsx)"
HEADER = ["id", "question", "answer"]
SHARED_STRINGS = "xl/sharedStrings.xml"
SHEET = "xl/worksheets/sheet1.xml"


def save(folder: Path, *rows: list[Any]) -> Path:
    """Save a workbook of these rows."""
    workbook = openpyxl.Workbook()
    for row in rows:
        workbook.active.append(row)
    path = folder / "faq.xlsx"
    workbook.save(path)
    return path


def with_part(path: Path, name: str, old: bytes, new: bytes) -> Path:
    """Replace bytes in one part of the package."""
    with zipfile.ZipFile(path) as archive:
        parts = {info.filename: archive.read(info) for info in archive.infolist()}
    assert old in parts[name]
    parts[name] = parts[name].replace(old, new)
    with zipfile.ZipFile(path, "w") as archive:
        for part, data in parts.items():
            archive.writestr(part, data)
    return path


def with_shared_strings(path: Path, texts: list[bytes]) -> Path:
    """Give the package a table of shared strings, as Excel does, for the cells of type ``s``."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    override = f'<Override PartName="/{SHARED_STRINGS}" ContentType="{kind}"/></Types>'
    with_part(path, "[Content_Types].xml", b"</Types>", override.encode())
    with zipfile.ZipFile(path, "a") as archive:
        items = b"".join(b"<si>" + text + b"</si>" for text in texts)
        main = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        archive.writestr(SHARED_STRINGS, b'<sst xmlns="' + main + b'">' + items + b"</sst>")
    return path


def problems(path: Path) -> list[tuple[int, str, str]]:
    with pytest.raises(FormatError) as caught:
        read_entries(path)
    return [(problem.row, problem.column, problem.message) for problem in caught.value.problems]


def test_numbers_in_text_columns_lose_nothing_and_gain_nothing(tmp_path: Path) -> None:
    path = save(
        tmp_path,
        [*HEADER, "category", "tags"],
        [101, 3.0, 0.5, 123456789012345, -2],
        [1e6, 1e300, 1, 0, 2.50],
    )
    with_part(path, SHEET, b'<c r="C3" t="n"><v>1<', b'<c r="C3" t="n"><v>1.234567890123456E+15<')
    first, second = read_entries(path)
    assert (first.id, first.question, first.answer) == ("101", "3", "0.5")
    assert (first.category, first.tags) == ("123456789012345", ("-2",))
    assert (second.id, second.question, second.answer) == ("1000000", "1e+300", "1234567890123456")
    assert (second.category, second.tags) == ("0", ("2.5",))


def test_days_come_from_date_cells_and_from_texts(tmp_path: Path) -> None:
    path = save(
        tmp_path,
        [*HEADER, "valid_from", "valid_until"],
        ["1", "q", "a", dt.date(2026, 4, 1), dt.datetime.fromisoformat("2026-05-01")],
        ["2", "q", "a", "2026/4/1", "2026-05-01"],
    )
    days = [(entry.valid_from, entry.valid_until) for entry in read_entries(path)]
    assert days == [(dt.date(2026, 4, 1), dt.date(2026, 5, 1))] * 2


def test_iso_date_cells_are_days(tmp_path: Path) -> None:
    path = save(tmp_path, [*HEADER, "valid_from"], ["1", "q", "a", 7])
    with_part(path, SHEET, b'<c r="D2" t="n"><v>7</v>', b'<c r="D2" t="d"><v>2026-04-01</v>')
    assert read_entries(path)[0].valid_from == dt.date(2026, 4, 1)


def test_cells_that_are_neither_text_nor_number_nor_day_are_reported(tmp_path: Path) -> None:
    path = save(
        tmp_path,
        [*HEADER, "category", "valid_from", "valid_until"],
        ["1", "=A1", True, "#N/A", dt.datetime.fromisoformat("2026-04-01 09:30"), 46113],
        ["2", dt.date(2026, 4, 1), dt.time(9, 30), None, dt.timedelta(hours=30), None],
    )
    time = "format the cell as text, or as a day without a time"
    assert problems(path) == [
        (2, "question", "holds a formula; replace it by its value (Paste Special, Values)"),
        (2, "answer", "holds the truth value TRUE; format the cell as text"),
        (2, "category", "holds the error '#N/A'; replace it by text"),
        (2, "valid_from", f"holds the time 2026-04-01 09:30:00; {time}"),
        (2, "valid_until", "came as '46113'; write an existing day as 2026-04-01 or 2026/4/1"),
        (3, "question", "holds the day 2026-04-01; format the cell as text and write what is meant"),
        (3, "answer", f"holds the time 09:30:00; {time}"),
        (3, "valid_from", f"holds the time 1 day, 6:00:00; {time}"),
    ]


def test_a_day_outside_the_calendar_is_an_error_cell_even_where_warnings_are_errors(tmp_path: Path) -> None:
    path = save(tmp_path, [*HEADER, "valid_from"], ["1", "q", "a", dt.date(2026, 4, 1)])
    with_part(path, SHEET, b"<v>46113</v>", b"<v>99999999999</v>")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert problems(path) == [(2, "valid_from", "holds the error '#VALUE!'; replace it by text")]


def test_a_number_too_large_for_excel_is_reported(tmp_path: Path) -> None:
    path = save(tmp_path, [*HEADER], ["1", "q", 7])
    with_part(path, SHEET, b"<v>7</v>", b"<v>1e999</v>")
    assert problems(path) == [(2, "answer", "holds a number too large for Excel; write it as text")]


def test_rows_count_as_in_the_sheet_and_blank_rows_are_ignored(tmp_path: Path) -> None:
    path = save(tmp_path, HEADER, [], ["1", "q", "a", None, " "], [None, None], ["2", "q"])
    assert problems(path) == [(5, "answer", "is empty; write at least one visible character")]


def test_header_problems_are_reported(tmp_path: Path) -> None:
    path = save(tmp_path, ["id", "=A1", "question", dt.date(2026, 4, 1), "id"], ["1", "q", "a"])
    name = "write the name of a column as text"
    assert problems(path) == [
        (1, "", f"cell 2: holds a formula; replace it by its value (Paste Special, Values); {name}"),
        (1, "", f"cell 4: came as the day 2026-04-01; {name}"),
        (1, "id", "stands in cells 1 and 5 of the header; keep one"),
        (1, "answer", "is missing in the header; every file needs id, question, answer"),
    ]


def test_an_empty_sheet_and_a_sheet_without_known_columns_are_reported(tmp_path: Path) -> None:
    assert problems(save(tmp_path))[0][2].startswith("is empty; it must name the columns")
    assert problems(save(tmp_path, [], HEADER))[0][0] == 1
    found = problems(save(tmp_path, ["質問", "回答"], ["q", "a"]))
    assert [column for _, column, _ in found] == ["質問", "回答", "id", "question", "answer"]


def test_the_first_sheet_is_read(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    workbook.active.append(HEADER)
    workbook.active.append(["1", "q", "a"])
    workbook.create_sheet("notes").append(["anything"])
    workbook.save(tmp_path / "faq.xlsx")
    assert read_entries(tmp_path / "faq.xlsx") == (FaqEntry(id="1", question="q", answer="a"),)


def test_a_workbook_without_a_sheet_of_cells_is_reported(tmp_path: Path) -> None:
    path = save(tmp_path, HEADER)
    with_part(path, "xl/_rels/workbook.xml.rels", b"/xl/worksheets/sheet1.xml", b"/xl/worksheets/gone.xml")
    assert problems(path) == [(0, "", "holds no sheet of cells; save it as Excel Workbook (.xlsx)")]


def test_furigana_is_left_out_and_rich_text_is_joined(tmp_path: Path) -> None:
    rich = "<r><t>返品</t></r><r><rPr><b/></rPr><t>の方法</t></r><rPh sb='0' eb='2'><t>ヘンピン</t></rPh>"
    path = save(tmp_path, HEADER, ["1", "q", 0])
    with_part(path, SHEET, b'<c r="C2" t="n">', b'<c r="C2" t="s">')
    with_shared_strings(path, [rich.encode()])
    assert read_entries(path)[0].answer == "返品の方法"


@pytest.mark.parametrize(
    ("stored", "text"),
    [
        ("one_x000D_\ntwo", "one\ntwo"),
        ("_x005F_x000D_", "_x000D_"),
        ("x005F_ _x005F_x005F_", "x005F_ _x005F_"),
        ("_xZZZZ_ _x12_", "_xZZZZ_ _x12_"),
    ],
)
def test_escapes_are_read_as_excel_writes_them(tmp_path: Path, stored: str, text: str) -> None:
    path = save(tmp_path, HEADER, ["1", stored, 0])
    with_part(path, SHEET, b'<c r="C2" t="n">', b'<c r="C2" t="s">')
    with_shared_strings(path, [f'<t xml:space="preserve">{stored}</t>'.encode()])
    (entry,) = read_entries(path)
    assert (entry.question, entry.answer) == (text, text)


TRICKY = [
    "=1+1",
    "#N/A",
    "007",
    "2026-04-01",
    "TRUE",
    "'=x",
    " both ends ",
    "one\ntwo\tthree",
    "_x000D_",
    "_x005F_x000D_",
    "_x0041_x0042_",
    "x005F_",
    "_x004\uffff_\ufffe",
    "a_x0041\uffff",
    "<&>\"'",
    "𠮷野家 😀",
]


@pytest.mark.parametrize("text", TRICKY)
def test_texts_round_trip_exactly_as_text_cells(tmp_path: Path, text: str) -> None:
    path = tmp_path / "faq.xlsx"
    entry = FaqEntry(id="=1", question=text, answer=text, variants=(text,), category=text, tags=(text, "|"))
    write_entries(path, [entry])
    assert read_entries(path) == (entry,)
    sheet = openpyxl.load_workbook(path).worksheets[0]
    written = [cell for cell in sheet[2] if cell.value is not None]
    assert {cell.data_type for cell in written} == {"s"}
    assert {cell.number_format for cell in written} == {"@"}


def test_absent_values_are_empty_cells(tmp_path: Path) -> None:
    write_entries(tmp_path / "faq.xlsx", [FaqEntry(id="1", question="q", answer="a")])
    rows = list(openpyxl.load_workbook(tmp_path / "faq.xlsx").worksheets[0].values)
    assert rows == [
        ("id", "question", "answer", "variants", "category", "tags", "audience", "status", "valid_from",
         "valid_until", "url"),
        ("1", "q", "a", None, None, None, "public", "published", None, None, None),
    ]  # fmt: skip


@pytest.mark.parametrize(("text", "length"), [("あ" * 32_768, 32_768), ("😀" * 16_384, 32_768)])
def test_a_text_too_long_for_a_cell_is_refused_before_writing(tmp_path: Path, text: str, length: int) -> None:
    path = tmp_path / "faq.xlsx"
    path.write_bytes(b"old")
    with pytest.raises(InputError, match=f"answer of entry 'a' needs {length} characters in XLSX, where"):
        write_entries(path, [FaqEntry(id="a", question="q", answer=text)])
    assert path.read_bytes() == b"old"


def test_the_longest_text_a_cell_can_hold_round_trips(tmp_path: Path) -> None:
    entry = FaqEntry(id="a", question="q", answer="あ" * 32_767)
    write_entries(tmp_path / "faq.xlsx", [entry])
    assert read_entries(tmp_path / "faq.xlsx") == (entry,)


def test_more_entries_than_a_sheet_has_rows_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xlsx_format, "MAX_ROWS", 2)
    entries = [FaqEntry(id=str(number), question="q", answer="a") for number in range(2)]
    write_entries(tmp_path / "one.xlsx", entries[:1])
    with pytest.raises(InputError, match=r"2 entries came; a sheet holds 1: write \.csv or \.jsonl"):
        write_entries(tmp_path / "two.xlsx", entries)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", f"is not an XLSX workbook; {MEND}"),
        (b"id,question,answer\n", f"is not an XLSX workbook; {MEND}"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512,
            f"is an old .xls workbook or locked by a password; {MEND} without a password",
        ),
    ],
    ids=["empty", "csv", "xls"],
)
def test_a_file_that_is_no_workbook_is_reported(tmp_path: Path, data: bytes, message: str) -> None:
    path = tmp_path / "faq.xlsx"
    path.write_bytes(data)
    assert problems(path) == [(0, "", message)]


def test_a_zip_archive_of_something_else_is_reported(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("readme.txt", "hello")
    (tmp_path / "faq.xlsx").write_bytes(buffer.getvalue())
    damaged = "is damaged (KeyError); open it in Excel and save it as Excel Workbook (.xlsx)"
    assert problems(tmp_path / "faq.xlsx") == [(0, "", damaged)]


def test_a_workbook_without_shared_strings_is_read(tmp_path: Path) -> None:
    path = save(tmp_path, [1, 2], [3])
    assert problems(path)[0][:2] == (1, "1")


def test_a_workbook_that_unpacks_to_too_much_is_refused_unread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "faq.xlsx"
    write_entries(path, [])
    monkeypatch.setattr(xlsx_format, "MAX_UNPACKED_BYTES", 1000)
    ((row, _, message),) = problems(path)
    assert row == 0
    assert message.endswith("bytes; 1000 are allowed: split it, or use .csv or .jsonl")


def test_rows_far_beyond_the_sheet_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_format, "MAX_ROWS", 100)
    path = save(tmp_path, HEADER, ["1", "q", "a"])
    with_part(path, SHEET, b'<row r="2"', b'<row r="999999999"')
    ((row, _, message),) = problems(path)
    assert row == 0
    assert message.startswith("has more than 100 rows")


def test_without_openpyxl_the_extra_to_install_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = save(tmp_path, HEADER)
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(InputError, match=r'pip install "faqsearch\[xlsx\]"'):
        read_entries(path)
    with pytest.raises(InputError, match=r'pip install "faqsearch\[xlsx\]"'):
        write_entries(path, [])
