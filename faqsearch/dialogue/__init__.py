"""A dialogue with a customer that ends in an answer or with a person."""

from faqsearch.dialogue.hand_over import ContactNow, HandOver, Reason, Speaker, Spoken
from faqsearch.dialogue.messages import Message
from faqsearch.dialogue.session import Dialogue, Turn
from faqsearch.dialogue.state import Choice, ChoiceKind, DialogueState, Line, Outcome, Said, Say

__all__ = [
    "Choice",
    "ChoiceKind",
    "ContactNow",
    "Dialogue",
    "DialogueState",
    "HandOver",
    "Line",
    "Message",
    "Outcome",
    "Reason",
    "Said",
    "Say",
    "Speaker",
    "Spoken",
    "Turn",
]
