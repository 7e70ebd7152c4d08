"""Routing gives a ripe lead to whose turn it is by the first rule that is true, or says why it waits."""

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pomona.domain.condition import Situation
from pomona.domain.event import HOUR
from pomona.domain.profile import EMPTY_PROFILE, observe
from pomona.domain.routing import Handover, Seller, Waiting, choose
from pomona.domain.scoring import situation_of
from pomona.domain.tally import EMPTY_TALLY
from pomona.domain.working_time import ALWAYS_OPEN, read_calendar
from tests.domain.facts import NOW, agreement, fact

OFFICE = read_calendar("Europe/Moscow", {str(day): [["09:00", "18:00"]] for day in range(5)})
EVENING = read_calendar("Europe/Moscow", {str(day): [["18:00", "22:00"]] for day in range(5)})
ROUTE = """
route:
  - {name: volga, when: {region: [RU-TA]}, to: {team: volga}}
  - {name: service, when: {answer: product, is: service}, to: {skill: service}}
  - {name: boss, when: {trait: company.employees, at_least: 1000}, to: {seller: irina}}
  - {otherwise: {team: inbound}}
"""


def situation(route: str = ROUTE, **traits: Any) -> Situation:
    facts = [fact("identify", NOW - HOUR, traits=traits)]
    if "answers" in traits:
        facts = [fact("question answered", NOW - HOUR, answers=traits["answers"])]
    profile = observe(EMPTY_PROFILE, facts)
    return situation_of(agreement(route), profile, EMPTY_TALLY, at=NOW, captured_at=NOW)


def seller(number: int, **rest: Any) -> Seller:
    return Seller(id=number, **{"login": f"seller{number}", "team": "inbound", "calendar": OFFICE, **rest})


def route(asked: Situation, *sellers: Seller, now: int = NOW, **rest: Any) -> Handover | Waiting:
    return choose(asked.agreement.route, asked, sellers, house=ALWAYS_OPEN, now=now, **rest)


def chosen(found: Handover | Waiting) -> int:
    assert isinstance(found, Handover)
    return found.seller.id


def reason(found: Handover | Waiting) -> dict[str, Any]:
    assert isinstance(found, Waiting)
    return found.reason


def test_the_first_rule_that_is_true_decides() -> None:
    volga, inbound, irina = seller(1, team="volga"), seller(2), seller(3, login="irina", team=None)
    found = route(situation(region="RU-TA", **{"company.employees": 5000}), volga, inbound, irina)
    assert chosen(found) == 1
    assert chosen(route(situation(**{"company.employees": 5000}), volga, inbound, irina)) == 3
    assert chosen(route(situation(), volga, inbound, irina)) == 2


def test_what_is_not_known_matches_nothing_and_the_trace_says_so() -> None:
    found = route(situation(region="RU-SAM"), seller(2))
    assert [(step["rule"], step["holds"]) for step in found.trace] == [
        ("volga", False),
        ("service", None),
        ("boss", None),
        ("otherwise", True),
    ]


def test_a_target_of_later_releases_is_passed_over() -> None:
    found = route(situation(answers={"product": ["service"]}), seller(2))
    assert chosen(found) == 2
    assert found.trace[1] == {"rule": "service", "holds": True, "skipped": "not_yet"}


def test_whose_last_handover_is_oldest_comes_next() -> None:
    sellers = [
        seller(1, last_handover_at=NOW - HOUR),
        seller(2, last_handover_at=NOW - 2 * HOUR),
        seller(3, last_handover_at=NOW - 3 * HOUR, present=False),
    ]
    assert chosen(route(situation(), *sellers)) == 2
    assert chosen(route(situation(), *sellers, seller(4))) == 4


@pytest.mark.parametrize(
    ("state", "why_not"),
    [
        ({"present": False}, "absent"),
        ({"away_until": NOW + 1}, "away"),
        ({"calendar": EVENING}, "outside_hours"),
        ({"open_leads": 5, "capacity": 5}, "full"),
        ({"capacity": 0}, "full"),
        ({"away_until": NOW, "open_leads": 4, "capacity": 5}, None),
    ],
)
def test_only_a_free_seller_gets_a_lead(state: dict[str, Any], why_not: str | None) -> None:
    found = route(situation(), seller(1, **state))
    assert isinstance(found, Handover) == (why_not is None)
    assert [each["why_not"] for each in found.trace[-1]["sellers"]] == [why_not]


@pytest.mark.parametrize(
    ("states", "code"),
    [
        ([], "no_seller_matches"),
        ([{"open_leads": 20}, {"present": False}], "all_full"),
        ([{"present": False}, {"calendar": EVENING}], "nobody_free"),
        ([{"away_until": NOW + HOUR}], "nobody_free"),
    ],
)
def test_says_why_nobody_can_take_the_lead(states: list[dict[str, Any]], code: str) -> None:
    sellers = [seller(number, **state) for number, state in enumerate(states, 1)]
    assert reason(route(situation(), *sellers)) == {"code": code, "rule": "otherwise"}


def test_says_when_the_first_of_them_opens() -> None:
    found = route(situation(), seller(1, calendar=EVENING), seller(2, away_until=NOW + HOUR))
    opens = NOW + 6 * HOUR + HOUR // 2
    assert reason(found) == {"code": "outside_hours", "rule": "otherwise", "until": opens}


def test_a_rule_that_is_true_waits_for_its_own_sellers() -> None:
    found = route(situation(region="RU-TA"), seller(1, team="volga", present=False), seller(2))
    assert reason(found)["rule"] == "volga"


def test_a_lead_waits_when_no_target_can_be_told() -> None:
    assert reason(route(situation("route: [{otherwise: {skill: service}}]"), seller(1))) == {"code": "no_rule"}


def test_the_late_seller_is_passed_over_unless_alone() -> None:
    assert chosen(route(situation(), seller(1), seller(2, last_handover_at=NOW), late=1)) == 2
    assert reason(route(situation(), seller(1), seller(2, present=False), late=1))["code"] == "nobody_free"
    assert chosen(route(situation(), seller(1), late=1)) == 1


def test_sellers_without_hours_keep_those_of_the_agreement() -> None:
    asked = situation()
    lone = seller(1, calendar=None)
    assert isinstance(choose(asked.agreement.route, asked, [lone], house=OFFICE, now=NOW), Handover)
    assert isinstance(choose(asked.agreement.route, asked, [lone], house=EVENING, now=NOW), Waiting)


def test_another_way_of_sharing_is_replaced_by_taking_turns_and_said() -> None:
    asked = situation("route: [{otherwise: {team: inbound}, by: least_loaded}]")
    found = route(asked, seller(1, open_leads=9), seller(2, last_handover_at=NOW))
    assert chosen(found) == 1
    assert found.trace[-1]["instead_of"] == "least_loaded"


states = st.fixed_dictionaries(
    {
        "present": st.booleans(),
        "team": st.sampled_from(["inbound", "volga"]),
        "away_until": st.sampled_from([None, NOW - 1, NOW + 1]),
        "calendar": st.sampled_from([None, OFFICE, EVENING]),
        "open_leads": st.integers(0, 3),
        "capacity": st.integers(0, 3),
        "last_handover_at": st.sampled_from([None, NOW - 2, NOW - 1]),
    }
)
ASKED = situation()


@settings(max_examples=100, deadline=None)
@given(st.lists(states, max_size=5), st.permutations(range(5)))
def test_never_an_absent_seller_and_never_by_the_order_of_the_list(
    drawn: list[dict[str, Any]], order: list[int]
) -> None:
    sellers = [seller(number, **state) for number, state in enumerate(drawn)]
    found = route(ASKED, *sellers)
    shuffled = [sellers[place] for place in order if place < len(sellers)]
    again = route(ASKED, *shuffled)
    assert msgspec.to_builtins(found.trace) == msgspec.to_builtins(again.trace)
    if isinstance(found, Handover):
        taken = found.seller
        assert taken.present
        assert taken.open_leads < taken.capacity
        assert taken.calendar is not EVENING
        assert taken.away_until is None or taken.away_until <= NOW
        assert taken.team == "inbound"
    else:
        assert found.reason["code"]
