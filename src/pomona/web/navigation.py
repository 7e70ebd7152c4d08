"""The sections of the product and who works in them."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from pomona.store.access import Power, may
from pomona.web.request import PageRequest


@dataclass(frozen=True)
class Section:
    """One entry of the menu: the name of its first page, its word, and the power it needs (None: everybody)."""

    page: str
    title: Promise
    power: Power | None = None


SECTIONS: tuple[Section, ...] = (
    Section("inbox", _("Inbox"), Power.SELL),
    Section("leads", _("Leads")),
    Section("funnel", _("Funnel"), Power.SEE_FUNNEL),
    Section("agreements", _("Agreements"), Power.SEE_AGREEMENTS),
    Section("sources", _("Sources"), Power.MANAGE_SOURCES),
    Section("people", _("People"), Power.STEER_SALES),
    Section("outbox", _("Outbox"), Power.SELL),
)


def sections(request: PageRequest) -> list[dict[str, object]]:
    """The menu of this user, with the section of the current page marked."""
    path = request.path
    return [
        {"title": section.title, "url": url, "current": path == url or (url != "/" and path.startswith(url))}
        for section in SECTIONS
        if section.power is None or may(request.user, section.power)
        for url in (reverse(section.page),)
    ]
