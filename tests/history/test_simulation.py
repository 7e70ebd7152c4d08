"""Leads of the past go through a route in the sellers' real hours, with hands that are full or free again."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from pomona.domain.event import DAY, HOUR
from pomona.domain.profile import EMPTY_PROFILE, observe
from pomona.domain.routing import Seller
from pomona.domain.scoring import situation_of
from pomona.domain.tally import EMPTY_TALLY
from pomona.domain.working_time import ALWAYS_OPEN
from pomona.history.simulation import Held, Office, RipeLead, RuleFired, Simulated, simulate
from tests.domain.facts import NOW, agreement, fact
from tests.domain.test_routing import EVENING, OFFICE

TERMS = agreement("""
route:
  - {name: volga, when: {region: [RU-TA]}, to: {team: volga}}
  - {name: service, when: {answer: product, is: service}, to: {skill: service}}
  - {otherwise: {team: inbound}}
""")
END = NOW + 30 * DAY


def ripe(number: int, at: int, **traits: Any) -> RipeLead:
    profile = observe(EMPTY_PROFILE, [fact("identify", at, traits=traits)])
    return RipeLead(number, at, situation_of(TERMS, profile, EMPTY_TALLY, at=at, captured_at=at))


def seller(number: int, **rest: Any) -> Seller:
    return Seller(id=number, **{"login": f"seller{number}", "team": "inbound", "calendar": OFFICE, **rest})


def deal(leads: list[RipeLead], *sellers: Seller, **office: Any) -> Simulated:
    return simulate(TERMS, leads, Office(sellers, ALWAYS_OPEN, **office), until=END, time_zone="Europe/Moscow")


def test_each_line_says_how_often_it_fires_also_never() -> None:
    found = deal([ripe(1, NOW, region="RU-TA"), ripe(2, NOW), ripe(3, NOW)], seller(1, team="volga"), seller(2))
    assert found.rules == (
        RuleFired("volga", 1, False),
        RuleFired("service", 0, True),
        RuleFired("otherwise", 2, False),
    )
    assert [each.leads for each in found.sellers] == [1, 2]


def test_sellers_take_turns_whatever_was_before_the_time_tried() -> None:
    busy_now = seller(1, open_leads=20, present=False, away_until=END, last_handover_at=NOW - 1)
    found = deal([ripe(number, NOW + number) for number in range(4)], busy_now, seller(2))
    assert [each.leads for each in found.sellers] == [2, 2]


def test_a_lead_of_the_night_waits_for_the_morning() -> None:
    evening = NOW + 8 * HOUR
    found = deal([ripe(1, evening)], seller(1))
    assert found.waits_half == found.waits_tenth == 13 * HOUR + HOUR // 2


def test_who_is_at_work_first_takes_it() -> None:
    at = NOW + 7 * HOUR
    found = deal([ripe(1, at)], seller(1), seller(2, calendar=EVENING))
    assert [each.leads for each in found.sellers] == [0, 1]
    assert found.waits_half == 0


def test_full_hands_are_free_again_when_a_lead_has_taken_its_time() -> None:
    found = deal([ripe(1, NOW), ripe(2, NOW)], seller(1, capacity=1), busy=DAY)
    assert found.handed_over == 2
    assert found.waits_tenth == round(0.9 * DAY)
    assert found.sellers[0].most == 1
    assert found.sellers[0].full_days == ("2026-03-02", "2026-03-03", "2026-03-04")


def test_who_has_nobody_waits_to_the_end_and_says_why() -> None:
    found = deal([ripe(1, NOW), ripe(2, NOW), ripe(3, NOW)], seller(1, capacity=1), busy=60 * DAY)
    assert (found.leads, found.handed_over, found.left) == (3, 1, {"all_full": 2})
    assert deal([ripe(1, NOW)], seller(1, team="volga")).left == {"no_seller_matches": 1}


def test_leads_of_other_agreements_fill_hands_as_they_really_did() -> None:
    held = [Held(1, NOW - DAY, NOW + 2 * HOUR), Held(99, NOW, None)]
    found = deal([ripe(1, NOW)], seller(1, capacity=1), held=held, busy=DAY)
    assert found.waits_half == 2 * HOUR
    assert found.sellers[0].leads == 1


def test_while_nobody_knows_how_long_a_lead_takes_hands_are_never_full() -> None:
    found = deal([ripe(number, NOW) for number in range(5)], seller(1, capacity=1))
    assert (found.handed_over, found.sellers[0].full_days, found.busy) == (5, (), None)


def test_the_hottest_of_those_who_wait_comes_first_however_late_it_came() -> None:
    evening = NOW + 8 * HOUR
    cold, hot = ripe(1, evening), ripe(2, evening + HOUR)
    assert hot.situation.score is not None
    graded = replace(hot, situation=replace(hot.situation, score=replace(hot.situation.score, grade="A")))
    found = deal([cold, graded], seller(1, capacity=1), busy=DAY)
    assert found.waits_tenth == 35 * HOUR, "of twelve and a half hours, and of a day and thirteen and a half"


def test_a_line_for_certain_hours_looks_at_the_clock_when_it_deals() -> None:
    terms = agreement("""
    route:
      - {name: evening, when: {hours: "16:00-20:00"}, to: {team: volga}}
      - {otherwise: {team: inbound}}
    """)
    office = Office((seller(1), seller(2, team="volga")), ALWAYS_OPEN)
    found = simulate(terms, [ripe(1, NOW + 8 * HOUR)], office, until=END, time_zone="Europe/Moscow")
    assert [each.leads for each in found.rules] == [0, 1]


def test_hands_that_are_full_at_the_end_were_full_up_to_it_and_those_with_room_never() -> None:
    found = deal([ripe(1, END - DAY), ripe(2, END - DAY)], seller(1, capacity=1), seller(2, capacity=2), busy=9 * DAY)
    assert [each.full_days for each in found.sellers] == [("2026-03-31", "2026-04-01"), ()]
    assert deal([ripe(1, END)], seller(1)).leads == 0


def test_hands_with_more_than_they_take_stay_full_while_one_lead_too_many_goes() -> None:
    held = [Held(1, NOW, NOW + DAY), Held(1, NOW, NOW + 3 * DAY)]
    found = deal([], seller(1, capacity=1), held=held, busy=DAY)
    assert found.sellers[0].full_days == ("2026-03-02", "2026-03-03", "2026-03-04", "2026-03-05")


@given(
    st.lists(st.tuples(st.integers(0, 20 * 24), st.sampled_from(["RU-TA", "RU-MOW"])), max_size=25),
    st.lists(st.tuples(st.sampled_from(["volga", "inbound"]), st.integers(1, 3)), min_size=1, max_size=4),
    st.none() | st.integers(1, 200),
)
def test_every_lead_is_handed_over_once_or_left_with_a_reason_and_nobody_has_more_than_they_take(
    arrivals: list[tuple[int, str]], team: list[tuple[str, int]], busy: int | None
) -> None:
    leads = [ripe(n, NOW + hours * HOUR, region=region) for n, (hours, region) in enumerate(sorted(arrivals))]
    sellers = [seller(n, team=name, capacity=capacity) for n, (name, capacity) in enumerate(team)]
    found = deal(leads, *sellers, busy=None if busy is None else busy * HOUR)
    assert found.leads == len(leads) == found.handed_over + sum(found.left.values())
    assert sum(each.leads for each in found.sellers) == found.handed_over == sum(each.leads for each in found.rules)
    assert all(each.most <= each.capacity for each in found.sellers)
