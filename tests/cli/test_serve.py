from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from faqsearch.assist.triage import Label, Teams
from faqsearch.confirmations import Confirmation
from faqsearch.entry import Audience
from faqsearch.knowledge_base import KnowledgeBase
from faqsearch.readiness import passages_of
from faqsearch.store import ConfirmationFile


@pytest.fixture
def port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[tuple[KnowledgeBase, Audience, str, int]]:
    """Record what would be served instead of serving it."""
    calls: list[tuple[KnowledgeBase, Audience, str, int]] = []
    monkeypatch.setattr("faqsearch.web.serve", lambda *arguments, **_: calls.append(arguments))
    return calls


def test_the_base_is_served_for_one_audience_at_one_address(invoke, faq: Path, port: int, served) -> None:
    result = invoke("serve", "--faq", faq, "--audience", "operator", "--port", port)
    assert (result.exit_code, result.stderr) == (0, "")
    assert (
        result.stdout
        == f"http://127.0.0.1:{port}/  {faq} as seen by: operator, ranked by lexical  (Ctrl-C stops)\n"
    )
    [(base, audience, host, served_port)] = served
    assert [entry.id for entry in base.entries()][:2] == ["addr-1", "draft-1"]
    assert (audience, host, served_port) == (Audience.OPERATOR, "127.0.0.1", port)


def test_json_says_where_and_for_whom(invoke, faq: Path, port: int, served) -> None:
    result = invoke("serve", "--faq", faq, "--port", port, "--json")
    assert json.loads(result.stdout) == {
        "url": f"http://127.0.0.1:{port}/",
        "faq": str(faq),
        "audience": "public",
        "preset": "lexical",
        "wanted": "lexical",
        "missing": 0,
    }
    assert served[0][1] is Audience.PUBLIC


def test_a_port_in_use_is_said_before_the_base_is_read(invoke, faq: Path) -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = invoke("serve", "--faq", faq, "--port", port)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        f"faqsearch: cannot listen on 127.0.0.1 port {port}: Address already in use; "
        "give another --port or --host\n"
    )


@pytest.mark.parametrize("host", ["not an address", "a" * 64 + ".example", "203.0.113.7"])
def test_an_address_that_is_not_ours_is_refused(invoke, faq: Path, port: int, host: str) -> None:
    result = invoke("serve", "--faq", faq, "--host", host, "--port", port)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"faqsearch: cannot listen on {host} port {port}: ")
    assert result.stderr.count("\n") == 1


def test_an_address_of_ipv6_is_written_in_brackets(
    invoke, faq: Path, port: int, served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("faqsearch.cli.serving._check_free", lambda *_: None)
    result = invoke("serve", "--faq", faq, "--host", "::1", "--port", port)
    assert result.stdout.startswith(f"http://[::1]:{port}/  ")
    assert served[0][2] == "::1"


def test_a_real_server_answers_and_stops_on_ctrl_c(faq: Path, port: int) -> None:
    command = [sys.executable, "-m", "faqsearch", "serve", "--faq", str(faq), "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        try:
            assert child.stdout is not None
            assert child.stderr is not None
            assert child.stdout.readline().startswith(f"http://127.0.0.1:{port}/".encode())
            for line in child.stderr:
                if b"Uvicorn running" in line:
                    break
            answer = httpx.get(
                f"http://127.0.0.1:{port}/api/v1/search", params={"q": "領収書"}, trust_env=False
            )
            assert answer.status_code == 200
            assert answer.json()["hits"][0]["id"] == "receipt-1"
            child.send_signal(signal.SIGINT)
            rest = child.stderr.read()
            assert child.wait(timeout=60) == 130
            assert b"Traceback" not in rest
        finally:
            child.kill()


def test_what_is_learnt_is_kept_in_the_file_that_was_named(
    invoke, faq: Path, port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[tuple[KnowledgeBase, bool]] = []
    monkeypatch.setattr(
        "faqsearch.web.serve", lambda base, *_, learning, **__: calls.append((base, learning))
    )
    kept = tmp_path / "confirmations.jsonl"
    assert invoke("serve", "--faq", faq, "--port", port, "--confirmations", kept).exit_code == 0
    [(base, learning)] = calls
    made = base.confirm("receipt-1", "あて名", source="op-1")
    assert learning
    assert ConfirmationFile(kept).read() == (made,)
    old = Confirmation(
        entry_id="receipt-1", text="x", source="s", kind="operator", at=made.at.replace(year=2000)
    )
    ConfirmationFile(kept).append(old)
    assert invoke("serve", "--faq", faq, "--port", port, "--confirmations", kept).exit_code == 0
    assert ConfirmationFile(kept).read() == (made,)


def test_a_broken_file_of_confirmations_is_named(invoke, faq: Path, port: int, tmp_path: Path) -> None:
    kept = tmp_path / "confirmations.jsonl"
    kept.write_text("secret\n", encoding="utf-8")
    result = invoke("serve", "--faq", faq, "--port", port, "--confirmations", kept)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "confirmations.jsonl" in result.stderr
    assert "secret" not in result.stderr


def test_serving_starts_at_once_and_says_which_preset_ranks_meanwhile(
    invoke, faq: Path, port: int, encoder, word_vectors: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()
    encode = encoder.encode

    def slow(self: object, texts: list[str], kind: str) -> object:
        go_on.wait(60)
        return encode(self, texts, kind)

    monkeypatch.setattr(encoder, "encode", slow)
    monkeypatch.setattr("faqsearch.readiness.MOST_AT_ONCE", 0)  # nothing is made before the start
    served: list[KnowledgeBase] = []
    monkeypatch.setattr("faqsearch.web.serve", lambda base, *_, **__: served.append(base))
    words = ("serve", "--faq", faq, "--port", port, "--preset", "hybrid")
    try:
        said = json.loads(invoke(*words, "--json").stdout)
        shown = invoke(*words).stdout
    finally:
        go_on.set()
    texts = len(set(passages_of(served[0].view().entries.values())))
    assert (said["preset"], said["wanted"], said["missing"]) == ("semantic", "hybrid", texts)
    view = f"ranked by semantic, and by hybrid once the vectors of {texts} texts are made"
    assert f"as seen by: public, {view}  (Ctrl-C stops)" in shown
    assert [base.wait_until_ready(60) for base in served] == [True, True]
    assert served[0].search("領収書").preset == "hybrid"


def test_the_contacts_of_the_desk_are_what_a_chat_hands_over_to(
    invoke, faq: Path, port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = tmp_path / "desk.toml"
    desk.write_text(
        '[[contacts]]\nname = "お電話"\nkind = "phone"\naddress = "0120-000-000"\n', encoding="utf-8"
    )
    served: list[tuple[str, ...]] = []
    monkeypatch.setattr(
        "faqsearch.web.serve", lambda *_, contacts, **__: served.append(tuple(one.name for one in contacts))
    )
    result = invoke("serve", "--faq", faq, "--port", port, "--desk", desk)
    assert (result.exit_code, result.stderr, served) == (0, "", [("お電話",)])


TEAMS = "category,team\n返品,返品係\n"


def test_operators_are_served_with_the_teams_of_a_file(
    invoke, faq: Path, port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "teams.csv"
    path.write_text(TEAMS, encoding="utf-8")
    served: list[Teams | None] = []
    monkeypatch.setattr("faqsearch.web.serve", lambda *_, teams, **__: served.append(teams))
    words = ("serve", "--faq", faq, "--port", port, "--audience", "operator")
    assert invoke(*words, "--teams", path).exit_code == 0
    assert invoke(*words).exit_code == 0
    known, none = served
    assert known is not None
    assert known.find("", Label(name="返品", confidence=0.9)) == Label(name="返品係", confidence=0.9)
    assert none is None


def test_teams_are_for_operators_alone(invoke, faq: Path, port: int, tmp_path: Path, served) -> None:
    path = tmp_path / "teams.csv"
    path.write_text(TEAMS, encoding="utf-8")
    result = invoke("serve", "--faq", faq, "--port", port, "--teams", path)
    assert (result.exit_code, result.stdout, served) == (2, "", [])
    assert result.stderr == "faqsearch: --teams is for operators; add --audience operator, or leave it out\n"
