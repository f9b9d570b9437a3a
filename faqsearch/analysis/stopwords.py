"""Words and phrases that carry no information in an inquiry: function words and politeness.

Particles, auxiliaries and pronouns are recognised by part of speech (see ``sudachi``). Here stand the
content-looking words that every other FAQ contains, as Sudachi's normalised forms, the set phrases of
politeness, and the particles that are written as a verb with a particle on either side (について).
"""

from __future__ import annotations

import re
from typing import Final

STOP_FORMS: Final = frozenset(
    # Light verbs, auxiliaries written as verbs, verbs of asking.
    "為る 成る 有る 在る 居る 御座る 出来る 下さる 頂く 呉れる 致す 為さる おる 仰る "
    "思う 存ずる 存じる 申す 言う 云う 願う 仕舞う "
    # Formal nouns (Sudachi keeps こと in kana apart from 事), and pronouns that it calls nouns in places.
    # いくら stays: it tells what is asked. So would いつ and どこ, but as terms they rank answers worse.
    "事 こと 物 者 時 為 場合 方 所 訳 積もり 筈 様 侭 程 "
    "私 僕 俺 自分 此れ 其れ 彼れ 何れ 此処 其処 此方 其方 何方 何 "
    # Question adverbs and fillers.
    "如何 どう そう こう ああ 良い 無い 宜しい 宜しく 一寸 取り敢えず 何とぞ まあ もう 又 未だ 唯 "
    # Affixes.
    "御 さん 様 達 等".split()
)
"""Normalised forms that are never terms on their own."""

AUXILIARY_FORMS: Final = frozenset("貰う 遣る 上げる 置く 見る 行く 来る 参る 欲しい".split())
"""Normalised forms that are auxiliaries after て (見てみる) and words of their own elsewhere (見られない)."""

# No alternative is a concatenation of others: two ways to read ですか would take exponential time.
_ENDING: Final = r"(?:です|でしょう|だろう|か)*"
_STOP_PHRASES: Final = (
    # "please tell me", in all its endings
    r"(?=[をにご御教お])(?:を|について|に関して|に就いて)?[ご御]?(?:教え|おしえ)[てを](?:[はも]?"
    r"(?:ほしい|欲しい|くれ|ちょうだい|頂戴|(?:いただ|頂|もら|貰|くださ|下さ|くれ)[ぁ-ん]{0,12})|(?=$|[。、!?\s]))"
    # "please answer, check, get back to me"
    r"|[ご御](?:教示|教授|回答|連絡|返信|返答|確認|対応|案内|検討)(?:の?ほど)?[、,]?を?"
    r"(?:いただけ|頂け|ください|下さい|(?:よろしく|宜しく)?お願い|願い)[ぁ-ん]{0,12}"
    # "I would like to ..., but ..."
    r"|た[いく](?:の|ん|と思って|と思い|と考えて)?(?:です|でして|いるの?です|おります|ます)?(?:が|けど|けれど|けども|けれども)?"
    r"|[のん](?:です|でしょう|だ)(?:が|けど|けれど|けども|けれども|か)"
    # "how should I ...", "is it all right to ..."
    rf"|どう(?:やって)?(?:すれば|したら|やれば|やったら)(?:い|よ|良|宜し|よろし)(?:い|ろし)?{_ENDING}"
    rf"|どうやって"
    rf"|(?=[はが可大だよ宜])[はが]?(?:可能|大丈夫|だいじょうぶ|よろしい|宜しい){_ENDING}(?=$|[。、!?\s])"
    # greetings and thanks
    r"|(?=[い大お])(?:いつも)?(?:大変)?お世話に?(?:なって|なり)[ぁ-ん]{0,6}"
    r"|(?=[ど何なよ宜])(?:どうぞ|何卒|なにとぞ)?(?:よろしく|宜しく)"
    r"(?:お願い|おねがい|御願い)?(?:致し|いたし|申し上げ|し)?(?:ます|まーす)?"
    r"|[お御]願い?(?:致し|いたし|申し上げ|申しあげ)[ぁ-ん]{0,10}|幸い(?:です|でございます|に存じます)"
    r"|お(?:忙しい|いそがしい)(?:ところ|所|中)[ぁ-ん]{0,8}(?:恐れ入り|恐縮|すみ|申し訳)?(?:ます|です|ません)?(?:が|けど)?"
    r"|(?:お手数|お手間|ご迷惑|御迷惑)を?(?:お?かけ|お掛け|掛け)?[ぁ-ん]{0,10}(?:が|けど)?"
    r"|(?:恐れ入り|おそれいり|申し訳(?:ござい|あり)|すみ|すい)ま(?:すが|せんが|せん|す)"
    r"|(?:ありがとう|有難う|有り難う)(?:ござい(?:ます|ました))?"
    r"|(?:こんにち|こんばん)[はわ]|おはようございます|はじめまして|初めまして"
    # particles of several words, but not the verb of 袋についている
    r"|について(?![いるたな])|につきまして|に関(?:して|しまして|する)|に対(?:して|しまして|する)"
    r"|によ(?:って|り|る)|にお(?:いて|ける)"
)
# The first character is looked at first, here and where an alternative has an optional beginning: that is
# asked at every character of every text, and takes a third of the time.
_FIRST: Final = "(?=[をにご御教おたのんどはが可大だよ宜い何な幸恐申すあ有こ初])"
_STOP_PHRASE: Final = re.compile(f"{_FIRST}(?:{_STOP_PHRASES})")


def stop_phrase_spans(text: str) -> list[tuple[int, int]]:
    """Find set phrases of politeness, and particles of several words, in a normalised text.

    Returns:
        Disjoint half-open spans in text order.
    """
    return [match.span() for match in _STOP_PHRASE.finditer(text)]
