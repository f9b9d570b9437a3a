"""The bodies that say why an entry was found."""

from __future__ import annotations

from typing import Final, Literal

from pydantic import Field

from faqsearch import engine, ranking
from faqsearch.index import IndexField
from faqsearch.ranking import MatchKind
from faqsearch.web.base_model import Model, described

KIND_DESCRIPTION: Final = (
    "一致のしかた。厳しい順に、exact（語そのもの）、owner（登録した同義語）、synonym（辞書の同義語）、"
    "reading（同じ読み）、typo（書き間違い）、near（近い語）、confirmed（過去の確認済みのお問い合わせの語）、"
    "fragment（文字の並び）、meaning（意味だけ）。"
)
ASKED_DESCRIPTION: Final = "検索した文の側の語。一致した語と違うときだけ入り、同じなら null です。"


class Reason(Model):
    """A word that tells a person why an entry was found."""

    model_config = described("人に見せるための、見つかった理由。")

    term: str = Field(description="質問や回答の側の語。", examples=["転居"])
    kind: MatchKind = Field(description=KIND_DESCRIPTION, examples=["near"])
    asked: str | None = Field(description=ASKED_DESCRIPTION, examples=["引っ越し"])
    fields: list[IndexField] = Field(
        description="語のある項目。confirmed は過去の確認済みのお問い合わせ（文は示しません）。",
        examples=[["question", "answer"]],
    )

    @classmethod
    def of(cls, reason: engine.Reason) -> Reason:
        """Convert a reason."""
        return cls(term=reason.term, kind=reason.kind, asked=reason.asked, fields=list(reason.fields))


class Match(Model):
    """A term that matched."""

    model_config = described("なぜ見つかったか。効いた順に並びます。")

    term: str = Field(description="一致した語（正規化した形）。", examples=["返品"])
    kind: MatchKind = Field(description=KIND_DESCRIPTION, examples=["exact"])
    asked: str | None = Field(description=ASKED_DESCRIPTION, examples=[None])
    layer: str = Field(description="語の切り出し方の名前。", examples=["a"])
    fields: list[IndexField] = Field(
        description="一致した項目。confirmed は過去の確認済みのお問い合わせ（文は示しません）。",
        examples=[["question", "answer"]],
    )
    value: float = Field(description="得点への寄与。", examples=[1.25])

    @classmethod
    def of(cls, match: ranking.Match) -> Match:
        """Convert a match."""
        return cls(
            term=match.term,
            kind=match.kind,
            asked=match.asked,
            layer=match.layer,
            fields=list(match.fields),
            value=match.value,
        )


class Explanation(Model):
    """A tree whose value equals the score."""

    model_config = described("得点の内訳。value は details から operation のとおりに計算した値です。")

    value: float = Field(description="この節の値。", examples=[1.25])
    description: str = Field(description="何の値か（英語）。", examples=["term 返品 in layer a"])
    operation: Literal["sum", "product", "leaf"] = Field(description="内訳の合わせ方。", examples=["leaf"])
    details: list[Explanation] = Field(description="内訳。", examples=[[]])
    term: str | None = Field(description="語に関する節なら、その語。", examples=["返品"])
    asked: str | None = Field(description=ASKED_DESCRIPTION, examples=[None])
    kind: MatchKind | None = Field(
        description="語に関する節なら、一致のしかた。値は matches の kind と同じです。", examples=["exact"]
    )
    layer: str | None = Field(description="語の切り出し方の名前。", examples=["a"])
    field: IndexField | None = Field(description="項目に関する節なら、その項目。", examples=["question"])

    @classmethod
    def of(cls, node: ranking.Explanation) -> Explanation:
        """Convert a whole tree."""
        return cls(
            value=node.value,
            description=node.description,
            operation=node.operation,
            details=[cls.of(detail) for detail in node.details],
            term=node.term,
            asked=node.asked,
            kind=node.kind,
            layer=node.layer,
            field=node.field,
        )
