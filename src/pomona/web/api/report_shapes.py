"""What the API tells of how an agreement does: promises, the control group, trials. Lengths of time are in seconds."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Annotated

from ninja import Schema

from pomona.domain import intervals, trials
from pomona.domain import promises as board
from pomona.domain.errors import Language
from pomona.domain.sentences import say_span
from pomona.store.models import Lead, Trial
from pomona.store.reads import holdout
from pomona.store.reads.promises import BoardWeek, Number, Passage, Times
from pomona.store.reads.trials import Side, TrialReport
from pomona.web.api.figures import (
    LeadLine,
    Share,
    ShareDifference,
    difference_shape,
    inline,
    lead_line,
    maybe_moment,
    seconds,
    share_shape,
)
from pomona.web.api.shapes import moment

PromiseVerdict = Annotated[board.Verdict, inline(board.Verdict)]
HoldoutReached = Annotated[holdout.Outcome, inline(holdout.Outcome)]
TrialOutcome = Annotated[trials.Outcome, inline(trials.Outcome)]
TrialState = Annotated[trials.State, inline(trials.State)]
TrialVerdict = Annotated[trials.Verdict, inline(trials.Verdict)]


class PromisedNumber(Schema):
    """Ripe leads of a week; `promised` and `verdict` null: nothing was promised."""

    done: int
    promised: float | None
    verdict: PromiseVerdict | None


class PromisedShare(Schema):
    """A share that was promised. `maybe_chance`: of so few leads, chance alone may explain the verdict."""

    done: Share
    promised: float | None
    verdict: PromiseVerdict | None
    maybe_chance: bool


class Counted(Schema):
    """One number of a week: how many leads."""

    number: Number
    leads: int


class HalfAndNinth(Schema):
    """Half of the leads took at most `median`, nine of ten at most `ninth`; null: there was none."""

    median: float | None
    ninth: float | None


class ResponseParts(Schema):
    """The response time in its parts: from the lead's act to handover (of it `queued` from ripe to handover), from
    there to first contact, elapsed and in the working time of whoever held the lead.
    """

    to_handover: HalfAndNinth
    queued: HalfAndNinth
    to_contact: HalfAndNinth
    to_contact_worked: HalfAndNinth


class PromiseWeek(Schema):
    """A week of the promise board, from `monday`: what both sides promised and what they kept.

    `running`: it is not over; `whole`: it is, and the agreement was in force all along. Marketing promises `ripe`
    leads, how many of them are `accepted` and how many are handed over `in_time` (`hand_over_within`, as the agreement
    says it); sales promise how many are `answered` in time.
    """

    monday: date
    version: int
    running: bool
    whole: bool
    hand_over_within: str | None
    ripe: PromisedNumber
    accepted: PromisedShare
    in_time: PromisedShare
    answered: PromisedShare
    counts: list[Counted]
    response: ResponseParts


class PassageLead(LeadLine):
    """A lead behind a number of the board, and how long the parts of its response took; null: not yet, or not known."""

    ripe_at: datetime
    to_handover: float | None
    to_contact: float | None
    to_contact_worked: float | None


class PassageLeads(Schema):
    """A page of them, the newest lead first; ask for the next one with `after` = `next`, null on the last page."""

    items: list[PassageLead]
    next: str | None


class HoldoutOutcome(Schema):
    """One outcome of both groups, and their difference (ripe minus held out); about so many more leads (`missing`)
    must be handed over below the mark until the share is known well enough.
    """

    outcome: HoldoutReached
    held_out: Share
    ripe: Share
    difference: ShareDifference | None
    missing: int


class Holdout(Schema):
    """What the pass mark loses: leads passed on in [`since`, `until`), which had `within` to be won.

    `share` of those below the mark is handed over; `young` of them were handed over too lately to be judged. Of the
    `asked_later` newest ones, `ripe_later` reached the mark after all.
    """

    share: float
    since: datetime
    until: datetime
    within: float
    young: int
    outcomes: list[HoldoutOutcome]
    asked_later: int
    ripe_later: int


class TrialLine(Schema):
    """A trial of version `challenger` against `incumbent`; `ended_at` null: it goes on, or ended by itself."""

    id: int
    agreement: str
    challenger: int
    incumbent: int | None
    started_at: datetime | None
    ended_at: datetime | None


class Step(Schema):
    """How many leads came to a step."""

    step: str
    leads: int


class TrialSide(Schema):
    """One version's leads: `captured` in the trial, how many came to each step, the `outcome` of its fixed sample."""

    version: int
    captured: int
    steps: list[Step]
    outcome: Share


class TrialTold(Schema):
    """A trial as it stands. Each side needs `needed` leads, fixed beforehand; `to_go` are still missing.

    It is judged once, when each of them had `within` to come to the outcome: `verdict` says nothing before. Shares are
    from 0 to 1.
    """

    id: int
    agreement: str
    share: float
    outcome: TrialOutcome
    smallest: float
    needed: int
    to_go: int
    started_at: datetime
    deadline: datetime
    ended_at: datetime | None
    within: float
    state: TrialState
    verdict: TrialVerdict
    difference: ShareDifference | None
    incumbent: TrialSide
    challenger: TrialSide


def week_shape(week: BoardWeek, language: Language) -> PromiseWeek:
    """A week of the board as the API tells it."""
    kept, done, within = week.kept, week.done, week.promise.hand_over_within
    response = {name: _half(getattr(week.response, name)) for name in ResponseParts.model_fields}
    return PromiseWeek(
        monday=week.week.monday,
        version=week.version,
        running=week.is_running,
        whole=week.is_whole,
        hand_over_within=None if within is None else say_span(within, language),
        ripe=PromisedNumber(
            done=done.ripe,
            promised=kept.ripe.promised if kept.ripe else None,
            verdict=kept.ripe.verdict if kept.ripe else None,
        ),
        accepted=_promised(done.accepted, kept.accepted),
        in_time=_promised(done.in_time, kept.in_time),
        answered=_promised(done.answered, kept.answered),
        counts=[Counted(number=number, leads=leads) for number, leads in week.counts.items()],
        response=ResponseParts(**response),
    )


def passage_leads(found: Iterable[Passage], leads: Mapping[int, Lead]) -> list[PassageLead]:
    """The leads behind a number, those that the user may see."""
    return [
        PassageLead(
            **lead_line(leads[each.lead]).model_dump(),
            ripe_at=moment(each.ripe_at),
            to_handover=seconds(each.to_handover),
            to_contact=seconds(each.to_contact),
            to_contact_worked=seconds(each.worked),
        )
        for each in found
        if each.lead in leads
    ]


def holdout_shape(report: holdout.HoldoutReport, *, asked: int, reached: int) -> Holdout:
    """A control group as the API tells it; `reached` of the `asked` leads reached the mark later."""
    return Holdout(
        share=report.share,
        since=moment(report.since),
        until=moment(report.until),
        within=seconds(report.within) or 0,
        young=report.young,
        outcomes=[
            HoldoutOutcome(
                outcome=each.outcome,
                held_out=share_shape(each.held_out),
                ripe=share_shape(each.ripe),
                difference=difference_shape(each.difference),
                missing=each.missing,
            )
            for each in report.compared
        ],
        asked_later=asked,
        ripe_later=reached,
    )


def trial_line(trial: Trial) -> TrialLine:
    """A trial in a list."""
    return TrialLine(
        id=trial.pk,
        agreement=trial.agreement,
        challenger=trial.challenger,
        incumbent=trial.incumbent,
        started_at=maybe_moment(trial.started_at),
        ended_at=maybe_moment(trial.ended_at),
    )


def trial_shape(report: TrialReport) -> TrialTold:
    """A trial as the API tells it."""
    return TrialTold(
        id=report.trial,
        agreement=report.agreement,
        share=report.share,
        outcome=report.outcome,
        smallest=report.smallest,
        needed=report.needed,
        to_go=report.to_go,
        started_at=moment(report.started_at),
        deadline=moment(report.deadline),
        ended_at=maybe_moment(report.ended_at),
        within=seconds(report.within) or 0,
        state=report.state,
        verdict=report.verdict,
        difference=difference_shape(report.difference),
        incumbent=_side(report.incumbent),
        challenger=_side(report.challenger),
    )


def _side(side: Side) -> TrialSide:
    steps = [Step(step=step, leads=leads) for step, leads in side.steps.items()]
    return TrialSide(version=side.version, captured=side.captured, steps=steps, outcome=share_shape(side.outcome))


def _promised(done: intervals.Share, judged: board.Judged | None) -> PromisedShare:
    return PromisedShare(
        done=share_shape(done),
        promised=judged.promised if judged else None,
        verdict=judged.verdict if judged else None,
        maybe_chance=judged is not None and judged.few,
    )


def _half(times: Times) -> HalfAndNinth:
    return HalfAndNinth(median=seconds(times.median), ninth=seconds(times.ninth))
