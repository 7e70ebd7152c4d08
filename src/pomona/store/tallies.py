"""The stored state of (lead, agreement version), encoded."""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from psycopg import Connection

from pomona.domain.terms import VersionKey


class StoredTally(NamedTuple):
    """A tally, encoded; and for a lead that is not ripe yet the highest pass mark at which it would be, as of when
    it was stored (thousandths; None: at none).
    """

    tally: bytes
    ripe_up_to: int | None


Stored = Mapping[VersionKey, StoredTally]


def load(conn: Connection[Any], leads: Collection[int]) -> dict[int, dict[VersionKey, bytes]]:
    """The tallies of these leads; every lead asked for is in the result."""
    found: dict[int, dict[VersionKey, bytes]] = {lead: {} for lead in leads}
    rows = conn.execute("SELECT lead, agreement, version, tally FROM lead_score WHERE lead = ANY(%s)", (list(leads),))
    for lead, agreement, version, tally in rows:
        found[lead][VersionKey(agreement, version)] = tally
    return found


def counted_under(conn: Connection[Any], leads: Collection[int]) -> dict[int, set[VersionKey]]:
    """The versions under which each of these leads has a tally."""
    found: dict[int, set[VersionKey]] = {lead: set() for lead in leads}
    rows = conn.execute("SELECT lead, agreement, version FROM lead_score WHERE lead = ANY(%s)", (list(leads),))
    for lead, agreement, version in rows:
        found[lead].add(VersionKey(agreement, version))
    return found


def save(conn: Connection[Any], tallies: Mapping[int, Stored]) -> None:
    """Make these the tallies of these leads: others of the same leads are deleted."""
    rows = [(lead, *key, *stored) for lead, of_lead in tallies.items() for key, stored in of_lead.items()]
    leads, names, versions, encoded, ripe = (list(column) for column in zip(*rows, strict=True)) if rows else ([],) * 5
    conn.execute(
        "DELETE FROM lead_score WHERE lead = ANY(%s) AND NOT EXISTS (SELECT FROM "
        "unnest(%s::bigint[], %s::text[], %s::int[]) AS kept (lead, agreement, version) WHERE "
        "(kept.lead, kept.agreement, kept.version) = (lead_score.lead, lead_score.agreement, lead_score.version))",
        (list(tallies), leads, names, versions),
    )
    conn.execute(
        "INSERT INTO lead_score (lead, agreement, version, tally, ripe_up_to) "
        "SELECT * FROM unnest(%s::bigint[], %s::text[], %s::int[], %s::bytea[], %s::int[]) "
        "ON CONFLICT (lead, agreement, version) DO UPDATE SET (tally, ripe_up_to) = "
        "ROW (EXCLUDED.tally, EXCLUDED.ripe_up_to)",
        (leads, names, versions, encoded, ripe),
    )
