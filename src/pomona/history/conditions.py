"""Conditions as SQL over one row per situation. SQL's three values are Kleene's, so `and`, `or`, `not` stand as
they are."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from pomona.domain.account import IS_CLIENT
from pomona.domain.agreement import Agreement
from pomona.domain.agreement import conditions as c
from pomona.domain.agreement.bands import Band
from pomona.domain.agreement.trackers import trackers_of
from pomona.domain.bant import UNKNOWN as UNKNOWN_STATE
from pomona.domain.event import MINUTE
from pomona.domain.text import NUMBER
from pomona.history.columns import Columns
from pomona.history.patterns import Stream, double, wanted

UNKNOWN = "CAST(NULL AS BOOLEAN)"
_FIRST, _LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
_STEP = timedelta(days=7)
"""No zone changes its clock twice within this time."""
_SINCE = {"is_client": "client_since", "has_owner": "owned_since"}
"""The column of `lead` that says since when a lead makes its account a client, or an owned one."""


class Conditions:
    """Writes the conditions of one agreement; `columns` learns what of the past they ask about.

    `alone`: of the person alone, who has no account yet.
    """

    def __init__(self, agreement: Agreement, columns: Columns, *, alone: bool = False) -> None:
        self.agreement = agreement
        self.columns = columns
        self.alone = alone
        self.dialect = dialect = columns.dialect
        self._writers: dict[type, Callable[[Any], str]] = {
            c.All: lambda each: self._joined(" AND ", each.parts),
            c.AnyOf: lambda each: self._joined(" OR ", each.parts),
            c.Not: lambda each: f"(NOT {self.write(each.part)})",
            c.Known: lambda each: f"({self._trait(each.trait)}.word IS NOT NULL)",
            c.TraitIs: lambda each: wanted(each.wanted, self._trait(each.trait), dialect),
            c.TraitMatches: self._matches,
            c.TraitInList: self._in_list,
            c.Found: self._found,
            c.Region: self._region,
            c.Answered: self._answered,
            c.AnsweredNumber: self._answered_number,
            c.AnswerBefore: lambda each: f"({columns.named_time(each.question)} < moment + {each.before})",
            c.Subscribed: self._subscribed,
            c.Bant: self._bant,
            c.PeopleOfAccount: self._people,
            c.Account: self._account,
            c.ChannelIs: lambda each: self._one_of(columns.channel(), each.channels),
            c.Hours: self._hours,
            c.Happened: self._happened,
            c.NoneOf: self._none_of,
            c.PassMarkReached: lambda each: f"(score >= {agreement.ready.pass_mark.start})",
            c.PointsReach: self._points,
            c.GradeIs: lambda each: f"(grade IS NOT NULL AND {self._one_of('grade', each.letters)})",
        }

    def write(self, condition: c.Condition) -> str:
        """The condition as an SQL expression: true, false or NULL."""
        return self._writers[type(condition)](condition)

    def band(self, band: Band, trait: str) -> str:
        """Whether the trait's value lies in the band."""
        value = self._trait(trait)
        if band.value is not None:
            return f"({value}.text = {self.dialect.text(band.value)})"
        return wanted(c.Wanted(at_least=band.low, at_most=band.high), value, self.dialect)

    def _trait(self, name: str) -> str:
        return self.columns.trait(name, alone=self.alone)

    def _joined(self, word: str, parts: tuple[c.Condition, ...]) -> str:
        return f"({word.join(map(self.write, parts))})"

    def _one_of(self, value: str, codes: tuple[str, ...] | list[str]) -> str:
        return f"({value} IN ({self.dialect.texts(codes)}))" if codes else f"({value} <> {value})"

    def _matches(self, condition: c.TraitMatches) -> str:
        text = f"concat(' ', {self._trait(condition.trait)}.text, ' ')"
        known = f"{self._trait(condition.trait)}.text IS NOT NULL"
        parts = (
            self.dialect.contains.format(text=text, part=self.dialect.text(f" {each} ")) for each in condition.texts
        )
        return f"CASE WHEN {known} THEN ({' OR '.join(parts)}) END"

    def _in_list(self, condition: c.TraitInList) -> str:
        return self._one_of(f"{self._trait(condition.trait)}.text", sorted(self.agreement.lists[condition.list]))

    def _found(self, condition: c.Found) -> str:
        found = f"{self._trait(condition.trait)}.found"
        return self._one_of(self.dialect.field(found, condition.facet), condition.codes)

    def _region(self, condition: c.Region) -> str:
        region = self._trait("region")
        return f"CASE WHEN {region}.text IS NOT NULL THEN {self._one_of(f'{region}.word', condition.codes)} END"

    def _answered(self, condition: c.Answered) -> str:
        told = self.columns.answer(condition.question)
        codes = self.dialect.listed.format(values=self.dialect.texts(condition.codes))
        given = self.dialect.size.format(value=told)
        return f"CASE WHEN {given} > 0 THEN {self.dialect.overlap.format(a=told, b=codes)} END"

    def _answered_number(self, condition: c.AnsweredNumber) -> str:
        told = self.columns.answer(condition.question)
        number = self.dialect.spells.format(text="code", pattern=self.dialect.text(f"^({NUMBER.pattern})$"))
        value = f"CASE WHEN {number} THEN CAST(code AS DOUBLE) END"
        ends = ((">=", condition.at_least), ("<=", condition.at_most))
        within = " AND ".join(f"{value} {sign} {double(end)}" for sign, end in ends if end is not None)
        some = self.dialect.some
        return f"CASE WHEN {some.format(list=told, term=number)} THEN {some.format(list=told, term=within)} END"

    def _subscribed(self, condition: c.Subscribed) -> str:
        words = self.columns.words(condition.mailing)
        refused = self.dialect.refused.format(list=words)
        return f"CASE WHEN {self.dialect.size.format(value=words)} > 0 THEN NOT ({refused}) END"

    def _bant(self, condition: c.Bant) -> str:
        state = f"coalesce({self.columns.noted(condition.about)}, '{UNKNOWN_STATE}')"
        wanted = f"{state} IN ({self.dialect.texts(condition.states)})"
        return f"CASE WHEN {wanted} THEN TRUE WHEN {state} <> '{UNKNOWN_STATE}' THEN FALSE END"

    def _people(self, condition: c.PeopleOfAccount) -> str:
        (stream,) = streams_of(condition)
        return self._of_account(lambda: f"{self.columns.people(stream, since=condition.within)} >= {condition.people}")

    def _account(self, condition: c.Account) -> str:
        turned = self._of_account(lambda: self.columns.turned(_SINCE[condition.fact]))
        return f"coalesce({self._trait(IS_CLIENT)}.flag, {turned})" if condition.fact == "is_client" else turned

    def _of_account(self, asked: Callable[[], str]) -> str:
        """What is asked of the account; not known where there is none."""
        return UNKNOWN if self.alone else f"CASE WHEN {self.columns.account()} IS NOT NULL THEN {asked()} END"

    def _hours(self, condition: c.Hours) -> str:
        zone = _offset(self.agreement.runs.time_zone)
        minute = f"(floor((moment + {zone}) / {MINUTE}e0) % 1440)"
        joined = "AND" if condition.start < condition.end else "OR"
        return f"({minute} >= {condition.start} {joined} {minute} < {condition.end})"

    def _happened(self, condition: c.Happened) -> str:
        (stream,) = streams_of(condition)
        if condition.different is not None:
            values = self.columns.different(stream, condition.different, since=condition.within)
            return f"({values} >= {condition.times})"
        decides = self.columns.nth_newest(self.columns.stream(stream), condition.times)
        return self._since(decides, condition.within)

    def _none_of(self, condition: c.NoneOf) -> str:
        newest = (self.columns.nth_newest(self.columns.stream(each), 1) for each in streams_of(condition))
        silent = " AND ".join(f"NOT {self._since(each, condition.span)}" for each in newest)
        return f"CASE WHEN captured_at IS NOT NULL THEN (captured_at <= moment - {condition.span} AND {silent}) END"

    def _since(self, t: str, span: int | None) -> str:
        """Whether there is such a time, and less than `span` ago."""
        return f"({t} IS NOT NULL)" if span is None else f"coalesce({t} > moment - {span}, FALSE)"

    def _points(self, condition: c.PointsReach) -> str:
        ends = ((">=", condition.at_least), ("<=", condition.at_most))
        return f"({' AND '.join(f'{condition.of} {sign} {end}' for sign, end in ends if end is not None)})"


def streams_of(condition: c.Condition) -> tuple[Stream, ...]:
    """The facts that an event condition looks at, a stream for each pattern."""
    return tuple(Stream(tracker.pattern, tracker.person_only) for tracker in trackers_of(condition))


@lru_cache(maxsize=64)
def _offset(zone: str) -> str:
    """What the zone's clock is ahead of UTC at `moment`, in microseconds, as the standard library has it."""
    changes, before, day = [], _ahead(_FIRST, zone), _FIRST
    while day < _LAST:
        day += _STEP
        if _ahead(day, zone) != before:
            changes.append(f"WHEN moment < {_change(day - _STEP, day, zone)} THEN {before}")
            before = _ahead(day, zone)
    return f"CASE {' '.join(changes)} ELSE {before} END" if changes else str(before)


def _change(before: datetime, after: datetime, zone: str) -> int:
    """The moment in (before, after] at which the zone's clock is put forward or back."""
    low, high, first = _microseconds(before), _microseconds(after), _ahead(before, zone)
    while high - low > 1:
        middle = (low + high) // 2
        if _ahead(_FIRST + timedelta(microseconds=middle), zone) == first:
            low = middle
        else:
            high = middle
    return high


def _ahead(moment: datetime, zone: str) -> int:
    return (moment.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()) // timedelta(microseconds=1)


def _microseconds(moment: datetime) -> int:
    return (moment - _FIRST) // timedelta(microseconds=1)
