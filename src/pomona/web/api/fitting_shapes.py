"""What the API tells of fittings: who judges, how much people agree, the masked lead that is judged."""

from collections import Counter
from datetime import datetime
from typing import Annotated

from ninja import Schema
from pydantic import Field

from pomona.actions.fitting import Judged, Result
from pomona.domain import fitting as found
from pomona.domain import remedies
from pomona.domain.agreement.values import Section
from pomona.domain.fitting import Judgement
from pomona.store.reads.fitting import Asked, Invitable, Judging
from pomona.web import blind
from pomona.web.api.shapes import moment

MOST_INVITED = 500
LARGEST_ID = 2**31 - 1


class Invitation(Schema):
    """Users to invite, by id; those who cannot judge are left out, those who are invited already stay so."""

    users: list[Annotated[int, Field(ge=1, le=LARGEST_ID)]] = Field(min_length=1, max_length=MOST_INVITED)


class Judge(Schema):
    """Somebody who can judge; `judged` leads so far, null: not invited."""

    user: int
    name: str
    role: str
    judged: int | None


class Agreeing(Schema):
    """How often two agree about a lead (0 to 1; null: no lead to tell by), with its bounds, by how many `leads`.

    `by_chance` is how often they would without looking, `beyond_chance` what is left without that (kappa).
    """

    value: float | None
    low: float
    high: float
    leads: int
    by_chance: float
    beyond_chance: float | None


class Votes(Schema):
    """How many would take a lead, would not (`leave`), and cannot tell."""

    take: int
    leave: int
    unsure: int


class JudgedLead(Schema):
    """A lead of the fitting, judged `as_of` a moment: its points and grade under the draft then, whether the draft
    takes it, and the votes of both sides, never whose."""

    place: int
    lead: int
    name: str
    company: str
    as_of: datetime
    score: float
    grade: str | None
    draft_takes: bool
    sales: Votes
    marketing: Votes


class Remedy(Schema):
    """One number of the draft that, changed from `before` to `after` points, brings it nearer to what most would do.

    `section` null: the pass mark; `band`: which one of a rule that has bands, counted from 0.
    """

    section: Section | None
    rule: str
    band: int | None
    before: float
    after: float
    mends: int
    breaks: int


class FittingResult(Schema):
    """What came of it so far: `finished` of the `invited` judged every lead.

    Do the draft and most people agree, sales among each other, marketing among each other, both sides? `leads`: those
    on which draft and people disagree first.
    """

    invited: int
    finished: int
    draft: Agreeing
    sales: Agreeing
    marketing: Agreeing
    sides: Agreeing
    leads: list[JudgedLead]
    remedies: list[Remedy]


class Fitting(Schema):
    """The fitting of a version: who can judge and who is invited; `result` null until somebody is, and for a judge
    who has not judged all leads."""

    people: list[Judge]
    result: FittingResult | None


class JudgingLine(Schema):
    """A fitting that the key's user is invited to, with how many leads are `left` to judge."""

    id: int
    agreement: str
    number: int
    left: int


class Told(Schema):
    """Something known of a lead, in words."""

    name: str
    value: str


class ActDone(Schema):
    """What it did on a day, in words, and how often."""

    act: str
    times: int


class ActiveDay(Schema):
    """A day on which it did something, and how long that was before the lead had to be decided about."""

    ago: str
    acts: list[ActDone]


class BlindLead(Schema):
    """A lead to judge, at its `place` in the fitting: nothing to reach or to recognise it by."""

    place: int
    known: list[Told]
    answers: list[Told]
    channel: str
    days: list[ActiveDay]


class OwnJudging(JudgingLine):
    """The way of the key's user through a fitting: their own judgements counted, and the next lead, null at the end."""

    leads: int
    judged: Votes
    next: BlindLead | None


class OwnJudgement(Schema):
    """Would you take it? `unsure` is no opinion: it counts neither for nor against anybody."""

    judgement: Judgement


def fitting_shape(people: list[Invitable], result: Result | None, mending: list[remedies.Remedy]) -> Fitting:
    """A fitting as the API tells it."""
    judges = [Judge(**each._asdict()) for each in people]
    if result is None:
        return Fitting(people=judges, result=None)
    told = FittingResult(
        invited=result.invited,
        finished=result.finished,
        draft=_agreeing(result.draft),
        sales=_agreeing(result.sellers),
        marketing=_agreeing(result.marketers),
        sides=_agreeing(result.sides),
        leads=[_judged(each) for each in result.disputed],
        remedies=[_remedy(each) for each in mending],
    )
    return Fitting(people=judges, result=told)


def judging_line(asked: Asked) -> JudgingLine:
    """An invitation in a list."""
    return JudgingLine(id=asked.version, agreement=asked.agreement, number=asked.number, left=asked.left)


def judging_shape(way: Judging, lead: blind.BlindLead | None) -> OwnJudging:
    """The user's way through a fitting; `lead` is the next one."""
    counts = Counter(way.judged.values())
    return OwnJudging(
        id=way.version.pk,
        agreement=way.version.agreement_id,
        number=way.version.number,
        left=sum(place.place not in way.judged for place in way.places),
        leads=len(way.places),
        judged=Votes(take=counts["take"], leave=counts["not"], unsure=counts["unsure"]),
        next=_blind(way.next.place, lead) if way.next and lead else None,
    )


def _agreeing(agreeing: found.Agreeing) -> Agreeing:
    return Agreeing(
        value=agreeing.value,
        low=agreeing.low,
        high=agreeing.high,
        leads=agreeing.leads,
        by_chance=agreeing.by_chance,
        beyond_chance=agreeing.beyond_chance,
    )


def _judged(judged: Judged) -> JudgedLead:
    score = judged.standing.situations[0].score
    assert score is not None
    row = judged.standing.row
    return JudgedLead(
        place=judged.place.place,
        lead=row.lead.id,
        name=row.name,
        company=row.company,
        as_of=moment(judged.place.as_of),
        score=score.total / 1000,
        grade=score.grade,
        draft_takes=judged.draft_takes,
        sales=_votes(judged.sales),
        marketing=_votes(judged.marketing),
    )


def _votes(votes: found.Votes) -> Votes:
    return Votes(take=votes.take, leave=votes.leave, unsure=votes.unsure)


def _remedy(remedy: remedies.Remedy) -> Remedy:
    knob = remedy.knob
    return Remedy(
        section=knob.section,
        rule=knob.rule,
        band=knob.band,
        before=knob.value / 1000,
        after=remedy.after / 1000,
        mends=remedy.mended,
        breaks=remedy.broken,
    )


def _blind(place: int, lead: blind.BlindLead) -> BlindLead:
    return BlindLead(
        place=place,
        known=[Told(name=name, value=value) for name, value in lead.known],
        answers=[Told(name=name, value=value) for name, value in lead.answers],
        channel=lead.channel,
        days=[
            ActiveDay(ago=day.ago, acts=[ActDone(act=act, times=times) for act, times in day.acts]) for day in lead.days
        ],
    )


def _day(day: blind.Day) -> ActiveDay:
    return ActiveDay(ago=day.ago, acts=[ActDone(act=act, times=times) for act, times in day.acts])
