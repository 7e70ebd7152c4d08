"""Real leads under a draft: folded anew, equal to what the engine stored, nothing changed."""

from typing import Any

import psycopg
import pytest

from pomona.actions.previewing import covered, distribution, ground, in_place_of, shown, standings
from pomona.domain.agreement import read_agreement
from pomona.domain.event import DAY, HOUR
from pomona.domain.profile import profile_from_bytes
from pomona.domain.scoring import situation_of, tally_from_bytes
from pomona.domain.terms import key_of
from pomona.store import accounts, agreements, leads, tallies
from pomona.store.leads import Known, Part
from tests.actions.engine import HOUSE, fact, lead_of, put_in_force, record, run_engine, with_points_of_head
from tests.conftest import NOW

Conn = psycopg.Connection[Any]
SPRING: dict[str, Any] = {**HOUSE, "campaign": "spring", "covers": [{"utm_campaign": "spring*"}]}


@pytest.fixture
def base(conn: Conn) -> list[int]:
    """Twelve leads, every third of them from the spring campaign; each looked at the prices so many times."""
    put_in_force(conn, HOUSE)
    for number in range(12):
        who, t = f"e{number} v{number}", NOW - 3 * DAY + number * HOUR
        touch = {"campaign": "spring-guide"} if number % 3 == 0 else {}
        traits = {"email": f"{number}@plant.example", "job_title": "head" if number % 2 else "engineer"}
        record(
            conn,
            *(
                fact(number * 10 + look, f"v{number}", path="/pricing", t=t - look, **touch)
                for look in range(number % 4)
            ),
            fact(number * 10 + 9, who, name="identify", t=t, traits=traits, **touch),
        )
    run_engine(conn)
    return [lead_of(conn, f"e{number}")["id"] for number in range(12)]


def test_under_the_version_in_force_a_lead_stands_as_the_engine_stored_it(conn: Conn, base: list[int]) -> None:
    house = agreements.in_force(conn, NOW)["default"]
    stored, rows = tallies.load(conn, base), leads.load(conn, base, lock=False)
    colleagues = accounts.colleagues(conn, {number: row.account for number, row in rows.items() if row.account})
    for row, _, (situation,) in standings(conn, dict.fromkeys(base, NOW), [house]):
        profile, tally = (
            profile_from_bytes(rows[row.lead.id].profile),
            tally_from_bytes(stored[row.lead.id][key_of(house)]),
        )
        seen = colleagues.get(row.lead.id)
        captured_at = row.lead.captured_at
        assert situation == situation_of(house, profile, tally, at=NOW, captured_at=captured_at, colleagues=seen)


def test_only_what_happened_up_to_the_moment_counts(conn: Conn, base: list[int]) -> None:
    house = agreements.in_force(conn, NOW)["default"]
    looked = base[3]
    moments = {looked: NOW - 3 * DAY + 3 * HOUR - 2}
    ((_, _, (before,)),) = standings(conn, moments, [house])
    assert before.score is not None
    assert [points.rule for points in before.score.points] == ["prices"]
    assert before.profile.value("email") is None


def test_a_lead_that_is_no_more_is_left_out(conn: Conn, base: list[int]) -> None:
    conn.execute("DELETE FROM lead WHERE id = %s", (base[0],))
    conn.execute("UPDATE lead SET merged_into = %s WHERE id = %s", (base[2], base[1]))
    house = agreements.in_force(conn, NOW)["default"]
    assert [row.lead.id for row, *_ in standings(conn, dict.fromkeys(base, NOW), [house])] == base[2:]


def test_a_draft_covers_the_leads_its_traffic_brought(conn: Conn, base: list[int]) -> None:
    rows = leads.load(conn, base, lock=False)
    profiles = [rows[number].profile for number in base]
    assert covered(conn, read_agreement(SPRING), profiles, now=NOW) == [number % 3 == 0 for number in range(12)]
    assert covered(conn, read_agreement(HOUSE), profiles, now=NOW) == [True] * 12


def test_what_scores_today_is_the_same_agreement_else_the_house_rules(conn: Conn, base: list[int]) -> None:
    assert in_place_of(conn, read_agreement(SPRING), now=NOW) == agreements.in_force(conn, NOW)["default"]
    put_in_force(conn, SPRING)
    assert in_place_of(conn, read_agreement(SPRING), now=NOW) == agreements.in_force(conn, NOW)["spring"]


def test_ten_leads_before_and_after_and_the_scores_of_all(conn: Conn, base: list[int]) -> None:
    from pomona.store.models import User
    from pomona.store.reads.preview import part

    head = User(role=User.Role.MARKETING)
    changed, house = read_agreement(with_points_of_head(40)), agreements.in_force(conn, NOW)["default"]
    events = conn.execute("SELECT count(*), max(seq) FROM journal").fetchone()
    found = ground(conn, changed, part(head), now=NOW)
    assert (found.total, found.of_campaign, len(found.leads)) == (12, True, 12)
    ten = shown(conn, found, changed, house, now=NOW)
    assert len(ten) == 10
    for each in ten:
        before, after = each.situations
        assert before.score and after.score
        assert after.score.total - before.score.total in (0, 20_000)
    counted = distribution(conn, found, changed, house, now=NOW)
    assert counted.before and sum(counted.after.scores) - sum(counted.before.scores) == 6 * 20_000
    assert counted.after.ripe > counted.before.ripe
    assert conn.execute("SELECT count(*), max(seq) FROM journal").fetchone() == events


def test_where_hardly_anybody_is_covered_the_base_is_taken(conn: Conn, base: list[int]) -> None:
    from pomona.store.models import User
    from pomona.store.reads.preview import part

    found = ground(conn, read_agreement(SPRING), part(User(role=User.Role.MARKETING)), now=NOW)
    assert (len(found.leads), found.of_campaign) == (12, False)


def test_of_a_large_base_a_stable_part_is_looked_at(conn: Conn, base: list[int]) -> None:
    from pomona.store.models import User
    from pomona.store.reads.preview import part

    head = User(role=User.Role.MARKETING)
    few = part(head, most=6)
    assert few.total == 12
    assert [each.lead for each in few.leads] == [lead for lead in sorted(base) if lead % 2 == 0]
    assert few == part(head, most=6)


def test_of_more_leads_than_are_counted_an_even_part_is(conn: Conn) -> None:
    put_in_force(conn, HOUSE)
    many = Part([Known(number, 0, 0, b"", 0) for number in range(5_000)], 20_000)
    found = ground(conn, read_agreement(HOUSE), many, now=NOW)
    assert (len(found.leads), found.total) == (1_667, 20_000)
