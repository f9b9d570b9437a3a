"""What a draft may say: for each question, what to do, with the FAQs that the public may see today.

Here, and only here, texts of entries enter a draft. Whatever the audience of the suggestion was, an entry
that the public may not see becomes a note for the operator.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from faqsearch.assist import AskBack, Decision, QuestionSuggestion, Suggestion
from faqsearch.engine import Hit
from faqsearch.entry import Audience, FaqEntry
from faqsearch.replies.draft import DraftKind, DraftRequest
from faqsearch.replies.wording import one_line, shortened

MAX_SECTIONS: Final = 5
MAX_OFFERS: Final = 5
MAX_ANSWER: Final = 4_000
MAX_SUMMARY: Final = 200
MAX_QUESTION: Final = 200
MAX_ASKED: Final = 120
MAX_URL: Final = 1_000

_DEFAULT_QUESTION: Final = "次のうち、どちらについてのお問い合わせでしょうか。"
_ORDER: Final = (DraftKind.ANSWER, DraftKind.CHOICES, DraftKind.QUESTION, DraftKind.HAND_OVER)


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """A public FAQ in a draft; all that a template gets to see of it.

    Attributes:
        id: Its id.
        question: On one line, at most 200 characters.
        answer: At most 4,000 characters.
        summary: The beginning of the answer, at most 200 characters on one line.
        url: Where it is published, or empty (as one of more than 1,000 characters is).
        label: What it is called among choices; its question unless there is something shorter.
    """

    id: str
    question: str
    answer: str
    summary: str
    url: str
    label: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """What is said to one question.

    Attributes:
        kind: What is done.
        asked: The question in the customer's words, on one line.
        offers: The FAQs: one to answer with, some to choose from, none to hand over.
        text: What is asked back.
    """

    kind: DraftKind
    asked: str
    offers: tuple[Offer, ...] = ()
    text: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What a draft says.

    Attributes:
        sections: In the order of the questions, but what is handed over comes last.
        notes: For the operator.
    """

    sections: tuple[Section, ...]
    notes: tuple[str, ...]

    @property
    def kind(self) -> DraftKind:
        """The kind of the section that leaves most to do."""
        return max((section.kind for section in self.sections), key=_ORDER.index)

    @property
    def citations(self) -> tuple[str, ...]:
        """Ids of all FAQs, in order."""
        return tuple(dict.fromkeys(offer.id for section in self.sections for offer in section.offers))

    def handed_over(self, *notes: str) -> Plan:
        """Return the plan in which a person answers everything."""
        sections = tuple(Section(kind=DraftKind.HAND_OVER, asked=section.asked) for section in self.sections)
        return Plan(sections=sections, notes=(*notes, *self.notes))


def make_plan(request: DraftRequest) -> Plan:
    """Work out what to say to each question."""
    suggestion = request.suggestion
    parts = [_section(request, part) for part in _parts(suggestion)]
    notes = [note for _, found in parts for note in found]
    asked = len(suggestion.reading.questions)
    if asked > len(parts):
        notes.append(f"ご質問が{asked}件あるようです。下書きが答えるのは{len(parts)}件分です。")
    sections = sorted((section for section, _ in parts), key=lambda one: one.kind is DraftKind.HAND_OVER)
    return Plan(sections=tuple(sections), notes=tuple(dict.fromkeys([*notes, *_of_inquiry(request)])))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Part:
    """One question with what was found for it."""

    asked: str
    decision: Decision
    offers: tuple[Hit, ...]
    candidates: tuple[Hit, ...]
    ask: AskBack | None


def _parts(suggestion: Suggestion) -> Iterator[_Part]:
    questions: Sequence[QuestionSuggestion] = suggestion.questions[:MAX_SECTIONS]
    if len(questions) < 2:
        yield _Part(
            asked="".join(question.text for question in questions),
            decision=suggestion.decision,
            offers=suggestion.offers,
            candidates=suggestion.candidates,
            ask=suggestion.ask,
        )
        return
    for one in questions:
        yield _Part(
            asked=one.text,
            decision=one.decision,
            offers=one.offers,
            candidates=one.candidates,
            ask=one.ask,
        )


def _section(request: DraftRequest, part: _Part) -> tuple[Section, list[str]]:
    """Return what is said to one question, with notes."""
    handed_over = Section(kind=DraftKind.HAND_OVER, asked=one_line(part.asked, MAX_ASKED))
    best = next(iter((*part.candidates, *part.offers)), None)
    if best is None:
        return handed_over, ["該当しそうなFAQはありません。"]
    offered = _offered(part)
    public = [hit for hit in offered if _is_public(hit.entry, request)]
    notes = [_hidden_note(hit.entry) for hit in (best, *offered) if not _is_public(hit.entry, request)]
    if not _is_public(best.entry, request):
        return handed_over, notes
    if part.decision is Decision.HAND_OVER or not public:
        near = [hit.entry for hit in part.candidates[:3] if _is_public(hit.entry, request)]
        listed = "、".join(f"「{one_line(entry.question, 60)}」（{entry.id}）" for entry in near)
        return handed_over, [*notes, f"近いFAQ（確信が持てないため、回答には使っていません）: {listed}"]
    if part.decision is Decision.ANSWER:
        offers = _offers(public[:1])
        return replace(handed_over, kind=DraftKind.ANSWER, offers=offers), notes
    if part.decision is Decision.ASK_BACK and len(public) > 1:
        # Words that were made with an internal entry beside the others may be that entry's.
        ask = part.ask if len(public) == len(offered) else None
        labels = {choice.entry_id: choice.label for choice in ask.choices} if ask else {}
        text = one_line(ask.text, MAX_QUESTION) if ask and ask.text.strip() else _DEFAULT_QUESTION
        offers = _offers(public, labels)
        return replace(handed_over, kind=DraftKind.QUESTION, offers=offers, text=text), notes
    return replace(handed_over, kind=DraftKind.CHOICES, offers=_offers(public)), notes


def _offered(part: _Part) -> list[Hit]:
    """Return what is offered: where something is asked back, the choices of the question."""
    if part.decision is not Decision.ASK_BACK or part.ask is None:
        return list(part.offers)
    hits = {hit.id: hit for hit in (*part.candidates, *part.offers)}
    return [hits[choice.entry_id] for choice in part.ask.choices if choice.entry_id in hits]


def _offers(hits: Iterable[Hit], labels: dict[str, str] | None = None) -> tuple[Offer, ...]:
    offers = []
    for entry in list({hit.id: hit.entry for hit in hits}.values())[:MAX_OFFERS]:
        question = one_line(entry.question, MAX_QUESTION)
        label = one_line((labels or {}).get(entry.id, ""), MAX_QUESTION)
        offers.append(
            Offer(
                id=entry.id,
                question=question,
                answer=shortened(entry.answer.strip(), MAX_ANSWER),
                summary=one_line(shortened(entry.answer.strip(), MAX_SUMMARY), MAX_SUMMARY),
                url=entry.url if len(entry.url) <= MAX_URL else "",
                label=label or question,
            )
        )
    return tuple(offers)


def _is_public(entry: FaqEntry, request: DraftRequest) -> bool:
    return entry.is_visible(Audience.PUBLIC, request.day)


def _hidden_note(entry: FaqEntry) -> str:
    which = "社内FAQ" if entry.audience is Audience.OPERATOR else "公開期間外のFAQ"
    named = f"「{one_line(entry.question, 60)}」（{entry.id}）"
    return f"{which}{named}を確認してください。お客様には見せられません。"


def _of_inquiry(request: DraftRequest) -> Iterator[str]:
    """Yield what the inquiry says beside its questions."""
    attachments = request.suggestion.reading.attachments
    if attachments:
        listed = "、".join(f"「{one_line(name, 60)}」" for name in attachments[:5])
        yield f"添付ファイル（{len(attachments)}件、読んでいません）: {listed}"
    triage = request.triage
    if triage is None:
        return
    findings = {
        "急ぎの言葉": triage.urgency,
        "期限の言葉": triage.deadline,
        "苦情の言葉": triage.complaint,
        "お困りの言葉": triage.distress,
    }
    for label, finding in findings.items():
        if finding.found:
            words = "、".join(f"「{one_line(word.text, 30)}」" for word in finding.words[:5])
            yield f"{label}: {words}" if words else f"{label}があります。"
    if triage.language.name != "ja":
        yield f"お問い合わせは日本語ではないようです（{one_line(triage.language.name, 20)}）。"
