"""What Segment's analytics.js sends from a browser: plain text to one-letter addresses, the key in the body."""

import json
from pathlib import Path
from typing import Any

import httpx
import psycopg

from pomona.domain.event import Kind
from tests.capture.conftest import journal

PAYLOADS = json.loads((Path(__file__).parent / "payloads" / "analytics_js.json").read_text())


def test_its_payloads_are_taken_as_they_are(door_address: str, write_key: str, conn: psycopg.Connection[Any]) -> None:
    for payload in PAYLOADS:
        answer = httpx.post(
            f"{door_address}/v1/{payload['type'][0]}",
            content=json.dumps({**payload, "writeKey": write_key}),
            headers={"content-type": "text/plain", "origin": "https://pumps.example"},
        )
        assert answer.status_code == 200
        assert answer.headers["access-control-allow-origin"] == "*"
    page, identify, track = journal(conn)
    assert (page.kind, page.campaign, page.channel, page.path) == (Kind.PAGE, "Spring ebook", "paid search", "/guide")
    assert page.body["context"]["clicks"] == {"gclid": "EAIaIQob"}
    assert [key[:1] for key in identify.keys] == [b"i", b"e", b"p", b"v"]
    assert identify.body["traits"]["region"] == "RU-TA"
    assert identify.body["found"]["region"] == {"from": "address.city"}
    assert (track.name, track.answers, track.channel) == ("content downloaded", {"timeline": ["quarter"]}, None)
    assert page.subject == identify.keys[-1] == track.keys[-1]
