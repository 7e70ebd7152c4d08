"""Agreements in the public API: ETags, refusals as problems, and an agreement from a file to in force."""

from typing import Any

import psycopg
import pytest

from tests.web.api.asking import SPRING, TEXT, YAML, Program, code, new, proposal, put

Conn = psycopg.Connection[Any]


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


def test_signers_see_what_a_version_is_proposed_for(program: Program, trial: int) -> None:
    head = program("head")
    tried = head.get("/api/v1/agreements/held/versions/2").json()["trial"]
    assert tried == {"id": trial, "share": 0.5, "outcome": "accepted", "smallest": 0.1, "most_days": 90, "needed": 300}
    assert [each["trial"] is None for each in head.get("/api/v1/agreements/held").json()["versions"]] == [False, True]


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
    for address in (f"{SPRING}/document", f"{SPRING}/versions/1/document"):
        again = marketing.get(address, headers={"If-None-Match": tag})
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)


def test_a_signature_is_news_of_a_version_and_none_of_its_text(program: Program) -> None:
    marketing, head, version = program("marketing"), program("head"), f"{SPRING}/versions/1"
    proposed = proposal(marketing, f'"{new(marketing)["etag"]}"')
    assert head.get(version, headers={"If-None-Match": proposed["ETag"]}).status_code == 304
    signed = marketing.post(f"{version}/signatures/marketing", {}, "application/json")
    seen = head.get(version, headers={"If-None-Match": proposed["ETag"]})
    assert [each["side"] for each in seen.json()["signatures"]] == ["marketing"]
    assert signed.json()["etag"] == proposed.json()["etag"]
    assert put(head, TEXT.replace("50", "60"), **{"If-Match": proposed["ETag"]}).json()["number"] == 2


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
