"""Fittings for programs: people invited, past leads judged blind, what came of it."""

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from ninja import Router
from psycopg import Connection

from pomona.actions import fitting as actions
from pomona.store import agreements as stored
from pomona.store.access import Power, demand
from pomona.store.database import connection
from pomona.store.reads.fitting import asked_to_judge, judging, left_to_judge, people_to_invite
from pomona.web.api import fitting_shapes as shapes
from pomona.web.api.answers import told
from pomona.web.api.found import found_version
from pomona.web.api.once import REPEATABLE, once
from pomona.web.blind import next_lead
from pomona.web.request import PageRequest

router = Router(tags=["fittings"])


@router.get("/agreements/{path:name}/versions/{int:number}/fitting", response=shapes.Fitting)
def read_fitting(request: HttpRequest, name: str, number: int) -> shapes.Fitting:
    """Who is invited and how far they are, how much they agree with each other and the draft, what would mend it.

    No result for whoever is invited and has not judged all leads: they judge blind.
    """
    page = cast(PageRequest, request)
    demand(page.user, Power.WRITE_AGREEMENTS)
    row = found_version(request, name, number).id
    draft = stored.agreement_by_id(connection(), row)
    found = None if left_to_judge(page.user, row) else actions.result_of(connection(), row, draft)
    mending = actions.mending(found, draft) if found else []
    return shapes.fitting_shape(people_to_invite(page.user, row), found, mending)


@router.post(
    "/agreements/{path:name}/versions/{int:number}/fitting/invitations",
    response=shapes.Fitting,
    openapi_extra=REPEATABLE,
)
def invite(request: HttpRequest, name: str, number: int, body: shapes.Invitation) -> HttpResponse:
    """Invite users to judge leads for a draft: the fitting begins with the first. Each gets a mail."""
    page = cast(PageRequest, request)
    demand(page.user, Power.WRITE_AGREEMENTS)
    row = found_version(request, name, number).id

    def write(conn: Connection[Any]) -> int:
        return actions.invite(conn, row, body.users, user=page.user.pk, now=page.now)

    return once(request, write, lambda _: told(read_fitting(request, name, number)))


@router.get("/judgings", response=list[shapes.JudgingLine])
def list_judgings(request: HttpRequest) -> list[shapes.JudgingLine]:
    """The fittings that the key's user is invited to and has not finished."""
    return [shapes.judging_line(each) for each in asked_to_judge(cast(PageRequest, request).user)]


@router.get("/judgings/{int:number}", response=shapes.OwnJudging)
def read_judging(request: HttpRequest, number: int) -> shapes.OwnJudging:
    """How far the key's user is in a fitting, and the next lead to judge."""
    page = cast(PageRequest, request)
    way = judging(page.user, number)
    return shapes.judging_shape(way, next_lead(way, page.language))


@router.put("/judgings/{int:number}/leads/{int:place}", response=shapes.OwnJudging)
def judge(request: HttpRequest, number: int, place: int, body: shapes.OwnJudgement) -> shapes.OwnJudging:
    """Say of a lead whether the key's user would take it, in place of what they said of it before; the next lead."""
    page = cast(PageRequest, request)
    actions.judge(connection(), number, place, body.judgement, user=page.user.pk, now=page.now)
    return read_judging(request, number)
