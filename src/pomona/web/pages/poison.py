"""Which events could not be read? Each with its error, to try again or to lay aside."""

from typing import cast

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from pomona.actions.fold import fold_again
from pomona.actions.poison import lay_aside
from pomona.store.access import Power, demand
from pomona.store.database import connection
from pomona.store.reads.operations import PoisonEvent, poison_events
from pomona.web.answers import done
from pomona.web.request import PageRequest


@require_safe
def poison(request: HttpRequest) -> HttpResponse:
    """Events that wait for somebody, or those that were settled."""
    page = cast(PageRequest, request)
    settled = page.GET.get("settled") == "yes"
    events = poison_events(page.user, settled=settled)
    return render(page, "poison.html", {"events": [(event, _pretty(event)) for event in events], "settled": settled})


@require_POST
def retry_poison(request: HttpRequest, seq: int) -> HttpResponse:
    """Fold the event once more."""
    page = cast(PageRequest, request)
    demand(page.user, Power.MANAGE_SOURCES)
    if fold_again(connection(), seq, user=page.user.pk, now=page.now):
        return done(page, _("It worked: the event counts now."))
    return done(page, _("It failed again; the error is below."))


@require_POST
def lay_poison_aside(request: HttpRequest, seq: int) -> HttpResponse:
    """Nothing more is to be done about the event; it stays in the journal."""
    page = cast(PageRequest, request)
    demand(page.user, Power.MANAGE_SOURCES)
    lay_aside(connection(), seq, user=page.user.pk, now=page.now)
    return done(page, _("Laid aside: it counts for nothing, but stays in the journal."))


def _pretty(event: PoisonEvent) -> str:
    return msgspec.json.format(msgspec.json.encode(event.body), indent=2).decode()


urls = [
    path("poison/", poison, name="poison"),
    path("poison/<int:seq>/retry/", retry_poison, name="retry_poison"),
    path("poison/<int:seq>/aside/", lay_poison_aside, name="lay_poison_aside"),
]
