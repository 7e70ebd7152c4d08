"""What one person does, written down as the Segment messages that their browser or telephone would send."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import msgspec

from pomona.capture import hosted_form
from pomona.demo.people import Person
from pomona.domain.event import MINUTE, SECOND

SITE = "site"
TELEPHONE = "telephone"
CRM = "crm"
FORMS = hosted_form.SOURCE
NUMBER = "+78430000001"
"""The number the calls campaign is printed under."""


class Said(msgspec.Struct, frozen=True):
    """A message: when it was sent, when it arrives, through which source."""

    at: int
    received_at: int
    source: str
    message: dict[str, Any]


class Campaign(msgspec.Struct, frozen=True):
    """What was paid for, as it stands in the address of the page."""

    name: str
    source: str
    medium: str

    @property
    def context(self) -> dict[str, Any]:
        """The campaign as Segment's libraries send it."""
        return {"campaign": {"name": self.name, "source": self.source, "medium": self.medium}}

    @property
    def query(self) -> str:
        """The campaign as it stands in the address of a page."""
        return urlencode({"utm_campaign": self.name, "utm_source": self.source, "utm_medium": self.medium})


EBOOK = Campaign("spring-ebook", "newsletter", "email")
WEBINAR = Campaign("pump-webinar", "webinar-portal", "email")
SEARCH = Campaign("search-broad", "yandex", "cpc")
CALLS = Campaign("site-calls", "site", "call")
EXHIBITION = Campaign("exhibition-2026", "exhibition", "offline")


class Diary:
    """Collects what a person does. Every act takes its moment in microseconds UTC and returns nothing."""

    def __init__(self, person: Person, *, visitor: str | None = None, prefix: str = "demo") -> None:
        self.person = person
        self._prefix = prefix
        self.said: list[Said] = []
        self._visitor = visitor or person.visitor

    def visit(self, at: int, path: str, campaign: Campaign | None = None) -> None:
        """Open a page of the site."""
        context = {"page": {"path": path, "url": f"https://pumps.example{path}"}}
        if campaign is not None:
            context |= campaign.context
        self._say(at, SITE, "page", {"context": context})

    def identify(self, at: int, *, user: str | None = None, **traits: Any) -> None:
        """Say who they are (`user`: by the id of a log-in, too); without traits, what they write into a form."""
        body = {"traits": traits or self.person.traits}
        self._say(at, SITE, "identify", body if user is None else {**body, "userId": user})

    def act(self, at: int, event: str, **properties: Any) -> None:
        """Do something on the site that has a name."""
        self._say(at, SITE, "track", {"event": event, "properties": properties})

    def fill_form(self, at: int, form: str, **traits: Any) -> None:
        """Send a form: it says who they are."""
        self.identify(at, **traits)
        self.act(at + SECOND, "form submitted", form=form)

    def send_hosted_form(
        self, at: int, campaign: Campaign, answers: dict[str, list[str] | float], words: dict[str, str]
    ) -> None:
        """Send the hosted form of a campaign, to which a link of the site led."""
        told = ("first_name", "last_name", "job_title", "company.name", "email")
        sent = hosted_form.Sent(
            form=campaign.name,
            token=f"{self._prefix}-form-{self.person.number}",
            visitor=self._visitor,
            traits={name: value for name, value in self.person.traits.items() if name in told},
            answers=answers,
            words=words,
            url=f"https://pumps.example/guides/pump-selection?{campaign.query}",
            referrer="",
            user_agent="",
        )
        for message in hosted_form.messages_of(sent):
            self._say(at, FORMS, str(message.pop("type")), message)

    def download(self, at: int, content: str) -> None:
        """Take a document."""
        self.act(at, "content downloaded", content=content)

    def answer(self, at: int, question: str, answer: str) -> None:
        """Answer a question of a form or of the voice menu."""
        self.act(at, "question answered", question=question, answer=answer)

    def call(self, at: int, *, seconds: int, number: str = NUMBER) -> None:
        """Ring the company; 0 seconds: nobody answered."""
        visitor = f"demo-line-{self.person.number}"
        traits = {"phone": self.person.phone}
        self._say(at, TELEPHONE, "identify", {"traits": traits}, visitor=visitor)
        call: dict[str, Any] = {"number": number, "campaign": CALLS.name}
        self._ring(at + SECOND, "call started", call, visitor)
        if seconds:
            self._ring(at + SECOND + seconds * SECOND, "call finished", {**call, "seconds": seconds}, visitor)
        else:
            self._ring(at + MINUTE, "call missed", call, visitor)

    def sign(self, at: int, amount: int) -> None:
        """Sign a contract (roubles), as the CRM tells, which knows its clients by its own id."""
        client = {"userId": self.person.client_id}
        self._say(at - SECOND, CRM, "identify", {**client, "traits": {"email": self.person.email}})
        properties = {"amount": amount, "currency": "RUB"}
        self._say(at, CRM, "track", {**client, "event": "contract signed", "properties": properties})

    def scanner(self, at: int, user_agent: str) -> None:
        """A mail scanner opens the person's mail and clicks a link: a machine, not the person."""
        body = {"event": "mail link clicked", "properties": {}, "context": {"userAgent": user_agent}}
        self._say(at, SITE, "track", body)

    def deliver_later(self, delay: int) -> None:
        """The last message arrives so much later than it was sent (a device without a network)."""
        last = self.said[-1]
        self.said[-1] = msgspec.structs.replace(last, received_at=last.at + delay)

    def _ring(self, at: int, event: str, properties: dict[str, Any], visitor: str) -> None:
        self._say(at, TELEPHONE, "track", {"event": event, "properties": properties}, visitor=visitor)

    def _say(self, at: int, source: str, kind: str, body: dict[str, Any], *, visitor: str | None = None) -> None:
        message = {
            "type": kind,
            "messageId": f"{self._prefix}-{self.person.number}-{len(self.said)}",
            "timestamp": datetime.fromtimestamp(at / SECOND, UTC).isoformat(timespec="milliseconds"),
            **body,
        }
        if source != CRM:
            message["anonymousId"] = visitor or self._visitor
        self.said.append(Said(at, at + SECOND, source, message))
