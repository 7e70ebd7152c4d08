"""The list of leads: found by any word, filtered, the highest score first, in pages without gaps."""

import re

import pytest
from django.test import Client

from tests.web.conftest import LogIn

Leads = dict[str, int]


def _listed(browser: Client, query: str = "") -> list[int]:
    return [int(each) for each in re.findall(r'<tr id="row-(\d+)"', browser.get(f"/leads/{query}").content.decode())]


def test_the_highest_score_comes_first(log_in: LogIn, leads: Leads) -> None:
    from pomona.store.models import Lead

    by_score = Lead.objects.order_by("-score", "pk").values_list("pk", flat=True)
    assert _listed(log_in("head")) == list(by_score)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("?q=петрова", ["Анна Петрова"]),
        ("?q=водоканал+анна", ["Анна Петрова"]),
        ("?q=info@2", ["Олег Титов"]),
        ("?q=843+210-10", ["Анна Петрова"]),
        ("?q=никто", []),
        ("?stage=mql", ["Анна Петрова", "Гузель Сафина"]),
        ("?stage=waiting", []),
        ("?stage=handed_over", ["Анна Петрова", "Гузель Сафина"]),
        ("?grade=C", ["Олег Титов"]),
        ("?campaign=spring-ebook", ["Анна Петрова"]),
        ("?campaign=spring-ebook&grade=B", []),
    ],
)
def test_it_is_found(log_in: LogIn, leads: Leads, query: str, names: list[str]) -> None:
    assert sorted(_listed(log_in("head"), query)) == sorted(leads[name] for name in names)


def test_the_leads_of_one_seller(log_in: LogIn, leads: Leads, users: Leads) -> None:
    head = log_in("head")
    assert len(_listed(head, f"?owner={users['seller']}")) == len(leads)
    assert _listed(head, f"?owner={users['other']}") == []


def test_pages_follow_each_other_without_gaps_or_repeats(
    log_in: LogIn, leads: Leads, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pomona.store.reads import leads as reads

    monkeypatch.setattr(reads, "PAGE", 2)
    head, query, seen = log_in("head"), "", []
    while True:
        seen += _listed(head, query)
        found = re.search(r'href="([^"]+)" rel="next"', head.get(f"/leads/{query}").content.decode())
        if not found:
            break
        query = found[1].replace("&amp;", "&")
    assert seen == _all(leads)


def _all(leads: Leads) -> list[int]:
    from pomona.store.models import Lead

    return list(Lead.objects.order_by("-score", "pk").values_list("pk", flat=True))


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("?after=x", 200),
        ("?after=1_", 200),
        ("?owner=x", 200),
        ("?owner=99999999999999999999", 200),
        ("?after=99999999999999999999_99999999999999999999", 200),
        ("?stage=nonsense", 200),
        ("?q=%25_", 200),
        ("?q=%00", 400),
    ],
)
def test_an_address_nobody_meant_breaks_nothing(log_in: LogIn, leads: Leads, query: str, status: int) -> None:
    assert log_in("head").get(f"/leads/{query}").status_code == status


def test_without_leads_the_next_step_is_said(log_in: LogIn, users: Leads) -> None:
    assert "Connect a source" in log_in("marketing", "en").get("/leads/").content.decode()
    assert "as soon as one is handed over to you" in log_in("seller", "en").get("/leads/").content.decode()
