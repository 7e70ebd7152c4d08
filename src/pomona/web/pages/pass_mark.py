"""Moving the pass mark of the version in force: what it would do, and doing it."""

from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from pomona.actions.pass_mark import move_pass_mark
from pomona.domain.event import DAY
from pomona.store import agreements as stored
from pomona.store.access import Power, demand
from pomona.store.database import connection
from pomona.web import words
from pomona.web.answers import done
from pomona.web.pass_mark import effect_of
from pomona.web.request import PageRequest


@require_safe
def effect(request: HttpRequest, name: str) -> HttpResponse:
    """What moving the mark there would do right now."""
    page = cast(PageRequest, request)
    demand(page.user, Power.MOVE_PASS_MARK)
    in_force = stored.in_force(connection(), page.now).get(name)
    if in_force is None:
        raise Http404
    value = _thousandths(page.GET.get("value", ""))
    return render(request, "pass_mark_effect.html", {"effect": effect_of(page, in_force, value)})


@require_POST
def move(request: HttpRequest, name: str) -> HttpResponse:
    """Move the pass mark of the version in force."""
    page = cast(PageRequest, request)
    demand(page.user, Power.MOVE_PASS_MARK)
    days = page.POST.get("days", "")
    until = page.now + int(days) * DAY if days.isdecimal() and len(days) < 5 else None
    value = _thousandths(page.POST.get("value", "")) or 0
    reason = page.POST.get("reason", "").strip()[:500]
    move_pass_mark(connection(), name, value, until=until, user=page.user.pk, now=page.now, reason=reason)
    text = _("The pass mark stands at %(mark)s now.") % {"mark": words.points(value)}
    return done(page, text, to=reverse("agreement", args=[name]))


def _thousandths(text: str) -> int | None:
    """Points as typed; None where that is no number."""
    try:
        return round(float(text.replace(",", ".")) * 1000)
    except (ValueError, OverflowError):
        return None


urls = [
    path("agreements/mark/<path:name>/effect/", effect, name="pass_mark_effect"),
    path("agreements/mark/<path:name>/", move, name="move_pass_mark"),
]
