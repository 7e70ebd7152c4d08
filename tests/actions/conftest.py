"""A seller with a lead whose clock runs."""

from typing import Any

import psycopg
import pytest

from pomona.actions.hand_over import hand_over_ripe
from tests.actions.sales import hire, open_office, ripen
from tests.conftest import NOW

Conn = psycopg.Connection[Any]


@pytest.fixture
def irina(conn: Conn) -> int:
    open_office(conn)
    return hire(conn, "irina")


@pytest.fixture
def number(conn: Conn, irina: int) -> int:
    """A grade A lead handed over to irina: due in five minutes."""
    ripened = ripen(conn, 1)
    hand_over_ripe(conn, now=NOW)
    return ripened
