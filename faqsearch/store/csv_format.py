"""CSV files: commas, quotation marks where needed, and a header row; UTF-8 or CP932 in, UTF-8 out."""

from __future__ import annotations

import codecs
import contextlib
import csv
import io
import threading
from collections.abc import Iterable, Iterator
from typing import Final

from faqsearch.entry import FaqEntry
from faqsearch.store.decoding import Fault, decode
from faqsearch.store.formulas import neutralised, restored
from faqsearch.store.records import COLUMNS, RecordCollector
from faqsearch.store.tables import HEADER_ROW, Table, cells_of

_LIMIT_LOCK: Final = threading.Lock()


def read(data: bytes, collector: RecordCollector) -> None:
    """Hand every record of a CSV file to ``collector``.

    Rows count as a spreadsheet counts them: a record whose cells hold line breaks is one row.
    """
    rows = csv_rows(data)
    row, header = next(rows, (HEADER_ROW, []))
    if isinstance(header, str):
        collector.report(row, "", header)
        return
    if not any(cell.strip() for cell in header):
        collector.report(HEADER_ROW, "", f"is empty; it must name the columns, such as {','.join(COLUMNS)}")
        return
    table = Table(collector, header, padded=True)
    if not table.is_readable:
        return
    for row, cells in rows:
        if isinstance(cells, str):
            collector.report(row, "", cells)
        else:
            table.add(row, cells)


def csv_rows(data: bytes) -> Iterator[tuple[int, list[str] | str]]:
    """Yield the number and the cells of each row; apostrophes before formulas are taken off below the header.

    A row that cannot be split into cells comes as a message. So does, alone, a file that cannot be decoded,
    with the row of the offending byte or 0.
    """
    text = decode(data)
    if isinstance(text, Fault):
        yield 0 if text.offset is None else _row_at(data, text.offset), text.message
        return
    for row, cells in _rows(text):
        if isinstance(cells, str) or row == HEADER_ROW:
            yield row, cells
        else:
            yield row, [restored(cell) for cell in cells]


def render(entries: Iterable[FaqEntry]) -> bytes:
    """Return the CSV file of ``entries``: UTF-8 with BOM and CRLF, so that Excel opens it right."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([neutralised(cell) for cell in cells_of(entry)] for entry in entries)
    return codecs.BOM_UTF8 + buffer.getvalue().encode("utf-8")


def _rows(text: str) -> Iterator[tuple[int, list[str] | str]]:
    """Return each row with its number; a row that cannot be split into cells comes as a message."""
    rows: list[list[str] | str] = []
    with _cells_up_to(len(text)):
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        while True:
            try:
                rows.append(next(reader))
            except StopIteration:
                break
            except csv.Error as error:
                rows.append(_complaint(error))
    return enumerate(rows, HEADER_ROW)


def _complaint(error: csv.Error) -> str:
    if "unexpected end" in str(error):
        return "opens a quotation mark that is never closed, which swallows all rows after it; close it"
    return (
        f"cannot be split into cells ({error}); put a cell that holds a quotation mark into "
        "quotation marks and write the one inside twice"
    )


def _row_at(data: bytes, offset: int) -> int:
    """Return the row in which the byte at ``offset`` stands."""
    # Latin-1 reads any byte, and no multi-byte character of UTF-8 or CP932 holds the byte of a
    # quotation mark, comma or line break. The letter stands for the byte itself.
    text = data[:offset].decode("latin-1") + "x"
    with _cells_up_to(len(text)):
        return sum(1 for _ in csv.reader(io.StringIO(text, newline="")))


@contextlib.contextmanager
def _cells_up_to(length: int) -> Iterator[None]:
    """Let the csv module read cells of this many characters; its limit is one for the whole process."""
    with _LIMIT_LOCK:
        before = csv.field_size_limit()
        if length <= before:
            yield
            return
        csv.field_size_limit(length)
        try:
            yield
        finally:
            csv.field_size_limit(before)
