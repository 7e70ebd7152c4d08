"""What the funnel counts: steps, losses and people, from decisions alone."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pomona.domain.event import DAY, By, Event, Kind, message_key
from pomona.domain.stages import Decision
from pomona.journal.append import append

pytestmark = pytest.mark.usefixtures("conn")
MARCH = 1_772_312_400_000_000
"""2026-03-01 00:00 in Moscow."""

Told = tuple[int, Decision, int]
"""A lead, what was decided about it, on which day of March."""


def _write(conn: psycopg.Connection[Any], told: list[Told], **more: dict[int, Any]) -> None:
    events = [
        Event(
            key=message_key("test", f"{number} {lead} {name} {day}"),
            t=MARCH + day * DAY,
            received_at=MARCH + day * DAY,
            kind=Kind.DECISION,
            name=name,
            by=By.POMONA,
            lead=lead,
            campaign=more.get("campaigns", {}).get(lead),
            body=more.get("bodies", {}).get((lead, name), {}),
        )
        for number, (lead, name, day) in enumerate(told)
    ]
    with conn.transaction():
        append(conn, events)


def _user(role: str = "marketing") -> Any:
    from pomona.store.models import User

    return User.objects.create(username=f"{role}", role=role)


def _ask(**changes: Any) -> Any:
    from pomona.store.reads.funnel import Question

    return Question(**({"since": MARCH, "until": MARCH + 31 * DAY} | changes))


def _report(**changes: Any) -> Any:
    from pomona.store.models import User
    from pomona.store.reads.funnel import report

    return report(User.objects.filter(username="marketing").first() or _user(), _ask(**changes))


WHOLE_WAY = (
    Decision.CAPTURED,
    Decision.RIPE,
    Decision.HANDED_OVER,
    Decision.ACCEPTED,
    Decision.QUALIFIED,
    Decision.WON,
)


def _way(lead: int, steps: int, day: int = 0) -> list[Told]:
    return [(lead, name, day) for name in WHOLE_WAY[:steps]]


def test_each_lead_counts_at_every_step_it_reached(conn: psycopg.Connection[Any]) -> None:
    _write(conn, _way(1, 6) + _way(2, 3) + _way(3, 1))
    total = _report().total
    assert total.reached == (3, 2, 2, 1, 1, 1)
    assert total.share(1) == pytest.approx(2 / 3)
    assert total.share(0) is None


def test_a_ripe_lead_without_a_seller_is_shown_as_waiting(conn: psycopg.Connection[Any]) -> None:
    _write(conn, [*_way(1, 2), (1, Decision.WAITING, 1), *_way(2, 3)])
    total = _report().total
    assert (total.reached[:3], total.waiting) == ((2, 2, 1), 1)


def test_by_arrival_follows_the_leads_of_the_period_by_event_date_what_happened_in_it(
    conn: psycopg.Connection[Any],
) -> None:
    before = [(1, Decision.CAPTURED, -3), (1, Decision.RIPE, 2)]
    after = [(2, Decision.CAPTURED, 30), (2, Decision.RIPE, 40)]
    _write(conn, before + after)
    assert _report().total.reached[:2] == (1, 1)
    assert _report(by_arrival=False).total.reached[:2] == (1, 1)
    assert _report(by_arrival=False, until=MARCH + 10 * DAY).total.reached[:2] == (0, 1)


def test_the_biggest_loss_comes_first_with_its_reasons(conn: psycopg.Connection[Any]) -> None:
    from pomona.store.reads.funnel import Step

    left = [(lead, Decision.RETURNED, 5) for lead in (1, 2, 3)]
    bodies = {
        (lead, Decision.RETURNED): {"reason": "no need" if lead == 3 else "not a decision maker"} for lead in (1, 2, 3)
    }
    told = [decision for lead in (1, 2, 3) for decision in _way(lead, 3)]
    lost = [*_way(4, 5), (4, Decision.LOST, 5)]
    _write(conn, told + left + lost, bodies=bodies | {(4, Decision.LOST): {"reason": "competitor"}})
    first, second = _report().total.losses
    assert (first.step, first.count) == (Step.HANDED_OVER, 3)
    assert first.reasons == (("not a decision maker", 2), ("no need", 1))
    assert (second.step, second.count) == (Step.QUALIFIED, 1)


def test_a_lead_that_came_back_and_ripened_again_is_no_loss(conn: psycopg.Connection[Any]) -> None:
    back = [(1, Decision.RETURNED, 1), (1, Decision.RECYCLED, 2)]
    _write(conn, _way(1, 3) + back)
    assert _report().total.losses[0].count == 1
    _write(conn, [(1, Decision.RIPE, 3)])
    assert _report().total.losses == ()


def test_a_merged_lead_counts_once_with_the_other_and_again_when_split(conn: psycopg.Connection[Any]) -> None:
    bodies = {(2, Decision.ABSORBED): {"into": 1}, (3, Decision.ABSORBED): {"into": 2}}
    told = _way(1, 3) + _way(2, 2) + _way(3, 1)
    _write(conn, [*told, (3, Decision.ABSORBED, 1), (2, Decision.ABSORBED, 1)], bodies=bodies)
    assert _report().total.reached[:3] == (1, 1, 1)
    _write(conn, [(2, Decision.RESTORED, 2)])
    assert _report().total.reached[:3] == (2, 2, 1)


def test_people_came_when_the_first_of_their_leads_did(conn: psycopg.Connection[Any]) -> None:
    early = [(1, Decision.CAPTURED, -5), *_way(2, 2), (2, Decision.ABSORBED, 3)]
    late = [*_way(3, 1, day=5), (4, Decision.CAPTURED, 40), (4, Decision.RIPE, 41), (4, Decision.ABSORBED, 42)]
    bodies = {(2, Decision.ABSORBED): {"into": 1}, (4, Decision.ABSORBED): {"into": 3}}
    _write(conn, early + late, bodies=bodies)
    assert _report().total.reached[:2] == (1, 1)
    assert _report(until=MARCH + 4 * DAY).total.reached[:2] == (0, 0)


def test_by_event_date_who_waits_began_to_wait_in_the_period(conn: psycopg.Connection[Any]) -> None:
    _write(conn, [*_way(1, 2, day=-3), *_way(2, 2, day=3)])
    total = _report(by_arrival=False).total
    assert (total.reached[:2], total.waiting) == ((1, 1), 1)


def test_a_merge_whose_body_was_erased_hides_only_the_absorbed_one(conn: psycopg.Connection[Any]) -> None:
    _write(conn, [*_way(1, 2), *_way(2, 1), (2, Decision.ABSORBED, 1)])
    assert _report().total.reached[:2] == (1, 1)


def test_each_campaign_has_its_own_funnel_and_leads_without_one_theirs(conn: psycopg.Connection[Any]) -> None:
    _write(conn, _way(1, 2) + _way(2, 1) + _way(3, 1), campaigns={1: "ebook", 2: "ebook"})
    lines = _report().campaigns
    assert [(line.campaign, line.funnel.reached[:2]) for line in lines] == [("ebook", (2, 1)), ("", (1, 0))]
    assert _report(campaign="ebook").total.reached[:2] == (2, 1)
    assert _report(campaign="").total.reached[:2] == (1, 0)


def test_an_erased_lead_is_still_counted(conn: psycopg.Connection[Any]) -> None:
    _write(conn, [*_way(1, 6), (1, Decision.RETURNED, 1), (1, Decision.ERASED, 2)])
    total = _report().total
    assert total.reached == (1, 1, 1, 1, 1, 1)
    assert total.losses[0].reasons == (("", 1),)


def test_a_seller_may_not_see_the_funnel() -> None:
    from pomona.store.access import NotAllowed
    from pomona.store.reads.funnel import report

    with pytest.raises(NotAllowed):
        report(_user("seller"), _ask())


LEADS = st.lists(st.tuples(st.integers(1, 6), st.booleans(), st.sampled_from(["", "a", "b"])), max_size=8)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LEADS)
def test_every_number_leads_to_exactly_its_people(
    conn: psycopg.Connection[Any], leads: list[tuple[int, bool, str]]
) -> None:
    from pomona.store.models import User
    from pomona.store.reads.funnel import Choice, Step, leads_behind

    conn.execute("TRUNCATE journal, message_key")
    user = User.objects.filter(username="marketing").first() or _user()
    told = [decision for lead, (steps, _, _) in enumerate(leads, 1) for decision in _way(lead, steps)]
    told += [(lead, Decision.RETURNED, 1) for lead, (_, left, _) in enumerate(leads, 1) if left]
    _write(conn, told, campaigns={lead: campaign or None for lead, (_, _, campaign) in enumerate(leads, 1)})
    total = _report().total
    behind: Callable[..., int] = lambda **choice: len(leads_behind(user, _ask(), Choice(**choice)))  # noqa: E731
    assert total.reached == tuple(behind(step=step) for step in Step)
    assert total.waiting == behind(step=Step.RIPE, waiting=True)
    assert all(loss.count == behind(step=loss.step, left=True) for loss in total.losses)
    assert sum(line.funnel.reached[0] for line in _report().campaigns) == total.reached[0]
    assert all(a >= b for a, b in zip(total.reached, total.reached[1:], strict=False))
