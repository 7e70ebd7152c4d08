"""The collector over a real socket: what is taken is durable, what is not is refused with its reason."""

import gzip
import json
from base64 import b64encode
from typing import Any

import httpx
import psycopg
import pytest

from pomona.domain.event import Kind, message_key
from tests.capture.conftest import journal

Conn = psycopg.Connection[Any]


def _track(message_id: str, **parts: Any) -> dict[str, Any]:
    return {"type": "track", "messageId": message_id, "userId": "7", "event": "order placed", **parts}


def test_an_event_stands_in_the_journal_before_it_is_acknowledged(collector: httpx.Client, conn: Conn) -> None:
    answer = collector.post("/track", json=_track("m1", properties={"sum": 12.5}))
    assert (answer.status_code, answer.json()) == (200, {"success": True, "accepted": 1, "refused": []})
    (event,) = journal(conn)
    assert (event.key, event.kind, event.source) == (message_key(1, "m1"), Kind.TRACK, 1)
    assert event.body["properties"] == {"sum": 12.5}
    assert event.t == event.received_at


@pytest.mark.parametrize("call", ["identify", "page", "screen", "group", "alias"])
def test_every_call_has_its_address(collector: httpx.Client, conn: Conn, call: str) -> None:
    assert collector.post(f"/{call}", json={"userId": "7", "groupId": "g", "previousId": "p"}).status_code == 200
    assert [event.kind for event in journal(conn)] == [call]


def test_the_write_key_may_stand_in_the_body(door_address: str, write_key: str, conn: Conn) -> None:
    answer = httpx.post(f"{door_address}/v1/track", json={**_track("m1"), "writeKey": write_key})
    assert answer.status_code == 200
    batch = {"batch": [_track("m2")], "writeKey": write_key}
    assert httpx.post(f"{door_address}/v1/batch", content=json.dumps(batch)).status_code == 200
    assert len(journal(conn)) == 2


@pytest.mark.parametrize("authorization", ["", "Basic !", "Bearer x", "Basic " + b64encode(b"wrong:").decode()])
def test_without_a_valid_key_nothing_is_taken(
    door_address: str, write_key: str, conn: Conn, authorization: str
) -> None:
    answer = httpx.post(f"{door_address}/v1/track", json=_track("m"), headers={"authorization": authorization})
    assert (answer.status_code, answer.json()["code"]) == (401, "unknown_key")
    assert journal(conn) == []


def test_bad_items_of_a_batch_are_refused_one_by_one_and_good_ones_kept(collector: httpx.Client, conn: Conn) -> None:
    batch = [_track("good"), _track("nameless", event=""), {"type": "jump"}, 5, _track("also good")]
    answer = collector.post("/batch", json={"batch": batch}).json()
    assert answer["accepted"] == 2
    assert [(each["index"], each["messageId"], each["code"]) for each in answer["refused"]] == [
        (1, "nameless", "no_event_name"),
        (2, None, "unknown_call"),
        (3, None, "malformed"),
    ]
    assert [event.key for event in journal(conn)] == [message_key(1, "good"), message_key(1, "also good")]


def test_a_batch_without_one_good_item_is_refused(collector: httpx.Client) -> None:
    answer = collector.post("/batch", json={"batch": [{"type": "jump"}]})
    assert (answer.status_code, answer.json()["code"]) == (400, "all_refused")
    assert len(answer.json()["refused"]) == 1


def test_an_empty_batch_is_no_trouble(collector: httpx.Client) -> None:
    assert collector.post("/batch", json={"batch": []}).json()["accepted"] == 0


def test_a_repeated_message_counts_once_within_a_batch_and_across(collector: httpx.Client, conn: Conn) -> None:
    for _ in range(2):
        answer = collector.post("/batch", json={"batch": [_track("m1"), _track("m1"), _track("m2")]})
        assert answer.json()["accepted"] == 3
    assert len(journal(conn)) == 2


def test_a_senders_wrong_clock_is_corrected(collector: httpx.Client, conn: Conn) -> None:
    batch = [_track("m1", timestamp="2031-05-05T10:00:00Z")]
    collector.post("/batch", json={"batch": batch, "sentAt": "2031-05-05T10:00:30Z"})
    (event,) = journal(conn)
    assert event.received_at - event.t == 30_000_000


def test_what_a_batch_has_in_common_belongs_to_each_of_its_messages(collector: httpx.Client, conn: Conn) -> None:
    context = {"by": "seller", "locale": "ru"}
    collector.post("/batch", json={"batch": [_track("m1", context={"locale": "en"})], "context": context})
    assert journal(conn)[0].body["context"] == {"by": "seller", "locale": "en"}


def test_gzip_is_unpacked(collector: httpx.Client, conn: Conn) -> None:
    body = gzip.compress(json.dumps(_track("m1")).encode())
    assert collector.post("/track", content=body, headers={"content-encoding": "gzip"}).status_code == 200
    assert len(journal(conn)) == 1


@pytest.mark.parametrize(
    ("body", "encoding", "status"),
    [
        (gzip.compress(b" " * 50_000_000), "gzip", 413),
        (gzip.compress(b"{}")[:-4], "gzip", 400),
        (b"{}", "gzip", 400),
        (b"{}", "br", 415),
        (b" " * 600_000, "identity", 413),
        (b"{", "identity", 400),
        (b"[" * 100_000, "identity", 400),
        (b"\xff\xfe", "identity", 400),
        (b"", "identity", 400),
    ],
)
def test_unusable_bodies_are_refused(collector: httpx.Client, body: bytes, encoding: str, status: int) -> None:
    answer = collector.post("/batch", content=body, headers={"content-encoding": encoding})
    assert answer.status_code == status
    assert answer.json()["success"] is False


def test_an_event_may_have_32_kilobytes(collector: httpx.Client, conn: Conn) -> None:
    batch = [_track("small", properties={"text": "x" * 32_000}), _track("large", properties={"text": "x" * 33_000})]
    answer = collector.post("/batch", json={"batch": batch}).json()
    assert (answer["accepted"], answer["refused"][0]["code"]) == (1, "too_large")
    assert collector.post("/track", json=batch[1]).status_code == 413


def test_any_site_may_send(door_address: str) -> None:
    answer = httpx.options(f"{door_address}/v1/batch", headers={"origin": "https://site.example"})
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "authorization" in answer.headers["access-control-allow-headers"]


def test_other_methods_and_addresses_are_told_so(collector: httpx.Client) -> None:
    assert collector.get("/track").status_code == 405
    assert collector.post("/nothing", json={}).status_code == 404


@pytest.mark.parametrize(
    ("languages", "sentence"),
    [("ru-RU,en;q=0.5", "У события нет названия"), ("en,ru", "The event has no name"), ("de", "The event has no name")],
)
def test_refusals_speak_the_readers_language(collector: httpx.Client, languages: str, sentence: str) -> None:
    answer = collector.post("/track", json=_track("m", event=""), headers={"accept-language": languages})
    assert answer.json()["message"].startswith(sentence)


@pytest.mark.parametrize(
    "broken",
    [
        rb'"half \ud83d an emoji"',
        rb'"a \u0000 within"',
        rb'"\uDC00\uD83D"',
        b'"\xff"',
        b"1e999",
        b"NaN",
        rb'"NaN\"", "b": -Infinity',
        b"9" * 5000,
        b"[" * 500 + b"]" * 500,
    ],
)
def test_a_poisonous_value_holds_up_no_neighbour(collector: httpx.Client, conn: Conn, broken: bytes) -> None:
    good = json.dumps(_track("good")).encode()
    bad = b'{"type":"track","messageId":"bad","userId":"7","event":"x","properties":{"a":' + broken + b"}}"
    answer = collector.post("/batch", content=b'{"batch":[' + bad + b"," + good + b"]}")
    assert answer.status_code == 200
    assert message_key(1, "good") in [event.key for event in journal(conn)]
    assert answer.json()["accepted"] == len(journal(conn))


def test_the_tracker_is_served_for_any_site(door_address: str) -> None:
    answer = httpx.get(f"{door_address}/v1/pomona.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert len(answer.content) < 12_000
