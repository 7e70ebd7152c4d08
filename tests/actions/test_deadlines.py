"""When a moment comes, it is acted on once: reminded, taken away, told, begun anew."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg

from pomona.actions import presence, selling
from pomona.actions.deadlines import act_on_due
from pomona.actions.hand_over import hand_over_ripe
from pomona.actions.recycle import end_nurtures
from pomona.domain.event import DAY, HOUR, MINUTE
from pomona.domain.stages import Decision, Stage, replay
from pomona.journal import read
from pomona.store.database import connect
from tests.actions.engine import fact, put_in_force, record, run_engine
from tests.actions.sales import SALES, hire, history, lead, mails, open_office, person, ripen, told
from tests.conftest import NOW

Conn = psycopg.Connection[Any]


def test_the_seller_is_reminded_once_before_the_clock_runs_out(conn: Conn, number: int) -> None:
    assert act_on_due(conn, now=NOW + 3 * MINUTE - 1) == 0
    assert act_on_due(conn, now=NOW + 3 * MINUTE) == 1
    assert act_on_due(conn, now=NOW + 4 * MINUTE) == 0
    assert lead(conn, number).remind_at is None
    assert mails(conn)[-1] == ("reminded", "irina@pumps.example", "A · 2:00 left · Lead 1")


def test_a_contact_stops_the_clock(conn: Conn, irina: int, number: int) -> None:
    selling.contacted(conn, number, user=irina, now=NOW + MINUTE)
    assert act_on_due(conn, now=NOW + HOUR) == 0
    assert lead(conn, number).overdue == 0


def test_an_overdue_lead_goes_to_another_seller_with_a_new_clock(conn: Conn, irina: int, number: int) -> None:
    oleg = hire(conn, "oleg")
    late = NOW + 5 * MINUTE
    assert act_on_due(conn, now=late) == 1
    state = lead(conn, number)
    assert (state.stage, state.owner, state.overdue, state.queued_at) == (Stage.MQL, None, 1, late)
    hand_over_ripe(conn, now=late + 1)
    assert (lead(conn, number).owner, lead(conn, number).due_at) == (oleg, late + 1 + 5 * MINUTE)
    decision = read.latest(conn, Decision.HANDED_OVER, [number])[number]
    assert (decision.body["why"], decision.body["previous_owner"]) == ("overdue", irina)
    assert history(conn, number)[-4:] == ["handed over", "overdue", "waiting", "handed over"]
    assert replay(event for _, event in read.decisions_of(conn, [number])) == lead(conn, number)


def test_the_late_seller_gets_it_again_only_when_alone(conn: Conn, irina: int, number: int) -> None:
    oleg = hire(conn, "oleg")
    presence.set_present(conn, oleg, present=False, user=None, now=NOW)
    act_on_due(conn, now=NOW + 5 * MINUTE)
    assert hand_over_ripe(conn, now=NOW + 5 * MINUTE) == 0
    assert lead(conn, number).waiting == {"code": "nobody_free", "rule": "otherwise", "late": irina}
    conn.execute("DELETE FROM seller WHERE user_id = %s", (oleg,))
    mails = conn.execute("SELECT count(*) FROM outbox").fetchone()
    assert hand_over_ripe(conn, now=NOW + 6 * MINUTE) == 1
    state = lead(conn, number)
    assert (state.owner, state.overdue, state.due_at) == (irina, 1, None), "it stays late, no clock runs again"
    assert conn.execute("SELECT count(*) FROM outbox").fetchone() == mails
    assert act_on_due(conn, now=NOW + 60 * MINUTE) == 0


def test_an_accepted_lead_without_contact_is_taken_away_too(conn: Conn, irina: int, number: int) -> None:
    oleg = hire(conn, "oleg")
    selling.accept(conn, number, user=irina, now=NOW + 1)
    act_on_due(conn, now=NOW + 5 * MINUTE)
    hand_over_ripe(conn, now=NOW + 5 * MINUTE)
    assert (lead(conn, number).owner, lead(conn, number).stage) == (oleg, Stage.MQL)


def test_the_second_time_the_head_of_sales_learns_of_it(conn: Conn, irina: int, number: int) -> None:
    hire(conn, "oleg")
    person(conn, "boss", role="head_of_sales")
    for minutes in (5, 10):
        act_on_due(conn, now=NOW + minutes * MINUTE)
        hand_over_ripe(conn, now=NOW + minutes * MINUTE)
    told = [each for each in mails(conn) if each[0] == "overdue"]
    assert told == [("overdue", "boss@pumps.example", "Overdue · A · Lead 1")]
    assert lead(conn, number).overdue == 2


def test_a_reminder_of_a_clock_that_goes_on_tomorrow_names_the_moment(conn: Conn, irina: int) -> None:
    put_in_force(conn, {**SALES, "respond": {"first_contact": [{"otherwise": "2h", "remind_at": "15m"}]}}, start=1)
    evening = NOW + 6 * HOUR
    ripen(conn, 2, now=evening)
    hand_over_ripe(conn, now=evening)
    act_on_due(conn, now=evening + 15 * MINUTE)
    assert mails(conn)[-1] == ("reminded", "irina@pumps.example", "A · by 3 Mar 10:30 · Lead 2")


def test_reminders_and_overdue_notices_go_by_the_channels_that_held_when_the_clock_began(conn: Conn) -> None:
    overdue = [{"notify": whom} for whom in ("owner", "team", "head_of_sales")]
    respond = {"first_contact": [{"otherwise": "5m", "remind_at": "3m", "overdue": overdue}]}
    by = {"seller": ["browser"], "team": ["mail", "browser"]}
    open_office(conn)
    put_in_force(conn, {**SALES, "respond": respond, "automate": {"notify": by}}, start=1)
    person(conn, "boss", role="head_of_sales")
    hire(conn, "irina")
    hire(conn, "maria", capacity=0)
    ripen(conn, 1)
    hand_over_ripe(conn, now=NOW)
    put_in_force(conn, SALES, start=2)
    act_on_due(conn, now=NOW + 3 * MINUTE)
    assert told(conn, "reminded") == {("browser", "irina")}
    act_on_due(conn, now=NOW + 5 * MINUTE)
    team = {(channel, login) for channel in ("mail", "browser") for login in ("irina", "maria")}
    assert told(conn, "overdue") == {*team, ("mail", "boss")}


def test_where_the_agreement_only_tells_the_seller_keeps_the_lead(conn: Conn, irina: int) -> None:
    number = ripen(conn, 2, looks=0)
    hand_over_ripe(conn, now=NOW)
    assert act_on_due(conn, now=NOW + HOUR) == 1
    state = lead(conn, number)
    assert (state.owner, state.overdue, state.due_at) == (irina, 1, None)
    assert mails(conn)[-1] == ("overdue", "irina@pumps.example", "Overdue · C · Lead 2")


def test_several_workers_act_once(conn: Conn, database_url: str, number: int) -> None:
    def act(_: int) -> int:
        with connect(database_url) as own:
            return act_on_due(own, now=NOW + 5 * MINUTE)

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(act, range(8))) == 1
    assert history(conn, number).count("overdue") == 1


def test_what_came_due_while_nobody_looked_is_overdue_and_not_reminded(conn: Conn, number: int) -> None:
    assert act_on_due(conn, now=NOW + DAY) == 1
    assert "reminded" not in history(conn, number)


def test_a_nurture_ends_and_a_new_cycle_begins_without_the_old_points(conn: Conn, irina: int, number: int) -> None:
    selling.return_lead(conn, number, reason="later", user=irina, now=NOW)
    assert end_nurtures(conn, now=NOW + 60 * DAY - 1) == 0
    again = NOW + 60 * DAY
    assert end_nurtures(conn, now=again) == 1
    assert end_nurtures(conn, now=again) == 0
    state = lead(conn, number)
    assert (state.stage, state.cycle_from, state.again_at) == (Stage.MCL, again, None)
    record(conn, fact(900, "e1", name="call back requested", t=again + 1))
    run_engine(conn, now=again + 1)
    assert lead(conn, number).stage == Stage.MQL
