"""The labelled inquiries of the sample bases, bare and raw, and what suggestions make of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from _raw import load_raw, raw_path

import faqsearch
from faqsearch import ConfidenceModel, KnowledgeBase, Suggestion
from faqsearch.assist import LogisticModel, PresetModel
from faqsearch.assist.features import FEATURES
from faqsearch.assist.fitting import LabelledFeatures, expected_calibration_error, threshold_for_precision
from faqsearch.assist.observations import LabelledQuestion, Observation, laid_out, observe
from faqsearch.evaluation.folds import groups_by_shared_entries
from faqsearch.sample import SAMPLES

FloatArray = npt.NDArray[np.float64]
ANSWERS: Final = 2
"""The grade of entries that answer; grade 1 is related."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Inquiry:
    """A labelled inquiry.

    Attributes:
        id: Its id.
        base: The sample base it is for.
        channel: Where it came from.
        audience: Who asks.
        text: What came in.
        split: "bare", or "dev" or "test" of the raw ones.
        questions: Each question with the grades of entries.
        sources: Ids of bare inquiries it was made from; its own, if it is bare.
    """

    id: str
    base: str
    channel: str
    audience: str
    text: str | bytes
    split: str
    questions: tuple[tuple[str, Mapping[str, int]], ...]
    sources: tuple[str, ...]

    @property
    def labels(self) -> list[LabelledQuestion]:
        """The questions with the entries that answer them."""
        return [LabelledQuestion(text=text, right=self.right(grades)) for text, grades in self.questions]

    @property
    def grades(self) -> dict[str, int]:
        """The grades of all questions together."""
        merged: dict[str, int] = {}
        for _, grades in self.questions:
            merged.update({key: max(grade, merged.get(key, 0)) for key, grade in grades.items()})
        return merged

    @staticmethod
    def right(grades: Mapping[str, int], least: int = ANSWERS) -> frozenset[str]:
        """Return the entries of a grade or better."""
        return frozenset(key for key, grade in grades.items() if grade >= least)


@cache
def inquiries(name: str) -> tuple[Inquiry, ...]:
    """Read the inquiries of a sample base: the bare ones, then the raw ones."""
    return (*_bare(name), *_raw(name))


def _bare(name: str) -> Iterator[Inquiry]:
    lines = faqsearch.sample_path(name, "inquiries.jsonl").read_text(encoding="utf-8").splitlines()
    for record in map(json.loads, lines):
        yield Inquiry(
            id=record["id"],
            base=name,
            channel=record["channel"],
            audience=record["audience"],
            text=record["text"],
            split="bare",
            questions=((record["text"], record["relevant"]),),
            sources=(record["id"],),
        )


def _raw(name: str) -> Iterator[Inquiry]:
    for one in load_raw(name):
        yield Inquiry(
            id=one.id,
            base=name,
            channel=one.channel,
            audience=one.audience,
            text=one.raw,
            split=one.split,
            questions=tuple((question.text, question.relevant) for question in one.questions),
            sources=one.sources,
        )


def data_hash() -> str:
    """Digest of every file that models are fitted on."""
    digest = hashlib.sha256()
    for name in SAMPLES:
        for path in (
            faqsearch.sample_path(name, "faq.csv"),
            faqsearch.sample_path(name, "inquiries.jsonl"),
            raw_path(name),
        ):
            digest.update(path.read_bytes())
    return digest.hexdigest()


def unfitted_model(preset: str) -> ConfidenceModel:
    """Return a model without knowledge: features are read off suggestions before there is a fitted one."""
    zero = (0.0,) * len(FEATURES)
    logistic = LogisticModel(means=zero, scales=(1.0,) * len(FEATURES), weights=zero, intercept=0.0)
    model = PresetModel(
        preset=preset,
        first=logistic,
        among_three=logistic,
        answer_at=1.0,
        choose_at=1.0,
        precision=1.0,
        curve=(),
        provenance={},
    )
    return ConfidenceModel(by_preset={preset: model})


def sample_base(name: str, preset: str, model: ConfidenceModel | None = None) -> KnowledgeBase:
    """Load a sample base that a preset ranks; ``model`` is the one that decides, by default the shipped one.

    Raises:
        SettingsError: If the preset needs what is not installed.
    """
    entries = faqsearch.read_entries(faqsearch.sample_path(name))
    base = KnowledgeBase(entries, preset=preset, confidence_model=model)
    base.wait_until_ready()
    return base


@dataclass(frozen=True, kw_only=True)
class Observed:
    """Observations of all inquiries of all sample bases under one preset.

    Attributes:
        preset: The preset.
        observations: One for each question that was found.
        inquiries: The inquiry of each observation.
        suggestions: The suggestion it stands in.
        groups: Observations of one group share an entry or an inquiry.
    """

    preset: str
    observations: tuple[Observation, ...]
    inquiries: tuple[Inquiry, ...]
    suggestions: tuple[Suggestion, ...]
    groups: tuple[int, ...]

    @property
    def data(self) -> LabelledFeatures:
        """All as arrays."""
        return laid_out(self.observations, self.groups)

    def where(self, **attributes: str | Sequence[str]) -> npt.NDArray[np.bool_]:
        """Return a mask of the observations whose inquiry has one of some values of attributes."""
        mask = np.ones(len(self.inquiries), np.bool_)
        for name, wanted in attributes.items():
            allowed = {wanted} if isinstance(wanted, str) else set(wanted)
            mask &= np.array([getattr(one, name) in allowed for one in self.inquiries])
        return mask


def observed(preset: str, model: ConfidenceModel | None = None, advance: Any = None) -> Observed:
    """Suggest for every labelled inquiry of the sample bases; ``advance`` is called after each.

    Raises:
        SettingsError: If the preset needs what is not installed.
        SystemExit: If another preset ranked.
    """
    found: list[tuple[Observation, Inquiry, Suggestion]] = []
    for name in SAMPLES:
        base = sample_base(name, preset, model)
        for inquiry in inquiries(name):
            suggestion = base.suggest(inquiry.text, inquiry.channel, inquiry.audience)
            if suggestion.preset != preset:
                raise SystemExit(f"{suggestion.preset} ranked instead of {preset}")
            found += [(one, inquiry, suggestion) for one in observe(inquiry.id, suggestion, inquiry.labels)]
            if advance:
                advance()
    observations, of, suggestions = (tuple(column) for column in zip(*found, strict=True))
    return Observed(
        preset=preset,
        observations=observations,
        inquiries=of,
        suggestions=suggestions,
        groups=_groups(observations, of),
    )


def _groups(observations: Sequence[Observation], of: Sequence[Inquiry]) -> tuple[int, ...]:
    """Group what shares an entry that answers, or was made from the same inquiry."""
    links = {
        str(number): dict.fromkeys([*sorted(one.right), *(f"from {source}" for source in inquiry.sources)], 1)
        for number, (one, inquiry) in enumerate(zip(observations, of, strict=True))
    }
    return tuple(groups_by_shared_entries(tuple(links), links).tolist())


def measured(confidence: FloatArray, data: LabelledFeatures, precision: float = 0.9) -> dict[str, float]:
    """Describe predictions for "the first hit is right"."""
    threshold, coverage = threshold_for_precision(confidence, data.first_right, precision)
    unanswerable = confidence[~data.answerable]
    return {
        "questions": len(confidence),
        "first hit right": float(data.first_right.mean()),
        "expected calibration error": expected_calibration_error(confidence, data.first_right),
        "Brier score": float(((confidence - data.first_right) ** 2).mean()),
        f"coverage at {precision:.0%} precision": coverage,
        "threshold": threshold,
        "unanswerable at 0.9 or above": float((unanswerable >= 0.9).sum()),
        "highest confidence of an unanswerable": float(unanswerable.max(initial=0.0)),
    }


def chosen(data: LabelledFeatures, mask: npt.NDArray[np.bool_]) -> LabelledFeatures:
    """Return the rows for which a mask is true."""
    return LabelledFeatures(
        features=data.features[mask],
        first_right=data.first_right[mask],
        three_right=data.three_right[mask],
        answerable=data.answerable[mask],
        groups=[group for group, kept in zip(data.groups, mask, strict=True) if kept],
    )
