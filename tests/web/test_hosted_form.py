"""The hosted form: asks in the visitor's language, takes what is filled in as facts, once, and nothing from traps."""

import re
from typing import Any

import psycopg
import pytest
from django.test import Client

from pomona.actions.agreements import save_draft
from pomona.domain.event import Event
from pomona.journal.read import facts_after
from pomona.store.agreements import put_in_force
from tests.actions.engine import run_engine
from tests.web.company import AGREEMENT
from tests.web.conftest import LogIn

Conn = psycopg.Connection[Any]

ASKING = (
    AGREEMENT.replace("campaign: default", "campaign: spring")
    + """
questions:
  - code: start
    text: {ru: Когда запуск?, en: When does it start?}
    kind: single
    required: true
    options: [{code: now, text: {ru: сейчас, en: now}, points: 30}, {code: later, text: {ru: позже, en: later}}]
  - {code: tasks, text: What for?, kind: many, options: [{code: water, text: water}, {code: oil, text: oil}]}
  - {code: pieces, text: How many?, kind: number, points: {"5..": 20}}
  - {code: wish, text: What else?, kind: text}
form:
  title: {ru: Подберём насос, en: Let us find your pump}
  fields: [name]
  consent: {text: {ru: Согласен, en: I agree}, link: "https://pumps.example/privacy"}
  embed_on: [https://pumps.example]
"""
)
FILLED = {
    "token": "t1",
    "q-start": "now",
    "q-tasks": ["water", "oil"],
    "q-pieces": "7",
    "q-wish": "A quiet one",
    "t-name": "Anna",
    "t-email": "Anna@plant.example",
    "consent": "on",
}
FORM = "/f/spring/"
SENDINGS = "pomona.web.pages.hosted_form.sendings"


@pytest.fixture
def visitor(conn: Conn, users: dict[str, int], now: int, monkeypatch: pytest.MonkeyPatch) -> Client:
    """The browser of somebody who is not logged in; the form is open."""
    draft = save_draft(conn, ASKING, user=None, now=now)
    put_in_force(conn, draft, start=now, end=None, now=now)
    _limit(monkeypatch, 30)
    return Client(headers={"Host": "localhost"}, enforce_csrf_checks=True)


def _limit(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    from pomona.web.rate_limit import RateLimit

    monkeypatch.setattr(SENDINGS, RateLimit(most, 60_000_000))


def _facts(conn: Conn) -> list[Event]:
    return [event for _, event in facts_after(conn, 0, shard=0, shards=1, limit=100)[0]]


def _send(browser: Client, address: str = FORM, **changes: Any) -> Any:
    form = {name: value for name, value in {**FILLED, **changes}.items() if value is not None}
    return browser.post(address, form)


@pytest.mark.parametrize(("language", "question", "title"), [("ru", "Когда запуск", "Подберём"), ("en", "When", "Let")])
def test_it_asks_in_the_visitors_language(visitor: Client, language: str, question: str, title: str) -> None:
    page = visitor.get(FORM, headers={"Accept-Language": language}).content.decode()
    assert f'<html lang="{language}">' in page
    assert question in page
    assert title in page
    assert page.index("q-start") < page.index("q-wish") < page.index("t-name") < page.index("t-email")
    assert "<script" not in page
    assert visitor.get(f"{FORM}?lang=en", headers={"Accept-Language": "ru"}).headers["Cache-Control"].count("no-store")


def test_a_look_changes_nothing_and_leaves_no_cookie(visitor: Client, conn: Conn) -> None:
    answer = visitor.get(FORM)
    assert not answer.cookies
    assert _facts(conn) == []
    assert conn.execute("SELECT count(*) FROM source").fetchone() == (0,)


def test_only_the_sites_named_may_show_it_within_their_pages(visitor: Client) -> None:
    answer = visitor.get(FORM)
    assert "frame-ancestors https://pumps.example" in answer.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in answer.headers


def test_what_was_filled_in_becomes_facts_with_where_they_came_from(visitor: Client, conn: Conn) -> None:
    address = (
        f"{FORM}?visitor=v1&referrer=https%3A%2F%2Fyandex.ru%2F"
        "&page=https%3A%2F%2Fpumps.example%2Fguide%3Futm_campaign%3Dspring-1%26utm_medium%3Dcpc%26yclid%3D7"
    )
    assert _send(visitor, address).headers["Location"] == "/f/spring/thanks/?lang=en"
    facts = {(event.name, *(event.answers or {})): event for event in _facts(conn)}
    assert facts.keys() == {
        ("identify",),
        ("form submitted",),
        ("question answered", "start"),
        ("question answered", "tasks"),
        ("question answered", "pieces"),
        ("question answered",),
    }
    assert facts["identify",].body["traits"] == {"name": "Anna", "email": "anna@plant.example", **_COMPANY}
    assert facts["question answered", "tasks"].answers == {"tasks": ["water", "oil"]}
    assert facts["question answered", "pieces"].answers == {"pieces": ["7"]}
    assert facts["question answered",].body["properties"]["words"] == "A quiet one"
    assert facts["form submitted",].body["properties"]["form"] == "spring"
    assert {(event.campaign, event.channel) for event in facts.values()} == {("spring-1", "paid search")}
    assert all(event.body["context"]["clicks"] == {"yclid": "7"} for event in facts.values())
    assert len({event.keys[-1] for event in facts.values()}) == 1


_COMPANY = {"company.domain": "plant.example"}


def test_without_a_campaign_of_its_own_the_touch_is_the_forms(visitor: Client, conn: Conn) -> None:
    _send(visitor)
    assert [event.campaign for event in _facts(conn) if event.name == "form submitted"] == ["spring"]


def test_sent_twice_it_counts_once_and_what_was_put_right_counts(visitor: Client, conn: Conn) -> None:
    _send(visitor)
    before = len(_facts(conn))
    _send(visitor)
    assert len(_facts(conn)) == before
    _send(visitor, **{"t-email": "anna@other.example"})
    assert [event.name for event in _facts(conn)[before:]] == ["identify"]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"q-start": None}, "This field is required."),
        ({"q-start": "never"}, "not one of the available choices"),
        ({"q-pieces": "many"}, "Enter a number."),
        ({"t-email": "nobody"}, "This is no e-mail address."),
        ({"t-phone": "12"}, "This is no phone number."),
        ({"consent": None}, "This field is required."),
        ({"t-email": None}, "Leave an e-mail address or a phone number"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_nothing_is_taken(
    visitor: Client, conn: Conn, changes: dict[str, Any], error: str
) -> None:
    answer = _send(visitor, **changes)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert error in page
    assert "A quiet one" in page
    assert 'value="t1"' in page
    assert _facts(conn) == []


def test_what_only_programs_fill_in_is_thrown_away(visitor: Client, conn: Conn) -> None:
    assert _send(visitor, topic="buy now").status_code == 302
    assert _facts(conn) == []


def test_too_many_from_one_address_are_asked_to_wait(
    visitor: Client, conn: Conn, monkeypatch: pytest.MonkeyPatch
) -> None:
    _limit(monkeypatch, 2)
    assert [_send(visitor, token=f"t{number}").status_code for number in range(3)] == [302, 302, 429]
    assert _send(visitor, token="t9").status_code == 429
    other = Client(headers={"Host": "localhost", "X-Forwarded-For": "10.0.0.1, 203.0.113.7"})
    assert _send(other, token="t10").status_code == 302


def test_too_large_a_form_is_refused(visitor: Client, conn: Conn) -> None:
    assert _send(visitor, **{"q-wish": "x" * 70_000}).status_code == 413
    assert _facts(conn) == []


def test_a_machine_that_sends_it_is_known_as_one(visitor: Client, conn: Conn) -> None:
    visitor.post(FORM, FILLED, headers={"User-Agent": "Googlebot/2.1"})
    assert {event.by for event in _facts(conn)} == {"machine"}


@pytest.mark.parametrize("name", ["default", "nobody", "spring/2"])
def test_without_a_form_in_force_there_is_no_page(visitor: Client, name: str) -> None:
    assert visitor.get(f"/f/{name}/").status_code == 404


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ru", ["Когда запуск?: сейчас", "Когда запуск? сейчас", "What for?: water, oil", "A quiet one"]),
        ("en", ["When does it start?: now", "When does it start? now", "How many? 5.."]),
    ],
)
def test_the_lead_has_its_points_and_shows_question_and_answer_in_words(
    visitor: Client, conn: Conn, log_in: LogIn, now: int, language: str, words: list[str]
) -> None:
    _send(visitor)
    run_engine(conn, now=now + 1_000_000)
    lead = conn.execute("SELECT id, score FROM lead").fetchone()
    assert lead is not None
    page = re.sub(r"\s+", " ", log_in("head", language).get(f"/leads/{lead[0]}/").content.decode())
    assert [each for each in words if each not in page] == []
    assert lead[1] == 50_000


def test_a_draft_is_previewed_and_cannot_be_sent(log_in: LogIn, conn: Conn, now: int) -> None:
    version = save_draft(conn, ASKING, user=None, now=now)
    page = log_in("marketing", "en").get(f"/agreements/versions/{version.id}/form/").content.decode()
    assert "When does it start?" in page
    assert re.search(r"<button[^>]* disabled", page)
    shown = log_in("marketing", "en").get("/agreements/of/spring/").content.decode()
    assert f"/agreements/versions/{version.id}/form/" in shown


def test_the_agreement_in_force_shows_where_its_form_is_and_how_to_embed_it(visitor: Client, log_in: LogIn) -> None:
    page = log_in("marketing", "en").get("/agreements/of/spring/").content.decode()
    assert 'href="http://localhost/f/spring/"' in page
    assert "&lt;iframe" in page
