"""One version of an agreement, read: plain frozen values. Points in thousandths, times in microseconds."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Literal

import msgspec

from pomona.domain.agreement.bands import Band
from pomona.domain.agreement.conditions import Account, Condition, Happened, PeopleOfAccount, TraitInList, leaves
from pomona.domain.agreement.questionnaire import Asked, Form, Question
from pomona.domain.agreement.trackers import EarliestEver, EarliestOfBucket, EarliestOfValue, Newest, Tracker, Trackers

Section = Literal["fit", "interest", "answers"]
CHANNELS = MAIL, BROWSER, TELEGRAM = ("mail", "browser", "telegram")
"""How people may hear of a lead."""


class _Value(msgspec.Struct, frozen=True, kw_only=True):
    """Plain and comparable."""


class NotYet(_Value, frozen=True):
    """Something the agreement asks for that this release reads but does not carry out."""

    path: tuple[str | int, ...]
    text_ru: str
    text_en: str


class Span(_Value, frozen=True):
    """A length of time: so many working days, then `time` microseconds, working time too if `working`."""

    days: int = 0
    time: int = 0
    working: bool = False


class Cover(_Value, frozen=True):
    """Traffic that belongs to the campaign: touches whose campaign, form or dialled number fits the glob."""

    by: Literal["campaign", "form", "number"]
    pattern: str


class Runs(_Value, frozen=True):
    """When the campaign runs: [start, end), open where None; `offset` shifts day buckets to the zone's days."""

    time_zone: str = "UTC"
    start: int | None = None
    end: int | None = None
    offset: int = 0


class NamedCondition(_Value, frozen=True):
    """A condition with the name people know it by."""

    name: str
    when: Condition


class StateRule(_Value, frozen=True):
    """Points while a condition holds."""

    name: str
    when: Condition
    points: int


class BandRule(_Value, frozen=True):
    """Points by the value of a trait; the first band that fits counts."""

    name: str
    trait: str
    bands: tuple[Band, ...]


class HitRule(_Value, frozen=True):
    """Points for each event that fits: `keep` newest hits count, each halved every `half_life`.

    Which hits count at all: with `once` the earliest ever, with `once_per` the earliest of each value of that
    property, with `once_per_time` the earliest of each such stretch of time.
    """

    name: str
    when: Happened
    points: int
    keep: int
    half_life: int | None = None
    once: bool = False
    once_per: str | None = None
    once_per_time: int | None = None

    def tracker(self, offset: int) -> Tracker:
        """What must be kept to know this rule's hits."""
        pattern = self.when.pattern
        if self.once:
            return EarliestEver(pattern=pattern)
        if self.once_per is not None:
            return EarliestOfValue(pattern=pattern, value=self.once_per)
        if self.once_per_time is not None:
            return EarliestOfBucket(pattern=pattern, keep=self.keep, length=self.once_per_time, offset=offset)
        return Newest(pattern=pattern, keep=self.keep, earns=True)


Rule = StateRule | BandRule | HitRule


class PassMark(_Value, frozen=True):
    """The one number to reach, and how far and how long it may be moved; `moved`: where it was moved to."""

    start: int
    min: int
    max: int
    lower_for_at_most: int | None = None
    moved: int | None = None

    @property
    def current(self) -> int:
        """The number to reach now."""
        return self.start if self.moved is None else self.moved


class Grade(_Value, frozen=True):
    """A letter and the score it begins at; None: the pass mark."""

    letter: str
    at_least: int | None


class Returned(_Value, frozen=True):
    """Why a seller may give a lead back, and when it comes again."""

    reasons: tuple[str, ...] = ()
    again_after: int | None = None
    unless: Condition | None = None


class Ready(_Value, frozen=True):
    """Step 1: what shows that a lead is ready to buy."""

    captured: Condition
    never: tuple[NamedCondition, ...]
    fit: tuple[StateRule | BandRule, ...]
    interest: tuple[StateRule | HitRule, ...]
    answers: tuple[StateRule | BandRule, ...]
    pass_mark: PassMark
    grades: tuple[Grade, ...]
    mql: Condition
    sql: Condition | None = None
    won: Condition | None = None
    returned: Returned = Returned()
    holdout: float = 0.0
    at_start: Literal["wait", "hand_over"] = "wait"


class Target(_Value, frozen=True):
    """Who gets the lead. `name` is a team's name, a seller's log-in name or a skill; None for the others."""

    kind: Literal["team", "seller", "skill", "account_manager", "owner"]
    name: str | None = None


By = Literal["round_robin", "weighted", "least_loaded", "all_ring", "pull_queue"]


class Overflow(_Value, frozen=True):
    """Where a lead goes when nobody of the target took it in time."""

    to: Target
    after: Span


class RouteRule(_Value, frozen=True):
    """One line of the route; `when` None: otherwise."""

    name: str
    when: Condition | None
    to: Target
    by: By = "round_robin"
    overflow: Overflow | None = None


class OverdueAction(_Value, frozen=True):
    """What happens when a clock runs out, from the `from_time`-th time on."""

    do: Literal["reassign", "notify"]
    whom: Literal["owner", "team", "head_of_sales"] = "owner"
    from_time: int = 1


class FirstContact(_Value, frozen=True):
    """One response clock in working time of whoever holds the lead; `when` None: otherwise."""

    when: Condition | None
    within: Span
    remind_at: Span | None = None
    overdue: tuple[OverdueAction, ...] = ()


class NextAttempts(_Value, frozen=True):
    """When to try again, and the reason to return the lead with after the last attempt."""

    after: tuple[Span, ...]
    then_return: str | None = None


class Respond(_Value, frozen=True):
    """Step 3: how fast, and what if not. `calendar` None: the seller's own."""

    first_contact: tuple[FirstContact, ...]
    calendar: str | None = None
    next_attempts: NextAttempts | None = None


class Nurture(_Value, frozen=True):
    """A sequence of mails until the condition holds; `wake` ends the rest early. `until` None: ripe."""

    sequence: str
    until: Condition | None = None
    wake: Condition | None = None


class Attendant(_Value, frozen=True):
    """The voice menu: what it asks, whom it connects, what it does when it does not know, and otherwise."""

    questions: tuple[str, ...] = ()
    connect_when: Condition | None = None
    if_unknown: Literal["connect", "call_back", "voicemail"] = "connect"
    otherwise: tuple[str, ...] = ()


class Automate(_Value, frozen=True):
    """Step 4: what passes leads on by itself. `notify` maps seller, team and head_of_sales to channels."""

    nurture: Nurture | None = None
    notify: Mapping[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    attendant: Attendant | None = None


class Promise(_Value, frozen=True):
    """What both sides bind themselves to; None: not promised. Shares are from 0 to 1.

    `handed_over_in_time` is the share of ripe leads that `hand_over_within` is promised for.
    """

    mql_per_week: int | None = None
    accepted_share: float | None = None
    hand_over_within: Span | None = None
    handed_over_in_time: float = 1.0
    deadlines_kept: float | None = None


class Inflow(_Value, frozen=True):
    """How many leads a day may be handed over at most, and when the backlog alarms."""

    per_day: int | None = None
    per_week: int | None = None
    backlog_alarm: Span | None = None


class Agreement(_Value, frozen=True, dict=True):
    """One version of one campaign's agreement. `lists` are the lists it names, in normal form; `version`
    is its number, 0 while it was only read and not stored.
    """

    campaign: str
    ready: Ready
    route: tuple[RouteRule, ...]
    respond: Respond
    version: int = 0
    extends: str | None = None
    covers: tuple[Cover, ...] = ()
    runs: Runs = Runs()
    promise: Promise = Promise()
    automate: Automate = Automate()
    inflow: Inflow = Inflow()
    questions: tuple[Question, ...] = ()
    form: Form | None = None
    lists: Mapping[str, frozenset[str]] = msgspec.field(default_factory=dict)
    not_yet: tuple[NotYet, ...] = ()

    def at_mark(self, mark: int | None) -> "Agreement":
        """The same version with its pass mark moved to `mark` (thousandths of a point); None: where it starts."""
        pass_mark = msgspec.structs.replace(self.ready.pass_mark, moved=mark)
        moved = msgspec.structs.replace(self, ready=msgspec.structs.replace(self.ready, pass_mark=pass_mark))
        moved.__dict__["trackers"] = self.trackers  # they do not depend on the mark and take long to make
        return moved

    @cached_property
    def rules(self) -> tuple[tuple[Section, Rule], ...]:
        """Every rule that can give points, with its section, in the order written."""
        ready = self.ready
        return (
            *(("fit", rule) for rule in ready.fit),
            *(("interest", rule) for rule in ready.interest),
            *(("answers", rule) for rule in ready.answers),
        )

    @cached_property
    def asked(self) -> Asked:
        """Its questions by their codes."""
        return {question.code: question for question in self.questions}

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Every condition anywhere in the document."""
        ready, automate = self.ready, self.automate
        nurture, attendant = automate.nurture, automate.attendant
        return (
            ready.captured,
            *(each.when for each in ready.never),
            *(rule.when for _, rule in self.rules if isinstance(rule, StateRule)),
            ready.mql,
            *_given(ready.sql, ready.won, ready.returned.unless),
            *_given(*(rule.when for rule in self.route)),
            *_given(*(clock.when for clock in self.respond.first_contact)),
            *_given(nurture and nurture.until, nurture and nurture.wake, attendant and attendant.connect_when),
        )

    @property
    def lists_asked(self) -> frozenset[str]:
        """The names of the lists that its conditions ask for."""
        asked = (leaf for condition in self.conditions for leaf in leaves(condition))
        return frozenset(leaf.list for leaf in asked if isinstance(leaf, TraitInList))

    @cached_property
    def people(self) -> tuple[PeopleOfAccount, ...]:
        """The conditions that count the people of an account."""
        return tuple(leaf for leaf in self._leaves if isinstance(leaf, PeopleOfAccount))

    @cached_property
    def asks_about_colleagues(self) -> bool:
        """Whether any condition is about the other leads of the account, and not only about what is known of it."""
        return any(isinstance(leaf, Account | PeopleOfAccount) for leaf in self._leaves)

    @cached_property
    def _leaves(self) -> tuple[Condition, ...]:
        return tuple(dict.fromkeys(leaf for condition in self.conditions for leaf in leaves(condition)))

    @cached_property
    def trackers(self) -> Trackers:
        """What a tally under this version keeps: the hits of each rule, the times of each event condition."""
        hits = tuple(rule.tracker(self.runs.offset) for _, rule in self.rules if isinstance(rule, HitRule))
        return Trackers(hits, self._leaves)


def _given(*conditions: Any) -> tuple[Condition, ...]:
    return tuple(condition for condition in conditions if condition is not None)
