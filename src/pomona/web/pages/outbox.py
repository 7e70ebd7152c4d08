"""What was sent? Every message, sent or waiting; sellers see their own."""

from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from pomona.store.reads.operations import PAGE_SIZE, message, messages
from pomona.web.request import PageRequest
from pomona.web.whole import whole


@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    """The messages, the newest first."""
    page = cast(PageRequest, request)
    before = whole(page.GET.get("before", ""))
    shown = messages(page.user, before=before)
    following = f"?before={shown[-1].id}" if len(shown) == PAGE_SIZE else ""
    return render(page, "outbox.html", {"messages_shown": shown, "first": "?" if before else "", "next": following})


@require_safe
def outbox_message(request: HttpRequest, message_id: int) -> HttpResponse:
    """One message as its recipient reads it."""
    page = cast(PageRequest, request)
    shown = message(page.user, message_id)
    if shown is None:
        raise Http404
    return render(page, "outbox_message.html", {"message": shown})


urls = [
    path("outbox/", outbox, name="outbox"),
    path("outbox/<int:message_id>/", outbox_message, name="outbox_message"),
]
