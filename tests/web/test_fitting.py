"""Fitting on pages: blind judging without a way to reach anybody, results as counts, only for those who may."""

from typing import Any

import psycopg
import pytest
from django.test import Client

from pomona.actions import fitting
from pomona.actions.agreements import save_draft
from pomona.domain.event import DAY, MINUTE
from pomona.store import fitting as stored
from tests.actions.engine import run_engine
from tests.web.company import Site
from tests.web.conftest import LogIn

Conn = psycopg.Connection[Any]
DRAFT = "campaign: spring\nextends: default\n"
CONTACTS = ("+7843", "843 2", "zavod.example", "Тайная", "Кама-пром", "t.me")
HTMX = {"HX-Request": "true"}


@pytest.fixture
def draft(conn: Conn, users: dict[str, int], now: int) -> int:
    """A draft whose fitting invites everybody; one of its leads told how to reach them wherever they could."""
    site = Site(conn)
    for number in range(6):
        at = now - (20 - number) * DAY
        name, mail = f"Тайная Персона {number}", f"persona{number}@zavod.example"
        site.identify(
            f"v{number}",
            at,
            name=name,
            email=mail,
            phone=f"+7843210101{number}",
            job_title=f"инженер, {mail}",
            company={"name": "Кама-пром", "employees": 120, "phone": "+78432000000"},
            telegram="t.me/persona",
        )
        site.page(f"v{number}", at + MINUTE, "/pricing")
        site.track(f"v{number}", at + 2 * MINUTE, "content downloaded", content=f"прайс для {mail}, 8 843 210-10-10")
        site.track(f"v{number}", at + 3 * MINUTE, "question answered", question="timeline", answer="@persona")
    run_engine(conn, now=now)
    version = save_draft(conn, DRAFT, user=users["marketing"], now=now).id
    fitting.invite(conn, version, users.values(), user=users["head"], now=now)
    return version


def judge_address(draft: int) -> str:
    return f"/agreements/versions/{draft}/judge/"


def judge_all(browser: Client, draft: int, judgement: str) -> str:
    page = ""
    for place in range(6):
        answer = browser.post(judge_address(draft), {"place": place, "judgement": judgement}, headers=HTMX)
        assert answer.status_code == 200
        page = answer.content.decode()
    return page


def test_a_seller_sees_what_somebody_did_but_not_who_it_is_nor_how_to_reach_them(log_in: LogIn, draft: int) -> None:
    seller = log_in("seller", "ru")
    for place in range(6):
        page = seller.get(judge_address(draft)).content.decode()
        assert "смотрел /pricing" in page
        assert "120" in page
        assert "инженер" in page
        shown = page[page.index('id="judging"') :]
        for secret in (*CONTACTS, "@", "210-10"):
            assert secret not in shown, secret
        seller.post(judge_address(draft), {"place": str(place), "judgement": "take"})


def test_neither_score_nor_rule_nor_outcome_is_shown(log_in: LogIn, draft: int) -> None:
    page = log_in("seller", "ru").get(judge_address(draft)).content.decode()
    shown = page[page.index('id="judging"') :]
    for told in ("смотрел цены", "решает сам", "проходной", "категория", "баллов", "disc", "созрел", "stage"):
        assert told not in shown, told


def test_one_lead_after_the_other_with_undo_until_all_are_judged(log_in: LogIn, draft: int) -> None:
    seller = log_in("seller", "en")
    assert "lead 1 of 6" in seller.get(judge_address(draft)).content.decode()
    answer = seller.post(judge_address(draft), {"place": 0, "judgement": "not"}, headers=HTMX).content.decode()
    assert "lead 2 of 6" in answer
    back = seller.post(judge_address(draft) + "back/", headers=HTMX).content.decode()
    assert "lead 1 of 6" in back
    done = judge_all(seller, draft, "unsure")
    assert "Thank you, that is all" in done
    assert "cannot tell of 6" in done


def test_a_script_less_form_goes_on_to_the_next_lead(log_in: LogIn, draft: int) -> None:
    answer = log_in("seller").post(judge_address(draft), {"place": 0, "judgement": "take"})
    assert answer.headers["Location"] == judge_address(draft)


def test_no_get_judges_and_nonsense_changes_nothing(log_in: LogIn, draft: int, conn: Conn) -> None:
    seller = log_in("seller")
    seller.get(judge_address(draft), {"place": 0, "judgement": "take"})
    for place, judgement in (("0", "love"), ("x", "take"), ("99999999", "take")):
        seller.post(judge_address(draft), {"place": place, "judgement": judgement}, headers=HTMX)
    assert seller.post(judge_address(draft), {"place": "9", "judgement": "take"}, headers=HTMX).status_code == 422
    assert conn.execute("SELECT count(*) FROM fitting_judgement").fetchone() == (0,)


def test_who_is_asked_is_told_where_agreements_are(log_in: LogIn, draft: int) -> None:
    assert judge_address(draft) in log_in("seller", "ru").get("/agreements/").content.decode()
    judge_all(log_in("seller"), draft, "take")
    assert judge_address(draft) not in log_in("seller", "ru").get("/agreements/").content.decode()
    assert judge_address(draft) not in log_in("admin").get("/agreements/").content.decode()


def test_who_is_not_invited_judges_nothing(log_in: LogIn, draft: int, conn: Conn, users: dict[str, int]) -> None:
    conn.execute("DELETE FROM fitting_judge WHERE user_id = %s", (users["other"],))
    assert log_in("other").get(judge_address(draft)).status_code == 403
    assert log_in("seller").get(f"/agreements/versions/{draft}/fitting/").status_code == 403


def test_results_are_counts_never_whose(log_in: LogIn, draft: int, conn: Conn) -> None:
    judge_all(log_in("seller"), draft, "take")
    judge_all(log_in("other"), draft, "not")
    judge_all(log_in("marketing"), draft, "take")
    page = log_in("marketing", "en").get(f"/agreements/versions/{draft}/fitting/").content.decode()
    assert "3 of 4 have judged all 6 leads." in page
    assert page.count("would take: 1, would not: 1, cannot tell: 0") == 6
    results = page[page.index("<main") : page.index('id="invited"')]
    assert not [name for name in ("Семён", "Ольга", "Руслан", "Марина") if name in results]
    assert "What would close the gap?" in page
    assert "mends 6 leads" in page
    short = log_in("marketing", "ru").get("/agreements/of/spring/1/").content.decode().replace("\xa0", " ")
    assert "Примерка: 3 из 4 оценили, согласие 0 %" in short


def test_who_is_to_judge_learns_what_others_said_after_judging(log_in: LogIn, draft: int) -> None:
    judge_all(log_in("seller"), draft, "take")
    head, address = log_in("head", "en"), f"/agreements/versions/{draft}/fitting/"
    before = head.get(address).content.decode()
    assert "6 leads are left" in before and f'href="{judge_address(draft)}"' in before
    assert "would take:" not in before
    judge_all(head, draft, "unsure")
    assert "would take: 1" in head.get(address).content.decode()


def test_the_draft_begins_its_fitting_with_the_first_invitation(
    log_in: LogIn, conn: Conn, draft: int, users: dict[str, int]
) -> None:
    conn.execute("TRUNCATE fitting CASCADE")
    head = log_in("head", "ru")
    assert "Начать примерку…" in head.get("/agreements/of/spring/1/").content.decode()
    address = f"/agreements/versions/{draft}/fitting/"
    assert "Менеджеры и маркетинг вслепую" in head.get(address).content.decode()
    head.post(address, {"user": [users["seller"], users["marketing"], "x"]})
    found = stored.of_version(conn, draft)
    assert found is not None
    assert {each.user: each.side for each in stored.judges(conn, found)} == {
        users["seller"]: "sales",
        users["marketing"]: "marketing",
    }


NUMBERS = {
    "the pass mark": ({"after": "52000"}, "start: 52, min: 45, max: 75"),
    "an inherited rule": ({"section": "fit", "rule": "бесплатная почта", "after": "-4000"}, "points: -4"),
    "a band": ({"section": "fit", "rule": "размер компании", "band": "1", "after": "15000"}, "15"),
    "a rule of hits": ({"section": "interest", "rule": "смотрел цены", "after": "12000"}, "at_most: 36"),
}


@pytest.mark.parametrize("name", NUMBERS)
def test_one_click_changes_the_number_and_opens_the_editor(log_in: LogIn, draft: int, conn: Conn, name: str) -> None:
    asked, written = NUMBERS[name]
    head = log_in("head")
    answer = head.post(f"/agreements/versions/{draft}/mend/", asked)
    assert answer.headers["Location"] == f"/agreements/drafts/{draft}/"
    row = conn.execute("SELECT document FROM agreement_version WHERE id = %s", (draft,)).fetchone()
    assert row is not None
    assert row[0].startswith(DRAFT)
    assert written in row[0]
    assert "Changed in the draft" in head.get(answer.headers["Location"]).content.decode()


def test_one_click_changes_what_an_answer_is_worth(log_in: LogIn, conn: Conn, users: dict[str, int], now: int) -> None:
    text = """campaign: autumn
extends: default
questions:
  - {code: speed, text: How soon?, kind: single, options: [{code: soon, text: soon, points: 5}]}   # hurry
  - {code: pumps, text: How many?, kind: number, points: {"5..": 9}}
"""
    draft = save_draft(conn, text, user=None, now=now).id
    head = log_in("head")
    for rule, after in (("speed: soon", "7000"), ("pumps: 5..", "11000")):
        head.post(f"/agreements/versions/{draft}/mend/", {"section": "answers", "rule": rule, "after": after})
    row = conn.execute("SELECT document FROM agreement_version WHERE id = %s", (draft,)).fetchone()
    assert row == (text.replace("points: 5}", "points: 7}").replace('"5..": 9', '"5..": 11'),)


def test_a_number_that_is_none_or_out_of_bounds_is_refused(log_in: LogIn, draft: int) -> None:
    for asked in ({"after": "99000"}, {"after": "x"}, {"section": "fit", "rule": "нет такого", "after": "0"}):
        answer = log_in("head", "ru").post(f"/agreements/versions/{draft}/mend/", asked, headers=HTMX)
        assert answer.status_code == 422
        assert "Этого числа в черновике больше нет" in answer.content.decode()
    asked = {"after": "52000"}
    assert log_in("seller").post(f"/agreements/versions/{draft}/mend/", asked, headers=HTMX).status_code == 403
