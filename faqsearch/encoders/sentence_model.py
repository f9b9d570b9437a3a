"""Any model that the library sentence-transformers can load."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from faqsearch.encoders.base import Kind, checked_texts, unit_rows
from faqsearch.errors import FaqSearchError, InputError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

MAX_CHARACTERS: Final = 32_768
"""Characters of a text that are read; of those the model reads as many tokens as it was made for."""


class SentenceTransformersEncoder:
    """Runs a model in this process, one text after the other.

    A batch would be padded to its longest text, which changes the last bits of the others: one by one, a
    text's vector depends on that text alone. Threads take turns, as tokenizers cannot be shared.

    Args:
        model: A folder, or a name that the library fetches.
        query_prefix: Put before each query; None for the prompt the model brings along for queries.
        passage_prefix: Put before each passage; None for the model's own for passages or documents.
        device: Where it runs. Only ``"cpu"`` gives the same bits for the same text every time.

    Raises:
        InputError: If sentence-transformers is not installed.
        FaqSearchError: If the model cannot be loaded.
    """

    def __init__(
        self,
        model: str | Path,
        *,
        query_prefix: str | None = None,
        passage_prefix: str | None = None,
        device: str = "cpu",
    ) -> None:
        self._arguments = (str(model), query_prefix, passage_prefix, device)
        self._model = _load(str(model), device)
        brought = self._model.prompts
        self._prefixes: dict[Kind, str] = {
            "query": _first(query_prefix, brought.get("query")),
            "passage": _first(passage_prefix, brought.get("passage"), brought.get("document")),
        }
        self._lock = threading.Lock()
        self._dimensions: int = self._encode([""], "passage").shape[1]
        self._fingerprint = f"sentence-transformers:{_digest(self._model, self._prefixes)}"

    @property
    def fingerprint(self) -> str:
        """A digest of weights, tokenizer, settings and prefixes, with the libraries' versions."""
        return self._fingerprint

    @property
    def dimensions(self) -> int:
        """The length of the model's vectors."""
        return self._dimensions

    def encode(self, texts: Sequence[str], kind: Kind) -> NDArray[np.float32]:
        """Encode; of each text the first :data:`MAX_CHARACTERS` characters are read."""
        readable = checked_texts(texts, kind, MAX_CHARACTERS)
        rows = np.empty((len(readable), self.dimensions), dtype=np.float32)
        for row, text in zip(rows, readable, strict=True):
            row[:] = unit_rows(self._encode([text], kind), "the model")[0]
        return rows

    def _encode(self, texts: list[str], kind: Kind) -> NDArray[np.float32]:
        with self._lock:
            return np.asarray(
                self._model.encode(
                    texts, prompt=self._prefixes[kind], show_progress_bar=False, convert_to_numpy=True
                ),
                dtype=np.float32,
            )

    def __repr__(self) -> str:
        return f"SentenceTransformersEncoder({self._arguments[0]!r})"

    def __reduce__(self) -> tuple[object, ...]:
        return (_again, self._arguments)


def _again(
    model: str, query_prefix: str | None, passage_prefix: str | None, device: str
) -> SentenceTransformersEncoder:
    return SentenceTransformersEncoder(
        model, query_prefix=query_prefix, passage_prefix=passage_prefix, device=device
    )


def _load(model: str, device: str) -> SentenceTransformer:
    try:
        from sentence_transformers import SentenceTransformer
    except ImportError as error:
        raise InputError(
            "models of sentence-transformers need that library; install it with: "
            'pip install "faqsearch[sentence-transformers]"'
        ) from error
    try:
        return SentenceTransformer(model, device=device)
    except (OSError, ValueError, RuntimeError) as error:
        where = "folder" if os.path.isdir(model) else "name"  # noqa: PTH112 - a name need not be a path
        raise FaqSearchError(
            f"the model of this {where} cannot be loaded ({type(error).__name__}); give the folder of a "
            "model that sentence-transformers saved, or a name it can fetch"
        ) from error


def _first(*choices: str | None) -> str:
    return next((choice for choice in choices if choice is not None), "")


def _digest(model: SentenceTransformer, prefixes: dict[Kind, str]) -> str:
    """Digest everything a vector depends on: a folder's content may change under the same name."""
    digest = hashlib.sha256()
    versions = [
        importlib.metadata.version(name) for name in ("sentence-transformers", "transformers", "torch")
    ]
    facts = (versions, prefixes, str(model), model.max_seq_length, str(model.device), MAX_CHARACTERS)
    digest.update(json.dumps(facts).encode())
    backend = getattr(model.tokenizer, "backend_tokenizer", None)
    digest.update((str(model.tokenizer) if backend is None else backend.to_str()).encode())
    for name, weights in sorted(model.state_dict().items()):
        digest.update(name.encode())
        digest.update(np.ascontiguousarray(weights.detach().cpu().float().numpy()).tobytes())
    return digest.hexdigest()
