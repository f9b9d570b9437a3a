"""Read a raw inquiry: decode it, tell what is boilerplate, and find its questions.

The channel is a hint, not more: people paste mails into chats and notes into forms, so the form is told from
the text itself. Nothing is thrown away: every character belongs to a part that says what it was taken for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from faqsearch.errors import InputError, shown
from faqsearch.inquiry.charsets import decode
from faqsearch.inquiry.courtesy_words import SALUTATION
from faqsearch.inquiry.forms import form_of_json, mark_form
from faqsearch.inquiry.formulas import formula
from faqsearch.inquiry.letter_words import (
    COMPANY,
    DEPARTMENT,
    EMPTY_SUBJECT,
    PERSON,
    SENT_SUBJECT,
    SUBJECT_PREFIX,
)
from faqsearch.inquiry.lines import Line, asks, fold, introduces, split_lines
from faqsearch.inquiry.mail import Mail, looks_like_mail, read_mail
from faqsearch.inquiry.parts import KEPT, Part, PartKind, Question, Reading
from faqsearch.inquiry.questions import find_questions
from faqsearch.inquiry.quotes import mark_header, mark_quotes, open_quotes
from faqsearch.inquiry.sentences import Sentence, classify
from faqsearch.inquiry.signatures import mark_disclaimers, mark_footers, mark_signatures
from faqsearch.inquiry.transcripts import mark_transcript

__all__ = ["CHANNELS", "MAX_TEXT", "Part", "PartKind", "Question", "Reading", "read_inquiry"]

CHANNELS: Final = ("chat", "mail", "phone", "form", "sns", "search")
MAX_TEXT: Final = 100_000
"""Characters of an inquiry that are read; what follows is cut off."""


def read_inquiry(raw: str | bytes, channel: str = "chat") -> Reading:
    """Read an inquiry as it came in.

    Args:
        raw: Text, or bytes in any Japanese charset; either may be a raw mail (``.eml``).
        channel: Where it came from: chat, mail, phone, form, sns or search. A hint: the text itself tells its
            form.

    Returns:
        The text with its parts and questions. A bare question passes unchanged.

    Raises:
        InputError: If raw is neither string nor bytes, or the channel is none of these; no text raises.
    """
    if not isinstance(raw, (str, bytes)):
        raise InputError(f"an inquiry came as {type(raw).__name__}; give a string or bytes")
    if channel not in CHANNELS:
        raise InputError(f"channel came as {shown(channel)}; allowed are {', '.join(CHANNELS)}")
    mail = _opened(raw)
    problems = list(mail.problems)
    text = mail.body
    has_subject = bool(mail.subject)
    if has_subject:
        text = f"{mail.subject}\n{text}"
    if len(text) > MAX_TEXT:
        problems.append(f"a text of {len(text):,} characters was cut to {MAX_TEXT:,}")
        text = text[:MAX_TEXT]
    content = _read_text(text, channel, sender=mail.sender, has_subject=has_subject)
    return Reading(
        text=text,
        parts=content.parts,
        questions=content.questions,
        subject=mail.subject or content.subject,
        sender=mail.sender,
        attachments=tuple(mail.attachments),
        problems=tuple(problems),
        channel=channel,
    )


def _opened(raw: str | bytes) -> Mail:
    """Return the mail that raw holds; of anything else, a mail of nothing but a body."""
    if isinstance(raw, str):
        head = raw[:16_384].encode("utf-8", "surrogatepass")
        if looks_like_mail(head) and _RAW_MAIL.search(raw[:16_384]):
            mail = read_mail(raw.encode("utf-8", "surrogatepass"))
            if mail.body.strip() or mail.attachments:
                return mail
        return Mail(body=form_of_json(raw[:MAX_TEXT]) or raw)
    if looks_like_mail(raw):
        return read_mail(raw)
    text, problem = decode(raw[: 4 * MAX_TEXT])
    mail = Mail(body=form_of_json(text[:MAX_TEXT]) or text)
    mail.note(problem)
    if len(raw) > 4 * MAX_TEXT:
        mail.note(f"{len(raw):,} bytes were cut to {4 * MAX_TEXT:,}")
    return mail


# A text with From: and Subject: lines may have been copied from a window; these fields are only in raw mails.
_RAW_MAIL: Final = re.compile(
    r"^(?:mime-version|content-type|message-id|received|content-transfer-encoding|return-path):"
    r"|=\?[\w-]+\?[bq]\?",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Content:
    parts: tuple[Part, ...]
    questions: tuple[Question, ...]
    subject: str


def _read_text(text: str, channel: str, *, sender: str, has_subject: bool) -> _Content:
    lines, sentences = _marked(text, channel, sender=sender, has_subject=has_subject, quotes=True)
    body = any(sentence.kind is PartKind.BODY for sentence in sentences)
    if not body and any(line.kind is PartKind.QUOTE for line in lines):
        # Nothing but a quote: a forwarded inquiry.
        opened = _marked(text, channel, sender=sender, has_subject=has_subject, quotes=False)
        if any(sentence.kind is PartKind.BODY for sentence in opened[1]):
            lines, sentences = opened
    spans = _spans(lines, sentences)
    if not any(kind in KEPT for _, _, kind in spans):
        _rescue(text, spans)
    parts = _tiled(text, spans)
    subject = next(
        (text[line.body : line.end].strip() for line in lines if line.kind is PartKind.SUBJECT), ""
    )
    return _Content(parts=parts, questions=find_questions(text, parts, sentences), subject=subject)


def _marked(
    text: str, channel: str, *, sender: str, has_subject: bool, quotes: bool
) -> tuple[list[Line], list[Sentence]]:
    """Run all rules over the lines of a text, the surest first."""
    lines = split_lines(text)
    if has_subject:
        lines[0].kind = PartKind.SUBJECT
    else:
        mark_header(lines)
    # In a chat, < and > may tell the sides; elsewhere, > is a quote.
    transcript = channel == "chat" and mark_transcript(lines, channel)
    if quotes and not transcript:
        mark_quotes(lines, letter=channel == "mail")
    else:
        open_quotes(lines)
    transcript = transcript or (channel not in {"chat", "search"} and mark_transcript(lines, channel))
    mark_footers(lines)
    mark_disclaimers(lines)
    form = not transcript and mark_form(lines, channel)
    for line in lines:
        if line.kind is PartKind.SUBJECT:
            _trim_subject(line)
    names = _names(lines, sender)
    mark_signatures(
        lines, names, letter=not transcript and (has_subject or _is_letter(lines, channel, form=form))
    )
    return lines, classify(lines, names | _signed(lines))


def _trim_subject(line: Line) -> None:
    """Cut Re: off a subject; one that says nothing, or that an automatic mail had, is a mere label."""
    content = line.folded[line.body - line.start :]
    match = SUBJECT_PREFIX.match(content)
    if match:
        line.cut(line.body - line.start + match.end())
    bare = line.content
    if not bare or EMPTY_SUBJECT.match(bare) or (match and SENT_SUBJECT.search(bare)):
        line.kind = PartKind.LABEL


_NAME_PARTS: Final = re.compile(r"[\s・,、()/]+")
_ADDRESS: Final = re.compile(r"<[^<>]*>|\S+@\S+|[\"']")
_FROM: Final = re.compile(r"\s*(?:from|差出人|送信者|発信者|送信元)\s?:\s*")
_INTRODUCED: Final = re.compile(r"([一-龥々髙﨑ァ-ヶーぁ-ん]{1,8}) ?(?:と申し|といい|と言い|いいます)")


def _names(lines: Sequence[Line], sender: str) -> frozenset[str]:
    """Collect what the writer is called, in folded words of two characters or more."""
    found = [fold(_ADDRESS.sub(" ", sender[:200]))]
    for line in lines[:40]:
        if line.open and introduces(line.content):
            match = _INTRODUCED.search(line.content)
            if match:
                found.append(re.split("の", match[1])[-1])
        elif line.kind is PartKind.LABEL:
            match = _FROM.match(line.folded)
            if match:
                found.append(_ADDRESS.sub(" ", line.folded[match.end() :][:100]))
            elif PERSON.match(line.content) and (line.body > line.start or " " in line.content):
                found.append(line.content)
    words = {word for text in found for word in _NAME_PARTS.split(text)}
    return frozenset(word for word in words if 2 <= len(word) <= 12 and not word.isascii())


def _signed(lines: Sequence[Line]) -> frozenset[str]:
    """Collect the names in a signature."""
    words = (
        word
        for line in lines
        if line.kind is PartKind.SIGNATURE
        for word in _NAME_PARTS.split(line.folded.strip()[:60])
        if 2 <= len(word) <= 6
        and PERSON.match(word)
        and not COMPANY.search(word)
        and not DEPARTMENT.search(word)
    )
    return frozenset(words)


def _is_letter(lines: Sequence[Line], channel: str, *, form: bool) -> bool:
    """Tell whether a text is written like a letter: several lines, with a salutation, greeting or closing."""
    written = [line for line in lines if line.open]
    if len(written) < 2:
        return False
    if channel == "mail" or form or any(line.kind is PartKind.QUOTE for line in lines):
        return True
    return any(
        SALUTATION.match(line.content) or formula(line.content, early=True) is not None
        for line in (*written[:3], *written[-6:])
        if len(line.content) <= 60
    )


_Spans = list[tuple[int, int, PartKind]]


def _spans(lines: Sequence[Line], sentences: Sequence[Sentence]) -> _Spans:
    """Return what has been told of the text, in order; only spaces and heads of lines are left out."""
    spans: _Spans = [(sentence.start, sentence.end, sentence.kind) for sentence in sentences]
    for line in lines:
        if line.blank:
            continue
        if line.body > line.start:
            spans.append((line.start, line.body, PartKind.LABEL))
        if line.kind is not None and line.body < line.end:
            spans.append((line.body, line.end, line.kind))
    spans.sort(key=lambda span: span[0])
    return spans


_WORTH: Final = {
    PartKind.OPENING: 3,
    PartKind.SIGNATURE: 2,
    PartKind.CLOSING: 2,
    PartKind.GREETING: 2,
    PartKind.FOOTER: 0,
}


def _rescue(text: str, spans: _Spans) -> None:
    """Keep the likeliest of what would all be dropped: no formula, asking, the writer's own, long."""

    def worth(index: int) -> tuple[bool, bool, int, int]:
        start, end, kind = spans[index]
        content = fold(text[start:end]).strip()
        return formula(content, early=True) is None, asks(content), _WORTH.get(kind, 1), len(content)

    wordy = [index for index, (start, end, _) in enumerate(spans) if _has_words(text[start:end])]
    if spans:
        best = max(wordy or range(len(spans)), key=worth)
        start, end, _ = spans[best]
        spans[best] = (start, end, PartKind.BODY)


def _has_words(text: str) -> bool:
    return any(character.isalnum() for character in text)


def _tiled(text: str, spans: _Spans) -> tuple[Part, ...]:
    """Turn spans into parts that cover the text: spaces go to the part before, or to the first one."""
    if not text:
        return ()
    if not spans:
        return (Part(kind=PartKind.LABEL, start=0, end=len(text)),)
    merged: list[tuple[int, PartKind]] = []
    for start, _, kind in spans:
        if not merged:
            merged.append((0, kind))
        elif merged[-1][1] is not kind:
            merged.append((start, kind))
    ends = [start for start, _ in merged[1:]] + [len(text)]
    return tuple(
        Part(kind=kind, start=start, end=end) for (start, kind), end in zip(merged, ends, strict=True)
    )
