"""The public API: who may, ETags, refusals as problems, and an agreement from a file to in force."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.http import HttpResponse
from django.test import Client

from pomona.actions.api_keys import create_key, revoke_key
from pomona.domain.event import HOUR
from tests.web.conftest import LogIn

Conn = psycopg.Connection[Any]
Program = Callable[..., Client]

TEXT = "# spring\ncampaign: spring\nextends: default\nready: {pass_mark: {start: 50, min: 45, max: 75}}\n"
SPRING = "/api/v1/agreements/spring"
YAML = "application/yaml"


@pytest.fixture
def program(conn: Conn, users: dict[str, int], now: int) -> Program:
    """Gives a program with a fresh key of that user."""

    def client(login: str, language: str = "en") -> Client:
        key = create_key(conn, "tests", user=users[login], now=now)
        return Client(headers={"Host": "localhost", "Authorization": f"Bearer {key}", "Accept-Language": language})

    return client


def put(client: Client, text: str = TEXT, path: str = SPRING, **headers: str) -> HttpResponse:
    """Push a text."""
    return client.put(f"{path}/document", text.encode(), content_type=YAML, headers=headers)


def new(client: Client) -> Any:
    """Push an agreement that is not there yet; the version made."""
    answer = put(client, **{"If-None-Match": "*"})
    assert answer.status_code == 201
    return answer.json()


def proposal(client: Client, etag: str) -> HttpResponse:
    """Propose the first version, as it was read."""
    return client.generic("POST", f"{SPRING}/versions/1/propose", headers={"If-Match": etag})


def code(answer: HttpResponse, status: int) -> str:
    """The code of a problem, which must have this status."""
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    problem = answer.json()
    assert problem["status"] == status
    assert problem["type"] == f"urn:pomona:problem:{problem['code']}"
    return str(problem["code"])


def test_an_agreement_goes_from_a_file_to_in_force(program: Program) -> None:
    marketing, head = program("marketing"), program("head")
    made = new(marketing)
    assert (made["number"], made["state"]) == (1, "draft")
    read = marketing.get(f"{SPRING}/document")
    assert (read.content.decode(), read["ETag"]) == (TEXT, f'"{made["etag"]}"')
    longer = TEXT.replace("50", "60")
    assert put(marketing, longer, **{"If-Match": read["ETag"]}).json()["number"] == 1
    assert code(put(marketing, TEXT, **{"If-Match": read["ETag"]}), 412) == "changed_meanwhile"

    stale = proposal(marketing, read["ETag"])
    assert code(stale, 412) == "changed_meanwhile"
    tag = marketing.get(f"{SPRING}/document")["ETag"]
    proposed = proposal(marketing, tag).json()
    assert (proposed["state"], proposed["waits_for"]) == ("proposed", ["marketing", "sales"])
    for client, side in ((marketing, "marketing"), (head, "sales")):
        signed = client.post(f"{SPRING}/versions/1/signatures/{side}", {"comment": "yes"}, "application/json")
        assert signed.status_code == 200
    assert [each["comment"] for each in signed.json()["signatures"]] == ["yes", "yes"]
    assert head.get(SPRING).json()["in_force"] == 1


def test_a_version_is_proposed_as_a_trial(program: Program) -> None:
    marketing = program("marketing")
    tag = f'"{new(marketing)["etag"]}"'
    terms = {"trial": {"share": 0.5, "outcome": "accepted", "smallest": 0.1, "most_days": 60}}
    address = f"{SPRING}/versions/1/propose"
    alone = marketing.post(address, terms, "application/json", headers={"If-Match": tag})
    assert code(alone, 422) == "no_rival"


def test_the_pass_mark_is_moved_within_its_bounds(program: Program, conn: Conn) -> None:
    head, mark = program("head"), "/api/v1/agreements/default/pass-mark"
    assert code(head.post(mark, {"value": 90}, "application/json"), 422) == "out_of_bounds"
    until = "2099-01-01T00:00:00Z"
    assert head.post(mark, {"value": 60, "until": until, "reason": "fair"}, "application/json").status_code == 200
    moved = conn.execute("SELECT body FROM journal WHERE name = 'pass mark moved'").fetchone()
    assert moved is not None
    assert (moved[0]["value"], moved[0]["until"]) == (60_000, 4_070_908_800_000_000)
    assert code(program("seller").post(mark, {"value": 60}, "application/json"), 403) == "not_allowed"


def test_a_next_version_is_compared_in_sentences(program: Program) -> None:
    marketing = program("marketing")
    tag = f'"{new(marketing)["etag"]}"'
    proposed = proposal(marketing, tag)
    assert put(marketing, TEXT.replace("50", "60"), **{"If-Match": proposed["ETag"]}).json()["number"] == 2
    told = marketing.get(f"{SPRING}/versions/2/differences?against=1").json()
    assert [(each["before"], each["after"]) for each in told] == [
        ("50 points; may be moved between 45 and 75", "60 points; may be moved between 45 and 75")
    ]


def test_nobody_changes_what_they_have_not_read(program: Program) -> None:
    marketing = program("marketing")
    assert code(put(marketing), 428) == "no_precondition"
    assert code(put(marketing, **{"If-Match": "*"}), 428) == "no_precondition"
    new(marketing)
    assert code(put(marketing, **{"If-None-Match": "*"}), 412) == "changed_meanwhile"


def test_what_has_not_changed_is_not_sent_again(program: Program) -> None:
    marketing = program("marketing")
    tag = f'"{new(marketing)["etag"]}"'
    for address in (f"{SPRING}/document", f"{SPRING}/versions/1", f"{SPRING}/versions/1/document"):
        again = marketing.get(address, headers={"If-None-Match": tag})
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)


def test_without_a_key_in_use_nothing_opens(conn: Conn, program: Program, users: dict[str, int], now: int) -> None:
    key = create_key(conn, "x", user=users["marketing"], now=now)
    keyed = Client(headers={"Host": "localhost", "Authorization": f"Bearer {key}"})
    assert keyed.get("/api/v1/agreements").status_code == 200
    number = conn.execute("SELECT id FROM api_key WHERE hint = %s", (key[-4:],)).fetchone()
    assert number is not None
    revoke_key(conn, number[0], user=users["marketing"], now=now)
    strangers = [
        keyed,
        Client(headers={"Host": "localhost"}),
        Client(headers={"Host": "localhost", "Authorization": "Bearer pomona_x"}),
    ]
    assert [code(each.get("/api/v1/agreements"), 401) for each in strangers] == ["no_key"] * 3


def test_a_key_is_as_good_as_its_user(conn: Conn, program: Program, users: dict[str, int]) -> None:
    head = program("head")
    conn.execute('UPDATE "user" SET is_active = false WHERE id = %s', (users["head"],))
    assert code(head.get("/api/v1/agreements"), 401) == "no_key"


def test_a_log_in_is_no_key(log_in: LogIn) -> None:
    assert code(log_in("admin").get("/api/v1/agreements"), 401) == "no_key"


def test_a_key_does_what_its_user_may(program: Program) -> None:
    new(program("marketing"))
    seller = program("seller")
    assert code(put(seller, **{"If-None-Match": "*"}), 403) == "not_allowed"
    assert code(seller.get(f"{SPRING}/document"), 404) == "nothing_here"
    assert [each["name"] for each in seller.get("/api/v1/agreements").json()["items"]] == ["default"]
    wrong = program("head").post(f"{SPRING}/versions/1/signatures/marketing", {}, "application/json")
    assert code(wrong, 403) == "not_allowed"


def test_a_faulty_text_is_refused_with_every_place(program: Program, conn: Conn) -> None:
    answer = put(program("marketing", "ru"), "campaign: spring\nready: {mql: 5}\n", **{"If-None-Match": "*"})
    assert code(answer, 422) == "faulty_agreement"
    assert {"line": 2, "path": "ready.mql"}.items() <= answer.json()["errors"][0].items()
    assert "здесь" in answer.json()["detail"]
    assert conn.execute("SELECT count(*) FROM agreement WHERE name = 'spring'").fetchone() == (0,)


@pytest.mark.parametrize("form", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=b"])
def test_a_form_is_no_json(program: Program, form: str) -> None:
    sent = program("head").generic("POST", "/api/v1/agreements/default/pass-mark", b"--b\r\n\r\nx\r\n--b--", form)
    assert code(sent, 400) == "not_json"


@pytest.mark.parametrize(
    ("body", "status", "refusal"),
    [
        (b"campaign: [", 422, "yaml_syntax"),
        (b"campaign: autumn\n", 422, "other_name"),
        (b"\xff\xfe", 400, "not_text"),
        (b"campaign: spring\n" + b"#" * 10_000_000, 413, "too_large"),
        (b"campaign: spring\nready: " + b"[" * 10_000, 422, "yaml_too_deep"),
    ],
)
def test_what_cannot_be_read_is_refused(program: Program, body: bytes, status: int, refusal: str) -> None:
    address, none = f"{SPRING}/document", {"If-None-Match": "*"}
    assert code(program("marketing").put(address, body, content_type=YAML, headers=none), status) == refusal


def test_what_nobody_can_pass_is_found_and_not_proposed(program: Program) -> None:
    marketing = program("marketing")
    text = TEXT.replace(
        "start: 50, min: 45, max: 75}",
        "start: 900, min: 900, max: 900}, grades: {A: 990, B: pass_mark}, mql: {score: pass_mark}",
    )
    checked = marketing.post("/api/v1/agreements/check", text.encode(), content_type=YAML).json()
    assert next((each["severity"], each["line"]) for each in checked["findings"]) == ("refuses", 4)
    assert checked["pass_mark"] == 900
    tag = put(marketing, text, **{"If-None-Match": "*"})["ETag"]
    refused = proposal(marketing, tag)
    assert code(refused, 422) == "unsignable"
    assert refused.json()["errors"][0]["path"] == "ready.pass_mark"


def test_agreements_come_a_page_at_a_time(program: Program) -> None:
    marketing = program("marketing")
    new(marketing)
    first = marketing.get("/api/v1/agreements?limit=1").json()
    rest = marketing.get(f"/api/v1/agreements?limit=1&after={first['next']}").json()
    assert [each["name"] for page in (first, rest) for each in page["items"]] == ["default", "spring"]
    assert rest["next"] is None
    assert code(marketing.get("/api/v1/agreements?limit=0"), 422) == "invalid"


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


def test_everything_the_api_describes_asks_for_a_key(users: dict[str, int]) -> None:
    stranger = Client(headers={"Host": "localhost"})
    described = stranger.get("/api/v1/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    operations = [(method, path) for path, methods in described["paths"].items() for method in methods]
    assert ("put", "/api/v1/agreements/{name}/document") in operations
    for method, path in operations:
        address = path.format(name="default", number=1, side="sales")
        assert code(stranger.generic(method.upper(), address), 401) == "no_key", path


def test_a_key_is_shown_once_and_can_be_taken_back(conn: Conn, log_in: LogIn) -> None:
    browser = log_in("marketing")
    page = browser.post("/settings/keys/", {"name": "git <push>"})
    key = page.content.decode().split("<code>pomona_")[1].split("</code>")[0]
    assert "no-store" in page["Cache-Control"]
    again = browser.get("/settings/").content.decode()
    assert key not in again
    assert "git &lt;push&gt;" in again
    assert key[-4:] in again
    row = conn.execute("SELECT id, digest FROM api_key").fetchone()
    assert row is not None
    assert key.encode() not in row[1]
    log_in("seller").post(f"/settings/keys/{row[0]}/revoke/")
    assert conn.execute("SELECT revoked_at FROM api_key").fetchone() == (None,)
    browser.post(f"/settings/keys/{row[0]}/revoke/")
    assert key[-4:] not in browser.get("/settings/").content.decode()


def test_when_a_key_was_used_is_right_to_the_hour(conn: Conn, users: dict[str, int], now: int) -> None:
    from pomona.actions.api_keys import user_of_key

    key = create_key(conn, "x", user=users["marketing"], now=now)
    seen = []
    for later in (0, HOUR - 1, HOUR):
        assert user_of_key(conn, key, now=now + later) == users["marketing"]
        seen.append(conn.execute("SELECT last_used_at FROM api_key").fetchone())
    assert seen == [(now,), (now,), (now + HOUR,)]
