"""The chat page in a real Chromium, with script and without."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from starlette.types import ASGIApp

from faqsearch.business_hours import Contact
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
LABEL = "お困りのことを、ふだんの言葉でお書きください"

OpenPage = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def url(knowledge_base: KnowledgeBase, start_server: Callable[[ASGIApp], str]) -> str:
    contacts = (Contact(name="メール", kind="mail", address="support@example.jp"),)
    return start_server(create_app(knowledge_base, "public", contacts=contacts))


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Open a page; complaints of the browser and requests to other hosts fail the test."""
    complaints: list[str] = []
    requested: list[str] = []
    contexts = []

    def open_(url: str, *, script: bool = True, width: int = 1100, scheme: str = "light") -> Page:
        context = browser.new_context(
            java_script_enabled=script,
            viewport={"width": width, "height": 800},
            color_scheme=scheme,  # type: ignore[arg-type]
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: requested.append(request.url))
        page.goto(f"{url}/chat")
        return page

    yield open_
    for context in contexts:
        context.close()
    assert complaints == []
    assert {url for url in requested if not url.startswith("http://127.0.0.1:")} == set()


def say(page: Page, text: str) -> None:
    page.get_by_label(LABEL).fill(text)
    page.get_by_role("button", name="送信").click()


@pytest.mark.parametrize("script", [True, False])
def test_a_question_is_answered_and_a_button_ends_it(open_page: OpenPage, url: str, script: bool) -> None:
    page = open_page(url, script=script)
    log = page.get_by_role("log")
    expect(log.get_by_role("listitem")).to_have_count(1)
    say(page, "パスワードを忘れました")
    expect(log.get_by_role("listitem")).to_have_count(3)
    expect(log).to_contain_text("再設定の手続きをしてください")
    page.get_by_role("button", name="はい、解決しました").click()
    expect(log).to_contain_text("お役に立てて何よりです")
    expect(page.get_by_role("group")).to_be_hidden()
    assert len(log.get_by_role("listitem").all()) == 5


@pytest.mark.parametrize("script", [True, False])
def test_a_person_can_be_asked_for(open_page: OpenPage, url: str, script: bool) -> None:
    page = open_page(url, script=script)
    say(page, "担当者と話したい")
    expect(page.get_by_role("log")).to_contain_text("support@example.jp")
    say(page, "パスワードを忘れました")
    expect(page.get_by_role("log")).to_contain_text("再設定の手続きをしてください")


@pytest.mark.parametrize("script", [True, False])
def test_markup_is_shown_and_never_run(open_page: OpenPage, url: str, script: bool) -> None:
    page = open_page(url, script=script)
    say(page, "<img src=x onerror=alert(1)> タグが画面に出る")
    log = page.get_by_role("log")
    expect(log).to_contain_text("<img src=x onerror=alert(1)>")
    assert log.locator("img, script").count() == 0


def test_with_script_the_page_stays_and_the_field_keeps_the_focus(open_page: OpenPage, url: str) -> None:
    page = open_page(url)
    page.evaluate("window.stayed = true")
    say(page, "パスワードを忘れました")
    expect(page.get_by_role("log").get_by_role("listitem")).to_have_count(3)
    expect(page.get_by_label(LABEL)).to_be_focused()
    assert page.get_by_label(LABEL).input_value() == ""
    assert page.evaluate("window.stayed") is True


def test_everything_works_by_keyboard_alone(open_page: OpenPage, url: str) -> None:
    page = open_page(url)
    page.get_by_label(LABEL).focus()
    page.keyboard.type("パスワードを忘れました")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="はい、解決しました")).to_be_visible()
    while page.locator("button.choice:focus").count() == 0:
        page.keyboard.press("Shift+Tab")
    page.get_by_role("button", name="はい、解決しました").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("log")).to_contain_text("お役に立てて何よりです")


def test_a_failure_is_told_and_what_was_typed_is_kept(browser: Browser, url: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{url}/chat")
    page.route("**/api/v1/dialogue", lambda route: route.abort())
    say(page, "パスワードを忘れました")
    expect(page.get_by_role("alert")).to_have_text(
        "送信できませんでした。しばらくしてから、もう一度お試しください。"
    )
    assert page.get_by_label(LABEL).input_value() == "パスワードを忘れました"
    page.unroute("**/api/v1/dialogue")
    page.get_by_role("button", name="送信").click()
    expect(page.get_by_role("log").get_by_role("listitem")).to_have_count(3)
    context.close()


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_narrow_window_needs_no_horizontal_scrolling(
    open_page: OpenPage, url: str, script: bool, scheme: str
) -> None:
    page = open_page(url, script=script, width=375, scheme=scheme)
    say(page, f"返品の送料は誰が払いますか {'w' * 300}")
    expect(page.get_by_role("log").get_by_role("listitem")).to_have_count(3)
    page.wait_for_load_state()  # the style sheet too
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0


TITLE = "担当者にお伝えいただく内容"


def hand_over(page: Page) -> None:
    say(page, "パスワードを忘れました")
    expect(page.get_by_role("log").get_by_role("listitem")).to_have_count(3)
    say(page, "担当者と話したい")
    expect(page.get_by_role("log")).to_contain_text("ここからは担当者が承ります")


@pytest.mark.parametrize("script", [True, False])
def test_what_is_handed_over_is_shown_until_the_talk_goes_on(
    open_page: OpenPage, url: str, script: bool
) -> None:
    page = open_page(url, script=script)
    expect(page.get_by_role("heading", name=TITLE)).to_be_hidden()
    hand_over(page)
    area = page.get_by_role("textbox", name=TITLE)
    expect(area).to_have_value(
        re.compile("^【お問い合わせの引き継ぎ】\n(.*\n)*・パスワードを忘れました（pass-1）\n")
    )
    expect(area).not_to_be_editable()
    expect(page.get_by_role("button", name="コピーする")).to_be_visible(visible=script)
    say(page, "送料はいくらですか")
    expect(page.get_by_role("log")).to_contain_text("550円")
    expect(area).to_be_hidden()


@pytest.mark.parametrize("script", [True, False])
def test_the_record_is_copied_by_keyboard_alone(open_page: OpenPage, url: str, script: bool) -> None:
    page = open_page(url, script=script)
    hand_over(page)
    area = page.get_by_role("textbox", name=TITLE)
    wanted = area.input_value()
    page.get_by_label(LABEL).focus()
    for _ in range(5):
        if not area.evaluate("area => area === document.activeElement"):
            page.keyboard.press("Shift+Tab")
    expect(area).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.press("Control+C")
    page.get_by_label(LABEL).focus()
    page.keyboard.press("Control+V")
    assert page.get_by_label(LABEL).input_value() == wanted.replace("\n", " ")  # a field of one line


def test_the_button_copies_the_record_or_selects_it_where_it_may_not(open_page: OpenPage, url: str) -> None:
    page = open_page(url)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    hand_over(page)
    wanted = page.get_by_role("textbox", name=TITLE).input_value()
    page.get_by_role("button", name="コピーする").press("Enter")
    expect(page.get_by_role("status")).to_have_text("コピーしました。")
    assert page.evaluate("navigator.clipboard.readText()") == wanted
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.get_by_role("button", name="コピーする").click()
    expect(page.get_by_role("status")).to_contain_text("Ctrl+C")
    expect(page.get_by_role("textbox", name=TITLE)).to_be_focused()
    assert page.evaluate("String(getSelection())") == wanted


@pytest.mark.parametrize("script", [True, False])
def test_what_is_printed_is_the_record_in_full_and_nothing_else(
    open_page: OpenPage, url: str, script: bool
) -> None:
    page = open_page(url, script=script)
    page.emulate_media(media="print")
    expect(page.get_by_role("log")).to_be_visible()  # without a hand-over the talk itself
    page.emulate_media(media="screen")
    hand_over(page)
    wanted = page.get_by_role("textbox", name=TITLE).input_value()
    page.emulate_media(media="print")
    printed = page.locator("#record pre")
    expect(printed).to_be_visible()
    assert printed.inner_text() == wanted
    expect(page.get_by_role("heading", name=TITLE)).to_be_visible()
    for name in ("#log", "#say", "#record textarea", "#record-tools", "#record-use"):
        expect(page.locator(name)).to_be_hidden()


def test_the_button_opens_the_dialog_of_the_printer(open_page: OpenPage, url: str) -> None:
    page = open_page(url)
    page.evaluate("() => { window.printed = 0; window.print = () => { window.printed += 1; }; }")
    hand_over(page)
    page.get_by_role("button", name="印刷する").press("Enter")
    assert page.evaluate("window.printed") == 1


@pytest.mark.parametrize("script", [True, False])
def test_markup_in_the_record_is_shown_and_never_run(open_page: OpenPage, url: str, script: bool) -> None:
    page = open_page(url, script=script)
    say(page, "</textarea></pre><img src=x onerror=alert(1)>")
    expect(page.get_by_role("log").get_by_role("listitem")).to_have_count(3)
    say(page, "担当者と話したい")
    area = page.get_by_role("textbox", name=TITLE)
    expect(area).to_have_value(re.compile("</textarea></pre><img src=x onerror=alert\\(1\\)>"))
    assert page.locator("#record img").count() == 0
