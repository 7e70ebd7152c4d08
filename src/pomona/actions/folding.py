"""A lead's facts, folded: from nothing or onto what is stored, and saved."""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, NamedTuple

import msgspec
from psycopg import Connection

from pomona.actions.persons import facts_of_persons
from pomona.domain.account import Acts, Colleague, account_of, newest_acts, told_of_account, traits_to_bytes
from pomona.domain.agreement import Agreement
from pomona.domain.agreement.conditions import Pattern
from pomona.domain.condition import Situation
from pomona.domain.event import Event
from pomona.domain.points import Score
from pomona.domain.profile import EMPTY_PROFILE, Profile, observe, profile_from_bytes, profile_to_bytes
from pomona.domain.ripeness import ripe_up_to
from pomona.domain.scoring import among, situation_of
from pomona.domain.stages import Lead, Stage
from pomona.domain.tally import EMPTY_TALLY, Tally, count, tally_from_bytes, tally_to_bytes
from pomona.domain.terms import Terms, VersionKey, key_of
from pomona.store import accounts, agreements, leads, tallies
from pomona.store.leads import LeadRow
from pomona.store.tallies import Stored, StoredTally


class Folded(msgspec.Struct, frozen=True):
    """A profile, and the situation under each agreement that concerns the lead, newest touch first.

    `ahead`: the same under versions to come, which decide nothing yet. `acts`: its newest of those that agreements
    count of the people of an account; none without an account.
    """

    profile: Profile
    situations: tuple[Situation, ...] = ()
    ahead: tuple[Situation, ...] = ()
    acts: Acts = {}

    def under(self, version: tuple[str, int] | None) -> Situation | None:
        """The situation under this version (name, number), if it concerns the lead."""
        named = ((each.agreement.campaign, each.agreement.version) for each in self.situations)
        return next((each for each, name in zip(self.situations, named, strict=True) if name == version), None)


NOTHING = Folded(EMPTY_PROFILE)
"""What an absorbed lead keeps beside its decisions."""


class Concerned(NamedTuple):
    """The versions a lead is scored under, newest touch first, and those it is counted under ahead."""

    now: tuple[Agreement, ...]
    ahead: tuple[Agreement, ...]

    @property
    def keys(self) -> set[VersionKey]:
        """Under which versions the lead must have a tally."""
        return {key_of(each) for each in (*self.now, *self.ahead)}


def concerned(terms: Terms, profile: Profile) -> Concerned:
    """Which versions of which agreements count the lead with this profile."""
    return Concerned(terms.scoring(profile), terms.ahead(profile))


def counted_acts(terms: Terms, profile: Profile) -> tuple[Pattern, ...]:
    """Which acts of this person some agreement counts for its colleagues; none of somebody without an account."""
    return () if account_of(profile) is None else terms.counted


def fold_anew(facts: Collection[Event], terms: Terms, lead: Lead | None) -> Folded:
    """All facts of a lead, folded from nothing; `lead` None: of somebody who is none yet."""
    profile = observe(EMPTY_PROFILE, facts)
    cycle_from = lead.cycle_from if lead else 0

    def counted(agreement: Agreement) -> Tally:
        return count(agreement, EMPTY_TALLY, facts, cycle_from=cycle_from)

    acts = _acts(profile, terms, {}, facts, cycle_from)
    own = terms.of(lead.id, lead.captured_at) if lead else terms
    return msgspec.structs.replace(_folded(profile, terms, concerned(own, profile), counted, lead), acts=acts)


def fold_more(
    row: LeadRow, stored: Mapping[VersionKey, bytes], acts: Acts, facts: Collection[Event], terms: Terms
) -> Folded | None:
    """More facts folded onto what is stored.

    None if the lead must be folded from nothing: a version counts it, or its acts, that did not before.
    """
    profile = observe(profile_from_bytes(row.profile), facts)
    counting = concerned(terms.of(row.lead.id, row.lead.captured_at), profile)
    newest = _acts(profile, terms, acts, facts, row.lead.cycle_from)
    if not (counting.keys <= stored.keys() and newest.keys() <= acts.keys()):
        return None

    def counted(agreement: Agreement) -> Tally:
        tally = tally_from_bytes(stored[key_of(agreement)])
        return count(agreement, tally, facts, cycle_from=row.lead.cycle_from)

    return msgspec.structs.replace(_folded(profile, terms, counting, counted, row.lead), acts=newest)


def see_colleagues(conn: Connection[Any], folded: Mapping[int, Folded]) -> dict[int, Folded]:
    """The leads with what the others of their accounts are, told and did, as the database has it now."""
    named = {number: account_of(each.profile) for number, each in folded.items() if each.situations or each.ahead}
    seen = accounts.colleagues(conn, {number: account for number, account in named.items() if account is not None})
    return {number: _seeing(each, seen[number]) if number in seen else each for number, each in folded.items()}


def fold_under_older(
    conn: Connection[Any], leads: Collection[tuple[LeadRow, Folded]], terms: Terms, *, upto: int | None
) -> dict[int, Situation]:
    """Leads whose pinned version concerns them no more, each under that version: counted from the journal."""
    read = agreements.versions(conn, {row.lead.pinned for row, _ in leads if row.lead.pinned}, at=terms.at)
    facts = facts_of_persons(conn, {row.person for row, _ in leads}, upto=upto)
    found = {}
    for row, folded in leads:
        lead = row.lead
        if lead.pinned in read:
            agreement = read[lead.pinned]
            tally = count(agreement, EMPTY_TALLY, facts[row.person], cycle_from=lead.cycle_from)
            older = situation_of(agreement, folded.profile, tally, at=terms.at, captured_at=lead.captured_at)
            found[lead.id] = Folded(folded.profile, (older,))
    return {number: each.situations[0] for number, each in see_colleagues(conn, found).items()}


def save(conn: Connection[Any], folded: Iterable[tuple[LeadRow, Folded]], *, now: int) -> None:
    """Write leads with what was folded."""
    pairs = list(folded)
    leads.save(conn, [_with_derived(row, each, now) for row, each in pairs])
    tallies.save(conn, {row.lead.id: _to_store(row.lead, each) for row, each in pairs})
    accounts.save_acts(conn, {row.lead.id: each.acts for row, each in pairs})


def sort_score(situations: Iterable[Situation]) -> Score | None:
    """The score that lists are sorted by: the highest of those that concern the lead."""
    return max((each.score for each in situations if each.score), key=lambda score: score.total, default=None)


def _acts(profile: Profile, terms: Terms, known: Acts, facts: Collection[Event], cycle_from: int) -> Acts:
    return newest_acts(counted_acts(terms, profile), known, facts, cycle_from=cycle_from)


def _seeing(folded: Folded, colleagues: tuple[Colleague, ...]) -> Folded:
    now, ahead = (
        tuple(among(each, colleagues) for each in situations) for situations in (folded.situations, folded.ahead)
    )
    return msgspec.structs.replace(folded, situations=now, ahead=ahead)


def _folded(
    profile: Profile,
    terms: Terms,
    counting: Concerned,
    counted: Callable[[Agreement], Tally],
    lead: Lead | None,
) -> Folded:
    captured_at = lead.captured_at if lead else terms.at

    def situation(agreement: Agreement) -> Situation:
        return situation_of(agreement, profile, counted(agreement), at=terms.at, captured_at=captured_at)

    return Folded(profile, tuple(map(situation, counting.now)), tuple(map(situation, counting.ahead)))


def _to_store(lead: Lead, folded: Folded) -> Stored:
    unripe = lead.stage == Stage.MCL and lead.merged_into is None
    return {
        key_of(each.agreement): StoredTally(tally_to_bytes(each.tally), ripe_up_to(each) if unripe else None)
        for each in (*folded.situations, *folded.ahead)
    }


def _with_derived(row: LeadRow, folded: Folded, now: int) -> LeadRow:
    profile, came = folded.profile, folded.profile.first_touch
    best = sort_score(folded.situations)
    return LeadRow(
        lead=row.lead,
        person=row.person,
        **profile.display._asdict(),
        campaign=came.campaign if came else None,
        channel=came.channel if came else None,
        last_act_at=profile.last_act,
        profile=profile_to_bytes(profile),
        account=account_of(profile),
        company_traits=traits_to_bytes(told_of_account(profile)),
        score=best.total if best else 0,
        score_grade=best.grade if best else None,
        scored_at=now,
    )
