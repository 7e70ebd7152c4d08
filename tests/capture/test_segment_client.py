"""Segment's official Python client works unchanged."""

from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from segment.analytics.client import Client

from pomona.domain.event import By, Kind
from tests.capture.conftest import journal


@pytest.mark.parametrize("gzip", [False, True])
def test_all_its_calls_arrive(door_address: str, write_key: str, conn: psycopg.Connection[Any], gzip: bool) -> None:
    troubles: list[Any] = []
    client = Client(write_key, host=door_address, gzip=gzip, on_error=lambda error, items: troubles.append(error))
    happened_at = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
    client.identify("7", {"email": "anna@zavod.example", "title": "CEO", "born": happened_at})
    client.track("7", "Order Placed", {"sum": 12.5}, timestamp=happened_at)
    client.page("7", "docs", "Guide", {"url": "https://pumps.example/guide?utm_campaign=spring"})
    client.screen(anonymous_id="v", name="Start")
    client.group("7", "acme", {"name": "Acme"})
    client.alias("v", "7")
    client.shutdown()
    assert troubles == []
    events = {event.kind: event for event in journal(conn)}
    assert set(events) == set(Kind) - {Kind.DECISION}
    assert events[Kind.IDENTIFY].body["found"]["job_title"] == {"seniority": "director"}
    assert events[Kind.TRACK].name == "order placed"
    assert abs(events[Kind.TRACK].t - int(happened_at.timestamp() * 1e6)) < 2_000_000
    assert (events[Kind.PAGE].campaign, events[Kind.PAGE].path) == ("spring", "/guide")
    assert {event.by for event in events.values()} == {By.PERSON}


def test_many_events_arrive_once_each(door_address: str, write_key: str, conn: psycopg.Connection[Any]) -> None:
    client = Client(write_key, host=door_address, thread=4, max_queue_size=2000)
    for number in range(1000):
        client.track(f"user {number}", "counted")
    client.shutdown()
    assert len({event.subject for event in journal(conn)}) == 1000 == len(journal(conn))


def test_it_is_told_that_its_key_is_wrong(door_address: str, write_key: str) -> None:
    troubles: list[Any] = []
    client = Client("wrong", host=door_address, on_error=lambda error, items: troubles.append(error))
    client.track("7", "lost")
    client.shutdown()
    assert [(error.status, error.code) for error in troubles] == [(401, "unknown_key")]
