"""What sellers do with their leads. Each action asks one function whose lead it is and what its stage allows."""

from collections.abc import Callable, Collection, Sequence
from typing import Any, ClassVar

from psycopg import Connection

from pomona.actions.allowed import demand
from pomona.actions.decision import decision
from pomona.actions.hand_over import handover, save_handovers
from pomona.actions.persons import facts_of_persons
from pomona.actions.response import worked_since_handover
from pomona.actions.situations import situations
from pomona.actions.staff import Staff
from pomona.domain import bant
from pomona.domain.errors import PomonaError
from pomona.domain.event import By, Event, Kind, message_key
from pomona.domain.stages import OPEN_WITH_SELLER, Decision, Lead, Stage, advance
from pomona.domain.text import normal
from pomona.journal.append import append
from pomona.store import agreements, leads
from pomona.store.database import work_transaction
from pomona.store.leads import LeadRow
from pomona.store.powers import NotAllowed, Power, may_sell_for
from pomona.store.queue import wake_router

LONGEST_REASON = 200
LONGEST_EVIDENCE = 300


class RefusedChange(PomonaError):
    """The lead does not allow this as it stands; nothing was changed."""

    texts: ClassVar[dict[str, tuple[str, str]]] = {
        "taken_already": ("Лид уже в работе.", "The lead is in work already."),
        "contacted_already": ("Контакт уже отмечен.", "The contact is marked already."),
        "closed_already": (
            "Лид уже закрыт или возвращён: обновите страницу.",
            "The lead is closed or returned already: reload the page.",
        ),
        "nobodys": (
            "Лид ещё ни у кого: сначала передайте его менеджеру.",
            "Nobody has the lead yet: first hand it to a seller.",
        ),
        "not_in_work": (
            "Сначала возьмите лид в работу.",
            "First accept the lead.",
        ),
        "qualified_already": ("Лид уже квалифицирован.", "The lead is qualified already."),
        "merged": (
            "Этот лид объединён с лидом {into}: откройте его.",
            "This lead was merged into lead {into}: open that one.",
        ),
        "not_later": ("Выберите время в будущем.", "Choose a time in the future."),
        "reason_missing": ("Назовите причину.", "Give a reason."),
        "reason_too_long": (
            "Причина длиннее {most} знаков: сократите её.",
            "The reason is longer than {most} characters: shorten it.",
        ),
        "unknown_reason": (
            "Причины «{reason}» нет в соглашении. Выберите из: {known}.",
            "The agreement knows no reason “{reason}”. Choose one of: {known}.",
        ),
        "not_ripe": (
            "Передать можно созревший лид или лид в работе; этот — нет.",
            "Only a ripe lead, or one in work, can be handed over; this one is neither.",
        ),
        "not_a_seller": (
            "Этот пользователь не получает лидов: выберите менеджера.",
            "This user takes no leads: choose a seller.",
        ),
        "unknown_note": (
            "Такой отметки нет: о бюджете, ЛПР, потребности и сроке можно отметить {known}.",
            "There is no such note: of budget, authority, need and timeline one of {known} can be noted.",
        ),
        "evidence_too_long": (
            "Подтверждение длиннее {most} знаков: сократите его.",
            "The evidence is longer than {most} characters: shorten it.",
        ),
        "has_it_already": ("Лид уже у этого менеджера.", "This seller has the lead already."),
    }


Decide = Callable[[LeadRow], Sequence[Event]]
"""What an action decides about a lead that is locked and the user's; raises `RefusedChange`."""


def accept(conn: Connection[Any], lead: int, *, user: int, now: int) -> Lead:
    """The seller takes the lead into work. The clock runs on until first contact.

    Raises:
        NotAllowed: it is not the user's lead.
        RefusedChange: it is in work, or closed, already.
    """

    def decide(row: LeadRow) -> list[Event]:
        _allow(row.lead, {Stage.MQL}, otherwise="taken_already")
        return [_by(Decision.ACCEPTED, row, user, now)]

    return _act(conn, lead, decide, user=user)


def contacted(conn: Connection[Any], lead: int, *, user: int, now: int) -> Lead:
    """The seller reached the lead: the response clock stops. Takes the lead into work if it was not.

    Raises:
        NotAllowed: it is not the user's lead.
        RefusedChange: the contact is marked, or the lead closed, already.
    """

    def decide(row: LeadRow) -> list[Event]:
        _allow(row.lead, OPEN_WITH_SELLER, otherwise="closed_already")
        if row.lead.contacted_at is not None and row.lead.later_at is None:
            raise RefusedChange("contacted_already")
        first = [_by(Decision.ACCEPTED, row, user, now)] if row.lead.stage == Stage.MQL else []
        return [*first, _by(Decision.CONTACTED, row, user, now, **_response(conn, row.lead, now))]

    return _act(conn, lead, decide, user=user)


def postpone(conn: Connection[Any], lead: int, *, until: int, user: int, now: int) -> Lead:
    """The seller comes back to the lead at `until` (microseconds UTC). A running clock runs on.

    Raises:
        NotAllowed: it is not the user's lead.
        RefusedChange: the lead is closed already, or `until` is over.
    """

    def decide(row: LeadRow) -> list[Event]:
        _allow(row.lead, OPEN_WITH_SELLER, otherwise="closed_already")
        if until <= now:
            raise RefusedChange("not_later")
        return [_by(Decision.POSTPONED, row, user, now, until=until)]

    return _act(conn, lead, decide, user=user)


def return_lead(conn: Connection[Any], lead: int, *, reason: str, user: int, now: int) -> Lead:
    """The seller gives the lead back to nurture; it comes again after the agreement's time, if that names one.

    Raises:
        NotAllowed: it is not the user's lead.
        RefusedChange: the lead is closed already, or the agreement does not know the reason.
    """

    def decide(row: LeadRow) -> list[Event]:
        _allow(row.lead, OPEN_WITH_SELLER, otherwise="closed_already")
        again_after = _check_reason(conn, row.lead, reason)
        again_at = None if again_after is None else now + again_after
        return [_by(Decision.RETURNED, row, user, now, reason=reason, again_at=again_at)]

    return _act(conn, lead, decide, user=user)


def qualify(conn: Connection[Any], lead: int, *, user: int, now: int) -> Lead:
    """The seller finds the lead worth selling to (SQL).

    Raises:
        NotAllowed: it is not the user's lead.
        RefusedChange: it is not in work, or qualified already.
    """

    def decide(row: LeadRow) -> list[Event]:
        otherwise = "not_in_work" if row.lead.stage == Stage.MQL else "qualified_already"
        _allow(row.lead, {Stage.SAL}, otherwise=otherwise)
        return [_by(Decision.QUALIFIED, row, user, now)]

    return _act(conn, lead, decide, user=user)


def note_qualification(
    conn: Connection[Any], lead: int, notes: Collection[bant.Note], *, user: int, now: int
) -> list[bant.Note]:
    """The seller notes what is known of budget, authority, need and timeline; returns what was not noted before.

    Each note is a fact about the person. Where the agreement's `sql` is true with it, the engine qualifies the lead.

    Raises:
        NotAllowed: it is not the user's lead.
        RefusedChange: the lead is closed already, or a note has no such criterion or state, or is too long.
    """
    with work_transaction(conn):
        row = _yours(conn, lead, user)
        _allow(row.lead, OPEN_WITH_SELLER, otherwise="closed_already")
        known = {criterion: bant.Note(criterion) for criterion in bant.CRITERIA}
        facts = facts_of_persons(conn, [row.person])[row.person]
        known |= {note.criterion: note for note in map(bant.note_of, facts) if note is not None}
        new = [note for note in map(_read_note, notes) if note != known[note.criterion]]
        append(conn, [_noted(note, row, user, now) for note in new])
        return new


def _read_note(note: bant.Note) -> bant.Note:
    if note.criterion not in bant.CRITERIA or note.state not in bant.STATES:
        raise RefusedChange("unknown_note", known=", ".join(bant.STATES))
    evidence = " ".join(note.evidence.split())
    if len(evidence) > LONGEST_EVIDENCE:
        raise RefusedChange("evidence_too_long", most=LONGEST_EVIDENCE)
    return note._replace(evidence=evidence)


def _noted(note: bant.Note, row: LeadRow, user: int, now: int) -> Event:
    told = {name: text for name, text in note._asdict().items() if text}
    return Event(
        key=message_key(bant.NOTED, f"{row.lead.id} {note.criterion} {now}"),
        t=now,
        received_at=now,
        kind=Kind.TRACK,
        name=bant.NOTED,
        subject=row.lead.anchor,
        keys=(row.lead.anchor,),
        by=By.SELLER,
        actor=user,
        body={
            "properties": told,
            "normal": {name: normal(text) for name, text in told.items() if normal(text) != text},
        },
    )


def win(conn: Connection[Any], lead: int, *, user: int, now: int) -> Lead:
    """The lead bought.

    Raises:
        NotAllowed: it is not the user's lead.
        RefusedChange: it is not in work.
    """

    def decide(row: LeadRow) -> list[Event]:
        _allow(row.lead, {Stage.SAL, Stage.SQL}, otherwise="not_in_work")
        return [_by(Decision.WON, row, user, now)]

    return _act(conn, lead, decide, user=user)


def lose(conn: Connection[Any], lead: int, *, reason: str, user: int, now: int) -> Lead:
    """The lead will not buy, for a reason in the seller's words.

    Raises:
        NotAllowed: it is not the user's lead.
        RefusedChange: it is not in work, or there is no reason.
    """

    def decide(row: LeadRow) -> list[Event]:
        _allow(row.lead, {Stage.SAL, Stage.SQL}, otherwise="not_in_work")
        return [_by(Decision.LOST, row, user, now, reason=_read_reason(reason))]

    return _act(conn, lead, decide, user=user)


def disqualify(conn: Connection[Any], lead: int, *, reason: str, user: int, now: int) -> Lead:
    """The lead never was one, for a reason in the seller's words.

    Raises:
        NotAllowed: it is not the user's lead.
        RefusedChange: the lead is closed already, or there is no reason.
    """

    def decide(row: LeadRow) -> list[Event]:
        _allow(row.lead, OPEN_WITH_SELLER, otherwise="closed_already")
        return [_by(Decision.DISQUALIFIED, row, user, now, reason=_read_reason(reason))]

    return _act(conn, lead, decide, user=user)


def assign(conn: Connection[Any], lead: int, *, seller: int, user: int, now: int) -> Lead:
    """Who steers sales gives a ripe lead, or one in work, to a seller by hand: free or not, past the route.

    Raises:
        NotAllowed: the user does not steer sales.
        RefusedChange: the lead is neither ripe nor in work, or the seller has it, or is none.
    """
    with work_transaction(conn):
        demand(conn, user, Power.STEER_SALES)
        row = _yours(conn, lead, user)
        _allow(row.lead, OPEN_WITH_SELLER, otherwise="not_ripe")
        if row.lead.owner == seller:
            raise RefusedChange("has_it_already")
        event = _assigned(conn, row, seller, user, now)
        return advance(row.lead, [event])


def _assigned(conn: Connection[Any], row: LeadRow, seller: int, user: int, now: int) -> Event:
    staff = Staff(conn, now)
    to = staff.find(seller)
    if to is None:
        raise RefusedChange("not_a_seller")
    asked = situations(conn, [row], now=now)
    previous = {} if row.lead.owner is None else {"previous_owner": row.lead.owner}
    body: dict[str, Any] = {"rule": None, "trace": [], "why": "by hand", **previous}
    event = handover(row.lead, asked[row.lead.id], to, staff, body=body, user=user)
    wake_router(conn)
    save_handovers(conn, [(row, event)], asked, staff)
    return event


def _act(conn: Connection[Any], number: int, decide: Decide, *, user: int) -> Lead:
    """Lock the lead, see that it is the user's, decide, save, append. The first of two requests wins."""
    with work_transaction(conn):
        row = _yours(conn, number, user)
        if row.lead.owner is None:
            raise RefusedChange("nobodys")
        events = decide(row)
        lead = advance(row.lead, events)
        leads.save_states(conn, [lead])
        wake_router(conn)
        append(conn, events)
        return lead


def _yours(conn: Connection[Any], number: int, user: int) -> LeadRow:
    """The lead, locked: the user's own, or any for who steers sales."""
    row = leads.load(conn, [number]).get(number)
    if row is None or not may_sell_for(agreements.role_of(conn, user), user=user, owner=row.lead.owner):
        raise NotAllowed("no_such_lead")
    if row.lead.merged_into is not None:
        raise RefusedChange("merged", into=row.lead.merged_into)
    return row


def _allow(lead: Lead, stages: Collection[Stage], *, otherwise: str) -> None:
    if lead.stage in stages:
        return
    raise RefusedChange(otherwise if lead.stage in OPEN_WITH_SELLER else "closed_already")


def _by(name: Decision, row: LeadRow, user: int, now: int, **body: Any) -> Event:
    lead = row.lead
    return decision(
        name,
        lead.id,
        now=now,
        user=user,
        seller=lead.owner,
        agreement=lead.agreement,
        version=lead.version,
        body=body,
    )


def _response(conn: Connection[Any], lead: Lead, now: int) -> dict[str, int]:
    """How long the seller took until first contact, in working time; of later contacts nothing."""
    return {"worked": worked_since_handover(conn, lead, now=now)} if lead.contacted_at is None else {}


def _check_reason(conn: Connection[Any], lead: Lead, reason: str) -> int | None:
    """After how long the agreement lets the lead come again; refuses a reason it does not name."""
    agreement = agreements.version(conn, lead.agreement or "", lead.version or 0)
    if agreement is None:
        return None
    returned = agreement.ready.returned
    if reason not in returned.reasons:
        raise RefusedChange("unknown_reason", reason=reason, known=", ".join(returned.reasons))
    return returned.again_after


def _read_reason(written: str) -> str:
    reason = " ".join(written.split())
    if not reason:
        raise RefusedChange("reason_missing")
    if len(reason) > LONGEST_REASON:
        raise RefusedChange("reason_too_long", most=LONGEST_REASON)
    return reason
