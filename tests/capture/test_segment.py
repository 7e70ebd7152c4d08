"""Segment's calls to events: names, whose they are, when they happened, what is found out about them."""

import time
from typing import Any

import pytest

from pomona.capture.errors import RefusedEvent
from pomona.capture.segment import read_message
from pomona.domain.event import MINUTE, SECOND, By, Event, Kind, is_visitor
from pomona.journal.keys import person_key, visitor_key

NOW = 1_772_440_200_000_000
"""2026-03-02 08:30:00 UTC."""
SECRET = b"secret"


def read(call: str | None = None, *, sent_at: int | None = None, **payload: Any) -> Event:
    return read_message(payload, call=call, source=1, secret=SECRET, received_at=NOW, sent_at=sent_at)


def refused(call: str | None = None, **payload: Any) -> str:
    with pytest.raises(RefusedEvent) as error:
        read(call, **payload)
    assert error.value.text("ru") != error.value.text("en")
    return error.value.code


def test_an_event_is_known_by_its_name_in_one_form_and_keeps_the_written_one() -> None:
    event = read("track", userId="7", event="Content_Downloaded", properties={"content": "Pump Guide", "pages": 12})
    assert (event.kind, event.name) == (Kind.TRACK, "content downloaded")
    assert event.body == {
        "event": "Content_Downloaded",
        "user_id": "7",
        "properties": {"content": "Pump Guide", "pages": 12},
        "normal": {"content": "pump guide"},
    }


def test_the_subject_is_the_user_id_then_the_mail_then_the_phone_then_the_visitor() -> None:
    traits = {"email": " Anna@Zavod.Example", "phone": "8 (843) 000-00-01"}
    named = [
        person_key(SECRET, "id", "7"),
        person_key(SECRET, "email", "anna@zavod.example"),
        person_key(SECRET, "phone", "+78430000001"),
        visitor_key(SECRET, "v"),
    ]
    event = read("identify", userId=7, anonymousId="v", traits=traits)
    assert (event.subject, list(event.keys)) == (named[0], named)
    assert read("identify", anonymousId="v", traits=traits).keys == tuple(named[1:])
    assert is_visitor(read("page", anonymousId="v").subject)


def test_an_alias_names_both_readings_of_what_was_known_before() -> None:
    assert read("alias", userId="7", previousId="v").keys == (
        person_key(SECRET, "id", "7"),
        person_key(SECRET, "id", "v"),
        visitor_key(SECRET, "v"),
    )


def test_a_group_tells_of_the_company() -> None:
    event = read("group", userId="7", groupId="acme", traits={"name": "Acme", "employees": "340"})
    assert event.body["traits"] == {"company.name": "Acme", "company.employees": 340}


def test_a_number_of_employees_that_no_company_has_stays_a_text() -> None:
    event = read("group", userId="7", groupId="acme", traits={"employees": "9" * 5_000})
    assert event.body["traits"] == {"company.employees": "9" * 5_000}
    assert event.body["properties"] == {"group_id": "acme"}


def test_the_senders_clock_is_corrected_by_its_skew() -> None:
    event = read("track", userId="7", event="x", timestamp="2026-03-02T12:00:00+03:00", sent_at=NOW + 45 * MINUTE)
    assert event.t == NOW - 15 * MINUTE


def test_nothing_happens_after_it_was_received() -> None:
    assert read("track", userId="7", event="x", timestamp="2030-01-01").t == NOW


def test_without_a_time_it_happened_now() -> None:
    assert read("track", userId="7", event="x").t == NOW


def test_milliseconds_are_a_time_too() -> None:
    assert read("track", userId="7", event="x", timestamp=NOW // 1000 - 1000).t == NOW - SECOND


def test_the_same_message_id_of_one_source_is_one_event() -> None:
    assert read("track", userId="7", event="x", messageId="m").key == read("page", userId="8", messageId="m").key


def test_without_a_message_id_the_content_tells_a_repeat_if_it_has_a_time() -> None:
    told = {"userId": "7", "event": "x", "timestamp": "2026-03-02T08:00:00Z"}
    assert read("track", **told).key == read("track", **told, sentAt="2026-03-02T08:30:00Z").key
    assert read("track", **told).key != read("track", **{**told, "event": "y"}).key
    assert read("track", userId="7", event="x").key != read("track", userId="7", event="x").key


@pytest.mark.parametrize(
    ("call", "payload", "code"),
    [
        ("track", {"userId": "7"}, "no_event_name"),
        ("track", {"event": "x"}, "nobody"),
        ("track", {"event": "x", "userId": " undefined "}, "nobody"),
        ("track", {"event": "x", "userId": "7" * 300}, "too_long"),
        ("track", {"event": "x", "userId": "7", "timestamp": "yesterday"}, "bad_time"),
        ("track", {"event": "x", "userId": "7", "timestamp": "0001-01-01"}, "bad_time"),
        ("track", {"event": "x", "userId": "7", "properties": {"sum": 10**30}}, "bad_number"),
        ("track", {"event": "x", "userId": "7", "properties": []}, "malformed"),
        ("track", {"event": "x", "userId": "7", "properties": {"text": "x" * 40_000}}, "too_large"),
        ("group", {"userId": "7"}, "no_group"),
        ("alias", {"userId": "7"}, "no_previous"),
        ("identify", {"traits": {"email": "no address"}}, "nobody"),
        ("decision", {"userId": "7"}, "unknown_call"),
        (None, {"userId": "7"}, "unknown_call"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_a_reason(call: str | None, payload: dict[str, Any], code: str) -> None:
    assert refused(call, **payload) == code


def test_deep_nesting_is_refused() -> None:
    value: Any = 1
    for _ in range(20):
        value = {"a": [value]}
    assert refused("track", userId="7", event="x", properties=value) == "too_deep"


def test_half_an_emoji_and_a_nul_become_replacement_characters() -> None:
    event = read("track", userId="7", event="x", properties={"text": "a\x00b"})
    assert event.body["properties"] == {"text": "a\ufffdb"}


def test_a_mail_address_tells_the_kind_of_box_and_the_company() -> None:
    event = read("identify", traits={"email": "anna@zavod.co.uk"})
    assert event.body["traits"] == {"email": "anna@zavod.co.uk", "company.domain": "zavod.co.uk"}
    assert event.body["found"]["email"] == {"kind": "company", "domain": "zavod.co.uk", "account": "zavod.co.uk"}


@pytest.mark.parametrize("email", ["anna@gmail.com", "info@bk.ru", "x@mailinator.com"])
def test_free_mail_and_throw_away_mail_name_no_company(email: str) -> None:
    event = read("identify", traits={"email": email})
    assert event.body["traits"] == {"email": email}
    assert "account" not in event.body["found"]["email"]


def test_what_is_no_address_or_number_stays_as_written_and_names_nobody() -> None:
    event = read("identify", userId="7", traits={"email": "anna(at)zavod", "phone": "later"})
    assert event.body["traits"] == {"email_as_written": "anna(at)zavod", "phone_as_written": "later"}
    assert len(event.keys) == 1


def test_the_region_comes_from_what_was_told_before_the_phone() -> None:
    phone = "+78430000001"
    told = read("identify", traits={"phone": phone, "region": "Самарская обл."}).body
    assert (told["traits"]["region"], "region" in told["found"]) == ("RU-SAM", False)
    derived = read("identify", traits={"phone": phone}).body
    assert (derived["traits"]["region"], derived["found"]["region"]) == ("RU-TA", {"from": "phone"})


def test_traits_have_one_set_of_names() -> None:
    traits = {"firstName": "Анна", "title": "Главный инженер", "company": {"name": "Завод", "employee_count": 340}}
    event = read("identify", userId="7", traits=traits)
    assert event.body["traits"] == {
        "first_name": "Анна",
        "job_title": "Главный инженер",
        "company.name": "Завод",
        "company.employees": 340,
    }
    assert event.body["found"]["job_title"] == {"seniority": "head"}
    assert event.body["normal"]["job_title"] == "главный инженер"


def test_answers_are_codes_by_question() -> None:
    one = read("track", userId="7", event="question answered", properties={"question": "timeline", "answer": "now"})
    assert one.answers == {"timeline": ["now"]}
    form = {"form": "f", "answers": {"product": ["pump", "service"], "owner": True, "team": 5, "note": None}}
    several = read("track", userId="7", event="form submitted", properties=form)
    assert several.answers == {"product": ["pump", "service"], "owner": ["true"], "team": ["5"]}


def test_personal_values_stand_in_the_body_only() -> None:
    words = "call me, Anna Petrova of the Volga pump works, at +7 927 000-00-00 after six"
    page = {"path": "/unsubscribe/anna%40works.example/sure"}
    answers = {"comment": words, words * 2: "now", "timeline": "now"}
    event = read("page", userId="crm-7", properties={"answers": answers}, context={"page": page})
    assert (event.path, event.answers) == ("/unsubscribe/*/sure", {"timeline": ["now"]})
    assert event.body["properties"]["answers"]["comment"] == words
    assert (event.body["context"]["page"], event.body["user_id"]) == (page, "crm-7")


def test_a_path_of_any_length_is_read_at_once() -> None:
    start = time.perf_counter()
    event = read("page", userId="7", properties={"path": "/" + "a" * 30_000})
    assert event.path == "/" + "a" * 254
    assert time.perf_counter() - start < 1


def test_robots_are_machines_and_a_source_can_say_who_did_it() -> None:
    robot = {"userAgent": "Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)"}
    assert read("page", anonymousId="v", context=robot).by is By.MACHINE
    assert read("track", userId="7", event="x", context={"by": "seller"}).by is By.SELLER
    assert read("page", anonymousId="v", context={"by": "pomona"}).by is By.PERSON


def _page(url: str, referrer: str = "") -> Event:
    return read("page", anonymousId="v", context={"page": {"url": url, "referrer": referrer}})


def test_a_tagged_link_is_a_touch_of_its_campaign() -> None:
    event = _page("https://pumps.example/guide?utm_source=yandex&utm_medium=cpc&utm_campaign=spring&yclid=5")
    assert (event.campaign, event.channel, event.path) == ("spring", "paid search", "/guide")
    assert event.body["context"]["clicks"] == {"yclid": "5"}


@pytest.mark.parametrize(
    ("referrer", "channel"),
    [
        ("", "direct"),
        ("https://yandex.ru/", "search"),
        ("https://m.vk.com/away", "social"),
        ("https://news.example/article", "referral"),
        ("https://www.pumps.example/", None),
        ("http://[broken", "referral"),
    ],
)
def test_the_channel_of_an_untagged_page_comes_from_its_referrer(referrer: str, channel: str | None) -> None:
    assert _page("https://pumps.example/", referrer).channel == channel


def test_a_call_comes_by_phone() -> None:
    event = read("track", userId="7", event="call started", properties={"number": "+78430000001"})
    assert (event.channel, event.campaign) == ("phone", None)
