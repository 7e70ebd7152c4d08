"""Lists as CSV: out, and in after a look at what would come and go. The file waits in between, for its user alone."""

import csv
from collections.abc import Iterator
from typing import Any, NamedTuple, cast
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pomona.actions.lists import change_list, forget_upload, keep_upload, planned_change
from pomona.capture.importing_list import ListFile, read_list_file
from pomona.domain.lists import Kind
from pomona.store.access import Power, demand
from pomona.store.database import connection
from pomona.store.reads.lists import ListLine, named_list, upload, written_items
from pomona.web.answers import done
from pomona.web.request import PageRequest
from pomona.web.whole import whole

MOST_BYTES = 20 * 1024 * 1024
SHOWN = 20
"""How many of each kind are shown by name before the file is taken in."""


class Choice(NamedTuple):
    """Which cells of the file are meant, and what they do to the list."""

    column: int
    has_header: bool
    replace: bool


class _Echo:
    """What the CSV writer writes is handed on instead of kept."""

    def write(self, text: str) -> str:
        return text


@require_safe
def export(request: HttpRequest, list_id: UUID) -> StreamingHttpResponse:
    """The list as a CSV file that Excel opens."""
    page = cast(PageRequest, request)
    line = _found(page, list_id)
    lines = _csv(line.name, written_items(page.user, list_id))
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="list-{list_id}.csv"'
    return answer


@require_POST
def receive(request: HttpRequest, list_id: UUID) -> HttpResponse:
    """Keep an uploaded file, and go on to the look at what it would change."""
    page = cast(PageRequest, request)
    line, file = _found(page, list_id), page.FILES.get("file")
    if not isinstance(file, UploadedFile) or not file.size:
        return _problem(page, line, _("Choose a file first."))
    if file.size > MOST_BYTES:
        return _problem(page, line, _("The file is larger than 20 MB. Split it."))
    content = file.read()
    read_list_file(content)
    name = (file.name or "")[:100]
    keep_upload(connection(), list_id, user=page.user.pk, name=name, content=content, now=page.now)
    return redirect("list_file", list_id)


@require_http_methods(["GET", "HEAD", "POST"])
def take_in(request: HttpRequest, list_id: UUID) -> HttpResponse:
    """Show what the file would change; by POST change it."""
    page = cast(PageRequest, request)
    line, kept = _found(page, list_id), upload(page.user, list_id)
    if kept is None:
        return redirect("list", list_id)
    file, kind = read_list_file(bytes(kept.content)), cast(Kind, line.kind)
    choice = _choice(page, file, kind)
    texts = file.texts(choice.column, has_header=choice.has_header)
    if request.method == "POST":
        return _changed(page, line, texts, choice)
    change = planned_change(connection(), list_id, texts, replace=choice.replace)
    known = {
        "line": line,
        "file": kept.name,
        "columns": list(enumerate(file.first)),
        "choice": choice,
        "change": change,
        "came": list(change.came.values())[:SHOWN],
        "went": list(change.went.values())[:SHOWN],
        "unreadable": change.unreadable[:SHOWN],
        "unreadable_count": len(change.unreadable) + file.broken,
        "again": change.known + change.repeated,
    }
    return render(request, "list_file.html", known)


@require_POST
def cancel(request: HttpRequest, list_id: UUID) -> HttpResponse:
    """Forget the file."""
    page = cast(PageRequest, request)
    demand(page.user, Power.WRITE_AGREEMENTS)
    forget_upload(connection(), list_id, user=page.user.pk)
    return redirect("list", list_id)


def _changed(page: PageRequest, line: ListLine, texts: list[str], choice: Choice) -> HttpResponse:
    number = page.POST.get("number", "")
    change = change_list(
        connection(),
        line.id,
        texts,
        replace=choice.replace,
        without_unreadable=True,
        number=whole(number),
        user=page.user.pk,
        now=page.now,
    )
    came = ngettext("%(n)d item came", "%(n)d items came", len(change.came)) % {"n": len(change.came)}
    went = ngettext("%(n)d went", "%(n)d went", len(change.went)) % {"n": len(change.went)}
    text = _("The list is unchanged.") if change.is_empty else f"{came}, {went}."
    return done(page, text, to=reverse("list", args=[line.id]))


def _choice(page: PageRequest, file: ListFile, kind: Kind) -> Choice:
    """What the user chose; before that what the file looks like, added to the list."""
    asked: Any = page.POST if page.method == "POST" else page.GET
    column = whole(asked.get("column", ""))
    if column is None or column >= len(file.first):
        return Choice(file.likely_column(kind), file.likely_header(kind), replace=False)
    return Choice(column, asked.get("header") == "yes", asked.get("mode") == "replace")


def _csv(name: str, items: Iterator[str]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow([name])
    yield from (writer.writerow([item]) for item in items)


def _problem(page: PageRequest, line: ListLine, text: str) -> HttpResponse:
    messages.error(page, text)
    return redirect("list", line.id)


def _found(page: PageRequest, list_id: UUID) -> ListLine:
    line = named_list(page.user, list_id)
    if line is None:
        raise Http404
    return line


urls = [
    path("agreements/lists/<uuid:list_id>/export.csv", export, name="export_list"),
    path("agreements/lists/<uuid:list_id>/upload/", receive, name="upload_list"),
    path("agreements/lists/<uuid:list_id>/file/", take_in, name="list_file"),
    path("agreements/lists/<uuid:list_id>/file/cancel/", cancel, name="cancel_list_file"),
]
