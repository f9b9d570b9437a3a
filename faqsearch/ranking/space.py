"""Vectors fitted to a base without labels, by what its own questions and answers have in common.

The vectors of questions and answers are centred on their mean. Then the directions in which a question
differs from its own answer are shrunk: the covariance of those differences is whitened (within-class
covariance normalisation: Hatch, Kajarekar & Stolcke, "Within-class covariance normalization for SVM-based
speaker recognition", 2006, each entry being a class). Shrinking the covariance towards a multiple of the
identity (Ledoit & Wolf, 2004) keeps this harmless where a base is small.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
"""Vectors of whole texts, one a row: float32 is enough, they are rounded to whole numbers in the end."""
Keys = npt.NDArray[np.uint64]

SAMPLE: Final = 4_096
"""Entries that a space is learned from, at most: those whose ids have the smallest digests, so that the
choice depends on the set of entries alone and an edit of a large base seldom touches it."""
LEAST_PAIRS: Final = 8
"""With fewer pairs of question and answer nothing but the centre is learned."""


@dataclass(frozen=True)
class Space:
    """An affine map of vectors into a space where entries lie further apart than their wordings.

    Attributes:
        centre: Shape (d,).
        transform: Shape (d, d); symmetric.
    """

    centre: Vectors
    transform: Vectors

    def project(self, vectors: Vectors) -> Vectors:
        """Map vectors of shape (n, d) to unit vectors of the same shape; a vector of zeros stays one."""
        rows = unit(vectors)
        absent = ~rows.any(axis=1)
        rows -= self.centre
        rows[absent] = 0.0
        return unit(rows if self._is_plain else rows @ self.transform)

    @cached_property
    def _is_plain(self) -> bool:
        """Whether vectors are only centred: there is nothing to multiply."""
        return bool(np.array_equal(self.transform, np.eye(len(self.centre))))


def unit(vectors: Vectors) -> Vectors:
    """Return vectors of shape (n, d) scaled to length 1; a vector of zeros stays one."""
    lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
    lengths[lengths == 0] = 1.0
    scaled: Vectors = vectors / lengths[:, None]
    return scaled


def learn_space(questions: Vectors, answers: Vectors, shrinkage: float) -> Space:
    """Learn a space from pairs of question and answer.

    Args:
        questions: Shape (n, d).
        answers: Shape (n, d), in the same order; pairs with a vector of zeros are left out.
        shrinkage: How far the covariance is drawn to a multiple of the identity, above 0 up to 1 (not at all
            adapted).
    """
    complete = questions.any(axis=1) & answers.any(axis=1)
    questions, answers = unit(questions[complete]), unit(answers[complete])
    dimensions = questions.shape[1]
    plain = np.eye(dimensions, dtype=np.float32)
    if len(questions) < LEAST_PAIRS:
        return Space(np.zeros(dimensions, np.float32), plain)
    means = (rows.mean(axis=0, dtype=np.float64) for rows in (questions, answers))
    centre = (sum(means) / 2.0).astype(np.float32)
    if shrinkage == 1:
        return Space(centre, plain)
    differences = unit(questions - centre) - unit(answers - centre)
    covariance = (differences.T @ differences).astype(np.float64) / len(differences)
    scale = np.trace(covariance) / dimensions
    if scale <= 0:
        return Space(centre, plain)
    shrunk = (1.0 - shrinkage) * covariance / scale + shrinkage * np.eye(dimensions)
    values, vectors = np.linalg.eigh(shrunk)
    return Space(centre, ((vectors / np.sqrt(values)) @ vectors.T).astype(np.float32))


def sample_keys(ids: Iterable[str]) -> Keys:
    """Return the key by which each id is chosen, shape (n,): it depends on the id alone."""
    digests = (hashlib.blake2b(name.encode(), digest_size=8).digest() for name in ids)
    return np.frombuffer(b"".join(digests), ">u8").astype(np.uint64)


def sample(keys: Keys, most: int = SAMPLE) -> npt.NDArray[np.int64]:
    """Return the positions of the smallest keys, at most so many, in their order; of equals the first."""
    return np.argsort(keys, kind="stable")[:most]
