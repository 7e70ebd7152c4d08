"""What holds on every page: its policy, its look, its words, the way in."""

import re
from pathlib import Path

import pytest
from django.test import Client

from tests.web.conftest import LogIn

TEMPLATES = Path(__file__).parents[2] / "src/pomona/web/templates"
Users = dict[str, int]


@pytest.mark.parametrize("template", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.stem)
def test_no_template_has_inline_script_or_style(template: Path) -> None:
    text = template.read_text()
    assert not re.search(r"<style|\sstyle=|\son\w+=|hx-on|javascript:", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)


def test_every_answer_carries_the_policy(log_in: LogIn, leads: Users) -> None:
    browser = log_in("seller")
    for page in ("/inbox/", "/login/", "/nowhere/", "/favicon.svg"):
        policy = browser.get(page).headers["Content-Security-Policy"]
        assert "script-src 'self'" in policy
        assert "style-src 'self'" in policy
        assert "unsafe" not in policy


@pytest.mark.parametrize(
    ("login", "start"), [("seller", "/inbox/"), ("head", "/funnel/"), ("marketing", "/funnel/"), ("admin", "/funnel/")]
)
def test_everybody_begins_where_their_work_is(log_in: LogIn, leads: Users, login: str, start: str) -> None:
    from pomona.store.models import Source, WriteKey

    WriteKey.objects.create(key="k", source=Source.objects.create(name="site", created_at=0), created_at=0)
    assert log_in(login).get("/").headers["Location"] == start


def test_language_theme_and_density_are_kept_with_the_user(log_in: LogIn, users: Users) -> None:
    browser = log_in("seller", "en")
    browser.post("/look/", {"language": "ru"})
    browser.post("/look/", {"theme": "dark"})
    browser.post("/look/", {"density": "compact"})
    page = log_in_again(browser).get("/settings/").content.decode()
    assert '<html lang="ru" data-theme="dark" data-density="compact">' in page
    assert "Как Помоне выглядеть для вас?" in page


def log_in_again(browser: Client) -> Client:
    """The same user on another device."""
    from pomona.store.models import User

    another = Client(headers={"Host": "localhost"})
    another.force_login(User.objects.get(username="seller"))
    return another


def test_before_log_in_the_browser_decides_and_a_cookie_remembers(users: Users) -> None:
    from pomona.store.models import User

    assert User.objects.exists()
    browser = Client(headers={"Host": "localhost", "Accept-Language": "ru-RU,ru;q=0.9"})
    assert '<html lang="ru"' in browser.get("/login/").content.decode()
    browser.post("/look/", {"language": "en", "theme": "dark"})
    page = browser.get("/login/").content.decode()
    assert '<html lang="en" data-theme="dark"' in page


def test_a_look_nobody_offers_changes_nothing(log_in: LogIn, users: Users) -> None:
    browser = log_in("seller", "en")
    browser.post("/look/", {"language": "xx", "theme": "<script>"})
    assert '<html lang="en" data-theme="" data-density="">' in browser.get("/settings/").content.decode()


def test_the_way_back_never_leads_elsewhere(log_in: LogIn, users: Users) -> None:
    answer = log_in("seller").post("/look/", {"language": "ru", "next": "https://evil.example/"})
    assert answer.headers["Location"] == "/"


def test_wrong_passwords_are_told_and_right_ones_lead_on(users: Users) -> None:
    browser = Client(headers={"Host": "localhost"})
    wrong = browser.post("/login/", {"username": "seller", "password": "wrong"})
    assert "do not match" in wrong.content.decode()
    right = browser.post("/login/?next=/leads/", {"username": "seller", "password": "seller"})
    assert right.headers["Location"] == "/leads/"
    assert browser.post("/logout/").headers["Location"] == "/login/"
    assert browser.get("/leads/").status_code == 302


def test_a_form_without_its_token_changes_nothing(users: Users) -> None:
    from pomona.store.models import User

    browser = Client(enforce_csrf_checks=True, headers={"Host": "localhost"})
    browser.force_login(User.objects.get(username="seller"))
    answer = browser.post("/presence/away/")
    assert answer.status_code == 403
    assert "Nothing was changed" in answer.content.decode()


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_style_page_shows_every_component(log_in: LogIn, users: Users, language: str) -> None:
    page = log_in("admin", language).get("/style/").content.decode()
    parts = ("disc", "clock overdue", "stage stage-", "reason-points", "person", 'class="table"', "filters", "empty")
    for part in (*parts, "progress", "toast", 'data-theme="light"', 'data-theme="dark"'):
        assert part in page


def test_a_text_from_outside_is_never_markup(log_in: LogIn, leads: Users) -> None:
    from pomona.store.models import Lead

    anna = leads["Анна Петрова"]
    Lead.objects.filter(pk=anna).update(name="<script>alert(1)</script>", company='"><img src=x>')
    for page in ("/inbox/", "/leads/", f"/leads/{anna}/", f"/leads/{anna}/return/"):
        text = log_in("seller").get(page).content.decode()
        assert "<script>alert" not in text
        assert "<img" not in text
