"""A lead's facts, folded: from nothing or onto what is stored, and saved."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import msgspec
from psycopg import Connection

from pomona.actions.persons import facts_of_persons
from pomona.domain.agreement import Agreement
from pomona.domain.condition import Situation
from pomona.domain.event import Event
from pomona.domain.points import Score
from pomona.domain.profile import EMPTY_PROFILE, Profile, observe, profile_from_bytes, profile_to_bytes
from pomona.domain.ripeness import choose_agreements
from pomona.domain.scoring import situation_of
from pomona.domain.tally import EMPTY_TALLY, Tally, count, tally_from_bytes, tally_to_bytes
from pomona.store import agreements, leads, tallies
from pomona.store.leads import LeadRow


class Moment(msgspec.Struct, frozen=True):
    """When leads are looked at, and the agreements in force then."""

    now: int
    agreements: Mapping[str, Agreement]


class Folded(msgspec.Struct, frozen=True):
    """A profile, and the situation under each agreement that concerns the lead, newest touch first."""

    profile: Profile
    situations: tuple[Situation, ...] = ()

    def under(self, version: tuple[str, int] | None) -> Situation | None:
        """The situation under this version (name, number), if it concerns the lead."""
        named = ((each.agreement.campaign, each.agreement.version) for each in self.situations)
        return next((each for each, name in zip(self.situations, named, strict=True) if name == version), None)


NOTHING = Folded(EMPTY_PROFILE)
"""What an absorbed lead keeps beside its decisions."""


def concerned(agreements: Mapping[str, Agreement], profile: Profile) -> tuple[Agreement, ...]:
    """The agreements a person is scored under, as of its last act: time alone changes nothing stored."""
    return choose_agreements(agreements, profile, profile.last_act or 0)


def fold_anew(facts: Collection[Event], moment: Moment, *, captured_at: int, cycle_from: int) -> Folded:
    """All facts of a lead, folded from nothing."""
    profile = observe(EMPTY_PROFILE, facts)
    counted = [
        (agreement, count(agreement, EMPTY_TALLY, facts, cycle_from=cycle_from))
        for agreement in concerned(moment.agreements, profile)
    ]
    return _folded(profile, counted, moment, captured_at)


def fold_more(row: LeadRow, stored: tallies.Stored, facts: Collection[Event], moment: Moment) -> Folded | None:
    """More facts folded onto what is stored.

    None if the lead must be folded from nothing: an agreement concerns it that did not before, or a version
    came into force since.
    """
    profile = observe(profile_from_bytes(row.profile), facts)
    counted = []
    for agreement in concerned(moment.agreements, profile):
        version, encoded = stored.get(agreement.campaign, (None, b""))
        if version != agreement.version:
            return None
        tally = count(agreement, tally_from_bytes(encoded), facts, cycle_from=row.lead.cycle_from)
        counted.append((agreement, tally))
    return _folded(profile, counted, moment, row.lead.captured_at)


def fold_under_older(
    conn: Connection[Any], leads: Collection[tuple[LeadRow, Folded]], moment: Moment, *, upto: int | None
) -> dict[int, Situation]:
    """Leads whose pinned version concerns them no more, each under that version: counted from the journal."""
    read = agreements.versions(conn, {row.lead.pinned for row, _ in leads if row.lead.pinned})
    facts = facts_of_persons(conn, {row.person for row, _ in leads}, upto=upto)
    found = {}
    for row, folded in leads:
        lead = row.lead
        if lead.pinned in read:
            agreement = read[lead.pinned]
            tally = count(agreement, EMPTY_TALLY, facts[row.person], cycle_from=lead.cycle_from)
            found[lead.id] = situation_of(agreement, folded.profile, tally, at=moment.now, captured_at=lead.captured_at)
    return found


def save(conn: Connection[Any], folded: Iterable[tuple[LeadRow, Folded]], *, now: int) -> None:
    """Write leads with what was folded."""
    pairs = list(folded)
    leads.save(conn, [_with_derived(row, each, now) for row, each in pairs])
    tallies.save(conn, {row.lead.id: _encoded(each) for row, each in pairs})


def sort_score(situations: Iterable[Situation]) -> Score | None:
    """The score that lists are sorted by: the highest of those that concern the lead."""
    return max((each.score for each in situations if each.score), key=lambda score: score.total, default=None)


def _folded(profile: Profile, counted: list[tuple[Agreement, Tally]], moment: Moment, captured_at: int) -> Folded:
    return Folded(
        profile,
        tuple(
            situation_of(agreement, profile, tally, at=moment.now, captured_at=captured_at)
            for agreement, tally in counted
        ),
    )


def _encoded(folded: Folded) -> tallies.Stored:
    return {each.agreement.campaign: (each.agreement.version, tally_to_bytes(each.tally)) for each in folded.situations}


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
        score=best.total if best else 0,
        score_grade=best.grade if best else None,
        scored_at=now,
    )
