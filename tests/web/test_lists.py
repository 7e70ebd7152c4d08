"""Lists: made, filled by hand and from files after a look, exported, compared; kept by agreements."""

from typing import Any

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from pomona.actions.lists import change_list
from tests.conftest import NOW
from tests.web.conftest import LogIn

Conn = psycopg.Connection[Any]

AGREEMENT = """campaign: spring
extends: default
ready: {fit: [{name: rival, when: {trait: company.domain, in_list: competitors}, points: -10}]}
"""


@pytest.fixture
def marketing(log_in: LogIn) -> Client:
    """Marketing's browser, in English."""
    return log_in("marketing", "en")


def _new(browser: Client, name: str = "competitors", kind: str = "domain") -> str:
    """The address of a new list."""
    return str(browser.post("/agreements/lists/new/", {"name": name, "kind": kind}).headers["Location"])


def _page(browser: Client, address: str, **asked: str) -> str:
    return browser.get(address, asked).content.decode()


def _upload(browser: Client, address: str, content: bytes) -> Any:
    return browser.post(f"{address}upload/", {"file": SimpleUploadedFile("rivals.csv", content)}, follow=True)


def test_a_list_is_made_and_filled_line_by_line(marketing: Client) -> None:
    address = _new(marketing)
    marketing.post(f"{address}add/", {"items": "rival.example\n\nhttps://www.other.example/about\nRIVAL.example"})
    page = _page(marketing, address)
    assert "2 items" in page
    assert "https://www.other.example/about" in page
    assert "in_list: competitors" in page
    assert "competitors" in _page(marketing, "/agreements/lists/")


def test_a_line_that_cannot_be_read_is_shown_at_the_field_and_nothing_is_added(marketing: Client) -> None:
    address = _new(marketing)
    answer = marketing.post(f"{address}add/", {"items": "rival.example\nno domain"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "line 2: no domain" in page
    assert "rival.example\nno domain</textarea>" in page
    assert "0 items" in page


def test_items_are_found_and_removed_and_older_versions_show_them(marketing: Client) -> None:
    address = _new(marketing)
    marketing.post(f"{address}add/", {"items": "rival.example\nother.example"})
    assert "other.example" not in _page(marketing, address, q="RIVAL").split('id="results"')[1].split("</table>")[0]
    marketing.post(f"{address}remove/", {"item": "rival example"})
    assert "1 item" in _page(marketing, address)
    assert "<del>rival.example</del>" in _page(marketing, address, since="1")
    assert "Came:" in _page(marketing, address, since="0", until="1")


RUSSIAN = "Компания;Сайт\nРивал;rival.example\nДругой;www.other.example\nРивал снова;rival.example\nНикто;—\n"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1251", "utf-16"])
def test_a_file_is_looked_at_before_it_changes_the_list(marketing: Client, encoding: str) -> None:
    address = _new(marketing)
    marketing.post(f"{address}add/", {"items": "rival.example\ngone.example"})
    content = RUSSIAN.replace("—", "no domain").encode(encoding)
    answer = _upload(marketing, address, content)
    page = answer.content.decode()
    assert answer.redirect_chain == [(f"{address}file/", 302)]
    assert '<option value="1" selected>2. Сайт</option>' in page
    assert _counts(page) == ["1", "0", "2", "1"]
    asked = {"column": "1", "header": "yes", "mode": "replace"}
    replacing = _page(marketing, f"{address}file/", **asked)
    assert _counts(replacing) == ["1", "1", "2", "1"]
    assert "<del>gone.example</del>" in replacing
    assert "no domain" in replacing
    assert "2 items" in _page(marketing, address)
    marketing.post(f"{address}file/", asked | {"number": "1"})
    assert _items(marketing, address) == ["www.other.example", "rival.example"]
    assert marketing.get(f"{address}file/").status_code == 302


def _counts(page: str) -> list[str]:
    return [each.split("</dd>")[0] for each in page.split("<dd>")[1:]]


def _items(browser: Client, address: str) -> list[str]:
    answer: Any = browser.get(f"{address}export.csv")
    return b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()[1:]


def test_a_column_without_a_header_loses_no_line(marketing: Client) -> None:
    address = _new(marketing)
    _upload(marketing, address, b"rival.example\nother.example\n")
    marketing.post(f"{address}file/", {"column": "0", "header": "no", "mode": "add"})
    assert _items(marketing, address) == ["other.example", "rival.example"]


def test_what_was_exported_changes_nothing_when_it_comes_back(marketing: Client) -> None:
    address = _new(marketing, kind="text")
    marketing.post(f"{address}add/", {"items": 'oil, gas\n"water"\nнефть; газ'})
    answer: Any = marketing.get(f"{address}export.csv")
    page = _upload(marketing, address, b"".join(answer.streaming_content)).content.decode()
    assert _counts(page)[1:] == ["0", "3", "0"]


def test_a_change_in_between_is_not_overwritten_unseen(marketing: Client, conn: Conn) -> None:
    address = _new(marketing)
    _upload(marketing, address, b"rival.example\n")
    list_id = conn.execute("SELECT id FROM named_list").fetchone()
    assert list_id is not None
    change_list(conn, list_id[0], ["other.example"], user=None, now=NOW)
    asked = {"column": "0", "header": "no", "mode": "replace", "number": "0"}
    refused = marketing.post(f"{address}file/", asked, headers={"HX-Request": "true"})
    assert (refused.status_code, _items(marketing, address)) == (422, ["other.example"])


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02\xff\xfe", b'"never closed\n'])
def test_what_is_no_csv_is_refused_with_a_reason(marketing: Client, content: bytes) -> None:
    address = _new(marketing)
    answer = _upload(marketing, address, content)
    assert answer.status_code == 200
    assert _items(marketing, address) == []


def test_an_agreement_shows_what_changed_in_its_lists_and_offers_a_new_draft(marketing: Client) -> None:
    address = _new(marketing)
    marketing.post(f"{address}add/", {"items": "rival.example"})
    marketing.post("/agreements/write/", {"text": AGREEMENT})
    assert "always as it is now" in _page(marketing, "/agreements/of/spring/")
    _propose(marketing)
    assert "Begin a draft" not in _page(marketing, "/agreements/of/spring/")
    marketing.post(f"{address}add/", {"items": "other.example"})
    page = _page(marketing, "/agreements/of/spring/")
    assert "changed since: +1, −0" in page
    begun = marketing.post(page.split('action="')[_form(page, "redraft")].split('"')[0])
    assert begun.headers["Location"] == "/agreements/of/spring/2/"
    draft = _page(marketing, "/agreements/of/spring/2/", against="1")
    assert "2 items" in draft
    assert "<ins><strong>competitors</strong>. other.example</ins>" in draft


def _propose(browser: Client) -> None:
    from pomona.store.models import AgreementVersion

    version = AgreementVersion.objects.get(agreement="spring")
    browser.post(f"/agreements/versions/{version.pk}/propose/")


def _form(page: str, action: str) -> int:
    """Which of the page's forms leads to the action."""
    return next(number for number, part in enumerate(page.split('action="')) if f"/{action}/" in part.split('"')[0])


def test_a_missing_list_is_told_at_its_line_with_a_way_to_make_it(marketing: Client) -> None:
    page = marketing.post("/agreements/write/", {"text": AGREEMENT}).content.decode()
    assert "there is no list “competitors”" in page
    assert 'href="/agreements/lists/new/?name=competitors"' in page


def test_a_list_that_an_agreement_asks_for_stays(marketing: Client) -> None:
    address = _new(marketing)
    marketing.post("/agreements/write/", {"text": AGREEMENT})
    assert "Delete the list" not in _page(marketing, address)
    assert marketing.post(f"{address}delete/", headers={"HX-Request": "true"}).status_code == 422
    assert marketing.get(address).status_code == 200


def test_a_file_waits_for_its_user_alone(marketing: Client, log_in: LogIn) -> None:
    address = _new(marketing)
    _upload(marketing, address, b"rival.example\n")
    assert log_in("head", "en").get(f"{address}file/").status_code == 302
    assert marketing.get(f"{address}file/").status_code == 200
    marketing.post(f"{address}file/cancel/")
    assert marketing.get(f"{address}file/").status_code == 302
