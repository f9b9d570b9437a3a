"""How the program ends: exit codes and the one line on standard error, as a process and within one."""

from __future__ import annotations

import errno
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import typer

from faqsearch.cli import errors
from faqsearch.errors import FormatError, InputError, Problem

SECRET = "山田太郎の電話番号は"

BAD_WORDS = {
    "an unknown option": (("search", "x", "--faq", "FAQ", "--foo"), "--foo"),
    "an unknown short option": (("search", "x", "--faq", "FAQ", "-z"), "-z"),
    "an unknown command": (("serach", "x"), "no such command 'serach'; did you mean 'search'?"),
    "a command like none": (
        ("zzz",),
        "commands are demo, search, related, complete, suggest, triage, ",
    ),
    "an option without its value": (("search", "x", "--faq"), "--faq"),
    "a missing option": (("search", "x"), "--faq"),
    "a missing argument": (("search", "--faq", "FAQ"), "TEXT"),
    "a missing file": (("search", "x", "--faq", "nowhere.csv"), "nowhere.csv"),
    "a folder for a file": (("search", "x", "--faq", "."), "directory"),
    "a file of another kind": (("search", "x", "--faq", __file__), "allowed are .csv, .jsonl, .xlsx"),
    "an unknown audience": (
        ("search", "x", "--faq", "FAQ", "--audience", "boss"),
        "'boss' is not one of 'public'",
    ),
    "a number that is none": (
        ("search", "x", "--faq", "FAQ", "-k", "many"),
        "'-k': ",
    ),
    "a number too small": (("search", "x", "--faq", "FAQ", "-k", "0"), "-k"),
    "a number too large": (("search", "x", "--faq", "FAQ", "-k", "10001"), "10000"),
    "a run too deep": (
        ("run", "--faq", "FAQ", "--queries", "FAQ", "--out", "x", "-k", "10001"),
        "10000",
    ),
    "nothing to export": (("export", "--out", "x.csv"), "give one file to read: as FILE or with --faq"),
    "two files to export": (
        ("export", "FAQ", "--faq", "FAQ", "--out", "x.csv"),
        "give one file to read: as FILE or with --faq FILE",
    ),
    "an unknown channel": (("suggest", "x", "--faq", "FAQ", "--channel", "fax"), "--channel came as 'fax'; "),
    "an unknown preset": (
        ("search", "x", "--faq", "FAQ", "--preset", "best"),
        "allowed are bm25, hybrid, lexical, semantic, tfidf, or the path of a .toml file",
    ),
    "a port out of range": (("serve", "--faq", "FAQ", "--port", "70000"), "--port"),
    "too many words": (("search", "x", SECRET, "--faq", "FAQ"), "words too many: 1; put a text in quotes"),
    "an option of the program after a command": (("info", "--version"), "--version"),
}


@pytest.mark.parametrize("case", BAD_WORDS)
def test_bad_input_exits_2_with_one_line(invoke, faq: Path, case: str) -> None:
    words, part = BAD_WORDS[case]
    result = invoke(*(faq if word == "FAQ" else word for word in words))
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("faqsearch: ")
    assert result.stderr.count("\n") == 1
    assert result.stderr.endswith("\n")
    assert part in result.stderr


@pytest.mark.parametrize(
    "words",
    [
        (SECRET,),
        (SECRET, "--faq", "FAQ"),
        ("search", "x", SECRET, "--faq", "FAQ"),
        ("search", f"--{SECRET}", "--faq", "FAQ"),
        ("search", f"-{SECRET}", "--faq", "FAQ"),
        ("suggest", "x", SECRET, "--faq", "FAQ"),
        ("suggest", f"--{SECRET}", "--faq", "FAQ"),
        ("suggest", SECRET, "--file", "FAQ", "--faq", "FAQ"),
        ("suggest", SECRET, "--faq", "FAQ", "--channel", "fax"),
        ("suggest", "x", "--faq", "FAQ", "--channel", SECRET),
        ("search", "x", "--faq", "FAQ", "--audience", SECRET),
        ("search", "x", "--faq", "FAQ", "--audience", f"it's {SECRET}"),
        ("search", "x", "--faq", "FAQ", "--preset", SECRET),
        ("search", "x", "--faq", "FAQ", "-k", SECRET),
        ("serve", "--faq", "FAQ", "--port", SECRET),
        ("evaluate", "--faq", "FAQ", "--queries", "FAQ", "--qrels", "FAQ", "--presets", f"{SECRET},"),
    ],
)
def test_no_message_repeats_a_customers_words(invoke, faq: Path, words: tuple[str, ...]) -> None:
    result = invoke(*(faq if word == "FAQ" else word for word in words))
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert "山" not in result.output


def test_a_text_that_begins_with_a_hyphen_follows_two_of_them(invoke, faq: Path) -> None:
    document = json.loads(invoke("search", "--faq", faq, "--json", "--", "-5度の送料").stdout)
    assert document["text"] == "-5度の送料"


def test_without_words_the_help_is_shown(invoke) -> None:
    result = invoke(env={"COLUMNS": "100"})
    assert (result.exit_code, result.stderr) == (0, "")
    for name in (
        "search",
        "suggest",
        "run",
        "evaluate",
        "demo",
        "serve",
        "import",
        "export",
        "validate",
        "info",
    ):
        assert f" {name} " in result.stdout
    assert invoke("-h", env={"COLUMNS": "100"}).stdout.rstrip() == result.stdout.rstrip()


def test_version_is_one_line(invoke) -> None:
    from importlib.metadata import version

    result = invoke("--version")
    assert (result.exit_code, result.stdout) == (0, f"faqsearch {version('faqsearch')}\n")


def test_a_fault_shows_its_place_but_not_its_words(
    invoke, faq: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError(SECRET)

    monkeypatch.setattr("faqsearch.cli.searching.open_base", fail)
    result = invoke("search", SECRET, "--faq", faq)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith("faqsearch: internal fault: RuntimeError at test_exit.py:")
    assert result.stderr.endswith("; set FAQSEARCH_TRACEBACK=1 for the traceback\n")
    assert SECRET not in result.output
    told = invoke("search", "x", "--faq", faq, env={"FAQSEARCH_TRACEBACK": "1"})
    assert told.exit_code == 1
    assert told.stderr.startswith("Traceback (most recent call last):\n")
    assert told.stderr.endswith(f"RuntimeError: {SECRET}\n")


@pytest.mark.parametrize(
    ("error", "code"), [(KeyboardInterrupt, 130), (typer.Abort, 130), (BrokenPipeError, 141)]
)
def test_an_interruption_and_a_closed_pipe_are_quiet(
    invoke, faq: Path, monkeypatch: pytest.MonkeyPatch, error: type[BaseException], code: int
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("faqsearch.cli.searching.open_base", fail)
    result = invoke("search", "x", "--faq", faq)
    assert (result.exit_code, result.output) == (code, "")


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (
            ModuleNotFoundError("No", name="uvicorn.config"),
            'the package uvicorn; run: pip install "faqsearch[server]"',
        ),
        (ModuleNotFoundError("No", name="openpyxl"), 'pip install "faqsearch[xlsx]"'),
        (ModuleNotFoundError("No", name="ir_measures"), 'pip install "faqsearch[eval]"'),
        (ModuleNotFoundError("No", name="numpy"), "the package numpy is missing; install faqsearch again"),
        (PermissionError(13, "Permission denied", "faq.csv"), "faq.csv: Permission denied"),
        (OSError(28, "No space left on device"), "No space left on device"),
        (TimeoutError(), "TimeoutError"),
        (InputError("k came as 0"), "k came as 0"),
    ],
)
def test_every_expected_error_has_its_line(
    error: Exception, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise error

    assert errors.exit_code(fail) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("faqsearch: ")
    assert captured.err.endswith(line + "\n")


def test_only_the_first_problem_of_a_file_is_shown() -> None:
    problems = [Problem(file="q.jsonl", row=row, column="id", message="is missing") for row in (3, 5, 9)]
    assert (
        errors.first_problem(FormatError(problems)) == "q.jsonl, row 3, column 'id': is missing; and 2 more"
    )
    assert (
        errors.first_problem(FormatError(problems[:1]), Path("q.jsonl"))
        == "q.jsonl, row 3, column 'id': is missing"
    )


@pytest.mark.parametrize(("code", "expected"), [(3, 3), (0, 0), ("text", 1), (None, 1)])
def test_the_code_of_a_process_that_leaves_is_kept(code: object, expected: int) -> None:
    assert errors.exit_code(lambda: sys.exit(code)) == expected


def test_a_process_finds_and_exits_0(process, faq: Path) -> None:
    done = process("search", "領収書", "--faq", faq, "--json")
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["hits"][0]["id"] == "receipt-1"


def test_a_process_fails_with_2_and_one_line(process) -> None:
    done = process("search", "x", "--faq", "nowhere.csv")
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.count(b"\n") == 1
    assert b"Traceback" not in done.stderr


def test_words_in_cp932_are_understood(process, faq: Path) -> None:
    done = process("search", "領収書".encode("cp932"), "--faq", faq, "--json", env={"PYTHONUTF8": "1"})
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["text"] == "領収書"


def test_a_file_name_of_other_bytes_is_opened_and_named(process, faq: Path, tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/\x95\xd4.csv"
    Path(os.fsdecode(name)).write_bytes(faq.read_bytes())
    done = process("validate", name, "--json")
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["entries"] == 8
    missing = process("validate", os.fsencode(tmp_path) + b"/\x96.csv")
    assert (missing.returncode, missing.stderr.count(b"\n")) == (2, 1)


def test_an_ascii_terminal_gets_escapes_instead_of_an_error(process, faq: Path) -> None:
    environment = {"PYTHONIOENCODING": "ascii"}
    shown = process("search", "領収書", "--faq", faq, env=environment)
    assert (shown.returncode, shown.stderr) == (0, b"")
    assert rb"\u9818\u53ce\u66f8" in shown.stdout
    document = process("search", "領収書", "--faq", faq, "--json", env=environment)
    assert json.loads(document.stdout)["hits"][0]["question"] == "領収書は発行できますか"


@pytest.mark.parametrize("words", [("search", "x", "--json"), ("search", "返品"), ("--help",)])
def test_a_reader_that_goes_away_is_no_error(faq: Path, words: tuple[str, ...]) -> None:
    command = [sys.executable, "-m", "faqsearch", *words]
    command += [] if words == ("--help",) else ["--faq", str(faq)]
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, check=False, timeout=120)
    os.close(writer)
    assert done.stderr == b""
    assert done.returncode == (1 if words == ("--help",) else 141)


def test_a_full_disk_is_said_in_one_line(
    faq: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Full(io.RawIOBase):
        def writable(self) -> bool:
            return True

        def write(self, _: object) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    full = io.TextIOWrapper(io.BufferedWriter(Full()), encoding="utf-8")
    monkeypatch.setattr(sys, "stdout", full)
    from faqsearch.cli import main

    with pytest.raises(SystemExit) as caught:
        main(["validate", str(faq), "--json"])
    assert caught.value.code == 2
    assert capsys.readouterr().err == "faqsearch: No space left on device\n"
    with pytest.raises(OSError, match="No space"):
        full.detach()


def test_ctrl_c_while_waiting_for_input_exits_130(faq: Path, tmp_path: Path) -> None:
    # A batch of FIFOs would hang: standard input that never ends is read after Python has started.
    command = [sys.executable, "-c", START_THEN_READ, "suggest", "-", "--faq", str(faq)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        assert child.stdout.readline() == b"ready\n"
        child.send_signal(signal.SIGINT)
        assert child.wait(timeout=60) == 130
        assert child.stderr.read() == b""


START_THEN_READ = """
import sys
from faqsearch.cli import inputs, main

def announce():
    print("ready", flush=True)
    return decode(sys.stdin.buffer.read())

decode = inputs.decode
read = inputs.read_inquiry
inputs.read_inquiry = lambda text, file: announce()
main()
"""

WITHOUT = """
import sys
sys.modules[{name!r}] = None
from faqsearch.cli import main
main()
"""


@pytest.mark.parametrize("name", ["typer", "rich"])
def test_without_the_extra_one_line_says_what_to_install(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT.format(name=name), "search", "x"],
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.count(b"\n") == 1
    assert b'pip install "faqsearch[cli]"' in done.stderr


def test_main_looks_for_the_extra_before_it_imports_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from faqsearch.cli import main

    monkeypatch.setitem(sys.modules, "typer", None)
    with pytest.raises(SystemExit) as caught:
        main(["info"])
    assert caught.value.code == 2
    line = 'faqsearch: the command line is not installed; run: pip install "faqsearch[cli]"\n'
    assert capsys.readouterr() == ("", line)


def test_no_command_waits_for_libraries_that_few_commands_need(
    run_code: Callable[[str, Path], subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    code = (
        "import sys\nfrom faqsearch.cli import app\nprint({'sklearn', 'scipy', 'fastapi'} & set(sys.modules))"
    )
    run = run_code(code, tmp_path)
    assert (run.returncode, run.stdout, run.stderr) == (0, "set()\n", "")


def test_the_module_has_the_two_public_names_and_no_others() -> None:
    from faqsearch import cli

    assert cli.__all__ == ["app", "main"]
    assert isinstance(cli.app, typer.Typer)
    with pytest.raises(AttributeError, match="has no attribute 'ap'"):
        cli.ap  # noqa: B018


def test_main_takes_words_and_leaves_with_the_code(faq: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from faqsearch.cli import main

    with pytest.raises(SystemExit) as caught:
        main(["validate", str(faq), "--json"])
    assert caught.value.code == 0
    assert json.loads(capsys.readouterr().out)["entries"] == 8
