"""What the API tells of versions tried on the past. Lengths of time are in seconds."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Literal, cast

import msgspec
from ninja import Schema
from pydantic import Field

from pomona.domain.intervals import share
from pomona.domain.spend import SpendOf
from pomona.history import backtest as found
from pomona.history.simulation import Simulated
from pomona.store.models import Lead
from pomona.store.reads.backtests import Kept, TriedLead, VersionName
from pomona.store.reads.jobs import JobLine
from pomona.web.api.figures import LeadLine, Share, lead_line, maybe_moment, seconds, share_shape
from pomona.web.api.shapes import moment

JobState = Literal["waiting", "running", "done", "failed", "cancelled"]


class VersionOf(Schema):
    """A version by the name of its agreement and its number."""

    agreement: str
    number: int


class BacktestAsked(Schema):
    """What is to be tried: the last `days`, and against which version; `against` null: alone."""

    days: int = Field(90, description="1 to 365.")
    against: VersionOf | None = None


class Job(Schema):
    """A long job. Open while it waits or runs; `share` (0 to 1) of it is done, `doing` is the step it is at.

    `seconds_left` is null until that can be said. `error` is the code of why it failed. `cancelling`: it was asked to
    end. `backtest` is what it kept, once it is done: read it at `/backtests/{id}`.
    """

    id: int
    state: JobState
    doing: str
    share: float
    seconds_left: float | None
    error: str | None
    cancelling: bool
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    backtest: int | None


class Backtest(Schema):
    """A version that was tried on [`since`, `until`), against another one or alone (null).

    `stale`: the version was changed since.
    """

    id: int
    version: VersionOf
    against: VersionOf | None
    days: int
    since: datetime
    until: datetime
    made_at: datetime
    asked_by: str
    stale: bool


class Backtests(Schema):
    """A page of them, the newest first; ask for the next one with `after` = `next`, null on the last page."""

    items: list[Backtest]
    next: str | None


class RipeOnDay(Schema):
    """How many leads would have ripened on a day of the company."""

    day: date
    ripe: int


class SellerDealt(Schema):
    """What a seller would have got: `leads` in all, `most` at a time of what they take (`capacity`).

    On `full_days` their hands were full. `name` null: the seller is no more.
    """

    seller: int
    name: str | None
    leads: int
    most: int
    capacity: int
    full_days: list[date]


class RuleDealt(Schema):
    """How many leads a line of the route would have handed over; 0: it never fires.

    `not_yet`: this release does not carry out whom it names.
    """

    rule: str
    leads: int
    not_yet: bool


class LeftOver(Schema):
    """Leads that nobody would have at the end, by the code of why."""

    reason: str
    leads: int


class Routing(Schema):
    """How the route would have dealt. Half of the leads wait at most `wait_half`, one in ten longer than `wait_tenth`.

    `busy` is how long a lead keeps its seller's hands full; null: not known, so that nobody's ever are.
    """

    leads: int
    handed_over: int
    wait_half: float | None
    wait_tenth: float | None
    busy: float | None
    sellers: list[SellerDealt]
    rules: list[RuleDealt]
    left: list[LeftOver]


class BacktestSide(Schema):
    """What one version would have done; `ripe_lead_cost` null: no spend is known, or no lead was ripe."""

    ripe: int
    ripe_per_week: float
    ripe_lead_cost: float | None
    per_day: list[RipeOnDay]
    routing: Routing


class BacktestGroup(Schema):
    """Leads ripe under this version only (`gained`), the other one only (`lost`), both (`common`), or, tried alone,
    under it (`ripe`); `accepted` of those that were really handed over, `won` of all.
    """

    group: found.Group
    leads: int
    accepted: Share
    won: Share


class BacktestSpend(Schema):
    """What these campaigns cost together on the days that were tried, in the company's currency.

    Known for `known` of `days` days, of all campaigns together: where that is not all, it was more.
    """

    campaigns: list[str]
    amount: float
    known: int
    days: int


class BacktestResult(Backtest):
    """Everything that came of it: `after` under the version tried, `before` under the other one, if there is one."""

    time_zone: str
    spend: BacktestSpend
    after: BacktestSide
    before: BacktestSide | None
    groups: list[BacktestGroup]


class RipenedLead(LeadLine):
    """A lead, and when it would have ripened under the version tried and under the other one; null: never."""

    ripe_at: datetime | None
    ripe_before_at: datetime | None


class RipenedLeads(Schema):
    """A page of a group's leads, the newest ripe first; ask for the next one with `after` = `next`, null on the last
    page. Leads that are merged with others or erased since are left out."""

    items: list[RipenedLead]
    next: str | None


def job_shape(line: JobLine, *, now: int) -> Job:
    """A job as the API tells it."""
    return Job(
        id=line.id,
        state=cast(JobState, line.state),
        doing=line.doing,
        share=line.share,
        seconds_left=seconds(line.left(now)),
        error=line.error or None,
        cancelling=line.is_open and line.cancel_asked_at is not None,
        created_at=moment(line.created_at),
        started_at=maybe_moment(line.started_at),
        ended_at=maybe_moment(line.ended_at),
        backtest=(line.result or {}).get("backtest"),
    )


def backtest_shape(kept: Kept) -> Backtest:
    """A backtest in a list."""
    return Backtest(
        id=kept.id,
        version=_version(kept.version),
        against=_version(kept.against) if kept.against else None,
        days=kept.days,
        since=moment(kept.since),
        until=moment(kept.until),
        made_at=moment(kept.made_at),
        asked_by=kept.asked_by,
        stale=kept.stale,
    )


def summary_of(kept: Kept) -> found.Summary:
    """What was found."""
    return msgspec.convert(kept.summary, found.Summary)


def result_shape(kept: Kept, summary: found.Summary, names: Mapping[int, str]) -> BacktestResult:
    """All of a backtest; `names` of the sellers by id."""
    return BacktestResult(
        **backtest_shape(kept).model_dump(),
        time_zone=summary.span.time_zone,
        spend=_spend(summary.spend),
        after=_side(summary, summary.after, names),
        before=None if summary.before is None else _side(summary, summary.before, names),
        groups=[
            BacktestGroup(
                group=cast(found.Group, name),
                leads=count.leads,
                accepted=share_shape(share(count.accepted, count.handed_over)),
                won=share_shape(share(count.won, count.leads)),
            )
            for name, count in summary.groups.items()
        ],
    )


def ripened(tried: Iterable[TriedLead], leads: Mapping[int, Lead]) -> list[RipenedLead]:
    """The leads of a group, those that the user may see."""
    return [
        RipenedLead(
            **lead_line(leads[each.lead]).model_dump(),
            ripe_at=maybe_moment(each.ripe_at),
            ripe_before_at=maybe_moment(each.ripe_before_at),
        )
        for each in tried
        if each.lead in leads
    ]


def _version(name: VersionName) -> VersionOf:
    return VersionOf(agreement=name.agreement, number=name.number)


def _spend(spend: SpendOf) -> BacktestSpend:
    spent = spend.spent
    return BacktestSpend(campaigns=list(spend.campaigns), amount=spent.amount / 100, known=spent.known, days=spent.days)


def _side(summary: found.Summary, side: found.Side, names: Mapping[int, str]) -> BacktestSide:
    cost = summary.price(side)
    return BacktestSide(
        ripe=side.ripe,
        ripe_per_week=summary.per_week(side),
        ripe_lead_cost=None if cost is None else cost / 100,
        per_day=[RipeOnDay(day=day, ripe=ripe) for day, ripe in zip(summary.span.days, side.per_day, strict=True)],
        routing=_routing(side.routing, names),
    )


def _routing(routing: Simulated, names: Mapping[int, str]) -> Routing:
    return Routing(
        leads=routing.leads,
        handed_over=routing.handed_over,
        wait_half=seconds(routing.waits_half),
        wait_tenth=seconds(routing.waits_tenth),
        busy=seconds(routing.busy),
        sellers=[
            SellerDealt(
                seller=each.seller,
                name=names.get(each.seller),
                leads=each.leads,
                most=each.most,
                capacity=each.capacity,
                full_days=[date.fromisoformat(day) for day in each.full_days],
            )
            for each in routing.sellers
        ],
        rules=[RuleDealt(rule=each.rule, leads=each.leads, not_yet=each.not_yet) for each in routing.rules],
        left=[LeftOver(reason=reason, leads=leads) for reason, leads in routing.left.items()],
    )
