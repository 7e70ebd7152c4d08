"""What is known of budget, authority, need and timeline, and what the agreement still asks for."""

from typing import NamedTuple

from pomona.actions.situations import situations
from pomona.domain import bant
from pomona.domain.clauses import say_condition
from pomona.domain.condition import missing
from pomona.domain.profile import Noted
from pomona.domain.stages import OPEN_WITH_SELLER, Stage
from pomona.domain.words import BANT, pick
from pomona.store import leads
from pomona.store.access import may_sell
from pomona.store.database import connection
from pomona.store.models import JournalRow, Lead
from pomona.store.reads.lead import Sight
from pomona.web import words
from pomona.web.request import PageRequest


class Line(NamedTuple):
    """What was noted of one criterion; `t` None: nothing yet."""

    criterion: str
    title: str
    state: str
    said: str
    evidence: str = ""
    t: int | None = None


class Qualification(NamedTuple):
    """The lines, and whether this user may write them; `missing` says what stands between the lead and SQL.

    `missing` is None where nothing was agreed or the lead is past it, empty where nothing is missing.
    """

    lines: list[Line]
    may_note: bool
    missing: list[str] | None


def qualification(page: PageRequest, seen: Sight) -> Qualification | None:
    """None for a lead nobody ever worked with."""
    lead, notes = seen.lead, seen.notes
    if lead.owner_id is None and not notes:
        return None
    may_note = lead.merged_into is None and lead.stage in OPEN_WITH_SELLER and may_sell(page.user, lead)
    return Qualification(lines(notes), may_note, _missing(page, lead, notes))


def lines(notes: dict[str, JournalRow]) -> list[Line]:
    """A line for each criterion."""
    return [_line(criterion, notes.get(criterion)) for criterion in bant.CRITERIA]


def state_words(state: str) -> str:
    """A criterion's state in a word."""
    return pick(words.language(), *BANT[state])


def noted_title(row: JournalRow) -> str:
    """A note as a line of the timeline."""
    note = bant.read_note(row.body.get("properties", {}))
    if note is None:
        return row.name
    said = f"{pick(words.language(), *BANT[note.criterion])}: {state_words(note.state)}"
    return f"{said} — {note.evidence}" if note.evidence else said


def _line(criterion: str, row: JournalRow | None) -> Line:
    title = pick(words.language(), *BANT[criterion])
    note = bant.read_note(row.body["properties"]) if row else None
    if row is None or note is None:
        return Line(criterion, title, bant.UNKNOWN, state_words(bant.UNKNOWN))
    return Line(criterion, title, note.state, state_words(note.state), note.evidence, row.t)


def _missing(page: PageRequest, lead: Lead, notes: dict[str, JournalRow]) -> list[str] | None:
    """Under the version that handed the lead over, with what was noted a moment ago and is not folded yet."""
    if lead.stage not in (Stage.MQL, Stage.SAL):
        return None
    conn = connection()
    situation = situations(conn, leads.load(conn, [lead.pk], lock=False).values(), now=page.now).get(lead.pk)
    sql = situation.agreement.ready.sql if situation else None
    if situation is None or sql is None:
        return None
    known = {line.criterion: Noted(line.t, b"", line.state) for line in lines(notes) if line.t is not None}
    return [
        say_condition(each, page.language, situation.agreement.asked) for each in missing(sql, situation.knowing(known))
    ]
