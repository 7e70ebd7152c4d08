"""The way in: everybody begins where their work is; a new installation begins with its first steps."""

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pomona.store.access import Power, may, sells
from pomona.store.reads.start import Progress, progress
from pomona.web.request import PageRequest


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The first steps until they are done; then a seller's inbox, the funnel, or the leads."""
    page = cast(PageRequest, request)
    made = progress(page.user, now=page.now)
    if made is not None and not made.complete:
        return render(request, "start.html", {"steps": _steps(page, made)})
    if sells(page.user):
        return redirect("inbox")
    return redirect("funnel" if may(page.user, Power.SEE_FUNNEL) else "leads")


def _steps(page: PageRequest, made: Progress) -> list[dict[str, Any]]:
    """What is to be done, with where; the first thing not done is the next."""
    steps = [
        {
            "done": made.source,
            "title": _("Connect a source"),
            "text": _("A site, a server or a file that tells what people do. You get a few lines to paste."),
            "url": reverse("sources" if made.source else "new_source"),
            "action": _("Look at the sources") if made.source else _("Make a source"),
        },
        {
            "done": made.agreement,
            "title": _("Agree when a lead is ready"),
            "text": _("Begin with house rules, change them, and let marketing and sales sign."),
            "url": reverse("agreements"),
            "action": _("Look at the agreements") if made.agreement else _("Write the agreement"),
        },
        {
            "done": made.sellers,
            "title": _("Add the sellers"),
            "text": _("Each with a team, working hours and as many leads as they can take at a time."),
            "url": reverse("people") if may(page.user, Power.STEER_SALES) else "",
            "action": _("Look at the people") if made.sellers else _("Add people"),
        },
        {
            "done": made.lead,
            "title": _("Wait for the first lead"),
            "text": _("Whoever leaves an e-mail or a phone number appears among the leads within a second."),
            "url": reverse("leads") if made.lead else "",
            "action": _("Look at the leads"),
        },
    ]
    following = next((step for step in steps if not step["done"] and step["url"]), None)
    return [step | {"next": step is following} for step in steps]


urls = [path("", home, name="home")]
