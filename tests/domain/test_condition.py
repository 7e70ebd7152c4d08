from itertools import product
from typing import Any

import pytest

from pomona.domain.account import Colleague, act_name
from pomona.domain.agreement.conditions import Pattern
from pomona.domain.agreement.read_conditions import READERS
from pomona.domain.condition import Situation, explain, holds
from pomona.domain.event import DAY, HOUR, By, Event
from pomona.domain.profile import EMPTY_PROFILE, Fact, observe
from pomona.domain.scoring import EMPTY_TALLY, count, situation_of
from tests.domain.facts import NOW, agreement, fact

PERSON = fact(
    "identify",
    NOW - 10 * DAY,
    traits={
        "email": "anna@mail.example",
        "job_title": "Главный инженер",
        "company.domain": "Rival.example",
        "company.employees": 340,
        "employees_as_text": "49",
        "client": True,
        "region": "RU-TA",
        "gone": None,
    },
    found={"email": {"kind": "free_mail"}, "job_title": {"seniority": "head"}},
    answers={"timeline": ["This quarter"], "product": ["service", "parts"], "empty": []},
    channel="phone",
    campaign="spring-ebook-2",
)
EVENTS = [
    PERSON,
    fact("page", NOW - 3 * DAY, path="/pricing/pumps", campaign="Spring-Ebook", channel="email"),
    fact("content downloaded", NOW - 2 * DAY, properties={"content": "Pump-Guide", "pages": 40, "talk": "61"}),
    fact("content downloaded", NOW - DAY, properties={"content": "price list", "free": False}),
    fact("contract signed", NOW - HOUR, by=By.SELLER),
    fact("mail opened", NOW - HOUR, by=By.MACHINE),
    fact("question answered", NOW - 5 * DAY, answers={"tender": ["2026-03-20"], "visit": ["4w", "someday"]}),
    fact("subscribed", NOW - 3 * DAY, subject=b"e1", properties={"list": "Weekly News"}),
    fact("subscribed", NOW - 3 * DAY, subject=b"e1", properties={"list": "offers"}),
    fact("unsubscribed", NOW - 2 * DAY, subject=b"e1", properties={"list": "offers"}),
    fact("unsubscribed", NOW - 2 * DAY, subject=b"e1", by=By.MACHINE),
    fact("qualification noted", NOW - 2 * DAY, by=By.SELLER, properties={"criterion": "need", "state": "partly"}),
    fact("qualification noted", NOW - DAY, by=By.SELLER, properties={"criterion": "need", "state": "confirmed"}),
    fact("qualification noted", NOW - DAY, by=By.SELLER, properties={"criterion": "budget", "state": "denied"}),
    fact("qualification noted", NOW - DAY, by=By.PERSON, properties={"criterion": "timeline", "state": "confirmed"}),
]


def situation(when: str, events: list[Event] | None = None, at: int = NOW, **more: Any) -> tuple[Any, Situation]:
    terms = agreement(
        "runs: {time_zone: Europe/Moscow}\n"
        "ready: {pass_mark: 30, grades: {A: 60, B: pass_mark}, fit: [{name: r, when: {region: ru-ta}, points: 40}]}\n"
        f"route: [{{name: asked, when: {when}, to: {{team: x}}}}, {{otherwise: {{team: x}}}}]",
        lists={"rivals": ["rival.example"], "nobody": ["x"]},
    )
    facts = EVENTS if events is None else events
    profile, tally = observe(EMPTY_PROFILE, facts), count(terms, EMPTY_TALLY, facts, cycle_from=0)
    captured_at = more.get("captured_at", NOW - 10 * DAY)
    colleagues = more.get("colleagues")
    asked = situation_of(terms, profile, tally, at=at, captured_at=captured_at, colleagues=colleagues)
    return terms.route[0].when, asked


def answer(when: str, **more: Any) -> bool | None:
    return holds(*situation(when, **more))


COLLEAGUES = (
    Colleague(
        traits={"company.industry": Fact(NOW - DAY, b"1", "oil"), "company.employees": Fact(NOW - 11 * DAY, b"2", 7)},
        has_owner=True,
        acts={act_name(Pattern("page")): (NOW - 5 * DAY, b"3"), act_name(Pattern("any")): None},
    ),
)
AMONG_COLLEAGUES: list[tuple[str, bool | None]] = [
    ("{account: has_owner}", True),
    ("{account: is_client}", False),
    ("{trait: company.industry, is: oil}", True),
    ("{trait: company.employees, is: 340}", True),
    ("{people_of_account: 2, event: page}", True),
    ("{people_of_account: 2, event: page, within: 5d}", False),
    ("{people_of_account: 2, event: page, within: 121h}", True),
    ("{people_of_account: 3, event: page}", False),
    ("{people_of_account: 2, event: any}", False),
    ("{people_of_account: 1, event: any}", True),
    ("{people_of_account: 2, event: content downloaded}", None),
    ("{people_of_account: 1, event: content downloaded}", True),
]


@pytest.mark.parametrize(("when", "expected"), AMONG_COLLEAGUES)
def test_what_a_condition_about_the_account_answers(when: str, expected: bool | None) -> None:
    assert answer(when, colleagues=COLLEAGUES) is expected


def test_a_source_says_whether_the_account_is_a_client_whoever_bought() -> None:
    bought = (Colleague(traits={}, is_client=True),)
    assert answer("{account: is_client}", colleagues=bought) is True
    former = fact("group", NOW - DAY, traits={"account.is_client": False})
    assert answer("{account: is_client}", colleagues=bought, events=[*EVENTS, former]) is False
    assert answer("{account: is_client}", events=[*EVENTS, former]) is False


CASES: list[tuple[str, bool | None]] = [
    ("{known: email}", True),
    ("{known: phone}", False),
    ("{known: gone}", False),
    ("{trait: email, known: false}", False),
    ("{trait: job_title, is: ГЛАВНЫЙ  инженер}", True),
    ("{trait: job_title, in: [снабженец, закупщик]}", False),
    ("{trait: phone, is: x}", None),
    ("{trait: gone, is: x}", None),
    ("{trait: company.employees, at_least: 340}", True),
    ("{trait: company.employees, at_least: 300, at_most: 339}", False),
    ("{trait: employees_as_text, at_most: 49}", True),
    ("{trait: job_title, at_least: 3}", None),
    ("{trait: company.employees, is: 340}", True),
    ("{trait: client, is: true}", True),
    ("{trait: client, is: false}", False),
    ("{trait: email, is: true}", None),
    ("{trait: job_title, matches: инженер}", True),
    ("{trait: job_title, matches: [инж, главный]}", True),
    ("{trait: job_title, matches: инж}", False),
    ("{trait: phone, matches: инж}", None),
    ("{trait: company.domain, in_list: rivals}", True),
    ("{trait: company.domain, in_list: nobody}", False),
    ("{trait: company.name, in_list: rivals}", None),
    ("{trait: email, kind: [disposable, free_mail]}", True),
    ("{trait: email, kind: company}", False),
    ("{trait: phone, kind: mobile}", None),
    ("{trait: job_title, seniority: [owner, head]}", True),
    ("{trait: company.domain, kind: company}", None),
    ("{region: [RU-SAM, ru-ta]}", True),
    ("{region: RU-MOW}", False),
    ("{answer: timeline, is: this quarter}", True),
    ("{answer: product, in: [pumps, parts]}", True),
    ("{answer: product, is: pumps}", False),
    ("{answer: empty, is: pumps}", None),
    ("{answer: budget, is: pumps}", None),
    ("{channel: email}", True),
    ("{channel: [phone, direct]}", False),
    ('{hours: "11:00-12:00"}', True),
    ('{hours: "18:00-21:00"}', False),
    ('{hours: "22:00-11:31"}', True),
    ('{channel: email, hours: "18:00-21:00"}', False),
    ("{score: pass_mark}", True),
    ("{score: {at_least: 41}}", False),
    ("{fit: {at_least: 10, at_most: 40}}", True),
    ("{interest: {at_least: 0.001}}", False),
    ("{grade: B}", True),
    ("{grade: [A, C]}", False),
    ("{event: page, path: /pricing*}", True),
    ("{event: page, path: /pricing}", False),
    ("{event: page, campaign: spring*, channel: email}", True),
    ("{event: page, channel: phone}", False),
    ("{event: Content Downloaded, content: pump guide}", True),
    ("{event: content downloaded, content: [x, price list]}", True),
    ("{event: content downloaded, pages: {at_least: 40}, talk: {at_most: 61}}", True),
    ("{event: content downloaded, free: false}", True),
    ("{event: content downloaded, free: true}", False),
    ("{event: content downloaded, nothing: x}", False),
    ("{event: content downloaded, times: 2}", True),
    ("{event: content downloaded, times: 3}", False),
    ("{event: content downloaded, times: 2, within: 2d}", False),
    ("{event: content downloaded, times: 2, within: 49h}", True),
    ("{event: content downloaded, times: 2, different: content}", True),
    ("{event: content downloaded, times: 2, different: pages}", False),
    ("{event: contract signed}", True),
    ("{event: mail opened}", False),
    ("{event: any, within: 1d}", False),
    ("{event: any, within: 25h}", True),
    ("{none_of: {event: page}, for: 3d}", True),
    ("{none_of: {event: page}, for: 4d}", False),
    ("{none_of: [{event: page}, {event: contract signed}], for: 3d}", False),
    ("{none_of: {event: form submitted}, for: 11d}", False),
    ("{account: is_client}", None),
    ("{people_of_account: 2, event: any, within: 14d}", None),
    ("{subscribed: weekly news}", True),
    ("{subscribed: offers}", False),
    ("{subscribed: newsletter}", None),
    ("{bant: need, is: confirmed}", True),
    ("{bant: need, at_least: partly}", True),
    ("{bant: need, is: partly}", False),
    ("{bant: budget, at_least: partly}", False),
    ("{bant: timeline, is: confirmed}", None),
    ("{bant: timeline, is: [unknown, denied]}", True),
    ("{not: {bant: authority, is: denied}}", None),
    ("{answer: tender, before: 30d}", True),
    ("{answer: tender, before: 17d}", False),
    ("{answer: tender, before: 18d}", True),
    ("{answer: visit, before: 23d}", False),
    ("{answer: visit, before: 24d}", True),
    ("{answer: timeline, before: 30d}", False),
    ("{answer: timeline, before: 90d}", True),
    ("{answer: product, before: 90d}", None),
    ("{answer: budget, before: 90d}", None),
]


@pytest.mark.parametrize(("when", "expected"), CASES)
def test_what_a_condition_answers(when: str, expected: bool | None) -> None:
    assert answer(when) is expected


def test_silence_of_somebody_never_captured_is_not_known() -> None:
    assert answer("{none_of: {event: page}, for: 3d}", captured_at=None) is None


def test_points_are_not_known_while_they_are_being_counted() -> None:
    when, whole = situation("{grade: B}")
    bare = Situation(agreement=whole.agreement, profile=whole.profile, tally=whole.tally, at=NOW)
    assert holds(when, bare) is None


def test_what_has_not_happened_yet_at_the_moment_asked_about_does_not_count() -> None:
    assert answer("{event: content downloaded}", at=NOW - 3 * DAY) is False


TRUE, FALSE, UNKNOWN = "{known: email}", "{known: phone}", "{account: is_client}"
VALUES: dict[str, bool | None] = {TRUE: True, FALSE: False, UNKNOWN: None}


def _kleene_and(a: bool | None, b: bool | None) -> bool | None:
    return False if a is False or b is False else None if a is None or b is None else True


@pytest.mark.parametrize(("a", "b"), list(product(VALUES, repeat=2)))
def test_all_any_and_not_are_kleenes(a: str, b: str) -> None:
    conjunction = _kleene_and(VALUES[a], VALUES[b])
    assert answer(f"{{all: [{a}, {b}]}}") is conjunction
    opposite = None if conjunction is None else not conjunction
    assert answer(f"{{not: {{all: [{a}, {b}]}}}}") is opposite
    assert answer(f"{{any: [{{not: {a}}}, {{not: {b}}}]}}") is opposite


def test_an_explanation_names_the_events_that_made_each_part_true() -> None:
    explained = explain(
        *situation("{any: [{event: page}, {known: phone}, {all: [{known: email}, {account: is_client}]}]}")
    )
    assert explained.holds is True
    page, phone, both = explained.parts
    assert [each.key for each in page.evidence] == [EVENTS[1].key.bytes]
    assert (phone.holds, phone.evidence) == (False, ())
    assert [part.holds for part in both.parts] == [True, None]
    assert [each.key for each in both.parts[0].evidence] == [PERSON.key.bytes]


def test_every_keyword_of_a_condition_is_asked_about_here() -> None:
    asked = {keyword for keyword in READERS for when, _ in CASES if f"{keyword}:" in when}
    assert asked == READERS.keys() - {"answers"}
