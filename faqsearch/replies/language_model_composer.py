"""Drafts whose middle a language model writes from the chosen public FAQs, and code checks."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Final

from faqsearch.encoders.retrying import Failure
from faqsearch.inquiry.redaction import Redacted, Redactor
from faqsearch.replies.chat_server import ChatServer
from faqsearch.replies.draft import Draft, DraftKind, DraftRequest
from faqsearch.replies.facts import facts, links, ungrounded
from faqsearch.replies.model_reply import ModelReply, read_reply
from faqsearch.replies.plan import Offer, Plan, Section, make_plan
from faqsearch.replies.prompt import messages_of
from faqsearch.replies.template_composer import TemplateComposer
from faqsearch.replies.wording import shortened

MAX_INQUIRY: Final = 4_000
MIN_REPLY: Final = 10
MAX_REPLY: Final = 3_000

_REDACTED_AT_ONCE: Final = 6_000
_BRACKETS: Final = re.compile(r"[\[［]([^\[\]［］\n]{1,200})[\]］]")
_BETWEEN: Final = "\n\u241e\n"
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_TAG: Final = re.compile(r"<[A-Za-z/!]")
_WRITTEN_KINDS: Final = frozenset({DraftKind.ANSWER, DraftKind.CHOICES})


@dataclass(frozen=True, kw_only=True)
class LanguageModelComposer:
    """Has a language model write what answers the inquiry; everything around it comes from the templates.

    The model gets the redacted inquiry and the FAQs that the template draft would show, nothing else. Its
    reply is used only if it cites at least one of them for each question, cites no other, and holds no
    number, date, amount, address or promise that stands neither in the cited FAQs nor in the inquiry (web,
    mail and phone addresses: in the cited FAQs). If the model says that the FAQs do not answer, a person is
    to; in all other cases the template draft stands in. Notes say why.

    Attributes:
        server: Where the model is.
        templates: Writes the rest of the letter, and the draft that stands in.
        redactor: Hides personal data from the server.
    """

    server: ChatServer
    templates: TemplateComposer = field(default_factory=TemplateComposer)
    redactor: Redactor = field(default_factory=Redactor, repr=False)

    def compose(self, request: DraftRequest) -> Draft:
        """Draft the reply; placeholders in the body wait for ``Draft.restored``.

        Raises:
            SettingsError: If a template fails.
        """
        plan = make_plan(request)
        written = [section for section in plan.sections if section.kind in _WRITTEN_KINDS]
        if not written:
            return self.templates.letter(request, plan)
        faqs = list({offer.id: offer for section in written for offer in section.offers}.values())
        inquiry, questions = self._redacted(request, written)
        reply = self._reply(inquiry, questions, written, faqs)
        if isinstance(reply, Failure):
            note = f"言語モデルの文は使わず、定型文で作成しました（{reply.reason}）。"
            return self.templates.letter(request, replace(plan, notes=(note, *plan.notes)))
        if reply.refused:
            note = "言語モデルは、候補のFAQでは答えられないと判断しました。担当者による回答が必要です。"
            near = "、".join(f"「{faq.question}」（{faq.id}）" for faq in faqs)
            return self.templates.letter(request, plan.handed_over(note, f"候補のFAQ: {near}"))
        return self._letter(request, plan, reply, inquiry, faqs)

    def _redacted(self, request: DraftRequest, sections: list[Section]) -> tuple[Redacted, list[str]]:
        """Return the inquiry and its questions; the same placeholder stands for the same in all of them."""
        # Redacted with some text to spare, so that the cut leaves no half of a phone number.
        kept = request.suggestion.reading.kept[:_REDACTED_AT_ONCE].replace(_BETWEEN, " ")
        redacted = self.redactor.redact(_BETWEEN.join((kept, *(section.asked for section in sections))))
        text, *questions = redacted.text.split(_BETWEEN)
        return replace(redacted, text=shortened(text, MAX_INQUIRY)), questions

    def _reply(
        self, inquiry: Redacted, questions: list[str], sections: list[Section], faqs: list[Offer]
    ) -> ModelReply | Failure:
        """Return the model's reply if it may be used, or why not."""
        content = self.server.ask(messages_of(inquiry.text, questions, faqs))
        if isinstance(content, Failure):
            return Failure(f"サーバーから返答がありません: {content.reason.partition(';')[0]}")
        known = {
            found[1].strip() for faq in faqs for found in _BRACKETS.finditer(f"{faq.question}\n{faq.answer}")
        }
        known |= {placeholder.strip("[]［］") for placeholder in inquiry.originals}
        reply = read_reply(content, [faq.id for faq in faqs], known)
        if isinstance(reply, Failure) or reply.refused:
            return reply
        return _objection(reply, inquiry, sections, faqs) or reply

    def _letter(
        self, request: DraftRequest, plan: Plan, reply: ModelReply, inquiry: Redacted, faqs: list[Offer]
    ) -> Draft:
        text = reply.without_citations()
        cited = [faq for faq in faqs if faq.id in reply.citations]
        notes = [
            f"言語モデル（{self.server.model}）が書いた文です。出典と合っているか確かめてから送ってください。"
        ]
        plain = text
        for placeholder in inquiry.originals:
            plain = plain.replace(placeholder, "")
        only_asked = sorted(ungrounded(plain, *map(_source, cited)))
        if only_asked:
            notes.append(f"お問い合わせにだけあり、FAQにない値: {'、'.join(only_asked)}")
        sections = tuple(
            replace(section, offers=tuple(offer for offer in section.offers if offer.id in reply.citations))
            if section.kind in _WRITTEN_KINDS
            else section
            for section in plan.sections
        )
        shown = replace(plan, sections=sections, notes=(*notes, *plan.notes))
        draft = self.templates.letter(request, shown, text)
        return replace(draft, redacted=inquiry)


def _objection(
    reply: ModelReply, inquiry: Redacted, sections: list[Section], faqs: list[Offer]
) -> Failure | None:
    """Return why a reply may not be used, or None."""
    text = reply.without_citations()
    sources = [_source(faq) for faq in faqs if faq.id in reply.citations]
    if not MIN_REPLY <= len(text) <= MAX_REPLY:
        return Failure("返答の長さが範囲の外です")
    if _CONTROL.search(text) or _TAG.search(text):
        return Failure("返答に使えない文字やタグがあります")
    if not all(any(offer.id in reply.citations for offer in section.offers) for section in sections):
        return Failure("出典のないご質問があります")
    known = frozenset[str]().union(*map(facts, sources))
    if links(text) - known or ungrounded(text, *sources, inquiry.text):
        return Failure("FAQにない数字・日付・金額・連絡先・約束があります")
    return None


def _source(faq: Offer) -> str:
    return f"{faq.question}\n{faq.answer}\n{faq.url}"
