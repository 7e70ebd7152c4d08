"""The sections of the product and who works in them."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from pomona.store.access import Power, may
from pomona.store.models import User
from pomona.web.request import PageRequest


@dataclass(frozen=True)
class Section:
    """One entry of the menu: the name of its first page, its word, and the power it needs (None: everybody).

    A `demo` section is there in a demo company only.
    """

    page: str
    title: Promise
    power: Power | None = None
    demo: bool = False


SECTIONS: tuple[Section, ...] = (
    Section("inbox", _("Inbox"), Power.SELL),
    Section("leads", _("Leads")),
    Section("funnel", _("Funnel"), Power.SEE_FUNNEL),
    Section("spend", pgettext_lazy("menu", "Spend"), Power.RECORD_SPEND),
    Section("agreements", _("Agreements"), Power.SEE_AGREEMENTS),
    Section("sources", _("Sources"), Power.MANAGE_SOURCES),
    Section("people", _("People"), Power.STEER_SALES),
    Section("outbox", _("Outbox"), Power.SELL),
    Section("tour", _("Tour"), demo=True),
)


def sections(request: PageRequest) -> list[dict[str, object]]:
    """The menu of this user, with the section of the current page marked."""
    is_demo = request.installation is not None and request.installation.demo_seed is not None
    return [
        {"title": section.title, "url": url, "current": request.path.startswith(url)}
        for section in SECTIONS
        if _is_open(section, request.user) and (is_demo or not section.demo)
        for url in (reverse(section.page),)
    ]


NARROWER = {
    "/agreements/promises/": Power.SEE_FUNNEL,
    "/agreements/trials/": Power.SEE_FUNNEL,
    "/agreements/holdout/": Power.SEE_FUNNEL,
}
"""Pages that fewer may see than their section."""


def may_open(user: User, path: str) -> bool:
    """Whether the page at `path` is open to this user; in no section, it is open to everybody."""
    return all(_is_open(section, user) for section in SECTIONS if path.startswith(reverse(section.page))) and all(
        may(user, power) for start, power in NARROWER.items() if path.startswith(start)
    )


def _is_open(section: Section, user: User) -> bool:
    return section.power is None or may(user, section.power)
