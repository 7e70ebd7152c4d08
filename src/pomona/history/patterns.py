"""Which facts a pattern means and which values are wanted, as SQL over the columns of a fact."""

from typing import NamedTuple

from pomona.domain.agreement.conditions import ANY, Pattern, Scalar, Wanted
from pomona.domain.event import By
from pomona.history.dialect import Dialect

TOUCHES = f"(\"by\" = '{By.PERSON}' AND (channel IS NOT NULL OR campaign IS NOT NULL))"
"""Whether a fact is a touch."""


class Stream(NamedTuple):
    """The facts of this cycle that fit a pattern."""

    pattern: Pattern
    person_only: bool


def fits(stream: Stream, dialect: Dialect) -> str:
    """Whether a fact is of the stream; NULL: it is not."""
    pattern = stream.pattern
    parts = ["this_cycle", f"\"by\" = '{By.PERSON}'" if stream.person_only else f"\"by\" <> '{By.MACHINE}'"]
    if pattern.name != ANY:
        parts.append(f"name = {dialect.text(pattern.name)}")
    if pattern.path is not None:
        parts.append(dialect.like("path", pattern.path))
    if pattern.campaign is not None:
        parts.append(dialect.like("campaign", pattern.campaign.casefold()))
    if pattern.channels:
        parts.append(f"channel IN ({dialect.texts(pattern.channels)})")
    parts += [wanted(value, dialect.field("properties", name), dialect) for name, value in pattern.properties]
    return " AND ".join(parts)


def wanted(value: Wanted, column: str, dialect: Dialect) -> str:
    """Whether the value in a column of traits or properties is wanted; NULL: missing or incomparable."""
    if value.values:
        return f"({' OR '.join(_equals(each, column, dialect) for each in value.values)})"
    ends = ((">=", value.at_least), ("<=", value.at_most))
    given = [f"{column}.number {sign} {double(end)}" for sign, end in ends if end is not None]
    return f"({' AND '.join(given or [f'{column}.number = {column}.number'])})"


def _equals(value: Scalar, column: str, dialect: Dialect) -> str:
    if isinstance(value, str):
        return f"{column}.text = {dialect.text(value)}"
    if isinstance(value, bool):
        return f"{column}.flag = {str(value).upper()}"
    return f"{column}.number = {double(value)}"


def double(value: float) -> str:
    """A number as a literal in double precision, exactly."""
    return f"CAST('{float(value)!r}' AS DOUBLE)"
