"""Would you take it? Past leads judged blind, one at a time, without score, rules or outcome."""

from collections import Counter
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST

from pomona.actions import fitting
from pomona.store.database import connection
from pomona.store.reads.fitting import Judging, judging
from pomona.web.blind import next_lead
from pomona.web.request import PageRequest


@require_http_methods(["GET", "HEAD", "POST"])
def judge_leads(request: HttpRequest, version_id: int) -> HttpResponse:
    """The next lead to judge; a POST judges one and shows the next."""
    page = cast(PageRequest, request)
    if page.method == "POST":
        judgement, place = page.POST.get("judgement", ""), page.POST.get("place", "")
        if judgement in fitting.JUDGEMENTS and place.isdecimal() and len(place) < 5:
            fitting.judge(connection(), version_id, int(place), judgement, user=page.user.pk, now=page.now)
        return _following(page, version_id)
    return render(page, "judge.html", _known(page, judging(page.user, version_id)))


@require_POST
def take_judgement_back(request: HttpRequest, version_id: int) -> HttpResponse:
    """Take the newest judgement back and show its lead again."""
    page = cast(PageRequest, request)
    fitting.take_back(connection(), version_id, user=page.user.pk)
    return _following(page, version_id)


def _following(page: PageRequest, version_id: int) -> HttpResponse:
    if not page.htmx:
        return redirect("judge_leads", version_id)
    return render(page, "judging.html", _known(page, judging(page.user, version_id)))


def _known(page: PageRequest, way: Judging) -> dict[str, Any]:
    return {
        "version": way.version,
        "judged": len([place for place in way.places if place.place in way.judged]),
        "total": len(way.places),
        "place": way.next,
        "lead": next_lead(way, page.language),
        "counts": Counter(way.judged.values()),
    }


urls = [
    path("agreements/versions/<int:version_id>/judge/", judge_leads, name="judge_leads"),
    path("agreements/versions/<int:version_id>/judge/back/", take_judgement_back, name="take_judgement_back"),
]
