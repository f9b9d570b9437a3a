"""Score how much a sentence sounds like boilerplate, where no rule tells.

A logistic regression over the character pairs and triples of a sentence, and its place. Its weights come with
the package; ``benchmarks/fit_boilerplate.py`` fits them. Rules go first, and what asks for
anything that has a name is never scored.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

WEIGHTS_FILE: Final = "boilerplate.json"
LONGEST_SCORED: Final = 80
"""A sentence of more characters is no boilerplate."""
_DIGITS: Final = str.maketrans("123456789一二三四五六七八九", "0" * 18)


@dataclass(frozen=True, kw_only=True, slots=True)
class Weights:
    """Coefficients of the regression.

    Attributes:
        bias: Its intercept.
        threshold: Log-odds from which a sentence is taken for boilerplate.
        terms: Coefficients by feature, as ``sentence_features`` names them.
    """

    bias: float
    threshold: float
    terms: dict[str, float]


def sentence_features(folded: str, *, early: bool, last: bool) -> frozenset[str]:
    """Return the features of a folded sentence: its character pairs and triples, length and place.

    Args:
        folded: A folded sentence.
        early: Whether nothing that asks stood before it.
        last: Whether it stands after all that asks.
    """
    text = f"^{folded.translate(_DIGITS).strip('。.!?~〜♪☆★ …')}$"
    found = {text[start : start + size] for size in (2, 3) for start in range(len(text) - size + 1)}
    found.add(f"length {min(len(folded) // 10, 5)}")
    found.add("early" if early else "last" if last else "middle")
    return frozenset(found)


@cache
def weights() -> Weights:
    """Return the weights that come with the package."""
    document = json.loads((files("faqsearch.inquiry") / WEIGHTS_FILE).read_text("utf-8"))
    return Weights(bias=document["bias"], threshold=document["threshold"], terms=document["terms"])


def sounds_empty(folded: str, *, early: bool, last: bool) -> bool:
    """Tell whether a folded sentence that asks nothing sounds like boilerplate, beyond reasonable doubt."""
    if len(folded) > LONGEST_SCORED:
        return False
    model = weights()
    terms = model.terms
    features = sentence_features(folded, early=early, last=last)
    # Sorted, so that rounding is the same in every process.
    score = model.bias + sum(sorted(terms[one] for one in features if one in terms))
    return score >= model.threshold
