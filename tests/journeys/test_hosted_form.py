"""A visitor on a phone fills in the hosted form, and the seller reads what they answered and what it is worth."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Browser, ViewportSize, expect

from pomona import clock
from pomona.actions.agreements import save_draft
from pomona.store.agreements import put_in_force
from tests.journeys.conftest import Running
from tests.web.test_hosted_form import ASKING

PHONE: ViewportSize = {"width": 390, "height": 844}
BROWSER = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36"
"""A person's: the one without a screen says that it is a machine, which earns no points."""
SECONDS = 1000.0


def test_a_form_filled_in_on_a_phone_makes_a_lead_with_points(
    browser: Browser, running: Running, picture: Callable[[Any, str], None]
) -> None:
    now = clock.now()
    put_in_force(running.conn, save_draft(running.conn, ASKING, user=None, now=now), start=now, end=None, now=now)
    context = browser.new_context(viewport=PHONE, locale="ru-RU", java_script_enabled=False, user_agent=BROWSER)
    page = context.new_page()
    page.goto(f"{running.address}/f/spring/?utm_campaign=spring-1")
    picture(page, "hosted-form")
    page.get_by_role("button", name="Отправить").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("сейчас").check()
    page.get_by_label("water").check()
    page.get_by_label("How many?").fill("12")
    page.get_by_label("Как вас зовут").fill("Инна Форма")
    page.fill("[name='t-email']", "forma@plant.example")
    page.get_by_label("Согласен").check()
    page.get_by_role("button", name="Отправить").click()
    expect(page.get_by_text("Спасибо!")).to_be_visible()
    assert not context.cookies()
    _read_by_the_head(browser, running)


def _read_by_the_head(browser: Browser, running: Running) -> None:
    running.conn.execute("UPDATE \"user\" SET language = 'ru'")
    page = browser.new_context().new_page()
    page.goto(f"{running.address}/login/?next=/leads/")
    page.fill("[name=username]", "head")
    page.fill("[name=password]", "head")
    page.click("form.form button")
    lead = page.get_by_role("link", name="Инна Форма")
    expect(lead).to_be_visible(timeout=20 * SECONDS)
    lead.click()
    expect(page.get_by_text("Когда запуск? сейчас").first).to_be_visible()
    expect(page.locator(".sum")).to_contain_text("50")
