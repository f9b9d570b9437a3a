"""A small base, a clock that is set by hand, contacts, and a customer who talks through JSON states."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from faqsearch.business_hours import BusinessHours, Contact
from faqsearch.dialogue import Dialogue, DialogueState, Turn
from faqsearch.entry import JAPAN, FaqEntry
from faqsearch.knowledge_base import KnowledgeBase

ENTRIES = (
    FaqEntry(
        id="cancel-member",
        question="注文をキャンセルしたい（会員の方）",
        answer="マイページの注文履歴から取り消せます。",
        category="注文",
    ),
    FaqEntry(
        id="cancel-guest",
        question="注文をキャンセルしたい（ゲスト購入の方）",
        answer="注文確認メールのリンクから取り消せます。",
        category="注文",
    ),
    FaqEntry(
        id="ship-fee",
        question="送料はいくらですか",
        answer="全国一律550円です。5,000円以上のお買い上げで無料になります。\n沖縄への送料は1,200円です。",
        category="配送",
        url="https://shop.example/faq/ship-fee",
    ),
    FaqEntry(
        id="ship-abroad",
        question="海外への発送はできますか",
        answer="海外への発送は承っていません。",
        category="配送",
    ),
    FaqEntry(
        id="wrap",
        question="ギフト包装をお願いできますか",
        answer="カート画面の「ギフト設定」から選べます。\n包装は1つ110円です。",
        category="ギフト",
    ),
    FaqEntry(
        id="password",
        question="パスワードを忘れました",
        answer="ログイン画面の「パスワードをお忘れの方」から再設定してください。",
        category="会員",
    ),
    FaqEntry(
        id="login",
        question="正しいパスワードなのにログインできません",
        answer="10分ほど待ってからお試しください。",
        category="会員",
    ),
    FaqEntry(
        id="points",
        question="ポイントの有効期限はいつまでですか",
        answer="最後のお買い物から1年間です。",
        category="ポイント",
    ),
    FaqEntry(id="hours", question="営業時間を教えてください", answer="平日の9時から18時までです。"),
    FaqEntry(
        id="secret",
        question="送料を当店負担にしてよい基準",
        answer="責任者の判断で送料を当店負担にできる。合言葉はヒミツノアイコトバ。",
        audience="operator",
    ),
    FaqEntry(id="draft", question="福袋の送料", answer="準備中", status="draft"),
)
TUESDAY = dt.datetime(2026, 12, 1, 12, tzinfo=JAPAN)
SUNDAY = dt.datetime(2026, 12, 6, 12, tzinfo=JAPAN)
WEEKDAYS = BusinessHours.parse({"mon-fri": ["9:00-18:00"]})
CONTACTS = (
    Contact(name="お電話", kind="phone", address="0120-000-000", hours=WEEKDAYS),
    Contact(name="メール", kind="mail", address="support@example.jp"),
)

Talk = Callable[..., Turn]


class Clock:
    """Tells the time it was set to."""

    def __init__(self, now: dt.datetime = TUESDAY) -> None:
        self.now = now

    def __call__(self) -> dt.datetime:
        return self.now


@pytest.fixture(scope="session")
def base() -> KnowledgeBase:
    return KnowledgeBase(ENTRIES, preset="lexical", clock=Clock())


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def dialogue(base: KnowledgeBase, clock: Clock) -> Dialogue:
    return Dialogue(base, contacts=CONTACTS, clock=clock)


@pytest.fixture
def talk(dialogue: Dialogue) -> Talk:
    """Say texts one after the other, from a turn or from the greeting on; return the last turn."""

    def say(*texts: str, after: Turn | None = None) -> Turn:
        turn = after or dialogue.start()
        for text in texts:
            turn = dialogue.reply(DialogueState.from_json(turn.state.to_json()), text)
        return turn

    return say
