"""Lists in the public API: kept by another system."""

from typing import Any

import psycopg
from django.http import HttpResponse

from tests.web.api.asking import Program, code

Conn = psycopg.Connection[Any]


def test_a_list_is_kept_by_another_system(program: Program) -> None:
    marketing, items = program("marketing"), "/api/v1/lists/rivals of 2026/items"

    def put_items(text: str, **headers: str) -> HttpResponse:
        return marketing.put(items, text.encode(), content_type="text/plain", headers=headers)

    made = put_items("Nasos.example\nhttps://www.pump.example/\n", **{"If-None-Match": "*"})
    assert (made.status_code, made.json()["size"], made.json()["kind"]) == (201, 2, "domain")
    assert code(put_items("a.example", **{"If-None-Match": "*"}), 412) == "list_taken"
    read = marketing.get(items)
    assert read["ETag"] == made["ETag"]
    assert sorted(read.content.decode().splitlines()) == ["Nasos.example", "https://www.pump.example/"]
    refused = put_items("pump.example\nno domain", **{"If-Match": read["ETag"]})
    assert code(refused, 422) == "unreadable_items"
    assert refused.json()["errors"] == [{"line": 2, "detail": "no domain"}]
    assert put_items("pump.example", **{"If-Match": read["ETag"]}).json()["size"] == 1
    assert code(put_items("pump.example", **{"If-Match": read["ETag"]}), 412) == "list_moved"
    assert [each["name"] for each in marketing.get("/api/v1/lists").json()] == ["rivals of 2026"]
    assert code(program("seller").get("/api/v1/lists"), 403) == "not_allowed"


def test_a_list_that_cannot_be_filled_is_not_made(program: Program, conn: Conn) -> None:
    marketing = program("marketing")
    body, none = b"no domain", {"If-None-Match": "*"}
    refused = marketing.put("/api/v1/lists/rivals/items", body, content_type="text/plain", headers=none)
    assert code(refused, 422) == "unreadable_items"
    assert conn.execute("SELECT count(*) FROM named_list").fetchone() == (0,)
