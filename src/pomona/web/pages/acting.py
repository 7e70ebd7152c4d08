"""What a seller does with a lead: take it, note the contact, put it off, give it back, say how it ended."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from pomona.actions import selling
from pomona.domain import bant
from pomona.domain.event import DAY, HOUR
from pomona.store.access import NotAllowed, Power, demand, may_sell, seller_to_show, visible_lead, visible_leads
from pomona.store.database import connection
from pomona.store.models import Lead
from pomona.store.reads.inbox import return_reasons, sellers_but
from pomona.store.reads.lead import sight
from pomona.web import words
from pomona.web.answers import done
from pomona.web.qualification import lines, state_words
from pomona.web.request import PageRequest
from pomona.web.steps import title
from pomona.web.whole import whole

LATEST = 1000 * 365 * DAY
"""The year 2969: later moments are mistakes."""

FORMS = ("later", "return", "lose", "disqualify", "assign", "note")
"""The acts that ask for something first."""

Do = Callable[[PageRequest, Lead], str]
"""Carries one act out and returns what to say about it."""


@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, lead: int, name: str) -> HttpResponse:
    """One act on a lead: a POST does it, a GET shows what it asks for."""
    page = cast(PageRequest, request)
    if name not in ACTS:
        raise Http404
    found = visible_lead(page.user, lead)
    if name == "assign":
        demand(page.user, Power.STEER_SALES)
    elif not may_sell(page.user, found):
        raise NotAllowed("not_allowed")
    if page.method == "POST":
        text = ACTS[name](page, found)
        return done(page, text, to="" if _still_shown(page, lead) else reverse("inbox"))
    if name not in FORMS:
        raise Http404
    return render(page, f"ask_{name}.html", {"lead": found, "title": title(name), **_asked(page, found, name)})


def _still_shown(page: PageRequest, lead: int) -> bool:
    """Whether the page that asked can be shown again: a lead that was given back may be no longer theirs."""
    asking = page.htmx.current_url_abs_path if page.htmx else page.POST.get("next")
    return asking != reverse("lead", args=[lead]) or visible_leads(page.user).filter(pk=lead).exists()


def _asked(page: PageRequest, lead: Lead, name: str) -> dict[str, Any]:
    """What the form of an act offers."""
    if name == "later":
        return {"moments": later_moments(page.now)}
    if name == "note":
        states = [(state, state_words(state)) for state in bant.STATES]
        return {"lines": lines(sight(page.user, lead.pk, now=page.now).notes), "states": states}
    if name == "assign":
        return {"sellers": sellers_but(lead.owner_id)}
    return {"reasons": return_reasons(lead), "again": page.GET.get("again", "")}


class Moment(NamedTuple):
    """A moment offered for putting a lead off."""

    at: int
    text: str


def later_moments(now: int) -> list[Moment]:
    """In an hour, in three, tomorrow and on Monday at ten: when people usually say they have time."""
    local = words.local(now)
    tomorrow = local.replace(hour=10, minute=0, second=0, microsecond=0) + timedelta(days=1)
    monday = tomorrow + timedelta(days=(7 - tomorrow.weekday()) % 7)
    mornings = dict.fromkeys((words.moment_of(tomorrow), words.moment_of(monday)))
    hours = [Moment(now + HOUR, _("in an hour")), Moment(now + 3 * HOUR, _("in three hours"))]
    return hours + [Moment(at, words.when(at, now)) for at in mornings]


def _later(page: PageRequest, lead: Lead) -> str:
    until = _chosen_moment(page)
    selling.postpone(connection(), lead.pk, user=page.user.pk, until=until, now=page.now)
    return _("%(name)s: put off until %(when)s") % {"name": _short(lead), "when": words.when(until, page.now)}


def _chosen_moment(page: PageRequest) -> int:
    """The moment of the pressed button, else the one typed in the company's time."""
    if (offered := whole(page.POST.get("until", ""))) is not None and offered < LATEST:
        return offered
    try:
        typed = datetime.fromisoformat(page.POST.get("at", ""))
    except ValueError:
        return page.now
    return words.moment_of(typed.replace(tzinfo=timezone.get_current_timezone()))


def _accept(page: PageRequest, lead: Lead) -> str:
    selling.accept(connection(), lead.pk, user=page.user.pk, now=page.now)
    return _("%(name)s is in your work now.") % {"name": _short(lead)}


def _contacted(page: PageRequest, lead: Lead) -> str:
    selling.contacted(connection(), lead.pk, user=page.user.pk, now=page.now)
    return _("First contact with %(name)s is noted; the clock has stopped.") % {"name": _short(lead)}


def _return(page: PageRequest, lead: Lead) -> str:
    reason = page.POST.get("reason", "")
    selling.return_lead(connection(), lead.pk, user=page.user.pk, reason=reason, now=page.now)
    return _("%(name)s went back to nurture: %(reason)s.") % {"name": _short(lead), "reason": reason}


def _qualify(page: PageRequest, lead: Lead) -> str:
    selling.qualify(connection(), lead.pk, user=page.user.pk, now=page.now)
    return _("%(name)s is qualified.") % {"name": _short(lead)}


def _note(page: PageRequest, lead: Lead) -> str:
    told = page.POST
    notes = [bant.Note(each, told.get(each, bant.UNKNOWN), told.get(f"{each}-evidence", "")) for each in bant.CRITERIA]
    new = selling.note_qualification(connection(), lead.pk, notes, user=page.user.pk, now=page.now)
    return _("%(name)s: noted.") % {"name": _short(lead)} if new else _("Nothing new to note.")


def _win(page: PageRequest, lead: Lead) -> str:
    selling.win(connection(), lead.pk, user=page.user.pk, now=page.now)
    return _("%(name)s has bought. Well done!") % {"name": _short(lead)}


def _lose(page: PageRequest, lead: Lead) -> str:
    reason = page.POST.get("reason", "")
    selling.lose(connection(), lead.pk, user=page.user.pk, reason=reason, now=page.now)
    return _("%(name)s is lost: %(reason)s.") % {"name": _short(lead), "reason": reason}


def _disqualify(page: PageRequest, lead: Lead) -> str:
    reason = page.POST.get("reason", "")
    selling.disqualify(connection(), lead.pk, user=page.user.pk, reason=reason, now=page.now)
    return _("%(name)s is no lead: %(reason)s.") % {"name": _short(lead), "reason": reason}


def _assign(page: PageRequest, lead: Lead) -> str:
    seller = seller_to_show(page.user, whole(page.POST.get("seller", "")) or 0)
    selling.assign(connection(), lead.pk, user=page.user.pk, seller=seller.pk, now=page.now)
    return _("%(name)s now belongs to %(seller)s.") % {"name": _short(lead), "seller": seller.full_name}


def _short(lead: Lead) -> str:
    return lead.name or lead.email or lead.phone or _("The lead")


ACTS: dict[str, Do] = {
    "accept": _accept,
    "contacted": _contacted,
    "later": _later,
    "return": _return,
    "qualify": _qualify,
    "note": _note,
    "win": _win,
    "lose": _lose,
    "disqualify": _disqualify,
    "assign": _assign,
}

urls = [path("leads/<int:lead>/<slug:name>/", act, name="act")]
