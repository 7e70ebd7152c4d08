"""Programs that ask the public API."""

from typing import Any

import psycopg
import pytest
from django.test import Client

from pomona.actions.api_keys import create_key
from pomona.domain.event import DAY
from pomona.domain.trials import Outcome, TrialTerms
from pomona.store import agreements, trials
from tests.actions.engine import HOUSE, put_in_force
from tests.web.api.asking import Program

Conn = psycopg.Connection[Any]

HELD = {**HOUSE, "campaign": "held", "ready": {**HOUSE["ready"], "holdout": 0.1}}
"""An agreement with a control group."""


@pytest.fixture
def program(conn: Conn, users: dict[str, int], now: int) -> Program:
    """Gives a program with a fresh key of that user."""

    def client(login: str, language: str = "en") -> Client:
        key = create_key(conn, "tests", user=users[login], now=now)
        return Client(headers={"Host": "localhost", "Authorization": f"Bearer {key}", "Accept-Language": language})

    return client


@pytest.fixture
def trial(conn: Conn, users: dict[str, int], now: int) -> int:
    """A trial of the agreement `held` that goes on; its id."""
    put_in_force(conn, HELD)
    terms = TrialTerms(share=0.5, outcome=Outcome.ACCEPTED, smallest=0.1, most_days=90)
    row = agreements.save_draft(conn, "held", text="", parsed=HELD, house=None, user=None, now=now)
    agreements.set_state(conn, row.id, "trial")
    trials.add(conn, "held", row.number, terms, needed=300, baseline=0.5)
    found = conn.execute("SELECT id FROM trial").fetchone()
    assert found is not None
    trials.start(conn, found[0], incumbent=1, now=now - DAY)
    return int(found[0])
