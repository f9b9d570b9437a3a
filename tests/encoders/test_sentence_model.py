from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

from faqsearch.encoders import SentenceTransformersEncoder
from faqsearch.errors import FaqSearchError, InputError

real = pytest.mark.sentence_transformers


@real
def test_vectors_are_those_of_the_library(tiny_model: Path, sentence: SentenceTransformersEncoder) -> None:
    from sentence_transformers import SentenceTransformer

    direct = SentenceTransformer(str(tiny_model), device="cpu").encode(["返品"], normalize_embeddings=True)
    assert sentence.encode(["返品"], "passage") == pytest.approx(np.asarray(direct), abs=1e-6)
    assert sentence.dimensions == 32
    assert repr(sentence) == f"SentenceTransformersEncoder({str(tiny_model)!r})"


@real
def test_prefixes_are_put_before_the_text(tiny_model: Path, sentence: SentenceTransformersEncoder) -> None:
    prefixed = SentenceTransformersEncoder(tiny_model, query_prefix="解約", passage_prefix="送料")
    assert prefixed.encode(["返品"], "query").tobytes() == sentence.encode(["解約返品"], "query").tobytes()
    assert prefixed.encode(["返品"], "passage").tobytes() == sentence.encode(["送料返品"], "query").tobytes()
    assert prefixed.fingerprint != sentence.fingerprint


@real
def test_a_model_brings_its_own_prompts(tiny_model: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(tiny_model, tmp_path / "model"))
    settings = folder / "config_sentence_transformers.json"
    changed = json.loads(settings.read_text(encoding="utf-8"))
    changed["prompts"] = {"query": "解約", "document": "送料"}
    settings.write_text(json.dumps(changed), encoding="utf-8")
    own = SentenceTransformersEncoder(folder)
    given = SentenceTransformersEncoder(tiny_model, query_prefix="解約", passage_prefix="送料")
    assert own.encode(["返品"], "query").tobytes() == given.encode(["返品"], "query").tobytes()
    assert own.encode(["返品"], "passage").tobytes() == given.encode(["返品"], "passage").tobytes()
    # What is said explicitly wins over the model's own.
    none = SentenceTransformersEncoder(folder, query_prefix="")
    assert none.encode(["返品"], "query").tobytes() != own.encode(["返品"], "query").tobytes()


@real
def test_the_fingerprint_follows_the_weights_not_the_name(tiny_model: Path, tmp_path: Path) -> None:
    import safetensors.numpy

    folder = Path(shutil.copytree(tiny_model, tmp_path / "model"))
    original = SentenceTransformersEncoder(tiny_model).fingerprint
    assert SentenceTransformersEncoder(folder).fingerprint == original
    weights_file = next(folder.rglob("model.safetensors"))
    weights = safetensors.numpy.load_file(weights_file)
    name = min(weights)
    weights[name] = weights[name] + np.float32(0.125)
    safetensors.numpy.save_file(weights, weights_file, metadata={"format": "pt"})
    assert SentenceTransformersEncoder(folder).fingerprint != original


@real
def test_a_folder_without_a_model_is_told_without_its_name(tmp_path: Path) -> None:
    with pytest.raises(FaqSearchError, match="the model of this folder cannot be loaded"):
        SentenceTransformersEncoder(tmp_path)


def test_a_missing_library_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(InputError, match=r'pip install "faqsearch\[sentence-transformers\]"'):
        SentenceTransformersEncoder("any")
