"""What the fold says of leads, what an engine answers, and whether they agree."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from pomona.domain.account import IS_CLIENT, Colleague, is_of_account, newest_acts, told_of_account
from pomona.domain.agreement import Agreement
from pomona.domain.agreement import conditions as c
from pomona.domain.agreement.values import BandRule, StateRule
from pomona.domain.profile import EMPTY_PROFILE, observe
from pomona.domain.ripeness import is_barred, is_captured, is_ripe
from pomona.domain.scoring import EMPTY_TALLY, count, situation_of
from tests.history.past import Past


class Judged(NamedTuple):
    """What is said of a lead at a moment, in the order of `emit.JUDGED`."""

    lead: int
    moment: int
    fit: int
    interest: int
    answers: int
    score: int
    grade: str | None
    captured: bool
    barred: str | None
    ripe: bool | None


def others_of(lead: int, leads: Sequence[Past]) -> list[Past] | None:
    """The rest of the lead's account; None: it has none."""
    account = leads[lead].account
    return None if account is None else [each for n, each in enumerate(leads) if n != lead and each.account == account]


def _colleague(terms: Agreement, past: Past, at: int) -> Colleague:
    events = [event for event in past.events if event.t <= at]
    return Colleague(
        traits=told_of_account(observe(EMPTY_PROFILE, events)),
        is_client=past.client_since is not None and past.client_since <= at,
        has_owner=past.owned_since is not None and past.owned_since <= at,
        acts=newest_acts([each.pattern for each in terms.people], {}, events, cycle_from=past.cycle_from),
    )


def folded(
    terms: Agreement, lead: int, past: Past, at: int, others: Iterable[Past] | None = None
) -> tuple[Judged, int]:
    """What the fold says of a lead at a moment, the `others` being of its account, and how many of the hits that count
    fade."""
    events = [event for event in past.events if event.t <= at]
    profile = observe(EMPTY_PROFILE, events)
    tally = count(terms, EMPTY_TALLY, events, cycle_from=past.cycle_from)
    colleagues = None if others is None else tuple(_colleague(terms, each, at) for each in others)
    situation = situation_of(terms, profile, tally, at=at, captured_at=past.captured_at, colleagues=colleagues)
    score = situation.score
    assert score is not None
    judged = Judged(
        lead,
        at,
        score.fit,
        score.interest,
        score.answers,
        score.total,
        score.grade,
        is_captured(terms, profile, at=at),
        is_barred(terms, situation),
        is_ripe(terms, situation).ripe,
    )
    return judged, sum(len(points.hits) for points in score.points if points.fading)


def at_moment(terms: Agreement, leads: Sequence[Past], at: int) -> list[tuple[Judged, int]]:
    """What the fold says of each lead at a moment."""
    return [folded(terms, lead, past, at, others_of(lead, leads)) for lead, past in enumerate(leads)]


def at_events(terms: Agreement, leads: Sequence[Past]) -> list[tuple[Judged, int]]:
    """What the fold says of each lead at the times since it was captured of its facts and of what its colleagues do,
    tell and become that is asked about."""
    asked = _asked_of_account(terms)
    found = []
    for lead, past in enumerate(leads):
        others = others_of(lead, leads)
        times = {event.t for event in past.events} | {t for each in others or () for t in _of_account(asked, each)}
        since = times if past.captured_at is None else {t for t in times if t >= past.captured_at}
        found += [folded(terms, lead, past, t, others) for t in sorted(since) if past.captured_at is not None]
    return found


def _asked_of_account(terms: Agreement) -> set[Any]:
    """The traits, patterns and facts of an account that scores and ripeness depend on."""
    rules = [rule for _, rule in terms.rules]
    conditions = [rule.when for rule in rules if isinstance(rule, StateRule) and rule.points]
    conditions += [*(each.when for each in terms.ready.never), terms.ready.mql]
    asked: set[Any] = {rule.trait for rule in rules if isinstance(rule, BandRule)}
    for leaf in (leaf for condition in conditions for leaf in c.leaves(condition)):
        match leaf:
            case c.Known(trait) | c.TraitIs(trait) | c.TraitMatches(trait) | c.TraitInList(trait) | c.Found(trait):
                asked.add(trait)
            case c.PeopleOfAccount(_, pattern):
                asked.add(pattern)
            case c.Account(kind):
                asked |= {kind, IS_CLIENT} if kind == "is_client" else {kind}
    return {each for each in asked if not isinstance(each, str) or is_of_account(each) or each in _ACCOUNT_FACTS}


_ACCOUNT_FACTS = ("is_client", "has_owner")


def _of_account(asked: set[Any], past: Past) -> Iterable[int]:
    """The times at which a lead does, tells or becomes what its colleagues are asked about."""
    patterns = [each for each in asked if isinstance(each, c.Pattern)]
    for event in past.events:
        acts = newest_acts(patterns, {}, [event], cycle_from=past.cycle_from)
        if any(acts.values()) or asked & observe(EMPTY_PROFILE, [event]).traits.keys():
            yield event.t
    became = zip(_ACCOUNT_FACTS, (past.client_since, past.owned_since), strict=True)
    yield from (t for name, t in became if name in asked and t is not None)


def asked(engine: Any, query: str) -> list[Judged]:
    """What an engine answers, in the order of leads and moments. A lead not known to be captured is not."""
    rows = engine.execute(f"SELECT * FROM ({query}) AS judged ORDER BY lead, moment").fetchall()
    judged = (Judged(*row) for row in rows)
    return [each._replace(captured=each.captured is True) for each in judged]


def first_times(judged: Iterable[Judged]) -> dict[int, int]:
    """The first moment at which each lead was ripe."""
    first: dict[int, int] = {}
    for each in judged:
        if each.captured and each.ripe:
            first.setdefault(each.lead, each.moment)
    return first


def agree(found: Sequence[Judged], expected: Sequence[tuple[Judged, int]]) -> None:
    """Equal; points may differ by a thousandth for each hit that fades, and what follows from points with them."""
    assert [each[:2] for each in found] == [each[:2] for each, _ in expected]
    for sql, (fold, fading) in zip(found, expected, strict=True):
        if sql != fold:
            assert 0 < abs(sql.score - fold.score) <= fading
            assert (sql.fit, sql.answers, sql.captured) == (fold.fit, fold.answers, fold.captured)
