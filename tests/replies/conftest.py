"""Entries, hits and requests to draft from; a scripted server on loopback that plays a language model."""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Callable, Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from faqsearch.assist import AskBack, Decision, QuestionSuggestion, Suggestion
from faqsearch.business_hours import BusinessHours, Contact, ContactKind, SupportDesk
from faqsearch.engine import Hit
from faqsearch.entry import JAPAN, Audience, FaqEntry
from faqsearch.inquiry import read_inquiry
from faqsearch.ranking import Explanation
from faqsearch.replies import DraftRequest

NOW = dt.datetime(2026, 11, 20, 17, 20, tzinfo=JAPAN)  # a Friday before a long weekend


def hit_of(entry: FaqEntry, rank: int = 1) -> Hit:
    explanation = Explanation(value=1.0, description="test", operation="leaf")
    return Hit(rank, 1.0 / rank, entry, lambda: explanation, lambda _matches: ())


Found = tuple[str, Decision, Sequence[FaqEntry]]


def make_request(
    text: str = "送料はいくらですか",
    *,
    decision: Decision = Decision.ANSWER,
    offers: Sequence[FaqEntry] = (),
    candidates: Sequence[FaqEntry] | None = None,
    ask: AskBack | None = None,
    questions: Sequence[Found] = (),
    channel: str = "mail",
    raw: str | bytes | None = None,
    now: dt.datetime = NOW,
    **more: Any,
) -> DraftRequest:
    """Return a request as it would come from a suggestion with these decisions."""

    def hits(entries: Sequence[FaqEntry]) -> tuple[Hit, ...]:
        return tuple(hit_of(entry, rank) for rank, entry in enumerate(entries, start=1))

    found = questions or [(text, decision, offers)]
    parts = tuple(
        QuestionSuggestion(
            text=asked,
            start=0,
            end=len(asked),
            decision=decided,
            confidence=0.5,
            offers=hits(shown),
            candidates=hits(shown if candidates is None or questions else candidates),
            evidence=(),
            ask=ask,
        )
        for asked, decided, shown in found
    )
    suggestion = Suggestion(
        decision=decision,
        confidence=0.5,
        offers=hits(offers),
        candidates=hits(offers if candidates is None else candidates),
        evidence=(),
        ask=ask,
        questions=parts,
        reading=read_inquiry(text if raw is None else raw, channel),
        audience=Audience.OPERATOR,
        preset="lexical",
        revision=1,
    )
    return DraftRequest(suggestion=suggestion, now=now, **more)


@pytest.fixture(scope="session")
def request_of() -> Callable[..., DraftRequest]:
    return make_request


SHIPPING = FaqEntry(
    id="ship-1",
    question="送料はいくらですか",
    answer="全国一律550円です。5,000円以上のお買い上げで送料無料になります。［設定］で確かめられます。",
    url="https://shop.example/faq/ship-1",
)
RETURNS = FaqEntry(
    id="return-1",
    question="返品できますか",
    answer="到着から7日以内にご連絡ください。電話は0120-111-222です。",
)
INTERNAL = FaqEntry(
    id="ops-1",
    question="返品を特例で受ける場合",
    answer="責任者の承認で30日まで受ける。",
    audience=Audience.OPERATOR,
)


@pytest.fixture
def shipping() -> FaqEntry:
    return SHIPPING


@pytest.fixture
def returns() -> FaqEntry:
    return RETURNS


@pytest.fixture
def internal() -> FaqEntry:
    return INTERNAL


@pytest.fixture
def desk() -> SupportDesk:
    office = BusinessHours.parse({"mon-fri": ["9:00-18:00"]})
    phone = BusinessHours.parse({"mon-sun": ["9:00-21:00"], "holidays": "usual"})
    return SupportDesk(
        hours=office,
        contacts=(
            Contact(name="お電話", kind=ContactKind.PHONE, address="0120-000-000", hours=phone),
            Contact(name="チャット", kind=ContactKind.CHAT, hours=office),
        ),
        sender="見本商店 お客様係",
        signature="見本商店 お客様係\nsupport@example.com",
    )


class Script:
    """Answers request after request by a list of steps; the last one repeats. Records what was asked."""

    def __init__(self) -> None:
        self.steps: list[Callable[[BaseHTTPRequestHandler], None]] = []
        self.bodies: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.url = ""
        self.stop = threading.Event()

    def says(self, content: str, **choice: object) -> None:
        """Answer with a reply of the model."""
        message = {"role": "assistant", "content": content}
        self.sends({"choices": [{"message": message, "finish_reason": "stop", **choice}]})

    def sends(
        self, document: object, status: int = 200, kind: str = "application/json", **headers: str
    ) -> None:
        """Answer with a document, or with bytes as they are."""
        data = document if isinstance(document, bytes) else json.dumps(document).encode()

        def step(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(status)
            handler.send_header("Content-Type", kind)
            handler.send_header("Content-Length", str(len(data)))
            for name, value in headers.items():
                handler.send_header(name.replace("_", "-"), value)
            handler.end_headers()
            handler.wfile.write(data)

        self.steps.append(step)

    def user(self) -> dict[str, Any]:
        """Return the data of the last request, as the model reads it."""
        return json.loads(self.bodies[-1]["messages"][1]["content"])


@pytest.fixture
def script() -> Iterator[Script]:
    played = Script()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            played.bodies.append(json.loads(body))
            played.headers.append({"path": self.path, **dict(self.headers)})
            played.steps[min(len(played.bodies), len(played.steps)) - 1](self)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    played.url = f"http://127.0.0.1:{server.server_port}/v1"
    yield played
    played.stop.set()
    server.shutdown()
    server.server_close()
    thread.join()
