"""The Japanese pages through a real server."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from faqsearch.assist import Decision
from faqsearch.engine import Reason
from faqsearch.knowledge_base import KnowledgeBase
from faqsearch.web import create_app
from faqsearch.web.pages import Advice

SECRET = "山田花子09012345678"
HTML = "text/html; charset=utf-8"


def plain(html: str) -> str:
    """The text of a page, without tags and runs of white space."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html))


class Suggesting:
    """A knowledge base whose suggestion is set by the test."""

    def __init__(self, base: KnowledgeBase, decision: Decision, offers: int, confidence: float) -> None:
        self._base = base
        self._decision = decision
        self._offers = offers
        self._confidence = confidence

    def __getattr__(self, name: str) -> Any:
        return getattr(self._base, name)

    def suggest(self, text: str, channel: str, audience: str) -> Any:
        hits = self._base.search(text, k=self._offers or 1, audience=audience).hits
        return SimpleNamespace(
            decision=self._decision,
            confidence=self._confidence,
            offers=hits[: self._offers],
            ask=None,
            channel=channel,
        )


@pytest.fixture
def page(knowledge_base: KnowledgeBase, start_server: Any) -> Any:
    """Return the page for a query with a suggestion of the test's choice."""

    def get(
        query: str, decision: Decision, offers: int, confidence: float = 0.5, audience: str = "public"
    ) -> str:
        base: Any = Suggesting(knowledge_base, decision, offers, confidence)
        response = httpx.get(start_server(create_app(base, audience)), params={"q": query})
        assert response.status_code == 200
        return response.text

    return get


def test_the_first_visit_shows_the_form_and_no_results(browser_client: httpx.Client) -> None:
    response = browser_client.get("/")
    assert (response.status_code, response.headers["content-type"]) == (200, HTML)
    assert '<html lang="ja">' in response.text
    assert "<title>くつの店</title>" in response.text
    assert '<label for="q">お困りのことを、ふだんの言葉で入力してください</label>' in response.text
    assert "うまく見つけるこつ" in response.text
    assert "検索結果" not in response.text


@pytest.mark.parametrize("query", ["", "   ", "　\n"])
def test_a_blank_query_is_a_first_visit(browser_client: httpx.Client, query: str) -> None:
    assert browser_client.get("/", params={"q": query}).text == browser_client.get("/").text


def scripts(html: str) -> list[str]:
    """Everything that begins a script."""
    return re.findall(r"<script[^>]*>", html)


OWN_SCRIPT = ['<script src="/static/complete.js" defer>']


def test_no_page_has_foreign_hosts_and_the_search_page_one_script(browser_client: httpx.Client) -> None:
    for path, own in {"/": OWN_SCRIPT, "/?q=返品の送料": OWN_SCRIPT, "/docs": [], "/nothing": []}.items():
        html = browser_client.get(path).text
        assert scripts(html) == own
        assert "style=" not in html
        assert not re.search(r"<(?:link|img|form|source|use)\b[^>]*(?:href|src|action)=\"(?!/)", html)


def test_head_is_answered_like_get_without_a_body(browser_client: httpx.Client) -> None:
    head = browser_client.head("/")
    assert (head.status_code, head.content, head.headers["content-type"]) == (200, b"", HTML)


def test_hits_show_highlights_reasons_and_the_whole_answer(page: Any) -> None:
    html = page("返品の送料", Decision.HAND_OVER, 0)
    assert "<mark>返品</mark>" in html
    assert "<mark>送料</mark>" in html
    assert "<details>" in html
    assert "一致した語: " in html
    assert re.search(r"一致した語: [^<]*返品[^<]*<span class=\"where\">（質問、", html)
    assert "値札を外した商品はお受けできません。" in plain(html)
    assert 'href="https://shop.example/faq/return-1"' in html


def test_what_stands_for_a_word_is_named_with_it_and_nothing_exact_is_said(
    near_base: KnowledgeBase, start_server: Any
) -> None:
    url = start_server(create_app(near_base, "public"))
    near = plain(httpx.get(url, params={"q": "代金"}).text)
    assert "入力した言葉そのものを含む質問はありません。近いものを挙げます。" in near
    assert "一致した語: 「代金」に近い語「送料」（質問、回答、タグ）" in near
    assert "<mark>送料</mark>" in httpx.get(url, params={"q": "代金"}).text
    meant = plain(httpx.get(url, params={"q": "鍵"}).text)
    assert "パスワードを忘れました" in meant
    assert "意味が近い" in meant
    assert "一致した語" not in meant
    assert "そのものを含む質問はありません" not in plain(httpx.get(url, params={"q": "送料"}).text)


def test_words_of_reasons_are_escaped(knowledge_base: KnowledgeBase, start_server: Any) -> None:
    class Hostile(Suggesting):
        def search(self, text: str, **arguments: Any) -> Any:
            result = self._base.search(text, **arguments)
            for hit in result.hits:
                hit.__dict__["reasons"] = (
                    Reason(term="<b>x</b>", fields=("question",), kind="near", asked="<i>&"),
                )
            return result

    base: Any = Hostile(knowledge_base, Decision.HAND_OVER, 0, 0.5)
    html = httpx.get(start_server(create_app(base, "public")), params={"q": "送料"}).text
    assert "「&lt;i&gt;&amp;」に近い語「&lt;b&gt;x&lt;/b&gt;」" in html
    assert "<b>x" not in html


def test_an_answer_that_fits_in_the_snippet_is_shown_once(page: Any) -> None:
    html = page("営業時間", Decision.HAND_OVER, 0)
    assert plain(html).count("平日の9時から18時までです。") == 1


def test_a_confident_suggestion_is_shown_in_full_with_its_confidence(page: Any) -> None:
    html = page("返品の送料", Decision.ANSWER, 1, 0.936)
    text = plain(html)
    assert "この回答が当てはまりそうです" in text
    assert "お探しの答えである見込み：とても高い（93%）" in text
    assert [plain(title) for title in re.findall("<h3>.*?</h3>", html)].count(
        "返品の送料は誰が払いますか"
    ) == 1
    assert "そのほかの検索結果" in text


def test_a_choice_offers_its_entries_and_the_list_leaves_them_out(page: Any) -> None:
    html = page("返品の送料", Decision.CHOOSE, 3, 0.41)
    choices, rest = html.split("</section>", 1)
    assert "お探しの内容はこちらですか" in choices
    assert choices.count("<summary>") == 3
    assert "最初の候補が当てはまる見込み：低め（41%）" in choices
    assert "return-1" not in rest


def test_a_hand_over_is_honest_and_names_a_person(page: Any) -> None:
    text = plain(page("返品の送料", Decision.HAND_OVER, 0, 0.1))
    assert "はっきり当てはまる回答は見つかりませんでした" in text
    assert "担当者にお問い合わせください" in text
    assert "返品の送料は誰が払いますか" in text


def test_an_operator_is_told_to_hand_over_not_to_ask_himself(page: Any) -> None:
    text = plain(page("返品の送料", Decision.HAND_OVER, 0, 0.1, "operator"))
    assert "くわしい担当者に引き継いでください" in text
    assert "お問い合わせください" not in text


@pytest.mark.parametrize(
    ("confidence", "percent", "likelihood"),
    [
        (0.0, 0, "低い"),
        (0.249, 24, "低い"),
        (0.25, 25, "低め"),
        (0.5, 50, "やや高い"),
        (0.75, 75, "高い"),
        (0.899, 89, "高い"),
        (0.9, 90, "とても高い"),
        (1.0, 99, "とても高い"),
    ],
)
def test_confidence_is_never_rounded_up(confidence: float, percent: int, likelihood: str) -> None:
    suggestion: Any = SimpleNamespace(confidence=confidence)
    advice = Advice.of(suggestion)
    assert (advice.percent, advice.likelihood) == (percent, likelihood)


def test_a_query_without_hits_says_so_and_offers_a_person(browser_client: httpx.Client) -> None:
    response = browser_client.get("/", params={"q": "ζξψω"})
    assert response.status_code == 200
    assert "当てはまる質問は見つかりませんでした" in response.text
    assert "担当者にお問い合わせください" in response.text
    assert 'value="ζξψω"' in response.text


def test_a_category_narrows_the_list_and_stays_chosen(browser_client: httpx.Client) -> None:
    html = browser_client.get("/", params={"q": "送料", "category": "配送"}).text
    assert "<option selected>配送</option>" in html
    assert "「配送」の中で全1件" in plain(html)
    assert "送料はいくらかかりますか" in plain(html)
    assert "返品の送料は誰が払いますか" not in plain(html)


def test_an_unknown_category_finds_nothing_and_leads_back_to_all(browser_client: httpx.Client) -> None:
    html = browser_client.get("/", params={"q": "送料", "category": "なし"}).text
    assert "<option selected>なし</option>" in html
    assert 'href="/?q=%E9%80%81%E6%96%99"' in html


def test_the_public_page_offers_no_operators_category(
    browser_client: httpx.Client, operator_client: httpx.Client
) -> None:
    assert "社内基準" not in browser_client.get("/").text
    assert "<option>社内基準</option>" in operator_client.get("/").text


def test_a_base_without_categories_shows_no_select(start_server: Any, public_entries: Any) -> None:
    base = KnowledgeBase([entry for entry in public_entries if not entry.category])
    assert "<select" not in httpx.get(start_server(create_app(base, "public"))).text


def test_more_hits_are_one_link_away(browser_client: httpx.Client, knowledge_base: KnowledgeBase) -> None:
    total = knowledge_base.search("ポイントの使い方").total
    few = browser_client.get("/", params={"q": "ポイントの使い方"}).text
    link = re.search(r'href="(/\?q=[^"]+&amp;k=50)#results"', few)
    assert link is not None
    assert total >= 14
    assert f"全{total}件のうち上位10件" in plain(few)
    many = browser_client.get(link[1].replace("&amp;", "&")).text
    assert "もっと見る" not in many
    assert "ポイントの使い方 その9" in plain(many)


@pytest.mark.parametrize(
    ("parameters", "detail"),
    [
        ({"q": SECRET * 200}, "検索の文が長すぎます（3,000文字）。2,000文字以内に縮めてください。"),
        ({"q": "a", "k": SECRET}, "表示する件数は、1から50までの整数にしてください。"),
        ({"q": "a", "k": "51"}, "表示する件数は、1から50までの整数にしてください。"),
        ({"q": "a", "k": "0"}, "表示する件数は、1から50までの整数にしてください。"),
        ({"q": "a", "k": "٣"}, "表示する件数は、1から50までの整数にしてください。"),
        ({"q": "a", "category": SECRET * 20}, "カテゴリの名前が長すぎます。200文字以内にしてください。"),
    ],
)
def test_a_wrong_parameter_gives_a_japanese_page(
    browser_client: httpx.Client, parameters: dict[str, str], detail: str
) -> None:
    response = browser_client.get("/", params=parameters)
    assert (response.status_code, response.headers["content-type"]) == (422, HTML)
    assert detail in response.text
    assert SECRET not in response.text


@pytest.mark.parametrize(
    ("method", "path", "status", "detail"),
    [
        ("GET", "/nothing", 404, "お探しのページは見つかりませんでした"),
        ("POST", "/", 405, "その操作を受け付けていません"),
        ("GET", "/?q=" + "x" * 33_000, 414, "アドレスが長すぎます"),
    ],
)
def test_errors_are_japanese_pages_for_browsers(
    browser_client: httpx.Client, method: str, path: str, status: int, detail: str
) -> None:
    response = browser_client.request(method, path)
    assert (response.status_code, response.headers["content-type"]) == (status, HTML)
    assert detail in response.text
    assert '<a class="button" href="/">検索ページへ戻る</a>' in response.text


class Broken(Suggesting):
    """A knowledge base that fails and quotes the text it was given."""

    def search(self, text: str, **_options: object) -> Any:
        raise RuntimeError(f"cannot search for {text}")


def test_an_unforeseen_error_is_a_500_that_neither_shows_nor_logs_the_text(
    knowledge_base: KnowledgeBase, start_server: Any, caplog: pytest.LogCaptureFixture
) -> None:
    base: Any = Broken(knowledge_base, Decision.ANSWER, 1, 0.5)
    url = start_server(create_app(base, "public"))
    page = httpx.get(url, params={"q": SECRET}, headers={"Accept": "text/html"})
    problem = httpx.get(url + "/api/v1/search", params={"q": SECRET})
    assert (page.status_code, page.headers["content-type"]) == (500, HTML)
    assert "サーバーで問題が起きました" in page.text
    assert (problem.status_code, problem.json()["title"]) == (500, "Internal Server Error")
    assert [record.name for record in caplog.records if record.levelname == "ERROR"] == ["faqsearch.web"] * 2
    assert "RuntimeError" in caplog.text
    for text in (page.text, problem.text, caplog.text):
        assert SECRET not in text
    assert "Traceback" not in page.text + problem.text


def test_an_input_error_of_the_library_is_a_422(knowledge_base: KnowledgeBase, start_server: Any) -> None:
    from faqsearch.errors import InputError

    class Refusing(Suggesting):
        def search(self, text: str, **_options: object) -> Any:
            raise InputError("k came as 0")

    base: Any = Refusing(knowledge_base, Decision.ANSWER, 1, 0.5)
    response = httpx.get(start_server(create_app(base, "public")) + "/api/v1/search", params={"q": "a"})
    assert (response.status_code, response.json()["title"]) == (422, "Unprocessable Content")
    assert "came as" not in response.text


@pytest.mark.parametrize(
    "query", ['"><script>alert(1)</script>', "' onfocus='alert(1)", "</title><img src=x>"]
)
def test_a_hostile_query_is_shown_as_text(browser_client: httpx.Client, query: str) -> None:
    response = browser_client.get("/", params={"q": query, "category": query})
    assert response.status_code == 200
    assert query not in response.text
    assert scripts(response.text) == OWN_SCRIPT
    assert "<img src=x" not in response.text


def test_hostile_entries_are_shown_as_text(browser_client: httpx.Client) -> None:
    html = browser_client.get("/", params={"q": "タグが画面に出る お知らせ文"}).text
    assert "alert(&#39;" in html
    assert scripts(html) == OWN_SCRIPT
    assert "<b>" not in html
    assert "<img src=&#34;x&#34;>" not in html
    assert "&lt;img src=&#34;x&#34;&gt;" in html
    assert 'href="https://shop.example/faq?a=&#39;1&#39;&amp;b=2"' in html


def test_a_hostile_title_is_shown_as_text(knowledge_base: KnowledgeBase, start_server: Any) -> None:
    url = start_server(create_app(knowledge_base, "public", title="<script>alert(1)</script>"))
    for path in ("/", "/docs", "/nothing"):
        html = httpx.get(url + path, headers={"Accept": "text/html"}).text
        assert scripts(html) == (OWN_SCRIPT if path == "/" else [])
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_marks_in_a_text_with_emoji_stand_where_they_belong(browser_client: httpx.Client) -> None:
    html = browser_client.get("/", params={"q": "再読み込み"}).text
    assert "混ざる不具合です。😀<mark>再読み込み</mark>をお試しください。" in html


def test_the_operators_page_says_so_and_marks_internal_entries(
    operator_client: httpx.Client, knowledge_base: KnowledgeBase
) -> None:
    query = "返品の送料を当店負担にしてよい基準"
    html = operator_client.get("/", params={"q": query}).text
    internal = [
        hit.id
        for hit in knowledge_base.search(query, audience="operator").hits
        if hit.id.endswith("internal")
    ]
    assert internal[0] == "return-internal"
    assert "（社内用）</title>" in html
    assert '<strong class="badge">社内用</strong>' in html
    assert html.count('<strong class="badge">社内限定</strong>') == len(internal)


def test_the_public_page_has_no_badges(browser_client: httpx.Client) -> None:
    html = browser_client.get("/", params={"q": "返品の送料を当店負担にしてよい基準"}).text
    assert "社内" not in html


def test_an_audience_in_the_address_of_the_page_changes_nothing(browser_client: httpx.Client) -> None:
    plain_page = browser_client.get("/", params={"q": "当店負担の基準"})
    dressed = browser_client.get("/", params={"q": "当店負担の基準", "audience": "operator"})
    assert dressed.content == plain_page.content


def test_an_edit_is_on_the_page_at_once(public_entries: Any, start_server: Any) -> None:
    base = KnowledgeBase(public_entries)
    url = start_server(create_app(base, "public"))
    before = httpx.get(url, params={"q": "営業時間"}).text
    base.delete("plain-1")
    after = httpx.get(url, params={"q": "営業時間"}).text
    assert "平日の9時から18時まで" in plain(before)
    assert "平日の9時から18時まで" not in plain(after)
