"""From files to a knowledge base in one call."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from faqsearch.analysis import Analyzer
from faqsearch.assist import ConfidenceModel, load_confidence_model
from faqsearch.encoders import Encoder
from faqsearch.errors import EncoderError, InputError
from faqsearch.index.storage import FileEntries, IndexCache, StoredEntries
from faqsearch.knowledge_base import KnowledgeBase
from faqsearch.ranking import Preset
from faqsearch.readiness import AUTO, analyzer_for
from faqsearch.store import ConfirmationFile, read_with_source, source_of
from faqsearch.vocabulary import read_vocabulary

_log: Final = logging.getLogger(__name__)


def load(
    path: str | Path,
    *,
    preset: str | Path | Preset = AUTO,
    user_dictionary: str | Path | None = None,
    vocabulary: str | Path | None = None,
    encoder: Encoder | None = None,
    confirmations: str | Path | None = None,
    confidence_model: ConfidenceModel | str | Path | None = None,
    cache: str | Path | None = None,
) -> KnowledgeBase:
    """Load a FAQ base from a CSV, JSONL or XLSX file.

    Args:
        path: The file; see the documentation of formats.
        preset: Name of a shipped preset, path of a ``.toml`` file, or a ``Preset``; by default ``auto``, the
            best of hybrid, semantic and lexical that is installed and ready.
        user_dictionary: CSV of own words that stay whole.
        vocabulary: CSV of the owner's synonyms and stop phrases.
        encoder: Makes dense vectors of texts; see ``KnowledgeBase``.
        confirmations: File that keeps what is learnt from use; made with the first confirmation.
        confidence_model: The model behind ``suggest``, or the file that ``faqsearch calibrate`` wrote; by
            default the shipped one.
        cache: Folder that keeps the index and the entries, so that the next start need neither read the same
            file nor analyse the same entries again. It is made, and written anew where it does not fit; that
            this cannot be done is only logged.

    Raises:
        FormatError: With every problem of the file, of the user dictionary, the vocabulary or the
            confirmations.
        InputError: If the suffix is not one of those formats.
        SettingsError: If the preset or the confidence model cannot be used.
        DictionaryError: If the user dictionary cannot be compiled.
    """
    if isinstance(confidence_model, str | Path):
        confidence_model = load_confidence_model(confidence_model)
    analyzer = analyzer_for(preset, user_dictionary if user_dictionary is not None else ())
    index, entries = (None, None) if cache is None else _opened(Path(cache), analyzer, path)
    as_stored = entries is not None
    learnt = ConfirmationFile(confirmations) if confirmations is not None else ()
    base = KnowledgeBase(
        FileEntries(*read_with_source(path)) if entries is None else entries,
        preset=preset,
        analyzer=analyzer,
        vocabulary=read_vocabulary(vocabulary, analyzer) if vocabulary is not None else None,
        encoder=encoder,
        confirmations=learnt,
        confidence_model=confidence_model,
        cache=index,
    )
    if cache is not None and not (as_stored and base.from_cache):
        try:
            base.save_index(cache)
        except (InputError, EncoderError) as error:
            _log.warning("%s", error)
    return base


def _opened(folder: Path, analyzer: Analyzer, path: str | Path) -> tuple[IndexCache, StoredEntries | None]:
    """Open an index and, while its bytes are compared, tell whether it was made of just this file."""
    with ThreadPoolExecutor(1) as pool:
        source = pool.submit(source_of, path)
        index = IndexCache(folder, analyzer)
        return index, index.entries(source.result())
