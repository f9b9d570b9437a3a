"""The sample data that ships with the library."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from faqsearch.errors import InputError

SAMPLES: Final = ("saas", "shop")
_INSTALLED: Final = Path(__file__).with_name("sample_data")
_CHECKOUT: Final = Path(__file__).parents[1] / "data"


def sample_path(name: str, file: str = "faq.csv") -> Path:
    """Return the path of a shipped sample file.

    Args:
        name: ``shop``, an online shop's support base, or ``saas``, a software service's.
        file: ``faq.csv``, the entries, or ``inquiries.jsonl``, labelled inquiries.

    Raises:
        InputError: If there is no such file.
    """
    folder = _INSTALLED if _INSTALLED.is_dir() else _CHECKOUT
    path = folder / name / file
    if name not in SAMPLES or not path.is_file():
        raise InputError(
            f"sample came as {name!r}, {file!r}; samples are {', '.join(SAMPLES)},"
            " files faq.csv, inquiries.jsonl"
        )
    return path
