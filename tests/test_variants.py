"""Spellings of one word find the entry that has another of them; exact words come before synonyms.

``variants.csv`` holds pairs: an entry contains ``written``, somebody asks for ``asked``.
``variants_order.csv`` holds a query, the text of an entry that has its very words, and of one that has
synonyms of them.
"""

import csv
from collections import Counter
from pathlib import Path

import pytest

from faqsearch import FaqEntry, KnowledgeBase

FIRST = 3


def read(name: str) -> list[dict[str, str]]:
    with Path(__file__).with_name(name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


PAIRS = read("variants.csv")
ORDER = read("variants_order.csv")
WRITTEN = sorted({pair["written"] for pair in PAIRS})
ANSWER = "詳しくはこのページをご覧ください。"

# What else is in the base: questions that share no word with what is asked for.
OTHERS = """
作業着の洗濯のしかた
山道を歩くときの服装
庭木の水やりの頻度
朝食の提供時刻
駐輪場の場所
夜間の騒音への苦情
落とし物の保管期間
花火の打ち上げ場所
写真撮影の可否
楽器の持ち込み
小麦粉の産地
アレルギー物質の表示
ベビーベッドの組立図
車椅子の貸与
食器洗い機の騒音
ペット同伴の範囲
雨天の運動会
防災訓練の日程
海水浴場の水質
温泉の泉質
果物の旬
喫煙場所の案内
天体観測会の持ち物
絵本の読み聞かせ
囲碁教室の月謝
献血の会場
盆踊りの会場
歩道橋の補修
街路灯の故障
野鳥への餌やり
落ち葉の清掃
公園の遊具の点検
水道管の凍結
下水の臭い
井戸水の検査
屋根の雪下ろし
農地の転用
森林の伐採
狩猟の期間
漁港の利用者
風呂釜の修繕
畳の交換
網戸の張り方
障子紙の種類
蛍光灯の型番
電球の明るさ
壁紙の色見本
床材の耐久性
毛布の素材
枕の高さ
布団の干し方
弁当の配膳
味噌汁の塩分
牛乳瓶の回収
紙芝居の貸与先
卓球台の幅
水泳帽の色
体育館の床面積
講堂の座席数
楽屋の広さ
""".split()


def entry(entry_id: str, question: str) -> FaqEntry:
    return FaqEntry(id=entry_id, question=question, answer=ANSWER)


@pytest.fixture(scope="module")
def base() -> KnowledgeBase:
    texts = [*WRITTEN, *OTHERS]
    return KnowledgeBase([entry(f"{number:03d}", f"{text}について") for number, text in enumerate(texts)])


@pytest.fixture(scope="module")
def order_base() -> KnowledgeBase:
    texts = sorted({row[column] for row in ORDER for column in ("exact", "synonym")})
    return KnowledgeBase([entry(f"{number:03d}", text) for number, text in enumerate(texts)])


def test_there_are_pairs_enough_of_every_kind_and_none_twice() -> None:
    assert len(PAIRS) >= 180
    assert min(Counter(pair["kind"] for pair in PAIRS).values()) >= 12
    asked = [(pair["written"], pair["asked"]) for pair in PAIRS]
    assert sorted(set(asked)) == sorted(asked)
    assert (len(OTHERS), len(set(OTHERS))) == (60, 60)
    assert len(ORDER) >= 20


@pytest.mark.parametrize(
    "pair", PAIRS, ids=[f"{pair['kind']}-{pair['written']}-{pair['asked']}" for pair in PAIRS]
)
def test_an_entry_is_found_by_another_spelling(base: KnowledgeBase, pair: dict[str, str]) -> None:
    found = [hit.entry.question for hit in base.search(pair["asked"], k=FIRST).hits]
    assert f"{pair['written']}について" in found


@pytest.mark.parametrize("row", ORDER, ids=[row["query"] for row in ORDER])
def test_an_exact_match_is_never_below_a_synonym(row: dict[str, str]) -> None:
    # Among equals the lower id comes first: the exact match has to be better to win.
    base = KnowledgeBase([entry("1", row["synonym"]), entry("2", row["exact"])])
    assert base.search(row["query"]).hits[0].entry.question == row["exact"]


@pytest.mark.parametrize("row", ORDER, ids=[row["query"] for row in ORDER])
def test_an_exact_match_is_above_its_synonym_in_a_larger_base(
    order_base: KnowledgeBase, row: dict[str, str]
) -> None:
    found = [hit.entry.question for hit in order_base.search(row["query"], k=100).hits]
    assert row["exact"] in found
    if row["synonym"] in found:
        assert found.index(row["exact"]) < found.index(row["synonym"])
