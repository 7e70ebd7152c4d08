"""What campaigns cost, from a CSV file: looked at before anything is saved. The file waits for its user alone."""

from collections.abc import Mapping
from itertools import groupby
from typing import Any, cast

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from pomona.actions.spend import forget_upload, keep_upload, planned_spend, record_spend
from pomona.capture.importing_spend import SpendFile, read_spend_file
from pomona.domain.spend import CampaignDay
from pomona.store.access import Power, demand
from pomona.store.database import connection
from pomona.store.reads.spend import upload, with_leads
from pomona.web.answers import done
from pomona.web.money import currency
from pomona.web.pages.spend import said
from pomona.web.request import PageRequest

MOST_BYTES = 20 * 1024 * 1024
SHOWN = 20
"""How many bad lines are named."""


@require_POST
def receive(request: HttpRequest) -> HttpResponse:
    """Keep an uploaded file, and go on to the look at it."""
    page = cast(PageRequest, request)
    demand(page.user, Power.RECORD_SPEND)
    file = page.FILES.get("file")
    if not isinstance(file, UploadedFile) or not file.size:
        return _problem(page, _("Choose a file first."))
    if file.size > MOST_BYTES:
        return _problem(page, _("The file is larger than 20 MB. Split it."))
    content = file.read()
    read_spend_file(content, currency(page))
    keep_upload(connection(), user=page.user.pk, name=(file.name or "")[:100], content=content, now=page.now)
    return redirect("spend_file")


@require_http_methods(["GET", "HEAD", "POST"])
def take_in(request: HttpRequest) -> HttpResponse:
    """Show what the file tells; by POST save it, unless a line cannot be read."""
    page = cast(PageRequest, request)
    kept = upload(page.user)
    if kept is None:
        return redirect("spend")
    file = read_spend_file(bytes(kept.content), currency(page))
    if page.method == "POST" and not file.faults:
        change = record_spend(connection(), file.amounts, user=page.user.pk, now=page.now, reason=kept.name)
        return done(page, said(change), to=reverse("spend"))
    known = {
        "file": kept.name,
        "change": planned_spend(connection(), file.amounts),
        "campaigns": _campaigns(page, file.amounts),
        "sum": sum(file.amounts.values()),
        **_faults(page, file),
    }
    return render(request, "spend_file.html", known, status=422 if page.method == "POST" else 200)


@require_POST
def cancel(request: HttpRequest) -> HttpResponse:
    """Forget the file."""
    page = cast(PageRequest, request)
    demand(page.user, Power.RECORD_SPEND)
    forget_upload(connection(), user=page.user.pk)
    return redirect("spend")


def _campaigns(page: PageRequest, amounts: Mapping[CampaignDay, int]) -> list[dict[str, Any]]:
    """Each campaign with its days and sum; `is_known` where it brought leads."""
    of_name = {name: list(told) for name, told in groupby(sorted(amounts), key=lambda place: place.campaign)}
    known = with_leads(page.user, of_name)
    return [
        {
            "campaign": name,
            "is_known": name in known,
            "first": told[0].day,
            "last": told[-1].day,
            "days": len(told),
            "sum": sum(amounts[place] for place in told),
        }
        for name, told in of_name.items()
    ]


def _faults(page: PageRequest, file: SpendFile) -> dict[str, Any]:
    shown = [{"line": fault.line, "text": fault.error.text(page.language)} for fault in file.faults[:SHOWN]]
    return {"faults": shown, "faults_count": len(file.faults), "totals": file.totals}


def _problem(page: PageRequest, text: str) -> HttpResponse:
    messages.error(page, text)
    return redirect("spend")


urls = [
    path("spend/upload/", receive, name="upload_spend"),
    path("spend/file/", take_in, name="spend_file"),
    path("spend/file/cancel/", cancel, name="cancel_spend_file"),
]
