"""Nobody sees what is not theirs, and nobody acts on it."""

import re

import pytest

from tests.web.conftest import LogIn

PAGES = ("/inbox/", "/leads/", "/settings/", "/style/")


def test_a_page_asks_to_log_in_first(users: dict[str, int]) -> None:
    from django.test import Client

    for page in (*PAGES, "/leads/1/"):
        response = Client(headers={"Host": "localhost"}).get(page)
        assert response.status_code == 302
        assert response["Location"].startswith("/login/")


def test_a_seller_sees_own_leads_only(log_in: LogIn, leads: dict[str, int]) -> None:
    own, other = log_in("seller"), log_in("other")
    anna = leads["Анна Петрова"]
    assert own.get(f"/leads/{anna}/").status_code == 200
    assert other.get(f"/leads/{anna}/").status_code == 403
    assert "Анна" in own.get("/leads/").content.decode()
    assert "Анна" not in other.get("/leads/").content.decode()
    assert "Анна" not in other.get("/inbox/").content.decode()


def test_what_is_not_theirs_looks_like_what_does_not_exist(log_in: LogIn, leads: dict[str, int]) -> None:
    other = log_in("other")
    answers = [other.get(f"/leads/{lead}/") for lead in (leads["Анна Петрова"], 999_999)]
    texts = {
        re.sub(r'value="[^"]+"|"X-CSRFToken": "[^"]+"|data-now="\d+"|leads/\d+', "", a.content.decode())
        for a in answers
    }
    assert len(texts) == 1


def test_a_head_opens_any_inbox_and_a_seller_only_their_own(
    log_in: LogIn, leads: dict[str, int], users: dict[str, int]
) -> None:
    address = f"/inbox/?seller={users['seller']}"
    assert "Анна" in log_in("head").get(address).content.decode()
    assert log_in("other").get(address).status_code == 403
    assert log_in("marketing").get("/inbox/").status_code == 403


@pytest.mark.parametrize("act", ["accept", "contacted", "qualify", "win", "return", "later", "lose", "disqualify"])
def test_marketing_sees_a_lead_but_cannot_act_as_its_seller(log_in: LogIn, leads: dict[str, int], act: str) -> None:
    from pomona.store.models import Lead

    anna, marketing = leads["Анна Петрова"], log_in("marketing")
    page = marketing.get(f"/leads/{anna}/")
    assert page.status_code == 200
    assert "accept/" not in page.content.decode()
    before = Lead.objects.values().get(pk=anna)
    marketing.post(f"/leads/{anna}/{act}/", {"reason": "later", "until": "9" * 16})
    assert Lead.objects.values().get(pk=anna) == before


@pytest.mark.parametrize("act", ["accept", "contacted", "return", "assign", "merge", "split", "erase"])
def test_nothing_is_changed_by_looking(log_in: LogIn, leads: dict[str, int], act: str) -> None:
    from pomona.store.models import JournalRow

    before = JournalRow.objects.count()
    log_in("admin").get(f"/leads/{leads['Анна Петрова']}/{act}/?reason=later&sure=yes&other=1&seller=1")
    assert JournalRow.objects.count() == before


@pytest.mark.parametrize(
    ("login", "allowed"), [("seller", False), ("marketing", True), ("head", True), ("admin", True)]
)
def test_who_may_merge_and_split(log_in: LogIn, leads: dict[str, int], login: str, allowed: bool) -> None:
    lead = leads["Анна Петрова"]
    for page in ("merge", "split"):
        assert (log_in(login).get(f"/leads/{lead}/{page}/").status_code == 200) is allowed


def test_only_the_administrator_erases(log_in: LogIn, leads: dict[str, int]) -> None:
    lead = leads["Анна Петрова"]
    assert log_in("head").get(f"/leads/{lead}/erase/").status_code == 403
    assert log_in("admin").get(f"/leads/{lead}/erase/").status_code == 200
