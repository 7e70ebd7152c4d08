"""Derived state thrown away and folded again from the journal: the same code, the same bytes, nothing decided."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import groupby
from typing import Any

import msgspec
from psycopg import Connection

from pomona.actions.fold import fold_batch
from pomona.actions.folding import NOTHING, Folded, fold_anew, save
from pomona.actions.persons import facts_of_persons
from pomona.actions.switching import switch
from pomona.domain.identity import links_of, said_by_hand, visits_of
from pomona.domain.stages import Decision, Lead, replay
from pomona.domain.terms import Terms
from pomona.journal import read
from pomona.store import agreements, cursors, fresh, identity
from pomona.store.database import work_stopped
from pomona.store.leads import LeadRow

Progress = Callable[[float], None]
"""Told the share done, 0 to 1."""

LINKS_AT_ONCE = 5_000
LEADS_AT_ONCE = 500
"""How many are in memory at a time, so it stays flat however large the journal is."""


class Difference(msgspec.Struct, frozen=True):
    """A derived row that is not what the journal says: its table and what identifies it."""

    table: str
    row: tuple[Any, ...]


def rebuild(conn: Connection[Any], *, now: int, progress: Progress = lambda share: None) -> list[Difference]:
    """Build the derived state anew and put it in place; returns some of what was different.

    Engine, router and actions wait (`Rebuilding`) while collector and pages go on. The connection is
    for this alone. Facts collected meanwhile are folded by the engine afterwards.
    """
    with _built(conn, now, progress):
        found = _differences(conn)
        fresh.take_over(conn)
        return found


def check_rebuild(conn: Connection[Any], *, now: int, progress: Progress = lambda share: None) -> list[Difference]:
    """Build the derived state anew, compare and throw it away; returns some of what was different."""
    with _built(conn, now, progress):
        return _differences(conn)


@contextmanager
def _built(conn: Connection[Any], now: int, progress: Progress) -> Iterator[None]:
    """The fresh tables, built from exactly the facts, and under the very agreements, that the live ones are made of."""
    with work_stopped(conn):
        while switch(conn, now=now):
            pass
        upto = read.head(conn)
        for shard in range(cursors.shards(conn)):
            while fold_batch(conn, shard=shard, now=now, upto=upto):
                pass
        with fresh.tables(conn):
            _build_identity(conn, upto)
            _build_leads(conn, upto, now, progress)
            fresh.analyze(conn)
            yield


def _build_identity(conn: Connection[Any], upto: int) -> None:
    for decision in read.decisions_about_keys(conn, (Decision.MERGED, Decision.SPLIT)):
        identity.set_by_hand(conn, said_by_hand(decision))
    seq = 0
    while facts := read.link_facts_between(conn, seq, upto, limit=LINKS_AT_ONCE):
        identity.add_links(conn, {link for _, fact in facts for link in links_of(fact)})
        identity.add_visits(conn, {visit for _, fact in facts for visit in visits_of(fact)})
        seq = facts[-1][0]
    identity.join(conn, [keys for keys, joined in identity.all_by_hand(conn).items() if joined])
    fresh.analyze(conn)


def _build_leads(conn: Connection[Any], upto: int, now: int, progress: Progress) -> None:
    terms = agreements.terms(conn, now)
    last = read.last_lead(conn)
    number = 0
    while numbers := read.leads_after(conn, number, limit=LEADS_AT_ONCE):
        save(conn, _folded(conn, numbers, terms, upto), now=terms.at)
        number = numbers[-1]
        progress(number / last)


def _folded(conn: Connection[Any], numbers: list[int], terms: Terms, upto: int) -> list[tuple[LeadRow, Folded]]:
    """These leads, each replayed from its decisions and folded from its facts."""
    states = _states(conn, numbers)
    persons = identity.persons_of(conn, {lead.anchor for lead in states})
    facts = facts_of_persons(conn, {persons[lead.anchor] for lead in states if lead.merged_into is None}, upto=upto)
    pairs = []
    for lead in states:
        person, folded = persons[lead.anchor], NOTHING
        if lead.merged_into is None:
            folded = fold_anew(facts.pop(person, ()), terms, lead)
        pairs.append((LeadRow(lead=lead, person=person), folded))
    return pairs


def _states(conn: Connection[Any], numbers: list[int]) -> list[Lead]:
    decisions = sorted(read.decisions_of(conn, numbers), key=lambda each: (each[1].lead or 0, each[0]))
    replayed = (
        replay(decision for _, decision in of_lead) for _, of_lead in groupby(decisions, key=lambda each: each[1].lead)
    )
    return [lead for lead in replayed if lead is not None]


def _differences(conn: Connection[Any]) -> list[Difference]:
    return [Difference(table.name, tuple(row)) for table in fresh.TABLES for row in fresh.differences(conn, table)]
