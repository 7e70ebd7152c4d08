"""The main job in a real browser: an event arrives, the lead ripens, the seller takes it, the clock stops."""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.journeys.conftest import Running

Picture = Callable[[Any, str], None]

LAPTOP: ViewportSize = {"width": 1366, "height": 768}
PHONE: ViewportSize = {"width": 390, "height": 844}
SECONDS = 1000.0


class Look(NamedTuple):
    """A reader's language, theme and device."""

    language: str
    theme: str
    device: str

    def __str__(self) -> str:
        return "-".join(self)


LOOKS = [Look(*each.split()) for each in ("ru light laptop", "en dark laptop", "ru dark phone", "en light phone")]
NAMES = {"ru": "Анна Петрова", "en": "Anna Petrova"}
WORDS = {
    "ru": {"empty": "Сейчас звонить некому", "take": "Беру", "contacted": "Был контакт", "stopped": "часы остановлены"},
    "en": {"empty": "Nobody to call right now", "take": "Take it", "contacted": "Contacted", "stopped": "has stopped"},
}


def _open_inbox(browser: Browser, running: Running, look: Look) -> Page:
    """Log in by the form, with the look already chosen."""
    running.conn.execute('UPDATE "user" SET language = %s, theme = %s', (look.language, look.theme))
    page = browser.new_context(viewport=PHONE if look.device == "phone" else LAPTOP).new_page()
    page.goto(f"{running.address}/login/")
    page.fill("[name=username]", "seller")
    page.fill("[name=password]", "seller")
    page.click("form.form button")
    expect(page).to_have_url(re.compile("/inbox/$"))
    return page


def _press(page: Page, look: Look, key: str, button: str) -> None:
    """By key on a laptop, by finger on a phone."""
    if look.device == "laptop":
        page.keyboard.press(key)
    else:
        page.locator("[data-row].is-current").get_by_role("button", name=button).click()


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_an_event_becomes_a_call_and_the_clock_stops(
    browser: Browser, running: Running, picture: Picture, look: Look
) -> None:
    running.clear()
    name, words = NAMES[look.language], WORDS[look.language]
    page = _open_inbox(browser, running, look)
    expect(page.get_by_text(words["empty"])).to_be_visible()
    page.evaluate("window.neverReloaded = true")

    running.ripen(name)
    row = page.locator("[data-row]").filter(has_text=name)
    expect(row).to_be_visible(timeout=10 * SECONDS)
    expect(row.locator("time[data-due]")).to_have_text(re.compile(r"^[45]:\d\d$"))
    expect(page).to_have_title(re.compile(rf"^A · [45]:\d\d · {name}$"))
    picture(page, f"inbox-{look}")

    _press(page, look, "Enter", words["take"])
    expect(row.get_by_role("link", name=re.compile(r"\+7 843"))).to_have_class(re.compile("primary"))
    _press(page, look, "c", words["contacted"])
    expect(page.get_by_text(words["stopped"])).to_be_visible()
    expect(page.locator("time[data-due]")).to_have_count(0)
    assert page.evaluate("window.neverReloaded") is True
    state = running.conn.execute(
        "SELECT stage, due_at, contacted_at IS NOT NULL FROM lead WHERE name = %s ORDER BY id DESC", (name,)
    )
    assert state.fetchone() == ("sal", None, True)
    picture(page, f"contacted-{look}")

    row.get_by_role("link", name=name).click()
    page.locator(".reasons summary").first.click()
    expect(page.locator(".because").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    picture(page, f"lead-{look}")


def test_a_live_update_moves_neither_focus_nor_what_is_unfolded(browser: Browser, running: Running) -> None:
    running.clear()
    running.ripen("Focus Holder")
    page = _open_inbox(browser, running, Look("en", "light", "laptop"))
    row = page.locator("[data-row].is-current")
    expect(row).to_contain_text("Focus Holder", timeout=20 * SECONDS)
    row.get_by_role("link", name="Write").focus()
    _refresh(page)
    expect(row.get_by_role("link", name="Write")).to_be_focused()
    page.keyboard.press("e")
    expect(page.locator("dialog")).to_be_visible()
    _refresh(page)
    page.keyboard.press("Escape")
    expect(row).to_be_focused()
    row.get_by_role("link", name="Focus Holder").click()
    page.locator(".reasons summary").first.click()
    _refresh(page)
    expect(page.locator(".reasons details[open]")).to_have_count(1)


def _refresh(page: Page) -> None:
    """What a message of the server does, until the new part is there."""
    page.evaluate("document.querySelector('#live').dataset.old = 'yes'")
    page.evaluate("document.body.dispatchEvent(new CustomEvent('changed'))")
    expect(page.locator("#live:not([data-old])")).to_have_count(1)


def test_a_new_lead_comes_on_top_and_the_focus_stays(browser: Browser, running: Running) -> None:
    running.clear()
    page = _open_inbox(browser, running, LOOKS[1])
    running.ripen("First Lead")
    first = page.locator("[data-row]").filter(has_text="First Lead")
    expect(first).to_be_visible(timeout=10 * SECONDS)
    page.keyboard.press("r")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.get_by_label("не тот человек").check()
    running.ripen("Second Lead")
    expect(page.locator("[data-row]")).to_have_count(2, timeout=10 * SECONDS)
    expect(page.get_by_label("не тот человек")).to_be_checked()
    page.keyboard.press("Escape")
    expect(first).to_have_class(re.compile("is-current"))
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.locator("[data-row]:focus")).to_have_count(1)


def test_returning_a_lead_asks_for_its_reason_in_place(browser: Browser, running: Running, picture: Picture) -> None:
    running.clear()
    page = _open_inbox(browser, running, LOOKS[0])
    running.ripen("Пётр Иванов")
    expect(page.locator("[data-row]")).to_be_visible(timeout=10 * SECONDS)
    page.keyboard.press("r")
    page.get_by_label("нет потребности").check()
    picture(page, "return-ru-light-laptop")
    page.get_by_role("dialog").get_by_role("button", name="Вернуть").click()
    expect(page.get_by_text("возвращается на прогрев")).to_be_visible()
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.locator("[data-row]")).to_have_count(0)
