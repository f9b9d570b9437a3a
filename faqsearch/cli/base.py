"""Opening the FAQ file that a command was given, with the preset that was asked for and no other."""

from __future__ import annotations

from pathlib import Path

import faqsearch
from faqsearch.analysis import SudachiAnalyzer
from faqsearch.cli.errors import first_problem
from faqsearch.cli.terminal import progress, up_to
from faqsearch.encoders import Encoder, PreparedVectors
from faqsearch.entry import FaqEntry
from faqsearch.errors import EncoderError, FormatError, InputError
from faqsearch.index.storage import FileEntries, vectors_of_source
from faqsearch.knowledge_base import KnowledgeBase
from faqsearch.ranking import Preset, load_preset
from faqsearch.readiness import AUTO, analyzer_for, cached_encoder, make_ladder, passages_of
from faqsearch.store import read_with_source, source_of


def open_base(
    path: Path,
    *,
    preset: str,
    quiet: bool = False,
    vocabulary: Path | None = None,
    confirmations: Path | None = None,
    confidence: Path | None = None,
    cache: Path | None = None,
    wait: bool = True,
) -> KnowledgeBase:
    """Read a file of entries and make it searchable.

    Args:
        path: The file.
        preset: Name of the ranking.
        quiet: Show no progress.
        vocabulary: CSV of the owner's synonyms and stop phrases, if any.
        confirmations: File of what was learnt from use, if any.
        confidence: File of a confidence model, if not the shipped one.
        cache: Folder that keeps the index, if any.
        wait: Make the vectors that the preset needs first; otherwise they are made in the background, while
            the next best preset ranks.

    Raises:
        InputError: If the file has problems; names the first, their number and the command that lists them.
        SettingsError: If there is no such preset, or it needs what is not installed.
        EncoderError: If the vectors cannot be made.
    """
    wanted: str | Preset = preset if preset == AUTO else load_preset(preset)
    encoder = encoder_for(wanted, path, cache, quiet=quiet, wait=wait)
    with progress(f"indexing {path.name}", None, quiet=quiet):
        try:
            base = faqsearch.load(
                path,
                preset=wanted,
                vocabulary=vocabulary,
                encoder=encoder,
                confirmations=confirmations,
                confidence_model=confidence,
                cache=cache,
            )
        except FormatError as error:
            raise _of_file(error, path) from None
        if wait:
            check_ready(base, wanted)
    return base


def encoder_for(
    preset: str | Preset, path: Path, cache: Path | None, *, quiet: bool = False, wait: bool = True
) -> Encoder | None:
    """Return the encoder that a preset needs, with the vectors of a file's texts made; None if it needs none.

    Args:
        preset: ``auto``, which needs none, or the preset.
        path: The file.
        cache: Folder of an index, whose vectors need not be made again, if any.
        quiet: Show no progress.
        wait: Make the vectors.

    Raises:
        InputError: If the file has problems; see :func:`open_base`.
        SettingsError: If the preset needs what is not installed.
        EncoderError: If the vectors cannot be made.
    """
    if not isinstance(preset, Preset) or "text_vectors" not in preset.ranker.requires:
        return None
    encoder = cached_encoder()
    # What else is missing is told before the long work, not after it.
    prepared = make_ladder(preset, SudachiAnalyzer(), encoder=encoder).prepared
    if wait and prepared is not None and not _are_kept(cache, preset, path, encoder.fingerprint):
        make_vectors(prepared, entries_of(path), quiet=quiet)
    return encoder


def _are_kept(cache: Path | None, preset: Preset, path: Path, encoder: str) -> bool:
    """Tell whether an index holds an encoder's vectors of just this file."""
    return cache is not None and encoder in vectors_of_source(
        cache, analyzer_for(preset).fingerprint, source_of(path)
    )


def check_ready(base: KnowledgeBase, preset: str | Preset) -> None:
    """Wait until the preset that was asked for can rank; ``auto`` takes what can.

    Raises:
        EncoderError: If not all vectors could be made.
    """
    if isinstance(preset, Preset) and not base.wait_until_ready():
        raise EncoderError(f"preset {preset.name}: not all vectors of texts could be made")


def entries_of(path: Path) -> tuple[FaqEntry, ...]:
    """Read a file of entries.

    Raises:
        InputError: If the file has problems; see :func:`open_base`.
    """
    return tuple(file_entries_of(path).values())


def file_entries_of(path: Path) -> FileEntries:
    """Read a file of entries, so that they can be kept as those of this file.

    Raises:
        InputError: If the file has problems; see :func:`open_base`.
    """
    try:
        return FileEntries(*read_with_source(path))
    except FormatError as error:
        raise _of_file(error, path) from None


def make_vectors(prepared: PreparedVectors, entries: tuple[FaqEntry, ...], *, quiet: bool) -> int:
    """Make the vectors of entries that are missing, with progress; return how many those were.

    What is made is kept at once: interrupted, the next call goes on where this one stopped.

    Raises:
        EncoderError: If the encoder cannot do its work.
    """
    missing = prepared.missing(passages_of(entries))
    if not missing:
        return 0
    with progress("making vectors", len(missing), quiet=quiet) as advance:
        prepared.make(missing, up_to(advance))
    return len(missing)


def check_ranked(ranked: str, base: KnowledgeBase, preset: str) -> None:
    """See that a result is the preset's that was asked for; ``auto`` takes what comes.

    Args:
        ranked: The preset that the result carries.
        base: What was searched.
        preset: What was asked for.

    Raises:
        EncoderError: If another preset ranked.
    """
    if preset != AUTO and ranked != base.preset.name:
        raise EncoderError(
            f"the encoder failed, and {ranked} ranked instead of {base.preset.name}; use --preset {AUTO} "
            "to take what can rank"
        )


def _of_file(error: FormatError, path: Path) -> InputError:
    of_entries = error.problems[0].file == str(path)
    return InputError(first_problem(error, path if of_entries else None))
