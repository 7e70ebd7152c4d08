"""Agreements: written with faults at their line, read as sentences, proposed, signed by both sides."""

import re
from typing import Any

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from pomona.domain.errors import Language
from tests.web.conftest import LogIn

SPRING = """campaign: spring
extends: default
covers: [{utm_campaign: spring*}]
ready:
  interest:
    - {name: смотрел цены, when: {event: page, path: /pricing*}, points: 5, half_life: 14d, at_most: 15}
  holdout: 0.03
"""
HTMX = {"HX-Request": "true"}
FAULTY = SPRING.replace("points: 5", "points: five").replace("holdout", "hold_out")


def _write(browser: Client, text: str = SPRING) -> Any:
    return browser.post("/agreements/write/", {"text": text})


def _version(name: str = "spring", number: int = 1) -> Any:
    from pomona.store.models import AgreementVersion

    return AgreementVersion.objects.get(agreement=name, number=number)


def _edition() -> int:
    from pomona.store.models import DraftText

    return DraftText.objects.latest("id").pk


def test_a_pasted_agreement_becomes_a_draft_that_reads_as_sentences(log_in: LogIn) -> None:
    browser = log_in("marketing", "en")
    answer = _write(browser)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/agreements/drafts/{_version().pk}/")
    page = browser.get("/agreements/of/spring/1/").content.decode()
    assert "5 points for each page view of /pricing*, at most 15; after 14 days worth half" in page
    assert "What differs from the house rules" in page
    assert "3% of those below the pass mark, handed over unmarked" in page
    assert "points: 5, half_life: 14d" in page


def test_it_reads_in_the_readers_language(log_in: LogIn) -> None:
    browser = log_in("marketing", "ru")
    _write(browser)
    page = browser.get("/agreements/of/spring/").content.decode()
    assert "5 баллов за каждый просмотр страницы /pricing*, не больше 15; через 14 дней вдвое меньше" in page
    assert "Кого передаём?" in page


def test_a_file_is_taken_in_place_of_the_text(log_in: LogIn) -> None:
    browser = log_in("marketing", "en")
    browser.post("/agreements/write/", {"text": "", "file": SimpleUploadedFile("a.yaml", SPRING.encode())})
    assert _version().document == SPRING
    refused = browser.post("/agreements/write/", {"file": SimpleUploadedFile("a.yaml", SPRING.encode("cp1251"))})
    assert refused.status_code == 422
    assert "not UTF-8" in refused.content.decode()


@pytest.mark.parametrize(("language", "place"), [("en", "line 6, column "), ("ru", "строка 6, знак ")])
def test_each_fault_stands_at_its_line_and_nothing_is_saved(log_in: LogIn, language: Language, place: str) -> None:
    from pomona.store.models import AgreementVersion

    answer = _write(log_in("marketing", language), FAULTY)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert place in page
    assert page.count('class="faulty"') == 2
    assert "points: five" in page[page.index("<textarea") :]
    assert not AgreementVersion.objects.filter(agreement="spring").exists()


def test_what_is_no_yaml_is_refused_at_its_line(log_in: LogIn) -> None:
    page = _write(log_in("marketing", "en"), "campaign: spring\nready: {a: [1\n").content.decode()
    assert "this is not YAML" in page


def test_both_sides_sign_and_then_it_is_in_force(log_in: LogIn) -> None:
    marketing, head = log_in("marketing", "en"), log_in("head", "en")
    _write(marketing)
    version = _version()
    marketing.post(f"/agreements/versions/{version.pk}/propose/")
    assert "waits for the signatures of marketing and sales" in head.get("/agreements/").content.decode()
    marketing.post(f"/agreements/versions/{version.pk}/sign/marketing/", {"comment": "agreed"})
    assert _version().in_force_from is None
    head.post(f"/agreements/versions/{version.pk}/sign/sales/")
    assert _version().in_force_from is not None
    page = head.get("/agreements/of/spring/").content.decode()
    assert "In force" in page
    assert "agreed" in page


def test_nobody_proposes_what_was_changed_after_they_read_it(log_in: LogIn) -> None:
    marketing, head = log_in("marketing", "en"), log_in("head", "en")
    _write(marketing)
    version, seen = _version(), _stamp(marketing)
    changed = {"text": SPRING.replace("points: 5", "points: 3"), "edition": _edition()}
    head.post(f"/agreements/drafts/{version.pk}/text/", changed)
    answer = marketing.post(f"/agreements/versions/{version.pk}/propose/", {"stamp": seen}, headers=HTMX)
    assert "was changed meanwhile" in answer.content.decode()
    assert _version().state == "draft"
    marketing.post(f"/agreements/versions/{version.pk}/propose/", {"stamp": _stamp(marketing)})
    assert _version().state == "proposed"


def _stamp(browser: Client) -> str:
    """What the page sends along when it proposes."""
    found = re.search(r'name="stamp" value="(\w+)"', browser.get("/agreements/of/spring/").content.decode())
    assert found is not None
    return found[1]


def test_an_agreement_whose_name_ends_like_the_address_of_a_version_has_its_page(log_in: LogIn) -> None:
    marketing = log_in("marketing", "en")
    _write(marketing, SPRING.replace("campaign: spring", "campaign: spring/2026"))
    for address in ("/agreements/of/spring/2026/", "/agreements/of/spring/2026/1/"):
        assert "spring/2026" in marketing.get(address).content.decode()
    assert marketing.get("/agreements/of/spring/2027/").status_code == 404


def test_signing_ahead_of_a_campaign_says_when_it_begins(log_in: LogIn) -> None:
    marketing, head = log_in("marketing", "en"), log_in("head", "en")
    _write(marketing, SPRING + "runs: {from: 2999-03-02, until: 2999-05-31, time_zone: Europe/Moscow}\n")
    version = _version()
    marketing.post(f"/agreements/versions/{version.pk}/propose/")
    marketing.post(f"/agreements/versions/{version.pk}/sign/marketing/")
    answer = head.post(f"/agreements/versions/{version.pk}/sign/sales/", headers=HTMX)
    assert "it comes into force on 2 March 2999" in answer.content.decode()


def test_nobody_signs_for_another_side_and_no_get_signs(log_in: LogIn) -> None:
    marketing = log_in("marketing")
    _write(marketing)
    version = _version()
    marketing.post(f"/agreements/versions/{version.pk}/propose/")
    sales = f"/agreements/versions/{version.pk}/sign/sales/"
    for login in ("marketing", "admin", "seller"):
        assert log_in(login).post(sales, headers=HTMX).status_code == 403
    assert log_in("head").get(sales).status_code == 405
    assert not version.signatures.exists()


def test_the_next_version_shows_what_differs_from_the_one_in_force(log_in: LogIn) -> None:
    browser = log_in("marketing", "en")
    begun = log_in("head", "en").post("/agreements/next/default/")
    assert "at_most: 30" in browser.get(begun.headers["Location"]).content.decode()
    assert browser.post("/agreements/next/default/").headers["Location"] == begun.headers["Location"]
    from tests.web.company import AGREEMENT

    form = {"text": AGREEMENT.replace("points: 25", "points: 30"), "edition": _edition()}
    browser.post(f"{begun.headers['Location']}text/", form)
    page = browser.get("/agreements/of/default/2/").content.decode()
    differs = page[page.index('class="table differences"') :]
    differs = differs[: differs.index("</table>")]
    assert differs.count("<tr>") == 2
    assert "30 points for the first" in differs


def test_campaigns_without_an_agreement_are_named(log_in: LogIn, leads: dict[str, int]) -> None:
    page = log_in("marketing", "en").get("/agreements/").content.decode()
    assert "without an agreement of their own" in page
    assert "search-broad" in page


def test_a_seller_reads_but_neither_writes_nor_sees_drafts(log_in: LogIn) -> None:
    _write(log_in("marketing"))
    seller = log_in("seller")
    assert seller.get("/agreements/of/default/").status_code == 200
    assert seller.get("/agreements/of/spring/").status_code == 404
    assert seller.get("/agreements/write/").status_code == 403
    assert seller.post("/agreements/write/", {"text": SPRING}, headers=HTMX).status_code == 403


def test_without_any_agreement_house_rules_can_be_put_in_place(log_in: LogIn, conn: psycopg.Connection[Any]) -> None:
    conn.execute("TRUNCATE agreement CASCADE")
    browser = log_in("marketing", "en")
    assert "Begin with house rules" in browser.get("/agreements/").content.decode()
    browser.post("/agreements/begin/")
    assert _version("default").state == "draft"
    assert browser.get("/agreements/of/default/").status_code == 200


NOBODY = """  fit:
    - {name: должность, by: job_titel, points: {директор: 5}}
  grades: {A: pass_mark}
  pass_mark: 5000
  mql: {score: pass_mark}
"""


def test_what_cannot_be_meant_is_told_on_the_page_and_refused_when_proposed(
    log_in: LogIn, leads: dict[str, int]
) -> None:
    browser = log_in("marketing", "ru")
    _write(browser, SPRING + NOBODY)
    for address in ("/agreements/of/spring/1/", f"/agreements/drafts/{_version().pk}/"):
        page = browser.get(address).content.decode()
        assert "Мешает подписать" in page
        assert "Созреть не сможет никто" in page
        assert "Свойства «job_titel» у последних лидов нет (похоже на «job_title»)" in page
        assert "Проходной балл — 5 000" in page.replace("\xa0", " ")
    assert "?open=pass_mark" in page
    refused = browser.post(f"/agreements/versions/{_version().pk}/propose/", headers=HTMX)
    assert refused.status_code == 422
    assert "Такое соглашение не подписывают" in refused.content.decode()
    assert _version().state == "draft"


def test_the_schema_is_published(log_in: LogIn) -> None:
    answer = log_in("marketing").get("/agreements/schema.json")
    assert answer.headers["Content-Type"] == "application/schema+json"
    assert answer.json()["title"] == "Pomona agreement"


def test_who_gets_the_leads_is_named_as_people_know_them(log_in: LogIn) -> None:
    browser = log_in("head", "ru")
    assert "Иначе — команде «Волга», по очереди" in browser.get("/agreements/of/default/").content.decode()
    assert "Иначе — команде «Волга»" in browser.get("/agreements/try/?invent=1").content.decode()
