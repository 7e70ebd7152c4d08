"""What the API tells of leads under a version: previewed with a draft, or tried step by step."""

from datetime import datetime
from typing import Annotated

from ninja import Schema
from pydantic import Field

from pomona.actions.previewing import Distribution, Ground, Standing
from pomona.actions.trying import Trial
from pomona.domain.agreement import Agreement
from pomona.domain.agreement.values import Section
from pomona.domain.clauses import say_condition
from pomona.domain.comparison import changes
from pomona.domain.condition import Explanation, Situation
from pomona.domain.ripeness import Readiness, readiness
from pomona.domain.routing import Handover
from pomona.domain.sentences import say_rule
from pomona.domain.walk import LineStep, RuleStep, Walk
from pomona.web.api.backtest_shapes import VersionOf
from pomona.web.api.figures import inline, maybe_moment
from pomona.web.api.shapes import Words, moment
from pomona.web.histogram import histogram
from pomona.web.inventing import LONGEST_AGO, MOST_TIMES
from pomona.web.speech import Speech, line_words

LONGEST = 200
Short = Annotated[Words, Field(max_length=LONGEST)]
WhereItStands = Annotated[Readiness, inline(Readiness)]


class Act(Schema):
    """Something an invented lead did; `what` is a path, or `property: value`."""

    event: Annotated[Words, Field(min_length=1, max_length=100)]
    days_ago: int = Field(0, ge=0, le=LONGEST_AGO)
    times: int = Field(1, ge=1, le=MOST_TIMES)
    what: Short = ""


class Invented(Schema):
    """A lead that nobody is: its traits and answers by name, and what it did."""

    traits: dict[Short, Short] = Field(default_factory=dict)
    answers: dict[Short, Short] = Field(default_factory=dict)
    acts: list[Act] = Field(default_factory=list, max_length=MOST_TIMES)


class Tried(Schema):
    """Who is tried: a real lead by its id, else an invented one."""

    lead: int | None = Field(None, ge=1, le=2**63 - 1)
    invented: Invented = Field(default_factory=Invented)


class EventTold(Schema):
    """An event in words, and the points that it gives now, where single events give them."""

    at: datetime
    act: str
    points: float | None = None


class Condition(Schema):
    """A condition as a sentence; `holds` null: not known. With its parts, and the events that made it true."""

    text: str
    holds: bool | None
    parts: list["Condition"]
    events: list[EventTold]


class NeverRule(Schema):
    """A rule that, where it is true, keeps anybody from being passed on."""

    name: str
    condition: Condition


class RuleTold(Schema):
    """A rule with what it gives."""

    section: Section
    name: str
    sentence: str
    holds: bool | None
    points: float
    events: list[EventTold]


class WayTold(Schema):
    """A rule that could give `points` more: by so many further `hits`, or by its condition (0)."""

    section: Section
    rule: str
    points: float
    hits: int


class Missing(Schema):
    """So many points are missing to the pass mark; `ways` that would each do (`alone`), or come nearest."""

    points: float
    alone: bool
    ways: list[WayTold]


class LineTold(Schema):
    """A line of the route or a response clock; the first that is true `decides`."""

    sentence: str
    holds: bool | None
    decides: bool


class Walked(Schema):
    """A lead under a version, step by step; nothing is saved. `missing` null: the pass mark is reached.

    `seller` (a user's id) would get it now, with the response clock ending at `due_at`; else nobody would, by the code
    in `waits_for`.
    """

    score: float
    fit: float
    interest: float
    answers: float
    grade: str | None
    pass_mark: float
    readiness: WhereItStands
    captured: Condition
    never: list[NeverRule]
    rules: list[RuleTold]
    mql: Condition
    missing: Missing | None
    route: list[LineTold]
    clocks: list[LineTold]
    seller: int | None
    waits_for: str | None
    due_at: datetime | None


class Stood(Schema):
    """Where a lead stands under one version."""

    score: float
    grade: str | None
    readiness: WhereItStands


class RuleChange(Schema):
    """What a rule gives before and after."""

    section: Section
    rule: str
    before: float
    after: float


class PreviewedLead(Schema):
    """A real lead under the version that scores it today (null: none does) and under the draft; the rules that make
    the difference, the largest first."""

    lead: int
    name: str
    company: str
    stage: str
    before: Stood | None
    after: Stood
    changes: list[RuleChange]


class ScoreBar(Schema):
    """Leads with a score in [`low`, `high`): under the draft, and `before` (null: nothing to compare with)."""

    low: float
    high: float
    leads: int
    before: int | None


class Preview(Schema):
    """What a draft would make of real leads: a few around the pass mark, and the scores of `counted` of about `total`.

    `of_campaign`: the draft covers them; else they are any leads. `against` null: no version scores them today.
    """

    against: VersionOf | None
    of_campaign: bool
    total: int
    counted: int
    ripe: int
    ripe_before: int | None
    pass_mark: float
    leads: list[PreviewedLead]
    scores: list[ScoreBar]


def walked_shape(trial: Trial, speech: Speech) -> Walked:
    """Every step for the lead that was tried."""
    walk, found = trial.walk, trial.found
    score = walk.situation.score
    assert score is not None
    return Walked(
        score=score.total / 1000,
        fit=score.fit / 1000,
        interest=score.interest / 1000,
        answers=score.answers / 1000,
        grade=score.grade,
        pass_mark=walk.situation.agreement.ready.pass_mark.current / 1000,
        readiness=walk.readiness,
        captured=_condition(walk.captured, speech),
        never=[NeverRule(name=name, condition=_condition(each, speech)) for name, each in walk.never],
        rules=[_rule(each, speech) for each in walk.rules],
        mql=_condition(walk.mql, speech),
        missing=_missing(walk),
        route=[_line(each, speech) for each in walk.route],
        clocks=[_line(each, speech) for each in walk.clocks],
        seller=found.seller.id if isinstance(found, Handover) else None,
        waits_for=None if isinstance(found, Handover) else found.reason["code"],
        due_at=maybe_moment(trial.due_at),
    )


def preview_shape(
    tried: Ground, counted: Distribution, standings: list[Standing], draft: Agreement, current: Agreement | None
) -> Preview:
    """A draft beside the version that it would replace."""
    before, mark = counted.before, draft.ready.pass_mark.current
    old_mark = current.ready.pass_mark.current if current else None
    drawn = histogram(counted.after.scores, mark, before=before.scores if before else (), old_mark=old_mark)
    return Preview(
        against=VersionOf(agreement=current.campaign, number=current.version) if current else None,
        of_campaign=tried.of_campaign,
        total=tried.total,
        counted=len(counted.after.scores),
        ripe=counted.after.ripe,
        ripe_before=before.ripe if before else None,
        pass_mark=mark / 1000,
        leads=[_previewed(each) for each in standings],
        scores=[
            ScoreBar(low=bar.low / 1000, high=bar.high / 1000, leads=bar.count, before=bar.before) for bar in drawn.bars
        ],
    )


def _previewed(standing: Standing) -> PreviewedLead:
    *others, after = standing.situations
    before = others[0] if others else None
    assert after.score is not None
    found = changes(before.score, after.score) if before else ()
    row = standing.row
    return PreviewedLead(
        lead=row.lead.id,
        name=row.name,
        company=row.company,
        stage=row.lead.stage,
        before=_stood(before) if before else None,
        after=_stood(after),
        changes=[
            RuleChange(section=each.section, rule=each.rule, before=each.before / 1000, after=each.after / 1000)
            for each in found
        ],
    )


def _stood(situation: Situation) -> Stood:
    assert situation.score is not None
    return Stood(score=situation.score.total / 1000, grade=situation.score.grade, readiness=readiness(situation))


def _condition(found: Explanation, speech: Speech) -> Condition:
    return Condition(
        text=say_condition(found.condition, speech.language, speech.asked),
        holds=found.holds,
        parts=[_condition(each, speech) for each in found.parts],
        events=[EventTold(at=moment(each.t), act=speech.titles.get(each.key, "")) for each in found.evidence],
    )


def _rule(step: RuleStep, speech: Speech) -> RuleTold:
    points = step.points
    hits = points.hits if points else ()
    evidence = points.evidence if points else ()
    events = [
        EventTold(at=moment(each.t), act=speech.titles.get(each.key, ""), points=each.amount / 1000) for each in hits
    ]
    events += [EventTold(at=moment(each.t), act=speech.titles.get(each.key, "")) for each in evidence]
    return RuleTold(
        section=step.section,
        name=step.rule.name,
        sentence=say_rule(step.rule, speech.language, speech.asked),
        holds=step.holds,
        points=points.amount / 1000 if points else 0,
        events=events,
    )


def _missing(walk: Walk) -> Missing | None:
    found = walk.missing
    if found is None:
        return None
    ways = [
        WayTold(section=each.section, rule=each.rule.name, points=each.gain / 1000, hits=each.hits)
        for each in found.ways
    ]
    return Missing(points=found.missing / 1000, alone=found.alone, ways=ways)


def _line(step: LineStep, speech: Speech) -> LineTold:
    decides = step.asked and step.holds is True
    return LineTold(sentence=line_words(step, speech), holds=step.holds, decides=decides)
