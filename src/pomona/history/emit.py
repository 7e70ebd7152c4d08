"""An agreement as set-based SQL: scores, grades and ripeness of the whole base, as the fold has them.

Reads two relations. `fact`: the columns of `facts.COLUMNS` from `key` on that scoring needs (all but received_at and
subject), with `lead` (whose it is) and `this_cycle` (whether it is of the lead's cycle). `lead`: `lead`,
`captured_at` (NULL before), `account` (NULL: not known), `client_since`, `owned_since` (NULL: it has not bought, has
no owner). The meaning is the fold's; points and times are integers.

One pass over the facts gathers for each lead what the trackers of the fold keep: the newest times, the latest values.
At one moment it is an aggregate for each lead; at each event the same aggregate over the lead's facts up to then.
Those facts of colleagues that the agreement asks about come among the lead's own, with nothing but what is asked; how
many people of an account did something is gathered once for all its leads.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping

from pomona.domain.agreement import Agreement
from pomona.domain.agreement.values import BandRule, HitRule, Rule, Section, StateRule
from pomona.history.columns import OF_COLLEAGUES, OWN, Columns, Gathered
from pomona.history.conditions import Conditions
from pomona.history.crowded import crowded
from pomona.history.dialect import DUCKDB, Dialect
from pomona.history.hits import earned

JUDGED = "lead, moment, fit, interest, answers, score, grade, captured, barred, ripe"
"""What is said of a lead at a moment. Points in thousandths; `captured` and `ripe` may be NULL, not known; `barred`
names the first `never` rule that is true."""


def at_moment(agreement: Agreement, at: int, *, dialect: Dialect = DUCKDB) -> str:
    """One row of `JUDGED` for each lead: how it stands at the moment `at`, from the facts up to then."""
    return _AtMoment(agreement, dialect, at).text()


def at_events(agreement: Agreement, *, dialect: Dialect = DUCKDB, leads: str = "lead") -> str:
    """One row of `JUDGED` for each lead and each time since it was captured of one of its facts, or of one of its
    colleagues' that the agreement asks about.

    `leads` is a relation of `lead`, `captured_at` and `account` that says since when they are captured: for who asks
    with other moments of capture.
    """
    return _AtEvents(agreement, dialect, leads).text()


def first_ripe(agreement: Agreement, *, dialect: Dialect = DUCKDB) -> str:
    """`lead` and `moment`: the first of its facts' times at which each lead that ever was ripe is ripe."""
    ripe = f"SELECT lead, moment FROM ({at_events(agreement, dialect=dialect)}) AS judged WHERE captured AND ripe"
    return f"SELECT lead, min(moment) AS moment FROM ({ripe}) AS ever GROUP BY lead"


class _Query(ABC):
    """One query while it is written. `upto`: which facts it looks at, by their time."""

    upto = "TRUE"

    def __init__(self, agreement: Agreement, dialect: Dialect) -> None:
        self.agreement, self.dialect = agreement, dialect
        self.columns = Columns(dialect)
        self.conditions = Conditions(agreement, self.columns)
        self.of_person = Conditions(agreement, self.columns, alone=True)

    def text(self) -> str:
        """The whole query. What is said of a situation is written first: it says which columns the past must give."""
        judged = self._judged()
        parts = {"colleague": _COLLEAGUE} if self.columns.shared or self.columns.turns else {}
        parts["event"] = self._event()
        if self.columns.doers:
            parts["act"] = self._act()
        parts |= self._gathered()
        if self.columns.crowded:
            parts["crowded"] = crowded(self.columns.crowded, self.upto, self.dialect)
        parts |= {"situation": self._situation(), "judged": judged}
        written = ",\n".join(f"{name} AS ({text})" for name, text in parts.items())
        return f"WITH {written}\nSELECT {JUDGED} FROM judged"

    # What is said of a situation

    def _judged(self) -> str:
        ready = self.agreement.ready
        letters = ((g.letter, ready.pass_mark.start if g.at_least is None else g.at_least) for g in ready.grades)
        grade = self._first(f"score >= {least} THEN {self.dialect.text(letter)}" for letter, least in letters)
        barred = self._first(
            f"{self.conditions.write(rule.when)} THEN {self.dialect.text(rule.name)}" for rule in ready.never
        )
        ripe = f"CASE WHEN barred IS NOT NULL THEN FALSE ELSE {self.conditions.write(ready.mql)} END"
        return (
            f"SELECT *, {self.of_person.write(ready.captured)} AS captured, {ripe} AS ripe "
            f"FROM (SELECT *, {grade} AS grade, {barred} AS barred "
            "FROM (SELECT *, fit + interest + answers AS score "
            f"FROM (SELECT *, {self._sum('fit')} AS fit, {self._sum('interest')} AS interest, "
            f"{self._sum('answers')} AS answers FROM situation) AS summed) AS scored) AS graded"
        )

    def _first(self, cases: Iterable[str]) -> str:
        written = " ".join(f"WHEN {each}" for each in cases)
        return f"CASE {written} END" if written else "CAST(NULL AS STRING)"

    def _sum(self, section: Section) -> str:
        points = (self._points(rule) for each, rule in self.agreement.rules if each == section)
        return f"CAST({' + '.join(filter(None, points)) or '0'} AS BIGINT)"

    def _points(self, rule: Rule) -> str:
        match rule:
            case HitRule() if rule.points:
                return earned(rule, self.columns, self.agreement.runs.offset)
            case StateRule(_, when, points) if points:
                return f"CASE WHEN {self.conditions.write(when)} THEN {points} ELSE 0 END"
            case BandRule(_, trait, bands) if bands:
                cases = (f"WHEN {self.conditions.band(band, trait)} THEN {band.points}" for band in bands)
                return f"CASE {' '.join(cases)} ELSE 0 END"
        return ""

    # What the past gives for a situation

    def _event(self) -> str:
        """The values of each fact, and once more those facts that are the first of their kind."""
        values = "".join(f", {value} AS {name}" for value, name in self.columns.values.items())
        empty = "".join(f", NULL AS {name}" for name in self.columns.values.values())
        firsts = "".join(
            f" UNION ALL SELECT lead, min(t), NULL, {number}{empty} "
            f"FROM fact WHERE {self.upto} AND {first.where} GROUP BY lead, {first.by}"
            for first, number in self.columns.firsts.items()
        )
        others = self._of_colleagues() if self.columns.shared else ""
        turns = "".join(
            f" UNION ALL SELECT lead, t, NULL, {number}{empty} "
            f"FROM (SELECT lead, {column} AS t FROM colleague) AS turn WHERE t IS NOT NULL AND {self.upto}"
            for column, number in self.columns.turns.items()
        )
        return f"SELECT lead, t, key, {OWN} AS first{values} FROM fact WHERE {self.upto}{firsts}{others}{turns}"

    def _of_colleagues(self) -> str:
        """Facts of colleagues as facts of the lead, with nothing but what is asked about them."""
        shared = {name: value for value, name in self.columns.values.items() if name in self.columns.shared}
        told = "".join(f", {value} AS {name}" for name, value in shared.items())
        asked = " OR ".join(f"{value} IS NOT NULL" for value in shared.values())
        given = "".join(f", {name if name in shared else 'NULL'}" for name in self.columns.values.values())
        return (
            f" UNION ALL SELECT colleague.lead, t, key, {OF_COLLEAGUES}{given} "
            f"FROM (SELECT lead AS other, t, key{told} FROM fact WHERE {self.upto} AND ({asked})) AS act "
            "JOIN colleague ON colleague.other = act.other"
        )

    def _act(self) -> str:
        """Who of each account did what is asked about, at each time of anything that its leads do or turn into."""
        doers = "".join(
            f", CASE WHEN {asked} THEN fact.lead END AS {name}" for asked, name in self.columns.doers.items()
        )
        empty = ", NULL" * len(self.columns.doers)
        turns = "".join(
            f" UNION ALL SELECT account, t{empty} FROM (SELECT account, {column} AS t FROM lead) AS turn "
            f"WHERE account IS NOT NULL AND t IS NOT NULL AND {self.upto}"
            for column in self.columns.turns
        )
        return (
            f"SELECT lead.account, fact.t{doers} FROM fact JOIN lead ON lead.lead = fact.lead "
            f"WHERE lead.account IS NOT NULL AND {self.upto}{turns}"
        )

    def _columns(self) -> str:
        names = (*self.columns.together.values(), *self.columns.gathered.values())
        return "".join([*(f", lead.{name}" for name in self.columns.of_lead), *(f", {name}" for name in names)])

    def _situation(self) -> str:
        """A row for each lead and moment asked about, without what others crowd out by then."""
        columns = "".join(f", asked.{name}" for name in (*self.columns.of_lead, *self.columns.together.values()))
        columns += "".join(f", {self._unless_crowded(name)} AS {name}" for name in self.columns.gathered.values())
        joined = "LEFT JOIN crowded ON crowded.lead = asked.lead" if self.columns.crowded else ""
        return f"SELECT asked.lead, asked.moment{columns} FROM asked {joined}"

    def _unless_crowded(self, name: str) -> str:
        if name not in self.columns.crowded:
            return f"asked.{name}"
        return f"CASE WHEN crowded.{name} <= asked.moment THEN NULL ELSE asked.{name} END"

    @abstractmethod
    def _gathered(self) -> dict[str, str]:
        """What the events say, in steps; the last one, `asked`, for each lead and moment asked about."""


class _AtMoment(_Query):
    """How each lead stands at one moment."""

    def __init__(self, agreement: Agreement, dialect: Dialect, at: int) -> None:
        super().__init__(agreement, dialect)
        self.at = at
        self.upto = f"t <= {at}"

    def _gathered(self) -> dict[str, str]:
        parts = {"gathered": self._of_each("lead", "event", self.columns.gathered)}
        together = ""
        if self.columns.doers:
            parts["together"] = self._of_each("account", "act", self.columns.together)
            together = " LEFT JOIN together ON together.account = lead.account"
        asked = (
            f"SELECT lead.lead, CAST({self.at} AS BIGINT) AS moment{self._columns()} "
            f"FROM lead LEFT JOIN gathered ON gathered.lead = lead.lead{together}"
        )
        return parts | {"asked": asked}

    def _of_each(self, who: str, relation: str, columns: Mapping[Gathered, str]) -> str:
        told = "".join(f", {self._aggregate(each)} AS {name}" for each, name in columns.items())
        return f"SELECT {who}{told} FROM {relation} GROUP BY {who}"

    def _aggregate(self, each: Gathered) -> str:
        since = "" if each.since is None else f" AND t > {self.at - each.since}"
        return f"{each.aggregate} FILTER (WHERE {each.where}{since})"


class _AtEvents(_Query):
    """How each lead stood at each of its events."""

    def __init__(self, agreement: Agreement, dialect: Dialect, leads: str) -> None:
        super().__init__(agreement, dialect)
        self.leads = leads

    def _gathered(self) -> dict[str, str]:
        if self.columns.doers:
            return self._placed()
        asked = (
            f"SELECT lead.lead, gathered.moment{self._columns()} FROM gathered {self._captured('gathered')} "
            f"WHERE {_last('gathered')}"
        )
        return {"gathered": self._of_each("lead", "event", self.columns.gathered), "asked": asked}

    def _placed(self) -> dict[str, str]:
        """As ever, but also for the times at which somebody of the account did what is asked about.

        These are many, so what the lead's own facts say is gathered at those alone, and what holds at each of all
        these times is looked up there; but for what also changes in between.
        """
        changing = {each: name for each, name in self.columns.gathered.items() if each.since is not None}
        lasting = {each: name for each, name in self.columns.gathered.items() if each.since is None}
        acted = Gathered("max(t)", " OR ".join(f"{name} IS NOT NULL" for name in self.columns.doers.values()))
        values = "".join(f", NULL AS {name}" for name in self.columns.values.values())
        everywhere = (
            "SELECT *, t AS own FROM event UNION ALL "
            f"SELECT lead.lead, together.moment, NULL, {OF_COLLEAGUES}{values}, NULL FROM together "
            f"JOIN lead ON lead.account = together.account WHERE acted_at = together.moment AND {_last('together')}"
        )
        asked = (
            f"SELECT lead.lead, placed.moment{self._columns()} FROM placed {self._captured('placed')} "
            "LEFT JOIN gathered ON gathered.lead = placed.lead AND gathered.moment = placed.newest_own "
            f"AND {_last('gathered')} "
            "LEFT JOIN together ON together.account = lead.account AND together.moment = placed.moment "
            f"AND {_last('together')} WHERE {_last('placed')}"
        )
        return {
            "together": self._of_each("account", "act", {**self.columns.together, acted: "acted_at"}),
            "gathered": self._of_each("lead", "event", lasting),
            "everywhere": everywhere,
            "placed": self._of_each("lead", "everywhere", {**changing, Gathered("max(own)", "TRUE"): "newest_own"}),
            "asked": asked,
        }

    def _captured(self, relation: str) -> str:
        """The leads of a relation's rows, from when on they are captured."""
        joined = f"lead.lead = {relation}.lead AND lead.captured_at <= {relation}.moment"
        return f"JOIN {self.leads} AS lead ON {joined}"

    def _of_each(self, who: str, relation: str, columns: Mapping[Gathered, str]) -> str:
        told = "".join(f", {self._aggregate(each, who)} AS {name}" for each, name in columns.items())
        upto = _UPTO.format(who=who)
        return f"SELECT {who}, t AS moment, lead(t) OVER upto AS later{told} FROM {relation} WINDOW upto AS ({upto})"

    def _aggregate(self, each: Gathered, who: str) -> str:
        over = "upto" if each.since is None else _WITHIN.format(who=who, before=each.since - 1)
        return f"{each.aggregate} FILTER (WHERE {each.where}) OVER {over}"


def _last(relation: str) -> str:
    """Whether a row is the last of its moment: it stands for it, for all of one moment see the same."""
    return f"({relation}.later IS NULL OR {relation}.later > {relation}.moment)"


_COLLEAGUE = """
    SELECT lead.lead, other.lead AS other, other.client_since, other.owned_since
    FROM lead JOIN lead AS other ON other.account = lead.account AND other.lead <> lead.lead
"""
"""For each lead the others of its account, a row each."""

_UPTO = "PARTITION BY {who} ORDER BY t"
"""The facts of a lead, or of an account, up to each time, all of that time included."""

_WITHIN = f"({_UPTO} RANGE BETWEEN {{before}} PRECEDING AND CURRENT ROW)"
