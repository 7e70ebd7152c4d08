"""Two versions side by side: signed as a trial, each new lead with the version of its lot, ended by the switch."""

from typing import Any

import msgspec
import psycopg
import pytest

from pomona.actions import agreements as signing
from pomona.actions.rebuild import check_rebuild
from pomona.actions.switching import switch
from pomona.actions.trials import RefusedTrial, end_trial
from pomona.domain.drawing import drawn
from pomona.domain.event import DAY, HOUR
from pomona.domain.trials import Outcome, TrialTerms
from pomona.store import agreements, trials
from pomona.store.powers import NotAllowed
from tests.actions.engine import HOUSE, fact, healthy_engine, put_in_force, record
from tests.actions.sales import person
from tests.conftest import NOW

Conn = psycopg.Connection[Any]
TERMS = TrialTerms(share=0.5, outcome=Outcome.ACCEPTED, smallest=0.1, most_days=90)
GENEROUS = {**HOUSE, "ready": {**HOUSE["ready"], "fit": [{**HOUSE["ready"]["fit"][0], "points": 40}]}}
HEAD = {"email": "x@plant.example", "job_title": "head"}


@pytest.fixture
def heads(conn: Conn) -> dict[str, int]:
    """Both heads, and version 1 in force; the next lead is number 1."""
    conn.execute("ALTER SEQUENCE lead_id RESTART")
    put_in_force(conn, HOUSE)
    return {
        "marketing": person(conn, "anna", role="marketing"),
        "sales": person(conn, "boris", role="head_of_sales"),
    }


def _propose(conn: Conn, terms: TrialTerms | None = TERMS, **runs: str) -> int:
    parsed = {**GENEROUS, "runs": runs}
    row = agreements.save_draft(conn, "default", text="", parsed=parsed, house=None, user=None, now=NOW)
    signing.propose(conn, row.id, user=None, now=NOW, trial=terms)
    return row.id


def _sign(conn: Conn, version: int, heads: dict[str, int]) -> None:
    signing.sign(conn, version, "marketing", user=heads["marketing"], now=NOW)
    signing.sign(conn, version, "sales", user=heads["sales"], now=NOW)


def _begun(conn: Conn, heads: dict[str, int]) -> int:
    _sign(conn, _propose(conn), heads)
    found = trials.running(conn, "default")
    assert found is not None
    return found.id


def _come(conn: Conn, *people: int, at: int = NOW + HOUR) -> None:
    for n in people:
        record(conn, fact(n, f"e{n}", name="identify", t=at, traits={**HEAD, "email": f"{n}@plant.example"}))
        healthy_engine(conn, now=at)


def _ripe(conn: Conn) -> dict[int, int]:
    rows = conn.execute("SELECT lead, version FROM journal WHERE name = 'ripe' ORDER BY lead").fetchall()
    return dict(rows)


def _settle(conn: Conn, now: int) -> None:
    while switch(conn, now=now):
        pass


def test_each_new_lead_has_the_version_of_its_lot_and_the_journal_says_which(conn: Conn, heads: dict[str, int]) -> None:
    trial = _begun(conn, heads)
    _come(conn, *range(1, 9))
    challenger = {lead for lead in range(1, 9) if drawn("trial", str(trial), lead, share=0.5)}
    assert _ripe(conn) == dict.fromkeys(challenger, 2)
    tried = dict(conn.execute("SELECT lead, version FROM journal WHERE name = 'tried'").fetchall())
    assert tried == {lead: 2 if lead in challenger else 1 for lead in range(1, 9)}
    assert 0 < len(challenger) < 8
    assert check_rebuild(conn, now=NOW + DAY) == []


def test_no_lead_changes_sides_while_it_goes_on(conn: Conn, heads: dict[str, int]) -> None:
    _come(conn, 1, at=NOW - HOUR)
    trial = _begun(conn, heads)
    _come(conn, *range(2, 9))
    _settle(conn, NOW + 2 * HOUR)
    record(conn, *(fact(100 + n, f"e{n}", t=NOW + 3 * HOUR) for n in range(1, 9)))
    healthy_engine(conn, now=NOW + 3 * HOUR)
    assert set(_ripe(conn)) == {lead for lead in range(2, 9) if drawn("trial", str(trial), lead, share=0.5)}
    assert set(_ripe(conn).values()) == {2}


@pytest.mark.parametrize(("keep", "version"), [("challenger", 2), ("incumbent", 1)])
def test_the_heads_end_it_and_one_version_scores_everybody(
    conn: Conn, heads: dict[str, int], keep: Any, version: int
) -> None:
    trial = _begun(conn, heads)
    _come(conn, *range(1, 9))
    before = _ripe(conn)
    end_trial(conn, trial, keep, user=heads["sales"], now=NOW + DAY)
    _settle(conn, NOW + DAY)
    assert agreements.in_force(conn, NOW + 2 * DAY)["default"].version == version
    assert conn.execute("SELECT DISTINCT version FROM lead_score").fetchall() == [(version,)]
    _come(conn, *range(11, 15), at=NOW + 2 * DAY)
    later = {lead: number for lead, number in _ripe(conn).items() if lead not in before}
    assert later == (dict.fromkeys(range(9, 13), 2) if keep == "challenger" else {})
    assert check_rebuild(conn, now=NOW + 3 * DAY) == []


def test_while_it_goes_on_no_other_version_is_signed_and_only_heads_end_it(conn: Conn, heads: dict[str, int]) -> None:
    trial = _begun(conn, heads)
    other = _propose(conn, None)
    signing.sign(conn, other, "marketing", user=heads["marketing"], now=NOW)
    with pytest.raises(RefusedTrial, match="going on"):
        signing.sign(conn, other, "sales", user=heads["sales"], now=NOW)
    with pytest.raises(NotAllowed):
        end_trial(conn, trial, "challenger", user=person(conn, "irina", role="seller"), now=NOW)
    end_trial(conn, trial, "incumbent", user=heads["marketing"], now=NOW)
    with pytest.raises(RefusedTrial, match="no such trial"):
        end_trial(conn, trial, "incumbent", user=heads["marketing"], now=NOW)


def test_without_a_rival_or_with_odd_terms_there_is_no_trial(conn: Conn, heads: dict[str, int]) -> None:
    for odd in (
        {"share": 0.04},
        {"share": 0.96},
        {"smallest": 0.001},
        {"smallest": 0.51},
        {"most_days": 0},
        {"most_days": 731},
    ):
        with pytest.raises(RefusedTrial, match="smallest difference"):
            _propose(conn, msgspec.structs.replace(TERMS, **odd))
    conn.execute("UPDATE agreement_version SET in_force_until = 0")
    with pytest.raises(RefusedTrial, match="nothing to compare"):
        _propose(conn)


def test_none_begins_while_a_signed_version_waits_to_replace_the_rival(conn: Conn, heads: dict[str, int]) -> None:
    _sign(conn, _propose(conn, None, **{"from": "2026-03-05"}), heads)
    with pytest.raises(RefusedTrial, match="Version 2 of “default” is signed"):
        _propose(conn)
    _sign(conn, _propose(conn, None), heads)
    _propose(conn, None)
    _begun(conn, heads)
    assert conn.execute("SELECT incumbent, challenger FROM trial").fetchone() == (3, 5)


def test_it_begins_no_earlier_than_its_campaign_and_ends_with_it(conn: Conn, heads: dict[str, int]) -> None:
    begins = 1_772_668_800_000_000
    version = _propose(conn, TERMS, **{"from": "2026-03-05", "until": "2026-03-06", "time_zone": "UTC"})
    signing.sign(conn, version, "marketing", user=heads["marketing"], now=NOW)
    with pytest.raises(RefusedTrial, match="has not begun"):
        signing.sign(conn, version, "sales", user=heads["sales"], now=begins - 1)
    signing.sign(conn, version, "sales", user=heads["sales"], now=begins)
    trial = trials.running(conn, "default")
    assert trial is not None
    end_trial(conn, trial.id, "challenger", user=heads["sales"], now=begins + HOUR)
    assert agreements.in_force(conn, begins + HOUR)["default"].version == 2
    assert agreements.in_force(conn, begins + 2 * DAY) == {}
