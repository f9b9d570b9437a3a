from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqsearch import read_entries, sample_path
from faqsearch.dialogue.intents import Intent, Reply, asks, intent_of, yes_or_no
from faqsearch.sample import SAMPLES

SAID = {
    Intent.GREETING: [
        "こんにちは",
        "もしもし、すみません",
        "お世話になっております。",
        "質問いいですか？",
        "ﾊﾛｰ",
    ],
    Intent.THANKS: [
        "ありがとう",
        "どうもありがとうございました！",
        "ｱﾘｶﾞﾄｳ",
        "助かりました。ありがとさん",
        "thanks",
    ],
    Intent.FAREWELL: ["さようなら", "ありがとう、バイバイ", "では失礼します", "結構です", "また来ます"],
    Intent.ROBOT: ["あなたはロボットですか？", "おまえんとこAI？人間？", "AIなの？", "誰？"],
    Intent.PERSON: [
        "人と話したい",
        "担当者",
        "オペレーターお願いします",
        "担当の方につないでください",
        "係の人を呼んで",
        "ロボットじゃなくて人間がいい",
        "責任者を出せ",
        "送料が違うので担当者に代わって",
        "中の人いますか？",
    ],
    Intent.DANGER: ["もう死にたい", "じんせいに疲れました", "息ができない、担当者お願い"],
    Intent.FED_UP: [
        "ふざけんな",
        "もういいです",
        "さっきも言ったよね",
        "話にならない",
        "使えねえボットだな",
        "二度と買わない",
        "おい答えろよ",
        "早く答えて",
    ],
}


@pytest.mark.parametrize(("intent", "text"), [(intent, text) for intent in SAID for text in SAID[intent]])
def test_a_turn_that_asks_nothing_is_recognised(intent: Intent, text: str) -> None:
    assert intent_of(text) is intent


@pytest.mark.parametrize(
    "text",
    [
        "こんにちは、送料はいくらですか",
        "法人アカウントの担当者を変更したい",
        "不在の間、別の人に承認をお願いしたい",
        "個人の電話番号を変えたい",
        "最低何名から契約できますか",
        "クーポンが使えない",
        "ありがとうのメッセージカードを付けたい",
        "人間ドックの休暇",
        "秘密の質問の答え",
        "アンケートに答えろと言われた",
        "",
    ],
)
def test_a_question_is_no_small_talk(text: str) -> None:
    assert intent_of(text) is None


def test_hardly_any_question_of_the_samples_is_taken_for_small_talk() -> None:
    questions = [
        question
        for name in SAMPLES
        for entry in read_entries(sample_path(name))
        for question in (entry.question, *entry.variants)
    ]
    inquiries = [
        json.loads(line)
        for name in SAMPLES
        for line in sample_path(name, "inquiries.jsonl").read_text("utf-8").splitlines()
    ]
    found = {text for text in questions if intent_of(text) or yes_or_no(text)}
    # Both ask how to reach a person, and a hand-over tells just that.
    assert found == {"人と話したい、電話番号教えて", "人と話せる番号はどこ？"}
    answered = [
        one for one in inquiries if one["relevant"] and (intent_of(one["text"]) or yes_or_no(one["text"]))
    ]
    assert {one["id"] for one in answered} == {"shop-q064", "shop-q369", "saas-q205", "saas-q219"}


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("はい", Reply(yes=True, rest="")),
        ("ああ、なるほど。助かりました", Reply(yes=True, rest="")),
        ("うん、わかったばい！", Reply(yes=True, rest="")),
        ("はい、ありがとう", Reply(yes=True, rest="")),
        ("ＯＫ", Reply(yes=True, rest="")),
        ("はい。あと返品の送料は", Reply(yes=True, rest="あと返品の送料は")),
        ("いいえ", Reply(yes=False, rest="")),
        ("まだわからない", Reply(yes=False, rest="")),
        ("わかりません", Reply(yes=False, rest="")),
        ("そうじゃなくて、沖縄の送料", Reply(yes=False, rest="沖縄の送料")),
        ("解決してへん", Reply(yes=False, rest="")),
        ("大丈夫じゃない", Reply(yes=False, rest="")),
        ("はい、いいえ", Reply(yes=True, rest="いいえ")),
        ("まだ荷物が届かない", None),
        ("はいからさんの服", None),
        ("", None),
    ],
)
def test_agreement_and_refusal_are_told_apart_from_what_follows(text: str, reply: Reply | None) -> None:
    assert yes_or_no(text) == reply


def test_what_asks_is_told_from_what_states() -> None:
    assert [asks(text) for text in ("送料は？", "返品したい", "いつですか", "無視します", "")] == [
        True,
        True,
        True,
        False,
        False,
    ]


@given(st.text(st.sampled_from("はいえうんそうですかよねありがとう人担当者。、 　?"), max_size=400))
def test_no_mixture_of_set_phrases_takes_long(text: str) -> None:
    # With endings that give back what they took, some of these would not end.
    assert intent_of(text) in (None, *Intent)
    reply = yes_or_no(text)
    assert reply is None or isinstance(reply, Reply)


@pytest.mark.parametrize(
    "part", ["はい、", "ありがとう。はい", "人", "です。", "さようならありがとう", "ロボット? ", "あの"]
)
def test_floods_are_read(part: str) -> None:
    flood = part * 2_000
    assert intent_of(flood) in (None, *Intent)
    reply = yes_or_no(flood)
    assert reply is None or isinstance(reply, Reply)
