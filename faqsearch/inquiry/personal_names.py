"""Names of persons where a text shows them to be names: by a title, a label, an introduction, a signature.

Every rule is a place where a name can stand (a bounded pattern around it) and a question to
``name_words``, which knows what names look like. All functions take a text as ``personal_text.fold`` returns
it; the time is in proportion to its length.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from faqsearch.inquiry.name_dictionary import is_organisation
from faqsearch.inquiry.name_lists import ROLES
from faqsearch.inquiry.name_signatures import signed_name
from faqsearch.inquiry.name_words import After, NameWords
from faqsearch.inquiry.personal_others import find_beside, find_others
from faqsearch.inquiry.personal_speakers import find_speakers
from faqsearch.inquiry.personal_text import HIDDEN, PersonalKind, PersonalSpan, fold

_HAN: Final = "一-龥々〆ヶ﨑髙𠮷"
_LETTER: Final = f"{_HAN}ぁ-んァ-ヴーｦ-ﾟ"
_LATIN_NAME: Final = "[A-ZÀ-ÝĐ][A-Za-zÀ-ɏḀ-ỹ.'-]{1,19}(?: [A-ZÀ-ÝĐ][A-Za-zÀ-ɏḀ-ỹ.'-]{0,19}){0,3}"
_WINDOW: Final = 24
"""Characters before a title or verb in which a name is looked for."""

_TITLE: Final = re.compile(
    r"様(?![々子式相])|さま(?!ざま)|さん(?![ぁ-んざ]{0,1}[かぴご]い)|氏(?![名側神])|殿(?!堂)|"
    r"先生|ちゃん|くん(?![でだかけ])|君|(?:部|課|係|室|所|店|社|園|院)長|専務|常務|主任|宛|名義"
)
_AFTER_TITLE: Final = re.compile(r"[ :>)\]\n0-9]|$|から|より|宛|が入")
_JOINED: Final = re.compile(
    r"(?:^|[\n 「『\[(])(?P<value>[一-龥々ぁ-ねは-んァ-ヴーA-Za-z]{1,10}(?: "
    r"[一-龥々ぁ-んァ-ヴーA-Za-z]{1,10})?) ?(?:さん|様|さま)が(?:入室|参加|退室|退出|チャット|会話"
    r"|接続|離席|ログイン)"
)
_GREETED: Final = re.compile(
    r"(?:はじめまして|初めまして|こんにちは|こんにちわ|こんばんは|おはようございます|"
    r"お世話になり(?:ます|ました)|お世話になって(?:い|お)ります|お世話さまです|すみません|"
    r"失礼(?:いた)?します|初めて[^\n。、]{0,8}|はじめて[^\n。、]{0,8}|お世話様です|^@\w{2,20})"
    r"[、。,!ー~ ]{0,3}(?:[^\n、。のはがを]{1,16}の)?(?:[ぁ-んァ-ヴーA-Za-z]{2,8}|[一-龥々]{1,4})$"
)
_PLAIN_INTRODUCTIONS: Final = frozenset(("です", "だよ", "っす", "でございま"))
_SURE_TITLES: Final = frozenset({"様", "さま", "殿", "氏"})
_INTRODUCTION: Final = re.compile(
    r" ?(?:(?:と|って) ?(?:(?:申し|もうし)ま|申す|申し上げま|いいま|言いま|いう者|言う者)|でございま|です"
    r"|だよ|っす)"
)
_SURE_INTRODUCTION: Final = re.compile(
    r" ?(?:と|って) ?(?:(?:申し|もうし)ま(?!す[かと]|せ)|申す者|申し上げま|いう者|言う者|いいます|言います)"
)
_READING: Final = re.compile(
    r" {0,2}[(〔<](?P<name>[ぁ-んァ-ヴー]{2,10}(?: [ぁ-んァ-ヴー]{1,10})?|[A-Za-z]{2,20}(?: "
    r"[A-Za-z]{2,20})?)[)〕>]"
)
# Labels after which a name stands and nothing else.
_NAME_LABEL: Final = re.compile(
    r"(?:お客様?氏名|お客様名|お客さま名|[ご御]?氏名|[ご御]?芳名|[お御]?名前(?:\((?:姓|名|セイ|メイ)\))?|フルネーム|フリガナ|ふりがな|"
    r"フリカナ|ﾌﾘｶﾞﾅ|よみがな|読み仮名|名義人?|宛名|[ご御]?契約者名?"
    r"|(?<![一-龥々ァ-ヴー])(?:姓|名|氏|セイ|メイ|カナ|せい|めい)(?= ?[:=】\]])|投稿者|申込者名?|"
    r"参加者|訪問者名|ユーザー名|ゲスト名|呼び名|申請者名?|依頼者名?|ニックネーム|ハンドルネーム|ペンネーム|"
    r"表示名|利用者名|管理者名"
    r"|記入者|署名者?|代表者名|送り主|贈り主|お?受取人|[ご御]?担当者名|[Nn]ame|NAME|Contact(?: "
    r"person)?|Tên|Họ tên|Nome|姓名|이름|성함)"
    r"(?: ?[\[(【][^\[\]()【】\n\ufffc]{1,15}[\])】])?[ *]{0,2}"
    r"(?P<between>(?: {0,10}[】\])〕」●■◆]| {0,10}[:=/>|→…]{1,3}| {0,10}[\[「]|は、?| "
    r"{1,12}(?=[^\s])|(?<=\))){1,4})[ \n]{0,4}(?P<value>[^\n\ufffc]{1,40})"
)
# Labels and roles after which there may be one.
_ROLE: Final = re.compile(
    r"(?:お客様?|お客さま|顧客|旧姓|差出人|送信者|発信者|発信元|入電者?|受電者?|架電者?|架電元|"
    r"相談者|申出[人者]?|相手方?|先方|ご?本人|オペレー?ター?|オペ|担当者?|受付者?"
    r"|対応者?|応対者?|応答者?|取次|記録者?|記入者?|入力者?|作成者?|報告者?|文責|引継ぎ?先?|窓口|"
    r"営業|経理|総務|人事|店長|所長|社長|部長|課長|主任|園長|院長|室長|店主|女将|代表"
    r"|サポート(?:センター|デスク|窓口)?|スタッフ|妻|夫|息子|娘|母|父|Agent|Operator|Staff|From|FROM|To|TO"
    r"|Cc|from|宛先|連絡先|ゲスト|訪問者|ビジター|ユーザー|Visitor|Guest|Customer|User|"
    r"(?<![一-龥々ァ-ヴー])(?:客|係|店|受|記|担|宛て?|CS|OP|SV)(?=[ :;)>=/]))"
    r"[ :;)>】\](\[=/の]{0,3}[ ]?(?=(?P<value>[^\n\ufffc]{1,24}))"
)
# What no dictionary has, where a role calls for a name: katakana or Latin letters, and nothing else.
_OUTSIDE: Final = re.compile(
    r" ?(?P<name>[ァ-ヴーｦ-ﾟ]{2,8}(?: [ァ-ヴーｦ-ﾟ]{2,8})?|[A-Z][a-z]{1,14} [A-Z][a-z]{1,14})(?: "
    r"?(?:様|さん|さま)?)(?=[ ]?(?:$|[ \n(<,、/|]))"
)
_NOTED_BY: Final = re.compile(r"[/ (](?P<value>[^\n\ufffc /()]{1,8})(?:記|受|拝|筆)[ )]?(?=\n|$)")
_LINE: Final = re.compile(r"(?m)^[^\n]{1,80}$")
_ORNAMENT: Final = re.compile(r"^[ >|*■◆●◇○□・=_~+★☆♪✉\-\ufffc]{0,60}(?:By|by|FROM|From|文責|署名)? ?")
_SYMBOLS: Final = "♪☆★…\u2600-\u27bf\U0001f300-\U0001faff"
_AROUND: Final = " >|♪☆★…-*=~・" + "".join(map(chr, (*range(0x2600, 0x27C0), *range(0x1F300, 0x1FB00))))
_LINE_END: Final = re.compile(
    rf" ?(?:様|さま|さん|殿|より|拝|宛|記|です|。)?[ |*=!{_SYMBOLS}{HIDDEN}-]{{0,60}}"
    r"(?:\\?\([^()一-龥ぁ-ん\n]{1,8}\)/?)?$"
)
_CONTACT: Final = re.compile(
    rf"[ ,、/;|<(]{{1,4}}(?:[A-Za-z☎✉:. ]{{0,8}}|電話|携帯|会員(?:番号|ID)?|内線 ?[0-9]{{1,6}}|メール|[:/ "
    rf"]){{0,4}}[{HIDDEN}].{{0,80}}$"
)
# An ornament or a closing stands before a signature.
_SIGNED_BEFORE: Final = re.compile(
    r"(?:[-=*_~━─・‥…☆★♪+#]{3,60}|(?:ます|ました|ません|です|ください|下さい|ませ|ね|まで|敬具|"
    r"草々|かしこ|以上|よろしく|失礼|[a-z][.!,])[。！!〜~♪☆★ ]{0,4})[ >|]{0,8}\n[ \n>]{0,12}$"
)
_SIGNED_AFTER: Final = re.compile(r"\n[ >]{0,8}[-=*_~━─]{3}")
_BEFORE_CONTACT: Final = re.compile(r"(?:^|\n)[ >]{0,8}(?P<value>[A-Za-z]{2,15})(?= ?\n[ >]{0,8}\ufffc)")
# Ways to get in touch, a company, an ornament: lines of a signature stand side by side.
_BLOCK: Final = re.compile(r"[ >|]{0,8}\ufffc|(?:株式会社|有限会社|合同会社|法人|\(株\)|㈱)|[-=*_~━─]{4}")
_SIGNED_WITHIN: Final = 80
_AFTER_SENTENCE: Final = re.compile(
    r"[。！!] {0,3}(?P<value>[一-龥々]{1,4}(?: [一-龥々ぁ-んァ-ヴー]{1,4})?|[ぁ-ん]{2,5}|[ァ-ヴー・]{2,16})"
    r" ?(?=\n|$)"
)
_QUOTED: Final = re.compile(r"[「『](?P<value>[一-龥々 ]{2,10}|[ァ-ヴー]{2,6} [ァ-ヴー]{2,6})[」』]")
_SIGN_OFF: Final = re.compile(
    r"(?:[Rr]egards|[Ss]incerely|[Tt]hanks(?: in advance)?|[Tt]hank [Yy]ou(?: (?:very|so) much)?|"
    r"[Cc]heers|[Bb]est(?: wishes)?|Yours(?: truly)?"
    r"|[Aa]tenciosamente|[Oo]brigad[oa]|[Aa]braços?|Trân trọng|Xin cảm ơn|[Cc]ảm ơn|此致|敬礼|敬上"
    r"|谢谢|감사합니다|[Ss]aludos)[,.! ]{0,3}\n[ \n-]{0,6}"
    rf"(?P<value>{_LATIN_NAME}|[一-鿿]{{2,4}}|[가-힣]{{2,4}})(?=[ ]{{0,4}}(?:\n|$|[,(|{HIDDEN}]))"
)
_ABROAD: Final = (
    re.compile(
        rf"(?:[Mm]y name is|[Mm]y name's|[Tt]ôi tên là|[Tt]ên tôi là|[Mm]eu nome é|[Mm]e chamo) "
        rf"(?P<value>{_LATIN_NAME})"
    ),
    re.compile(
        r"(?:I am|I'm|I’m|[Tt]his is|[Tt]ôi là) (?P<value>[A-ZĐ][a-zÀ-ɏḀ-ỹ]{1,19} "
        r"[A-ZĐ][A-Za-zÀ-ɏḀ-ỹ]{0,19}(?: [A-ZĐ][a-zÀ-ɏḀ-ỹ]{1,19})?)(?= ?[,.\n]| from| of| and| at|$)"
    ),
    re.compile(r"(?:我叫|我的名字是|我姓)(?P<value>[一-鿿]{1,4})(?=[,，。.、! \n]|$)"),
    re.compile(r"(?:저는|제 이름은|이름은) ?(?P<value>[가-힣]{2,4}?)(?=(?:이라고|라고|입니다|이에요|예요))"),
)
_NO_LATIN_NAME: Final = re.compile(
    r"(?i)\b(?:best|kind|regards|thank|thanks|you|dear|support|team|customer|service|hello|hi|"
    r"sincerely|help|center|centre|sent|from|my|subject"
    r"|date|re|fw|fwd|error|warning|not|no|yes|please|the|an?|i|we|it|is|this|order|user|bot|guest"
    r"|admin|info|mail|tel|fax|to|cc|windows|google|chrome"
    r"|office|iphone|android|mac|pro|app|api|csv|pdf|sso|saml|ok|am|pm|in|out|ng|ltd|inc|co|corp|"
    r"company|manager|japan|tokyo|original|message|forwarded|begin|sir|madam|all|everyone|new|"
    r"android|using|name|message|question|inquiry|phone|address)\b"
)


_NO_PART_OF_NAME: Final = re.compile(r"<[^<>]{0,200}>|\([^()]{0,100}\)|\S{1,64}@\S{1,200}|[\"'|/,、]")


def known_names(names: Sequence[str]) -> re.Pattern[str] | None:
    """Return a pattern of names that are known, whole and in parts, with or without a space; None for none.

    A part is looked for if it is long enough not to be a common word.
    """
    wanted: set[str] = set()
    for name in names:
        parts = [fold(part) for part in _NO_PART_OF_NAME.sub(" ", fold(name[:200])).split()]
        if len(parts) > 1:
            wanted |= {" ?".join(map(re.escape, parts)), " ?".join(map(re.escape, reversed(parts)))}
        parts = [part for part in parts if not is_organisation(part) and part.lower() not in ROLES]
        wanted |= {re.escape(part) for part in parts if _is_telling(part) and len(part) > part.isascii()}
    return _pattern_of(wanted)


def _pattern_of(wanted: Iterable[str]) -> re.Pattern[str] | None:
    """Return a pattern of names as words of their own, longer ones first, None for none."""
    ordered = sorted(wanted, key=lambda name: (-len(name), name))
    if not ordered:
        return None
    inside, any_of = f"{_HAN}ァ-ヴーA-Za-z", "|".join(ordered)
    return re.compile(rf"(?<![{inside}])(?:{any_of})(?:(?![{inside}])|(?=様|殿|氏))")


def find_names(text: str, names: NameWords, known: re.Pattern[str] | None = None) -> Iterator[PersonalSpan]:
    """Find names; in order and apart from each other.

    Args:
        text: A folded text.
        names: Knows what names look like.
        known: Pattern of names that are known; see ``known_names``.
    """
    rules: tuple[Callable[[str, NameWords], Iterator[tuple[int, int]]], ...] = (
        _titled,
        _introduced,
        _labelled,
        _roles,
        find_others,
        find_speakers,
        _noted,
        _lines,
        _foreign,
        _full_names,
    )
    found = [span for rule in rules for span in rule(text, names)]
    found += [
        match.span("name")
        for _, end in found
        if (match := _READING.match(text, end)) and names.is_reading(match["name"])
    ]
    found += [beside for start, end in found for beside in find_beside(text, start, end, names)]
    found += _again(text, found, names)
    found += [match.span() for match in known.finditer(text)] if known else []
    for start, end in _joined(found):
        yield PersonalSpan(kind=PersonalKind.NAME, start=start, end=end)


def _joined(spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Join spans that overlap: two rules may each see a part of a name."""
    whole: tuple[int, int] | None = None
    for start, end in sorted(spans):
        if whole and start < whole[1]:
            whole = whole[0], max(end, whole[1])
            continue
        if whole:
            yield whole
        whole = start, end
    if whole:
        yield whole


def _titled(text: str, names: NameWords) -> Iterator[tuple[int, int]]:
    """山田様, 山田 花子さん, スミス氏."""
    for match in _JOINED.finditer(text):
        yield match.span("value")
    for match in _TITLE.finditer(text):
        end = match.start() - (text[match.start() - 1 : match.start()] == " ")
        window = _window(text, end)
        if not window or window[-1] in "様殿氏":
            continue
        # 同様に, 神様に: 様 is sure only where に does not follow.
        sure = match[0] in _SURE_TITLES and text[match.end() : match.end() + 1] != "に"
        length = names.before(window, sure=sure) or names.called(window)
        if not length and match[0] == "さん" and _AFTER_TITLE.match(text, match.end()):
            length = names.stands_in_kana(window)
        if length:
            yield end - length, end


def _introduced(text: str, names: NameWords) -> Iterator[tuple[int, int]]:
    """〇〇と申します; 〇〇です and the like only where the dictionary has the name."""
    for match in _INTRODUCTION.finditer(text):
        end = match.start()
        while end and text[end - 1] in ")〕" and (reading := text.rfind("(", max(0, end - 24), end)) >= 0:
            end = reading
            while end and text[end - 1] == " ":
                end -= 1
        sure = _SURE_INTRODUCTION.match(text, match.start()) is not None
        window = _window(text, end)
        length = names.before(window, sure=sure, introduced=True)
        if not length and match[0].strip() in _PLAIN_INTRODUCTIONS:
            if _GREETED.search(window):
                length = names.called(window) or (0 if window[0] == "@" else names.stands_in_kana(window))
            else:
                length = names.belongs(window)
            if not length and names.begins(window) == len(window):
                length = len(window)
        if length:
            yield end - length, end


def _labelled(text: str, names: NameWords) -> Iterator[tuple[int, int]]:
    """お名前：〇〇."""
    for match in _NAME_LABEL.finditer(text):
        # お名前は山田です is a sentence, and 名前はローマ字です too.
        span = names.value(match["value"], sure="は" not in match["between"])
        start = match.start("value")
        if span and _is_right_script(match["value"][slice(*span)]):
            yield start + span[0], start + span[1]


def _roles(text: str, names: NameWords) -> Iterator[tuple[int, int]]:
    """担当：〇〇, オペレーター〇〇."""
    for match in _ROLE.finditer(text):
        start = match.start("value")
        if span := names.value(match["value"], sure=False):
            yield start + span[0], start + span[1]
            continue
        after = After.SURNAME if text[start - 1] in ":=" else After.WORD
        length = names.begins(match["value"], after=after)
        # 営業日, 部長印: a role without anything between may go on as another word.
        if length and (
            text[start - 1] in " :;)>】](=/の" or text[start + length : start + length + 1] in set(":>")
        ):
            yield start, start + length
        outside = _OUTSIDE.match(match["value"]) if text[start - 1] in ":=/)" else None
        if outside and names.speaks(outside["name"], sure=True) and _is_right_script(outside["name"]):
            yield start + outside.start("name"), start + outside.end("name")


def _noted(text: str, names: NameWords) -> Iterator[tuple[int, int]]:
    """Names in quotation marks, after a sentence, and of who took a note."""
    for pattern in (_AFTER_SENTENCE, _NOTED_BY, _QUOTED):
        for match in pattern.finditer(text):
            value = match["value"]
            kana = pattern is _AFTER_SENTENCE and names.begins(value, after=After.BRACKET) == len(value)
            if kana or names.is_name(value, sure=False):
                yield match.span("value")


def _lines(text: str, names: NameWords) -> Iterator[tuple[int, int]]:
    """Lines that hold a name, perhaps after a company and before ways to get in touch, and nothing else."""
    for line in _LINE.finditer(text):
        start = line.start() + _end(_ORNAMENT.match(line[0]))
        end = line.start() + len(line[0])
        if contact := _CONTACT.search(text, start, end):
            end = contact.start()
        shown = end
        if reading := re.search(r" {0,2}\([^()\n]{1,24}\)[ \ufffc]{0,40}$", text[start:end]):
            end = start + reading.start()
        if tail := _LINE_END.search(text, start, end):
            end = tail.start()
        alone = line[0].strip(_AROUND) == text[start : shown if reading else end].strip(_AROUND)
        signed = alone and bool(
            _SIGNED_BEFORE.search(text, max(0, line.start() - _SIGNED_WITHIN), line.start())
            or _SIGNED_AFTER.match(text, line.end())
        )
        block = signed or bool(
            _BLOCK.search(text, max(0, line.start() - _SIGNED_WITHIN), line.end() + _SIGNED_WITHIN)
        )
        if start < end and (span := signed_name(names, text[start:end], signed=signed, block=block)):
            name = text[start + span[0] : start + span[1]]
            if _is_right_script(name):
                yield start + span[0], start + span[1]


def _foreign(text: str, _names: NameWords) -> Iterator[tuple[int, int]]:
    """Names under and in letters of other languages."""
    for pattern in (*_ABROAD, _SIGN_OFF, _BEFORE_CONTACT):
        for match in pattern.finditer(text):
            if _is_latin_name(match["value"]) or not match["value"].isascii():
                yield match.span("value")


def _full_names(text: str, names: NameWords) -> Iterator[tuple[int, int]]:
    """Surname and given name side by side, wherever they stand."""
    for line in re.finditer(r"[^\n\ufffc]{2,}", text):
        for start, end in names.full(line[0]):
            yield line.start() + start, line.start() + end


def _again(text: str, found: list[tuple[int, int]], names: NameWords) -> Iterator[tuple[int, int]]:
    """Find names that were recognised in one place in every other."""
    values = {text[start:end] for start, end in found}
    parts = {part for value in values for part in value.split() if names.is_known(part)}
    pattern = _pattern_of(re.escape(value) for value in values | parts if _is_telling(value))
    if pattern:
        yield from (match.span() for match in pattern.finditer(text))


def _is_telling(value: str) -> bool:
    """Tell whether a name is not a common word in other places (そら, ゆき, 林)."""
    return not re.fullmatch(rf"[ぁ-ん]{{1,3}}|[東西南北中上下前本]|[^{_HAN}]", value)


def _is_right_script(name: str) -> bool:
    return not name.isascii() or _is_latin_name(name)


def _is_latin_name(value: str) -> bool:
    return value[0].isalpha() and value.isascii() and not _NO_LATIN_NAME.search(value)


def _window(text: str, end: int) -> str:
    """Return what stands before a place on its line, as far as nothing hidden parts it."""
    window = text[max(0, end - _WINDOW) : end]
    return re.split(r"[\n\ufffc]", window)[-1]


def _end(match: re.Match[str] | None) -> int:
    return match.end() if match else 0
