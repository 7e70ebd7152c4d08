"""Accounts in the database: which leads are colleagues, what each did last, and whose account changed."""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from psycopg import Connection

from pomona.domain.account import MOST_LEADS, Acts, Colleague, traits_from_bytes
from pomona.domain.stages import Stage

DECIDED_BY_ACCOUNT = (Stage.MCL, Stage.MQL, Stage.SAL)
"""Stages in which what colleagues do can decide something about a lead."""


class Due(NamedTuple):
    """A change of an account that waits: whether a lead left it, and the last lead looked at again for it so far."""

    account: str
    was_left: bool
    after: int


def colleagues(conn: Connection[Any], accounts: Mapping[int, str]) -> dict[int, tuple[Colleague, ...]]:
    """What the other leads of its account are, for each lead (number → account); too large accounts are missing."""
    if not accounts:
        return {}
    members = _members(conn, set(accounts.values()))
    return {
        lead: tuple(each for number, each in of_account.items() if number != lead)
        for lead, account in accounts.items()
        if (of_account := members[account]) is not None
    }


def _members(conn: Connection[Any], accounts: Collection[str]) -> dict[str, dict[int, Colleague] | None]:
    """Everybody of each account; None of one that is too large."""
    rows = conn.execute(_MEMBERS, (list(accounts), MOST_LEADS + 1, MOST_LEADS)).fetchall()
    acts = load_acts(conn, {row[2] for row in rows})
    found: dict[str, dict[int, Colleague] | None] = {account: {} for account in accounts}
    for account, size, lead, is_client, has_owner, told in rows:
        of_account = found[account]
        if of_account is None or size > MOST_LEADS:
            found[account] = None
        else:
            traits = traits_from_bytes(told)
            of_account[lead] = Colleague(traits=traits, is_client=is_client, has_owner=has_owner, acts=acts[lead])
    return found


_MEMBERS = f"""
    SELECT named.account, size, id, stage = '{Stage.WON}', owner_id IS NOT NULL, company_traits
    FROM unnest(%s::text[]) AS named (account), LATERAL (
        SELECT *, count(*) OVER () AS size, row_number() OVER () AS nth FROM (
            SELECT id, stage, owner_id, company_traits FROM lead
            WHERE account = named.account AND merged_into IS NULL LIMIT %s
        ) AS member
    ) AS numbered WHERE size <= %s OR nth = 1
"""
"""Of an account that is too large one row tells its size."""


def load_acts(conn: Connection[Any], leads: Collection[int]) -> dict[int, dict[str, tuple[int, bytes] | None]]:
    """What is kept of the newest acts of these leads; every lead asked for is in the result."""
    found: dict[int, dict[str, tuple[int, bytes] | None]] = {lead: {} for lead in leads}
    rows = conn.execute("SELECT lead, pattern, t, key FROM account_act WHERE lead = ANY(%s)", (list(leads),))
    for lead, pattern, t, key in rows:
        found[lead][pattern] = None if t is None else (t, key)
    return found


def save_acts(conn: Connection[Any], acts: Mapping[int, Acts]) -> None:
    """Make these the newest acts of these leads; what changed is news to their accounts."""
    rows = [
        (lead, pattern, *(act or (None, None))) for lead, of_lead in acts.items() for pattern, act in of_lead.items()
    ]
    columns = [list(column) for column in zip(*rows, strict=True)] if rows else [[], [], [], []]
    conn.execute(
        "DELETE FROM account_act WHERE lead = ANY(%s) AND NOT EXISTS (SELECT FROM unnest(%s::bigint[], %s::text[]) "
        "AS kept (lead, pattern) WHERE kept.lead = account_act.lead AND kept.pattern = account_act.pattern)",
        (list(acts), *columns[:2]),
    )
    if rows:
        conn.execute(_SAVE_ACTS, columns)


_SAVE_ACTS = """
    WITH changed AS (
        INSERT INTO account_act (lead, pattern, t, key)
        SELECT * FROM unnest(%s::bigint[], %s::text[], %s::bigint[], %s::bytea[])
        ON CONFLICT (lead, pattern) DO UPDATE SET t = EXCLUDED.t, key = EXCLUDED.key
        WHERE (account_act.t, account_act.key) IS DISTINCT FROM (EXCLUDED.t, EXCLUDED.key)
        RETURNING lead, t
    )
    INSERT INTO account_due (account)
    SELECT DISTINCT lead.account FROM changed JOIN lead ON lead.id = changed.lead
    WHERE changed.t IS NOT NULL AND lead.account IS NOT NULL
"""


def claim_due(conn: Connection[Any], *, limit: int) -> dict[int, Due]:
    """Lock the oldest changes that nobody else works off, until the transaction ends."""
    rows = conn.execute(
        "SELECT id, account, was_left, after FROM account_due ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED", (limit,)
    )
    return {number: Due(*due) for number, *due in rows}


def leads_of_due(conn: Connection[Any], due: Collection[Due], *, limit: int) -> list[int]:
    """The next leads, ascending, to be looked at again: those that have colleagues, or lost one."""
    accounts, was_left, after = (list(column) for column in zip(*due, strict=True))
    rows = conn.execute(_OF_DUE, (MOST_LEADS + 1, accounts, was_left, after, [*DECIDED_BY_ACCOUNT], MOST_LEADS, limit))
    return [row[0] for row in rows]


_OF_DUE = """
    SELECT DISTINCT lead.id FROM (
        SELECT *, (SELECT count(*) FROM (
            SELECT FROM lead WHERE account = named.account AND merged_into IS NULL LIMIT %s
        ) AS members) AS size FROM unnest(%s::text[], %s::bool[], %s::bigint[]) AS named (account, was_left, after)
    ) AS due JOIN lead ON lead.account = due.account AND lead.id > due.after
    WHERE lead.merged_into IS NULL AND lead.stage = ANY(%s) AND (due.size > 1 OR due.was_left) AND due.size <= %s
    ORDER BY lead.id LIMIT %s
"""


def settle_due(conn: Connection[Any], due: Collection[int], *, reached: int | None) -> None:
    """These changes are worked off, up to the lead `reached`; None: wholly."""
    if reached is None:
        conn.execute("DELETE FROM account_due WHERE id = ANY(%s)", (list(due),))
    else:
        conn.execute("UPDATE account_due SET after = greatest(after, %s) WHERE id = ANY(%s)", (reached, list(due)))
