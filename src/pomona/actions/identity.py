"""Merging and splitting leads by hand. Both are decisions: they can be undone by their opposite."""

from collections.abc import Collection
from typing import Any, ClassVar

from psycopg import Connection

from pomona.actions.allowed import demand
from pomona.actions.decision import decision
from pomona.actions.ledger import Ledger
from pomona.domain.errors import PomonaError
from pomona.domain.event import Key
from pomona.domain.identity import Pair, pair, parted, separate, survivor
from pomona.domain.stages import Decision
from pomona.journal.append import append
from pomona.store import identity, leads
from pomona.store.database import work_transaction
from pomona.store.leads import LeadRow
from pomona.store.powers import Power


class RefusedIdentity(PomonaError):
    """The leads cannot be merged or split as things stand; nothing was changed."""

    texts: ClassVar[dict[str, tuple[str, str]]] = {
        "no_lead": ("Лида {lead} нет.", "There is no lead {lead}."),
        "absorbed": (
            "Лид {lead} уже объединён с лидом {into}: откройте его.",
            "Lead {lead} is merged into lead {into} already: open that one.",
        ),
        "already_one": ("Это уже один и тот же лид.", "These are one and the same lead already."),
        "nothing_to_split": (
            "Отделить нечего: выберите часть адресов и телефонов лида, но не все.",
            "There is nothing to separate: choose some of the lead's addresses and phones, not all.",
        ),
    }


def merge(conn: Connection[Any], lead: int, other: int, *, user: int, now: int) -> int:
    """Say that two leads are one person; returns the lead that stays (the further one, else the older).

    The other one keeps its decisions, points to it, and its clock stops. Raises NotAllowed, RefusedIdentity.
    """
    with work_transaction(conn):
        demand(conn, user, Power.JOIN_PEOPLE)
        identity.lock(conn, exclusive=True)
        ledger = Ledger(conn, now=now)
        ledger.load([lead, other])
        rows = _live(ledger, lead), _live(ledger, other)
        if lead == other:
            raise RefusedIdentity("already_one")
        stays = survivor(row.lead for row in rows).id
        keys = pair(rows[0].person, rows[1].person)
        ledger.absorb(other if stays == lead else lead, stays, user=user, keys=keys)
        person = _join(conn, keys)
        for number in (lead, other):
            ledger.place(number, person)
        ledger.fold_persons({person: stays})
        ledger.judge({stays: []})
        append(conn, ledger.save())
        return stays


def split(conn: Connection[Any], lead: int, keys: Collection[Key], *, user: int, now: int) -> int | None:
    """Say that some of a lead's keys belong to somebody else; returns the lead that has them now, None if none.

    An absorbed lead that was captured by one of them is given back with its decisions; otherwise they become
    a new lead if they are known well enough. What was decided while they were one stays with the lead that
    has kept its anchor key, this one. Raises NotAllowed, RefusedIdentity.
    """
    with work_transaction(conn):
        demand(conn, user, Power.JOIN_PEOPLE)
        identity.lock(conn, exclusive=True)
        ledger = Ledger(conn, now=now)
        person = leads.person_of(conn, lead)
        everybody = leads.all_of_persons(conn, [person]) if person else []
        ledger.load(everybody)
        row = _live(ledger, lead)
        kept, away = separate(identity.members_of(conn, [row.person]), keys, row.lead.anchor)
        if not away:
            raise RefusedIdentity("nothing_to_split")
        identity.set_by_hand(conn, parted(kept, away))
        persons = identity.part(conn, (*kept, *away))
        for number in everybody:
            ledger.place(number, persons[ledger.row(number).lead.anchor])
        given_back = _give_back(ledger, everybody, away, user=user, now=now)
        lead_of = ledger.fold_persons({persons[kept[0]]: lead, persons[away[0]]: given_back})
        given_back = lead_of.get(persons[away[0]])
        body = {"kept": len(kept), "given_back": given_back}
        ledger.decide(decision(Decision.SPLIT, lead, now=now, user=user, keys=(*kept, *away), body=body))
        _repoint(ledger, set(everybody) - {lead, given_back}, lead_of, user=user, now=now)
        ledger.judge({number: [] for number in lead_of.values()})
        append(conn, ledger.save())
        return given_back


def _live(ledger: Ledger, lead: int) -> LeadRow:
    row = ledger.find(lead)
    if row is None:
        raise RefusedIdentity("no_lead", lead=lead)
    if row.lead.merged_into is not None:
        raise RefusedIdentity("absorbed", lead=lead, into=row.lead.merged_into)
    return row


def _join(conn: Connection[Any], keys: Pair) -> Key:
    """Make one person of these two; returns its name."""
    identity.set_by_hand(conn, {keys: True})
    renamed = identity.join(conn, [keys])
    leads.rename_persons(conn, renamed)
    return min(keys)


def _give_back(ledger: Ledger, everybody: Collection[int], away: Collection[Key], *, user: int, now: int) -> int | None:
    """Restore the lead among the absorbed ones that was captured by a key which goes away."""
    own = [ledger.row(number).lead for number in everybody if ledger.row(number).lead.anchor in away]
    if not own:
        return None
    number = survivor(own).id
    ledger.decide(decision(Decision.RESTORED, number, now=now, user=user))
    return number


def _repoint(ledger: Ledger, absorbed: Collection[int], lead_of: dict[Key, int], *, user: int, now: int) -> None:
    """Let every lead that stays absorbed point to the one that has its keys now."""
    for number in sorted(absorbed):
        row = ledger.row(number)
        into = lead_of[row.person]
        if row.lead.merged_into != into:
            ledger.decide(decision(Decision.ABSORBED, number, now=now, user=user, body={"into": into}))
        ledger.empty(number)
