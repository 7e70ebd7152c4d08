"""How a page answers a change: what was done, an undo where there is one, and everything live refreshed."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

from pomona.web.request import PageRequest


def back(request: HttpRequest, fallback: str = "/") -> HttpResponse:
    """Go back to the page that asked (its `next` field, else where the request came from)."""
    for target in (request.POST.get("next", ""), request.headers.get("Referer", "")):
        if url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
            return redirect(target)
    return redirect(fallback)


def done(request: PageRequest, text: str, *, undo: str = "", fallback: str = "/", to: str = "") -> HttpResponse:
    """Say what was done. `undo` is the address that takes it back by POST, if anything can.

    Goes on to the page `to`, if there is one. Else a script-less form is sent back to its page; otherwise the
    toast is swapped in and the page's live part is asked to refresh itself.
    """
    messages.success(request, text, extra_tags=undo)
    if to:
        return HttpResponseClientRedirect(to) if request.htmx else redirect(to)
    if not request.htmx:
        return back(request, fallback)
    return trigger_client_event(render(request, "components/toasts.html", {"out_of_band": True}), "changed")
