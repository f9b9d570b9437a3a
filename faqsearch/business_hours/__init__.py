"""When people are there: weekly opening times, Japanese public holidays, contacts with hours of their own."""

from faqsearch.business_hours.contacts import Contact, ContactKind, SupportDesk, open_contacts
from faqsearch.business_hours.desk_file import read_support_desk
from faqsearch.business_hours.holidays import is_public_holiday
from faqsearch.business_hours.hours import DAYS, BusinessHours, Span

__all__ = [
    "DAYS",
    "BusinessHours",
    "Contact",
    "ContactKind",
    "Span",
    "SupportDesk",
    "is_public_holiday",
    "open_contacts",
    "read_support_desk",
]
