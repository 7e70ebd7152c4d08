"""Erasure, the only change ever made to the journal: what is personal goes, what is counted stays."""

import secrets
from collections.abc import Collection
from typing import Any

from psycopg import Connection

from pomona.domain.event import Event, Key, is_visitor
from pomona.domain.stages import Decision
from pomona.journal.codec import SELECTED, from_row

NOBODY = b""
"""The subject of a fact that is nobody's any more and goes on saying who else belongs together."""
_EMPTY = "body = '{}', path = NULL, answers = NULL"
"""What a fact says. Address and answers come from strangers, so they go, too, whatever they should have been."""


def empty_facts(conn: Connection[Any], facts: Collection[Event], erased: Collection[Key]) -> None:
    """Empty these facts, each under a random visitor's key of its own: nothing links them.

    A fact that also names two or more keys of other people goes on saying that these belong together.
    """
    for fact in facts:
        others = [key for key in fact.keys if key not in erased and not is_visitor(key)]
        alone = b"v" + secrets.token_bytes(16)
        subject, keys = (NOBODY, others) if len(others) > 1 else (alone, [alone])
        conn.execute(
            f"UPDATE journal SET subject = %s, keys = %s, {_EMPTY} "
            "WHERE subject = %s AND t = %s AND key = %s AND kind <> 'decision'",
            (subject, keys, fact.subject, fact.t, fact.key),
        )


def strike_from_facts(conn: Connection[Any], subjects: Collection[Key], keys: Collection[Key]) -> set[Key]:
    """Take `keys` out of other people's and nobody's facts that name them, and empty these; returns whose they were."""
    rows = conn.execute(
        f"UPDATE journal SET keys = array(SELECT key FROM unnest(keys) AS key WHERE key <> ALL(%(keys)s)), {_EMPTY} "
        "WHERE subject = ANY(%(subjects)s) AND keys && %(keys)s::bytea[] AND kind <> 'decision' RETURNING subject",
        {"subjects": [*subjects, NOBODY], "keys": list(keys)},
    )
    return {row[0] for row in rows} - {NOBODY}


def strike_from_decisions(conn: Connection[Any], keys: Collection[Key]) -> None:
    """Take `keys` out of merges and splits by hand; what these say of other people's keys stays."""
    rows = conn.execute(
        f"SELECT {SELECTED}, seq FROM journal WHERE kind = 'decision' AND name = ANY(%s) AND keys && %s::bytea[]",
        ([Decision.MERGED, Decision.SPLIT], list(keys)),
    ).fetchall()
    for row in rows:
        event, seq = from_row(row), row[-1]
        left = [key for key in event.keys if key not in keys]
        kept = sum(key not in keys for key in event.keys[: event.body.get("kept", 0)])
        conn.execute(
            "UPDATE journal SET subject = %s, keys = %s, body = CASE WHEN body ? 'kept' "
            "THEN jsonb_set(body, '{kept}', to_jsonb(%s::int)) ELSE body END WHERE seq = %s",
            (left[0] if left else b"", left, kept, seq),
        )


def empty_decisions(conn: Connection[Any], leads: Collection[int]) -> None:
    """Empty the decisions about these leads; their columns, so all counts, stay.

    What merges and splits by hand say of other people stays: it names nobody and decides who they are.
    """
    conn.execute(
        "UPDATE journal SET subject = '', keys = '{}', body = '{}' WHERE lead = ANY(%s) AND kind = 'decision' "
        "AND NOT (name = ANY(%s) AND cardinality(keys) > 1)",
        (list(leads), [Decision.MERGED, Decision.SPLIT]),
    )
