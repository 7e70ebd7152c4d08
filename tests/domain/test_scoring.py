import pytest
from hypothesis import given
from hypothesis import strategies as st

from pomona.domain.event import DAY, HOUR, Event
from pomona.domain.points import Points, Score
from pomona.domain.profile import EMPTY_PROFILE, observe
from pomona.domain.scoring import EMPTY_TALLY, count, score, worth
from tests.domain.facts import NOW, agreement, fact


def scored(rules: str, events: list[Event], at: int = NOW, rest: str = "") -> Score:
    terms = agreement(f"ready: {{pass_mark: 50, grades: {{A: 80, B: pass_mark, C: 10}}, {rules}}}\n{rest}")
    tally = count(terms, EMPTY_TALLY, events, cycle_from=0)
    return score(terms, observe(EMPTY_PROFILE, events), tally, at=at, captured_at=NOW - 100 * DAY)


def only(rules: str, events: list[Event], at: int = NOW) -> Points | None:
    points = scored(rules, events, at).points
    assert len(points) <= 1
    return points[0] if points else None


@pytest.mark.parametrize(
    ("points", "age", "half_life", "expected"),
    [
        (10_000, 0, 14 * DAY, 10_000),
        (10_000, 14 * DAY, 14 * DAY, 5_000),
        (-10_000, 28 * DAY, 14 * DAY, -2_500),
        (25_000, 19 * DAY, 60 * DAY, 20_073),
        (1, DAY, DAY, 1),
        (1, 2 * DAY, DAY, 0),
        (5_000, 999 * DAY, None, 5_000),
    ],
)
def test_after_a_half_life_a_hit_is_worth_half_rounded_to_a_thousandth(
    points: int, age: int, half_life: int | None, expected: int
) -> None:
    assert worth(points, age, half_life) == expected


@given(st.integers(-(10**8), 10**8), st.integers(0, 1000 * DAY), st.integers(1, 100 * DAY))
def test_a_fading_hit_never_changes_sign_nor_grows(points: int, age: int, half_life: int) -> None:
    assert 0 <= worth(abs(points), age, half_life) <= abs(points)
    assert worth(-points, age, half_life) == -worth(points, age, half_life)


PRICING = "interest: [{name: p, when: {event: page}, points: 10, at_most: 30, half_life: 14d}]"


def test_ten_more_visits_never_prolong_the_fading() -> None:
    visits = [fact("page", NOW - 14 * DAY + i) for i in range(13)]
    points = only(PRICING, visits)
    assert points is not None
    assert [hit.t for hit in points.hits] == [visit.t for visit in visits[-3:]]
    assert points.amount == sum(hit.amount for hit in points.hits) == 15_000
    assert (points.hits[0].worth, points.hits[0].amount, points.fading) == (10_000, 5_000, True)


def test_a_late_event_is_an_ordinary_event() -> None:
    first, second, late = (fact("page", NOW - age * DAY) for age in (1, 3, 2))
    assert only(PRICING, [first, second, late]) == only(PRICING, [second, late, first])


def test_each_hit_names_its_event() -> None:
    visit = fact("page", NOW - DAY)
    points = only(PRICING, [visit])
    assert points is not None
    assert [(hit.t, hit.key) for hit in points.hits] == [(visit.t, visit.key.bytes)]


def test_without_a_limit_twenty_hits_count() -> None:
    points = only("interest: [{name: p, when: {event: page}, points: 1}]", [fact("page", NOW - i) for i in range(99)])
    assert points is not None
    assert points.amount == 20_000


def test_negative_points_are_limited_alike() -> None:
    rule = "interest: [{name: p, when: {event: page}, points: -2.5, at_most: -5}]"
    points = only(rule, [fact("page", NOW - i) for i in range(9)])
    assert points is not None
    assert points.amount == -5_000


def test_once_counts_the_earliest_event_for_ever() -> None:
    rule = "interest: [{name: p, when: {event: page}, points: 8, once: true, half_life: 1d}]"
    points = only(rule, [fact("page", NOW), fact("page", NOW - DAY)])
    assert points is not None
    assert points.amount == 4_000


def test_once_per_a_property_needs_its_value() -> None:
    rule = "interest: [{name: p, when: {event: page}, points: 8, once_per: w}]"
    named = [fact("page", NOW - i, properties={"w": word}) for i, word in enumerate(["A-b", "a B", "c"])]
    points = only(rule, [*named, fact("page", NOW - 9)])
    assert points is not None
    assert {hit.t for hit in points.hits} == {NOW - 1, NOW - 2}


def test_once_per_day_means_days_of_the_agreements_time_zone() -> None:
    rule = "interest: [{name: p, when: {event: page}, points: 8, once_per: 1d}]"
    midnight = NOW - NOW % DAY - 3 * HOUR
    around = [fact("page", midnight - 1), fact("page", midnight)]
    assert scored(rule, around, rest="runs: {time_zone: Europe/Moscow}").total == 16_000
    assert scored(rule, around).total == 8_000


def test_a_state_gives_its_points_while_it_is_true() -> None:
    rule = "interest: [{name: s, when: {event: page, times: 2, within: 3d}, points: 15}]"
    visits = [fact("page", NOW - 2 * DAY), fact("page", NOW)]
    points = only(rule, visits)
    assert points is not None
    assert (points.amount, [each.key for each in points.evidence]) == (15_000, [visit.key.bytes for visit in visits])
    assert only(rule, visits, at=NOW + DAY) is None


@pytest.mark.parametrize(
    ("employees", "expected"), [(0, 1), (49, 1), ("50", 10), (249, 10), (250, 20), (9e6, 20), (-1, 0), ("many", 0)]
)
def test_bands_give_points_by_a_traits_value(employees: object, expected: int) -> None:
    rule = 'fit: [{name: s, by: company.employees, points: {"0..49": 1, "50..249": 10, "250..": 20}}]'
    person = fact("identify", NOW, traits={"company.employees": employees})
    assert scored(rule, [person]).fit == expected * 1000


def test_bands_can_be_words() -> None:
    rule = "fit: [{name: s, by: industry, points: {Oil and gas: 7, water: 3}}]"
    assert scored(rule, [fact("identify", NOW, traits={"industry": "oil & gas"})]).fit == 0
    assert scored(rule, [fact("identify", NOW, traits={"industry": "OIL AND GAS"})]).fit == 7_000


def test_the_newest_word_about_a_trait_counts_and_nothing_clears_it() -> None:
    rule = "fit: [{name: s, when: {known: email}, points: 5}]"
    said, taken_back = (
        fact("identify", NOW - 2, traits={"email": "a@b.ru"}),
        fact("identify", NOW - 1, traits={"email": None}),
    )
    assert scored(rule, [said]).fit == 5_000
    assert scored(rule, [taken_back, said]).fit == 0


@pytest.mark.parametrize(("points", "grade"), [(90, "A"), (80, "A"), (79.999, "B"), (50, "B"), (10, "C"), (9, None)])
def test_the_grade_is_the_first_letter_whose_number_is_reached(points: float, grade: str | None) -> None:
    assert scored(f"fit: [{{name: s, when: {{known: email}}, points: {points}}}]", [PERSON]).grade == grade


PERSON = fact("identify", NOW - DAY, traits={"email": "a@b.example"})


def test_a_score_of_an_earlier_moment_leaves_out_what_came_later() -> None:
    assert scored(PRICING, [fact("page", NOW)], at=NOW - 1).total == 0
