"""The lists that the demo company keeps: one of them changed since agreements were signed with it."""

from collections.abc import Iterable
from functools import partial
from typing import Any

import msgspec
from psycopg import Connection

from pomona.actions.lists import change_list, create_list
from pomona.demo.journeys import Span
from pomona.demo.people import Market
from pomona.demo.simulation import Simulation
from pomona.demo.vocabulary import Word
from pomona.domain.errors import Language
from pomona.domain.event import DAY
from pomona.domain.lists import Kind

WANTED = 12
"""How many of the largest companies are target accounts."""
FOUND_AFTER = 0.7
"""The share of the time after which one more competitor is found."""


class KeptList(msgspec.Struct, frozen=True):
    """A list as it begins, and what comes later."""

    name: Word
    kind: Kind
    items: tuple[str, ...]
    later: tuple[str, ...] = ()


COMPETITORS = KeptList(
    Word("конкуренты", "competitors"),
    "domain",
    ("nasos-plus.example", "https://www.rotor-td.example", "hydromash.example"),
    later=("turbo-pumps.example",),
)
REGIONS = KeptList(Word("наши регионы", "our regions"), "region", ("RU-TA", "RU-SAM", "RU-ULY", "RU-BA", "RU-UD"))
TARGETS = Word("целевые компании", "target accounts")


def keep_lists(
    conn: Connection[Any], simulation: Simulation, market: Market, language: Language, span: Span, *, user: int
) -> None:
    """Make the lists before anything is agreed; the rest comes in the simulation."""
    largest = sorted(market.companies, key=lambda company: -company.employees)[:WANTED]
    targets = KeptList(TARGETS, "domain", tuple(company.domain for company in largest))
    for kept in (COMPETITORS, targets, REGIONS):
        made = create_list(conn, kept.name.in_(language), kept.kind, user=user, now=span.start)
        change = partial(_change, conn, made, user)
        change(kept.items, span.start)
        if kept.later:
            simulation.plan(span.start + round(FOUND_AFTER * span.days) * DAY, partial(change, kept.later))


def _change(conn: Connection[Any], list_id: Any, user: int, items: Iterable[str], now: int) -> None:
    change_list(conn, list_id, list(items), user=user, now=now)
