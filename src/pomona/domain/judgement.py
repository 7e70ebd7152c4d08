"""What new facts of a lead decide: captured, ripe, qualified, won, disqualified, awake again.

Time alone decides nothing.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any
from uuid import UUID

import msgspec

from pomona.domain.agreement import Agreement
from pomona.domain.condition import Situation, holds
from pomona.domain.drawing import drawn
from pomona.domain.event import Event
from pomona.domain.points import Evidence, Hit, Points, Score
from pomona.domain.profile import Profile
from pomona.domain.ripeness import is_barred, is_captured, is_ripe, is_won, true_leaves
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


def judge(lead: Lead, situations: Sequence[Situation], pinned: Situation | None = None) -> Verdict | None:
    """What follows for the lead from its situation under each agreement that concerns it, newest touch first.

    While the version that handed it over is pinned, `pinned` is the situation under that one: it alone decides.
    """
    deciding = situations if pinned is None else (pinned,)
    if lead.stage != Stage.WON and (won := next((each for each in deciding if is_won(each.agreement, each)), None)):
        return _verdict(Decision.WON, won, {})
    if lead.stage == Stage.MCL:
        return _ripest(situations)
    if pinned is None:
        return None
    if lead.stage == Stage.MQL and lead.owner is None:
        return _barred(pinned)
    return _qualified(pinned) if lead.stage == Stage.SAL else None


def hold_out(lead: Lead, situations: Iterable[Situation], counted: Collection[str]) -> Verdict | None:
    """Hand a lead below the pass mark over after all, to check the mark: by lot, when an agreement first concerns it.

    `counted` are the agreements that concerned it before. The caller sees to it that the lead is not ripe.
    """
    if lead.stage != Stage.MCL or lead.cycle_from:
        return None
    for each in situations:
        name, share = each.agreement.campaign, each.agreement.ready.holdout
        is_asked = name not in counted and drawn("holdout", name, lead.id, share=share)
        if is_asked and is_barred(each.agreement, each) is None:
            return _verdict(Decision.HOLDOUT, each, {**score_as_data(each.score), "share": share})
    return None


def woken_by(lead: Lead, asleep: Situation, facts: Iterable[Event], new: Collection[Event]) -> Event | None:
    """The fact with which `unless` of the pinned version ends the nurture: one of the new ones, or a later one.

    `asleep` is the situation under that version, `facts` are all of the lead's in their order: those since the return
    count together, however many batches they came in.
    """
    unless, since = asleep.agreement.ready.returned.unless, lead.returned_at
    if lead.stage != Stage.NURTURE or unless is None or since is None:
        return None
    fresh, seen, tally = {fact.key for fact in new}, False, EMPTY_TALLY
    for fact in facts:
        if fact.t < since:
            continue
        tally = count(asleep.agreement, tally, [fact], cycle_from=since)
        seen = seen or fact.key in fresh
        if seen and holds(unless, msgspec.structs.replace(asleep, tally=tally)):
            return fact
    return None


def _ripest(situations: Sequence[Situation]) -> Verdict | None:
    """Ripe under the agreement with the highest grade, then score, then newest touch."""
    ripe = [(each, answer.because) for each in situations if (answer := is_ripe(each.agreement, each)).ripe]
    if not ripe:
        return None
    ranked = sorted(ripe, key=lambda each: _rank(each[0].score))
    situation, because = ranked[0]
    body = {
        **score_as_data(situation.score),
        "pass_mark": situation.agreement.ready.pass_mark.current,
        "because": because,
        "also_ripe": [_in_brief(each) for each, _ in ranked[1:]],
    }
    return _verdict(Decision.RIPE, situation, body)


def _in_brief(situation: Situation) -> dict[str, Any]:
    agreement, score = situation.agreement, situation.score
    assert score is not None
    named = {"agreement": agreement.campaign, "version": agreement.version}
    return {**named, "score": score.total, "grade": score.grade}


def _rank(score: Score | None) -> tuple[bool, str, int]:
    assert score is not None
    return (score.grade is None, score.grade or "", -score.total)


def _barred(pinned: Situation) -> Verdict | None:
    """Nobody has the lead yet and a `never` rule of its agreement has become true."""
    rule = is_barred(pinned.agreement, pinned)
    return None if rule is None else _verdict(Decision.DISQUALIFIED, pinned, {"reason": rule})


def _qualified(pinned: Situation) -> Verdict | None:
    """What is known of the lead now is what both sides agreed to call qualified."""
    sql = pinned.agreement.ready.sql
    if sql is None or not holds(sql, pinned):
        return None
    return _verdict(Decision.QUALIFIED, pinned, {"because": {"sql": true_leaves(sql, pinned)}})


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
