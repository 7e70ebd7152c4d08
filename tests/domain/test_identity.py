"""Who is who: connected sets of keys, and whose a visitor's event is."""

import random

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from pomona.domain.event import Event, Kind, message_key
from pomona.domain.identity import (
    Visit,
    allowed,
    connected_sets,
    links_of,
    moved_by,
    owner_key,
    pair,
    parted,
    said_by_hand,
    separate,
    survivor,
    visits_of,
)
from pomona.domain.stages import Decision, Lead, Stage

KEYS = st.sampled_from([letter.encode() * 17 for letter in "abcdefg"])
PAIRS = st.tuples(KEYS, KEYS).filter(lambda keys: keys[0] != keys[1]).map(lambda keys: pair(*keys))
VISITS = st.builds(Visit, st.integers(0, 9), st.binary(min_size=16, max_size=16), st.just(b"v"), KEYS)
A, B, C, V = b"e" * 17, b"i" * 17, b"p" * 17, b"v" * 17


def _named_together(*keys: bytes, kind: Kind = Kind.IDENTIFY) -> Event:
    return Event(
        key=message_key(1, "1"), t=5, received_at=5, kind=kind, name="identify", subject=keys[0], keys=tuple(keys)
    )


@given(st.lists(PAIRS), st.randoms())
def test_persons_are_the_same_in_any_order_and_named_by_their_smallest_key(
    links: list[tuple[bytes, bytes]], rng: random.Random
) -> None:
    persons = connected_sets([], links)
    shuffled = rng.sample(links, len(links))
    assert connected_sets([], shuffled) == persons
    for person in persons.values():
        assert person == min(key for key, named in persons.items() if named == person)
    for a, b in links:
        assert persons[a] == persons[b]


@given(st.lists(PAIRS))
def test_keys_that_no_path_of_links_connects_stay_apart(links: list[tuple[bytes, bytes]]) -> None:
    persons = connected_sets([], links)
    for start in persons:
        reached, seen = {start}, set[bytes]()
        while reached - seen:
            seen |= reached
            reached |= {key for link in links if set(link) & reached for key in link}
        assert {key for key in persons if persons[key] == persons[start]} == reached


def test_only_identify_alias_and_group_link_and_a_visitor_joins_nobody() -> None:
    assert links_of(_named_together(A, C, B, V)) == ((A, B), (A, C), (B, C))
    assert links_of(_named_together(A, C, kind=Kind.TRACK)) == ()
    assert visits_of(_named_together(A, C, V)) == (Visit(5, message_key(1, "1").bytes, V, A),)
    assert visits_of(_named_together(V)) == ()


def test_a_visitors_event_is_whose_it_was_identified_as_last_else_first_after() -> None:
    visits = [Visit(10, b"1", V, A), Visit(20, b"2", V, B)]
    assert [owner_key(visits, t) for t in (1, 10, 19, 20, 99)] == [A, A, A, B, B]
    assert owner_key([], 5) is None


@given(st.lists(VISITS, unique_by=lambda visit: (visit.t, visit.message)), st.data())
def test_whoever_gains_or_loses_an_event_by_new_visits_is_named(visits: list[Visit], data: st.DataObject) -> None:
    new = set(data.draw(st.lists(st.sampled_from(visits)))) if visits else set()
    before, after = sorted(set(visits) - new), sorted(visits)
    moved = moved_by(after, new)
    for t in range(-1, 11):
        was, is_now = owner_key(before, t), owner_key(after, t)
        if was != is_now:
            assert {was, is_now} - {None} <= moved


def test_a_part_of_the_keys_goes_but_the_anchor_stays() -> None:
    assert separate([A, B, C], [C], anchor=A) == ((A, B), (C,))
    assert separate([A, B, C], [A, B], anchor=A) == ((A, B), (C,))
    assert separate([A], [A], anchor=A) == ((A,), ())


@given(st.lists(PAIRS), st.sets(KEYS, min_size=1), st.sets(KEYS, min_size=1))
def test_a_split_makes_exactly_two_persons_whatever_facts_said(
    links: list[tuple[bytes, bytes]], kept: set[bytes], away: set[bytes]
) -> None:
    away -= kept
    among = [link for link in links if set(link) <= kept | away]
    persons = connected_sets(kept | away, allowed(among, parted(sorted(kept), sorted(away))))
    assert {persons[key] for key in kept} == {min(kept)}
    assert {persons[key] for key in away} == ({min(away)} if away else set())


def test_merges_and_splits_say_by_hand_what_belongs_together() -> None:
    merged = Event(key=message_key(1, "2"), t=1, received_at=1, kind=Kind.DECISION, name=Decision.MERGED, keys=(C, A))
    assert said_by_hand(merged) == {(A, C): True}
    assert said_by_hand(msgspec.structs.replace(merged, keys=())) == {}
    split = msgspec.structs.replace(merged, name=Decision.SPLIT, keys=(A, B, C), body={"kept": 2})
    assert said_by_hand(split) == {(A, C): False, (B, C): False, (A, B): True}


def test_the_further_lead_survives_then_the_older_then_the_smaller_id() -> None:
    lead = Lead(id=3, anchor=A, stage=Stage.MCL, captured_at=10, cycle_from=0)
    older, further = (
        msgspec.structs.replace(lead, id=4, captured_at=9),
        msgspec.structs.replace(lead, id=5, stage=Stage.SAL),
    )
    assert survivor([lead, older, further]) == further
    assert survivor([lead, older]) == older
    assert survivor([lead, msgspec.structs.replace(lead, id=2)]).id == 2
