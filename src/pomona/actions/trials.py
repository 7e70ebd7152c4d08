"""Trials of a version against the one in force: proposed with their terms, begun by the second signature, ended."""

from typing import Any, ClassVar, Literal

from psycopg import Connection

from pomona.domain.errors import PomonaError
from pomona.domain.trials import TrialTerms, sample_size
from pomona.store import agreements, identity, switching, trials
from pomona.store.agreements import VersionRow
from pomona.store.database import work_transaction
from pomona.store.powers import SIGNING, NotAllowed, has_power

Keep = Literal["incumbent", "challenger"]
SHARES = (0.05, 0.95)
"""What a trial may give the challenger."""
DIFFERENCES = (0.01, 0.5)
MOST_DAYS = 730


class RefusedTrial(PomonaError):
    """The trial cannot be as things stand; nothing was changed."""

    texts: ClassVar[dict[str, tuple[str, str]]] = {
        "no_rival": (
            "Сравнивать не с чем: у соглашения «{name}» нет действующей версии. Предложите версию без сравнения.",
            "There is nothing to compare with: “{name}” has no version in force. Propose the version without a trial.",
        ),
        "not_begun": (
            "Кампания «{name}» ещё не началась: сравнивать пока некого. Подпишите, когда она начнётся.",
            "The campaign of “{name}” has not begun: there is nobody to compare yet. Sign when it begins.",
        ),
        "trial_running": (
            "По соглашению «{name}» идёт сравнение версий: сначала закончите его.",
            "A trial of “{name}” is going on: end it first.",
        ),
        "signed_waits": (
            "Подписанная версия {number} соглашения «{name}» ещё вступит в силу и сменит ту, с которой сравнивают. "
            "Начните сравнение после этого.",
            "Version {number} of “{name}” is signed and will replace the one to compare with. "
            "Begin the trial after that.",
        ),
        "no_trial": ("Такое сравнение сейчас не идёт.", "There is no such trial going on."),
        "bad_terms": (
            "Доля — от 5 до 95 %, наименьшая важная разница — от 1 до 50 пунктов, срок — от 1 до 730 дней.",
            "The share must be 5 to 95 %, the smallest difference of interest 1 to 50 points, the time 1 to 730 days.",
        ),
    }


def propose_trial(conn: Connection[Any], row: VersionRow, terms: TrialTerms, *, now: int) -> None:
    """Keep the terms of a version that is being proposed: how many leads each side needs is fixed here.

    Raises RefusedTrial.
    """
    if not (
        _within(terms.share, SHARES) and _within(terms.smallest, DIFFERENCES) and 1 <= terms.most_days <= MOST_DAYS
    ):
        raise RefusedTrial("bad_terms")
    _rival(conn, row.name, now)
    baseline = trials.baseline(conn, row.name, terms.outcome, now=now)
    needed = sample_size(baseline, terms.smallest)
    trials.add(conn, row.name, row.number, terms, needed=needed, baseline=baseline)


def begin_if_trial(conn: Connection[Any], row: VersionRow, *, now: int) -> bool:
    """Whether a version that both sides have signed was proposed as a trial; it begins now.

    Folds that go on end before: later leads are captured after its beginning. Raises RefusedTrial.
    """
    refuse_while_running(conn, row.name)
    trial = trials.of_version(conn, row.name, row.number)
    if trial is None:
        return False
    start = agreements.agreement_by_id(conn, row.id).runs.start
    if start is not None and start > now:
        raise RefusedTrial("not_begun", name=row.name)
    rival = _rival(conn, row.name, now)
    identity.lock(conn, exclusive=True)
    trials.start(conn, trial.id, incumbent=rival, now=now)
    agreements.set_state(conn, row.id, "trial")
    return True


def is_tried(conn: Connection[Any], version: int) -> bool:
    """Whether a version (its row id) is in a trial that goes on."""
    return agreements.state_of(conn, version) == "trial"


def refuse_while_running(conn: Connection[Any], name: str) -> None:
    """Raise RefusedTrial while a trial of the agreement goes on."""
    if trials.running(conn, name) is not None:
        raise RefusedTrial("trial_running", name=name)


def end_trial(conn: Connection[Any], trial: int, keep: Keep, *, user: int, now: int) -> None:
    """Make one of the two versions the only one in force, for all leads. Raises NotAllowed, RefusedTrial."""
    with work_transaction(conn):
        role = agreements.role_of(conn, user)
        if not any(has_power(role, power) for power in SIGNING.values()):
            raise NotAllowed("not_allowed")
        found = trials.lock(conn, trial)
        row = found and agreements.row_of(conn, found.agreement, found.challenger)
        if found is None or row is None:
            raise RefusedTrial("no_trial")
        trials.end(conn, trial, user=user, now=now)
        if keep == "challenger":
            end = agreements.agreement_by_id(conn, row.id).runs.end
            agreements.put_in_force(conn, row, start=now, end=end, now=now)
        else:
            agreements.set_state(conn, row.id, "superseded")
        switching.wake(conn)


def _rival(conn: Connection[Any], name: str, now: int) -> int:
    """The number of the version in force, which no other one that is signed is going to replace."""
    in_force = agreements.in_force(conn, now).get(name)
    if in_force is None:
        raise RefusedTrial("no_rival", name=name)
    if (waiting := agreements.signed_ahead(conn, name, now)) is not None:
        raise RefusedTrial("signed_waits", name=name, number=waiting)
    return in_force.version


def _within(value: float, bounds: tuple[float, float]) -> bool:
    return bounds[0] <= value <= bounds[1]
