"""The pages of the office in a real browser: connect a source, agree and sign, read the funnel."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from pomona import clock
from pomona.actions import fitting
from pomona.actions.agreements import save_draft
from tests.journeys.conftest import Running

Picture = Callable[[Any, str], None]

LAPTOP: ViewportSize = {"width": 1366, "height": 768}
PHONE: ViewportSize = {"width": 390, "height": 844}
LOOKS = [("ru", "light", LAPTOP), ("en", "dark", LAPTOP), ("ru", "dark", PHONE), ("en", "light", PHONE)]
PAGES = ("funnel", "agreements", "agreements/of/default", "agreements/write", "sources", "sources/new", "people")
MORE_PAGES = ("people/new", "people/hours/new", "outbox", "poison", "style", "agreements/lists", "agreements/try")
PROMISES = ("agreements/promises", "agreements/promises/of/default")
APART = """boxes => boxes.map(box => box.getBoundingClientRect()).every((one, at, all) => all.slice(at + 1).every(
  other => one.right <= other.left || other.right <= one.left || one.bottom <= other.top || other.bottom <= one.top))"""
"""Whether no two boxes lie over each other."""
SECONDS = 1000.0

AGREEMENT = """campaign: autumn
extends: default
covers: [{utm_campaign: autumn*}]
ready:
  pass_mark: fifty
"""


def log_in(browser: Browser, running: Running, login: str, viewport: ViewportSize = LAPTOP) -> Page:
    """A browser in which that user is logged in."""
    page = browser.new_context(viewport=viewport).new_page()
    page.goto(f"{running.address}/login/")
    page.fill("[name=username]", login)
    page.fill("[name=password]", login)
    page.click("form.form button")
    expect(page).not_to_have_url(re.compile("/login/"))
    return page


def test_the_first_event_of_a_new_source_shows_by_itself(browser: Browser, running: Running) -> None:
    running.conn.execute("UPDATE \"user\" SET language = 'en', theme = 'light'")
    page = log_in(browser, running, "marketing")
    page.goto(f"{running.address}/sources/new/")
    page.fill("[name=name]", "Landing page")
    page.get_by_role("button", name="Make it").click()
    key = page.locator("td code").first.inner_text()
    expect(page.get_by_text("Nothing has come in yet")).to_be_visible()
    page.evaluate("window.neverReloaded = true")
    running.write_key = key
    running.send("somebody", {"type": "page", "properties": {"path": "/"}})
    expect(page.get_by_text("1 in 24 hours")).to_be_visible(timeout=10 * SECONDS)
    assert page.evaluate("window.neverReloaded") is True


def test_marketing_writes_puts_right_and_proposes_and_both_sides_sign(
    browser: Browser, running: Running, picture: Picture
) -> None:
    running.conn.execute("UPDATE \"user\" SET language = 'ru', theme = 'light'")
    marketing, head = log_in(browser, running, "marketing"), log_in(browser, running, "head")
    marketing.goto(f"{running.address}/agreements/write/")
    marketing.get_by_text("Или начать с файла YAML").click()
    text = marketing.get_by_label("Соглашение в YAML")
    text.fill(AGREEMENT)
    marketing.get_by_role("button", name="Проверить").click()
    expect(marketing.locator(".faulty")).to_contain_text("строка 5, знак")
    picture(marketing, "agreement-fault-ru-light-laptop")
    text.fill(AGREEMENT.replace("fifty", "50"))
    marketing.get_by_role("button", name="Проверить").click()
    marketing.get_by_role("link", name="Прочесть и проверить").click()
    expect(marketing.get_by_text("Чем отличается от общих правил")).to_be_visible()
    marketing.get_by_role("button", name="Отдать на подпись").click()
    marketing.get_by_role("button", name="Подписать").click()
    head.goto(f"{running.address}/agreements/")
    head.locator(".note").get_by_role("link", name="autumn").click()
    expect(head.locator(".signing")).to_contain_text("Марина Кетова")
    head.get_by_role("button", name="Подписать").click()
    expect(head.get_by_text("Подписано обеими сторонами")).to_be_visible()
    expect(head.locator(".versions")).to_contain_text("действует")
    picture(head, "agreement-ru-light-laptop")


@pytest.mark.parametrize(("language", "theme", "viewport"), LOOKS)
def test_every_page_fits_its_device_without_a_fault(
    browser: Browser, running: Running, picture: Picture, language: str, theme: str, viewport: ViewportSize
) -> None:
    running.conn.execute('UPDATE "user" SET language = %s, theme = %s', (language, theme))
    running.ripen("Ольга Серова")
    page = log_in(browser, running, "admin", viewport)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    for name in (*PAGES, *MORE_PAGES, *PROMISES):
        answer = page.goto(f"{running.address}/{name}/")
        assert answer is not None
        assert answer.status == 200, name
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        expect(page.locator("h1")).to_have_count(1)
        assert page.eval_on_selector_all(".kept-promise", APART), name
        assert page.locator(".kept-promise").count() or name not in PROMISES, name
        picture(page, f"{name.replace('/', '-')}-{language}-{theme}-{viewport['width']}")
    assert faults == []


def test_the_funnel_is_walked_by_keyboard(browser: Browser, running: Running) -> None:
    running.conn.execute("UPDATE \"user\" SET language = 'en', theme = 'light'")
    running.ripen("Ирина Котова")
    page = log_in(browser, running, "head")
    page.goto(f"{running.address}/funnel/")
    expect(page.locator(".verdict")).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("campaign="))
    page.locator(".funnel-count").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Leads that reached “Captured”")
    expect(page.locator("[data-row]").first).to_be_visible()


def test_a_seller_judges_past_leads_by_keys_and_marketing_sees_the_draft_tried(
    browser: Browser, running: Running, picture: Picture
) -> None:
    running.conn.execute("UPDATE \"user\" SET language = 'en', theme = 'light'")
    now, text = clock.now(), "campaign: winter\nextends: default\nready: {pass_mark: {start: 50, min: 45, max: 60}}\n"
    draft = save_draft(running.conn, text, user=None, now=now).id
    fitting.invite(running.conn, draft, [running.users["seller"]], user=None, now=now)
    seller = log_in(browser, running, "seller", PHONE)
    seller.goto(f"{running.address}/agreements/")
    seller.get_by_role("link", name="Judge").click()
    head = seller.locator(".judging-head")
    expect(head).to_contain_text("lead 1 of")
    picture(seller, "judging-en-light-phone")
    for key, then in (("1", "lead 2"), ("ArrowLeft", "lead 3"), ("u", "lead 2"), ("3", "lead 3")):
        seller.keyboard.press(key)
        expect(head).to_contain_text(then)
    marketing = log_in(browser, running, "marketing")
    marketing.goto(f"{running.address}/agreements/of/winter/1/")
    expect(marketing.locator(".preview-leads > li").first).to_be_visible()
    bar = marketing.locator(".histogram g").last
    bar.focus()
    expect(bar.locator("text")).to_be_visible()
    picture(marketing, "preview-en-light-laptop")
