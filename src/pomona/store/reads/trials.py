"""How a trial of two versions stands, from decisions alone: both funnels, and the verdict when its time has come."""

from typing import Any

import msgspec
from django.db import connection

from pomona.domain.event import DAY
from pomona.domain.intervals import Difference, Share, share
from pomona.domain.stages import PASSED_ON, Decision
from pomona.domain.trials import Outcome, State, Verdict, judge_trial, outcome_within
from pomona.store import agreements as stored
from pomona.store.access import Power, demand
from pomona.store.database import connection as plain_connection
from pomona.store.models import Trial, User
from pomona.store.reads.passages import TAKEN

STEPS: dict[str, tuple[Decision, ...]] = {
    "passed_on": PASSED_ON,
    "handed_over": (Decision.HANDED_OVER,),
    "accepted": TAKEN,
    "qualified": (Decision.QUALIFIED, Decision.WON),
    "won": (Decision.WON,),
}

_TRIED = """
WITH tried AS (
    SELECT lead, version, t, row_number() OVER (PARTITION BY version ORDER BY seq) AS place
    FROM journal
    WHERE kind = 'decision' AND name = 'tried' AND agreement = %(agreement)s AND t >= %(since)s AND t < %(until)s
),
reached AS (
    SELECT tried.lead, tried.version, tried.t, place, {steps}
    FROM tried LEFT JOIN journal ON journal.lead = tried.lead AND journal.kind = 'decision'
    GROUP BY tried.lead, tried.version, tried.t, place
)
"""


class Side(msgspec.Struct, frozen=True):
    """One version's leads: `captured` in the trial, how many came to each step, and the outcome of its sample."""

    version: int
    captured: int
    steps: dict[str, int]
    outcome: Share


class TrialReport(msgspec.Struct, frozen=True, kw_only=True):
    """A trial as it stands. `to_go`: leads still needed; times in µs UTC; `within`: what an outcome is given."""

    trial: int
    agreement: str
    share: float
    outcome: Outcome
    smallest: float
    needed: int
    to_go: int
    started_at: int
    deadline: int
    ended_at: int | None
    within: int
    state: State
    verdict: Verdict
    difference: Difference | None
    incumbent: Side
    challenger: Side


def trials_of(user: User, agreement: str) -> list[Trial]:
    """The trials of an agreement that have begun, the newest first."""
    demand(user, Power.SEE_FUNNEL)
    return list(Trial.objects.filter(agreement=agreement, started_at__isnull=False).order_by("-started_at"))


def proposed_trials(user: User) -> dict[tuple[str, int], Trial]:
    """What versions were proposed for, if for a trial, by agreement and number: both sides sign these terms."""
    demand(user, Power.SEE_AGREEMENTS)
    return {(row.agreement, row.challenger): row for row in Trial.objects.all()}


def trial_of_version(user: User, agreement: str, number: int) -> Trial | None:
    """What a version was proposed for, if it was for a trial: both sides sign these terms."""
    demand(user, Power.SEE_AGREEMENTS)
    return Trial.objects.filter(agreement=agreement, challenger=number).first()


def trial_report(user: User, trial: int, *, now: int) -> TrialReport | None:
    """How a trial stands; None if there is none of that number that has begun."""
    demand(user, Power.SEE_FUNNEL)
    row = Trial.objects.filter(pk=trial, started_at__isnull=False).first()
    if row is None or row.started_at is None or row.incumbent is None:
        return None
    agreement = stored.version(plain_connection(), row.agreement, row.incumbent)
    assert agreement is not None
    outcome = Outcome(row.outcome)
    within, deadline = outcome_within(agreement, outcome), row.started_at + row.most_days * DAY
    counted = _counted(row, outcome, within, min(deadline, row.ended_at or deadline))
    sides = {number: counted.get(number, _NOBODY) for number in (row.incumbent, row.challenger)}
    to_go = max(row.needed - side.sampled for side in sides.values())
    last = max(side.last or 0 for side in sides.values())
    state = _state(row, now, is_full=to_go <= 0, deadline=deadline, mature_at=last + within)
    is_judged = to_go <= 0 and last + within <= (row.ended_at or now)
    incumbent, challenger = (_side(number, side) for number, side in sides.items())
    verdict, difference = judge_trial(incumbent.outcome, challenger.outcome, is_full=is_judged)
    return TrialReport(
        trial=row.pk,
        agreement=row.agreement,
        share=row.share,
        outcome=outcome,
        smallest=row.smallest,
        needed=row.needed,
        to_go=max(0, to_go),
        started_at=row.started_at,
        deadline=deadline,
        ended_at=row.ended_at,
        within=within,
        state=state,
        verdict=verdict,
        difference=difference,
        incumbent=incumbent,
        challenger=challenger,
    )


def leads_tried(user: User, report: TrialReport, version: int, step: str | None) -> list[int]:
    """The leads of one version in a trial (that came to a step), the newest first."""
    demand(user, Power.SEE_FUNNEL)
    reached = f"AND {step}_at IS NOT NULL" if step in STEPS else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"{_tried()} SELECT lead FROM reached WHERE version = %(version)s {reached} ORDER BY lead DESC",
            _parameters(report.agreement, report.started_at, report.ended_at or report.deadline) | {"version": version},
        )
        return [row[0] for row in cursor.fetchall()]


class _Counted(msgspec.Struct, frozen=True):
    """`sampled` leads belong to the fixed sample, `hits` of them had the outcome in time; `last` was captured last."""

    captured: int
    steps: dict[str, int]
    sampled: int
    hits: int
    last: int | None


_NOBODY = _Counted(0, dict.fromkeys(STEPS, 0), 0, 0, None)


def _counted(row: Trial, outcome: Outcome, within: int, until: int) -> dict[int, _Counted]:
    assert row.started_at is not None
    steps = ", ".join(f"count({name}_at)" for name in STEPS)
    in_time = f"{outcome.value}_at < t + %(within)s"
    with connection.cursor() as cursor:
        cursor.execute(
            f"{_tried()} SELECT version, count(*), {steps}, count(*) FILTER (WHERE place <= %(needed)s), "
            f"count(*) FILTER (WHERE place <= %(needed)s AND {in_time}), max(t) FILTER (WHERE place <= %(needed)s) "
            "FROM reached GROUP BY version",
            _parameters(row.agreement, row.started_at, until) | {"needed": row.needed, "within": within},
        )
        return {version: _of_numbers(numbers) for version, *numbers in cursor.fetchall()}


def _of_numbers(numbers: list[Any]) -> _Counted:
    captured, *steps, sampled, hits, last = numbers
    return _Counted(captured, dict(zip(STEPS, steps, strict=True)), sampled, hits, last)


def _side(number: int, counted: _Counted) -> Side:
    return Side(number, counted.captured, counted.steps, share(counted.hits, counted.sampled))


def _state(row: Trial, now: int, *, is_full: bool, deadline: int, mature_at: int) -> State:
    if row.ended_at is not None:
        return State.ENDED
    if not is_full and now < deadline:
        return State.RUNNING
    return State.MATURING if is_full and now < mature_at else State.ENDED


def _tried() -> str:
    steps = ", ".join(f"min(journal.t) FILTER (WHERE journal.name = ANY(%({name})s)) AS {name}_at" for name in STEPS)
    return _TRIED.format(steps=steps)


def _parameters(agreement: str, since: int, until: int) -> dict[str, Any]:
    return {"agreement": agreement, "since": since, "until": until} | {name: list(of) for name, of in STEPS.items()}
