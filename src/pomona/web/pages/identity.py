"""Saying who is who by hand: merging two leads, splitting one, erasing a person."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from pomona.actions import identity
from pomona.actions.erase import erase
from pomona.store.access import NotAllowed, Power, demand, visible_lead
from pomona.store.database import connection
from pomona.store.reads import leads as reads
from pomona.store.reads.lead import sight
from pomona.web.answers import done
from pomona.web.request import PageRequest
from pomona.web.whole import whole

MOST_FOUND = 10

either_way = require_http_methods(["GET", "HEAD", "POST"])


@either_way
def merge(request: HttpRequest, lead: int) -> HttpResponse:
    """Search the other lead and say that both are one person."""
    page = cast(PageRequest, request)
    demand(page.user, Power.JOIN_PEOPLE)
    found = visible_lead(page.user, lead)
    if page.method == "POST":
        other = visible_lead(page.user, _number(page.POST.get("other", "")))
        stays = identity.merge(connection(), found.pk, other.pk, user=page.user.pk, now=page.now)
        return _done(page, stays, _("They are one lead now."))
    text = page.GET.get("q", found.name)
    others = [each for each in reads.leads(page.user, reads.Question(text=text)).leads if each.pk != found.pk]
    return render(page, "merge.html", {"lead": found, "text": text, "others": others[:MOST_FOUND]})


@either_way
def split(request: HttpRequest, lead: int) -> HttpResponse:
    """Choose the keys that belong to somebody else."""
    page = cast(PageRequest, request)
    demand(page.user, Power.JOIN_PEOPLE)
    seen = sight(page.user, lead, now=page.now)
    if page.method == "POST":
        chosen = set(page.POST.getlist("key"))
        keys = [named.key for named in seen.keys if named.key.hex() in chosen]
        other = identity.split(connection(), lead, keys, user=page.user.pk, now=page.now)
        text = _("They are two people now.") if other else _("What was split off is not known well enough for a lead.")
        return _done(page, lead, text)
    return render(page, "split.html", {"lead": seen.lead, "keys": [(key.key.hex(), key) for key in seen.keys]})


@either_way
def forget(request: HttpRequest, lead: int) -> HttpResponse:
    """Erase everything personal about a lead, for ever."""
    page = cast(PageRequest, request)
    demand(page.user, Power.ADMINISTER)
    found = visible_lead(page.user, lead)
    if page.method == "POST" and page.POST.get("sure") == "yes":
        erase(connection(), found.pk, user=page.user.pk, now=page.now)
        return done(page, _("Everything personal about this lead is erased."), to=reverse("leads"))
    return render(page, "forget.html", {"lead": found})


def _number(text: str) -> int:
    if (number := whole(text)) is None:
        raise NotAllowed("no_such_lead")
    return number


def _done(page: PageRequest, lead: int, text: str) -> HttpResponse:
    return done(page, text, to=reverse("lead", args=[lead]))


urls = [
    path("leads/<int:lead>/merge/", merge, name="merge"),
    path("leads/<int:lead>/split/", split, name="split"),
    path("leads/<int:lead>/erase/", forget, name="erase"),
]
