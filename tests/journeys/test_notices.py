"""Notifications of the browser: switched on by a click, shown once in however many tabs, a click opens the lead."""

import re

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.conftest import Running

SECONDS = 1000.0
KEEP_WHAT_IS_SHOWN = """
window.shown = [];
window.Notification = class extends Notification {
  constructor(title, options) {
    super(title, options);
    window.shown.push(this);
  }
};
"""
"""A page cannot ask the browser what it shows."""


def _log_in(browser: Browser, running: Running, permissions: list[str]) -> tuple[BrowserContext, Page]:
    running.conn.execute("UPDATE \"user\" SET language = 'en'")
    running.clear()
    context = browser.new_context(permissions=permissions)
    context.add_init_script(KEEP_WHAT_IS_SHOWN)
    page = context.new_page()
    page.goto(f"{running.address}/login/")
    page.fill("[name=username]", "seller")
    page.fill("[name=password]", "seller")
    page.click("form.form button")
    expect(page).to_have_url(re.compile("/inbox/$"))
    return context, page


def _titles(page: Page) -> list[str]:
    return page.evaluate("shown.map((each) => each.title)")  # type: ignore[no-any-return]


def _wait_until_shown(page: Page, name: str) -> None:
    page.wait_for_function("(name) => shown.some((each) => each.title.includes(name))", arg=name, timeout=10 * SECONDS)


def test_a_lead_handed_over_shows_once_in_whatever_tab_is_open(browser: Browser, running: Running) -> None:
    context, inbox = _log_in(browser, running, ["notifications"])
    button = inbox.get_by_role("button", name="Tell me of leads in this browser")
    assert _titles(inbox) == [], "nothing before the click"
    button.click()
    expect(inbox.get_by_role("button", name="Switch it off")).to_be_visible()
    other = context.new_page()
    other.goto(f"{running.address}/outbox/")
    running.ripen("Vera Orlova")
    _wait_until_shown(inbox, "Vera Orlova")
    assert re.fullmatch(r"A · [45]:\d\d · Vera Orlova", _titles(inbox)[-1])
    with context.expect_page() as opened:
        inbox.evaluate("shown.at(-1).onclick()")
    expect(opened.value).to_have_title(re.compile("Vera Orlova"))
    opened.value.close()
    inbox.close()
    running.ripen("Pavel Lunin")
    _wait_until_shown(other, "Pavel Lunin")
    assert len(_titles(other)) == 1, "what the first tab showed is not shown again"
    other.reload()
    expect(other.get_by_role("cell", name=re.compile("in the browser: shown"))).to_have_count(2)
    assert _titles(other) == []


def test_the_inbox_says_where_the_browser_forbids_it(browser: Browser, running: Running) -> None:
    _, page = _log_in(browser, running, [])
    expect(page.get_by_text("notifications from this site are blocked")).to_be_visible()
    expect(page.get_by_role("button", name="Tell me of leads in this browser")).to_be_hidden()
