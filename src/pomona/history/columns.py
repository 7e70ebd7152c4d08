"""What a query needs of the past: values of single facts, and what is gathered from them up to a moment. Each is
asked for where a condition or a rule is written and stands under a short name, once however often it is asked for."""

from typing import NamedTuple

from pomona.domain import bant
from pomona.domain.account import is_of_account
from pomona.domain.agreement.trackers import VALUES_KEPT
from pomona.domain.consent import ALL
from pomona.domain.event import By
from pomona.domain.profile import DIRECT
from pomona.history.crowded import Said
from pomona.history.dialect import Dialect
from pomona.history.patterns import TOUCHES, Stream, fits

OWN, OF_COLLEAGUES = -1, -2
"""What `first` says of the facts of the lead itself, and of those of its colleagues."""


class Gathered(NamedTuple):
    """An aggregate over the facts that `where` selects, those of the last `since` microseconds only if given."""

    aggregate: str
    where: str
    since: int | None = None


class First(NamedTuple):
    """The earliest fact of each value of `by`, of those that `where` selects."""

    where: str
    by: str


class Columns:
    """The columns of a query, in the order they were first asked for.

    `values`: expressions over one row of `fact`; `firsts`: facts that come again as `first`, a number, where they are
    the earliest of their value; `gathered`: aggregates over both; `crowded`: those of them that others crowd out.
    `of_lead`: columns of `lead`. Of colleagues: `shared` are the values that their facts have for the lead, too;
    `turns`, by the column of `lead` that holds it, times that come as facts, each with its number as `first`; `doers`,
    by what is asked, names of columns that say who of the account did it, and `together` aggregates over these.
    """

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.values: dict[str, str] = {}
        self.firsts: dict[First, int] = {}
        self.gathered: dict[Gathered, str] = {}
        self.crowded: dict[str, Said] = {}
        self.of_lead: dict[str, None] = {"captured_at": None}
        self.shared: dict[str, None] = {}
        self.turns: dict[str, int] = {}
        self.doers: dict[str, str] = {}
        self.together: dict[Gathered, str] = {}

    # What the lead is and told

    def trait(self, name: str, *, alone: bool = False) -> str:
        """The latest value of a trait, as a structure; one of the company may be a colleague's, unless `alone`."""
        said = Said("traits", name)
        if not is_of_account(name):
            return self._latest(said)
        value = self._value(self.dialect.field(*said))
        if alone:
            return self._unless_crowded(said, self._latest_of(value, f"{value} IS NOT NULL AND first = {OWN}"))
        self.shared[value] = None
        return self._latest(said)

    def answer(self, question: str) -> str:
        """The latest answer to a question, as a list of codes."""
        return self._latest(Said("answers", question))

    def named_time(self, question: str) -> str:
        """The time that the latest answer to a question names; NULL where it names none."""
        value = self.dialect.lone.format(value=self._value(self.dialect.field("named_times", question)))
        given = self._value(f"{self.dialect.field('answers', question)} IS NOT NULL")
        return f"{self._unless_crowded(Said('answers', question), self._latest_of(value, given))}.value"

    def noted(self, criterion: str) -> str:
        """The state that was noted last of a BANT criterion; NULL where none was."""
        told = {name: f"{self.dialect.field('properties', name)}.text" for name in ("criterion", "state")}
        note = (
            f'name = {self.dialect.text(bant.NOTED)} AND "by" IN ({self.dialect.texts(bant.MAY_NOTE)}) AND '
            f"{told['criterion']} = {self.dialect.text(criterion)} AND "
            f"{told['state']} IN ({self.dialect.texts(bant.STATES)})"
        )
        return self._latest_of(self._value(told["state"]), self._value(note))

    def words(self, mailing: str) -> str:
        """Who said what about a mailing, as a list; see `Dialect.said`."""
        named = f"coalesce({self.dialect.field('properties', 'list')}.text, '')"
        wish = (
            f"\"by\" <> '{By.MACHINE}' AND (name = 'subscribed' AND {named} = {self.dialect.text(mailing)} OR "
            f"name = 'unsubscribed' AND {named} IN ({self.dialect.texts([mailing, ALL])}))"
        )
        said = self.dialect.said.format(subject=self._value("subject"), wants=self._value("name = 'subscribed'"))
        return self._gather(said, self._value(wish))

    def channel(self) -> str:
        """The channel of the newest touch that is not direct, else of the newest direct one."""
        weight = self._value(f"campaign IS NOT NULL OR channel <> '{DIRECT}'")
        order = self.dialect.pair.format(values=f"{weight}, t, key")
        lone = self.dialect.lone.format(value=self._value("channel"))
        latest = self.dialect.latest.format(value=lone, order=order)
        return f"{self._gather(latest, self._value(TOUCHES))}.value"

    def _latest(self, said: Said) -> str:
        value = self._value(self.dialect.field(*said))
        return self._unless_crowded(said, self._latest_of(value, f"{value} IS NOT NULL"))

    def _latest_of(self, value: str, where: str) -> str:
        order = self.dialect.pair.format(values="t, key")
        return self._gather(self.dialect.latest.format(value=value, order=order), where)

    def _unless_crowded(self, said: Said, column: str) -> str:
        if not said.stays:
            self.crowded[column] = said
        return column

    # What it did

    def amount(self, facts: str) -> str:
        """How many of these facts there are."""
        return f"coalesce({self._gather('count(*)', facts)}, 0)"

    def nth_newest(self, facts: str, n: int) -> str:
        """The time of the n-th newest of these facts; NULL where there are fewer."""
        if n == 1:
            return self._gather("max(t)", facts)
        return self.dialect.nth.format(list=self.newest(facts, n), n=n)

    def newest(self, facts: str, n: int) -> str:
        """The list of the times of the n newest of these facts; NULL where there are none."""
        return self._gather(self.dialect.newest.format(value="t", n=n), facts)

    def newest_kept(self, facts: str, n: int) -> str:
        """As `newest`, but of those that `once_per` keeps: the earliest ones."""
        kept = self._gather(self.dialect.oldest.format(value="t", n=VALUES_KEPT), facts)
        return self.dialect.last.format(list=kept, n=n)

    def oldest(self, facts: str) -> str:
        """The time of the oldest of these facts; NULL where there are none."""
        return self._gather("min(t)", facts)

    def different(self, stream: Stream, name: str, *, since: int | None) -> str:
        """How many values of a property these facts of the last `since` microseconds have."""
        word = self._value(self.word(name))
        distinct = self._gather(self.dialect.distinct.format(value=word), self.stream(stream), since)
        return f"coalesce({self.dialect.how_many.format(distinct=distinct)}, 0)"

    # The account

    def account(self) -> str:
        """The account; NULL where there is none, or none of which anything is known."""
        self.of_lead["account"] = None
        return "account"

    def people(self, stream: Stream, *, since: int | None) -> str:
        """How many leads of the account, this one among them, did what fits in the last `since` microseconds."""
        self.account()
        who = self.doers.setdefault(fits(stream, self.dialect), f"doer_{len(self.doers)}")
        asked = Gathered(self.dialect.distinct.format(value=who), f"{who} IS NOT NULL", since)
        distinct = self.together.setdefault(asked, f"together_{len(self.together)}")
        return f"coalesce({self.dialect.how_many.format(distinct=distinct)}, 0)"

    def turned(self, column: str) -> str:
        """Whether the time in a column of `lead` has come for a colleague."""
        number = self.turns.setdefault(column, OF_COLLEAGUES - 1 - len(self.turns))
        return f"({self.amount(f'first = {number}')} > 0)"

    # Which facts are meant

    def stream(self, stream: Stream) -> str:
        """The facts that fit."""
        return self._value(fits(stream, self.dialect))

    def first(self, stream: Stream, by: str) -> str:
        """Of the facts that fit, the earliest of each value of an expression; none without value."""
        asked = First(f"{fits(stream, self.dialect)} AND {by} IS NOT NULL", by)
        return f"first = {self.firsts.setdefault(asked, len(self.firsts))}"

    def word(self, name: str) -> str:
        """What tells the values of a property apart."""
        return f"{self.dialect.field('properties', name)}.word"

    def _value(self, expression: str) -> str:
        return self.values.setdefault(expression, f"value_{len(self.values)}")

    def _gather(self, aggregate: str, where: str, since: int | None = None) -> str:
        return self.gathered.setdefault(Gathered(aggregate, where, since), f"gathered_{len(self.gathered)}")
