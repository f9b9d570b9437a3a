"""The search page: works without script (which completes what is typed), on a phone, by keyboard alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from faqsearch.assist import Decision, Suggestion
from faqsearch.engine import SearchResult
from faqsearch.knowledge_base import KnowledgeBase
from faqsearch.web.models import MAX_HITS, MAX_LABEL, MAX_QUERY
from faqsearch.web.problems import Refusals
from faqsearch.web.templating import Site, path_prefix

_DEFAULT_HITS: Final = 10
_LIKELIHOODS: Final = ((0.9, "とても高い"), (0.75, "高い"), (0.5, "やや高い"), (0.25, "低め"), (0.0, "低い"))


@dataclass(frozen=True, kw_only=True, slots=True)
class PageQuery:
    """What the form of the page was filled in with.

    Attributes:
        text: The query; empty on the first visit.
        category: The category to look in; empty for all.
        k: Number of hits to show, 1 to 50.
    """

    text: str
    category: str
    k: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Advice:
    """The suggestion as the page words it.

    Attributes:
        suggestion: What the library suggests.
        percent: The confidence in whole percent, never rounded up to a certainty.
        likelihood: The confidence in a Japanese word.
    """

    suggestion: Suggestion
    percent: int
    likelihood: str

    @classmethod
    def of(cls, suggestion: Suggestion) -> Advice:
        """Word a suggestion."""
        percent = min(int(suggestion.confidence * 100), 99)
        likelihood = next(word for least, word in _LIKELIHOODS if percent >= least * 100)
        return cls(suggestion=suggestion, percent=percent, likelihood=likelihood)


class SearchPage:
    """The page at the root of the application."""

    def __init__(self, knowledge_base: KnowledgeBase, site: Site) -> None:
        self._knowledge_base = knowledge_base
        self._site = site
        self._refusals = Refusals(site)

    def respond(self, request: Request) -> Response:
        """Render the form, and the suggestion and hits if there is a query."""
        query = _parse(request)
        if isinstance(query, str):
            return self._refusals.page(request.scope, 422, query)
        result = self._search(query) if query.text else None
        advice = self._advise(query) if query.text and not query.category else None
        offered = {hit.id for hit in advice.suggestion.offers} if advice else set()
        html = self._site.render(
            "search.html.j2",
            prefix=path_prefix(request.scope),
            query=query,
            categories=self._knowledge_base.categories(audience=self._site.audience),
            result=result,
            advice=advice,
            rest=[hit for hit in result.hits if hit.id not in offered] if result else [],
            more=_more(query, result),
            max_query=MAX_QUERY,
            decisions=Decision,
        )
        return HTMLResponse(html)

    def _search(self, query: PageQuery) -> SearchResult:
        return self._knowledge_base.search(
            query.text, k=query.k, audience=self._site.audience, category=query.category or None
        )

    def _advise(self, query: PageQuery) -> Advice:
        return Advice.of(
            self._knowledge_base.suggest(query.text, channel="search", audience=self._site.audience)
        )


def _parse(request: Request) -> PageQuery | str:
    """Return the query, or a Japanese message that says what is wrong with it."""
    text = request.query_params.get("q", "").strip()
    category = request.query_params.get("category", "")
    count = request.query_params.get("k", str(_DEFAULT_HITS))
    if len(text) > MAX_QUERY:
        return f"検索の文が長すぎます（{len(text):,}文字）。{MAX_QUERY:,}文字以内に縮めてください。"
    if len(category) > MAX_LABEL:
        return f"カテゴリの名前が長すぎます。{MAX_LABEL:,}文字以内にしてください。"
    if not (count.isascii() and count.isdecimal() and len(count) <= 3 and 1 <= int(count) <= MAX_HITS):
        return f"表示する件数は、1から{MAX_HITS}までの整数にしてください。"
    return PageQuery(text=text, category=category, k=int(count))


def _more(query: PageQuery, result: SearchResult | None) -> str:
    """Return the query string that shows more hits; empty where all that can be shown are shown."""
    if result is None or result.total <= len(result.hits) or query.k >= MAX_HITS:
        return ""
    parameters = {"q": query.text, "category": query.category, "k": str(MAX_HITS)}
    return urlencode({name: value for name, value in parameters.items() if value})
