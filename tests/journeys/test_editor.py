"""An agreement from template to proposed in a real browser, without a look at YAML; and the YAML in step beside it."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from pomona import clock
from pomona.actions.agreements import save_draft
from tests.journeys.conftest import Running
from tests.journeys.test_office import LAPTOP, PHONE, log_in

Picture = Callable[[Any, str], None]


def _watched(page: Page) -> list[str]:
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    return faults


def _begin(page: Page, running: Running, template: str, name: str) -> None:
    page.goto(f"{running.address}/agreements/write/")
    page.get_by_text(template, exact=True).click()
    page.fill("[name=name]", name)
    page.get_by_role("button", name="Начать").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def _done(page: Page) -> None:
    page.get_by_role("button", name="Готово").last.click()
    expect(page.locator("#edit-form")).to_have_count(0)


def test_from_template_to_proposed_without_yaml(browser: Browser, running: Running, picture: Picture) -> None:
    running.conn.execute("UPDATE \"user\" SET language = 'ru', theme = 'light'")
    page = log_in(browser, running, "head")
    faults = _watched(page)
    _begin(page, running, "Запрос цены", "autumn-prices")
    page.locator("#open-pass_mark").click()
    page.fill("[name=start]", "60")
    _done(page)
    expect(page.get_by_text("60; можно менять от 45 до 75")).to_be_visible()
    expect(page.locator("#open-pass_mark")).to_be_focused()
    page.keyboard.press("Enter")
    page.locator("[name=start]").press("Escape")
    expect(page.locator("#edit-form")).to_have_count(0)
    expect(page.locator("#open-pass_mark")).to_be_focused()
    page.locator("#add-interestnewrule").click()
    page.fill("[name=name]", "смотрел доставку")
    page.select_option("[name=when-0-kind]", "event")
    page.fill("[name=when-0-event]", "page")
    page.fill("[name=when-0-path]", "/delivery*")
    page.fill("[name=points]", "5")
    _done(page)
    expect(page.get_by_text("5 баллов за каждый просмотр страницы /delivery*")).to_be_visible()
    _ask(page)
    picture(page, "editor-ready-ru-light-laptop")
    page.locator("#step-route").click()
    _route(page, "крупные", "range", {"trait": "company.employees", "at_least": "500"}, "team:volga")
    _route(page, "ремонт", "answer", {"told-question": "product", "told-codes": "service"}, "team:service")
    picture(page, "editor-route-ru-light-laptop")
    _reorder(page)
    page.locator("#step-campaign").click()
    page.locator("#open-runs").click()
    page.fill("[name=until]", "2999-12-31")
    _done(page)
    page.get_by_role("link", name="Дальше: Готово к подписи?").click()
    expect(page.get_by_text("Чем отличается от общих правил")).to_be_visible()
    page.get_by_role("button", name="Отдать на подпись").click()
    expect(page.get_by_role("button", name="Подписать")).to_be_visible()
    assert faults == []


def _ask(page: Page) -> None:
    """A question with two answers, reordered by keyboard; a condition then offers both in their words."""
    page.locator("#add-questionsnewchoice").click()
    page.fill("[name=text-ru]", "Куда доставить?")
    for row, (words, points) in enumerate([("в область", ""), ("в город", "5")]):
        page.fill(f"[name=options-{row}-ru]", words)
        page.fill(f"[name=options-{row}-points]", points)
    page.locator("[name=options-1-ru]").press("Alt+ArrowUp")
    expect(page.locator("[name=options-0-ru]")).to_have_value("в город")
    expect(page.locator("[name=options-0-ru]")).to_be_focused()
    _done(page)
    expect(page.get_by_text("Куда доставить? в город (5 баллов), в область")).to_be_visible()
    page.locator("#add-answersnewrule").click()
    page.select_option("[name=when-0-kind]", "answer")
    page.select_option("[name=when-0-told-question]", label="Куда доставить?")
    expect(page.get_by_label("в область", exact=True)).to_be_visible()
    page.get_by_role("link", name="Отмена").click()
    expect(page.locator("#edit-form")).to_have_count(0)


def _route(page: Page, name: str, kind: str, fields: dict[str, str], to: str) -> None:
    page.locator("#add-routenewrule").click()
    page.fill("[name=name]", name)
    page.select_option("[name=when-0-kind]", kind)
    for field, value in fields.items():
        box = page.locator(f"[name=when-0-{field}]")
        box.select_option(value) if field.endswith("question") else box.fill(value)
    page.select_option("[name=to]", to)
    _done(page)


def _reorder(page: Page) -> None:
    """By keyboard: the focus stays with the line; by dragging; and what was deleted comes back."""
    names = page.locator("[data-list=route]:not(.is-inherited) .edit-name")
    expect(names).to_have_text(["крупные", "ремонт"])
    page.locator("[data-list=route] .edit-open").nth(1).focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(names).to_have_text(["ремонт", "крупные"])
    expect(page.locator("[data-list=route]").nth(0).locator(".edit-open")).to_be_focused()
    page.keyboard.press("Alt+ArrowDown")
    expect(names).to_have_text(["крупные", "ремонт"])
    lines = page.locator("[data-list=route][data-movable]")
    lines.nth(1).drag_to(lines.nth(0))
    expect(names).to_have_text(["ремонт", "крупные"])
    lines.nth(0).hover()
    lines.nth(0).get_by_role("button", name="Удалить").click()
    expect(names).to_have_text(["крупные"])
    page.locator(".toast").get_by_role("button", name="Отменить").click()
    expect(names).to_have_text(["ремонт", "крупные"])


def test_what_is_pressed_or_typed_while_the_editor_is_drawn_anew_is_not_lost(
    browser: Browser, running: Running
) -> None:
    running.conn.execute("UPDATE \"user\" SET language = 'en', theme = 'light'")
    draft = save_draft(running.conn, "campaign: hasty\nextends: default\n", user=None, now=clock.now())
    page = log_in(browser, running, "marketing")
    faults = _watched(page)
    page.goto(f"{running.address}/agreements/drafts/{draft.id}/")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/change/", hold)
    cancel, name = page.get_by_role("link", name="Cancel"), page.locator("[name=name]")

    _choose_a_kind(page)
    cancel.hover()
    page.mouse.down()
    held.pop().continue_()
    expect(page.locator("[name=when-0-event]")).to_be_visible()
    page.mouse.up()
    expect(page.locator("#edit-form")).to_have_count(0)

    _choose_a_kind(page)
    name.fill("typed meanwhile")
    page.get_by_role("button", name="+ one more condition").click()
    held.pop().continue_()
    expect(page.locator("[name=when-0-event]")).to_be_visible()
    expect(name).to_have_value("typed meanwhile")
    cancel.click()
    held.pop().continue_()
    expect(page.locator("#edit-form")).to_have_count(0)
    assert faults == []


def _choose_a_kind(page: Page) -> None:
    """A new rule whose fields are asked for and not drawn yet."""
    page.locator("#add-interestnewrule").click()
    with page.expect_request("**/change/"):
        page.select_option("[name=when-0-kind]", "event")


def test_yaml_and_form_stay_in_step_both_ways(browser: Browser, running: Running, picture: Picture) -> None:
    running.conn.execute("UPDATE \"user\" SET language = 'ru', theme = 'light'")
    page = log_in(browser, running, "marketing")
    faults = _watched(page)
    _begin(page, running, "Вебинар", "autumn-webinar")
    page.locator("#yaml > summary").click()
    text = page.locator("#yaml-text")
    page.get_by_role("link", name="записался").click()
    page.fill("[name=points]", "6")
    page.fill("[name=at_most]", "12")
    _done(page)
    expect(text).to_have_value(re.compile("name: записался, .*points: 6, .*at_most: 12"))
    good = text.input_value()
    text.fill(good.replace("points: 15, once: true", "points: many, once: true"))
    expect(page.locator(".yaml-faults")).to_contain_text("строка")
    expect(page.locator(".edit-line.is-faulty")).to_contain_text("задал вопрос на вебинаре")
    picture(page, "editor-fault-ru-light-laptop")
    text.fill(good.replace("points: 15, once: true", "points: 16, once: true"))
    expect(page.locator(".edit-line", has_text="16 баллов за первый вопрос на вебинаре")).to_be_visible()
    expect(page.locator(".yaml-faults")).to_have_count(0)
    expect(text).to_be_focused()
    assert faults == []


@pytest.mark.parametrize(("language", "theme", "viewport"), [("ru", "light", PHONE), ("en", "dark", LAPTOP)])
def test_every_form_fits_its_device(
    browser: Browser, running: Running, picture: Picture, language: str, theme: str, viewport: Any
) -> None:
    running.conn.execute('UPDATE "user" SET language = %s, theme = %s', (language, theme))
    row = running.conn.execute("SELECT max(id) FROM agreement_version WHERE state = 'draft'").fetchone()
    page = log_in(browser, running, "admin", viewport)
    faults = _watched(page)
    for at in (
        "pass_mark",
        "interest:0",
        "fit:1",
        "questions:new:choice",
        "form",
        "mql",
        "route:0",
        "first_contact:0",
        "attendant",
        "promise",
        "covers",
    ):
        page.goto(f"{running.address}/agreements/drafts/{row[0] if row else 0}/?open={at}")
        expect(page.locator("#edit-form")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), at
        picture(page, f"editor-{at.replace(':', '-')}-{language}-{theme}-{viewport['width']}")
    assert faults == []
