from __future__ import annotations

import json

import pytest

from faqsearch.encoders.retrying import Failure
from faqsearch.replies.model_reply import ModelReply, read_reply

ALLOWED = ("ship-1", "a,b")
KNOWN = {"設定", "氏名1"}


def document(**fields: object) -> str:
    return json.dumps(fields, ensure_ascii=False)


@pytest.mark.parametrize(
    ("content", "text", "citations"),
    [
        ("送料は550円です。[ship-1]", "送料は550円です。", ("ship-1",)),
        ("送料です［ship-1］。", "送料です。", ("ship-1",)),
        ("［氏名1］様の［設定］です。[ship-1]", "［氏名1］様の［設定］です。", ("ship-1",)),
        ("二つです。[ship-1, a,b]", None, ()),
        ("一つです。[a,b]", "一つです。", ("a,b",)),
        (document(body="送料です。", citations=["ship-1"]), "送料です。", ("ship-1",)),
        (document(body="送料です。[ship-1]\n", refused=False), "送料です。", ("ship-1",)),
        (f"```json\n{document(body='送料です。[ship-1]')}\n```", "送料です。", ("ship-1",)),
        ("  一行目 [ship-1]\n二行目", "一行目\n二行目", ("ship-1",)),
    ],
)
def test_text_and_json_are_read_alike(content: str, text: str | None, citations: tuple[str, ...]) -> None:
    reply = read_reply(content, ALLOWED, KNOWN)
    if text is None:
        assert reply == Failure("返答が、渡していない出典を挙げています")
    else:
        assert isinstance(reply, ModelReply)
        assert (reply.without_citations(), reply.citations, reply.refused) == (text, citations, False)


@pytest.mark.parametrize(
    "content",
    ["NO_ANSWER", "申し訳ありません。NO_ANSWER", document(refused=True), document(body="NO_ANSWER")],
)
def test_a_refusal_is_one_in_either_form(content: str) -> None:
    assert read_reply(content, ALLOWED, KNOWN) == ModelReply(text="", refused=True)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("送料は550円です。", "返答に出典がありません"),
        ("", "返答に出典がありません"),
        ("［設定］です。", "返答に出典がありません"),
        ("送料です。[ship-2]", "返答が、渡していない出典を挙げています"),
        ("送料です。[ship-1][ops-1]", "返答が、渡していない出典を挙げています"),
        ("送料です。[ship-1]［氏名2］", "返答が、渡していない出典を挙げています"),
        (document(body="送料です。[ship-1]", citations=["ops-1"]), "返答が、渡していない出典を挙げています"),
        ("{", "返答の形式が決まりと違います"),
        (document(body=1), "返答の形式が決まりと違います"),
        (document(body="x", refused="no"), "返答の形式が決まりと違います"),
        (document(body="x", citations="ship-1"), "返答の形式が決まりと違います"),
        (document(body="x", citations=[1]), "返答の形式が決まりと違います"),
        ("{" * 100_000, "返答の形式が決まりと違います"),
        ('{"a":' * 100_000, "返答の形式が決まりと違います"),
    ],
)
def test_a_reply_that_breaks_the_rules_is_a_failure(content: str, reason: str) -> None:
    assert read_reply(content, ALLOWED, KNOWN) == Failure(reason)
