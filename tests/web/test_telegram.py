"""A chat with the Telegram bot is linked and unlinked on one's own settings page."""

import re
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.test import Client, override_settings

from pomona.actions import telegram
from tests.web.conftest import LogIn

Conn = psycopg.Connection[Any]


@pytest.fixture
def _bot(conn: Conn) -> Iterator[None]:
    telegram.set_bot(conn, "pumps_bot")
    with override_settings(TELEGRAM_BOT_TOKEN="1:secret"):
        yield


def _settings(browser: Client) -> str:
    return browser.get("/settings/").content.decode()


@pytest.mark.usefixtures("_bot")
def test_a_link_opens_the_bot_with_a_code_that_links_the_chat_until_it_is_unlinked(
    conn: Conn, log_in: LogIn, now: int
) -> None:
    browser = log_in("seller")
    assert "Link my chat" in _settings(browser)
    found = re.search(
        r'href="https://t\.me/pumps_bot\?start=([\w-]+)"', browser.post("/settings/telegram/").content.decode()
    )
    assert found is not None
    telegram.answer(conn, 7, f"/start {found[1]}", language="en", now=now)
    assert "Your chat is linked" in _settings(browser)
    assert "Telegram linked" in _settings(browser), "in the trail"
    browser.post("/settings/telegram/unlink/")
    assert "Link my chat" in _settings(browser)


@pytest.mark.usefixtures("_bot")
def test_before_the_bot_was_reached_there_is_nothing_to_press(conn: Conn, log_in: LogIn) -> None:
    telegram.set_bot(conn, "")
    page = _settings(log_in("seller"))
    assert "has not reached its bot yet" in page
    assert "Link my chat" not in page


def test_without_a_bot_nothing_is_offered(log_in: LogIn) -> None:
    assert "Telegram" not in _settings(log_in("seller"))
