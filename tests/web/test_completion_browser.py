"""The search field in a real Chromium: questions are suggested at every key."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect, sync_playwright

pytestmark = pytest.mark.browser

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]

OpenPage = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Open a page with script; complaints of the browser and requests to other hosts fail the test."""
    complaints: list[str] = []
    requested: list[str] = []
    contexts = []

    def open_(url: str, width: int = 1100) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 800})
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: requested.append(request.url))
        page.goto(url)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert complaints == []
    assert {url for url in requested if not url.startswith("http://127.0.0.1:")} == set()


def field(page: Page) -> Locator:
    return page.get_by_role("combobox", name="お困りのことを、ふだんの言葉で入力してください")


def options(page: Page) -> Locator:
    return page.get_by_role("listbox", name="質問の候補").get_by_role("option")


def test_keys_are_completed_and_what_was_typed_is_marked(open_page: OpenPage, public_url: str) -> None:
    page = open_page(public_url)
    expect(field(page)).to_have_attribute("aria-expanded", "false")
    field(page).press_sequentially("pasuw")
    expect(options(page)).to_have_text(["パスワードを忘れました"])
    expect(options(page).locator("mark")).to_have_text("パスワ")
    expect(field(page)).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("status")).to_have_text("候補が1件あります。")
    field(page).fill("")
    expect(options(page)).to_have_count(0)
    expect(field(page)).to_have_attribute("aria-expanded", "false")


def test_arrows_go_through_the_completions_and_back_to_what_was_typed(
    open_page: OpenPage, public_url: str
) -> None:
    page = open_page(public_url)
    field(page).fill("po")
    expect(options(page)).to_have_count(8)
    expect(field(page)).not_to_have_attribute("aria-activedescendant", "completion-0")
    for key, chosen in (("ArrowDown", 0), ("ArrowDown", 1), ("ArrowUp", 0)):
        field(page).press(key)
        expect(field(page)).to_have_attribute("aria-activedescendant", f"completion-{chosen}")
        expect(options(page).nth(chosen)).to_have_attribute("aria-selected", "true")
        expect(page.locator("[aria-selected=true]")).to_have_count(1)
    field(page).press("ArrowUp")
    expect(page.locator("[aria-selected=true]")).to_have_count(0)
    field(page).press("ArrowUp")
    expect(field(page)).to_have_attribute("aria-activedescendant", "completion-7")
    expect(field(page)).to_have_value("po")


def test_enter_searches_for_the_chosen_question(open_page: OpenPage, public_url: str) -> None:
    page = open_page(public_url)
    field(page).press_sequentially("pasu")
    expect(options(page)).to_have_count(1)
    field(page).press("ArrowDown")
    field(page).press("Enter")
    expect(page).to_have_title(re.compile("^検索結果"))
    expect(field(page)).to_have_value("パスワードを忘れました")


def test_enter_without_a_choice_searches_for_what_was_typed(open_page: OpenPage, public_url: str) -> None:
    page = open_page(public_url)
    field(page).press_sequentially("送料")
    expect(options(page)).to_have_text(["送料はいくらかかりますか", "返品の送料は誰が払いますか"])
    field(page).press("Enter")
    expect(page).to_have_title(re.compile("^検索結果"))
    expect(field(page)).to_have_value("送料")


def test_escape_closes_the_list_and_keeps_what_was_typed(open_page: OpenPage, public_url: str) -> None:
    page = open_page(public_url)
    field(page).press_sequentially("po")
    expect(options(page)).to_have_count(8)
    field(page).press("ArrowDown")
    field(page).press("Escape")
    expect(options(page)).to_have_count(0)
    expect(field(page)).to_have_value("po")
    expect(field(page)).to_be_focused()
    expect(field(page)).not_to_have_attribute("aria-activedescendant", "completion-0")


def test_a_completion_is_chosen_by_mouse_and_markup_in_it_is_text(
    open_page: OpenPage, public_url: str
) -> None:
    page = open_page(public_url, width=375)
    field(page).press_sequentially("<scr")
    expect(options(page)).to_have_text(["<script>alert('質問')</script>とタグが画面に出る"])
    assert options(page).locator("script").count() == 0
    overflow = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert overflow <= 0
    options(page).first.click()
    expect(field(page)).to_have_value("<script>alert('質問')</script>とタグが画面に出る")


def test_leaving_the_field_closes_the_list(open_page: OpenPage, public_url: str) -> None:
    page = open_page(public_url)
    field(page).press_sequentially("po")
    expect(options(page)).to_have_count(8)
    field(page).press("Tab")
    expect(options(page)).to_have_count(0)


def test_keys_belong_to_the_input_method_while_it_converts(open_page: OpenPage, public_url: str) -> None:
    page = open_page(public_url)
    field(page).press_sequentially("po")
    expect(options(page)).to_have_count(8)
    field(page).evaluate(
        "e => e.dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowDown', isComposing: true}))"
    )
    expect(page.locator("[aria-selected=true]")).to_have_count(0)


def test_an_answer_that_comes_too_late_is_not_shown(open_page: OpenPage, public_url: str) -> None:
    page = open_page(public_url)
    waiting: list[Route] = []

    def keep_waiting(route: Route) -> None:
        waiting.append(route)

    page.route(re.compile(r"/api/v1/complete\?q=p$"), keep_waiting)
    field(page).press_sequentially("p")
    field(page).press_sequentially("asu")
    expect(options(page)).to_have_text(["パスワードを忘れました"])
    for route in waiting:
        route.fulfill(json={"completions": [{"id": "x", "text": "古い", "kind": "surface", "spans": []}]})
    expect(options(page)).to_have_text(["パスワードを忘れました"])


def test_a_refusal_leaves_a_plain_field(open_page: OpenPage, public_url: str) -> None:
    page = open_page(public_url)
    field(page).press_sequentially("po")
    expect(options(page)).to_have_count(8)
    page.route(re.compile(r"/api/v1/complete\?q=poi$"), lambda route: route.fulfill(status=204))
    field(page).press_sequentially("i")
    expect(options(page)).to_have_count(0)
