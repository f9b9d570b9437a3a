"""The bot's words: polite Japanese, one text for everything it can say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from faqsearch.dialogue.cleaning import MAX_TEXT
from faqsearch.dialogue.state import Said, Say
from faqsearch.entry import FaqEntry

LookUp = Callable[[str], FaqEntry | None]
"""Returns an entry that the reader may see now, or None."""

YES_LABEL: Final = "はい、解決しました"
NO_LABEL: Final = "いいえ、解決していません"
NONE_LABEL: Final = "どれにも当てはまらない"
PERSON_LABEL: Final = "担当者に相談する"

_TEXTS: Final[Mapping[Say, str]] = {
    Say.GREETING: "こんにちは。ご質問に自動でお答えします。お困りのことを、ふだんの言葉でお書きください。",
    Say.GREETED: "こんにちは。どのようなことでお困りですか。",
    Say.IDLE: "しばらく時間があきましたので、はじめからご案内します。",
    Say.ANEW: "次のご質問を承ります。",
    Say.CUT: f"文が長いため、はじめの{MAX_TEXT:,}文字までを読みました。",
    Say.EMPTY: "文字を読み取れませんでした。お困りのことを文でお書きください。",
    Say.SORRY: "ご不便をおかけして申し訳ございません。",
    Say.CARE: "ご心配なことと存じます。",
    Say.NEXT_BEST: "お役に立てず申し訳ございません。こちらの回答はいかがでしょうか。",
    Say.SOLVED: "この回答で解決しましたか。",
    Say.CHOOSE: "お探しの内容に近いものをお選びください。番号でもお答えいただけます。",
    Say.NEAR: "ぴったりの回答が見つかりませんでした。近いご質問がありましたら、お選びください。",
    Say.ASK_BACK: "回答を絞るため、当てはまるものをお選びください。番号でもお答えいただけます。",
    Say.REPHRASE: "ご質問の内容を読み取れませんでした。もう少しくわしくお書きください。",
    Say.ROBOT: "自動でお答えするプログラムです。人とお話しになりたいときは「担当者」とお書きください。",
    Say.WELCOME: "お役に立てましたら幸いです。ほかにお困りのことがありましたら、お書きください。",
    Say.WHICH: "どの選択肢かを読み取れませんでした。番号でお答えいただくか、お困りのことをお書きください。",
    Say.REWORD: "失礼いたしました。お困りのことを、別の言葉でもう少しくわしくお書きください。",
    Say.TELL_MORE: "恐れ入ります。どのようなことでお困りか、あらためてお書きください。",
    Say.CLOSED: "お役に立てて何よりです。ほかにご質問がありましたら、いつでもお書きください。",
    Say.FAREWELL: "ご利用ありがとうございました。またいつでもご相談ください。",
    Say.REQUESTED: "承知しました。ここからは担当者が承ります。",
    Say.NOT_FOUND: "申し訳ございません。お答えできる内容が見つかりませんでした。ここからは担当者が承ります。",
    Say.UNSOLVED: "お役に立てず申し訳ございません。ここからは担当者が承ります。",
    Say.REPEATED: "同じご質問にお答えできておらず申し訳ございません。ここからは担当者が承ります。",
    Say.FRUSTRATED: "ご不快な思いをおかけし、誠に申し訳ございません。担当者がお話をうかがいます。",
    Say.DISTRESSED: "ご心配なことと存じます。自動の回答ではなく、担当者がお話をうかがいます。"
    "お体や命にかかわるときは、迷わず119番など専門の窓口へご連絡ください。",
    Say.LEFT: "承知しました。解決していないことがありましたら、担当者が承ります。",
    Say.TOO_LONG: "やりとりが長くなり申し訳ございません。ここからは担当者が承ります。",
    Say.CONTACTS: "担当者には、これまでのやりとりをお伝えいただくと早くご案内できます。",
}
_WITHDRAWN: Final = "（この回答は、いまは公開されていません）"


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """What the customer reads.

    Attributes:
        text: Plain text, with line breaks.
        entry_id: Id of the entry it shows, or empty.
        url: Where that entry is published, or empty.
    """

    text: str
    entry_id: str = ""
    url: str = ""


def render(said: Said, look_up: LookUp) -> Message:
    """Put into words what was said; an entry that cannot be seen now has no words."""
    if said.say not in (Say.ANSWER, Say.PART, Say.OPTION):
        return Message(text=_TEXTS[said.say])
    entry = look_up(said.entry_id)
    if entry is None:
        return Message(text=_WITHDRAWN)
    if said.say is Say.OPTION:
        return Message(text=f"・{entry.question}", entry_id=entry.id)
    if said.say is Say.ANSWER:
        return Message(text=f"「{entry.question}」\n{entry.answer}", entry_id=entry.id, url=entry.url)
    part = entry.answer[said.start : said.end].strip()
    text = f"「{entry.question}」のご案内では、次のとおりです。\n{part}"
    return Message(text=text, entry_id=entry.id, url=entry.url)
