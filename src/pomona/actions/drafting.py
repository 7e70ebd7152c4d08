"""Writing a draft step by step: nothing is overwritten unseen, nothing unfinished is lost, each step can be undone."""

from typing import Any, NamedTuple

from psycopg import Connection

from pomona.actions.agreements import ChangedMeanwhile, FaultyAgreement, RefusedSignature, read_draft, save_draft
from pomona.actions.allowed import demand
from pomona.domain.agreement import AgreementError, AgreementErrors
from pomona.formats.yaml_document import YamlRefused, read_yaml
from pomona.store import agreements, drafts
from pomona.store.agreements import VersionRow
from pomona.store.database import work_transaction
from pomona.store.powers import Power

Fault = FaultyAgreement | YamlRefused


class Written(NamedTuple):
    """The edition that was written; `fault` says why its text cannot be proposed as it is."""

    edition: int
    fault: Fault | None


def write(conn: Connection[Any], draft: int, text: str, *, edition: int, user: int, now: int) -> Written:
    """Keep a text as the next edition of a draft (its row id). One that is faulty is kept, too: the draft's agreement
    stays as it was until the text can be read.

    `edition` is the one that the writer saw. Raises ChangedMeanwhile, RefusedSignature, NotAllowed.
    """
    with work_transaction(conn):
        row = _locked(conn, draft, edition, user)
        fault = fault_of(conn, row.name, text, now=now)
        if fault is None:
            save_draft(conn, text, user=user, now=now)
        else:
            drafts.add(conn, row.id, text, user=user, now=now)
        return Written(drafts.newest(conn, row.id).edition, fault)


def edit(conn: Connection[Any], draft: int, text: str, *, edition: int, user: int, now: int) -> int:
    """As `write`, but a text that is faulty changes nothing and is refused. Returns the new edition.

    Raises YamlRefused, FaultyAgreement as well.
    """
    with work_transaction(conn):
        written = write(conn, draft, text, edition=edition, user=user, now=now)
        if written.fault is not None:
            raise written.fault
        return written.edition


def undo(conn: Connection[Any], draft: int, edition: int, *, user: int, now: int) -> Written:
    """Write the text that stood before an edition, which must be the newest. Raises as `write`."""
    with work_transaction(conn):
        row = _locked(conn, draft, edition, user)
        text = drafts.before(conn, row.id, edition)
        if text is None:
            raise ChangedMeanwhile("changed_meanwhile", name=row.name)
        return write(conn, draft, text, edition=edition, user=user, now=now)


def fault_of(conn: Connection[Any], name: str, text: str, *, now: int) -> Fault | None:
    """What stands against saving a text as the draft of the agreement `name`."""
    try:
        agreement = read_draft(conn, text, now=now)
    except (YamlRefused, FaultyAgreement) as fault:
        return fault
    return None if agreement.campaign == name else _other_campaign(text, name)


def _other_campaign(text: str, name: str) -> FaultyAgreement:
    fault = AgreementError("other_campaign", ("campaign",), name=name)
    return FaultyAgreement(AgreementErrors([fault]), read_yaml(text)[1])


def _locked(conn: Connection[Any], draft: int, edition: int, user: int) -> VersionRow:
    demand(conn, user, Power.WRITE_AGREEMENTS)
    row = agreements.lock_version(conn, draft)
    if row is None:
        raise RefusedSignature("no_version")
    if row.state != "draft":
        raise RefusedSignature("not_a_draft", name=row.name, number=row.number)
    if drafts.newest(conn, row.id).edition != edition:
        raise ChangedMeanwhile("changed_meanwhile", name=row.name)
    return row
