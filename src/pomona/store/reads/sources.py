"""Sources of events: what they sent of late, and their write keys."""

import msgspec
from django.db import connection

from pomona.domain.event import DAY
from pomona.store.access import Power, demand
from pomona.store.models import Source, User, WriteKey

DAYS_SHOWN = 14
"""How far back arrivals are counted."""


class Key(msgspec.Struct, frozen=True):
    """A write key; `revoked_at` None while it opens the door."""

    key: str
    created_at: int
    revoked_at: int | None


class SourceLine(msgspec.Struct, frozen=True):
    """A source with its events of each of the last `DAYS_SHOWN` days of 24 hours, the present one last.

    `last_received_at` is None when nothing came in that time.
    """

    id: int
    name: str
    kind: str
    created_at: int
    keys: tuple[Key, ...]
    per_day: tuple[int, ...]
    last_received_at: int | None


def sources(user: User, *, now: int) -> list[SourceLine]:
    """All sources, the busiest first."""
    demand(user, Power.MANAGE_SOURCES)
    arrivals = _arrivals(now)
    lines = [
        _line(row, arrivals.get(row.pk, {})) for row in Source.objects.prefetch_related("write_keys").order_by("name")
    ]
    return sorted(lines, key=lambda line: (-sum(line.per_day), line.name))


def source(user: User, source_id: int, *, now: int) -> SourceLine | None:
    """One source, or None if there is none of that id."""
    demand(user, Power.MANAGE_SOURCES)
    row = Source.objects.prefetch_related("write_keys").filter(pk=source_id).first()
    return None if row is None else _line(row, _arrivals(now).get(row.pk, {}))


def _arrivals(now: int) -> dict[int, dict[int, tuple[int, int]]]:
    """Source: days ago: (events, last received)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT source, (%(now)s - received_at) / %(day)s AS days_ago, count(*), max(received_at) FROM journal "
            "WHERE received_at > %(since)s AND received_at <= %(now)s AND source IS NOT NULL GROUP BY 1, 2",
            {"now": now, "day": DAY, "since": now - DAYS_SHOWN * DAY},
        )
        found: dict[int, dict[int, tuple[int, int]]] = {}
        for source_id, days_ago, count, last in cursor.fetchall():
            found.setdefault(source_id, {})[days_ago] = (count, last)
    return found


def _line(row: Source, arrivals: dict[int, tuple[int, int]]) -> SourceLine:
    return SourceLine(
        id=row.pk,
        name=row.name,
        kind=row.kind,
        created_at=row.created_at,
        keys=tuple(
            _key(key) for key in sorted(row.write_keys.all(), key=lambda key: (key.revoked_at or 0, key.created_at))
        ),
        per_day=tuple(arrivals.get(ago, (0, 0))[0] for ago in reversed(range(DAYS_SHOWN))),
        last_received_at=max((last for _, last in arrivals.values()), default=None),
    )


def _key(row: WriteKey) -> Key:
    return Key(row.key, row.created_at, row.revoked_at)
