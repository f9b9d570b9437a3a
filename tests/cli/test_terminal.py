from __future__ import annotations

import io
import json
import sys

import pytest

from faqsearch.cli import terminal


def stream(encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), encoding=encoding, write_through=True)


def written(wrapper: io.TextIOWrapper) -> bytes:
    return wrapper.buffer.getvalue()  # type: ignore[attr-defined]


def test_json_is_one_compact_line_of_readable_japanese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", stream("utf-8"))
    terminal.emit_json({"text": "返品🚚", "k": [1, 2.5]})
    assert written(sys.stdout) == '{"text":"返品🚚","k":[1,2.5]}\n'.encode()


@pytest.mark.parametrize(
    ("encoding", "text", "data"),
    [
        ("ascii", "返品é🚚", rb'{"text":"\u8fd4\u54c1\u00e9\ud83d\ude9a"}'),
        ("cp932", "返品", '{"text":"返品"}'.encode("cp932")),
        ("cp932", "返品🚚", rb'{"text":"\u8fd4\u54c1\ud83d\ude9a"}'),
        ("utf-8", "\ud800", rb'{"text":"\ud800"}'),
    ],
)
def test_json_is_escaped_where_the_encoding_lacks_a_character(
    monkeypatch: pytest.MonkeyPatch, encoding: str, text: str, data: bytes
) -> None:
    monkeypatch.setattr(sys, "stdout", stream(encoding))
    terminal.emit_json({"text": text})
    assert written(sys.stdout) == data + b"\n"
    assert json.loads(written(sys.stdout).decode(encoding)) == {"text": text}


def test_printing_never_raises_on_a_character_the_encoding_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", stream("ascii"))
    monkeypatch.setattr(sys, "stderr", stream("ascii"))
    terminal.prepare_streams()
    terminal.out().print("送料 550")
    terminal.say("返品\ud800")
    assert written(sys.stdout) == rb"\u9001\u6599 550" + b"\n"
    assert written(sys.stderr) == rb"\u8fd4\u54c1" + b"\n"


def test_closed_streams_take_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    terminal.prepare_streams()
    terminal.out().print("送料")
    terminal.emit_json({"送料": 550})
    terminal.say("返品")
    terminal.abandon_stdout()
    assert sys.stdout.write("送料") == 2


def test_a_message_is_one_line_without_control_characters() -> None:
    assert terminal.printable("a\nb\r\n\x1b[31mc\x07  d\u202ee\u3000返品 ") == "a b [31mc d e 返品"


def test_progress_is_silent_when_standard_error_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with terminal.progress("indexing", 3) as advance:
        advance()
    assert capsys.readouterr() == ("", "")


def test_progress_goes_to_standard_error_when_forced(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "80")
    with terminal.progress("indexing", 3) as advance:
        for _ in range(3):
            advance()
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "indexing" in captured.err
    assert "3/3" in captured.err
    with terminal.progress("indexing", 3, quiet=True):
        pass
    assert capsys.readouterr() == ("", "")


def test_a_closed_pipe_is_left_to_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    class Closed(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    monkeypatch.setattr(sys, "stdout", Closed())
    with pytest.raises(BrokenPipeError):
        terminal.out().print("送料")
