"""The pass mark of the version in force, for programs: where it stands, who is ripe at which mark, moving it."""

from datetime import datetime
from typing import Annotated, Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router, Schema
from psycopg import Connection
from pydantic import Field

from pomona.actions.pass_mark import move_pass_mark
from pomona.domain.agreement import Agreement
from pomona.domain.terms import key_of
from pomona.store import agreements as stored
from pomona.store.access import Power, demand
from pomona.store.database import connection
from pomona.store.reads import ripe
from pomona.store.reads.trials import proposed_trials
from pomona.web.api import shapes
from pomona.web.api.answers import told
from pomona.web.api.figures import maybe_moment
from pomona.web.api.found import found_agreement, found_version
from pomona.web.api.once import REPEATABLE, once
from pomona.web.pass_mark import ripe_from_start
from pomona.web.request import PageRequest

LARGEST = 1_000_000

Mark = Annotated[float, Field(ge=0, le=LARGEST)]

router = Router(tags=["agreements"])


class Move(Schema):
    """Where the pass mark goes, in points, and until when; `until` null: for good."""

    value: Mark
    until: datetime | None = None
    reason: shapes.Words = ""


class Moved(Schema):
    """A move that was made: from which mark to which, until when (null: for good), by whom and why."""

    at: datetime
    before: float
    value: float
    until: datetime | None
    by: str
    reason: str


class PassMark(Schema):
    """Where the mark of the version in force stands and between which bounds it was signed; the last moves.

    `ripe` are the leads not handed over yet that are ripe now, `ripe_at` those that would be at the mark asked for.
    """

    version: int
    value: float
    start: float
    min: float
    max: float
    ripe: int
    ripe_at: int | None
    moves: list[Moved]


class RipeAtStart(Schema):
    """The leads that are ripe from the moment on at which a version that is still to come is in force.

    `counted` false: not every lead is counted under it yet. `handed_over`: they are passed on then; else only whoever
    does something new.
    """

    ripe: int
    counted: bool
    handed_over: bool


@router.get("/agreements/{path:name}/versions/{int:number}/ripe-at-start", response=RipeAtStart)
def read_ripe_at_start(request: HttpRequest, name: str, number: int) -> RipeAtStart:
    """How many leads are ripe from the start of a version that waits for signatures or for its day."""
    page = cast(PageRequest, request)
    demand(page.user, Power.SEE_ALL_LEADS)
    version = found_version(request, name, number)
    found = ripe_from_start(page, version, stored.agreement_by_id(connection(), version.id))
    if found is None:
        raise Http404
    return RipeAtStart(ripe=found["count"], counted=found["is_counted"], handed_over=found["hands_over"])


@router.get("/agreements/{path:name}/pass-mark", response=PassMark)
def read_mark(request: HttpRequest, name: str, value: Mark | None = None) -> PassMark:
    """Where the pass mark of the version in force stands, and what moving it to `value` would do."""
    page = cast(PageRequest, request)
    in_force = _in_force(page, name)
    version, mark = key_of(in_force), in_force.ready.pass_mark
    return PassMark(
        version=version.number,
        value=mark.current / 1000,
        start=mark.start / 1000,
        min=mark.min / 1000,
        max=mark.max / 1000,
        ripe=ripe.count_ripe(page.user, version, mark.current),
        ripe_at=None if value is None else ripe.count_ripe(page.user, version, round(value * 1000)),
        moves=[_moved(each) for each in ripe.moves(version)],
    )


@router.post("/agreements/{path:name}/pass-mark", response=shapes.Agreement, openapi_extra=REPEATABLE)
def move_mark(request: HttpRequest, name: str, body: Move) -> HttpResponse:
    """Move the pass mark of the version in force within its bounds; who is ripe under it is handed over."""
    page = cast(PageRequest, request)
    demand(page.user, Power.MOVE_PASS_MARK)
    line = found_agreement(request, name)

    def write(conn: Connection[Any]) -> None:
        move_pass_mark(
            conn,
            line.name,
            round(body.value * 1000),
            until=None if body.until is None else shapes.time_of(body.until),
            user=page.user.pk,
            now=page.now,
            reason=body.reason.strip()[:500],
        )

    return once(request, write, lambda _: told(shapes.agreement_shape(line, proposed_trials(page.user), now=page.now)))


def _in_force(page: PageRequest, name: str) -> Agreement:
    found = stored.in_force(connection(), page.now).get(found_agreement(page, name).name)
    if found is None:
        raise Http404
    return found


def _moved(move: ripe.Move) -> Moved:
    return Moved(
        at=shapes.moment(move.at),
        before=move.before / 1000,
        value=move.value / 1000,
        until=maybe_moment(move.until),
        by=move.by,
        reason=move.reason,
    )
