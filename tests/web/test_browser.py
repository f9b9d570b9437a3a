"""The page in a real Chromium, without script."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from starlette.types import ASGIApp

from faqsearch.knowledge_base import KnowledgeBase
from faqsearch.web import create_app

pytestmark = pytest.mark.browser

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

OpenPage = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Open a page in a context without script; complaints and requests to other hosts fail the test."""
    complaints: list[str] = []
    requested: list[str] = []
    contexts = []

    def open_(url: str, width: int = 1100, scheme: str = "light") -> Page:
        context = browser.new_context(
            java_script_enabled=False,
            viewport={"width": width, "height": 800},
            color_scheme=scheme,  # type: ignore[arg-type]
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("request", lambda request: requested.append(request.url))
        page.goto(url)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert complaints == []
    assert {url for url in requested if not url.startswith("http://127.0.0.1:")} == set()


def overflow(page: Page) -> int:
    """How many pixels the page is wider than the window."""
    width: int = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return width


def test_a_query_typed_and_sent_shows_a_highlighted_hit(open_page: OpenPage, public_url: str) -> None:
    page = open_page(public_url)
    page.get_by_label("お困りのことを、ふだんの言葉で入力してください").fill("返品の送料は誰が払うの")
    page.get_by_role("button", name="検索").click()
    assert page.get_by_role("searchbox").input_value() == "返品の送料は誰が払うの"
    heading = page.get_by_role("main").get_by_text("返品の送料は誰が払いますか").first
    assert heading.locator("mark").all_inner_texts()[0].startswith("返品")


@pytest.mark.parametrize("width", [1100, 375])
def test_a_near_word_is_marked_and_named_on_any_width(
    open_page: OpenPage, near_base: KnowledgeBase, start_server: Callable[[ASGIApp], str], width: int
) -> None:
    page = open_page(f"{start_server(create_app(near_base, 'public'))}/?q=代金", width)
    assert page.locator("p.loose").inner_text().startswith("入力した言葉そのものを含む質問はありません。")
    assert page.locator("mark").first.inner_text() == "送料"
    assert "「代金」に近い語「送料」" in page.locator("p.why").first.inner_text()
    assert overflow(page) <= 0


def test_a_category_chosen_in_the_form_narrows_the_hits(open_page: OpenPage, public_url: str) -> None:
    page = open_page(public_url)
    page.get_by_role("searchbox").fill("送料")
    page.get_by_label("カテゴリ").select_option("配送")
    page.get_by_role("button", name="検索").click()
    assert page.get_by_role("heading", level=3).all_inner_texts() == ["送料はいくらかかりますか"]


def test_everything_works_by_keyboard_alone(open_page: OpenPage, public_url: str) -> None:
    page = open_page(public_url)
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "本文へ移動"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.locator(":focus").get_attribute("name") == "q"
    page.keyboard.type("返品の送料")
    page.keyboard.press("Tab")
    for _ in ("ポイント", "会員", "表示", "返品・交換"):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.get_by_label("カテゴリ").input_value() == "返品・交換"
    details = page.locator("details").first
    assert details.get_attribute("open") is None
    while page.locator("summary:focus").count() == 0:
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert details.get_attribute("open") is not None


@pytest.mark.parametrize("path", ["/", "/?q=返品の送料", "/?q=タグが画面に出る", "/?q=ζξψω", "/docs"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_narrow_window_needs_no_horizontal_scrolling(
    open_page: OpenPage, public_url: str, path: str, scheme: str
) -> None:
    page = open_page(public_url + path, 375, scheme)
    assert overflow(page) <= 0


def test_a_long_word_does_not_widen_the_page(open_page: OpenPage, public_url: str) -> None:
    page = open_page(f"{public_url}/?q={'w' * 300}&category={'c' * 150}", 375)
    assert overflow(page) <= 0


def test_dark_and_light_differ_in_colour(open_page: OpenPage, public_url: str) -> None:
    light = open_page(public_url, scheme="light").screenshot()
    dark = open_page(public_url, scheme="dark").screenshot()
    assert light != dark


def test_a_hostile_entry_runs_nothing_and_breaks_nothing(open_page: OpenPage, public_url: str) -> None:
    page = open_page(f"{public_url}/?q=タグが画面に出る")
    shown = page.get_by_role("main").inner_text()
    assert "<script>alert('質問')</script>とタグが画面に出る" in shown
    assert '<img src="x">' in shown
    assert page.locator("main img, main script, main b").count() == 0
