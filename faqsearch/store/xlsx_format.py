"""XLSX files: the first sheet, with a header row; every exported cell is text.

openpyxl reads and writes the package and is imported only when such a file is met.
"""

from __future__ import annotations

import datetime as dt
import io
import math
import threading
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from importlib import metadata
from typing import Any, Final

from faqsearch.entry import FaqEntry
from faqsearch.errors import InputError
from faqsearch.store.records import COLUMNS, RecordCollector, shown
from faqsearch.store.tables import HEADER_ROW, BadCell, Cell, Table, cells_of
from faqsearch.store.xlsx_escapes import escape, unescape

MAX_ROWS: Final = 1_048_576
"""Rows a sheet can have, the header included."""

MAX_CELL_LENGTH: Final = 32_767
"""UTF-16 code units a cell can hold."""

MAX_UNPACKED_BYTES: Final = 256 * 2**20
"""Bytes a workbook may have once unpacked; more is taken for an attack."""

_MAX_CELLS: Final = 16 * MAX_ROWS
_OLE_MAGIC: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MEND: Final = "save it as Excel Workbook (.xlsx)"
_TEXT_FORMAT: Final = "@"
# Filters of the warnings module are one list for the whole process; reads must not mix theirs up.
_WARNINGS_LOCK: Final = threading.Lock()


class _UnreadableError(ValueError):
    """The workbook cannot be read; the message says why."""


def read(data: bytes, collector: RecordCollector) -> None:
    """Hand every record of the first sheet of a workbook to ``collector``.

    Raises:
        InputError: If openpyxl is not installed.
    """
    _require_openpyxl()
    try:
        rows = _rows_of(data)
    except _UnreadableError as error:
        collector.report(0, "", str(error))
        return
    header = rows[0] if rows else []
    if not any(header):
        collector.report(HEADER_ROW, "", f"is empty; it must name the columns, such as {', '.join(COLUMNS)}")
        return
    table = Table(collector, header, padded=False)
    if table.is_readable:
        for row, cells in enumerate(rows[1:], HEADER_ROW + 1):
            table.add(row, cells)


def render(entries: Sequence[FaqEntry]) -> bytes:
    """Return the workbook of ``entries``.

    Raises:
        InputError: If openpyxl is not installed, a text is too long for a cell, or there are more
            entries than a sheet has rows.
    """
    _require_openpyxl()
    import openpyxl

    if len(entries) >= MAX_ROWS:
        raise InputError(f"{len(entries)} entries came; a sheet holds {MAX_ROWS - 1}: write .csv or .jsonl")
    rows = [COLUMNS, *(_stored_cells(entry) for entry in entries)]
    workbook = openpyxl.Workbook(write_only=True)
    sheet = workbook.create_sheet("FAQ")
    for row in rows:
        sheet.append([_text_cell(sheet, text) for text in row])
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def version() -> str:
    """Return the version of openpyxl; empty if it is not installed."""
    try:
        return metadata.version("openpyxl")
    except metadata.PackageNotFoundError:
        return ""


def _require_openpyxl() -> None:
    try:
        import openpyxl  # noqa: F401
    except ImportError as error:
        raise InputError(
            '.xlsx files need openpyxl; install it with: pip install "faqsearch[xlsx]"'
        ) from error


def _stored_cells(entry: FaqEntry) -> tuple[str, ...]:
    stored = tuple(escape(cell) for cell in cells_of(entry))
    for name, cell in zip(COLUMNS, stored, strict=True):
        length = len(cell.encode("utf-16-le")) // 2
        if length > MAX_CELL_LENGTH:
            raise InputError(
                f"{name} of entry {entry.id!r} needs {length} characters in XLSX, where a cell holds "
                f"{MAX_CELL_LENGTH}; shorten it, or write .csv or .jsonl"
            )
    return stored


def _text_cell(sheet: Any, text: str) -> Any:
    from openpyxl.cell import WriteOnlyCell

    if not text:
        return None
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"  # openpyxl takes "=..." for a formula and "#N/A" for an error
    cell.number_format = _TEXT_FORMAT  # so that it stays text when somebody edits it
    return cell


def _rows_of(data: bytes) -> list[list[Cell]]:
    """Return all rows of the first sheet, blank ones included.

    Raises:
        _UnreadableError: If the workbook is damaged, no workbook, or unreasonably large.
    """
    _check_package(data)
    try:
        with _WARNINGS_LOCK, warnings.catch_warnings():
            # About styles, extensions and the like, none of which is read here.
            warnings.simplefilter("ignore")
            return list(_sheet_rows(data))
    except _UnreadableError:
        raise
    except Exception as error:
        # On damaged files openpyxl raises whatever its parts happen to raise.
        raise _UnreadableError(
            f"is damaged ({type(error).__name__}); open it in Excel and {_MEND}"
        ) from error


def _check_package(data: bytes) -> None:
    if data.startswith(_OLE_MAGIC):
        raise _UnreadableError(f"is an old .xls workbook or locked by a password; {_MEND} without a password")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(part.file_size for part in archive.infolist())
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError):
        raise _UnreadableError(f"is not an XLSX workbook; {_MEND}") from None
    if size > MAX_UNPACKED_BYTES:
        raise _UnreadableError(
            f"unpacks to {size} bytes; {MAX_UNPACKED_BYTES} are allowed: split it, or use .csv or .jsonl"
        )


def _sheet_rows(data: bytes) -> Iterator[list[Cell]]:
    from openpyxl.reader.excel import ExcelReader

    reader = ExcelReader(io.BytesIO(data), read_only=True, keep_links=False)
    with reader.archive:
        reader.read_strings = lambda: _read_shared_strings(reader)
        reader.read()
        if not reader.wb.worksheets:
            raise _UnreadableError(f"holds no sheet of cells; {_MEND}")
        sheet = reader.wb.worksheets[0]
        sheet.reset_dimensions()  # what the file says of its own size need not be true
        seen = 0
        for count, row in enumerate(sheet.iter_rows(), 1):
            seen += len(row)
            if count > MAX_ROWS or seen > _MAX_CELLS:
                raise _UnreadableError(f"has more than {MAX_ROWS} rows or {_MAX_CELLS} cells; split the file")
            yield [_cell(cell.value, cell.data_type) for cell in row]


def _read_shared_strings(reader: Any) -> None:
    """Read the texts of a workbook as stored.

    openpyxl's own reader drops every ``x005F_`` without undoing the other escapes, after which
    ``_x000D_`` the text and ``_x000D_`` the line break look the same.
    """
    from openpyxl.cell.text import Text
    from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS
    from openpyxl.xml.functions import iterparse

    part = reader.package.find(SHARED_STRINGS)
    if part is None:
        return
    with reader.archive.open(part.PartName[1:]) as source:
        for _, node in iterparse(source):
            if node.tag == f"{{{SHEET_MAIN_NS}}}si":
                reader.shared_strings.append(Text.from_tree(node).content)
                node.clear()


def _cell(value: object, data_type: str) -> Cell:
    """Return what a cell of openpyxl's type ``data_type`` (f, b, e, d, n, s) holds."""
    if data_type == "f":
        return BadCell(message="holds a formula; replace it by its value (Paste Special, Values)")
    if data_type == "e":
        return BadCell(message=f"holds the error {shown(value)}; replace it by text")
    if data_type == "b":
        return BadCell(message=f"holds the truth value {str(value).upper()}; format the cell as text")
    if value is None or isinstance(value, str):
        return unescape(value or "")
    if isinstance(value, int | float):
        return _number(value)
    return _day(value)


def _number(value: float) -> Cell:
    if abs(value) == math.inf:
        return BadCell(message="holds a number too large for Excel; write it as text")
    # From 1e16 on a float is written with an exponent: its last digits would be invented.
    return str(int(value)) if abs(value) < 1e16 and value == int(value) else str(value)


def _day(value: object) -> Cell:
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date()
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    return BadCell(message=f"holds the time {value}; format the cell as text, or as a day without a time")
