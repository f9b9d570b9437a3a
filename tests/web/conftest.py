"""A small FAQ base, and real servers on loopback that serve it."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator

import httpx
import pytest
import uvicorn
from playwright.sync_api import expect
from starlette.types import ASGIApp

from faqsearch.entry import FaqEntry
from faqsearch.knowledge_base import KnowledgeBase
from faqsearch.vectors import StaticWordVectors
from faqsearch.web import create_app

expect.set_options(timeout=60_000)  # milliseconds: how long what must come may take on a busy machine

Start = Callable[[ASGIApp], str]

PUBLIC_ENTRIES = (
    FaqEntry(
        id="return-1",
        question="返品の送料は誰が払いますか",
        answer=(
            "お客様のご都合による返品の送料は、お客様にご負担いただきます。\n"
            "届いた商品に傷や汚れがあったとき、ご注文と違う商品が届いたときは、当店が負担します。"
            "その場合は着払いの伝票をお使いいただき、箱の外に「不良品」と大きくお書きください。\n"
            "返送先の住所は、受付の後にメールでお知らせします。お急ぎのときは電話でも承ります。"
            "なお、到着から二週間を過ぎた商品、洗濯した商品、値札を外した商品はお受けできません。"
        ),
        variants=("返すときの運賃を負担するのはどっち",),
        category="返品・交換",
        tags=("返品", "送料"),
        url="https://shop.example/faq/return-1",
    ),
    FaqEntry(
        id="return-2",
        question="サイズが合わないので交換したい",
        answer="未使用の商品に限り、到着から二週間以内に交換を承ります。在庫がないときは返品になります。",
        category="返品・交換",
        tags=("交換",),
    ),
    FaqEntry(
        id="ship-1",
        question="送料はいくらかかりますか",
        answer="全国一律550円です。5,000円以上のお買い上げで送料が無料になります。",
        category="配送",
        tags=("送料",),
    ),
    FaqEntry(
        id="pass-1",
        question="パスワードを忘れました",
        answer="ログイン画面の「パスワードをお忘れの方」から再設定の手続きをしてください。",
        category="会員",
    ),
    FaqEntry(
        id="html-1",
        question="<script>alert('質問')</script>とタグが画面に出る",
        answer='🎉😀 お知らせ文に <b>太字</b> & "引用符" が混ざる不具合です。😀再読み込みをお試しください。',
        category='表示 <&">',
        tags=('<img src="x">',),
        url="https://shop.example/faq?a='1'&b=2",
    ),
    FaqEntry(id="plain-1", question="営業時間を教えてください", answer="平日の9時から18時までです。"),
    *(
        FaqEntry(
            id=f"point-{number:02}",
            question=f"ポイントの使い方 その{number}",
            answer="ポイントは1点を1円として、次のお買い物からお使いいただけます。",
            category="ポイント",
        )
        for number in range(1, 15)
    ),
)

OPERATOR_ENTRIES = (
    FaqEntry(
        id="return-internal",
        question="返品の送料を当店負担にしてよい基準",
        answer="初回の返品で注文が10,000円以上のときは、責任者の判断で返品の送料を当店負担にできます。",
        category="社内基準",
        tags=("裁量",),
        audience="operator",
    ),
    FaqEntry(
        id="point-internal",
        question="ポイントを手動で付ける手順",
        answer="管理画面の会員情報から付与します。上限は一人1,000点です。",
        variants=("お詫びポイント",),
        category="社内基準",
        audience="operator",
    ),
)


WORD_VECTORS = StaticWordVectors(
    {
        "代金": [0.0, 3.0, 0.2, 0.0],
        "送料": [0.0, 3.0, 0.0, 0.0],
        "返品": [2.0, 0.0, 0.0, 0.0],
        "パスワード": [0.0, 0.0, 3.0, 0.0],
        "鍵": [0.0, -2.0, 1.2, -2.0],
        "営業": [0.0, 0.0, 0.0, 3.0],
    }
)


@contextlib.contextmanager
def serving(app: ASGIApp) -> Iterator[str]:
    """Serve an application on a free port in a thread of its own; yields its URL without a slash."""
    config = uvicorn.Config(app, access_log=False, server_header=False, log_level="warning")
    server = uvicorn.Server(config)
    # The socket listens before the server runs: early requests wait in its queue, nobody polls.
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


@pytest.fixture(scope="session")
def public_entries() -> tuple[FaqEntry, ...]:
    return PUBLIC_ENTRIES


@pytest.fixture(scope="session")
def operator_entries() -> tuple[FaqEntry, ...]:
    return OPERATOR_ENTRIES


@pytest.fixture(scope="session")
def knowledge_base() -> KnowledgeBase:
    return KnowledgeBase(PUBLIC_ENTRIES + OPERATOR_ENTRIES)


@pytest.fixture(scope="session")
def near_base() -> KnowledgeBase:
    """The same base with word vectors: 代金 is near to 送料, 鍵 to no word but to the password's entry."""
    return KnowledgeBase(PUBLIC_ENTRIES + OPERATOR_ENTRIES, preset="semantic", word_vectors=WORD_VECTORS)


@pytest.fixture(scope="session")
def start_server() -> Iterator[Start]:
    """Start servers that run until the end of the session."""
    with contextlib.ExitStack() as servers:
        yield lambda app: servers.enter_context(serving(app))


@pytest.fixture(scope="session")
def public_url(knowledge_base: KnowledgeBase, start_server: Start) -> str:
    return start_server(create_app(knowledge_base, "public", title="くつの店"))


@pytest.fixture(scope="session")
def operator_url(knowledge_base: KnowledgeBase, start_server: Start) -> str:
    return start_server(create_app(knowledge_base, "operator"))


@pytest.fixture
def client(public_url: str) -> Iterator[httpx.Client]:
    """A program that calls the public application."""
    with httpx.Client(base_url=public_url, timeout=60) as client:
        yield client


@pytest.fixture
def operator_client(operator_url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=operator_url, timeout=60) as client:
        yield client


@pytest.fixture
def browser_client(public_url: str) -> Iterator[httpx.Client]:
    """A client that asks for pages as browsers do."""
    headers = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    with httpx.Client(base_url=public_url, headers=headers, timeout=60) as client:
        yield client
