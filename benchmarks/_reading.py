"""Libraries that do parts of what the reader of inquiries does, on the same labelled inquiries.

Each is used as its documentation shows, for Japanese where it has a setting for that. One that is not
installed is left out.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from _raw import RawInquiry, to_html

from faqsearch.inquiry import read_inquiry
from faqsearch.inquiry.charsets import decode
from faqsearch.inquiry.markup import html_to_text

PACKAGES: Final = (
    "charset-normalizer",
    "email-reply-parser",
    "faqsearch",
    "html2text",
    "inscriptis",
    "mail-parser-reply",
)
CHARSETS: Final = ("utf-8", "cp932", "euc_jp", "iso2022_jp")
Figures = dict[str, dict[str, float]]


def versions() -> dict[str, str]:
    """Return the versions of the packages that are installed."""
    found = {}
    for name in PACKAGES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def compare(inquiries: Sequence[RawInquiry]) -> dict[str, Figures]:
    """Compare the reader with libraries for quotes and signatures, for HTML, and for charsets."""
    mails = [inquiry for inquiry in inquiries if inquiry.channel == "mail"]
    return {
        "Mail bodies: share of lines": {
            name: _score(reader, mails) for name, reader in reply_readers().items()
        },
        "HTML: share of lines that come out whole": {
            name: _score_html(reader, mails) for name, reader in html_readers().items()
        },
        "Bytes without a label: share decoded right": {
            name: _score_charsets(reader, inquiries) for name, reader in charset_readers().items()
        },
    }


def _installed(*modules: str) -> bool:
    return all(importlib.util.find_spec(module) for module in modules)


# --- Quotes and signatures


def reply_readers() -> Mapping[str, Callable[[str], str]]:
    """Return functions from the body of a mail to what they keep of it."""
    readers: dict[str, Callable[[str], str]] = {"faqsearch": lambda body: read_inquiry(body, "mail").kept}
    if _installed("mailparser_reply"):
        from mailparser_reply import EmailReplyParser

        parser = EmailReplyParser(languages=["ja", "en"])
        readers["mail-parser-reply"] = lambda body: str(parser.read(text=body).latest_reply or "")
    if _installed("email_reply_parser"):
        from email_reply_parser import EmailReplyParser as GithubParser

        readers["email-reply-parser"] = lambda body: str(GithubParser.parse_reply(body))
    return readers


def _score(reader: Callable[[str], str], mails: Iterable[RawInquiry]) -> dict[str, float]:
    """Measure which labelled lines a reader keeps: questions should stay, the others go."""
    counts = {
        kind: [0, 0]
        for kind in ("question", "quote", "signature", "footer", "disclaimer", "greeting", "closing")
    }
    started = time.perf_counter()
    for mail in mails:
        lines = [(span.kind, mail.text[span.start : span.end].strip()) for span in mail.line_spans]
        body = "\n".join(mail.text[span.start : span.end] for span in mail.line_spans)
        kept = "".join(reader(body).split())
        for kind, line in lines:
            if line and kind in counts:
                counts[kind][0] += 1
                counts[kind][1] += "".join(line.split()) in kept
    seconds = time.perf_counter() - started
    figures = {f"{kind} kept": kept / max(total, 1) for kind, (total, kept) in counts.items()}
    return {**figures, "milliseconds": seconds * 1000 / max(len(list(mails)), 1)}


# --- HTML


def html_readers() -> Mapping[str, Callable[[str], str]]:
    """Return functions from HTML to text."""
    readers: dict[str, Callable[[str], str]] = {"faqsearch": html_to_text}
    if _installed("inscriptis"):
        from inscriptis import get_text

        readers["inscriptis"] = lambda html: str(get_text(html))
    if _installed("html2text"):
        import html2text

        def convert(html: str) -> str:
            converter = html2text.HTML2Text(bodywidth=0)
            converter.ignore_emphasis = converter.ignore_links = converter.ignore_images = True
            return str(converter.handle(html))

        readers["html2text"] = convert
    return readers


def _score_html(reader: Callable[[str], str], mails: Sequence[RawInquiry]) -> dict[str, float]:
    """Write every mail in three styles of HTML, and look for its lines in what a reader makes of it."""
    total = whole = quotes = marked = 0
    started = time.perf_counter()
    for mail in mails:
        lines = [mail.text[span.start : span.end] for span in mail.line_spans]
        for style in range(3):
            found = [" ".join(line.split()) for line in reader(to_html(lines, style)).splitlines()]
            known = set(found)
            for line in lines:
                squeezed = " ".join(line.split())
                if line.startswith(">"):
                    content = squeezed.lstrip("> ")
                    if content:
                        quotes += 1
                        marked += any(one.startswith(">") and one.endswith(content) for one in found)
                elif squeezed:
                    total += 1
                    whole += squeezed in known
    seconds = time.perf_counter() - started
    return {
        "lines": whole / max(total, 1),
        "quotes marked": marked / max(quotes, 1),
        "milliseconds": seconds * 1000 / max(3 * len(mails), 1),
    }


# --- Charsets


def charset_readers() -> Mapping[str, Callable[[bytes], str]]:
    """Return functions from bytes without a label to text."""
    readers: dict[str, Callable[[bytes], str]] = {"faqsearch": lambda data: decode(data)[0]}
    if _installed("charset_normalizer"):
        from charset_normalizer import from_bytes

        readers["charset-normalizer"] = lambda data: str(from_bytes(data).best() or "")
    return readers


def _score_charsets(reader: Callable[[bytes], str], inquiries: Sequence[RawInquiry]) -> dict[str, float]:
    figures = {}
    started = time.perf_counter()
    tried = 0
    for charset in CHARSETS:
        right = total = 0
        for inquiry in inquiries[::4]:
            text = inquiry.text.translate(str.maketrans("〜−", "--"))
            try:
                data = text.encode(charset)
            except UnicodeEncodeError:
                continue
            total += 1
            right += reader(data) == text
        tried += total
        figures[charset] = right / max(total, 1)
    figures["milliseconds"] = (time.perf_counter() - started) * 1000 / max(tried, 1)
    return figures
