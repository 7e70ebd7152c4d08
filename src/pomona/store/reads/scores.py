"""Scores as of now for leads on a page: computed at reading from the stored profile and tally."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from pomona.domain.account import Colleague
from pomona.domain.agreement import Agreement
from pomona.domain.profile import Profile, profile_from_bytes
from pomona.domain.scoring import Score, Tally, score, tally_from_bytes
from pomona.domain.terms import Terms, VersionKey, key_of
from pomona.store import accounts, agreements, tallies
from pomona.store.database import connection
from pomona.store.models import Lead


class Scored(NamedTuple):
    """A lead's score under one version of one agreement, and what it was computed from."""

    agreement: Agreement
    score: Score
    profile: Profile
    tally: Tally

    @property
    def pass_mark(self) -> int:
        """The score to reach, in thousandths of a point."""
        return self.agreement.ready.pass_mark.current

    @property
    def is_moved(self) -> bool:
        """Whether the mark does not stand where it was signed."""
        return self.pass_mark != self.agreement.ready.pass_mark.start


def scores_now(leads: Sequence[Lead], now: int) -> dict[int, list[Scored]]:
    """Each lead's scores, the one that decides first: of the agreement that handed it over, else the highest.

    Under the versions in force now; without those under which a lead was not counted yet.
    """
    conn = connection()
    terms = agreements.terms(conn, now)
    stored = tallies.load(conn, [lead.pk for lead in leads])
    colleagues = accounts.colleagues(conn, {lead.pk: lead.account for lead in leads if lead.account is not None})
    return {lead.pk: _of_lead(lead, stored[lead.pk], colleagues.get(lead.pk), terms, now) for lead in leads}


def _of_lead(
    lead: Lead,
    stored: Mapping[VersionKey, bytes],
    colleagues: tuple[Colleague, ...] | None,
    terms: Terms,
    now: int,
) -> list[Scored]:
    profile = profile_from_bytes(bytes(lead.profile))
    found = []
    for agreement in terms.of(lead.pk, lead.captured_at).scoring(profile):
        if (encoded := stored.get(key_of(agreement))) is not None:
            tally = tally_from_bytes(encoded)
            counted = score(agreement, profile, tally, at=now, captured_at=lead.captured_at, colleagues=colleagues)
            found.append(Scored(agreement, counted, profile, tally))
    return sorted(found, key=lambda each: (each.agreement.campaign != lead.agreement, -each.score.total))
