"""What the hits of a rule are worth at a moment, as SQL."""

from pomona.domain.agreement.values import HitRule
from pomona.history.columns import Columns
from pomona.history.patterns import Stream, double


def earned(rule: HitRule, columns: Columns, offset: int) -> str:
    """The thousandths that the rule's newest kept hits give at `moment`; `offset` shifts stretches of time."""
    stream = Stream(rule.when.pattern, person_only=True)
    if rule.once:
        return _once(rule, columns, columns.stream(stream))
    facts = columns.stream(stream)
    if rule.once_per is not None:
        facts = columns.first(stream, columns.word(rule.once_per))
    elif rule.once_per_time is not None:
        facts = columns.first(stream, _stretch(rule.once_per_time, offset))
    if rule.half_life is None:
        return f"{rule.points} * least({columns.amount(facts)}, {rule.keep})"
    newest = columns.newest if rule.once_per is None else columns.newest_kept
    term = _worth(rule.points, rule.half_life)
    return f"coalesce({columns.dialect.total.format(list=newest(facts, rule.keep), term=term)}, 0)"


def _once(rule: HitRule, columns: Columns, facts: str) -> str:
    t = columns.oldest(facts)
    worth = str(rule.points) if rule.half_life is None else _worth(rule.points, rule.half_life, t)
    return f"CASE WHEN {t} IS NOT NULL THEN {worth} ELSE 0 END"


def _worth(points: int, half_life: int, t: str = "t") -> str:
    """Half of it after each half-life, rounded half up to a thousandth."""
    halvings = f"CAST({t} - moment AS DOUBLE) / {double(half_life)}"
    amount = f"CAST(floor({abs(points)}e0 * power(2e0, {halvings}) + 0.5e0) AS BIGINT)"
    return amount if points > 0 else f"-{amount}"


def _stretch(length: int, offset: int) -> str:
    """The first moment of the stretch that `t` lies in; rounded down also before 1970."""
    shifted = f"(t + {offset})"
    return f"({shifted} - (({shifted} % {length}) + {length}) % {length})"
