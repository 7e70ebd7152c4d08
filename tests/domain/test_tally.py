"""Whatever the order, repeats and portions of the same events, profile and tally are the same bytes; and what
each tracker keeps is what a search through the whole history finds."""

from collections.abc import Callable, Sequence
from hashlib import blake2b
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pomona.domain.account import act_name, newest_acts
from pomona.domain.agreement.conditions import ANY, Pattern
from pomona.domain.agreement.trackers import Entry
from pomona.domain.agreement.values import HitRule
from pomona.domain.bant import NOTED
from pomona.domain.condition import Situation, holds
from pomona.domain.event import DAY, HOUR, By, Event
from pomona.domain.profile import (
    EMPTY_PROFILE,
    MOST_TRAITS,
    Profile,
    observe,
    profile_from_bytes,
    profile_to_bytes,
)
from pomona.domain.scoring import EMPTY_TALLY, Tally, count, score, tally_from_bytes, tally_to_bytes
from tests.domain.facts import NOW, agreement, fact

TERMS = agreement("""
runs: {time_zone: Europe/Moscow}
ready:
  pass_mark: 50
  interest:
    - {name: newest, when: {event: page, path: /pricing*}, points: 10, at_most: 30, half_life: 14d}
    - {name: once, when: {event: page}, points: 5, once: true}
    - {name: each value, when: {event: download}, points: 7, once_per: content, at_most: 21}
    - {name: each day, when: {event: page}, points: 2, once_per: 1d, at_most: 8}
    - {name: penalty, when: {event: unsubscribed}, points: -4, at_most: -8}
    - {name: studies, when: {event: download, different: content, times: 3, within: 5d}, points: 15}
    - {name: often, when: {event: any, times: 4, within: 2d}, points: 3}
    - {name: quiet, when: {none_of: [{event: page}, {event: download}], for: 3d}, points: -6}
""")
RULES = {rule.name: rule for _, rule in TERMS.rules}
SPAN = 8 * DAY


CRITERIA = {"A": "denied", "b": "partly", "В": "confirmed"}


def _event(number: int, name: str, hours: int, by: By, word: str, path: str) -> Event:
    return fact(
        name,
        NOW + hours * HOUR,
        number=number,
        by=by,
        path=path,
        properties={"content": word, "form": word, "list": word, "criterion": "need", "state": CRITERIA.get(word)},
        subject=path.encode(),
        traits={"email": f"{word}@b.example", word: number},
        answers={"timeline": [word]},
        campaign=word,
        channel="direct" if path == "/" else "email",
    )


EVENTS = st.lists(
    st.builds(
        _event,
        st.integers(1, 10_000),
        st.sampled_from(["page", "download", "unsubscribed", "subscribed", NOTED, "other"]),
        st.integers(0, SPAN // HOUR),
        st.sampled_from([By.PERSON, By.PERSON, By.PERSON, By.MACHINE, By.SELLER]),
        st.sampled_from(["A", "b", "В", "d e"]),
        st.sampled_from(["/", "/pricing", "/pricing/pumps"]),
    ),
    max_size=40,
    unique_by=lambda event: event.key,
)


def _folded(events: Sequence[Event], cycle_from: int = 0) -> tuple[Profile, Tally]:
    return observe(EMPTY_PROFILE, events), count(TERMS, EMPTY_TALLY, events, cycle_from=cycle_from)


@given(EVENTS, st.data())
@settings(max_examples=30, deadline=None)
def test_the_newest_acts_are_the_same_in_any_order_and_in_portions(events: list[Event], data: st.DataObject) -> None:
    patterns = (Pattern(ANY), Pattern("page", path="/pricing*"))
    shuffled = data.draw(st.permutations(events + events[: len(events) // 3]))
    half = data.draw(st.integers(0, len(shuffled)))
    portion = newest_acts(patterns, {}, shuffled[:half], cycle_from=NOW + DAY)
    kept = newest_acts(patterns, portion, shuffled[half:], cycle_from=NOW + DAY)
    counted = [event for event in events if event.t >= NOW + DAY and event.by == By.PERSON]
    looks = [e for e in events if e.t >= NOW + DAY and e.by != By.MACHINE and e.name == "page" and e.path != "/"]
    expected = [max((event.order for event in each), default=None) for each in (counted, looks)]
    assert [kept[act_name(pattern)] for pattern in patterns] == expected


@given(EVENTS, st.data())
@settings(max_examples=60, deadline=None)
def test_order_repeats_and_portions_change_no_byte(events: list[Event], data: st.DataObject) -> None:
    profile, tally = EMPTY_PROFILE, EMPTY_TALLY
    repeated = data.draw(st.permutations(events + events[: len(events) // 3]))
    while repeated:
        size = data.draw(st.integers(1, len(repeated)))
        portion, repeated = repeated[:size], repeated[size:]
        # Every portion passes through the stored bytes, as it does from one batch to the next.
        profile = profile_from_bytes(profile_to_bytes(observe(profile, portion)))
        tally = tally_from_bytes(tally_to_bytes(count(TERMS, tally, portion, cycle_from=NOW + DAY)))
    expected_profile, expected_tally = _folded(events, cycle_from=NOW + DAY)
    assert profile_to_bytes(profile) == profile_to_bytes(expected_profile)
    assert tally_to_bytes(tally) == tally_to_bytes(expected_tally)


def _entries(events: Sequence[Event], fits: Callable[[Event], bool]) -> list[Entry]:
    return sorted((event.t, event.key.bytes) for event in events if event.by == By.PERSON and fits(event))


def _earliest_each(events: Sequence[Event], fits: Callable[[Event], bool], of: Callable[[Event], Any]) -> list[Entry]:
    values = {of(event) for event in events}
    each = (_entries(events, lambda event, value=value: fits(event) and of(event) == value) for value in values)  # type: ignore[misc]
    return sorted(entries[0] for entries in each if entries)


def _content(event: Event) -> Any:
    return event.body["properties"]["content"].casefold()


EXPECTED_HITS: dict[str, Callable[[Sequence[Event]], list[Entry]]] = {
    "newest": lambda events: _entries(events, lambda e: e.name == "page" and str(e.path).startswith("/pricing"))[-3:],
    "once": lambda events: _entries(events, lambda e: e.name == "page")[:1],
    "each value": lambda events: _earliest_each(events, lambda e: e.name == "download", _content)[-3:],
    "each day": lambda events: _earliest_each(events, lambda e: e.name == "page", lambda e: (e.t + 3 * HOUR) // DAY)[
        -4:
    ],
    "penalty": lambda events: _entries(events, lambda e: e.name == "unsubscribed")[-2:],
}


@pytest.mark.parametrize("name", EXPECTED_HITS)
@given(events=EVENTS)
@settings(max_examples=40, deadline=None)
def test_the_hits_that_count_are_those_found_in_the_whole_history(name: str, events: list[Event]) -> None:
    profile, tally = _folded(events)
    given_points = {each.rule: each for each in score(TERMS, profile, tally, at=NOW + SPAN, captured_at=NOW).points}
    hits = [(hit.t, hit.key) for hit in given_points[name].hits] if name in given_points else []
    assert hits == EXPECTED_HITS[name](events)


def _studies(events: Sequence[Event], at: int) -> bool:
    recent = [e for e in events if e.name == "download" and e.by != By.MACHINE and e.t > at - 5 * DAY]
    return len({_content(event) for event in recent}) >= 3


def _quiet(events: Sequence[Event], at: int) -> bool:
    return not any(e.name in ("page", "download") and e.by != By.MACHINE and e.t > at - 3 * DAY for e in events)


EXPECTED_STATES: dict[str, Callable[[Sequence[Event], int], bool]] = {
    "studies": _studies,
    "often": lambda events, at: sum(e.by == By.PERSON and e.t > at - 2 * DAY for e in events) >= 4,
    "quiet": _quiet,
}


@pytest.mark.parametrize("name", EXPECTED_STATES)
@given(events=EVENTS, later=st.integers(0, 6 * DAY))
@settings(max_examples=40, deadline=None)
def test_event_conditions_answer_as_the_whole_history_does(name: str, events: list[Event], later: int) -> None:
    profile, tally = _folded(events)
    at = NOW + SPAN + later
    situation = Situation(agreement=TERMS, profile=profile, tally=tally, at=at, captured_at=NOW)
    rule = RULES[name]
    assert not isinstance(rule, HitRule)
    assert holds(rule.when, situation) is EXPECTED_STATES[name](events, at)  # type: ignore[union-attr]


@given(EVENTS)
@settings(max_examples=40, deadline=None)
def test_points_add_up(events: list[Event]) -> None:
    profile, tally = _folded(events)
    result = score(TERMS, profile, tally, at=NOW + SPAN, captured_at=NOW)
    assert result.total == sum(each.amount for each in result.points) == result.fit + result.interest + result.answers
    for each in result.points:
        assert not each.hits or each.amount == sum(hit.amount for hit in each.hits)


def test_once_per_keeps_the_256_values_that_came_first_whatever_the_order() -> None:
    events = [fact("download", NOW + i, number=i + 1, properties={"content": f"w{i}"}) for i in range(400)]
    forwards = count(TERMS, EMPTY_TALLY, events, cycle_from=0)
    backwards = count(TERMS, EMPTY_TALLY, reversed(events), cycle_from=0)
    assert tally_to_bytes(forwards) == tally_to_bytes(backwards)
    hits = next(p for p in score(TERMS, EMPTY_PROFILE, forwards, at=NOW + DAY, captured_at=NOW).points).hits
    assert [hit.t - NOW for hit in hits] == [253, 254, 255]


def test_the_state_stays_small_however_long_the_history() -> None:
    def size(length: int) -> int:
        events = [
            fact(
                "page", NOW + i * HOUR, number=i + 1, path="/pricing", properties={"content": "w"}, traits={f"x{i}": i}
            )
            for i in range(length)
        ]
        profile, tally = _folded(events)
        return len(profile_to_bytes(profile)) + len(tally_to_bytes(tally))

    assert size(5 * MOST_TRAITS) < 1.1 * size(MOST_TRAITS)


@pytest.mark.parametrize("by", [By.MACHINE, By.SELLER, By.POMONA])
def test_only_a_persons_events_earn_points(by: By) -> None:
    events = [fact("page", NOW, path="/pricing", by=by), fact("download", NOW, by=by, properties={"content": "x"})]
    _, tally = _folded(events)
    assert score(TERMS, EMPTY_PROFILE, tally, at=NOW, captured_at=NOW).total == 0


def test_events_of_an_earlier_cycle_count_no_more() -> None:
    early, late = fact("page", NOW, path="/pricing"), fact("page", NOW + DAY, path="/pricing")
    tally = count(TERMS, EMPTY_TALLY, [early, late], cycle_from=NOW + 1)
    assert tally == count(TERMS, EMPTY_TALLY, [late], cycle_from=0)


def test_what_was_stored_by_an_earlier_release_still_means_the_same() -> None:
    """What is kept, its order and its encoding stand in the database. A release that must change them empties the
    table lead_score in a migration: every lead is then folded anew, and this digest with it."""
    words, names = ("A", "b", "В"), ("page", "download", "unsubscribed")
    events = [
        _event(number, names[number % 3], 5 * number, By.PERSON, words[number % 3], "/pricing") for number in range(30)
    ]
    profile, tally = _folded(events)
    stored = blake2b(profile_to_bytes(profile) + tally_to_bytes(tally), digest_size=8).hexdigest()
    assert stored == "9c271efc9c778845"
