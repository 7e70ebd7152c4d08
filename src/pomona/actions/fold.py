"""The engine's batch: the next facts of a shard become changed leads and decisions, in one transaction."""

from collections.abc import Sequence
from pathlib import Path
from traceback import extract_tb
from typing import Any

import psycopg
from psycopg import Connection

from pomona.actions.allowed import demand
from pomona.actions.ledger import Ledger
from pomona.actions.persons import Whose, news_of, record, whose
from pomona.domain.agreement import AgreementErrors
from pomona.domain.event import Event
from pomona.journal import append, read
from pomona.store import cursors, identity
from pomona.store.database import Rebuilding, work_transaction
from pomona.store.powers import Power

PACKAGE = Path(__file__).parents[1]

NOT_ITS_FAULT = (
    psycopg.OperationalError,
    psycopg.errors.UndefinedTable,
    psycopg.errors.UndefinedColumn,
    psycopg.errors.InsufficientPrivilege,
    Rebuilding,
    AgreementErrors,
)
"""What fails whatever the facts are: a database away, a lock not had in time, tables of another release, a
rebuild, a broken agreement."""


class _Failed(Exception):
    """The facts after `cursor` could not be folded; the cause says why."""

    def __init__(self, cursor: int) -> None:
        super().__init__(cursor)
        self.cursor = cursor


class _ChangesWhoIsWho(Exception):
    """The facts bring a link, a visit or a stranger."""


def fold_batch(conn: Connection[Any], *, shard: int, now: int, limit: int = 500, upto: int | None = None) -> int:
    """Fold the shard's next facts (at most `limit`, none after `upto`); returns how many were consumed.

    0 when there is nothing to do or another process is at this shard. A batch that fails is repeated fact
    by fact; what fails alone is kept as poison and passed by. What is no fact's fault (`NOT_ITS_FAULT`) raises:
    nothing was changed, try again later.
    """
    try:
        return _batch(conn, shard, now, limit, upto)
    except _Failed:
        return _one_by_one(conn, shard, now, limit, upto)


def fold_all_shards(conn: Connection[Any], /, *, now: int) -> int:
    """One batch of every shard that nobody else folds; returns how many facts were consumed."""
    return sum(fold_batch(conn, shard=shard, now=now) for shard in range(cursors.shards(conn)))


def fold_again(conn: Connection[Any], seq: int, *, user: int, now: int) -> bool:
    """Fold a poison event once more; True if it could be folded and is settled now. Raises NotAllowed."""
    demand(conn, user, Power.MANAGE_SOURCES)
    try:
        with work_transaction(conn):
            fact = read.fact_at(conn, seq)
            if fact is None:
                return False
            cursors.settle_poison(conn, seq, user=user, now=now)
            _fold(conn, [fact], now, None)
    except NOT_ITS_FAULT:
        raise
    except Exception as error:
        if fact is None:
            raise
        with work_transaction(conn):
            cursors.add_poison(conn, seq, fact, error=_described(error), now=now)
        return False
    return True


def _batch(conn: Connection[Any], shard: int, now: int, limit: int, upto: int | None) -> int:
    name = f"engine:{shard}"
    with work_transaction(conn):
        seq = cursors.claim(conn, name)
        if seq is None:
            return 0
        facts, reached = read.facts_after(conn, seq, shard=shard, shards=cursors.shards(conn), limit=limit, upto=upto)
        if reached > seq:
            cursors.advance(conn, name, reached)
        if facts:
            _fold_after(conn, seq, [fact for _, fact in facts], now, upto)
        return len(facts)


def _fold_after(conn: Connection[Any], cursor: int, facts: Sequence[Event], now: int, upto: int | None) -> None:
    try:
        _fold(conn, facts, now, upto)
    except NOT_ITS_FAULT:
        raise
    except Exception as error:
        raise _Failed(cursor) from error


def _fold(conn: Connection[Any], facts: Sequence[Event], now: int, upto: int | None) -> None:
    concerned = _locked(conn, facts)
    # A loop reads its clock before it looks: what arrived in between must not lie in the future.
    ledger = Ledger(conn, now=max(now, *(fact.received_at for fact in facts)), upto=upto)
    ledger.take(concerned)
    append.append(conn, ledger.save())


def _locked(conn: Connection[Any], facts: Sequence[Event]) -> Whose:
    """Whom the facts concern, under the identity lock: exclusively if they change who is who.

    A shared lock cannot become exclusive while others share it: it is let go with its savepoint, and everything
    is looked up again.
    """
    try:
        with conn.transaction():
            return _shared(conn, facts)
    except _ChangesWhoIsWho:
        identity.lock(conn, exclusive=True)
        return whose(conn, facts, record(conn, news_of(conn, facts)))


def _shared(conn: Connection[Any], facts: Sequence[Event]) -> Whose:
    identity.lock(conn, exclusive=False)
    if news_of(conn, facts):
        raise _ChangesWhoIsWho
    concerned = whose(conn, facts)
    if _has_unknown(concerned):
        raise _ChangesWhoIsWho
    return concerned


def _has_unknown(concerned: Whose) -> bool:
    """Whether a fact is about somebody who is no lead yet and may become one."""
    return any(person not in concerned.leads for person in concerned.facts)


def _one_by_one(conn: Connection[Any], shard: int, now: int, limit: int, upto: int | None) -> int:
    consumed = 0
    while consumed < limit and (one := _one(conn, shard, now, upto)):
        consumed += one
    return consumed


def _one(conn: Connection[Any], shard: int, now: int, upto: int | None) -> int:
    """Fold the next fact alone; keep it as poison if it fails."""
    try:
        return _batch(conn, shard, now, 1, upto)
    except _Failed as failed:
        return _pass_by(conn, shard, failed, now)


def _pass_by(conn: Connection[Any], shard: int, failed: _Failed, now: int) -> int:
    name = f"engine:{shard}"
    with work_transaction(conn):
        if cursors.claim(conn, name) != failed.cursor:
            return 0  # another process has passed it by
        facts, reached = read.facts_after(conn, failed.cursor, shard=shard, shards=cursors.shards(conn), limit=1)
        for at, fact in facts:
            cursors.add_poison(conn, at, fact, error=_described(failed.__cause__), now=now)
        cursors.advance(conn, name, reached)
        return len(facts)


def _described(error: BaseException | None) -> str:
    """What went wrong and where in the code; never the message, which may quote a personal value."""
    trace = error.__traceback__ if error else None
    ours = [frame for frame in extract_tb(trace) if PACKAGE in Path(frame.filename).parents]
    place = f" at {Path(ours[-1].filename).relative_to(PACKAGE)}:{ours[-1].lineno}" if ours else ""
    return f"{type(error).__name__}{place}"
