"""What a draft would make of real leads: folded anew from the journal, nothing saved, nothing decided."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from psycopg import Connection

from pomona.actions.persons import facts_of_persons
from pomona.domain.account import Colleague
from pomona.domain.agreement import Agreement
from pomona.domain.comparison import SHOWN, Scored, choose_shown
from pomona.domain.condition import Situation
from pomona.domain.event import Event
from pomona.domain.profile import EMPTY_PROFILE, observe, profile_from_bytes
from pomona.domain.ripeness import HOUSE, Readiness, readiness
from pomona.domain.scoring import EMPTY_TALLY, count, situation_of
from pomona.domain.terms import Terms
from pomona.store import accounts, agreements, leads
from pomona.store.leads import Known, LeadRow, Part

FRESHEST = 300
"""Of so many leads that did something last, those to look at are chosen."""

MOST_COUNTED = 2_000
"""How many leads a distribution counts at most."""

AT_ONCE = 500
"""How many leads' facts are in memory at a time."""


class Ground(NamedTuple):
    """The leads that a draft is tried on: some `leads` of about `total`.

    `of_campaign`: the draft covers them; else it covers hardly anybody, and they are any leads of the base.
    """

    leads: list[Scored]
    freshest: list[Scored]
    total: int
    of_campaign: bool


class Counted(NamedTuple):
    """The scores of leads under one version, in thousandths, and how many of them are ripe."""

    scores: list[int]
    ripe: int


class Distribution(NamedTuple):
    """The same leads `before` (None: no version scores them today) and `after`."""

    before: Counted | None
    after: Counted


class Standing(NamedTuple):
    """A lead as stored, its facts, and its situation under each of the agreements asked for, in their order."""

    row: LeadRow
    facts: list[Event]
    situations: tuple[Situation, ...]


def ground(conn: Connection[Any], draft: Agreement, part: Part, *, now: int) -> Ground:
    """The leads of `part` to try the draft on: those it covers, unless these are too few to be looked at."""
    covers = covered(conn, draft, [each.profile for each in part.leads], now=now)
    found = [each for each, is_covered in zip(part.leads, covers, strict=True) if is_covered]
    of_campaign = len(found) >= SHOWN
    chosen = found if of_campaign else part.leads
    total = part.total * len(chosen) // max(len(part.leads), 1)
    every = -(-len(chosen) // MOST_COUNTED) or 1
    freshest = sorted(chosen, key=lambda each: (-each.last_act, each.lead))[:FRESHEST]
    return Ground(_scored(chosen[::every]), _scored(freshest), total, of_campaign)


def shown(
    conn: Connection[Any], ground: Ground, draft: Agreement, current: Agreement | None, *, now: int
) -> list[Standing]:
    """A few leads around the pass mark of the `current` version, under it (if there is one) and under the draft.

    They are chosen by their stored scores, so they stay while the draft is written.
    """
    mark = (current or draft).ready.pass_mark.current
    chosen = choose_shown(ground.freshest, mark)
    return list(standings(conn, dict.fromkeys(chosen, now), _both(current, draft)))


def distribution(
    conn: Connection[Any], ground: Ground, draft: Agreement, current: Agreement | None, *, now: int
) -> Distribution:
    """The scores of all leads of the ground under the `current` version and under the draft, and who is ripe."""
    moments = dict.fromkeys((each.lead for each in ground.leads), now)
    found = [each.situations for each in standings(conn, moments, _both(current, draft))]
    before = None if current is None else _counted(situations[0] for situations in found)
    return Distribution(before, _counted(situations[-1] for situations in found))


def standings(conn: Connection[Any], moments: Mapping[int, int], under: Sequence[Agreement]) -> Iterable[Standing]:
    """Each of these leads at its moment (microseconds UTC), whether the agreements cover it or not.

    Its colleagues are as they are now, with those of their acts that agreements in force count.
    In the order of `moments`, without leads that are no more: erased, or merged into another.
    """
    numbers = list(moments)
    for start in range(0, len(numbers), AT_ONCE):
        wanted = numbers[start : start + AT_ONCE]
        rows = leads.load(conn, wanted, lock=False)
        live = [rows[number] for number in wanted if number in rows and rows[number].lead.merged_into is None]
        facts = facts_of_persons(conn, {row.person for row in live})
        colleagues = accounts.colleagues(conn, {row.lead.id: row.account for row in live if row.account is not None})
        for row in live:
            yield _standing(row, facts[row.person], moments[row.lead.id], under, colleagues.get(row.lead.id))


def covered(conn: Connection[Any], draft: Agreement, profiles: Iterable[bytes], *, now: int) -> list[bool]:
    """Of each of these encoded profiles: would the lead be scored under the draft if it were in force?"""
    terms = Terms(now, agreements.in_force(conn, now), (draft,))
    return [bool(terms.ahead(profile_from_bytes(profile))) for profile in profiles]


def in_place_of(conn: Connection[Any], draft: Agreement, *, now: int) -> Agreement | None:
    """What scores the draft's leads today: the version in force of the same agreement, else the house rules."""
    in_force = agreements.in_force(conn, now)
    return in_force.get(draft.campaign) or in_force.get(HOUSE)


def _both(current: Agreement | None, draft: Agreement) -> tuple[Agreement, ...]:
    return (draft,) if current is None else (current, draft)


def _counted(situations: Iterable[Situation]) -> Counted:
    scores, ripe = [], 0
    for each in situations:
        assert each.score is not None
        scores.append(each.score.total)
        ripe += readiness(each) == Readiness.RIPE
    return Counted(scores, ripe)


def _scored(leads: Iterable[Known]) -> list[Scored]:
    return [Scored(each.lead, each.score) for each in leads]


def _standing(
    row: LeadRow,
    facts: Collection[Event],
    at: int,
    under: Sequence[Agreement],
    colleagues: tuple[Colleague, ...] | None,
) -> Standing:
    known = [fact for fact in facts if fact.t <= at]
    profile = observe(EMPTY_PROFILE, known)
    situations = (
        situation_of(
            agreement,
            profile,
            count(agreement, EMPTY_TALLY, known, cycle_from=row.lead.cycle_from),
            at=at,
            captured_at=row.lead.captured_at,
            colleagues=colleagues,
        )
        for agreement in under
    )
    return Standing(row, known, tuple(situations))
