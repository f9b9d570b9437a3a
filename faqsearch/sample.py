"""The sample data that ships with the library."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from faqsearch.errors import InputError

SAMPLES: Final = ("saas", "shop")
FILES: Final = ("faq.csv", "inquiries.jsonl")
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
    if name not in SAMPLES or file not in FILES:
        raise InputError(
            f"sample came as {name!r}, {file!r}; samples are {', '.join(SAMPLES)}, files {', '.join(FILES)}"
        )
    return (_INSTALLED if _INSTALLED.is_dir() else _CHECKOUT) / name / file
