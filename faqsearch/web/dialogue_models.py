"""The bodies of the dialogue endpoint; their schema is Japanese, the docs page shows it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final, Literal

from pydantic import Field, JsonValue

from faqsearch import dialogue
from faqsearch.dialogue.state_json import MAX_STATE
from faqsearch.entry import FaqEntry
from faqsearch.web.base_model import Model, described
from faqsearch.web.hand_over import record_text
from faqsearch.web.models import MAX_INQUIRY

_MESSAGE: Final[JsonValue] = {"text": "この回答で解決しましたか。", "entry_id": "", "url": ""}
_CHOICE: Final[JsonValue] = {"kind": "yes", "label": "はい、解決しました", "entry_id": ""}


class DialogueRequest(Model):
    """A turn of the customer."""

    model_config = described(
        "お客様の発言。text がなければ、新しい対話を始めます。",
        example={"text": "送料はいくらですか"},
    )

    text: str | None = Field(
        default=None,
        max_length=MAX_INQUIRY,
        description="発言。2,000文字を超える分は読みません。選択肢は番号・ラベル・その一部の言葉で選べます。",
        examples=["送料はいくらですか"],
    )
    state: str | None = Field(
        default=None,
        description=f"前の応答の state（{MAX_STATE:,}文字まで）をそのまま。なければ新しい対話です。",
        examples=[None],
    )


class DialogueMessage(Model):
    """What the bot says."""

    model_config = described("画面に順に出す文。")

    text: str = Field(description="文。改行を含みます。", examples=["この回答で解決しましたか。"])
    entry_id: str = Field(description="見せている質問の番号。なければ空です。", examples=["shop-053"])
    url: str = Field(
        description="その質問の公開ページの URL。なければ空です。", examples=["https://example.com/faq/53"]
    )


class DialogueChoice(Model):
    """Something to pick."""

    model_config = described("選択肢。並び順に1からの番号で選べます。")

    kind: Literal["entry", "yes", "no", "none", "person"] = Field(
        description="entry は質問、yes と no は解決したか、none はどれでもない、person は担当者。",
        examples=["yes"],
    )
    label: str = Field(
        description="ボタンの言葉。発言として送れば選べます。", examples=["はい、解決しました"]
    )
    entry_id: str = Field(description="質問の番号。質問でなければ空です。", examples=["shop-053"])


class TranscriptLine(Model):
    """A line of the transcript."""

    model_config = described("やりとりの一行。")

    speaker: Literal["customer", "bot"] = Field(description="だれの発言か。", examples=["customer"])
    text: str = Field(description="発言。", examples=["送料はいくらですか"])


class Contact(Model):
    """A contact."""

    model_config = described("窓口。")

    name: str = Field(description="窓口の名前。", examples=["お電話"])
    kind: Literal["phone", "mail", "chat"] = Field(description="窓口の種類。", examples=["phone"])
    address: str = Field(description="電話番号・メールアドレスなど。", examples=["0120-000-000"])
    open: bool = Field(description="いま受付時間内か。", examples=[True])
    next_opening: dt.datetime | None = Field(
        description="次に開く時刻。いま開いていれば null です。", examples=[None]
    )


class HandOver(Model):
    """What a person needs to go on."""

    model_config = described("担当者への引き継ぎの記録。お客様の文を含む個人情報です。")

    reason: Literal[
        "requested", "not_found", "unsolved", "repeated", "frustrated", "distressed", "left", "too_long"
    ] = Field(description="引き継ぐ理由。", examples=["requested"])
    question: str = Field(description="最後の質問。", examples=["送料はいくらですか"])
    transcript: list[TranscriptLine] = Field(
        description="やりとりのすべて。", examples=[[{"speaker": "customer", "text": "送料はいくらですか"}]]
    )
    tried: list[str] = Field(description="見せた質問の番号。", examples=[["shop-053"]])
    contacts: list[Contact] = Field(description="窓口。いま開いているものが先です。", examples=[[]])
    next_opening: dt.datetime | None = Field(
        description="最初に開く窓口の時刻。いま開いている窓口があれば null です。", examples=[None]
    )
    text: str = Field(
        description="お客様に見せて写していただくための、この記録の文。",
        examples=["【お問い合わせの引き継ぎ】"],
    )

    @classmethod
    def of(cls, record: dialogue.HandOver, text: str) -> HandOver:
        """Convert a record that reads as a text."""
        return cls(
            reason=record.reason.value,
            question=record.question,
            transcript=[
                TranscriptLine(speaker=one.speaker.value, text=one.text) for one in record.transcript
            ],
            tried=list(record.tried),
            contacts=[
                Contact(
                    name=one.name,
                    kind=one.kind.value,
                    address=one.address,
                    open=one.open,
                    next_opening=one.next_opening,
                )
                for one in record.contacts
            ],
            next_opening=record.next_opening,
            text=text,
        )


class DialogueResponse(Model):
    """A turn of the bot."""

    model_config = described("対話の応答。")

    messages: list[DialogueMessage] = Field(description="画面に順に出す文。", examples=[[_MESSAGE]])
    choices: list[DialogueChoice] = Field(description="いま選べるもの。", examples=[[_CHOICE]])
    state: str = Field(
        description="次の発言と一緒に送り返す状態。サーバーには何も残りません。", examples=["{}"]
    )
    outcome: Literal["answer", "hand_over"] | None = Field(
        description="対話の結び。answer は解決、hand_over は担当者への引き継ぎ、続いていれば null。",
        examples=[None],
    )
    hand_over: HandOver | None = Field(
        default=None, description="引き継ぎの記録。引き継ぐ応答にだけ付きます。", examples=[None]
    )

    @classmethod
    def of(cls, turn: dialogue.Turn, entries: Mapping[str, FaqEntry]) -> DialogueResponse:
        """Convert a turn; a hand-over names what was tried by the entries that may be seen."""
        return cls(
            messages=[
                DialogueMessage(text=one.text, entry_id=one.entry_id, url=one.url) for one in turn.messages
            ],
            choices=[
                DialogueChoice(kind=one.kind.value, label=one.label, entry_id=one.entry_id)
                for one in turn.choices
            ],
            state=turn.state.to_json(),
            outcome=turn.outcome.value if turn.outcome else None,
            hand_over=HandOver.of(turn.hand_over, record_text(turn, entries)) if turn.hand_over else None,
        )
