"""A draft of the spring campaign, open in the editor."""

import pytest

from pomona import clock
from pomona.actions.agreements import save_draft
from tests.web.conftest import LogIn
from tests.web.editing.browser import SPRING, Conn, Editor


@pytest.fixture
def draft(conn: Conn, users: dict[str, int]) -> int:
    return save_draft(conn, SPRING, user=None, now=clock.now()).id


@pytest.fixture
def editor(log_in: LogIn, conn: Conn, draft: int) -> Editor:
    return Editor(log_in("marketing", "en"), conn, draft)
