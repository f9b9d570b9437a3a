"""The bodies and parameters of the API, version 1. Its schema is Japanese: the docs page shows it."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from fastapi import Path
from pydantic import Field, JsonValue

from faqsearch import assist
from faqsearch.engine import Hit as EngineHit
from faqsearch.engine import SearchResult
from faqsearch.entry import MAX_ID_LENGTH, Audience, FaqEntry
from faqsearch.highlight import Highlight as EngineHighlight
from faqsearch.ranking import MatchKind
from faqsearch.web.base_model import Model, described
from faqsearch.web.match_models import KIND_DESCRIPTION, Explanation, Match, Reason

MAX_QUERY: Final = 2_000
"""Characters in a search query."""

MAX_INQUIRY: Final = 50_000
"""Characters in an inquiry."""

MAX_HITS: Final = 50
MAX_TAGS: Final = 20
MAX_LABEL: Final = 200
"""Characters in a category or tag to filter by."""

Channel = Literal["chat", "mail", "phone", "form", "sns", "search"]
Decision = Literal["answer", "choose", "ask_back", "hand_over"]
Label = Annotated[str, Field(max_length=MAX_LABEL)]
EntryId = Annotated[
    str, Path(min_length=1, max_length=MAX_ID_LENGTH, description="質問の番号。", examples=["shop-012"])
]
Internal = Annotated[
    bool, Field(description="お客様には見せない質問か。社内用の API だけが付けます。", examples=[False])
]


class SearchParameters(Model):
    """The parameters of a search; others are refused."""

    model_config = described("検索の条件。ここにない名前のパラメーターは受け付けません。")

    q: str = Field(
        max_length=MAX_QUERY,
        description="検索する文。ふだんの言葉のままで構いません。",
        examples=["返品の送料"],
    )
    k: int = Field(default=10, ge=1, le=MAX_HITS, description="返す件数の上限。", examples=[3])
    category: Label = Field(
        default="",
        description="このカテゴリの質問だけに絞ります。空なら絞りません。",
        examples=["返品・交換"],
    )
    tag: list[Label] = Field(
        default=[],
        max_length=MAX_TAGS,
        description="このタグが付いた質問だけに絞ります。繰り返すと、すべてのタグが付いた質問に絞ります。",
        examples=[["送料"]],
    )
    explain: bool = Field(
        default=False, description="true なら各結果に得点の内訳を付けます。", examples=[False]
    )


class Highlight(Model):
    """A matched stretch of a text."""

    model_config = described(
        "一致した範囲。位置は元の文の先頭から Unicode の符号位置（コードポイント）で数えます。"
    )

    field: Literal["question", "answer"] = Field(description="どちらの文の範囲か。", examples=["question"])
    start: int = Field(ge=0, description="始まりの位置。", examples=[0])
    end: int = Field(ge=0, description="終わりの位置（この位置の文字は含みません）。", examples=[2])


class Snippet(Model):
    """The part of an answer around the best match."""

    model_config = described("回答のうち、いちばんよく一致したあたりの抜き書き。")

    text: str = Field(
        description="抜き書き。回答の start から end までと同じです。",
        examples=["返品の送料はお客様のご負担です。"],
    )
    start: int = Field(ge=0, description="回答の中での始まりの位置。", examples=[0])
    end: int = Field(ge=0, description="回答の中での終わりの位置。", examples=[16])
    highlights: list[Highlight] = Field(
        description="一致した範囲。位置は抜き書きではなく回答の中で数えます。",
        examples=[[{"field": "answer", "start": 0, "end": 2}]],
    )


_MATCH_EXAMPLE: Final[dict[str, JsonValue]] = {
    "term": "返品",
    "kind": "exact",
    "asked": None,
    "layer": "a",
    "fields": ["question"],
    "value": 1.25,
}


class Hit(Model):
    """An entry that was found."""

    model_config = described("見つかった質問と回答。")

    id: str = Field(description="質問の番号。", examples=["shop-012"])
    score: float = Field(description="得点。大きいほどよく一致しています。", examples=[7.31])
    kind: MatchKind = Field(description=f"この質問のいちばん厳しい{KIND_DESCRIPTION}", examples=["exact"])
    question: str = Field(description="質問。", examples=["返品の送料はだれが払いますか"])
    answer: str = Field(description="回答の全文。", examples=["返品の送料はお客様のご負担です。"])
    category: str = Field(description="カテゴリ。なければ空です。", examples=["返品・交換"])
    tags: list[str] = Field(description="タグ。", examples=[["返品", "送料"]])
    url: str = Field(
        description="公開ページの URL。なければ空です。", examples=["https://example.com/faq/12"]
    )
    highlights: list[Highlight] = Field(
        description="質問と回答の中で一致した範囲。", examples=[[{"field": "question", "start": 0, "end": 2}]]
    )
    snippet: Snippet = Field(
        description="回答の抜き書き。",
        examples=[{"text": "返品の送料は…", "start": 0, "end": 7, "highlights": []}],
    )
    reasons: list[Reason] = Field(
        description="見つかった理由を人に見せる形で。意味だけが近い（kind が meaning の）ときは空です。",
        examples=[[{"term": "転居", "kind": "near", "asked": "引っ越し", "fields": ["question"]}]],
    )
    matches: list[Match] = Field(
        description="見つかった理由のすべて。",
        examples=[[_MATCH_EXAMPLE]],
    )
    internal: Internal = False
    explanation: Explanation | None = Field(
        default=None, description="得点の内訳。explain=true のときだけ付きます。", examples=[None]
    )

    @classmethod
    def of(cls, hit: EngineHit, audience: Audience, *, explain: bool = False) -> Hit:
        """Convert a hit; the other ways of asking stay inside, they are searched and never shown."""
        extra: dict[str, Any] = {**_internal(hit.entry, audience)}
        if explain:
            extra["explanation"] = Explanation.of(hit.explanation)
        return cls(
            id=hit.id,
            score=hit.score,
            kind=hit.kind,
            question=hit.entry.question,
            answer=hit.entry.answer,
            category=hit.entry.category,
            tags=list(hit.entry.tags),
            url=hit.entry.url,
            highlights=[_highlight(span) for span in hit.highlights],
            snippet=Snippet(
                text=hit.snippet.text,
                start=hit.snippet.start,
                end=hit.snippet.end,
                highlights=[_highlight(span) for span in hit.snippet.highlights],
            ),
            reasons=[Reason.of(reason) for reason in hit.reasons],
            matches=[Match.of(match) for match in hit.matches],
            **extra,
        )


class SearchResponse(Model):
    """The answer to a search."""

    model_config = described("検索の結果。")

    hits: list[Hit] = Field(description="得点の高い順の結果。", examples=[[]])
    total: int = Field(ge=0, description="条件に合う質問の総数。", examples=[12])
    strict: bool = Field(
        description="検索した語そのものを含む質問が hits にあるか。false なら、近いものだけです。",
        examples=[True],
    )
    preset: str = Field(description="実際に使った検索方式の名前。", examples=["lexical"])
    revision: int = Field(ge=0, description="検索した時点の版。", examples=[3])

    @classmethod
    def of(cls, result: SearchResult, *, explain: bool) -> SearchResponse:
        """Convert a whole result."""
        return cls(
            hits=[Hit.of(hit, result.audience, explain=explain) for hit in result.hits],
            total=result.total,
            strict=result.strict,
            preset=result.preset,
            revision=result.revision,
        )


class SuggestRequest(Model):
    """An inquiry as it came."""

    model_config = described(
        "お客様から届いた問い合わせ。",
        example={"text": "昨日届いた靴を返したいです。送料はかかりますか？", "channel": "chat"},
    )

    text: str = Field(
        max_length=MAX_INQUIRY,
        description="問い合わせの文。",
        examples=["昨日届いた靴を返したいです。送料はかかりますか？"],
    )
    channel: Channel = Field(default="chat", description="問い合わせが届いた経路。", examples=["mail"])


class Candidate(Model):
    """An entry that may be the answer."""

    model_config = described("答えの候補。")

    id: str = Field(description="質問の番号。", examples=["shop-012"])
    score: float = Field(description="得点。", examples=[7.31])
    question: str = Field(description="質問。", examples=["返品の送料はだれが払いますか"])
    internal: Internal = False


class Evidence(Model):
    """A part of the confidence."""

    model_config = described("確信度の根拠。")

    feature: str = Field(description="特徴の名前。", examples=["information"])
    value: float = Field(description="特徴の値。", examples=[0.82])
    contribution: float = Field(description="確信度（対数オッズ）への寄与。", examples=[1.4])
    description: str = Field(
        description="特徴の説明（英語）。", examples=["share of the inquiry that the hit covers"]
    )


class Choice(Model):
    """One of the answers to a question back."""

    model_config = described("聞き返すときの選択肢。")

    id: str = Field(description="質問の番号。", examples=["shop-002"])
    label: str = Field(description="選択肢の文。", examples=["会員の方"])


class AskBack(Model):
    """A question back to the customer."""

    model_config = described("聞き返す文と選択肢。")

    text: str = Field(description="聞き返す文。", examples=["次のどれに当てはまりますか。"])
    choices: list[Choice] = Field(
        description="選択肢。見込みの高い順です。", examples=[[{"id": "shop-002", "label": "会員の方"}]]
    )

    @classmethod
    def of(cls, ask: assist.AskBack | None) -> AskBack | None:
        """Convert a question back, if there is one."""
        if ask is None:
            return None
        choices = [Choice(id=choice.entry_id, label=choice.label) for choice in ask.choices]
        return cls(text=ask.text, choices=choices)


class InquiryQuestion(Model):
    """One question of an inquiry."""

    model_config = described("問い合わせに含まれる質問のひとつ。")

    start: int = Field(ge=0, description="読み取った文の中での始まりの位置。", examples=[12])
    end: int = Field(ge=0, description="終わりの位置。この位置の文字は含みません。", examples=[31])
    decision: Decision = Field(description="この質問への提案。", examples=["answer"])
    confidence: float = Field(ge=0, le=1, description="最初の候補が正しい確率。", examples=[0.93])
    offers: list[str] = Field(description="この質問に見せる回答の番号。", examples=[["shop-012"]])
    ask: AskBack | None = Field(description="聞き返すときだけ、その文と選択肢。", examples=[None])


class SuggestResponse(Model):
    """The answer to an inquiry."""

    model_config = described("問い合わせへの提案。")

    decision: Decision = Field(
        description="answer は一つに決められる、choose は選んでもらう、ask_back は条件を聞き返す、"
        "hand_over は担当者に引き継ぐ。",
        examples=["answer"],
    )
    confidence: float = Field(ge=0, le=1, description="最初の候補が正しい確率。", examples=[0.93])
    offers: list[Hit] = Field(
        description="見せる回答。answer なら質問ごとに1件、choose と ask_back なら2件以上です。",
        examples=[[]],
    )
    candidates: list[Candidate] = Field(
        description="上位10件の候補。",
        examples=[[{"id": "shop-012", "score": 7.31, "question": "返品の送料はだれが払いますか"}]],
    )
    evidence: list[Evidence] = Field(
        description="確信度の根拠。",
        examples=[[{"feature": "margin", "value": 0.42, "contribution": 1.4, "description": "lead"}]],
    )
    ask: AskBack | None = Field(description="聞き返すときだけ、その文と選択肢。", examples=[None])
    questions: list[InquiryQuestion] = Field(description="問い合わせに含まれる質問。", examples=[[]])
    preset: str = Field(description="実際に使った検索方式の名前。", examples=["lexical"])
    calibrated: bool = Field(
        description="確信度がその検索方式に合わせて調整されているか。偽なら控えめに判断しています。",
        examples=[True],
    )
    revision: int = Field(ge=0, description="検索した時点の版。", examples=[3])

    @classmethod
    def of(cls, suggestion: assist.Suggestion) -> SuggestResponse:
        """Convert a suggestion; only what is offered is shown in full."""
        return cls(
            decision=suggestion.decision.value,
            confidence=suggestion.confidence,
            offers=[Hit.of(hit, suggestion.audience) for hit in suggestion.offers],
            candidates=[
                Candidate(
                    id=hit.id,
                    score=hit.score,
                    question=hit.entry.question,
                    **_internal(hit.entry, suggestion.audience),
                )
                for hit in suggestion.candidates
            ],
            evidence=[
                Evidence(
                    feature=item.feature,
                    value=item.value,
                    contribution=item.contribution,
                    description=item.description,
                )
                for item in suggestion.evidence
            ],
            ask=AskBack.of(suggestion.ask),
            questions=[
                InquiryQuestion(
                    start=question.start,
                    end=question.end,
                    decision=question.decision.value,
                    confidence=question.confidence,
                    offers=[hit.id for hit in question.offers],
                    ask=AskBack.of(question.ask),
                )
                for question in suggestion.questions
            ],
            preset=suggestion.preset,
            calibrated=suggestion.calibrated,
            revision=suggestion.revision,
        )


class Health(Model):
    """Whether the service runs."""

    model_config = described("動いているかどうか。")

    status: Literal["ok"] = Field(default="ok", description="動いていれば ok。", examples=["ok"])


class FieldProblem(Model):
    """What is wrong with one parameter or field."""

    model_config = described("正しくない項目。")

    location: Literal["query", "body"] = Field(description="項目のある場所。", examples=["query"])
    field: str = Field(description="項目の名前。知らない名前の項目なら空です。", examples=["k"])
    detail: str = Field(description="何がいけないか、どう直すか。", examples=["50以下の値にしてください。"])


class Problem(Model):
    """The body of a refusal, by RFC 9457."""

    model_config = described("RFC 9457 の問題の本文（application/problem+json）。")

    type: str = Field(description="問題の種類。", examples=["about:blank"])
    title: str = Field(description="問題の名前（英語）。", examples=["Unprocessable Content"])
    status: int = Field(ge=400, le=599, description="HTTP の状態コード。", examples=[422])
    detail: str = Field(description="説明。", examples=["リクエストの内容が正しくありません。"])
    errors: list[FieldProblem] = Field(
        description="正しくない項目。",
        examples=[[{"location": "query", "field": "k", "detail": "50以下の値にしてください。"}]],
    )


def _highlight(span: EngineHighlight) -> Highlight:
    return Highlight(field=span.field, start=span.start, end=span.end)


def _internal(entry: FaqEntry, audience: Audience) -> dict[str, bool]:
    """Tell operators whether customers may not see an entry; customers get no such field."""
    return {} if audience is Audience.PUBLIC else {"internal": entry.audience is Audience.OPERATOR}
