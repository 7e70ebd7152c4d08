"""The lead's page: a score with reasons that add up, the route in words, what happened, who is behind it."""

import re
from typing import Any

import psycopg
from django.test import Client

from pomona.actions.fold import fold_all_shards
from pomona.domain.event import DAY
from tests.web import company
from tests.web.conftest import LogIn

Leads = dict[str, int]


def _page(browser: Client, lead: int, query: str = "") -> str:
    return browser.get(f"/leads/{lead}/{query}").content.decode()


def _points(page: str) -> list[float]:
    found = re.findall(r'<span class="reason-points">([−\d.]+)</span>', page)
    return [float(each.replace("−", "-")) for each in found]


def test_the_shown_reasons_add_up_to_the_shown_score(log_in: LogIn, leads: Leads) -> None:
    page = _page(log_in("seller", "en"), leads["Анна Петрова"])
    total = re.search(r'<p class="sum"><strong>([\d.]+)</strong>', page)
    assert total is not None
    assert abs(sum(_points(page)) - float(total[1])) < 0.05 * len(_points(page))
    assert _points(page) == sorted(_points(page), reverse=True)


def test_a_reason_opens_its_rule_and_its_events(log_in: LogIn, leads: Leads) -> None:
    russian = _page(log_in("seller", "ru"), leads["Анна Петрова"])
    assert "10 баллов за каждый просмотр страницы /pricing*, не больше 30" in russian
    assert russian.count('9,5 <span class="quiet">(было 10)</span>') == 3


def test_the_score_of_the_moment_follows_the_time_of_reading(
    conn: psycopg.Connection[Any], log_in: LogIn, leads: Leads, now: int
) -> None:
    from pomona.store.models import Lead
    from pomona.store.reads.scores import scores_now

    lead = Lead.objects.get(pk=leads["Анна Петрова"])
    today, later = (scores_now([lead], at)[lead.pk][0].score for at in (now, now + 14 * DAY))
    assert later.total < today.total
    assert today.total == sum(points.amount for points in today.points)


def test_every_key_says_what_it_stands_for(
    conn: psycopg.Connection[Any], log_in: LogIn, leads: Leads, now: int
) -> None:
    told = {"userId": "crm-17", "messageId": "from the crm", "traits": {"email": company.ANNA["email"]}}
    company.Site(conn).say("anna", now, "identify", **told)
    fold_all_shards(conn, now=now)
    page = _page(log_in("seller", "en"), leads["Анна Петрова"])
    assert re.search(r"id</span>\s+crm-17<", page)


def test_the_route_says_why_this_seller(log_in: LogIn, leads: Leads) -> None:
    page = _page(log_in("seller", "ru"), leads["Анна Петрова"])
    assert "Почему вам" in page
    assert "«сервис»: неизвестно, поэтому пропущено" in page
    assert "«Татарстан» подходит; следующий по очереди: Семён Продин" in page


def test_a_waiting_lead_says_why_nobody_has_it(
    conn: psycopg.Connection[Any], log_in: LogIn, users: Leads, now: int
) -> None:
    from pomona.actions.hand_over import hand_over_ripe
    from pomona.actions.presence import set_present
    from pomona.store.models import Lead

    set_present(conn, users["seller"], present=False, user=None, now=now)
    company.ripen_anna(company.Site(conn), now=now)
    company.run_engine(conn, now=now)
    hand_over_ripe(conn, now=now)
    page = _page(log_in("head", "en"), Lead.objects.get().pk)
    assert "Why nobody has it yet" in page
    assert "Waits: nobody is at work" in page
    assert "Семён Продин — not at work" in page


def test_the_timeline_tells_facts_and_decisions_newest_first(log_in: LogIn, leads: Leads) -> None:
    browser, anna = log_in("seller", "en"), leads["Анна Петрова"]
    page = _page(browser, anna)
    told = [
        "handed over to",
        "passed on to sales",
        "became known",
        "timeline: this quarter",
        "looked at /pricing",
        "took “",
    ]
    places = [page.index(each, page.index('class="timeline"')) for each in told]
    assert places == sorted(places)
    assert "× 3" in page
    assert "passed on to sales" not in _lines(_page(browser, anna, "?show=acts"))
    assert "looked at" not in _lines(_page(browser, anna, "?show=decisions"))


def _lines(page: str) -> str:
    start = page.index('class="timeline"')
    return page[start : page.index("</ol>", start)]


def test_a_long_timeline_comes_in_pages(conn: psycopg.Connection[Any], log_in: LogIn, leads: Leads, now: int) -> None:
    site, browser, anna = company.Site(conn), log_in("seller", "en"), leads["Анна Петрова"]
    site.number = 1000
    for number in range(90):
        site.page("anna", now - number * DAY, f"/page-{number}")
    seen: list[str] = []
    query = "?show=acts"
    while query:
        page = _page(browser, anna, query)
        seen += re.findall(r"looked at /page-(\d+)", _lines(page))
        found = re.search(r'href="([^"]+)" rel="next"', page)
        query = found[1].replace("&amp;", "&") if found else ""
    assert [int(each) for each in seen] == list(range(90))


def test_two_leads_are_merged_and_split_again(log_in: LogIn, leads: Leads) -> None:
    from pomona.store.models import Lead

    head, anna, oleg = log_in("head", "en"), leads["Анна Петрова"], leads["Олег Титов"]
    found = head.get(f"/leads/{anna}/merge/?q=Титов").content.decode()
    assert f'name="other" value="{oleg}"' in found
    head.post(f"/leads/{anna}/merge/", {"other": oleg})
    assert Lead.objects.get(pk=anna).merged_into == oleg
    assert "merged with lead" in _page(head, oleg, "?show=decisions")
    assert "This lead was merged into another" in _page(head, anna)
    keys = head.get(f"/leads/{oleg}/split/").content.decode()
    mine = re.findall(
        r'name="key" value="(\w+)">[^<]*<span class="quiet">[\w-]+</span> (?:petrova|\+78432101010)', keys
    )
    assert len(mine) == 2
    head.post(f"/leads/{oleg}/split/", {"key": mine})
    assert Lead.objects.get(pk=anna).merged_into is None


def test_a_head_hands_a_lead_to_somebody_else(log_in: LogIn, leads: Leads, users: Leads) -> None:
    from pomona.store.models import Lead

    head, anna = log_in("head", "en"), leads["Анна Петрова"]
    head.post(f"/leads/{anna}/assign/", {"seller": users["other"]})
    assert Lead.objects.get(pk=anna).owner_id == users["other"]
    assert "handed over to Ольга Ветрова by hand" in _page(head, anna)


def test_erasing_needs_a_clear_yes(log_in: LogIn, leads: Leads) -> None:
    from pomona.store.models import JournalRow, Lead

    admin, anna = log_in("admin", "en"), leads["Анна Петрова"]
    admin.post(f"/leads/{anna}/erase/")
    assert Lead.objects.filter(pk=anna).exists()
    assert admin.post(f"/leads/{anna}/erase/", {"sure": "yes"}).headers["Location"] == "/leads/"
    assert not Lead.objects.filter(pk=anna).exists()
    assert not JournalRow.objects.filter(body__traits__name="Анна Петрова").exists()


def test_what_the_seller_notes_is_shown_with_what_is_still_missing(
    conn: psycopg.Connection[Any], log_in: LogIn, leads: Leads, now: int
) -> None:
    browser, anna = log_in("seller", "en"), leads["Анна Петрова"]
    browser.post(f"/leads/{anna}/accept/")
    assert "asks for: need: confirmed; authority: partly or confirmed." in _page(browser, anna)
    form = browser.get(f"/leads/{anna}/note/").content.decode()
    assert form.count("<select") == 4
    browser.post(f"/leads/{anna}/note/", {"need": "confirmed", "need-evidence": "replaces four pumps"})
    page = _page(browser, anna)
    assert "“replaces four pumps”" in page
    assert "asks for: authority: partly or confirmed." in page
    assert "need: confirmed — replaces four pumps" in page, "it stands in the timeline, too"
    told = browser.get(f"/leads/{anna}/note/").content.decode()
    assert 'value="replaces four pumps"' in told
    browser.post(f"/leads/{anna}/note/", {"need": "confirmed", "authority": "partly", "budget": "denied"})
    fold_all_shards(conn, now=now)
    page = _page(browser, anna)
    assert "qualified: need: confirmed, authority: partly or confirmed" in page
    assert "asks for" not in page


def test_who_does_not_work_with_a_lead_notes_nothing(log_in: LogIn, leads: Leads) -> None:
    anna = leads["Анна Петрова"]
    assert log_in("marketing", "en").get(f"/leads/{anna}/note/").status_code == 403
    assert "Note…" not in _page(log_in("marketing", "en"), anna)


def test_machines_are_told_apart(conn: psycopg.Connection[Any], log_in: LogIn, leads: Leads, now: int) -> None:
    site = company.Site(conn)
    site.number = 1000
    site.say("anna", now, "track", event="mail link clicked", context={"userAgent": "Googlebot/2.1"})
    assert "(a machine: no points)" in _page(log_in("seller", "en"), leads["Анна Петрова"])
