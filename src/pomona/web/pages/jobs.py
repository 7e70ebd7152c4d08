"""Long jobs on whatever page asked for them: how far, how long still, cancel."""

from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from pomona.actions.jobs import cancel, defer_export
from pomona.store.database import connection
from pomona.store.jobs import EXPORT
from pomona.store.models import Job
from pomona.store.reads.jobs import JobLine, job, newest
from pomona.web.answers import done
from pomona.web.request import PageRequest

DOING: dict[str, Promise] = {
    "": gettext_lazy("Begins in a moment"),
    "export": gettext_lazy("Exports what is new in the journal"),
    "past": gettext_lazy("Reads the past"),
    "after": gettext_lazy("Tries this version on every event"),
    "before": gettext_lazy("Tries the other version on every event"),
    "outcomes": gettext_lazy("Looks at what became of the leads"),
    "routing": gettext_lazy("Hands the leads over, one after the other"),
}
"""What each step of a job is called."""


@require_safe
def job_progress(request: HttpRequest, job_id: int) -> HttpResponse:
    """How far a job is; once it has ended, the page that shows it reads itself anew."""
    page = cast(PageRequest, request)
    shown = job(page.user, job_id)
    if shown is None:
        raise Http404
    if page.htmx and not shown.is_open:
        return HttpResponseClientRefresh()
    return render(page, "components/job.html", {"job": job_for_page(shown, page.now)})


@require_POST
def cancel_job(request: HttpRequest, job_id: int) -> HttpResponse:
    """End a job."""
    page = cast(PageRequest, request)
    cancel(connection(), job_id, user=page.user.pk, now=page.now)
    return done(page, _("It is being cancelled: nothing of it is kept."))


@require_POST
def export_now(request: HttpRequest) -> HttpResponse:
    """Export what is new in the journal at once."""
    page = cast(PageRequest, request)
    defer_export(connection(), user=page.user.pk, now=page.now)
    return done(page, _("The export begins."))


def export_state(page: PageRequest) -> dict[str, Any]:
    """What `export_state.html` shows: the export that goes on, and the newest one that ended."""
    last = newest(page.user, EXPORT, key=EXPORT, states=(Job.State.DONE, Job.State.FAILED))
    going_on = job_for_page(newest(page.user, EXPORT, key=EXPORT), page.now)
    return {"job": going_on, "last": last, "failed": job_for_page(last, page.now) if last and last.error else None}


def job_for_page(line: JobLine | None, now: int) -> dict[str, Any] | None:
    """What the component `job.html` shows of a job; None for none."""
    if line is None:
        return None
    return {
        "line": line,
        "text": DOING.get(line.doing, line.doing),
        "percent": int(100 * line.share),
        "left": line.left(now),
    }


urls = [
    path("jobs/<int:job_id>/", job_progress, name="job"),
    path("jobs/<int:job_id>/cancel/", cancel_job, name="cancel_job"),
    path("jobs/export/", export_now, name="export_now"),
]
