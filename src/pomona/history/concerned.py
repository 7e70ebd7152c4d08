"""Which of the moments at which leads are ripe under an agreement lie within its concern: its campaign touched the
lead shortly before; under the house rules, no other agreement's did. As `domain.ripeness.choose_agreements` has it."""

from collections.abc import Sequence

import msgspec

from pomona.domain.agreement import Agreement
from pomona.domain.agreement.values import Cover, Runs
from pomona.domain.event import By
from pomona.domain.ripeness import HOUSE, MOST_AGREEMENTS, TOUCHED_WITHIN, covers_of
from pomona.history.dialect import Dialect

EVER = 2**63 - 1


class InForce(msgspec.Struct, frozen=True):
    """A version and the time in which it was in force: [`start`, `end`), microseconds UTC."""

    agreement: Agreement
    start: int
    end: int


def concerned(agreement: Agreement, others: Sequence[InForce], ripe: str, dialect: Dialect) -> str:
    """Of the rows (`lead`, `moment`) of the query `ripe` those that concern the agreement, tried as if it had been in
    force all the time. `others` were in force then: those of the same name, and the house rules, are left out.
    """
    rivals = [each for each in others if each.agreement.campaign not in (agreement.campaign, HOUSE)]
    if agreement.campaign == HOUSE:
        return _untouched(agreement, rivals, ripe, dialect) if rivals else ripe
    touched = _touched(agreement, ripe, dialect)
    names = {each.agreement.campaign for each in rivals}
    return _among_newest(rivals, touched, dialect) if len(names) >= MOST_AGREEMENTS else touched


def _touched(agreement: Agreement, ripe: str, dialect: Dialect) -> str:
    """With `touched`: when the agreement's campaign last touched the lead."""
    own = f"SELECT lead, t FROM fact WHERE {_touch(covers_of(agreement), dialect)}"
    return (
        f"SELECT ripe.lead, ripe.moment, max(own.t) AS touched FROM ({ripe}) AS ripe JOIN ({own}) AS own "
        f"ON own.lead = ripe.lead AND own.t <= ripe.moment AND own.t > ripe.moment - {TOUCHED_WITHIN} "
        "GROUP BY ripe.lead, ripe.moment"
    )


def _untouched(house: Agreement, rivals: Sequence[InForce], ripe: str, dialect: Dialect) -> str:
    """Nobody else's campaign touched the lead, or the house rules' own did."""
    own = InForce(msgspec.structs.replace(house, runs=Runs()), 0, EVER)
    having = f"count(rival.name) = 0 OR count(CASE WHEN rival.name = '{HOUSE}' THEN 1 END) > 0"
    return _with_rivals([own, *rivals], ripe, f"rival.t > ripe.moment - {TOUCHED_WITHIN}", having, dialect)


def _among_newest(rivals: Sequence[InForce], touched: str, dialect: Dialect) -> str:
    few = f"count(DISTINCT rival.name) < {MOST_AGREEMENTS}"
    return _with_rivals(rivals, touched, "rival.t > ripe.touched", few, dialect)


def _with_rivals(rivals: Sequence[InForce], ripe: str, newer: str, having: str, dialect: Dialect) -> str:
    """The moments for whose rival touches something holds; of each source only the newest touch counts."""
    touches = " UNION ALL ".join(_touches(each, dialect) for each in rivals)
    return (
        f"SELECT ripe.lead, ripe.moment FROM ({ripe}) AS ripe LEFT JOIN ({touches}) AS rival "
        f"ON rival.lead = ripe.lead AND rival.t <= ripe.moment AND ripe.moment < rival.newer AND {newer} "
        "AND rival.since <= ripe.moment AND ripe.moment < rival.until "
        f"GROUP BY ripe.lead, ripe.moment HAVING {having}"
    )


def _touches(other: InForce, dialect: Dialect) -> str:
    """The touches by a rival's campaign while it ran, each with the time of the next one of the same source."""
    runs, covers = other.agreement.runs, covers_of(other.agreement)
    sources = " UNION ALL ".join(
        f"SELECT lead, t, coalesce(lead(t) OVER (PARTITION BY lead, {kind} ORDER BY t, key), {EVER}) AS newer "
        f"FROM fact WHERE {_touch([each for each in covers if each.by == kind], dialect)}"
        for kind in sorted({each.by for each in covers})
    )
    return (
        f"SELECT lead, t, newer, {dialect.text(other.agreement.campaign)} AS name, "
        f"CAST({other.start} AS BIGINT) AS since, CAST({other.end} AS BIGINT) AS until FROM ({sources}) AS source "
        f"WHERE t >= {runs.start or 0} AND t < {EVER if runs.end is None else runs.end}"
    )


def _touch(covers: Sequence[Cover], dialect: Dialect) -> str:
    """Whether a fact is a touch that one of these covers."""
    fits = " OR ".join(dialect.like(each.by, each.pattern.casefold()) for each in covers)
    return f"\"by\" = '{By.PERSON}' AND ({fits})"
