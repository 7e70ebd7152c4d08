"""The seller's inbox: whom to call now?"""

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from pomona.actions import presence as presences
from pomona.actions.switching import bring_up
from pomona.domain.agreement.values import BROWSER
from pomona.formats.phone_number import written
from pomona.store.access import Power, demand, may
from pomona.store.agreements import in_force
from pomona.store.database import connection
from pomona.store.models import User
from pomona.store.reads.inbox import Entry, inbox, open_leads
from pomona.web import fruit, phrases, words
from pomona.web.answer_words import asked_by
from pomona.web.answers import done
from pomona.web.request import PageRequest
from pomona.web.steps import steps
from pomona.web.unagreed import unagreed
from pomona.web.whole import whole


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """One's own inbox; with `?seller=` anybody's, for those who steer sales; with `?in_work=all` all in work."""
    page = cast(PageRequest, request)
    demand(page.user, Power.SELL)
    seller = whole(page.GET.get("seller", ""))
    everything = page.GET.get("in_work") == "all"
    bring_up(connection(), open_leads(page.user, seller), now=page.now)
    found = inbox(page.user, seller, now=page.now, today=words.day_start(page.now), whole=everything)
    groups = {"now": found.now, "later": found.later, "in_work": found.in_work}
    rows = {name: [_row(page, entry) for entry in entries] for name, entries in groups.items()}
    first = next(iter(rows["now"]), None)
    steering = may(page.user, Power.STEER_SALES)
    return render(
        request,
        "inbox.html",
        {
            "question": _question(page, found.seller),
            "inbox": found,
            "rows": rows,
            "first": first,
            "all_in_work": "" if everything or found.working <= len(found.in_work) else _all_in_work(page),
            "favicon": _favicon(first),
            "others": User.objects.filter(seller__isnull=False).order_by("first_name") if steering else (),
            "unagreed": unagreed(page) if seller is None else [],
            "by_browser": _by_browser(page),
            "knows_nobody": steering and seller is None and found.is_empty,
        },
    )


def _by_browser(page: PageRequest) -> bool:
    """Whether an agreement in force tells anybody in their browser."""
    named = (agreement.automate.notify.values() for agreement in in_force(connection(), page.now).values())
    return any(BROWSER in channels for each in named for channels in each)


def _question(page: PageRequest, seller: User) -> str:
    if seller.pk == page.user.pk:
        return _("Whom to call now?")
    return _("Whom should %(name)s call now?") % {"name": seller.full_name}


def _all_in_work(page: PageRequest) -> str:
    """The address of the same inbox with all leads in work."""
    asked = page.GET.copy()
    asked["in_work"] = "all"
    return f"?{asked.urlencode()}#in-work"


def _row(page: PageRequest, entry: Entry) -> dict[str, Any]:
    """What the template shows of one lead."""
    lead, scored = entry.lead, entry.scored
    asked = asked_by([scored.agreement] if scored else [])
    return {
        "lead": lead,
        "name": lead.name or lead.email or lead.phone,
        "grade": lead.grade,
        "fill": fruit.level(scored.score.total, scored.pass_mark) if scored else 0.0,
        "why": phrases.why(scored),
        "opening": phrases.opening(entry.acts, page.now, lead.contacted_at, asked),
        "question": phrases.question(scored),
        "phone": written(lead.phone),
        "steps": steps(page.user, lead),
    }


def _favicon(first: dict[str, Any] | None) -> str:
    """The disc of the most urgent lead."""
    grade, fill = (first["grade"] or "", first["fill"]) if first else ("", 0.0)
    shown = {"grade": grade, "fill": f"{fill:.2f}"}
    return f"{reverse('favicon')}?{urlencode(shown)}"


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """A lead's disc as an icon; without a grade the empty one."""
    grade = request.GET.get("grade", "")
    text = request.GET.get("fill", "")
    fill = float(text) if text.replace(".", "", 1).isdecimal() else 0.0
    known = {"grade": grade if grade in ("A", "B", "C", "D") else "", "path": fruit.filled_path(fill)}
    response = render(request, "favicon.svg", known, content_type="image/svg+xml")
    response.headers["Cache-Control"] = "private, max-age=86400"
    return response


@require_POST
def presence(request: HttpRequest, state: str) -> HttpResponse:
    """A seller says that they take leads now (`here`), or not (`away`)."""
    page = cast(PageRequest, request)
    present = state == "here"
    presences.set_present(connection(), page.user.pk, present=present, user=page.user.pk, now=page.now)
    text = _("You are at work: ripe leads come to you.") if present else _("You are away: nothing new comes to you.")
    return done(page, text, undo=reverse("presence", args=["away" if present else "here"]))


urls = [
    path("inbox/", show, name="inbox"),
    path("presence/<slug:state>/", presence, name="presence"),
    path("favicon.svg", favicon, name="favicon"),
]
