"""Where do events come from? Sources, their write keys, and the lines to paste into a site or a program."""

from typing import Any, cast

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pomona.actions.sources import RefusedSource, create_source, issue_write_key, revoke_write_key
from pomona.capture.hosted_form import KIND as FORMS
from pomona.store.access import Power, demand
from pomona.store.changes import Document
from pomona.store.database import connection
from pomona.store.reads.operations import poison_count
from pomona.store.reads.sources import DAYS_SHOWN, SourceLine, source, sources
from pomona.web.answers import done
from pomona.web.bars import day_bars
from pomona.web.changes import trail
from pomona.web.pages.jobs import export_state
from pomona.web.request import PageRequest

KINDS = (
    ("site", pgettext_lazy("kind of source", "site")),
    ("server", pgettext_lazy("kind of source", "server")),
    ("import", pgettext_lazy("kind of source", "import")),
)
KIND_WORDS = {**dict(KINDS), FORMS: pgettext_lazy("kind of source", "hosted forms")}


class SourceForm(forms.Form):
    """A new source."""

    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=100)
    kind = forms.ChoiceField(label=gettext_lazy("What sends the events?"), choices=KINDS)


@require_safe
def source_list(request: HttpRequest) -> HttpResponse:
    """All sources with what they sent of late."""
    page = cast(PageRequest, request)
    lines = [_shown(line) for line in sources(page.user, now=page.now)]
    known = {"lines": lines, "days": DAYS_SHOWN, "poison": poison_count(page.user), "export": export_state(page)}
    return render(request, "sources.html", known | {"trail": trail(page, Document.SOURCE)})


@require_http_methods(["GET", "HEAD", "POST"])
def new_source(request: HttpRequest) -> HttpResponse:
    """Make a source; then show what to paste."""
    page = cast(PageRequest, request)
    demand(page.user, Power.MANAGE_SOURCES)
    form = SourceForm(page.POST or None, initial={"kind": "site"})
    if form.is_valid():
        try:
            made = create_source(connection(), **form.cleaned_data, user=page.user.pk, now=page.now)
        except RefusedSource as error:
            form.add_error("name", error.text(page.language))
        else:
            return redirect("source", made)
    return render(request, "source_new.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
def source_page(request: HttpRequest, source_id: int) -> HttpResponse:
    """One source: its keys, what to paste, and whether anything has come."""
    page = cast(PageRequest, request)
    line = source(page.user, source_id, now=page.now)
    if line is None:
        raise Http404
    in_use = next((key.key for key in line.keys if key.revoked_at is None), "")
    shown = _shown(line) | {"write_key": in_use, "address": page.build_absolute_uri("/").rstrip("/")}
    known = {"days": DAYS_SHOWN, "trail": trail(page, Document.SOURCE, row=source_id)}
    return render(request, "source.html", shown | known)


@require_POST
def new_key(request: HttpRequest, source_id: int) -> HttpResponse:
    """Give a source one more key."""
    page = cast(PageRequest, request)
    demand(page.user, Power.MANAGE_SOURCES)
    issue_write_key(connection(), source_id, user=page.user.pk, now=page.now)
    return done(page, _("The new key is in use. The older ones are too, until you revoke them."))


@require_POST
def revoke_key(request: HttpRequest) -> HttpResponse:
    """Close the door for a key."""
    page = cast(PageRequest, request)
    demand(page.user, Power.MANAGE_SOURCES)
    revoke_write_key(connection(), page.POST.get("key", ""), user=page.user.pk, now=page.now)
    return done(page, _("The key is revoked: events sent with it are refused from now on."))


def _shown(line: SourceLine) -> dict[str, Any]:
    """A source with its days as bars and the number of its keys in use."""
    return {
        "line": line,
        "kind": KIND_WORDS.get(line.kind, line.kind),
        "total": sum(line.per_day),
        "today": line.per_day[-1],
        "keys_in_use": sum(key.revoked_at is None for key in line.keys),
        "bars": day_bars(line.per_day),
    }


urls = [
    path("sources/", source_list, name="sources"),
    path("sources/new/", new_source, name="new_source"),
    path("sources/<int:source_id>/", source_page, name="source"),
    path("sources/<int:source_id>/keys/", new_key, name="new_key"),
    path("sources/keys/revoke/", revoke_key, name="revoke_key"),
]
