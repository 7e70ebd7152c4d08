"""Scoring: the fold of a lead's events under one agreement version, and the score read from it at a moment."""

import math

import msgspec

from pomona.domain.account import Colleague, with_account
from pomona.domain.agreement import Agreement
from pomona.domain.agreement.bands import Band
from pomona.domain.agreement.conditions import Wanted
from pomona.domain.agreement.patterns import is_wanted
from pomona.domain.agreement.values import BandRule, HitRule, Rule, Section, StateRule
from pomona.domain.condition import Situation, evidence, holds
from pomona.domain.points import Evidence, Hit, Points, Score
from pomona.domain.profile import Fact, Profile
from pomona.domain.tally import EMPTY_TALLY, Tally, count, tally_from_bytes, tally_to_bytes

__all__ = [
    "EMPTY_TALLY",
    "Evidence",
    "Hit",
    "Points",
    "Score",
    "Tally",
    "among",
    "band_of",
    "count",
    "grade_of",
    "score",
    "situation_of",
    "tally_from_bytes",
    "tally_to_bytes",
    "worth",
]


def score(
    agreement: Agreement,
    profile: Profile,
    tally: Tally,
    *,
    at: int,
    captured_at: int | None,
    colleagues: tuple[Colleague, ...] | None = None,
) -> Score:
    """The score at the moment `at`: the exact integer sum of the points that each rule gives then."""
    asked = situation_of(agreement, profile, tally, at=at, captured_at=captured_at, colleagues=colleagues)
    assert asked.score is not None
    return asked.score


def situation_of(
    agreement: Agreement,
    profile: Profile,
    tally: Tally,
    *,
    at: int,
    captured_at: int | None,
    colleagues: tuple[Colleague, ...] | None = None,
) -> Situation:
    """The lead under the agreement at `at`, with its score: what every other condition is asked about.

    `profile` is the lead's own; what its `colleagues` told of the company is laid over it here. None: no account.
    """
    bare = Situation(
        agreement=agreement,
        profile=with_account(profile, colleagues or ()),
        tally=tally,
        at=at,
        captured_at=captured_at,
        colleagues=colleagues,
    )
    return msgspec.structs.replace(bare, score=_score(bare))


def among(situation: Situation, colleagues: tuple[Colleague, ...]) -> Situation:
    """The situation of a lead whose colleagues are known now."""
    profile = with_account(situation.profile, colleagues)
    seen = msgspec.structs.replace(situation, profile=profile, colleagues=colleagues)
    if profile is situation.profile and not situation.agreement.asks_about_colleagues:
        return seen
    return msgspec.structs.replace(seen, score=_score(seen))


def _score(situation: Situation) -> Score:
    given = (_points(section, rule, situation) for section, rule in situation.agreement.rules)
    points = tuple(each for each in given if each is not None)
    total = sum(each.amount for each in points)
    return Score(
        total=total,
        fit=_sum(points, "fit"),
        interest=_sum(points, "interest"),
        answers=_sum(points, "answers"),
        grade=grade_of(situation.agreement, total),
        points=points,
        at=situation.at,
    )


def worth(points: int, age: int, half_life: int | None) -> int:
    """What a hit of `points` thousandths is worth at the age of `age` microseconds, rounded half up.

    sign x floor(|points| x 2^(-age / half_life) + 1/2); without half-life always the same.
    """
    if half_life is None:
        return points
    amount = math.floor(abs(points) * math.pow(2.0, -age / half_life) + 0.5)
    return amount if points >= 0 else -amount


def _points(section: Section, rule: Rule, situation: Situation) -> Points | None:
    """What the rule gives now; None where it gives nothing."""
    match rule:
        case HitRule():
            return _hits(section, rule, situation)
        case BandRule():
            return _banded(section, rule, situation)
        case StateRule(name, when, points):
            if points == 0 or not holds(when, situation):
                return None
            return Points(rule=name, section=section, amount=points, evidence=evidence(when, situation))


def _hits(section: Section, rule: HitRule, situation: Situation) -> Points | None:
    entries = situation.entries(rule.tracker(situation.agreement.runs.offset))[-rule.keep :]
    hits = tuple(Hit(t, key, rule.points, worth(rule.points, situation.at - t, rule.half_life)) for t, key in entries)
    if not hits or rule.points == 0:
        return None
    amount = sum(hit.amount for hit in hits)
    return Points(rule=rule.name, section=section, amount=amount, hits=hits, fading=rule.half_life is not None)


def band_of(rule: BandRule, profile: Profile) -> Band | None:
    """The first band that the trait's value fits; None: none, or the value is not known."""
    fact = profile.traits.get(rule.trait)
    return None if fact is None else next((band for band in rule.bands if _fits(band, fact)), None)


def _banded(section: Section, rule: BandRule, situation: Situation) -> Points | None:
    band = band_of(rule, situation.profile)
    if band is None or band.points == 0:
        return None
    fact = situation.profile.traits[rule.trait]
    return Points(rule=rule.name, section=section, amount=band.points, evidence=(Evidence(fact.t, fact.key),))


def _fits(band: Band, fact: Fact) -> bool:
    if band.value is not None:
        return fact.text == band.value
    return is_wanted(Wanted(at_least=band.low, at_most=band.high), fact.value, fact.text) is True


def _sum(points: tuple[Points, ...], section: Section) -> int:
    return sum(each.amount for each in points if each.section == section)


def grade_of(agreement: Agreement, total: int) -> str | None:
    """The first letter whose number the score reaches, in thousandths of a point."""
    for grade in agreement.ready.grades:
        at_least = agreement.ready.pass_mark.current if grade.at_least is None else grade.at_least
        if total >= at_least:
            return grade.letter
    return None
