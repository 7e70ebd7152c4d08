"""What sellers note about a lead, and what follows from it under the version that handed the lead over."""

from typing import Any

import psycopg
import pytest

from pomona.actions import selling
from pomona.actions.hand_over import hand_over_ripe
from pomona.actions.rebuild import check_rebuild
from pomona.actions.selling import RefusedChange
from pomona.domain.bant import Note
from pomona.domain.event import HOUR, MINUTE
from pomona.domain.stages import Decision, Stage
from pomona.journal import read
from pomona.store.powers import NotAllowed
from tests.actions.engine import fact, put_in_force, record, run_engine
from tests.actions.sales import SALES, hire, history, lead, open_office, person, ripen
from tests.conftest import NOW

Conn = psycopg.Connection[Any]

NEED, AUTHORITY = Note("need", "confirmed", "four pumps"), Note("authority", "partly")


def agreed(**ready: Any) -> dict[str, Any]:
    """The house of the sales tests with other words for these keywords of `ready`."""
    return {**SALES, "ready": {**SALES["ready"], **ready}}


WITH_SQL = agreed(sql={"all": [{"bant": "need", "is": "confirmed"}, {"bant": "authority", "at_least": "partly"}]})


@pytest.fixture
def taken(conn: Conn, irina: int) -> int:
    """A lead in irina's work, handed over by a version that says what qualified means."""
    put_in_force(conn, WITH_SQL)
    number = ripen(conn, 1)
    hand_over_ripe(conn, now=NOW)
    selling.accept(conn, number, user=irina, now=NOW)
    return number


def test_a_lead_is_qualified_by_itself_once_everything_agreed_is_noted(conn: Conn, irina: int, taken: int) -> None:
    selling.note_qualification(conn, taken, [NEED], user=irina, now=NOW + MINUTE)
    run_engine(conn, now=NOW + MINUTE)
    assert lead(conn, taken).stage == Stage.SAL
    selling.note_qualification(conn, taken, [NEED, AUTHORITY], user=irina, now=NOW + HOUR)
    run_engine(conn, now=NOW + HOUR)
    state = lead(conn, taken)
    assert (state.stage, state.qualified_at, state.owner) == (Stage.SQL, NOW + HOUR, irina)
    decided = read.latest(conn, Decision.QUALIFIED, [taken])[taken]
    assert (decided.actor, decided.seller, decided.version) == (None, irina, 2)
    assert [each["about"] for each in decided.body["because"]["sql"]] == ["need", "authority"]
    assert check_rebuild(conn, now=NOW + HOUR) == []


def test_only_what_was_not_noted_before_is_noted(conn: Conn, irina: int, taken: int) -> None:
    def note(*notes: Note, now: int) -> list[Note]:
        return selling.note_qualification(conn, taken, notes, user=irina, now=now)

    assert note(NEED, AUTHORITY, Note("budget"), now=NOW + 1) == [NEED, AUTHORITY]
    assert note(NEED, Note("authority", "confirmed"), now=NOW + 2) == [Note("authority", "confirmed")]
    assert note(Note("need", "confirmed", " four \n pumps "), now=NOW + 3) == []


def test_notes_are_refused_of_others_of_closed_leads_and_of_no_meaning(conn: Conn, irina: int, taken: int) -> None:
    oleg = hire(conn, "oleg")
    with pytest.raises(NotAllowed):
        selling.note_qualification(conn, taken, [NEED], user=oleg, now=NOW)
    for wrong in (Note("need", "perhaps"), Note("mood", "confirmed"), Note("need", "denied", "x" * 301)):
        with pytest.raises(RefusedChange):
            selling.note_qualification(conn, taken, [wrong], user=irina, now=NOW)
    selling.lose(conn, taken, reason="no money", user=irina, now=NOW)
    with pytest.raises(RefusedChange):
        selling.note_qualification(conn, taken, [NEED], user=irina, now=NOW)


def test_a_version_that_came_into_force_later_changes_nothing_for_a_lead_in_work(
    conn: Conn, irina: int, taken: int
) -> None:
    put_in_force(conn, agreed(won={"event": "page"}), start=NOW + 1)
    record(conn, fact(90, "e1", t=NOW + HOUR, path="/"))
    run_engine(conn, now=NOW + HOUR)
    assert lead(conn, taken).stage == Stage.SAL
    selling.note_qualification(conn, taken, [NEED, AUTHORITY], user=irina, now=NOW + HOUR)
    run_engine(conn, now=NOW + HOUR)
    assert lead(conn, taken).stage == Stage.SQL
    record(conn, fact(91, "e1", t=NOW + HOUR, name="contract signed"))
    run_engine(conn, now=NOW + HOUR)
    assert (lead(conn, taken).stage, history(conn, taken)[-1]) == (Stage.WON, Decision.WON)
    assert check_rebuild(conn, now=NOW + HOUR) == []


def test_two_acts_wake_a_nurtured_lead_also_when_they_come_one_by_one(conn: Conn) -> None:
    open_office(conn)
    irina = hire(conn, "irina")
    put_in_force(conn, agreed(returned={"reasons": ["later"], "unless": {"event": "form submitted", "times": 2}}))
    number = ripen(conn, 1)
    hand_over_ripe(conn, now=NOW)
    selling.return_lead(conn, number, reason="later", user=irina, now=NOW + 1)
    for nth, stage in ((1, Stage.NURTURE), (2, Stage.MCL)):
        record(conn, fact(90 + nth, "e1", t=NOW + nth * HOUR, name="form submitted"))
        run_engine(conn, now=NOW + nth * HOUR)
        assert lead(conn, number).stage == stage
    assert lead(conn, number).cycle_from == NOW + 2 * HOUR
    assert check_rebuild(conn, now=NOW + 2 * HOUR) == []


def test_who_steers_sales_may_note_for_a_seller(conn: Conn, taken: int) -> None:
    head = person(conn, "head", role="head_of_sales")
    assert selling.note_qualification(conn, taken, [NEED], user=head, now=NOW) == [NEED]
