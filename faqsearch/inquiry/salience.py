"""Tell which sentences of an inquiry carry its matter, and which are background.

Beside what they want, people write who they are, how they feel, by when they need it, and what else happened.
Whether a sentence asks does not part the two: 画面が消えた asks nothing and is the matter. So signs in its
words, and its place, are each worth some points; their sum is the log-odds that it carries the matter.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp
from typing import Final

from faqsearch.inquiry.sentences import Sentence

SALIENT_SHARE: Final = 0.35
"""A sentence is salient if its salience is at least this share of that of the most salient one beside it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Sign:
    points: float
    pattern: re.Pattern[str]


def _sign(points: float, *patterns: str) -> _Sign:
    return _Sign(points=points, pattern=re.compile("|".join(patterns)))


# Points are coefficients of a logistic regression on labelled sentences, rounded; _BIAS is its intercept.
_SIGNS: Final = (
    _sign(0.8, r"[?]"),
    # Words that ask.
    _sign(
        0.6,
        r"どう(?!ぞ|か[^しな]|も)|どこ|(?<!な)いくら|いつ(?!も|の間|か)|なぜ|何故|なんで|何で|なにこれ|何これ|何[をがし個回円]",
        r"どんな|どの|どれ|どちら|方法|やり方|手順|仕組み|違い|教え|おしえ|知りた|わか[らん]|分から|でき[るまんな]|可能",
    ),
    # What is not, or went wrong by oneself.
    _sign(
        0.6,
        r"ない(?:[。!、でのよんけしかとまっ]|$)|なくて|なくな|なかっ|ません|へん|[らてれきめ]ん(?:[。!、のね]|$)|ず(?:[。、に]|$)",
        r"なし(?:[。、]|$)|しまっ|しもた|しまい|てもう|ちゃった|じゃった",
    ),
    # Faults and changes.
    _sign(
        0.9,
        r"エラー|失敗|忘れ|わすれ|間違|まちが|ミス|消え|消し|こわれ|壊れ|割れ|われた|溶け|破れ|落ち[たるま]|死んで|おかし|止まっ|閉じ|閉め|締め",
        r"はじか|はね|ロック|見当たら|なくし|無くし|変わ[っり]|入れ[なられんへ]|入ら|入[りれ]ま|出ない|出ず|出て|出ん|出ま|出る|出せな|出せん|届[いきくか]",
        r"反応|足りな|すぎ|残っ|違[うっい]|古い|新し|切れ|ダウン|重複|表示|error|[a-z]{2,5}-\d{2,3}(?!\d)",
    ),
    # Cases and conditions.
    _sign(0.8, r"場合|とき[はに]|時は|たら|れば|なら|入れても|しても|ても、"),
    # Names of things: foreign words.
    _sign(0.7, r"[ァ-ヶー]{3}|[a-z]{3}"),
    # It goes on in the next sentence, or breaks off.
    _sign(0.6, r"(?:て|で|けど|けども|が|ので|のに|し|けん|から|と)(?:[。!、…]|$)"),
    _sign(0.5, r"^(?:あと|それと|それから|また、|ついで|もう一|追伸|p\.?s|[①-⑳]|\(?\d[.)、]|■|別件)"),
    # Feelings, good and bad.
    _sign(
        -0.8,
        r"泣|涙|怒[りっ]|腹が|腹立|がっかり|怖|こわ[いく]|不安|眠れ|震え|ふるえ|ひど[いす]|嬉し|うれし|楽し|最高|つら[いく]|辛い|しんど|助けて|たすけ",
        r"悲し|苦し|心配|疲れ|最悪|ありえ|感じ悪|残念|まずい|お礼|ありがと|感謝|おいし|気に入|良かった|よかった|快適|ほとほと|追い詰め|失望|詫び|勘弁",
        r"悔し|うんざり|喜[ばびん]",
    ),
    # Complaints about the people on the other side.
    _sign(
        -1.9,
        r"ふざけ|なめ[てんる]|いい加減|いいかげん|客を|客の都合|お客様を|社長を|店長を|責任者|金返せ|金を返|商売|たらい回し|待たせ|待たさ|説明させ|説明した",
        r"約束|責任[をは]|警察|弁護士|訴え|ぼったくり|怒鳴|立腹|声を荒|語気|改悪|不親切|何だと思|何様|放置|ばか(?!り)|馬鹿|バカ|泥棒|担当[がはの者]",
        r"対応[がはも]|またか|同じことが|埒|[二三四2-9][回度]目|何[度回]も?(?:電話|メール|連絡|同じ)",
    ),
    # By when.
    _sign(
        -1.3,
        r"今日中|本日中|今週中|明日まで|明日[のま]|あさって|至急|急[ぎい]|早急|早めに|早く|はやく|はよ|すぐに?(?:止|返|対|し)|締切|締め切り",
        r"\d時(?:まで|から|に)|までに|今夜|正午|間に合[いわ]",
    ),
    _sign(-0.5, r"返事|返信|回答|連絡|折り?返|メールし|電話[しでがをは]|架電"),
    # Who writes, and how they live.
    _sign(
        -0.5,
        r"[0-9一二三四五六七八九十](?:歳|才|になる|名の|人の|年目)|生まれ|者です|者でご|もんです|住まい|住んで|暮らし|^うちは|^当社|^弊社|^当院|^当方",
        r"私ども|^わたしは|^私は|入院|病気|年金|パート|仕事|介護|離婚|勤続|検討して|想定して|見直して|予定して",
    ),
    # Numbers, names and addresses for the record.
    _sign(
        -1.2,
        r"\d{4}[ -]?\d{4}|\d{2,4}-\d{2,4}-\d{3,4}|@[a-z0-9-]{1,30}\.|\d{7}|[a-z]{2,3}-\d{4}",
        r"\d{4}-\d{2}-\d{2}",
        r"番号[は ]|名前は|氏名|住所[は (]|名義|アドレスは|期限は|マイナンバー|会員番号",
    ),
    # About the message itself.
    _sign(
        -0.9,
        r"添付|件名|下記|以下|[2二3三][点つ]|もう一点|もう一つは|もういっこ|別件|次の話|話は変|質問(?:です|させ|が)|聞きたいこと|伺いたいこと|相談が",
        r"改めて|の件[、です]|の話[でをは]|ことです|のとおり|写真を|画面を添|書いておき|書きます|[前の]メール|メール(?:です|して(?:い|お)ます|いたし|しま)",
        r"書いて送|書いており|代理で",
    ),
    # What a reader may have overlooked: labels and names (no word of grammar), numbers, staff, formulas.
    _sign(-0.8, r"^(?![\s\S]*[ぁ-ん])"),
    _sign(-0.6, r"\d{4}|\d{1,2}:\d{2}|\d[-/]\d{1,2}[-/]"),
    _sign(
        -0.6,
        r"いたします|いたしました|ございました|申し上げ|いただきま|お客様|くださいませ|承|お待ち|お調べ|お伺い|営業[日時]|窓口|ご案内",
        r"いらっしゃいませ|かしこまり|でございます。?$",
    ),
    _sign(-0.6, r"お世話|ありがとうご|よろしく|失礼|恐れ入|恐縮|お忙し|幸い"),
    # Who called, from which number, and what the one who took the call will do; never the matter.
    _sign(
        -3.0,
        r"^(?:[→⇒➡]|->|=>)(?!.{0,60}[?]).{0,30}(?:折り?返|調べ|確認|対応|連絡|回答|案内|伝え|転送|引き?継)",
        r"^[\d()+ -]{9,16}[。]?$|^[^、。?]{1,12}(?:様|さん|氏)(?:より|から)[。]?$",
    ),
    # Mere turns of a chat.
    _sign(
        -1.3,
        r"^(?:はい|いいえ|うん|だいじょうぶ|大丈夫|えっ|そう(?:です|なん)|ok(?![a-z])|了解|おーい|すみません|すいません|もしもし|だって|やば|全然",
        r"あるある|今大丈夫|そんなの|えーと)",
    ),
)
_BIAS: Final = 0.2
_ASKS: Final = 1.2
_SHORT: Final = 0.3
_SHORT_LENGTH: Final = 12
"""A sentence is short with so many characters at most."""
_AFTER: Final = -0.7
"""What it counts to stand after all sentences that ask."""
_LAST: Final = -1.0
"""What it counts to be the last of several."""
_MANY: Final = -0.5
_MANY_SENTENCES: Final = 4
"""An inquiry of so many sentences has some background."""


def saliences(sentences: Sequence[Sentence]) -> tuple[float, ...]:
    """Return the salience of each sentence of an inquiry: about the probability that it carries the matter.

    Args:
        sentences: The sentences of the body, in order.

    Returns:
        As many figures in (0, 1).
    """
    asking = [sentence.asks for sentence in sentences]
    last_asking = max((index for index, asks in enumerate(asking) if asks), default=len(sentences))
    shared = _BIAS + (_MANY if len(sentences) >= _MANY_SENTENCES else 0.0)
    found = []
    for index, sentence in enumerate(sentences):
        points = shared + _word_points(sentence.folded)
        if asking[index]:
            points += _ASKS
        if index > last_asking:
            points += _AFTER
        if index == len(sentences) - 1 > 0:
            points += _LAST
        found.append(1 / (1 + exp(-points)))
    return tuple(found)


def _word_points(folded: str) -> float:
    points = sum(sign.points for sign in _SIGNS if sign.pattern.search(folded))
    return points + (_SHORT if len(folded) <= _SHORT_LENGTH else 0.0)


def salient(values: Sequence[float]) -> tuple[bool, ...]:
    """Tell which sentences to take as the core of a question: all that come near the most salient one of it.

    Args:
        values: Saliences of the sentences of a question.
    """
    least = SALIENT_SHARE * max(values, default=0.0)
    return tuple(value >= least for value in values)
