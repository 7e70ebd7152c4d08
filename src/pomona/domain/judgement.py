"""What new facts of a lead decide: captured, ripe, won, disqualified, or awake again. Time alone decides nothing."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

import msgspec

from pomona.domain.agreement import Agreement
from pomona.domain.condition import Situation, holds
from pomona.domain.event import Event
from pomona.domain.points import Evidence, Hit, Points, Score
from pomona.domain.profile import Profile
from pomona.domain.ripeness import is_barred, is_captured, is_ripe, is_won
from pomona.domain.stages import Decision, Lead, Stage
from pomona.domain.tally import EMPTY_TALLY, count


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What was decided about a lead, under which agreement version, with everything it rests on."""

    decision: Decision
    agreement: str
    version: int
    body: dict[str, Any]


def is_known(agreements: Collection[Agreement], profile: Profile, *, at: int) -> bool:
    """Whether a person becomes a lead: by `captured` of any agreement that concerns it.

    While none is in force, whoever can be written to or called becomes one.
    """
    if agreements:
        return any(is_captured(agreement, profile, at=at) for agreement in agreements)
    return profile.value("email") is not None or profile.value("phone") is not None


def judge(lead: Lead, situations: Sequence[Situation]) -> Verdict | None:
    """What follows for the lead from its situation under each agreement that concerns it, newest touch first."""
    if lead.stage != Stage.WON and (won := next((each for each in situations if is_won(each.agreement, each)), None)):
        return _verdict(Decision.WON, won, {})
    if lead.stage == Stage.MCL:
        return _ripest(situations)
    if lead.stage == Stage.MQL and lead.owner is None:
        return _barred(lead, situations)
    return None


def woken_by(lead: Lead, agreement: Agreement, profile: Profile, facts: Collection[Event], *, at: int) -> Event | None:
    """The first of the new facts, later than the return, with which the agreement's `unless` ends the nurture."""
    unless, since = agreement.ready.returned.unless, lead.returned_at
    if lead.stage != Stage.NURTURE or unless is None or since is None:
        return None
    tally = EMPTY_TALLY
    for fact in sorted(facts, key=lambda each: each.order):
        if fact.t < since:
            continue
        tally = count(agreement, tally, [fact], cycle_from=since)
        situation = Situation(agreement=agreement, profile=profile, tally=tally, at=at, captured_at=lead.captured_at)
        if holds(unless, situation):
            return fact
    return None


def _ripest(situations: Sequence[Situation]) -> Verdict | None:
    """Ripe under the agreement with the highest grade, then score, then newest touch."""
    ripe = [(each, answer.because) for each in situations if (answer := is_ripe(each.agreement, each)).ripe]
    if not ripe:
        return None
    situation, because = min(ripe, key=lambda each: _rank(each[0].score))
    return _verdict(Decision.RIPE, situation, {**score_as_data(situation.score), "because": because})


def _rank(score: Score | None) -> tuple[bool, str, int]:
    assert score is not None
    return (score.grade is None, score.grade or "", -score.total)


def _barred(lead: Lead, situations: Sequence[Situation]) -> Verdict | None:
    """Nobody has the lead yet and a `never` rule of its agreement has become true."""
    for each in situations:
        if each.agreement.campaign == lead.agreement and (rule := is_barred(each.agreement, each)) is not None:
            return _verdict(Decision.DISQUALIFIED, each, {"reason": rule})
    return None


def _verdict(decision: Decision, situation: Situation, body: dict[str, Any]) -> Verdict:
    agreement = situation.agreement
    return Verdict(decision=decision, agreement=agreement.campaign, version=agreement.version, body=body)


def score_as_data(score: Score | None) -> dict[str, Any]:
    """A score as plain data: sums in thousandths, each rule's points with the events they come from."""
    assert score is not None
    return {
        "score": score.total,
        "grade": score.grade,
        "fit": score.fit,
        "interest": score.interest,
        "answers": score.answers,
        "points": [_points_as_data(points) for points in score.points],
    }


def _points_as_data(points: Points) -> dict[str, Any]:
    return {
        "rule": points.rule,
        "section": points.section,
        "amount": points.amount,
        "events": [*map(_event_as_data, points.hits), *map(_event_as_data, points.evidence)],
    }


def _event_as_data(event: Hit | Evidence) -> dict[str, Any]:
    named = {"t": event.t, "key": str(UUID(bytes=event.key))}
    return {**named, "amount": event.amount} if isinstance(event, Hit) else named
