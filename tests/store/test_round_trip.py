"""Properties: whatever is valid round-trips exactly; whatever is not is refused as documented."""

import datetime as dt
import io
import unicodedata
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faqsearch.entry import Audience, FaqEntry, Status
from faqsearch.errors import FormatError, InputError
from faqsearch.store import formulas, parts, read_entries, write_entries, xlsx_escapes

SUFFIXES = [".csv", ".jsonl", ".xlsx"]
FRAGMENTS = [
    *"'\"=+-@＝＋－＠|\\,;\t\n 　_\ufeff\ufffe\uffff\u2028\u200b",
    "_x000D_", "_x005F_", "_x0041", "x005F_", "\\n", "\\|", "''=", "#N/A", "1.0",
    "返品", "ﾍﾝﾋﾟﾝ", "𠮷", "👨‍👩‍👧",
]  # fmt: skip
CHARACTERS = st.characters(exclude_categories=["Cs", "Cc"])
TEXTS = st.lists(st.sampled_from(FRAGMENTS) | st.text(CHARACTERS, max_size=4), max_size=8).map("".join)
VISIBLE = TEXTS.filter(
    lambda text: any(not mark.isspace() and unicodedata.category(mark) != "Cf" for mark in text)
)
URLS = TEXTS.map(
    lambda text: "".join(mark for mark in text if mark.isprintable() and mark not in ' "<>')
).map(lambda text: f"https://{text}")
IDS = st.lists(st.sampled_from([*"=-+@'|\\\"", "_x0041_", "id"]) | CHARACTERS, min_size=1, max_size=6).map(
    "".join
)
LISTS = st.lists(VISIBLE, unique=True, max_size=4).map(tuple)


@st.composite
def entries(draw: st.DrawFn) -> FaqEntry:
    days = sorted(draw(st.lists(st.dates(), min_size=2, max_size=2)))
    first, last = (draw(st.sampled_from([None, day])) for day in days)
    return FaqEntry(
        id=draw(IDS.filter(lambda text: text.isprintable() and not any(map(str.isspace, text)))),
        question=draw(VISIBLE),
        answer=draw(VISIBLE),
        variants=draw(LISTS),
        category=draw(TEXTS),
        tags=draw(LISTS),
        audience=draw(st.sampled_from(Audience)),
        status=draw(st.sampled_from(Status)),
        valid_from=first,
        valid_until=last,
        url=draw(st.just("") | URLS),
    )


BASES = st.lists(entries(), unique_by=lambda entry: entry.id, max_size=4).map(tuple)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("round-trip")


@settings(max_examples=settings().max_examples, deadline=None)
@given(base=BASES)
def test_entries_are_identical_after_every_format_in_turn(folder: Path, base: tuple[FaqEntry, ...]) -> None:
    came = base
    for suffix in [*SUFFIXES, ".csv"]:
        path = folder / f"faq{suffix}"
        write_entries(path, came)
        came = read_entries(path)
        assert came == base


@settings(max_examples=3 * settings().max_examples, deadline=None)
@given(text=TEXTS)
def test_escapes_are_undone_exactly(text: str) -> None:
    assert formulas.restored(formulas.neutralised(text)) == text
    assert xlsx_escapes.unescape(xlsx_escapes.escape(text)) == text


@settings(max_examples=3 * settings().max_examples, deadline=None)
@given(texts=st.lists(VISIBLE, max_size=4).map(tuple))
def test_joined_parts_are_split_exactly(texts: tuple[str, ...]) -> None:
    assert parts.split_parts(parts.join_parts(texts)) == texts


def read_or_refuse(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    found: tuple[FaqEntry, ...] = ()
    report: FormatError | None = None
    try:
        found = read_entries(path)
    except FormatError as error:
        report = error
    except InputError:
        pass
    assert all(isinstance(entry, FaqEntry) for entry in found)
    if report is not None:
        assert report.problems
        assert all(problem.row >= 0 and problem.message for problem in report.problems)
        assert str(report).encode()


@pytest.mark.parametrize("suffix", SUFFIXES)
@settings(max_examples=3 * settings().max_examples, deadline=None)
@given(data=st.binary(max_size=200))
def test_arbitrary_bytes_are_read_or_refused(folder: Path, suffix: str, data: bytes) -> None:
    read_or_refuse(folder / f"noise{suffix}", data)
    read_or_refuse(folder / f"noise{suffix}", b"id,question,answer\n" + data)


def mutated(draw: st.DrawFn, data: bytes) -> bytes:
    """Overwrite, insert or cut a few bytes."""
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 12)))
        data = data[:start] + draw(st.binary(max_size=6)) + data[end:]
    return data


SAMPLE = (
    FaqEntry(id="a", question="質問\n二行", answer="=", variants=("別|の",), valid_from=dt.date(2026, 4, 1)),
    FaqEntry(id="b", question="質問", answer='答え, "引用"', tags=("t", "u"), audience=Audience.OPERATOR),
)  # fmt: skip


@pytest.fixture(scope="module")
def whole(folder: Path) -> dict[str, bytes]:
    """The sample in every format, rendered once: a workbook holds the time at which it was made."""
    for suffix in SUFFIXES:
        write_entries(folder / f"whole{suffix}", SAMPLE)
    return {suffix: (folder / f"whole{suffix}").read_bytes() for suffix in SUFFIXES}


@pytest.mark.parametrize("suffix", SUFFIXES)
@settings(max_examples=2 * settings().max_examples, deadline=None)
@given(draw=st.data())
def test_damaged_files_are_read_or_refused(
    folder: Path, whole: dict[str, bytes], suffix: str, draw: st.DataObject
) -> None:
    read_or_refuse(folder / f"damaged{suffix}", mutated(draw.draw, whole[suffix]))


@settings(max_examples=2 * settings().max_examples, deadline=None)
@given(draw=st.data())
def test_workbooks_with_a_damaged_part_are_read_or_refused(
    folder: Path, whole: dict[str, bytes], draw: st.DataObject
) -> None:
    with zipfile.ZipFile(io.BytesIO(whole[".xlsx"])) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    name = draw.draw(st.sampled_from(sorted(contents)))
    contents[name] = mutated(draw.draw, contents[name])
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for part, data in contents.items():
            archive.writestr(part, data)
    read_or_refuse(folder / "part.xlsx", buffer.getvalue())
