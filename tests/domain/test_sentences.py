"""What was agreed, as people say it."""

from typing import Any

import pytest

from pomona.domain.clauses import say_condition
from pomona.domain.sentences import say_clock, say_route_line, say_rule
from tests.domain.facts import agreement


def rule(text: str, section: str = "interest") -> Any:
    return getattr(agreement(f"ready: {{pass_mark: 50, {section}: [{{name: r, {text}}}]}}").ready, section)[0]


@pytest.mark.parametrize(
    ("text", "russian", "english"),
    [
        (
            "when: {event: page, path: /pricing*}, points: 10, at_most: 30, half_life: 14d",
            "10 баллов за каждый просмотр страницы /pricing*, не больше 30; через 14 дней вдвое меньше",
            "10 points for each page view of /pricing*, at most 30; after 14 days worth half",
        ),
        (
            "when: {event: form submitted, form: pump-guide}, points: 1, once: true",
            "1 балл за первую отправку формы (form: pump guide)",
            "1 point for the first sent form (form: pump guide)",
        ),
        (
            "when: {event: webinar attended}, points: 2.5, once_per: webinar, at_most: 5",
            "2,5 балла за первое участие в вебинаре с каждым значением «webinar», не больше 5",
            "2.5 points for the first attended webinar of each “webinar”, at most 5",
        ),
        (
            "when: {event: call started}, points: 20, at_most: 20, half_life: 1d",
            "20 баллов за каждый звонок, считается последнее; через 1 день вдвое меньше",
            "20 points for each call, only the newest counts; after 1 day worth half",
        ),
        (
            "when: {event: page}, points: 2, once_per: 1d, at_most: 22",
            "2 балла за каждый просмотр страницы, не чаще раза в день, не больше 22",
            "2 points for each page view, at most once a day, at most 22",
        ),
        (
            "when: {event: demo asked}, points: 21, once_per: 12h, at_most: 42",
            "21 балл за каждое событие «demo asked», не чаще раза в 12 часов, не больше 42",
            "21 points for each event “demo asked”, at most once every 12 hours, at most 42",
        ),
        (
            "when: {none_of: {event: any}, for: 30d}, points: -15",
            "−15 баллов, если молчит 30 дней",
            "−15 points if silent for 30 days",
        ),
        (
            "when: {event: content downloaded, different: content, times: 3, within: 30d}, points: 11",
            "11 баллов, если было скачивание материала не меньше 3 раз с разными значениями «content» за 30 дней",
            "11 points if there was a download at least 3 times with different values of “content” "
            "within the last 30 days",
        ),
    ],
)
def test_a_rule_is_one_sentence(text: str, russian: str, english: str) -> None:
    assert say_rule(rule(text), "ru", {}) == russian
    assert say_rule(rule(text), "en", {}) == english


def test_points_by_value() -> None:
    bands = rule('by: company.employees, points: {"250..": 20, "..9": -5, "7": 1, "50..249": 10}', "fit")
    assert say_rule(bands, "ru", {}) == (
        "сотрудников в компании: до 9 — −5 баллов; 50–249 — 10 баллов; от 250 — 20 баллов; 7 — 1 балл"
    )
    assert say_rule(bands, "en", {}) == (
        "employees of the company: up to 9 — −5 points; 50–249 — 10 points; from 250 — 20 points; 7 — 1 point"
    )


@pytest.mark.parametrize(
    ("text", "russian", "english"),
    [
        ("{trait: email, kind: disposable}", "почта: одноразовый ящик", "e-mail: throw-away mail box"),
        (
            "{all: [{score: pass_mark}, {any: [{grade: [A, B]}, {known: phone}]}]}",
            "набран проходной балл и (категория A или B или известно: телефон)",
            "the score reaches the pass mark and (the grade is A or B or the phone is known)",
        ),
        ("{not: {region: ru-ta}}", "неверно, что регион RU-TA", "it is not true that the region is RU-TA"),
        (
            '{channel: phone, hours: "18:00-9:30"}',
            "канал: телефон и время с 18:00 до 09:30",
            "the channel is phone and the time is between 18:00 and 09:30",
        ),
        (
            "{fit: {at_least: 10, at_most: 20.5}}",
            "портрет не меньше 10 и не больше 20,5",
            "fit is at least 10 and at most 20.5",
        ),
    ],
)
def test_a_condition_is_a_clause(text: str, russian: str, english: str) -> None:
    when = agreement(f"route: [{{name: r, when: {text}, to: {{team: x}}}}]").route[0].when
    assert when is not None
    assert say_condition(when, "ru", {}) == russian
    assert say_condition(when, "en", {}) == english


def test_lines_of_the_route_and_clocks() -> None:
    terms = agreement("""
    route: [{name: a, when: {grade: A}, to: {team: volga}}, {otherwise: {seller: irina}}]
    respond:
      first_contact:
        - {when: {grade: A}, within: 5m, remind_at: 3m, overdue: [reassign, {second_time: {notify: head_of_sales}}]}
        - {otherwise: 2wd}
    """)
    assert [say_route_line(line, "ru", {}) for line in terms.route] == [
        "если категория A — команде «volga»",
        "иначе — менеджеру «irina»",
    ]
    assert [say_route_line(line, "en", {}) for line in terms.route] == [
        "if the grade is A: to the team “volga”",
        "otherwise: to the seller “irina”",
    ]
    assert [say_clock(clock, "ru", {}) for clock in terms.respond.first_contact] == [
        "если категория A: за 5 минут рабочего времени; напоминание через 3 минуты рабочего времени; "
        "при просрочке: передать другому, уведомить руководителя продаж (со второго раза)",
        "иначе: за 2 рабочих дня",
    ]
    assert say_clock(terms.respond.first_contact[1], "en", {}) == "otherwise: within 2 working days"
