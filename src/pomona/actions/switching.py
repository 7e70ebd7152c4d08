"""Versions change without surprises: leads are counted ahead under versions to come, and follow when one comes into
force, ends, or has its pass mark moved.

A stored tally is current from the moment it is stored: every fold of a lead counts under the versions in force and
under those to come. So there is nothing to catch up with when a version comes into force: its scores stand ready, and
a lead that has none yet is folded from the journal under its lock.
"""

from collections.abc import Collection, Sequence
from contextlib import suppress
from typing import Any

from msgspec.structs import replace
from psycopg import Connection

from pomona.actions.folding import concerned, counted_acts
from pomona.actions.ledger import Ledger
from pomona.domain.account import Acts, act_name
from pomona.domain.agreement import Agreement
from pomona.domain.profile import profile_from_bytes
from pomona.domain.stages import Stage
from pomona.domain.terms import Terms, VersionKey, handing, key_of, moved
from pomona.journal.append import append
from pomona.store import accounts, agreements, identity, leads, switching, tallies
from pomona.store.database import Rebuilding, work_transaction
from pomona.store.leads import Known
from pomona.store.switching import HOTTEST, Switch

CHANNEL = switching.CHANNEL
PAGE = 250
"""Leads looked at, and locked if they need it, in one transaction."""


def switch(conn: Connection[Any], /, *, now: int) -> int:
    """One step of bringing every lead to the agreements in force and those to come; returns 0 if nothing is to do.

    0 also while another process is at it. A kill repeats at most one step.
    """
    with work_transaction(conn):
        work = switching.claim(conn)
        if work is None:
            return 0
        terms = agreements.terms(conn, now)
        if terms.plan != work.target:
            _begin(conn, work, terms)
        elif work.is_done:
            return 0
        elif work.score is not None:
            _follow_hottest(conn, work, work.score, now)
        else:
            _follow_all(conn, work, now)
        return 1


def bring_up(conn: Connection[Any], numbers: Collection[int], *, now: int) -> None:
    """Fold at once those of these leads that have no tally under a version in force: somebody looks at them.

    Nothing is decided, and while a rebuild goes on nothing is done.
    """
    if not _unscored(conn, numbers, agreements.terms(conn, now)):
        return
    with suppress(Rebuilding), work_transaction(conn):
        identity.lock(conn, exclusive=False)
        ledger = Ledger(conn, now=now)
        ledger.refresh(ledger.load(_unscored(conn, numbers, ledger.terms)))
        ledger.save()


def _begin(conn: Connection[Any], work: Switch, terms: Terms) -> None:
    """From here on every fold knows the change: those that ran have ended, later ones come after this moment."""
    identity.lock(conn, exclusive=True)
    changed = work.changed | moved(terms, work.target) | handing(terms, work.target)
    begun = replace(work, target=terms.plan, begun_at=terms.at, changed=changed, score=HOTTEST, lead=0)
    switching.save(conn, begun)


def _follow_hottest(conn: Connection[Any], work: Switch, score: int, now: int) -> None:
    """Leads that may ripen, the hottest first: some are ripe at once."""
    identity.lock(conn, exclusive=False)
    found = leads.hottest(conn, Stage.MCL, after=(score, work.lead or 0), limit=PAGE)
    ledger = _follow(conn, found, work, now)
    under = handing(ledger.terms, work.settled)
    ledger.judge({number: [] for number in ledger.unripe}, under=under)
    append(conn, ledger.save())
    last = found[-1] if len(found) == PAGE else None
    switching.save(conn, replace(work, score=last.score if last else None, lead=last.lead if last else 0))


def _follow_all(conn: Connection[Any], work: Switch, now: int) -> None:
    """Everybody, by number: whoever is not where they belong, and whoever keeps tallies that are of no more use."""
    identity.lock(conn, exclusive=False)
    numbers = leads.live_after(conn, after=work.lead or 0, limit=PAGE)
    _follow(conn, leads.known(conn, numbers), work, now).save()
    if len(numbers) == PAGE:
        switching.save(conn, replace(work, lead=numbers[-1]))
    else:
        switching.save(conn, replace(work, settled=work.target, changed=frozenset(), lead=None))


def _follow(conn: Connection[Any], found: Sequence[Known], work: Switch, now: int) -> Ledger:
    """These leads, as far as they need it, scored and counted under what holds now."""
    ledger = Ledger(conn, now=now)
    stored = tallies.counted_under(conn, [each.lead for each in found])
    acts = accounts.load_acts(conn, [each.lead for each in found])
    behind = [
        each.lead
        for each in found
        if not _follows(each, stored[each.lead], acts[each.lead], ledger.terms, work.changed)
    ]
    ledger.refresh(ledger.load(behind))
    return ledger


def _follows(lead: Known, stored: Collection[VersionKey], acts: Acts, terms: Terms, changed: frozenset[str]) -> bool:
    """Whether the lead is where it belongs: counted under just what concerns it, and nothing of that has changed."""
    profile = profile_from_bytes(lead.profile)
    wanted, asked = concerned(terms.of(lead.lead, lead.captured_at), profile), counted_acts(terms, profile)
    unchanged = changed.isdisjoint(each.campaign for each in wanted.now)
    return unchanged and wanted.keys == stored and set(map(act_name, asked)) == acts.keys()


def _unscored(conn: Connection[Any], numbers: Collection[int], terms: Terms) -> list[int]:
    """Those of these leads that have no tally under a version in force that concerns them."""
    stored = tallies.counted_under(conn, numbers)
    return [
        each.lead
        for each in leads.known(conn, numbers)
        if not {key_of(version) for version in _scoring(each, terms)} <= stored[each.lead]
    ]


def _scoring(lead: Known, terms: Terms) -> tuple[Agreement, ...]:
    return terms.of(lead.lead, lead.captured_at).scoring(profile_from_bytes(lead.profile))
