"""The inbox: whom to call now, in which order, what to say, and what the seller does."""

import re
from typing import Any

import psycopg
from django.test import Client

from pomona.actions import deadlines
from pomona.actions.hand_over import hand_over_ripe
from pomona.domain.event import DAY, HOUR, MINUTE
from pomona.store.snapshot import one_snapshot
from tests.web import company
from tests.web.conftest import LogIn

Leads = dict[str, int]


def _order(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'<li class="call" id="lead-(\d+)"', page)]


def _inbox(browser: Client) -> str:
    return browser.get("/inbox/").content.decode()


def test_the_shortest_clock_comes_first_then_what_is_put_off_then_what_is_in_work(log_in: LogIn, leads: Leads) -> None:
    names = ["Анна Петрова", "Олег Титов", "Гузель Сафина", "Ирина Белова", "Рустам Хайруллин"]
    assert _order(_inbox(log_in("seller"))) == [leads[name] for name in names]


def test_it_says_what_to_say_and_why_in_the_readers_language(log_in: LogIn, leads: Leads) -> None:
    russian, english = _inbox(log_in("seller", "ru")), _inbox(log_in("seller", "en"))
    assert "3 минуты назад вы отметили «срок: в этом квартале». Что именно вам нужно?" in russian
    assert "3 minutes ago you answered “timeline: this quarter”. What exactly do you need?" in english
    assert "купит в этом квартале · смотрел цены × 3 · решает сам" in " ".join(russian.split())
    assert "Кому звонить сейчас?" in russian
    assert "Whom to call now?" in english


def test_taking_calling_and_noting_are_three_actions_and_stop_the_clock(log_in: LogIn, leads: Leads) -> None:
    from pomona.store.models import Lead

    browser, anna = log_in("seller"), leads["Анна Петрова"]
    row = _row(_inbox(browser), anna)
    assert "data-due" in row
    assert f'action="/leads/{anna}/accept/"' in row
    browser.post(f"/leads/{anna}/accept/")
    row = _row(_inbox(browser), anna)
    assert 'class="button primary" href="tel:+78432101010" data-key="Enter"' in row
    browser.post(f"/leads/{anna}/contacted/")
    lead = Lead.objects.get(pk=anna)
    assert (lead.stage, lead.due_at) == ("sal", None)
    assert "data-due" not in _row(_inbox(browser), anna)


def _row(page: str, lead: int) -> str:
    start = page.index(f'id="lead-{lead}"')
    return page[start : page.index("</li>", start)]


def test_a_lead_goes_back_with_a_reason_of_its_agreement_only(log_in: LogIn, leads: Leads) -> None:
    from pomona.store.models import Lead

    browser, anna = log_in("seller", "en"), leads["Анна Петрова"]
    form = browser.get(f"/leads/{anna}/return/").content.decode()
    assert re.findall(r'name="reason" value="([^"]+)"', form) == ["нет потребности", "не тот человек", "не дозвонились"]
    refused = browser.post(f"/leads/{anna}/return/", {"reason": "тест"}, headers={"HX-Request": "true"})
    assert refused.status_code == 422
    assert "The agreement knows no reason “тест”" in refused.content.decode()
    browser.post(f"/leads/{anna}/return/", {"reason": "не тот человек"})
    lead = Lead.objects.get(pk=anna)
    assert (lead.stage, lead.reason, lead.owner_id) == ("nurture", "не тот человек", None)


def test_a_lead_put_off_comes_back_by_itself(log_in: LogIn, leads: Leads, now: int) -> None:
    from pomona.store.models import Lead

    browser, anna = log_in("seller"), leads["Анна Петрова"]
    browser.post(f"/leads/{anna}/later/", {"until": str(now + 5 * HOUR)})
    assert _order(_inbox(browser)).index(anna) > 1
    Lead.objects.filter(pk=anna).update(later_at=now - 1)
    assert _order(_inbox(browser))[0] == anna


def test_an_overdue_lead_is_first_and_one_taken_away_is_told(
    conn: psycopg.Connection[Any], log_in: LogIn, leads: Leads, now: int
) -> None:
    from pomona.store.models import Lead

    deadlines.act_on_due(conn, now=now + 6 * MINUTE)
    page = _inbox(log_in("seller", "en"))
    assert leads["Анна Петрова"] not in _order(page)
    assert "Анна Петрова: overdue at" in page
    guzel = leads["Гузель Сафина"]
    Lead.objects.filter(pk=guzel).update(due_at=now - MINUTE)
    deadlines.act_on_due(conn, now=now)
    page = _inbox(log_in("seller", "en"))
    assert _order(page)[0] == guzel
    assert '<span class="clock overdue">Overdue</span>' in _row(page, guzel)


def test_a_clock_that_still_runs_stands_above_one_that_ran_out_long_ago(
    conn: psycopg.Connection[Any], log_in: LogIn, leads: Leads, now: int
) -> None:
    from pomona.store.models import Lead

    anna, oleg, guzel = leads["Анна Петрова"], leads["Олег Титов"], leads["Гузель Сафина"]
    Lead.objects.filter(pk=guzel).update(due_at=now - 2 * DAY)
    deadlines.act_on_due(conn, now=now - 2 * DAY + MINUTE)
    assert _order(_inbox(log_in("seller")))[:3] == [anna, oleg, guzel]
    Lead.objects.filter(pk=guzel).update(due_at=now - 20 * MINUTE)
    assert _order(_inbox(log_in("seller")))[:3] == [guzel, anna, oleg]


def test_of_the_leads_in_work_a_few_are_shown_and_all_on_demand(log_in: LogIn, leads: Leads, now: int) -> None:
    from pomona.store.models import Lead, LeadScore
    from pomona.store.reads.inbox import FEW

    rustam = Lead.objects.get(pk=leads["Рустам Хайруллин"])
    for number in range(1, FEW + 3):
        rustam.pk, rustam.last_act_at = 1000 + number, now + number
        rustam.save(force_insert=True)
        LeadScore.objects.create(lead=rustam.pk, agreement="default", version=1, tally=b"")
    browser = log_in("seller", "en")
    page = _inbox(browser)
    newest = [1000 + number for number in range(FEW + 2, 2, -1)]
    assert _order(page)[-FEW:] == newest
    assert "Show all 8 leads in work" in page
    address = re.findall(r'<p class="more"><a href="([^#"]+)#in-work"', page)[0]
    assert len(_order(browser.get(f"/inbox/{address}").content.decode())) == len(_order(page)) + 3


def test_who_is_away_gets_nothing_new(conn: psycopg.Connection[Any], log_in: LogIn, users: Leads, now: int) -> None:
    from pomona.store.models import Lead

    browser = log_in("seller")
    browser.post("/presence/away/")
    company.ripen_anna(company.Site(conn), now=now)
    company.run_engine(conn, now=now)
    hand_over_ripe(conn, now=now)
    assert Lead.objects.get().owner_id is None
    browser.post("/presence/here/")
    hand_over_ripe(conn, now=now)
    assert Lead.objects.get().owner_id == users["seller"]


def test_an_empty_inbox_teaches(log_in: LogIn, users: Leads) -> None:
    assert "A ripe lead appears here by itself" in _inbox(log_in("seller"))
    assert "Choose whose inbox to open" in _inbox(log_in("head"))


def test_without_sellers_the_inbox_says_how_to_get_some(
    conn: psycopg.Connection[Any], log_in: LogIn, users: Leads
) -> None:
    conn.execute("DELETE FROM seller")
    assert "Ask the head of sales to put you in a team" in _inbox(log_in("seller"))
    page = _inbox(log_in("head"))
    assert "Nobody takes leads yet" in page
    assert 'class="button primary" href="/people/"' in page


def test_somebody_elses_change_is_refused_in_place(log_in: LogIn, leads: Leads) -> None:
    browser, anna = log_in("seller", "ru"), leads["Анна Петрова"]
    browser.post(f"/leads/{anna}/accept/")
    again = browser.post(f"/leads/{anna}/accept/", headers={"HX-Request": "true"})
    assert (again.status_code, again.content.decode()) == (422, "Лид уже в работе.")


def test_an_inbox_shows_one_moment(conn: psycopg.Connection[Any], leads: Leads) -> None:
    from pomona.store.models import Lead

    with one_snapshot():
        before = list(Lead.objects.values_list("pk", "contacted_at").order_by("pk"))
        conn.execute("UPDATE lead SET contacted_at = 1")
        assert list(Lead.objects.values_list("pk", "contacted_at").order_by("pk")) == before
    assert set(Lead.objects.values_list("contacted_at", flat=True)) == {1}
