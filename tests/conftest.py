"""Settings for all tests."""

from __future__ import annotations

import os
import shutil

import pytest
from hypothesis import settings

# A test that takes `settings().max_examples` times something draws more in CI than at a desk. Those that owe
# a number of examples whatever the machine name the number themselves.
settings.register_profile("default", deadline=None, print_blob=True, max_examples=40)
settings.register_profile("ci", settings.get_profile("default"), max_examples=100)
settings.load_profile("ci" if os.environ.get("CI") else "default")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave browser tests out where there is no browser; in CI they run and fail if it is missing."""
    if os.environ.get("CI") or shutil.which("chromium"):
        return
    browser = [item for item in items if item.get_closest_marker("browser")]
    config.hook.pytest_deselected(items=browser)
    items[:] = [item for item in items if item not in browser]
