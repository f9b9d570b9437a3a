"""Function words and politeness carry no term; content words survive."""

import re
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqsearch.analysis import SudachiAnalyzer
from faqsearch.analysis.stopwords import _STOP_PHRASES, stop_phrase_spans

CORE = "領収書の宛名変更"
FRAMES = [
    "{}したいのですが",
    "{}をしたいです。",
    "{}したいんですけど、どうすればいいですか？",
    "{}について教えてください",
    "{}について教えてほしいです。",
    "{}について教えていただけますでしょうか。",
    "{}のことを教えてもらえませんか？",
    "{}に関してご教示ください。",
    "{}につきましてご教示いただけますと幸いです",
    "{}はできますか？",
    "{}は可能ですか",
    "{}は可能でしょうか？",
    "{}することはできますでしょうか",
    "{}してもらえますか",
    "{}していただけませんか？",
    "{}をお願いします",
    "{}をお願いいたします。",
    "{}をお願い致します！",
    "{}をよろしくお願いします",
    "お世話になっております。{}をお願いできますでしょうか。",
    "いつもお世話になっております。{}したく存じます。",
    "お忙しいところ恐れ入りますが、{}をお願いいたします",
    "お手数をおかけしますが、{}をお願いいたします。",
    "お手数ですが{}をお願いします",
    "恐れ入りますが、{}はできますか",
    "すみません、{}したいんですが",
    "すいません{}って、できますか？",
    "申し訳ございませんが、{}をしてください",
    "こんにちは。{}をしたいのですが。",
    "こんばんは、{}はどうやってするのですか",
    "はじめまして。{}について教えてください。",
    "おはようございます。{}をしたいと思っています",
    "ありがとうございます。{}もしたいです",
    "{}をしたいと考えております。よろしくお願い申し上げます。",
    "{}はどうしたらいいですか",
    "{}はどうすればよろしいでしょうか",
    "{}はどうやればいいの？",
    "{}って何ですか？",
    "{}とはどういうものでしょうか",
    "{}しても大丈夫ですか？",
    "{}してもよろしいでしょうか",
    "{}、教えて！",
    "{}について、ご回答よろしくお願いいたします",
    "{}についてご連絡ください。",
    "{}の場合はどうなりますか",
    "{}のときはどうしたら良いでしょうか。",
    "{}をしようと思うのですが、ご対応いただけますか？",
    "ちょっと{}したいんだけど",
    "とりあえず{}をしてください",
    "何卒{}のほど、よろしくお願いいたします",
    "{}させていただきたく、ご確認のほどよろしくお願いいたします。",
    "{}をしてくださいますようお願い申し上げます",
    "{}してほしい",
    "{}して欲しいのですが",
    "{}してくれませんか",
    "ご迷惑をおかけしますが{}をお願いします",
    "{}できません",
    "{}できないのですが、どうすればいいでしょうか",
    "{}なんですけど",
]


@pytest.mark.parametrize("frame", FRAMES)
def test_a_polite_frame_adds_no_term_to_its_core(analyzer: SudachiAnalyzer, frame: str) -> None:
    core = analyzer.analyze(CORE).layers
    framed = analyzer.analyze(frame.format(CORE)).layers
    assert framed["a"].terms == core["a"].terms == ["領収", "書", "宛て名", "変更"]
    assert framed["c"].terms == core["c"].terms == ["領収書"]
    # Every n-gram has a character of the core.
    assert all(set(gram) & set(CORE.replace("の", "")) for gram in framed["ngram"].terms)


@pytest.mark.parametrize("frame", FRAMES)
def test_a_polite_frame_alone_has_no_term_in_any_layer(analyzer: SudachiAnalyzer, frame: str) -> None:
    layers = analyzer.analyze(frame.format("")).layers
    assert {name: terms.terms for name, terms in layers.items()} == {"a": [], "c": [], "ngram": []}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("住所変更について", ["住所", "変更"]),
        ("住所変更についての質問", ["住所", "変更", "質問"]),
        ("退会に関する規約", ["退会", "規約"]),
        ("注文に対する返信", ["注文", "返信"]),
        ("カードによる支払い", ["カード", "支払い"]),
        ("平日においては", ["平日"]),
        ("ご利用いただくことができます", ["利用"]),
        ("これはそれとどのように違う", ["違う"]),
    ],
)
def test_function_words_of_several_words_and_formal_nouns_are_no_terms(
    analyzer: SudachiAnalyzer, text: str, expected: list[str]
) -> None:
    assert analyzer(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Words that are politeness or an auxiliary elsewhere.
        ("荷物を置く", ["荷物", "置く"]),
        ("動画が見られない", ["動画", "見る"]),
        ("見てみる", ["見る"]),
        ("連絡先を変更", ["連絡", "先", "変更"]),
        ("教育費", ["教育", "費"]),
        ("確認メール", ["確認", "メール"]),
        ("案内状", ["案内", "状"]),
        ("シールが袋についている", ["シール", "袋", "つく"]),
        ("値札についたまま", ["値札", "付く"]),
        ("たくさん注文", ["沢山", "注文"]),
        ("大丈夫という商品", ["大丈夫", "商品"]),
        ("検討会の案内", ["検討", "会", "案内"]),
        ("可能性", ["可能", "性"]),
        ("方法", ["方法"]),
        ("いくら", ["幾ら"]),
        ("なぜ", ["何故"]),
        ("質問", ["質問"]),
        ("税", ["税"]),
    ],
)
def test_content_words_survive(analyzer: SudachiAnalyzer, text: str, expected: list[str]) -> None:
    assert analyzer(text) == expected


def test_spans_are_disjoint_and_in_order() -> None:
    text = "お世話になっております。返品について教えてください。よろしくお願いします。"
    found = [text[start:end] for start, end in stop_phrase_spans(text)]
    assert found == ["お世話になっております", "について教えてください", "よろしくお願いします"]


def test_no_text_makes_the_phrases_try_every_way_to_read_it() -> None:
    """Ambiguous alternatives under a star need exponential time: this would not end before the stars do."""
    code = (
        "from faqsearch.analysis.stopwords import _STOP_PHRASES, stop_phrase_spans\n"
        "for unit in ('ですか', 'でしょうか', 'だろうか', 'か', 'たいのですが', 'よろしく', 'お世話'):\n"
        "    for head in ('可能', '大丈夫', 'どうすればいい', ''):\n"
        "        spans = stop_phrase_spans(head + unit * 3_000 + 'x')\n"
        "print('ended')"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False
    )
    assert run.stdout == "ended\n", run.stderr


SLOW = re.compile(re.sub(r"\(\?=\[[^]]+]\)", "", _STOP_PHRASES))
BEGUN = (
    "を は が について に関して ご 御 教えて おしえて ください 。 可能 大丈夫 宜しい ですか"
    " いつも 大変 お世話に なって どうぞ 何卒"
    " よろしく お願い 致します どう すれば いい 幸いです のですが たい こんにちは 返品"
).split()


def test_no_guess_at_the_first_character_is_left_in_the_slow_pattern() -> None:
    assert "(?=[" not in SLOW.pattern


@given(st.lists(st.sampled_from(BEGUN), max_size=12).map("".join))
def test_looking_at_the_first_character_changes_nothing(text: str) -> None:
    assert stop_phrase_spans(text) == [match.span() for match in SLOW.finditer(text)]


@pytest.mark.parametrize("frame", FRAMES)
def test_looking_at_the_first_character_misses_no_phrase(frame: str) -> None:
    text = frame.format("返品")
    assert stop_phrase_spans(text) == [match.span() for match in SLOW.finditer(text)]
