"""Colleagues: what one lead of an account tells, does and becomes counts for the others, and a rebuild agrees."""

from typing import Any

import psycopg
import pytest
from msgspec.structs import replace

from pomona.actions import selling
from pomona.actions.accounts import follow_accounts
from pomona.actions.erase import erase
from pomona.actions.hand_over import hand_over_ripe
from pomona.actions.rebuild import check_rebuild
from pomona.actions.situations import situations
from pomona.actions.switching import switch
from pomona.domain.account import MOST_LEADS
from pomona.domain.condition import holds
from pomona.domain.event import DAY, HOUR, Event, Kind
from pomona.domain.stages import Lead, Stage
from pomona.store import accounts, leads
from tests.actions.engine import HOUSE, fact, healthy_engine, lead_of, put_in_force, record
from tests.actions.sales import SALES, hire, open_office, person
from tests.conftest import NOW

Conn = psycopg.Connection[Any]

TOGETHER = {
    **SALES["ready"],
    "fit": [{"name": "size", "by": "company.employees", "points": {"250..": 20}}],
    "interest": [
        {"name": "together", "when": {"people_of_account": 2, "event": "page", "within": "14d"}, "points": 15},
        {"name": "client", "when": {"account": "is_client"}, "points": 7},
        {"name": "owned", "when": {"account": "has_owner"}, "points": 3},
    ],
    "mql": {"any": [{"interest": {"at_least": 15}}, {"event": "call back requested"}]},
}


@pytest.fixture
def sellers(conn: Conn) -> int:
    open_office(conn)
    put_in_force(conn, {**SALES, "ready": TOGETHER})
    return hire(conn, "irina")


def works_at(number: int, who: str, *, domain: str = "plant.example", t: int = NOW, **traits: Any) -> Event:
    """Somebody introduces themselves with an address of this company."""
    email = f"{who}@{domain}"
    return fact(
        number,
        who,
        name="identify",
        t=t,
        traits={"email": email, "name": who, **traits},
        found={"email": {"kind": "company", "domain": domain, "account": domain}},
    )


def settle(conn: Conn, *, now: int = NOW, page: int = 100) -> None:
    """The engine folds, then everybody's colleagues are looked at again, until nothing is left to do."""
    healthy_engine(conn, now=now)
    while follow_accounts(conn, now=now, page=page):
        healthy_engine(conn, now=now)
    assert check_rebuild(conn, now=now) == []


def score(conn: Conn, who: str) -> int:
    """The stored score, in points."""
    return int(lead_of(conn, who)["score"]) // 1000


def test_what_one_tells_of_the_company_counts_for_all_of_it_the_newest_word_first(conn: Conn, sellers: int) -> None:
    record(conn, works_at(1, "e1"), works_at(2, "e2", t=NOW + 1, **{"company.employees": 300}))
    record(conn, works_at(3, "e3", domain="other.example"))
    settle(conn)
    assert [score(conn, who) for who in ("e1", "e2", "e3")] == [20, 20, 0]
    record(conn, works_at(4, "e1", t=NOW + HOUR, **{"company.employees": 30}))
    settle(conn, now=NOW + HOUR)
    assert [score(conn, who) for who in ("e1", "e2")] == [0, 0]
    record(conn, works_at(5, "e2", t=NOW + 2, **{"company.employees": 400}))
    settle(conn, now=NOW + HOUR)
    assert score(conn, "e1") == 0, "told late, but of an earlier time"


def test_a_lead_ripens_when_its_colleague_comes(conn: Conn, sellers: int) -> None:
    record(conn, works_at(1, "e1"), works_at(2, "e2"), fact(3, "e1"))
    settle(conn)
    assert lead_of(conn, "e1")["stage"] == "mcl"
    record(conn, fact(4, "e2", t=NOW + HOUR))
    settle(conn, now=NOW + HOUR)
    assert [lead_of(conn, who)["stage"] for who in ("e1", "e2")] == ["mql", "mql"]


def test_an_act_of_long_ago_or_of_another_company_is_no_company(conn: Conn, sellers: int) -> None:
    record(conn, works_at(1, "e1", t=NOW - 30 * DAY), works_at(2, "e2"), works_at(3, "e3", domain="other.example"))
    record(conn, fact(4, "e1", t=NOW - 15 * DAY), fact(5, "e2"), fact(6, "e3"))
    settle(conn)
    assert {lead_of(conn, who)["stage"] for who in ("e1", "e2", "e3")} == {"mcl"}


def test_a_group_makes_an_account_of_those_who_have_no_company_mail(conn: Conn, sellers: int) -> None:
    record(conn, fact(1, "e1", name="identify", traits={"email": "a@free.example"}), _group(2, "e1", "g1"))
    record(conn, fact(3, "e2", name="identify", traits={"email": "b@free.example"}), _group(4, "e2", "g1"))
    record(conn, works_at(5, "e3"), _group(6, "e3", "g1"), fact(7, "e4", name="identify", traits={"email": "c@f.ex"}))
    settle(conn)
    named = [lead_of(conn, who)["account"] for who in ("e1", "e2", "e3", "e4")]
    assert named == ["group:g1", "group:g1", "plant.example", None]


def _group(number: int, who: str, group: str, **traits: Any) -> Event:
    told = fact(number, who, name="group", properties={"group_id": group}, traits=traits)
    return replace(told, kind=Kind.GROUP)


def test_an_owner_and_a_deal_are_known_to_the_colleagues_of_who_has_them(conn: Conn, sellers: int) -> None:
    record(conn, works_at(1, "e1"), works_at(2, "e2"))
    settle(conn)
    assert score(conn, "e2") == 0
    record(conn, fact(3, "e1", name="call back requested"))
    settle(conn)
    hand_over_ripe(conn, now=NOW)
    settle(conn)
    assert [score(conn, who) for who in ("e1", "e2")] == [0, 3]
    first = lead_of(conn, "e1")["id"]
    selling.accept(conn, first, user=sellers, now=NOW)
    selling.win(conn, first, user=sellers, now=NOW)
    settle(conn)
    assert score(conn, "e2") == 10
    record(conn, works_at(4, "e2", t=NOW + 1, **{"account.is_client": False}))
    settle(conn, now=NOW + 1)
    assert score(conn, "e2") == 3, "a source's own word counts"


def test_route_and_clock_see_the_colleagues_too(conn: Conn, sellers: int) -> None:
    record(conn, works_at(1, "e1"), works_at(2, "e2"))
    record(conn, *(fact(3 + n, who, name="call back requested") for n, who in enumerate(("e1", "e2"))))
    settle(conn)
    hand_over_ripe(conn, now=NOW)
    number = lead_of(conn, "e2")["id"]
    asked = situations(conn, leads.load(conn, [number], lock=False).values(), now=NOW)[number]
    owned = asked.agreement.ready.interest[2]
    assert holds(owned.when, asked) is True


def test_who_leaves_the_account_counts_no_more(conn: Conn, sellers: int) -> None:
    record(conn, works_at(1, "e1"), works_at(2, "e2", **{"company.employees": 300}))
    settle(conn)
    assert score(conn, "e1") == 20
    record(conn, works_at(3, "e2", domain="new.example", t=NOW + HOUR))
    settle(conn, now=NOW + HOUR)
    assert (score(conn, "e1"), score(conn, "e2")) == (0, 20)
    record(conn, works_at(4, "e3", domain="new.example", t=NOW + HOUR))
    settle(conn, now=NOW + HOUR)
    assert score(conn, "e3") == 20
    erase(conn, lead_of(conn, "e2")["id"], user=person(conn, "admin", role="administrator"), now=NOW + HOUR)
    settle(conn, now=NOW + HOUR)
    assert score(conn, "e3") == 0


def test_colleagues_are_looked_at_again_page_by_page_each_once(conn: Conn, sellers: int) -> None:
    record(conn, *(works_at(n, f"e{n}") for n in range(1, 8)))
    settle(conn)
    record(conn, works_at(20, "e3", t=NOW + 1, **{"company.employees": 300}))
    settle(conn, now=NOW + 1, page=2)
    assert {score(conn, f"e{n}") for n in range(1, 8)} == {20}
    assert conn.execute("SELECT count(*) FROM account_due").fetchone() == (0,)


def test_nothing_is_known_of_an_account_that_is_larger_than_a_company_can_be(conn: Conn) -> None:
    for number in range(1, MOST_LEADS + 2):
        state = Lead(id=number, anchor=b"e", stage=Stage.MCL, captured_at=NOW, cycle_from=0)
        leads.save(conn, [leads.LeadRow(lead=state, person=b"e%d" % number, account="mail.example")])
        if number == MOST_LEADS:
            assert len(accounts.colleagues(conn, {1: "mail.example"})[1]) == MOST_LEADS - 1
    assert accounts.colleagues(conn, {1: "mail.example", 2: "plant.example"}) == {2: ()}


def test_what_a_new_version_counts_is_counted_of_everybody_who_has_colleagues(conn: Conn) -> None:
    put_in_force(conn, HOUSE)
    record(conn, works_at(1, "e1"), works_at(2, "e2"), fact(3, "e1"), fact(4, "e2"))
    settle(conn)
    put_in_force(conn, {**SALES, "ready": TOGETHER}, start=NOW)
    while switch(conn, now=NOW):
        pass
    settle(conn)
    assert [score(conn, who) for who in ("e1", "e2")] == [15, 15]


def test_what_is_counted_of_a_colleague_is_counted_though_the_new_agreement_does_not_concern_it(conn: Conn) -> None:
    put_in_force(conn, HOUSE)
    record(conn, works_at(1, "e1"), works_at(2, "e2"), fact(3, "e1"), fact(4, "e2", name="called", campaign="spring"))
    settle(conn)
    looked = {"name": "looked", "when": {"people_of_account": 1, "event": "page"}, "points": 15}
    put_in_force(conn, {**SALES, "campaign": "spring", "ready": {**TOGETHER, "interest": [looked]}}, start=NOW)
    while switch(conn, now=NOW):
        pass
    settle(conn)
    assert [score(conn, who) for who in ("e1", "e2")] == [0, 15]
