"""What is there to see? The tour through the demo company, and how fast it lives."""

from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from pomona.actions.demo_company import pace_demo, pause_demo
from pomona.store.database import connection
from pomona.store.models import Installation
from pomona.store.reads import tour as reads
from pomona.web.answers import done
from pomona.web.navigation import may_open
from pomona.web.request import PageRequest
from pomona.web.whole import whole

PACES = (10, 40, 120)
"""Seconds between two new leads, as offered."""


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The stops that the user may see."""
    page = cast(PageRequest, request)
    demo = _demo(page)
    stops = reads.tour(page.user, page.language)
    shown = [stop for stop in stops if (may_open(page.user, stop.path) if stop.path else stop.leads)]
    return render(
        page,
        "tour.html",
        {
            "stops": shown,
            "hidden": len(stops) - len(shown),
            "paused": demo.demo_paused,
            "paces": [(pace, pace == demo.demo_lead_seconds) for pace in PACES],
        },
    )


@require_POST
def life(request: HttpRequest) -> HttpResponse:
    """Let the demo company rest (`pace` is 0), or live with so many seconds between two new leads."""
    page = cast(PageRequest, request)
    _demo(page)
    pace = whole(page.POST.get("pace", "")) or 0
    pause_demo(connection(), paused=pace not in PACES)
    if pace not in PACES:
        return done(page, _("The demo company rests: nothing happens by itself."))
    pace_demo(connection(), lead_seconds=pace)
    text = ngettext("A new lead comes every %(n)d second.", "A new lead comes every %(n)d seconds.", pace)
    return done(page, text % {"n": pace})


def _demo(page: PageRequest) -> Installation:
    """The installation, if it is a demo."""
    if page.installation is None or page.installation.demo_seed is None:
        raise Http404
    return page.installation


urls = [path("tour/", show, name="tour"), path("tour/life/", life, name="demo_life")]
