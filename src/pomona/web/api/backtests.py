"""Versions tried on the past, for programs: asked for, followed, cancelled, read, with their leads."""

from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router
from psycopg import Connection

from pomona.actions import backtests as actions
from pomona.actions.jobs import cancel
from pomona.history.backtest import Group
from pomona.store.access import Power, demand, visible_leads
from pomona.store.database import connection
from pomona.store.reads import backtests as reads
from pomona.store.reads.jobs import JobLine, job
from pomona.web.api import backtest_shapes as shapes
from pomona.web.api.answers import told
from pomona.web.api.figures import MOST_A_PAGE, After, Limit, begins_after
from pomona.web.api.found import found_version
from pomona.web.api.once import REPEATABLE, once
from pomona.web.request import PageRequest

router = Router(tags=["backtests"])


@router.post(
    "/agreements/{path:name}/versions/{int:number}/backtests", response={202: shapes.Job}, openapi_extra=REPEATABLE
)
def ask_backtest(request: HttpRequest, name: str, number: int, body: shapes.BacktestAsked) -> HttpResponse:
    """Ask for a version to be tried on the past; `Location` is the job to follow.

    Of one version one backtest goes on at a time: while it does, whoever asks for another one gets its job.
    """
    page = cast(PageRequest, request)
    demand(page.user, Power.WRITE_AGREEMENTS)
    row, other = found_version(request, name, number).id, body.against
    against = None if other is None else found_version(request, other.agreement, other.number).id

    def write(conn: Connection[Any]) -> int:
        return actions.ask(conn, row, against=against, days=body.days, user=page.user.pk, now=page.now)

    return once(request, write, lambda made: _accepted(request, made or 0))


@router.get("/agreements/{path:name}/versions/{int:number}/backtests", response=shapes.Backtests)
def list_backtests(
    request: HttpRequest, name: str, number: int, after: After = "", limit: Limit = MOST_A_PAGE
) -> shapes.Backtests:
    """The backtests of a version that are kept."""
    page = cast(PageRequest, request)
    row, before = found_version(request, name, number).id, begins_after(after, 1)
    found = reads.kept_of(page.user, row, before=before[0] if before else None, limit=limit + 1)
    items = [shapes.backtest_shape(each) for each in found[:limit]]
    return shapes.Backtests(items=items, next=str(items[-1].id) if len(found) > limit else None)


@router.get("/jobs/{int:number}", response=shapes.Job)
def read_job(request: HttpRequest, number: int) -> shapes.Job:
    """How far a job is, and how it ended."""
    return shapes.job_shape(_job(request, number), now=cast(PageRequest, request).now)


@router.post("/jobs/{int:number}/cancel", response=shapes.Job)
def cancel_job(request: HttpRequest, number: int) -> shapes.Job:
    """Let a job end: nothing of it is kept. One that has ended stays as it is."""
    page = cast(PageRequest, request)
    _job(request, number)
    cancel(connection(), number, user=page.user.pk, now=page.now)
    return read_job(request, number)


@router.get("/backtests/{int:number}", response=shapes.BacktestResult)
def read_backtest(request: HttpRequest, number: int) -> shapes.BacktestResult:
    """Everything that came of a backtest."""
    page = cast(PageRequest, request)
    kept = _kept(request, number)
    summary = shapes.summary_of(kept)
    sides = [each for each in (summary.after, summary.before) if each is not None]
    names = reads.seller_names(page.user, {each.seller for side in sides for each in side.routing.sellers})
    return shapes.result_shape(kept, summary, names)


@router.get("/backtests/{int:number}/leads/{group}", response=shapes.RipenedLeads)
def read_leads(
    request: HttpRequest, number: int, group: Group, after: After = "", limit: Limit = MOST_A_PAGE
) -> shapes.RipenedLeads:
    """The leads of a group, and when each would have been ripe."""
    page = cast(PageRequest, request)
    kept, begins = _kept(request, number), begins_after(after, 2)
    place = reads.Place(*begins) if begins else None
    found, following = reads.tried_page(page.user, kept.id, group, after=place, limit=limit)
    leads = visible_leads(page.user).in_bulk([each.lead for each in found])
    return shapes.RipenedLeads(
        items=shapes.ripened(found, leads), next=following and f"{following.ripe}.{following.row}"
    )


def _accepted(request: HttpRequest, number: int) -> HttpResponse:
    return told(read_job(request, number), status=202, Location=f"/api/v1/jobs/{number}")


def _job(request: HttpRequest, number: int) -> JobLine:
    found = job(cast(PageRequest, request).user, number)
    if found is None:
        raise Http404
    return found


def _kept(request: HttpRequest, number: int) -> reads.Kept:
    kept = reads.kept(cast(PageRequest, request).user, number)
    if kept is None:
        raise Http404
    return kept
