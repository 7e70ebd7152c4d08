"""Erasing a person for ever: facts emptied, derived rows and messages deleted, the counts kept."""

from typing import Any

from psycopg import Connection

from pomona.actions.allowed import demand
from pomona.actions.decision import decision
from pomona.actions.fold import fold_all_shards
from pomona.actions.identity import RefusedIdentity
from pomona.actions.jobs import defer_export
from pomona.actions.ledger import Ledger
from pomona.actions.persons import facts_of_persons
from pomona.domain.event import Key
from pomona.domain.stages import Decision
from pomona.journal import erase as journal
from pomona.journal.append import append
from pomona.store import backtests, cursors, fitting, identity, leads, outbox
from pomona.store.database import work_transaction
from pomona.store.powers import Power


def erase(conn: Connection[Any], lead: int, *, user: int | None, now: int) -> list[int]:
    """Erase the person who is this lead, with every lead that was merged into it; returns their numbers.

    Irreversible. What visitors did while they were this person goes too; a fact that somebody else shares
    with it is emptied and counts no more for that one; a job cleans the export. Raises NotAllowed, or RefusedIdentity
    if there is no such lead.
    """
    demand(conn, user, Power.ADMINISTER)
    _fold_what_waits(conn, now)
    with work_transaction(conn):
        cursors.hold_engines(conn)
        _fold_what_waits(conn, now)  # what other engines left
        identity.lock(conn, exclusive=True)
        person = leads.person_of(conn, lead)
        if person is None:
            raise RefusedIdentity("no_lead", lead=lead)
        keys = set(identity.members_of(conn, [person]))
        erased = leads.all_of_persons(conn, [person])
        near = identity.neighbours(conn, keys)
        others = set(identity.persons_of(conn, near).values())
        ledger = Ledger(conn, now=now)
        ledger.load({*erased, *leads.all_of_persons(conn, others)})
        touched = _strike_from_journal(conn, person, keys, erased, near)
        _forget(conn, keys, erased)
        _fold_again(conn, ledger, touched)
        defer_export(conn, user=None, now=now)
        append(conn, [*ledger.save(), *(decision(Decision.ERASED, number, now=now, user=user) for number in erased)])
        return erased


def _fold_what_waits(conn: Connection[Any], now: int) -> None:
    """Fold what has come so far: a visit or link that waits would bring the person back, or escape the erasure."""
    while fold_all_shards(conn, now=now):
        pass


def _strike_from_journal(
    conn: Connection[Any], person: Key, keys: set[Key], erased: list[int], near: set[Key]
) -> set[Key]:
    """Empty the person's rows and take its keys out of others'; returns the keys of those others."""
    journal.empty_facts(conn, facts_of_persons(conn, [person], poison=True)[person], keys)
    journal.strike_from_decisions(conn, keys)
    journal.empty_decisions(conn, erased)
    return journal.strike_from_facts(conn, near, keys)


def _forget(conn: Connection[Any], keys: set[Key], erased: list[int]) -> None:
    identity.forget(conn, keys)
    leads.delete(conn, erased)
    outbox.forget(conn, erased)
    fitting.forget(conn, erased)
    backtests.forget(conn, erased)


def _fold_again(conn: Connection[Any], ledger: Ledger, touched: set[Key]) -> None:
    """Fold those others from the journal who lost facts."""
    persons = set(identity.persons_of(conn, touched).values())
    ledger.fold_persons({person: numbers[0] for person, numbers in leads.live_of_persons(conn, persons).items()})
