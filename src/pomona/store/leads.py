"""Leads as rows: loading them locked, saving them in one set statement."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

import msgspec
from psycopg import Connection

from pomona.domain.event import Key
from pomona.domain.stages import Lead, Stage

STATE = tuple("owner_id" if name == "owner" else name for name in Lead.__struct_fields__)
"""Columns that mirror `domain.stages.Lead`, in the order of its fields."""


class LeadRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `lead`: the state that was decided and what was derived from the facts.

    `person` is the smallest key of the connected set of the lead's anchor. `account` names its company, and
    `company_traits` are what the lead told of it, encoded. `score` (thousandths of a
    point), `score_grade` and `scored_at` are for sorting lists only.
    """

    lead: Lead
    person: Key
    name: str = ""
    company: str = ""
    job_title: str = ""
    email: str = ""
    phone: str = ""
    campaign: str | None = None
    channel: str | None = None
    last_act_at: int | None = None
    profile: bytes = b""
    account: str | None = None
    company_traits: bytes = b""
    score: int = 0
    score_grade: str | None = None
    scored_at: int = 0


class Known(NamedTuple):
    """A lead: its stored score in thousandths, its last act (microseconds UTC, 0: none), its profile encoded, and when
    it was captured."""

    lead: int
    score: int
    last_act: int
    profile: bytes
    captured_at: int


class Part(NamedTuple):
    """Some `leads` of `total`."""

    leads: list[Known]
    total: int


DERIVED = LeadRow.__struct_fields__[1:]
COLUMNS = (*STATE, *DERIVED)
_COLUMN_LIST = ", ".join(COLUMNS)
_KNOWN = "id, score, coalesce(last_act_at, 0), profile, captured_at"


def _news(columns: Collection[str]) -> str:
    """Tells the accounts of leads of whom one of these columns, or having bought, is not what it was."""
    before, after = (
        ", ".join([*(f"{row}.{name}" for name in columns), f"{row}.stage = '{Stage.WON}'"]) for row in ("old", "fresh")
    )
    return (
        "news AS (INSERT INTO account_due (account, was_left) SELECT DISTINCT named.account, named.was_left FROM fresh "
        "LEFT JOIN lead AS old ON old.id = fresh.id CROSS JOIN LATERAL (VALUES "
        "(old.account, old.account IS DISTINCT FROM fresh.account), (fresh.account, false)) "
        "AS named (account, was_left) "
        f"WHERE named.account IS NOT NULL AND ({before}) IS DISTINCT FROM ({after}))"
    )


_FRESH = "WITH fresh AS (SELECT * FROM json_populate_recordset(NULL::lead, %s)), "
_UPSERT = (
    f"{_FRESH}{_news(('account', 'company_traits', 'owner_id', 'merged_into'))} "
    f"INSERT INTO lead ({_COLUMN_LIST}) SELECT {_COLUMN_LIST} FROM fresh "
    f"ON CONFLICT (id) DO UPDATE SET ({_COLUMN_LIST}) = ROW ({', '.join(f'EXCLUDED.{name}' for name in COLUMNS)})"
)
_UPDATE_STATE = (
    f"{_FRESH}{_news(('owner_id', 'merged_into'))} "
    f"UPDATE lead SET ({', '.join(STATE)}) = ROW ({', '.join(f'fresh.{name}' for name in STATE)}) "
    "FROM fresh WHERE lead.id = fresh.id"
)


def load(conn: Connection[Any], ids: Collection[int], *, lock: bool = True) -> dict[int, LeadRow]:
    """The leads that exist among `ids`, locked in ascending order until the transaction ends."""
    suffix = " FOR UPDATE" if lock else ""
    rows = conn.execute(f"SELECT {_COLUMN_LIST} FROM lead WHERE id = ANY(%s) ORDER BY id{suffix}", (list(ids),))
    return {row[0]: _from_row(row) for row in rows}


def save(conn: Connection[Any], rows: Iterable[LeadRow]) -> None:
    """Insert or overwrite whole rows."""
    if documents := [_document(row.lead) | _derived(row) for row in rows]:
        conn.execute(_UPSERT, (msgspec.json.encode(documents).decode(),))


def save_states(conn: Connection[Any], leads: Iterable[Lead]) -> None:
    """Overwrite what was decided about existing leads; what is derived from their facts stays."""
    if documents := [_document(lead) for lead in leads]:
        conn.execute(_UPDATE_STATE, (msgspec.json.encode(documents).decode(),))


def delete(conn: Connection[Any], ids: Collection[int]) -> None:
    """Delete the rows of these leads and their tallies."""
    conn.execute(
        "WITH gone AS (DELETE FROM lead WHERE id = ANY(%s) RETURNING account) INSERT INTO account_due "
        "(account, was_left) SELECT DISTINCT account, true FROM gone WHERE account IS NOT NULL",
        (list(ids),),
    )
    conn.execute("DELETE FROM lead_score WHERE lead = ANY(%s)", (list(ids),))
    conn.execute("DELETE FROM account_act WHERE lead = ANY(%s)", (list(ids),))


def new_ids(conn: Connection[Any], count: int) -> list[int]:
    """Lead ids never given before, ascending."""
    if count == 0:
        return []
    rows = conn.execute("SELECT nextval('lead_id') FROM generate_series(1, %s)", (count,))
    return [row[0] for row in rows]


def live_of_persons(conn: Connection[Any], persons: Collection[Key]) -> dict[Key, list[int]]:
    """The leads of each person that no other lead absorbed, ascending."""
    rows = conn.execute(
        "SELECT person, array_agg(id ORDER BY id) FROM lead "
        "WHERE person = ANY(%s) AND merged_into IS NULL GROUP BY person",
        (list(persons),),
    )
    return {bytes(person): ids for person, ids in rows}


def live_after(conn: Connection[Any], *, after: int, limit: int) -> list[int]:
    """The next leads with an id above `after` that no other lead absorbed, ascending."""
    rows = conn.execute(
        "SELECT id FROM lead WHERE id > %s AND merged_into IS NULL ORDER BY id LIMIT %s", (after, limit)
    )
    return [row[0] for row in rows]


def hottest(conn: Connection[Any], stage: Stage, *, after: tuple[int, int], limit: int) -> list[Known]:
    """The next live leads of a stage, those with the highest stored score first: after that (score, lead)."""
    rows = conn.execute(
        f"SELECT {_KNOWN} FROM lead WHERE stage = %s AND (score, id) < (%s, %s) AND merged_into IS NULL "
        "ORDER BY score DESC, id DESC LIMIT %s",
        (stage, *after, limit),
    )
    return [Known(*row) for row in rows]


def known(conn: Connection[Any], ids: Collection[int]) -> list[Known]:
    """Those of these leads that no other lead absorbed, ascending."""
    rows = conn.execute(
        f"SELECT {_KNOWN} FROM lead WHERE id = ANY(%s) AND merged_into IS NULL ORDER BY id", (list(ids),)
    )
    return [Known(*row) for row in rows]


def person_of(conn: Connection[Any], lead: int) -> Key | None:
    """The person whom a lead is; None if there is no such lead."""
    row = conn.execute("SELECT person FROM lead WHERE id = %s", (lead,)).fetchone()
    return None if row is None else row[0]


def all_of_persons(conn: Connection[Any], persons: Collection[Key]) -> list[int]:
    """The leads of these persons, absorbed ones too, ascending."""
    rows = conn.execute("SELECT id FROM lead WHERE person = ANY(%s) ORDER BY id", (list(persons),))
    return [row[0] for row in rows]


def lock_of_persons(conn: Connection[Any], persons: Collection[Key]) -> None:
    """Lock all leads of these persons, in ascending order, until the transaction ends."""
    conn.execute("SELECT FROM lead WHERE person = ANY(%s) ORDER BY id FOR UPDATE", (list(persons),))


def rename_persons(conn: Connection[Any], names: Mapping[Key, Key]) -> None:
    """Follow persons whose smallest key changed: old → new. Their live leads must be locked before, in their order."""
    conn.execute(
        "UPDATE lead SET person = renamed.new FROM unnest(%s::bytea[], %s::bytea[]) AS renamed (old, new) "
        "WHERE person = renamed.old",
        (list(names), list(names.values())),
    )


def _from_row(row: tuple[Any, ...]) -> LeadRow:
    state = dict(zip(Lead.__struct_fields__, row, strict=False))
    state["stage"] = Stage(state["stage"])
    return LeadRow(lead=Lead(**state), **dict(zip(DERIVED, row[len(STATE) :], strict=True)))


def _document(lead: Lead) -> dict[str, Any]:
    columns = dict(zip(STATE, msgspec.structs.astuple(lead), strict=True))
    return {**columns, "anchor": _hex(lead.anchor)}


def _derived(row: LeadRow) -> dict[str, Any]:
    columns = {name: getattr(row, name) for name in DERIVED}
    encoded = {name: _hex(columns[name]) for name in ("person", "profile", "company_traits")}
    return {**columns, **encoded}


def _hex(value: bytes) -> str:
    return "\\x" + value.hex()
