"""The profile: what a lead's events say of the person, whatever agreement asks. Bounded and canonical."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import msgspec

from pomona.domain.bant import note_of
from pomona.domain.consent import ALL, wish_of
from pomona.domain.event import By, Event, Kind

MOST_TRAITS = 200
MOST_QUESTIONS = 100
MOST_TOUCHES = 100
MOST_MAILINGS = 100
MOST_SPEAKERS = 100
"""Keys that may have a word about one mailing."""
DIRECT = "direct"
"""The channel of whoever typed the address; a touch through any other channel says more."""

NEVER_CROWDED_OUT = frozenset(
    {"email", "phone", "name", "first_name", "last_name", "job_title", "region"}
    | {"company.name", "company.domain", "company.employees"}
)
"""Traits that a profile keeps however many others there are."""
_SINGLE = (str, int, float, bool)


class Fact(msgspec.Struct, frozen=True, array_like=True):
    """The latest value of a trait: when and by which message (its key's bytes) it was said.

    `normal` is the value's normal form where it is a text that differs from it; `found` what was found out
    about it at capture. A value of None was taken back.
    """

    t: int
    key: bytes
    value: str | int | float | bool | None = None
    normal: str | None = None
    found: dict[str, Any] | None = None

    @property
    def text(self) -> str | None:
        """The normal form of a text; None for other values."""
        return (self.normal or self.value) if isinstance(self.value, str) else None


class Told(msgspec.Struct, frozen=True, array_like=True):
    """The latest answer to a question, as codes; none: taken back."""

    t: int
    key: bytes
    codes: tuple[str, ...] = ()


class Noted(msgspec.Struct, frozen=True, array_like=True):
    """The latest note about one BANT criterion."""

    t: int
    key: bytes
    state: str


class Belonging(msgspec.Struct, frozen=True, array_like=True):
    """The account that was named last: by the domain of a company's e-mail address, or as a group."""

    t: int
    key: bytes
    account: str


class Word(msgspec.Struct, frozen=True, array_like=True):
    """The last word of one key about a mailing: whether it wants it."""

    t: int
    key: bytes
    wants: bool


class Touch(msgspec.Struct, frozen=True, array_like=True):
    """An event that came through a channel or carries a campaign."""

    t: int
    key: bytes
    channel: str | None = None
    campaign: str | None = None


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a person. The same events in any order, twice or in parts give equal bytes.

    `touches` holds the newest event (time, message key) of each campaign, form and dialled number, as
    `campaign:spring-ebook`. `last_touch` is the newest touch that is not direct, else the newest direct one.
    `bant` is what sellers noted by criterion; `mailings` the last word of each key (hexadecimal) by mailing.
    `first_seen` and `last_act` are times (microseconds UTC) of the person's own first and last event.
    """

    traits: dict[str, Fact] = msgspec.field(default_factory=dict)
    told: dict[str, Told] = msgspec.field(default_factory=dict)
    touches: dict[str, tuple[int, bytes]] = msgspec.field(default_factory=dict)
    first_touch: Touch | None = None
    last_touch: Touch | None = None
    bant: dict[str, Noted] = msgspec.field(default_factory=dict)
    mailings: dict[str, dict[str, Word]] = msgspec.field(default_factory=dict)
    mail_domain: Belonging | None = None
    group: Belonging | None = None
    first_seen: int | None = None
    last_act: int | None = None

    def value(self, trait: str) -> str | int | float | bool | None:
        """The trait's latest value; None where there is none."""
        fact = self.traits.get(trait)
        return None if fact is None else fact.value

    def found(self, trait: str) -> dict[str, Any]:
        """What was found out about the trait's latest value."""
        fact = self.traits.get(trait)
        return (fact.found or {}) if fact is not None and fact.value is not None else {}

    @property
    def answers(self) -> dict[str, tuple[str, ...]]:
        """The latest answer to each question that has one."""
        return {question: told.codes for question, told in self.told.items() if told.codes}

    def words(self, mailing: str) -> tuple[Word, ...]:
        """The last word of each key that has one about the mailing (normal form) or about all of them."""
        said = [*self.mailings.get(mailing, {}).items(), *self.mailings.get(ALL, {}).items()]
        return tuple(dict(sorted(said, key=lambda each: (each[1].t, each[1].key))).values())

    @property
    def channel(self) -> str | None:
        """The channel of the last touch."""
        return None if self.last_touch is None else self.last_touch.channel

    @property
    def display(self) -> "Display":
        """How pages and mails name this person."""
        first_and_last = " ".join(filter(None, (self._text("first_name"), self._text("last_name"))))
        return Display(
            name=self._text("name") or first_and_last,
            company=self._text("company.name"),
            job_title=self._text("job_title"),
            email=self._text("email"),
            phone=self._text("phone"),
        )

    def _text(self, trait: str) -> str:
        value = self.value(trait)
        return "" if value is None else str(value)


class Display(NamedTuple):
    """A person in words; empty where nothing is known."""

    name: str
    company: str
    job_title: str
    email: str
    phone: str


EMPTY_PROFILE = Profile()

_ENCODER = msgspec.msgpack.Encoder(order="deterministic")
_DECODER = msgspec.msgpack.Decoder(Profile)


def profile_to_bytes(profile: Profile) -> bytes:
    """The profile as bytes; equal profiles give equal bytes."""
    return _ENCODER.encode(profile)


def profile_from_bytes(encoded: bytes) -> Profile:
    """The profile that `profile_to_bytes` wrote; no bytes: the empty one."""
    return _DECODER.decode(encoded) if encoded else EMPTY_PROFILE


def observe(profile: Profile, events: Iterable[Event]) -> Profile:
    """The profile after these events, whatever their order, and whether or not some were seen before."""
    draft = _Draft(profile)
    for event in events:
        draft.take(event)
    return draft.profile()


class _Draft:
    """A profile while events are taken."""

    def __init__(self, profile: Profile) -> None:
        self.traits = dict(profile.traits)
        self.told = dict(profile.told)
        self.touches = dict(profile.touches)
        self.first_touch = profile.first_touch
        self.last_touch = profile.last_touch
        self.bant = dict(profile.bant)
        self.mailings = {mailing: dict(words) for mailing, words in profile.mailings.items()}
        self.mail_domain = profile.mail_domain
        self.group = profile.group
        self.first_seen = profile.first_seen
        self.last_act = profile.last_act

    def profile(self) -> Profile:
        return Profile(
            traits=_first_names(self.traits, MOST_TRAITS),
            told=_first_names(self.told, MOST_QUESTIONS),
            touches=self.touches,
            first_touch=self.first_touch,
            last_touch=self.last_touch,
            bant=self.bant,
            mailings=_first_names(self.mailings, MOST_MAILINGS),
            mail_domain=self.mail_domain,
            group=self.group,
            first_seen=self.first_seen,
            last_act=self.last_act,
        )

    def take(self, event: Event) -> None:
        if traits := event.body.get("traits"):
            self._take_traits(traits, event)
            self._take_mail_domain(event)
        if event.kind == Kind.GROUP:
            self._take_group(event)
        if event.answers:
            self._take_answers(event)
        if event.by == By.PERSON:
            self._take_act(event)
        self._take_note(event)
        self._take_wish(event)

    def _take_traits(self, traits: dict[str, Any], event: Event) -> None:
        key, normal, found = event.key.bytes, event.body.get("normal", {}), event.body.get("found", {})
        for name, value in traits.items():
            known = self.traits.get(name)
            if known is None or (event.t, key) > (known.t, known.key):
                single = value if isinstance(value, _SINGLE) else None
                text = normal.get(name) if isinstance(single, str) else None
                self.traits[name] = Fact(event.t, key, single, text, found.get(name))

    def _take_mail_domain(self, event: Event) -> None:
        domain = event.body.get("found", {}).get("email", {}).get("account")
        if isinstance(domain, str):
            self.mail_domain = _newer(self.mail_domain, Belonging(event.t, event.key.bytes, domain))

    def _take_group(self, event: Event) -> None:
        group = event.body.get("properties", {}).get("group_id")
        if isinstance(group, str):
            self.group = _newer(self.group, Belonging(event.t, event.key.bytes, group))

    def _take_answers(self, event: Event) -> None:
        key = event.key.bytes
        for question, codes in (event.answers or {}).items():
            known = self.told.get(question)
            if known is None or (event.t, key) > (known.t, known.key):
                given = codes if isinstance(codes, list | tuple) else [codes]
                self.told[question] = Told(event.t, key, tuple(str(code) for code in given if code is not None))

    def _take_note(self, event: Event) -> None:
        if (note := note_of(event)) is None:
            return
        known = self.bant.get(note.criterion)
        if known is None or event.order > (known.t, known.key):
            self.bant[note.criterion] = Noted(event.t, event.key.bytes, note.state)

    def _take_wish(self, event: Event) -> None:
        if (wish := wish_of(event)) is None:
            return
        words, speaker = self.mailings.get(wish.mailing, {}), event.subject.hex()
        known = words.get(speaker)
        if known is None or event.order > (known.t, known.key):
            words[speaker] = Word(event.t, event.key.bytes, wish.wants)
            self.mailings[wish.mailing] = _first_names(words, MOST_SPEAKERS)

    def _take_act(self, event: Event) -> None:
        if self.first_seen is None or event.t < self.first_seen:
            self.first_seen = event.t
        if self.last_act is None or event.t > self.last_act:
            self.last_act = event.t
        if event.channel is not None or event.campaign is not None:
            self._take_touch(event)
        properties = event.body.get("properties", {})
        for kind, value in (("form", properties.get("form")), ("number", properties.get("number"))):
            if value is not None:
                self._take_source(f"{kind}:{value}", event)

    def _take_touch(self, event: Event) -> None:
        touch = Touch(event.t, event.key.bytes, event.channel, event.campaign)
        if self.first_touch is None or (touch.t, touch.key) < (self.first_touch.t, self.first_touch.key):
            self.first_touch = touch
        if self.last_touch is None or _weight(touch) > _weight(self.last_touch):
            self.last_touch = touch
        if event.campaign is not None:
            self._take_source(f"campaign:{event.campaign}", event)

    def _take_source(self, source: str, event: Event) -> None:
        entry = (event.t, event.key.bytes)
        if source in self.touches and self.touches[source] >= entry:
            return
        self.touches[source] = entry
        if len(self.touches) > MOST_TOUCHES:
            del self.touches[min(self.touches, key=self.touches.__getitem__)]


def _newer(known: Belonging | None, told: Belonging) -> Belonging:
    return told if known is None or (told.t, told.key) > (known.t, known.key) else known


def _weight(touch: Touch) -> tuple[bool, int, bytes]:
    return (touch.campaign is not None or touch.channel != DIRECT, touch.t, touch.key)


def _first_names(facts: dict[str, Any], most: int) -> dict[str, Any]:
    """At most so many, the first by name: the same ones whatever the order of events."""
    if len(facts) <= most:
        return facts
    names = sorted(facts, key=lambda name: (name not in NEVER_CROWDED_OUT, name))
    return {name: facts[name] for name in names[:most]}
