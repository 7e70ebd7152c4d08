"""What was sent? Every message, sent or waiting; sellers see their own. And what browsers are to show."""

from itertools import groupby
from typing import cast

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_POST, require_safe

from pomona.actions.outbox import take_notices
from pomona.store.database import connection
from pomona.store.reads.operations import PAGE_SIZE, message, messages
from pomona.web.request import PageRequest
from pomona.web.whole import whole


@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    """The messages, the newest first; one line for the same news by several channels."""
    page = cast(PageRequest, request)
    before = whole(page.GET.get("before", ""))
    shown = messages(page.user, before=before)
    following = f"?before={shown[-1].id}" if len(shown) == PAGE_SIZE else ""
    told = [list(same)[::-1] for _, same in groupby(shown, key=lambda message: message.news)]
    return render(page, "outbox.html", {"told": told, "first": "?" if before else "", "next": following})


@require_safe
def outbox_message(request: HttpRequest, message_id: int) -> HttpResponse:
    """One message as its recipient reads it."""
    page = cast(PageRequest, request)
    shown = message(page.user, message_id)
    if shown is None:
        raise Http404
    return render(page, "outbox_message.html", {"message": shown})


@require_POST
def notices(request: HttpRequest) -> HttpResponse:
    """What the asking browser is to show its user: number, title and address of each."""
    page = cast(PageRequest, request)
    taken = take_notices(connection(), user=page.user.pk, now=page.now)
    shown = [{"id": each.id, "title": each.subject, "url": reverse("lead", args=[each.lead])} for each in taken]
    return JsonResponse(shown, safe=False)


urls = [
    path("notices/", notices, name="notices"),
    path("outbox/", outbox, name="outbox"),
    path("outbox/<int:message_id>/", outbox_message, name="outbox_message"),
]
