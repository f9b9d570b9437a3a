"""What everything that asks a server shares: httpx, and checks of its address and key."""

from __future__ import annotations

import re
from typing import Final

from faqsearch.errors import InputError

_KEY: Final = re.compile(r"[\x21-\x7e]+")


def require_httpx(what: str) -> None:
    """See that httpx is installed.

    Args:
        what: What is reached with it, for the message.

    Raises:
        InputError: If it is not; names the extra that brings it.
    """
    try:
        import httpx  # noqa: F401
    except ImportError as error:
        raise InputError(
            f'{what} is reached with httpx; install it with: pip install "faqsearch[remote]"'
        ) from error


def check_address(base_url: str) -> None:
    """Check where a server's interface begins.

    Raises:
        InputError: If it is no http or https address, or carries a name, a password, a query or a fragment.
    """
    import httpx

    try:
        address = httpx.URL(base_url)
    except (httpx.InvalidURL, TypeError):
        address = httpx.URL("")
    if address.scheme not in {"http", "https"} or not address.host or address.userinfo:
        raise InputError(
            "base_url must be an http or https address without a name and password, "
            "such as http://127.0.0.1:8000/v1"
        )
    if address.query or address.fragment:
        raise InputError("base_url must end with a path: neither ? nor # can be part of it")


def check_key(api_key: str | None) -> None:
    """Check a bearer token; None is none.

    Raises:
        InputError: If a header cannot carry it; never repeats it.
    """
    if api_key is not None and not _KEY.fullmatch(api_key):
        raise InputError("api_key must be visible ASCII characters, as a header can carry no others")
