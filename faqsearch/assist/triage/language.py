"""The language of an inquiry, by its scripts and by short words that every text of a language has.

Told apart are ja, en, zh, ko, vi and pt; ``und`` is for texts that show none of them. Kana settle Japanese,
hangul Korean. Han characters alone may be either Japanese or Chinese: what tells are characters that only
one of the two writes, and Chinese function words. Latin letters are told apart by function words and
diacritics.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Final

from faqsearch.assist.triage.findings import Label

LANGUAGES: Final = ("ja", "en", "zh", "ko", "vi", "pt")
UNKNOWN: Final = "und"

_MAX_CHARACTERS: Final = 5_000
"""What is looked at: the beginning tells."""

_KANA: Final = re.compile(r"[ぁ-んァ-ヴｦ-ﾟ]")
_HANGUL: Final = re.compile(r"[가-힣ㄱ-ㅎㅏ-ㅣ]")
_HAN: Final = re.compile(r"[一-鿿々]")
# Simplified forms, traditional ones that Japan writes otherwise; words few Chinese sentences do without.
_CHINESE: Final = re.compile(
    r"[们这为么说时对发过还进种样经问间动开关见长门马车东书买卖读认让请谁谢钱银错题页颜风飞饭馆鱼"
    r"鸡龙应当师带帮广张录忆怀愿户扫护报择拥换损据"
    r"断无旧显晓术机权杀条来极构标树桥档检欢决况净减凉几击创别务劳势区华单卫却参双变台叶号员听启呢"
    r"吗吧啊哪啦嘛你您她它妳"
    r"們這為麼說時對發過還進種樣經問間嗎沒會實點錢讓從與學體關開應該買賣請謝將這裡哪兒給訂單貨號碼"
    r"退換貨網頁帳戶選擇]"
)
# Of these Japan writes none, so that one of them tells even where no more is said.
_SIMPLIFIED: Final = re.compile(
    r"[货订购账费质资财负赔规视览觉设访证评识诉词译试话询该详语误调谈结给统继续线约级维职联络邮载轮转软"
    r"运远连迟适难须预频额项顺闭闪阅队际针钟铁锁键镜够删绑组织终编缓优产亲众许论记讲讯议训讨计码败发员录请错单时间问关开们这为么说过还进]"
)
_CHINESE_WORDS: Final = re.compile(
    r"[的了吗呢吧么和在有我是不]{1}(?![ぁ-んァ-ヴ])|怎么|怎麼|什么|什麼|如何|可以|能不能|没有|請問"
    r"|请问|谢谢|謝謝|您好|你好|修改|地址|客服|退款|快递|支付"
)
_JAPANESE_HAN: Final = re.compile(
    r"[込働峠畑辻枠匂塀搾栃々〆営変払価読発対図検験帰県広択沢駅戻続転処]|会社|注文|返品|料金|領収書|変更|確認|希望|届先|送料|配送|問合|"
    r"手続|登録|解約|至急|方法|対応|発送|価格|売|円|検索|経費|従業員|勤怠|打刻|権限|請求|領収|配達|休暇"
)
_LATIN_WORD: Final = re.compile(r"[A-Za-zÀ-ɏḀ-ỹĐđ']{1,30}")
_WORDS: Final = {
    "en": frozenset(
        "the a an and or of to in is are was were be been it this that i i'm my me we our you your "
        "can could would please not "
        "no do does did have has had how what when where why which who with for from on at by if but "
        "will hello hi thanks thank "
        "want need order help there any get got don't can't it's".split()
    ),
    "pt": frozenset(
        "o a os as um uma de do da dos das em no na nos nas que e é não com por para se eu meu minha "
        "você vocês está estou como quero "
        "posso preciso mais mas foi ser tem ter olá obrigado obrigada pedido quando onde qual isso "
        "este esta ainda já pelo pela ao "
        "gostaria fazer comprei recebi bom dia".split()
    ),
    "vi": frozenset(
        "tôi là của và có không được cho các một những này đã sẽ với ở để khi thì mà như nhưng trong "
        "ra vào bị xin chào cảm ơn bạn anh "
        "chị em muốn hàng đơn làm sao thế nào gì rồi chưa hỏi giúp vui lòng mua nhận tiền".split()
    ),
    # Not told apart by name, but kept from being taken for their neighbours.
    "es": frozenset(
        "el la los las un una de del en que y es no con por para se yo mi usted está estoy como "
        "quiero puedo necesito pero fue ser tiene "
        "hola gracias pedido cuando donde cual esto este ya al mis".split()
    ),
    "fr": frozenset(
        "le la les un une de du des et est ne pas avec pour je mon ma vous nous que qui dans sur ce "
        "cette bonjour merci commande".split()
    ),
    "de": frozenset(
        "der die das ein eine und ist nicht mit für ich mein sie wir dass auf zu von den dem wie "
        "kann bitte danke hallo bestellung".split()
    ),
    "id": frozenset(
        "saya yang dan di ke dari ini itu tidak ada bisa untuk dengan apa bagaimana pesanan terima "
        "kasih tolong".split()
    ),
}
_VIETNAMESE: Final = re.compile(r"[ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.IGNORECASE)
_PORTUGUESE: Final = re.compile(r"[ãõ]|ç(?=[aãoõ])", re.IGNORECASE)
# Addresses, paths, identifiers and log lines are of no language.
_NO_LANGUAGE: Final = re.compile(
    r"https?://[^\s]{1,500}|[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,100}|[@#][A-Za-z0-9_]{1,50}|"
    r"[A-Za-z]{0,40}[0-9_/\\{}=:][A-Za-z0-9_/\\{}=:.\"-]{1,200}"
)


def tell_language(text: str) -> Label:
    """Tell the language in which most of a text is written, from its first 5,000 characters."""
    evidence: dict[str, float] = defaultdict(float)
    # Line by line: a greeting in kana says nothing of the Chinese below it.
    for line in _NO_LANGUAGE.sub(" ", text[:_MAX_CHARACTERS]).splitlines():
        for name, weight in _evidence(line).items():
            evidence[name] += weight
    total = sum(evidence.values())
    if not total:
        return Label(name=UNKNOWN, confidence=0.0)
    # Order decides between equals: Japanese first, as this is what nearly all inquiries are in.
    best = max((*LANGUAGES, UNKNOWN), key=lambda name: evidence[name])
    # One more piece of evidence against, so that two letters do not make certain.
    return Label(name=best, confidence=round(min(0.99, evidence[best] / (total + 1.0)), 4))


def _evidence(text: str) -> dict[str, float]:
    evidence: dict[str, float] = defaultdict(float)
    kana, hangul, han = (len(pattern.findall(text)) for pattern in (_KANA, _HANGUL, _HAN))
    evidence["ko"] += 2 * hangul
    evidence["ja"] += 2 * kana
    if han and kana * 8 >= han:
        evidence["ja"] += han
    elif han:
        chinese = len(_CHINESE.findall(text)) + 2 * len(_CHINESE_WORDS.findall(text))
        chinese += 2 * len(_SIMPLIFIED.findall(text))
        japanese = 1 + 3 * len(_JAPANESE_HAN.findall(text)) + 2 * kana
        share = chinese / (chinese + japanese)
        evidence["zh"] += 2 * han * share
        evidence["ja"] += 2 * han * (1.0 - share)
    for name, weight in _latin(text).items():
        evidence[name] += weight
    return evidence


def _latin(text: str) -> dict[str, float]:
    """Weigh the Latin words of a text: all go to the language whose short words they hold most of."""
    words = [word.lower() for word in _LATIN_WORD.findall(text)]
    if not words:
        return {}
    hits = {name: sum(word in known for word in words) for name, known in _WORDS.items()}
    hits["vi"] += 2 * len(_VIETNAMESE.findall(text))
    hits["pt"] += 3 * len(_PORTUGUESE.findall(text))
    best = max(hits, key=lambda name: (hits[name], name == "en"))
    letters = sum(map(len, words))
    if not hits[best]:
        # Names of products, or a greeting: perhaps English, and weaker than a few kana.
        return {"en": 0.25 * letters, UNKNOWN: 0.15 * letters}
    # What the Latin letters weigh beside kana, by how much of them reads like sentences.
    fluency = min(1.0, 2.5 * hits[best] / len(words))
    rivals = sum(count for name, count in hits.items() if name != best)
    weight = letters * (0.2 + 0.6 * fluency)
    sure = hits[best] / (hits[best] + 0.5 * rivals)
    name = best if best in LANGUAGES else UNKNOWN
    return {name: weight * sure, **({UNKNOWN: weight * (1 - sure)} if name != UNKNOWN else {})}
