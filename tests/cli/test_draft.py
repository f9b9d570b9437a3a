from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

import faqsearch
from faqsearch.entry import JAPAN
from faqsearch.replies import DraftRequest, TemplateComposer

INQUIRY = "先日引っ越したのですが、届け先の住所はどこで変更できますか。"
NOW = dt.datetime(2026, 11, 20, 17, 20, tzinfo=JAPAN)
HOURS = """sender = "見本商店"
[hours]
mon-fri = ["9:00-18:00"]
"""


@pytest.fixture(autouse=True)
def friday(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("faqsearch.cli.drafting._now", lambda: NOW)
    monkeypatch.delenv("FAQSEARCH_LLM_KEY", raising=False)


@pytest.fixture
def hours(tmp_path: Path) -> Path:
    path = tmp_path / "support.toml"
    path.write_text(HOURS, encoding="utf-8")
    return path


def mail(body: str) -> bytes:
    head = "From: 山田 花子 <hanako@example.jp>\nTo: s@example.com\nSubject: 住所の件"
    kind = "Content-Type: text/plain; charset=iso-2022-jp"
    return f"{head}\n{kind}\n\n".encode() + body.encode("iso-2022-jp")


def test_json_holds_the_draft_of_the_library(invoke, faq: Path) -> None:
    result = invoke("draft", INQUIRY, "--faq", faq, "--json", "--preset", "lexical", "--customer", "山田様")
    base = faqsearch.load(faq, preset="lexical")
    expected = TemplateComposer().compose(
        DraftRequest(
            suggestion=base.suggest(INQUIRY, channel="mail"),
            triage=base.triage(INQUIRY, channel="mail"),
            now=NOW,
            customer="山田",
        )
    )
    assert (result.exit_code, result.stderr) == (0, "")
    assert json.loads(result.stdout) == {
        "kind": expected.kind.value,
        "subject": "お問い合わせの件",
        "body": expected.body,
        "citations": list(expected.citations),
        "notes": list(expected.notes),
    }
    assert expected.body.startswith("山田 様\n")


def test_a_mail_is_read_as_its_bytes_say(invoke, faq: Path, tmp_path: Path) -> None:
    file = tmp_path / "mail.eml"
    file.write_bytes(mail(INQUIRY))
    by_file = invoke("draft", "--file", file, "--faq", faq, "--preset", "lexical", "--json")
    document = json.loads(by_file.stdout)
    assert document["subject"] == "Re: 住所の件"
    assert document["body"].startswith("山田 花子 様\n")
    by_input = invoke("draft", "-", "--faq", faq, "--preset", "lexical", "--json", input=mail(INQUIRY))
    assert by_input.stdout == by_file.stdout


def test_the_letter_goes_to_standard_output_and_notes_to_standard_error(
    invoke, faq: Path, hours: Path
) -> None:
    result = invoke("draft", "zzzz", "--faq", faq, "--preset", "lexical", "--desk", hours)
    assert result.exit_code == 0
    assert result.stdout.startswith("件名: お問い合わせの件\n\nお客様\n")
    assert "11月24日（火）16時30分までにご返信いたします。" in result.stdout
    assert "担当者へ" not in result.stdout
    assert all(line.startswith("担当者へ: ") for line in result.stderr.splitlines())
    assert result.stderr


def test_an_operator_is_told_of_internal_entries_that_the_letter_leaves_out(invoke, faq: Path) -> None:
    text = "返品の送料を当店で負担してよい場合はいつですか"
    words = ("draft", text, "--faq", faq, "--preset", "lexical", "--audience", "operator")
    result = invoke(*words)
    assert "return-ops" in result.stderr
    assert "初期不良と誤配送" not in result.stdout
    assert "return-ops" not in result.stdout


def test_an_acknowledgement_is_asked_for(invoke, faq: Path, hours: Path) -> None:
    result = invoke("draft", INQUIRY, "--faq", faq, "--preset", "lexical", "--desk", hours, "--acknowledge")
    assert result.stdout.startswith("件名: 【自動返信】お問い合わせを受け付けました\n")
    assert "住所" not in result.stdout


def test_own_templates_are_used(invoke, faq: Path, tmp_path: Path) -> None:
    (tmp_path / "closing.txt.j2").write_text("またのご利用を。", encoding="utf-8")
    result = invoke("draft", INQUIRY, "--faq", faq, "--preset", "lexical", "--templates", tmp_path)
    assert "またのご利用を。" in result.stdout


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "give one inquiry: as TEXT, with --file FILE, or - to read standard input"),
        (
            ("x", "--channel", "fax"),
            "--channel came as 'fax'; allowed are chat, mail, phone, form, sns, search",
        ),
        (("x", "--llm-url", "http://x/v1"), "--llm-url and --llm-model go together; give both or neither"),
        (
            ("x", "--llm-url", "x", "--llm-model", "m"),
            "base_url must be an http or https address without a name",
        ),
    ],
)
def test_bad_words_are_refused_in_one_line(invoke, faq: Path, words: tuple[str, ...], message: str) -> None:
    result = invoke("draft", *words, "--faq", faq)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"faqsearch: {message}")
    assert result.stderr.count("\n") == 1


def test_a_bad_template_is_told_with_file_and_line(invoke, faq: Path, tmp_path: Path) -> None:
    (tmp_path / "closing.txt.j2").write_text("一\n{{ x", encoding="utf-8")
    result = invoke("draft", INQUIRY, "--faq", faq, "--templates", tmp_path)
    assert result.exit_code == 2
    assert f"{tmp_path / 'closing.txt.j2'}, line 2: " in result.stderr


@pytest.fixture
def model() -> Iterator[tuple[str, list[str]]]:
    """A server on loopback that cites the first FAQ it is given; its address and the keys it saw."""
    keys: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            keys.append(self.headers.get("Authorization", ""))
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            first = json.loads(body["messages"][1]["content"])["faqs"][0]["id"]
            message = {"content": f"マイページから変更をお願いいたします。[{first}]"}
            data = json.dumps({"choices": [{"message": message}]}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1", keys
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_language_model_words_the_answer(
    invoke, faq: Path, model: tuple[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, keys = model
    monkeypatch.setenv("FAQSEARCH_LLM_KEY", "sk-1")
    words = ("draft", INQUIRY, "--faq", faq, "--preset", "lexical", "--llm-url", url, "--llm-model", "m-1")
    result = invoke(*words)
    assert result.exit_code == 0
    assert "マイページから変更をお願いいたします。\n\n参考にしたご案内\n・" in result.stdout
    assert "担当者へ: 言語モデル（m-1）が書いた文です。" in result.stderr
    assert keys == ["Bearer sk-1"]
