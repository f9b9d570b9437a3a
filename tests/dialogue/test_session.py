"""What a customer experiences, turn by turn."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest

from faqsearch.dialogue import Dialogue, DialogueState, Outcome, Reason, Say, Speaker, Turn
from faqsearch.dialogue.cleaning import MAX_TEXT
from faqsearch.dialogue.state import MAX_TURNS, MAX_UNRESOLVED, ChoiceKind
from faqsearch.entry import FaqEntry
from faqsearch.errors import InputError
from faqsearch.knowledge_base import KnowledgeBase

Talk = Callable[..., Turn]

YES, NO = "はい、解決しました", "いいえ、解決していません"


def texts(turn: Turn) -> list[str]:
    return [message.text for message in turn.messages]


def shown(turn: Turn) -> list[str]:
    return [message.entry_id for message in turn.messages if message.entry_id]


def labels(turn: Turn) -> list[str]:
    return [choice.label for choice in turn.choices]


def test_it_greets_first(dialogue: Dialogue) -> None:
    turn = dialogue.start()
    assert texts(turn) == [
        "こんにちは。ご質問に自動でお答えします。お困りのことを、ふだんの言葉でお書きください。"
    ]
    assert (turn.choices, turn.outcome, turn.hand_over, turn.state.turns) == ((), None, None, 0)


def test_it_answers_with_the_url_and_asks_whether_that_solved_it(talk: Talk) -> None:
    turn = talk("送料はいくらですか")
    assert texts(turn) == [
        "「送料はいくらですか」\n全国一律550円です。5,000円以上のお買い上げで無料になります。\n沖縄への送料は1,200円です。",
        "この回答で解決しましたか。",
    ]
    assert turn.messages[0].url == "https://shop.example/faq/ship-fee"
    assert labels(turn)[:2] == [YES, NO]
    assert (turn.outcome, turn.state.topic, turn.state.tried) == (None, "ship-fee", ("ship-fee",))


@pytest.mark.parametrize(
    "text", ["はい", "1", YES, "うん、ありがとう！", "ありがとうございました", "さようなら"]
)
def test_a_yes_ends_it_politely(talk: Talk, text: str) -> None:
    turn = talk("送料はいくらですか", text)
    assert (turn.outcome, turn.choices, turn.hand_over) == (Outcome.ANSWER, (), None)
    assert "ございま" in texts(turn)[0] or "何よりです" in texts(turn)[0]


def test_related_entries_can_be_picked_after_an_answer(talk: Talk) -> None:
    turn = talk("送料はいくらですか")
    related = [choice for choice in turn.choices if choice.kind is ChoiceKind.ENTRY]
    assert "ship-fee" not in [choice.entry_id for choice in related]
    picked = talk(related[0].label, after=turn)
    assert shown(picked) == [related[0].entry_id]
    assert picked.state.tried == ("ship-fee", related[0].entry_id)


def test_a_no_brings_the_next_best_and_then_a_person(talk: Talk) -> None:
    first = talk("パスワードを忘れました")
    second = talk("いいえ", after=first)
    assert (shown(first), shown(second)) == (["password"], ["login"])
    assert texts(second)[0].endswith("こちらの回答はいかがでしょうか。")
    third = talk("ちがう", after=second)
    assert third.outcome is Outcome.HAND_OVER
    assert third.hand_over is not None
    assert (third.hand_over.reason, third.hand_over.tried) == (Reason.UNSOLVED, ("password", "login"))


def test_a_no_with_a_question_answers_that_and_not_the_same_again(talk: Talk) -> None:
    turn = talk("パスワードを忘れました", "いいえ、正しいパスワードなのにログインできません")
    assert shown(turn) == ["login"]
    assert shown(talk("パスワードを忘れました", "違います、パスワードを忘れました")) != ["password"]


def test_a_no_after_the_end_takes_it_up_again(talk: Talk) -> None:
    turn = talk("パスワードを忘れました", "はい", "いいえ")
    assert (shown(turn), turn.outcome, turn.state.turns) == (["login"], None, 1)
    assert talk("いいえ", after=turn).outcome is Outcome.HAND_OVER


def test_two_answers_that_differ_in_a_condition_are_asked_back(talk: Talk) -> None:
    asked = talk("注文をキャンセルしたい")
    entries = {choice.label: choice.entry_id for choice in asked.choices if choice.entry_id}
    assert entries == {"会員の方": "cancel-member", "ゲスト購入の方": "cancel-guest"}
    assert [choice.kind for choice in asked.choices[2:]] == [ChoiceKind.NONE, ChoiceKind.PERSON]
    for text in (
        "ゲストです",
        "ゲスト購入の方",
        "「ゲスト購入」",
        str(list(entries).index("ゲスト購入の方") + 1),
    ):
        assert shown(talk(text, after=asked)) == ["cancel-guest"]
    assert shown(talk("会員", after=asked)) == ["cancel-member"]


def test_none_of_the_choices_asks_for_other_words_once(talk: Talk) -> None:
    asked = talk("注文をキャンセルしたい")
    reworded = talk("どれでもない", after=asked)
    assert texts(reworded) == ["失礼いたしました。お困りのことを、別の言葉でもう少しくわしくお書きください。"]
    assert talk("送料はいくらですか", after=reworded).state.topic == "ship-fee"


@pytest.mark.parametrize("said", [("まだわからない",), ("ちがう",), ("じゃあ注文は？", "どれでもない")])
def test_the_second_no_without_an_answer_between_brings_a_person(talk: Talk, said: tuple[str, ...]) -> None:
    turn = talk("注文をキャンセルしたい", "いいえ", *said)
    assert turn.hand_over is not None
    assert (turn.hand_over.reason, turn.hand_over.question.split("\n")[0]) == (
        Reason.NOT_FOUND,
        "注文をキャンセルしたい",
    )


def test_other_words_may_be_asked_for_again_after_an_answer(talk: Talk) -> None:
    turn = talk(
        "注文をキャンセルしたい", "いいえ", "送料はいくらですか", "注文をキャンセルしたい人", "いいえ"
    )
    assert turn.state.lines[-1].bot[0].say is Say.REWORD


def test_a_no_to_the_request_for_more_brings_a_person(talk: Talk) -> None:
    turn = talk("ζξψω", "まだわからない")
    assert turn.hand_over is not None
    assert turn.hand_over.reason is Reason.NOT_FOUND


def test_a_number_below_zero_neither_picks_nor_closes(talk: Talk) -> None:
    answered = talk("送料はいくらですか")
    turn = talk("-1", after=answered)
    assert (turn.outcome, turn.choices) == (None, answered.choices)
    assert turn.state.lines[-1].bot[0].say is Say.WHICH


def test_a_number_that_is_not_offered_is_asked_again(talk: Talk) -> None:
    turn = talk("注文をキャンセルしたい", "9")
    assert texts(turn) == [
        "どの選択肢かを読み取れませんでした。番号でお答えいただくか、お困りのことをお書きください。"
    ]
    assert len(turn.choices) == 4


@pytest.mark.parametrize(
    ("texts_", "entry", "said"),
    [
        (("送料はいくらですか", "じゃあ海外は？"), "ship-abroad", "海外への発送は承っていません。"),
        (("送料はいくらですか", "沖縄は？"), "ship-fee", "沖縄への送料は1,200円です。"),
        (("ギフト包装をお願いできますか", "それはいくら？"), "wrap", "包装は1つ110円です。"),
        (("ギフト包装をお願いできますか", "その方法は？"), "wrap", "「ギフト設定」から選べます。"),
        (("送料はいくらですか", "はい", "では海外は？"), "ship-abroad", "海外への発送は承っていません。"),
    ],
)
def test_what_refers_back_is_answered(talk: Talk, texts_: tuple[str, ...], entry: str, said: str) -> None:
    turn = talk(*texts_)
    if not shown(turn):
        turn = talk(str([choice.entry_id for choice in turn.choices].index(entry) + 1), after=turn)
    assert shown(turn) == [entry]
    assert texts(turn)[0].endswith(said)


def test_two_questions_at_once_are_both_answered(talk: Talk) -> None:
    turn = talk("送料はいくらですか？ポイントの有効期限はいつまでですか？")
    offered = {*shown(turn), *(choice.entry_id for choice in turn.choices)}
    assert {"ship-fee", "points"} <= offered


@pytest.mark.parametrize("text", ["人と話したい", "担当者", "オペレーターをお願いします", "担当者に相談する"])
@pytest.mark.parametrize(
    "before", [(), ("注文をキャンセルしたい",), ("送料はいくらですか",), ("送料はいくらですか", "はい")]
)
def test_a_wish_for_a_person_is_granted_at_once(talk: Talk, before: tuple[str, ...], text: str) -> None:
    turn = talk(*before, text)
    assert turn.outcome is Outcome.HAND_OVER
    assert turn.hand_over is not None
    assert turn.hand_over.reason is Reason.REQUESTED
    assert texts(turn)[0] == "承知しました。ここからは担当者が承ります。"


def test_the_record_holds_everything_a_person_needs(talk: Talk) -> None:
    turn = talk("送料はいくらですか", "じゃあ沖縄は？", "担当者")
    record = turn.hand_over
    assert record is not None
    assert [(one.speaker, one.text.split("\n")[0]) for one in record.transcript] == [
        (
            Speaker.BOT,
            "こんにちは。ご質問に自動でお答えします。お困りのことを、ふだんの言葉でお書きください。",
        ),
        (Speaker.CUSTOMER, "送料はいくらですか"),
        (Speaker.BOT, "「送料はいくらですか」"),
        (Speaker.CUSTOMER, "じゃあ沖縄は？"),
        (Speaker.BOT, "「送料はいくらですか」のご案内では、次のとおりです。"),
        (Speaker.CUSTOMER, "担当者"),
        (Speaker.BOT, "承知しました。ここからは担当者が承ります。"),
    ]
    assert "沖縄への送料は1,200円です。" in record.transcript[4].text
    assert record.tried == ("ship-fee",)
    assert [(one.name, one.open) for one in record.contacts] == [("お電話", True), ("メール", True)]
    assert record.next_opening is None
    assert "送料" not in repr(record)
    assert "・お電話：0120-000-000" in texts(turn)[-1]


def test_the_choices_that_were_offered_stand_in_the_transcript(talk: Talk) -> None:
    record = talk("注文をキャンセルしたい", "担当者").hand_over
    assert record is not None
    assert "・注文をキャンセルしたい（ゲスト購入の方）" in record.transcript[2].text.split("\n")


def test_outside_of_hours_the_next_opening_is_told(talk: Talk, clock: Any) -> None:
    clock.now += dt.timedelta(days=5)
    turn = talk("担当者")
    assert "次の受付は12月7日（月）9時から" in texts(turn)[-1]
    assert turn.hand_over is not None
    assert [(one.name, one.open) for one in turn.hand_over.contacts] == [("メール", True), ("お電話", False)]


def test_lost_patience_is_handed_over_with_an_apology(talk: Talk) -> None:
    turn = talk("送料はいくらですか", "さっきからそう言ってるだろ、話にならない")
    assert turn.hand_over is not None
    assert turn.hand_over.reason is Reason.FRUSTRATED
    assert "申し訳ございません" in texts(turn)[0]


def test_worry_is_met_with_a_kind_word_and_without_an_answer_with_a_person(talk: Talk) -> None:
    turn = talk("不安で眠れません。パスワードを忘れました")
    said = texts(turn) if turn.hand_over is None else []
    assert (turn.hand_over is not None) != ("ご心配なことと存じます。" in said)
    lost = talk("とても心配で夜も眠れない")
    assert lost.hand_over is not None
    assert lost.hand_over.reason is Reason.DISTRESSED
    assert "119番" in texts(lost)[0]


def test_danger_is_handed_over_whatever_was_offered(talk: Talk) -> None:
    turn = talk("注文をキャンセルしたい", "息ができない")
    assert turn.hand_over is not None
    assert turn.hand_over.reason is Reason.DISTRESSED


def test_a_complaint_is_answered_with_an_apology_first_and_then_handed_over(talk: Talk) -> None:
    first = talk("ひどい店だ！ふざけないで！パスワードを忘れました")
    assert "申し訳ございません" in texts(first)[0]
    turn = talk("パスワードを忘れました", "ふざけないで！いつまで待たせるんですか！")
    assert turn.hand_over is not None
    assert turn.hand_over.reason is Reason.FRUSTRATED


def test_the_same_again_brings_the_next_best_and_then_a_person(talk: Talk) -> None:
    first = talk("パスワードを忘れました", "パスワードを忘れました！")
    assert shown(first) == ["login"]
    again = talk("パスワードを忘れました", after=first)
    assert again.hand_over is not None
    assert again.hand_over.reason is Reason.REPEATED


def test_small_talk_is_returned(talk: Talk) -> None:
    assert texts(talk("こんにちは")) == ["こんにちは。どのようなことでお困りですか。"]
    assert texts(talk("こんにちは", "もしもし")) == [
        "恐れ入ります。どのようなことでお困りか、あらためてお書きください。"
    ]
    assert "プログラムです" in texts(talk("あなたはロボット？"))[0]
    assert "幸いです" in texts(talk("ありがとう"))[0]
    left = talk("さようなら")
    assert left.hand_over is not None
    assert left.hand_over.reason is Reason.LEFT


def test_thanks_after_the_end_stay_at_the_end(talk: Talk) -> None:
    for last in ("ありがとう", "はい", "こんにちは", "さようなら", "\u200b"):
        assert talk("送料はいくらですか", "はい", last).outcome is Outcome.ANSWER
        assert talk("担当者", last).outcome is Outcome.HAND_OVER
        assert talk("担当者", last).hand_over is None
    assert talk("担当者", "いいえ").outcome is Outcome.HAND_OVER


def test_a_new_question_after_the_end_opens_anew(talk: Talk) -> None:
    turn = talk("送料はいくらですか", "はい", "ポイントの有効期限はいつまでですか")
    assert (turn.outcome, turn.state.turns, turn.state.tried) == (None, 1, ("points",))
    said = [line.customer for line in turn.state.lines if line.customer]
    assert said == ["送料はいくらですか", "はい", "ポイントの有効期限はいつまでですか"]


def test_what_is_found_nowhere_ends_with_a_person(talk: Talk) -> None:
    turn = talk("ζξψω")
    assert texts(turn) == ["ご質問の内容を読み取れませんでした。もう少しくわしくお書きください。"]
    assert talk("ωωω", after=turn).outcome is Outcome.HAND_OVER


def test_a_long_turn_is_cut_and_the_customer_told(talk: Talk) -> None:
    turn = talk("送料はいくらですか。" * 100_000)
    assert texts(turn)[0] == "文が長いため、はじめの2,000文字までを読みました。"
    assert max(len(line.customer) for line in turn.state.lines) == MAX_TEXT


def test_an_old_state_begins_anew(talk: Talk, clock: Any) -> None:
    before = talk("注文をキャンセルしたい")
    clock.now += dt.timedelta(minutes=31)
    turn = talk("1", after=before)
    assert texts(turn)[0] == "しばらく時間があきましたので、はじめからご案内します。"
    assert shown(turn) == []
    assert (turn.state.turns, len(turn.state.lines)) == (1, 2)


def test_a_state_of_half_an_hour_goes_on_and_one_of_tomorrow_does_not(talk: Talk, clock: Any) -> None:
    before = talk("注文をキャンセルしたい")
    clock.now += dt.timedelta(minutes=30)
    assert shown(talk("会員", after=before)) == ["cancel-member"]
    clock.now -= dt.timedelta(days=1)
    assert texts(talk("会員", after=before))[0].startswith("しばらく時間があきました")


def test_many_turns_end_with_a_person(talk: Talk) -> None:
    turn = talk()
    outcomes = []
    questions = [
        "送料はいくらですか",
        "ポイントの有効期限はいつまでですか",
        "営業時間を教えてください",
        "ギフト包装をお願いできますか",
    ]
    for number in range(MAX_TURNS):
        turn = talk(f"{questions[number % 4]}{'？' * (number // 4)} {number}番の荷物", after=turn)
        outcomes.append(turn.outcome)
    assert Outcome.HAND_OVER in outcomes
    assert turn.state.turns <= MAX_TURNS


def test_turns_that_lead_nowhere_end_with_a_person(talk: Talk) -> None:
    turn = talk(*["\u200b"] * (MAX_UNRESOLVED - 1))
    assert (turn.outcome, turn.state.unresolved) == (None, MAX_UNRESOLVED - 1)
    assert talk("", after=turn).outcome is Outcome.HAND_OVER


def test_much_text_ends_with_a_person(talk: Talk) -> None:
    turn, reasons = talk(), []
    for number in range(12):
        turn = talk(f"{number}送料はいくらですか。" + "届きません" * 400, after=turn)
        reasons += [turn.hand_over.reason] if turn.hand_over else []
        turn = (
            talk() if turn.outcome and turn.hand_over and turn.hand_over.reason is Reason.TOO_LONG else turn
        )
        assert len(turn.state.to_json()) < 200_000
    assert reasons


def test_the_same_state_text_and_clock_give_the_same_turn(
    base: KnowledgeBase, dialogue: Dialogue, clock: Any
) -> None:
    other = Dialogue(base, contacts=dialogue._contacts, clock=clock)
    state = dialogue.reply(dialogue.start().state, "送料はいくらですか").state
    for text in ("じゃあ海外は？", "いいえ", "担当者", "はい"):
        assert dialogue.reply(state, text) == other.reply(state, text)


def test_wrong_arguments_are_refused_without_their_content(dialogue: Dialogue) -> None:
    state = dialogue.start().state
    for arguments in ((state, b"x"), (state.to_json(), "x"), (None, "x")):
        with pytest.raises(InputError, match="give a DialogueState and a string") as error:
            dialogue.reply(*arguments)  # type: ignore[arg-type]
        assert "turns" not in str(error.value)
    with pytest.raises(InputError, match="allowed are public, operator"):
        Dialogue(KnowledgeBase(), audience="everyone")


def test_an_empty_base_hands_over(clock: Any) -> None:
    dialogue = Dialogue(KnowledgeBase(preset="lexical"), clock=clock)
    turn = dialogue.reply(dialogue.start().state, "送料はいくらですか。返品の期限と方法も知りたいです。")
    assert turn.outcome is Outcome.HAND_OVER
    assert texts(turn)[-1] == "担当者には、これまでのやりとりをお伝えいただくと早くご案内できます。"


def test_operators_see_their_own(base: KnowledgeBase, clock: Any) -> None:
    internal = Dialogue(base, audience="operator", clock=clock)
    turn = internal.reply(internal.start().state, "送料を当店負担にしてよい基準")
    assert "ヒミツノアイコトバ" in texts(turn)[0]


FORGED = (
    {"topic": "{id}"},
    {"shown": ["{id}"], "tried": ["{id}"], "question": "送料"},
    {"choices": [{"kind": "entry", "label": "見せて", "entry": "{id}"}]},
    {"lines": [{"bot": [{"say": "answer", "entry": "{id}", "start": 0, "end": 0}]}]},
    {"lines": [{"bot": [{"say": "part", "entry": "{id}", "start": 0, "end": 99}]}], "topic": "{id}"},
)


@pytest.mark.parametrize("fields", FORGED)
@pytest.mark.parametrize("text", ["1", "見せて", "それはいくら？", "いいえ", "担当者", "送料はいくらですか"])
def test_a_forged_state_shows_nothing_hidden_and_tells_not_that_it_exists(
    dialogue: Dialogue, fields: dict[str, Any], text: str
) -> None:
    def turn(entry_id: str) -> Turn:
        raw = {**json.loads(dialogue.start().state.to_json()), **fields}
        state = DialogueState.from_json(json.dumps(raw, ensure_ascii=False).replace("{id}", entry_id))
        return dialogue.reply(state, text)

    hidden, missing = turn("secret"), turn("nothing")
    assert hidden == missing == turn("draft")
    assert "ヒミツ" not in repr(hidden) + hidden.state.to_json()
    assert "secret" not in hidden.state.to_json()


def test_an_entry_that_is_withdrawn_meanwhile_is_gone(clock: Any) -> None:
    entry = FaqEntry(id="fee", question="送料はいくらですか", answer="550円です。")
    base = KnowledgeBase([entry], preset="lexical", clock=clock)
    dialogue = Dialogue(base, clock=clock)
    state = dialogue.reply(dialogue.start().state, "送料はいくらですか").state
    base.upsert(dataclasses.replace(entry, status="archived"))
    record = dialogue.reply(state, "担当者").hand_over
    assert record is not None
    assert record.tried == ()
    assert "550円" not in "".join(one.text for one in record.transcript)
    assert "（この回答は、いまは公開されていません）" in "".join(one.text for one in record.transcript)


def test_earlier_lines_can_be_shown_again(dialogue: Dialogue) -> None:
    turn = dialogue.reply(dialogue.start().state, "担当者")
    last = turn.state.lines[-1]
    assert dialogue.messages(last) == turn.messages
    assert last.bot[-1].say is Say.CONTACTS


def test_labels_of_choices_differ_and_are_short(clock: Any) -> None:
    long = "送料は" + "とても" * 60 + "いくらですか"
    base = KnowledgeBase(
        [FaqEntry(id=f"fee-{number}", question=long, answer="550円です。") for number in range(4)],
        preset="lexical",
        clock=clock,
    )
    dialogue = Dialogue(base, clock=clock)
    turn = dialogue.reply(dialogue.start().state, "送料はとてもいくらですか")
    offered = [choice.label for choice in turn.choices]
    entries = [choice for choice in turn.choices if choice.kind is ChoiceKind.ENTRY]
    assert len(set(offered)) == len(offered)
    assert max(map(len, offered)) <= 120
    assert entries[1].label.endswith("…（2）")
    assert shown(dialogue.reply(turn.state, entries[1].label)) == [entries[1].entry_id]
