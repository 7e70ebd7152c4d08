"""An agreement as set-based SQL: scores, grades and ripeness of the whole base, as the fold has them.

Reads two relations. `fact`: the columns of `facts.COLUMNS` from `key` on that scoring needs (key, t, by, name,
campaign, channel, path, answers, traits, properties), with `lead` (whose it is) and `this_cycle` (whether it is of
the lead's cycle). `lead`: `lead`, `captured_at` (NULL before). The meaning is SEMANTICS': a rule's kept hit counts in
[t, t of the k-th newer one); points and times are integers.
"""

from collections.abc import Iterable

from pomona.domain.agreement import Agreement
from pomona.domain.agreement.conditions import ANY, Pattern
from pomona.domain.agreement.trackers import VALUES_KEPT
from pomona.domain.agreement.values import BandRule, HitRule, Rule, Section, StateRule
from pomona.domain.event import By
from pomona.domain.profile import DIRECT
from pomona.history.columns import Columns, Count, Stream
from pomona.history.conditions import Conditions, double, wanted
from pomona.history.dialect import DUCKDB, Dialect

JUDGED = "lead, moment, fit, interest, answers, score, grade, captured, barred, ripe"
"""What is said of a lead at a moment. Points in thousandths; `captured` and `ripe` may be NULL, not known; `barred`
names the first `never` rule that is true."""


def at_moment(agreement: Agreement, at: int, *, dialect: Dialect = DUCKDB) -> str:
    """One row of `JUDGED` for each lead: how it stands at the moment `at`, from the facts up to then."""
    return _Query(agreement, dialect, at).text()


def at_events(agreement: Agreement, *, dialect: Dialect = DUCKDB) -> str:
    """One row of `JUDGED` for each lead and each time of one of its facts since it was captured."""
    return _Query(agreement, dialect, None).text()


def first_ripe(agreement: Agreement, *, dialect: Dialect = DUCKDB) -> str:
    """`lead` and `moment`: the first of its facts' times at which each lead that ever was ripe is ripe."""
    ripe = f"SELECT lead, moment FROM ({at_events(agreement, dialect=dialect)}) AS judged WHERE captured AND ripe"
    return f"SELECT lead, min(moment) AS moment FROM ({ripe}) AS ever GROUP BY lead"


class _Query:
    """One query while it is written. `at` None: at the times of the lead's facts."""

    def __init__(self, agreement: Agreement, dialect: Dialect, at: int | None) -> None:
        self.agreement, self.dialect, self.at = agreement, dialect, at
        self.columns = Columns()
        self.conditions = Conditions(agreement, self.columns, dialect)
        self.hits = [rule for _, rule in agreement.rules if isinstance(rule, HitRule) and rule.points]

    def text(self) -> str:
        """The whole query. The conditions are written first: they say which columns the past must give."""
        judged = self._judged()
        parts = {"asked": self._asked(), "situation": "", "judged": judged}
        parts["situation"] = self._situation()
        entries = self._entries()
        if entries:
            parts = {"asked": parts["asked"], "entry": entries, **self._of_entries(), **parts}
        if self._says_anything():
            parts = {"asked": parts["asked"], "said": self._said(), **parts}
        written = ",\n".join(f"{name} AS ({text})" for name, text in parts.items())
        return f"WITH {written}\nSELECT {JUDGED} FROM judged"

    def _asked(self) -> str:
        """The leads and moments asked about."""
        if self.at is not None:
            return f"SELECT lead, captured_at, {self._moment()} AS moment FROM lead"
        return (
            "SELECT lead.lead, lead.captured_at, event.t AS moment FROM lead "
            "JOIN (SELECT DISTINCT lead, t FROM fact) AS event ON event.lead = lead.lead "
            "WHERE event.t >= lead.captured_at"
        )

    def _moment(self) -> str:
        return f"CAST({self.at} AS BIGINT)"

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
            f"SELECT *, {self.conditions.write(ready.captured)} AS captured, {ripe} AS ripe "
            f"FROM (SELECT *, {grade} AS grade, {barred} AS barred "
            "FROM (SELECT *, fit + interest + answers AS score "
            f"FROM (SELECT *, {self._sum('fit')} AS fit, {self._sum('interest')} AS interest, "
            f"{self._sum('answers')} AS answers FROM situation) AS summed) AS scored) AS graded"
        )

    def _first(self, cases: Iterable[str]) -> str:
        written = " ".join(f"WHEN {each}" for each in cases)
        return f"CASE {written} END" if written else "CAST(NULL AS VARCHAR)"

    def _sum(self, section: Section) -> str:
        points = [self._points(rule) for each, rule in self.agreement.rules if each == section]
        if section == "interest" and self.hits:
            points.append("earned")
        return f"CAST({' + '.join(filter(None, points)) or '0'} AS BIGINT)"

    def _points(self, rule: Rule) -> str:
        match rule:
            case StateRule(_, when, points) if points:
                return f"CASE WHEN {self.conditions.write(when)} THEN {points} ELSE 0 END"
            case BandRule(_, trait, bands) if bands:
                cases = (f"WHEN {self.conditions.band(band, trait)} THEN {band.points}" for band in bands)
                return f"CASE {' '.join(cases)} ELSE 0 END"
        return ""

    # What the past gives for a situation

    def _situation(self) -> str:
        columns, counts = ["asked.lead", "asked.moment", "asked.captured_at"], self.columns.counts.values()
        joins = []
        if self.hits:
            columns.append("coalesce(interest.points, 0) AS earned")
            joins.append("interest")
        if self.columns.counts:
            columns.extend(f"coalesce(happened.{each}, 0) AS {each}" for each in counts)
            joins.append("happened")
        if self._says_anything():
            columns.extend(f"said.{each}" for each in self._said_columns())
            joins.append("said")
        joined = " ".join(f"LEFT JOIN {each} ON {self._same(each)}" for each in joins)
        return f"SELECT {', '.join(columns)} FROM asked {joined}"

    def _same(self, part: str) -> str:
        same = f"{part}.lead = asked.lead"
        return same if self.at is not None else f"{same} AND {part}.moment = asked.moment"

    def _from(self, source: str) -> str:
        """The rows of a source up to each moment asked about; none later."""
        if self.at is not None:
            return f"FROM {source} AS past WHERE past.t <= {self.at}"
        return f"FROM {source} AS past JOIN asked ON asked.lead = past.lead WHERE past.t <= asked.moment"

    @property
    def _at(self) -> str:
        return self._moment() if self.at is not None else "asked.moment"

    @property
    def _by_situation(self) -> str:
        return "GROUP BY past.lead" if self.at is not None else "GROUP BY past.lead, asked.moment"

    @property
    def _named(self) -> str:
        return "past.lead" if self.at is not None else "past.lead, asked.moment"

    def _says_anything(self) -> bool:
        return bool(self.columns.traits or self.columns.answers or self.columns.asks_channel)

    def _said_columns(self) -> list[str]:
        touch = ["touch"] if self.columns.asks_channel else []
        return [*self.columns.traits.values(), *self.columns.answers.values(), *touch]

    def _said(self) -> str:
        """The latest value of each trait and answer, and the channel of the last touch."""
        latest = [
            *self._latest("traits", self.columns.traits),
            *self._latest("answers", self.columns.answers),
            *([self._touch()] if self.columns.asks_channel else []),
        ]
        sources = [name for name in ("traits", "answers") if getattr(self.columns, name)]
        given = [f"past.{name} IS NOT NULL" for name in sources]
        if self.columns.asks_channel:
            given.append(_TOUCHES)
        columns = ", ".join(latest)
        return f"SELECT {self._named}, {columns} {self._from('fact')} AND ({' OR '.join(given)}) {self._by_situation}"

    def _latest(self, source: str, names: dict[str, str]) -> list[str]:
        order = self.dialect.pair.format(values="past.t, past.key")
        fields = {column: self.dialect.field(f"past.{source}", name) for name, column in names.items()}
        return [
            f"{self.dialect.latest.format(value=field, order=order)} FILTER (WHERE {field} IS NOT NULL) AS {column}"
            for column, field in fields.items()
        ]

    def _touch(self) -> str:
        """The newest touch that is not direct, else the newest direct one."""
        weight = f"(past.campaign IS NOT NULL OR past.channel <> '{DIRECT}')"
        order = self.dialect.pair.format(values=f"{weight}, past.t, past.key")
        channel = self.dialect.lone.format(value="past.channel")
        return f"{self.dialect.latest.format(value=channel, order=order)} FILTER (WHERE {_TOUCHES}) AS touch"

    # Events that fit

    def _entries(self) -> str:
        """Each fact of this cycle once for each hit rule and each stream that it fits, with the value that tells
        it from others there."""
        fits = [self._fits(Stream(rule.when.pattern, True, _value_of(rule))) for rule in self.hits]
        fits += [self._fits(stream) for stream in self.columns.streams]
        if not fits:
            return ""
        cases = (f"CASE WHEN {each} THEN {number} END" for number, each in enumerate(fits))
        streams = self.dialect.each.format(value=self.dialect.listed.format(values=", ".join(cases)))
        values = "".join(f", {text} AS {column}" for column, text in self._values().items())
        upto = "" if self.at is None else f" AND t <= {self.at}"
        found = f"SELECT lead, t, key, {streams} AS stream{values} FROM fact WHERE this_cycle{upto}"
        return f"SELECT lead, t, key, stream, {self._word()} AS word FROM ({found}) AS found"

    def _values(self) -> dict[str, str]:
        return {f"value_{n}": f"{self._property(name)}.word" for n, name in enumerate(self._value_names())}

    def _value_names(self) -> list[str]:
        names = [_value_of(rule) for rule in self.hits] + [stream.value for stream in self.columns.streams]
        return list(dict.fromkeys(name for name in names if name is not None))

    def _word(self) -> str:
        """What tells an entry from others of its stream, where that matters: a value, a stretch of time."""
        names = self._value_names()
        cases = []
        for number, rule in enumerate(self.hits):
            if (value := _value_of(rule)) is not None:
                cases.append(f"WHEN {number} THEN value_{names.index(value)}")
            elif rule.once_per_time is not None and not rule.once:
                cases.append(f"WHEN {number} THEN CAST({self._bucket(rule.once_per_time)} AS VARCHAR)")
        for number, stream in enumerate(self.columns.streams, len(self.hits)):
            if stream.value is not None:
                cases.append(f"WHEN {number} THEN value_{names.index(stream.value)}")
        return f"CASE stream {' '.join(cases)} END" if cases else "CAST(NULL AS VARCHAR)"

    def _bucket(self, length: int) -> str:
        """The first moment of the stretch that `t` lies in; rounded down also before 1970."""
        shifted = f"(t + {self.agreement.runs.offset})"
        return f"({shifted} - (({shifted} % {length}) + {length}) % {length})"

    def _fits(self, stream: Stream) -> str:
        pattern = stream.pattern
        parts = [f"\"by\" = '{By.PERSON}'" if stream.person_only else f"\"by\" <> '{By.MACHINE}'"]
        if pattern.name != ANY:
            parts.append(f"name = {self.dialect.text(pattern.name)}")
        parts += self._places(pattern)
        parts += [wanted(value, self._property(name), self.dialect) for name, value in pattern.properties]
        if stream.value is not None:
            parts.append(f"{self._property(stream.value)}.word IS NOT NULL")
        return " AND ".join(parts)

    def _places(self, pattern: Pattern) -> list[str]:
        parts = []
        if pattern.path is not None:
            parts.append(self.dialect.like("path", pattern.path))
        if pattern.campaign is not None:
            parts.append(self.dialect.like("campaign", pattern.campaign.casefold()))
        if pattern.channels:
            parts.append(f"channel IN ({self.dialect.texts(pattern.channels)})")
        return parts

    def _property(self, name: str) -> str:
        return self.dialect.field("properties", name)

    # Hits and counts

    def _of_entries(self) -> dict[str, str]:
        parts = {}
        if self.hits:
            parts = {"once": self._once(), "hit": self._kept(), "interest": self._interest()}
            if not self._rules_once():
                del parts["once"]
        if self.columns.counts:
            parts["happened"] = self._happened()
        return parts

    def _rules_once(self) -> list[int]:
        """The hit rules that count one event of many."""
        return [n for n, rule in enumerate(self.hits) if rule.once or rule.once_per or rule.once_per_time]

    def _once(self) -> str:
        """The earliest entry of each value, stretch of time, or ever; of values those that came first."""
        first = (
            "SELECT *, row_number() OVER (PARTITION BY lead, stream, word ORDER BY t, key) AS nth "
            f"FROM entry WHERE stream IN ({_numbers(self._rules_once())})"
        )
        ranked = (
            "SELECT *, row_number() OVER (PARTITION BY lead, stream ORDER BY t, key) AS place "
            f"FROM ({first}) AS numbered WHERE nth = 1"
        )
        limited = [n for n in self._rules_once() if _value_of(self.hits[n]) is not None]
        within = f" WHERE place <= {VALUES_KEPT} OR stream NOT IN ({_numbers(limited)})" if limited else ""
        return f"SELECT lead, stream, t, key FROM ({ranked}) AS ranked{within}"

    def _kept(self) -> str:
        """Each hit with the time of the k-th newer one, which ends it."""
        every = [n for n in range(len(self.hits)) if n not in self._rules_once()]
        sources = []
        if every:
            sources.append(f"SELECT lead, stream, t, key FROM entry WHERE stream IN ({_numbers(every)})")
        if self._rules_once():
            sources.append("SELECT lead, stream, t, key FROM once")
        keeps: dict[int, list[int]] = {}
        for number, rule in enumerate(self.hits):
            keeps.setdefault(rule.keep, []).append(number)
        until = " ".join(
            f"WHEN stream IN ({_numbers(streams)}) THEN lead(t, {keep}) OVER newer" for keep, streams in keeps.items()
        )
        return (
            f"SELECT lead, stream, t, CASE {until} END AS ends FROM ({' UNION ALL '.join(sources)}) AS earned "
            "WINDOW newer AS (PARTITION BY lead, stream ORDER BY t, key)"
        )

    def _interest(self) -> str:
        cases = " ".join(f"WHEN {n} THEN {self._worth(rule)}" for n, rule in enumerate(self.hits))
        lasting = "past.ends IS NULL" if self.at is not None else "(past.ends IS NULL OR asked.moment < past.ends)"
        points = f"CAST(sum(CASE past.stream {cases} END) AS BIGINT) AS points"
        return f"SELECT {self._named}, {points} {self._from('hit')} AND {lasting} {self._by_situation}"

    def _worth(self, rule: HitRule) -> str:
        """Half of it after each half-life, rounded half up to a thousandth."""
        if rule.half_life is None:
            return f"CAST({rule.points} AS BIGINT)"
        halvings = f"CAST(past.t - {self._at} AS DOUBLE) / {double(rule.half_life)}"
        amount = f"CAST(floor({abs(rule.points)}e0 * power(2e0, {halvings}) + 0.5e0) AS BIGINT)"
        return amount if rule.points > 0 else f"-{amount}"

    def _happened(self) -> str:
        counts = ", ".join(f"{self._count(each)} AS {column}" for each, column in self.columns.counts.items())
        streams = _numbers(range(len(self.hits), len(self.hits) + len(self.columns.streams)))
        among = f"AND past.stream IN ({streams})"
        return f"SELECT {self._named}, {counts} {self._from('entry')} {among} {self._by_situation}"

    def _count(self, count: Count) -> str:
        fits = f"past.stream IN ({_numbers(number + len(self.hits) for number in count.streams)})"
        if count.since is not None:
            fits += f" AND past.t > {self._at} - {count.since}"
        return f"count({'DISTINCT past.word' if count.different else '*'}) FILTER (WHERE {fits})"


_TOUCHES = f"(past.\"by\" = '{By.PERSON}' AND (past.channel IS NOT NULL OR past.campaign IS NOT NULL))"


def _value_of(rule: HitRule) -> str | None:
    """The property of whose values the rule counts one event each."""
    return None if rule.once else rule.once_per


def _numbers(numbers: Iterable[int]) -> str:
    return ", ".join(map(str, numbers))
