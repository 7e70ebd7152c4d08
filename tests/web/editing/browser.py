"""The editor of agreements in a browser without script, and a draft to open in it."""

from html.parser import HTMLParser
from typing import Any

import psycopg
from django.test import Client

from pomona.store import drafts

Conn = psycopg.Connection[Any]

SPRING = """campaign: spring   # the guide
extends: default
covers: [{utm_campaign: spring*}]
ready:
  interest:
    # what counts most
    - {name: took the guide, when: {event: content downloaded, content: guide}, points: 5, once: true}
    - {name: смотрел цены, when: {event: page, path: /pricing*}, points: 5, half_life: 14d, at_most: 15}   # half
  mql: {any: [{all: [{score: pass_mark}, {fit: {at_least: 10}}]}, {event: call back requested}]}
route:
  - {name: large, when: {trait: company.employees, at_least: 500}, to: {seller: seller}}
  - {name: service first, when: {answer: product, is: service}, to: {team: service}}
"""
PRICES, VISITS, GUIDE = "interest:0", "interest:1", "interest:3"
"""The rules as the page counts them: the house's in their places first."""


class Filled(HTMLParser):
    """What the browser would post of the open form."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: dict[str, list[str]] = {}
        self._inside = False
        self._select = self._text = ""
        self.feed(page[page.index('id="edit-form"') - 40 :])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._inside = self._inside or given.get("id") == "edit-form"
        name = given.get("name") or ""
        if not self._inside:
            return
        if tag == "select":
            self._select = name
            self.fields[name] = []
        elif tag == "option" and ("selected" in given or not self.fields[self._select]):
            self.fields[self._select] = [given.get("value") or ""]
        elif tag == "textarea":
            self._text = name
        elif tag == "input" and (given.get("type") not in ("checkbox", "radio") or "checked" in given) and name:
            self.fields.setdefault(name, []).append(given.get("value") or "")

    def handle_data(self, data: str) -> None:
        if self._text:
            self.fields[self._text] = [data]

    def handle_endtag(self, tag: str) -> None:
        self._text = "" if tag == "textarea" else self._text
        self._inside = self._inside and tag != "form"


class Editor:
    """The editor in a browser without script."""

    def __init__(self, browser: Client, conn: Conn, draft: int) -> None:
        self.browser, self.conn, self.draft = browser, conn, draft

    @property
    def text(self) -> str:
        return drafts.newest(self.conn, self.draft).text

    @property
    def edition(self) -> int:
        return drafts.newest(self.conn, self.draft).edition

    def page(self, **asked: str) -> str:
        return self.browser.get(f"/agreements/drafts/{self.draft}/", asked).content.decode()

    def open(self, at: str) -> dict[str, list[str]]:
        return Filled(self.page(open=at)).fields

    def change(self, at: str, do: str = "save", fields: dict[str, Any] | None = None, **more: Any) -> Any:
        form = {"edition": self.edition, **(fields or {}), "at": at, "do": do, **more}
        return self.browser.post(f"/agreements/drafts/{self.draft}/change/", form)

    def fill(self, at: str, **fields: Any) -> Any:
        """Open the form, fill in some fields and save; `when__0__trait` is the field `when-0-trait`."""
        return self.change(at, "save", self.open(at) | {name.replace("__", "-"): fields[name] for name in fields})

    def write(self, text: str, **fields: Any) -> Any:
        form = {"text": text, "edition": self.edition, **fields}
        return self.browser.post(f"/agreements/drafts/{self.draft}/text/", form)
