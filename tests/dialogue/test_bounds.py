"""Whatever is said, a dialogue ends in an answer or with a person, and a state stays small and readable."""

from __future__ import annotations

import datetime as dt

from hypothesis import given, settings
from hypothesis import strategies as st

from faqsearch.dialogue import Dialogue, DialogueState, Outcome
from faqsearch.dialogue.state import MAX_TURNS, MAX_UNRESOLVED
from faqsearch.dialogue.state_json import MAX_STATE
from faqsearch.entry import JAPAN, FaqEntry
from faqsearch.knowledge_base import KnowledgeBase

NOW = dt.datetime(2026, 12, 1, 12, tzinfo=JAPAN)
BASE = KnowledgeBase(
    [
        FaqEntry(id="fee", question="送料はいくらですか", answer="550円です。沖縄は1,200円です。"),
        FaqEntry(id="member", question="キャンセルしたい（会員の方）", answer="履歴から取り消せます。"),
        FaqEntry(id="guest", question="キャンセルしたい（ゲストの方）", answer="メールから取り消せます。"),
        FaqEntry(id="point", question="ポイントの有効期限", answer="1年間です。"),
    ],
    preset="lexical",
    clock=lambda: NOW,
)
DIALOGUE = Dialogue(BASE, clock=lambda: NOW)

SAYINGS = st.sampled_from(
    "はい|いいえ|1|2|3|9|一番上|送料はいくらですか|送料|キャンセルしたい|ゲストです|じゃあ沖縄は？|それはいくら？|こんにちは|ありがとう|"
    "さようなら|ロボット？|んーと|ポイント|どれでもない|「会員」|まだわからない|そうじゃなくて、ポイントの期限|zzz".split(
        "|"
    )
)
TEXTS = SAYINGS | st.text(st.characters(codec=None), max_size=30) | st.just("長い文。" * 3_000)


@settings(max_examples=settings().max_examples // 2)  # of up to twice as many turns as a talk may have
@given(st.lists(TEXTS, min_size=1, max_size=2 * MAX_TURNS))
def test_any_sequence_of_texts_reaches_an_outcome(texts: list[str]) -> None:
    turn, streak, helpless = DIALOGUE.start(), 0, 0
    for text in texts:
        before = turn.outcome
        turn = DIALOGUE.reply(DialogueState.from_json(turn.state.to_json()), text)
        streak = 0 if turn.outcome else streak + 1
        answers = [message for message in turn.messages if message.entry_id]
        helpless = 0 if turn.outcome or answers else helpless + 1
        assert streak < MAX_TURNS
        assert helpless < MAX_UNRESOLVED
        assert turn.messages
        assert len(turn.state.to_json()) <= MAX_STATE
        assert (turn.hand_over is not None) <= (turn.outcome is Outcome.HAND_OVER)
        if before and turn.outcome is None:
            assert turn.state.turns == 1


@given(TEXTS)
def test_after_any_end_a_new_question_is_answered(text: str) -> None:
    turn = DIALOGUE.reply(DIALOGUE.start().state, "担当者")
    turn = DIALOGUE.reply(turn.state, text)
    turn = DIALOGUE.reply(turn.state if turn.outcome else DIALOGUE.start().state, "送料はいくらですか")
    offered = {message.entry_id for message in turn.messages} | {one.entry_id for one in turn.choices}
    assert "fee" in offered
