"""From word2vec and fastText files to a compact file."""

from __future__ import annotations

import gzip
import itertools
import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final, cast

from faqsearch.vectors.base import Progress
from faqsearch.vectors.compact import CompactWordVectors
from faqsearch.vectors.layout import VectorsInfo
from faqsearch.vectors.word2vec import Batch, fail, read_binary, read_text
from faqsearch.vectors.writer import writing

_READERS: Final = {".bin": read_binary, ".txt": read_text, ".vec": read_text}
_GZIP: Final = ".gz"


def convert_vectors(
    source: str | os.PathLike[str],
    target: str | os.PathLike[str],
    *,
    info: VectorsInfo | None = None,
    progress: Progress | None = None,
) -> CompactWordVectors:
    """Convert a word2vec or fastText file into a compact file, which it replaces all or nothing.

    Words stay as they are in the file. A word that comes twice has its first vector; words without a
    direction (all zeros) and words that are not UTF-8 are left out and counted. Memory is some tens of
    bytes a word, whatever the number of dimensions.

    Args:
        source: ``.vec`` or ``.txt`` (text, with or without a line of counts) or ``.bin`` (word2vec binary),
            each also followed by ``.gz``.
        target: The file to write; its folder must exist.
        info: Where the vectors come from; by default only the name of the file without its endings.
        progress: Called now and then; see :data:`~faqsearch.vectors.base.Progress`.

    Raises:
        FormatError: If the source cannot be read as it stands; names the first line at fault.
        VectorsError: If the target cannot be written, or the source holds no usable word.
    """
    path = Path(source)
    info = info or VectorsInfo(source=_plain_name(path))
    batches = _batches(path, progress or (lambda _what, _share: None))
    first = next(batches, None)
    if first is None:
        fail(str(source), 0, "is empty; give a file of word vectors")
    with writing(Path(target), first.vectors.shape[1], info) as writer:
        for batch in itertools.chain([first], batches):
            for word, row in zip(batch.words, writer.add_vectors(batch.vectors), strict=True):
                writer.add_word(word, row)
    return CompactWordVectors(target)


def _plain_name(path: Path) -> str:
    name = path.name.removesuffix(_GZIP)
    return Path(name).stem or name


def _batches(path: Path, progress: Progress) -> Iterator[Batch]:
    """Read a file as its endings say.

    Raises:
        FormatError: If it cannot be read as it stands.
    """
    endings = path.suffixes[-2:] if path.suffix.lower() == _GZIP else path.suffixes[-1:]
    read = _READERS.get(endings[0].lower() if endings else "")
    if read is None:
        fail(
            str(path),
            0,
            "has an unknown ending; allowed are .vec, .txt and .bin, each also with .gz after it",
        )
    try:
        with path.open("rb") as raw:
            size = max(1, path.stat().st_size)
            packed = len(endings) == 2
            handle = cast("BinaryIO", gzip.GzipFile(fileobj=raw)) if packed else raw
            for batch in read(handle, str(path)):
                yield batch
                progress("convert", raw.tell() / size)
    except (EOFError, gzip.BadGzipFile, zlib.error):
        fail(str(path), 0, "is damaged or cut off: it cannot be unpacked; fetch it again")
    except OSError as error:
        fail(str(path), 0, f"cannot be read: {error.strerror or type(error).__name__}")
