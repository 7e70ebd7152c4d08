"""Fitting: the same leads for everybody, judged blind as of their moment, only by those invited, only while a draft."""

from typing import Any

import psycopg
import pytest

from pomona.actions import fitting
from pomona.actions.agreements import propose, save_draft
from pomona.actions.erase import erase
from pomona.actions.fitting import RefusedFitting
from pomona.domain.event import DAY, HOUR
from pomona.domain.fitting import CHOSEN, Votes
from pomona.domain.ripeness import Readiness, readiness
from pomona.store import agreements
from pomona.store import fitting as stored
from pomona.store.powers import NotAllowed
from tests.actions.engine import HOUSE, fact, put_in_force, record, run_engine
from tests.actions.sales import person
from tests.conftest import NOW

Conn = psycopg.Connection[Any]
DRAFT = "campaign: spring\nextends: default\n"


@pytest.fixture
def people(conn: Conn) -> dict[str, int]:
    """Two sellers, their head, marketing, an administrator."""
    roles = {"vera": "seller", "oleg": "seller", "head": "head_of_sales", "mark": "marketing", "admin": "administrator"}
    return {login: person(conn, login, role=role) for login, role in roles.items()}


@pytest.fixture
def draft(conn: Conn, people: dict[str, int]) -> int:
    """A draft (its row), in a base of thirty leads that looked at the prices up to three times."""
    put_in_force(conn, HOUSE)
    for number in range(30):
        t = NOW - 5 * DAY + number * HOUR
        traits = {"email": f"{number}@plant.example", "job_title": "head" if number % 2 else "engineer"}
        record(
            conn,
            fact(number * 10, f"e{number} v{number}", name="identify", t=t, traits=traits),
            *(fact(number * 10 + look, f"v{number}", path="/pricing", t=t + look) for look in range(1, number % 4 + 1)),
        )
    run_engine(conn)
    return save_draft(conn, DRAFT, user=people["mark"], now=NOW).id


def judge_all(conn: Conn, draft: int, user: int, judgement: Any) -> None:
    found = stored.of_version(conn, draft)
    assert found is not None
    for place in stored.places(conn, found):
        fitting.judge(conn, draft, place.place, judgement, user=user, now=NOW)


def result(conn: Conn, draft: int) -> fitting.Result:
    found = stored.of_version(conn, draft)
    assert found is not None
    return fitting.result(conn, found, agreements.agreement_by_id(conn, draft))


def test_the_leads_are_chosen_once_and_stay_whatever_becomes_of_the_draft(
    conn: Conn, draft: int, people: dict[str, int]
) -> None:
    found = fitting.invite(conn, draft, [people["vera"]], user=people["head"], now=NOW)
    places = stored.places(conn, found)
    assert len(places) == CHOSEN
    assert save_draft(conn, DRAFT + "ready: {pass_mark: 45}\n", user=None, now=NOW).id == draft
    assert fitting.invite(conn, draft, [people["oleg"], people["vera"]], user=people["mark"], now=NOW + 1) == found
    assert stored.places(conn, found) == places
    assert [each.user for each in stored.judges(conn, found)] == [people["vera"], people["oleg"]]


def test_who_is_invited_gets_one_mail(conn: Conn, draft: int, people: dict[str, int]) -> None:
    for _ in range(2):
        fitting.invite(conn, draft, people.values(), user=people["head"], now=NOW)
    sent = conn.execute("SELECT user_id, text FROM outbox WHERE kind = 'fitting' ORDER BY user_id").fetchall()
    assert [user for user, _ in sent] == sorted({*people.values()} - {people["admin"]})
    assert f"/agreements/versions/{draft}/judge/" in sent[0][1]


def test_only_who_is_invited_judges_and_only_a_draft(conn: Conn, draft: int, people: dict[str, int]) -> None:
    with pytest.raises(RefusedFitting) as refused:
        fitting.judge(conn, draft, 0, "take", user=people["vera"], now=NOW)
    assert refused.value.code == "no_fitting"
    fitting.invite(conn, draft, [people["vera"], people["admin"]], user=people["head"], now=NOW)
    with pytest.raises(RefusedFitting) as refused:
        fitting.judge(conn, draft, 0, "take", user=people["oleg"], now=NOW)
    assert refused.value.code == "not_invited"
    with pytest.raises(NotAllowed):
        fitting.judge(conn, draft, 0, "take", user=people["admin"], now=NOW)
    with pytest.raises(NotAllowed):
        fitting.invite(conn, draft, [people["oleg"]], user=people["vera"], now=NOW)
    with pytest.raises(RefusedFitting) as refused:
        fitting.judge(conn, draft, 77, "take", user=people["vera"], now=NOW)
    assert refused.value.code == "no_such_lead"
    fitting.judge(conn, draft, 0, "take", user=people["vera"], now=NOW)
    propose(conn, draft, user=None, now=NOW)
    with pytest.raises(RefusedFitting) as refused:
        fitting.judge(conn, draft, 1, "take", user=people["vera"], now=NOW)
    assert refused.value.code == "not_a_draft"
    assert "черновика" in refused.value.text("ru")


def test_votes_are_counted_by_side_and_the_newest_is_taken_back(conn: Conn, draft: int, people: dict[str, int]) -> None:
    fitting.invite(conn, draft, people.values(), user=people["head"], now=NOW)
    for login, judgement in (("vera", "take"), ("oleg", "not"), ("head", "take"), ("mark", "not")):
        judge_all(conn, draft, people[login], judgement)
    found = result(conn, draft)
    assert (found.invited, found.finished) == (4, 4)
    assert {(each.sales, each.marketing) for each in found.leads} == {(Votes(2, 1), Votes(0, 1))}
    assert (found.sides.value, found.sellers.leads) == (0.0, CHOSEN)
    assert found.sellers.value == pytest.approx(1 / 3)
    assert fitting.take_back(conn, draft, user=people["vera"])
    after = result(conn, draft)
    assert after.finished == 3
    assert sorted(each.sales.take for each in after.leads) == [1] + [2] * (CHOSEN - 1)


def test_judging_again_changes_the_judgement(conn: Conn, draft: int, people: dict[str, int]) -> None:
    fitting.invite(conn, draft, [people["vera"]], user=people["head"], now=NOW)
    fitting.judge(conn, draft, 3, "take", user=people["vera"], now=NOW)
    fitting.judge(conn, draft, 3, "not", user=people["vera"], now=NOW + 1)
    assert [each.sales for each in result(conn, draft).leads if each.sales != Votes()] == [Votes(0, 1)]


def test_where_all_judge_as_the_draft_it_agrees_and_nothing_is_to_mend(
    conn: Conn, draft: int, people: dict[str, int]
) -> None:
    fitting.invite(conn, draft, [people["vera"]], user=people["head"], now=NOW)
    for each in result(conn, draft).leads:
        said: Any = "take" if each.draft_takes else "not"
        fitting.judge(conn, draft, each.place.place, said, user=people["vera"], now=NOW)
    found = result(conn, draft)
    assert found.draft.value == 1.0
    assert fitting.mending(found, agreements.agreement_by_id(conn, draft)) == []


def test_an_erased_lead_drops_out_with_what_was_judged_of_it(conn: Conn, draft: int, people: dict[str, int]) -> None:
    found = fitting.invite(conn, draft, [people["vera"]], user=people["head"], now=NOW)
    judge_all(conn, draft, people["vera"], "take")
    gone = stored.places(conn, found)[4]
    erase(conn, gone.lead, user=people["admin"], now=NOW + 1)
    assert gone not in stored.places(conn, found)
    after = result(conn, draft)
    assert (len(after.leads), after.finished) == (CHOSEN - 1, 1)
    assert conn.execute("SELECT count(*) FROM fitting_lead WHERE lead = %s", (gone.lead,)).fetchone() == (0,)


def test_a_lead_is_judged_as_it_was_when_it_had_to_be_decided(conn: Conn, draft: int, people: dict[str, int]) -> None:
    found = fitting.invite(conn, draft, [people["vera"]], user=people["head"], now=NOW)
    place = stored.places(conn, found)[0]
    before = {each.place.lead: each.standing.facts for each in result(conn, draft).leads}
    who = conn.execute("SELECT anchor FROM lead WHERE id = %s", (place.lead,)).fetchone()
    assert who is not None
    record(conn, fact(9999, who[0][1:].rstrip(b"\0").decode(), name="contract signed", t=NOW + 1))
    run_engine(conn, now=NOW + 1)
    assert {each.place.lead: each.standing.facts for each in result(conn, draft).leads} == before


def test_leads_nobody_could_reach_or_must_pass_on_are_not_judged(
    conn: Conn, draft: int, people: dict[str, int]
) -> None:
    fitting.invite(conn, draft, [people["vera"]], user=people["head"], now=NOW)
    stands = {readiness(each.standing.situations[0]) for each in result(conn, draft).leads}
    assert stands <= {Readiness.RIPE, Readiness.UNRIPE}


def test_without_any_lead_there_is_nothing_to_judge(conn: Conn, people: dict[str, int]) -> None:
    put_in_force(conn, HOUSE)
    empty = save_draft(conn, DRAFT, user=None, now=NOW).id
    with pytest.raises(RefusedFitting) as refused:
        fitting.invite(conn, empty, [people["vera"]], user=people["head"], now=NOW)
    assert refused.value.code == "no_leads"
