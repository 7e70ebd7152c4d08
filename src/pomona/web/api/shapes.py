"""What the API takes and gives. Times are ISO 8601 in UTC, points and numbers as people write them."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated

from ninja import Schema
from pydantic import Field

from pomona.domain.trials import Outcome, TrialTerms
from pomona.store import models
from pomona.store.agreements import stamp
from pomona.store.reads import agreements as reads
from pomona.store.reads.lists import ListLine
from pomona.web import outline

Words = Annotated[str, Field(pattern="^[^\\x00]*$")]
"""What people write: anything but NUL, which no database keeps."""

Trials = Mapping[tuple[str, int], models.Trial]
"""What versions were proposed for, by agreement and number."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Trial(Schema):
    """Terms of a trial: the version gets `share` of the leads captured from then on, beside the one in force.

    It is judged once by `outcome`, when both versions had as many leads as the smallest difference of interest
    needs, or ends after `most_days` without an answer. Shares are from 0 to 1.
    """

    share: float
    outcome: Outcome
    smallest: float
    most_days: int


class ProposedTrial(Trial):
    """The terms that both sides sign, with the leads that are `needed` on each side, and the trial to read."""

    id: int
    needed: int


class Signature(Schema):
    """One side's yes: `marketing` or `sales`."""

    side: str
    name: str
    signed_at: datetime
    comment: str


class Version(Schema):
    """One version; `etag` names exactly this text in this state, `waits_for` the sides that have not signed.

    In force in [`in_force_from`, `in_force_until`): null where it never was, or without end. `trial` null: it is to
    replace the version in force; else it is tried against it.
    """

    agreement: str
    number: int
    state: str
    etag: str
    created_at: datetime
    created_by: str
    in_force_from: datetime | None
    in_force_until: datetime | None
    signatures: list[Signature]
    waits_for: list[str]
    trial: ProposedTrial | None


class Agreement(Schema):
    """An agreement with its versions, the newest first; `in_force` is the number of the one that scores leads now."""

    name: str
    title: str
    in_force: int | None
    versions: list[Version]


class Agreements(Schema):
    """A page of agreements by name; ask for the next one with `after` = `next`, null on the last page."""

    items: list[Agreement]
    next: str | None


class Finding(Schema):
    """Something found in a text: `refuses` stands against signing, `warns` is to be looked at."""

    severity: str
    code: str
    path: str
    line: int
    column: int
    detail: str


class Checked(Schema):
    """What was found, and the most points that anybody, a lead from a form and a new caller can reach."""

    findings: list[Finding]
    best: float
    best_of_form_lead: float
    best_of_caller: float
    pass_mark: float


class Difference(Schema):
    """One line of an agreement, as a sentence: `before` null: it is new; `after` null: it is gone."""

    place: str
    name: str
    before: str | None
    after: str | None


class Proposal(Schema):
    """How a draft is offered: to replace the version in force, or as a trial against it."""

    trial: Trial | None = None


class NamedList(Schema):
    """A list: `etag` names its newest version, `agreements` those that ask for it."""

    name: str
    kind: str
    number: int
    size: int
    etag: str
    agreements: list[str]


class Comment(Schema):
    """What the signer has to say; may stay empty."""

    comment: Words = ""


def moment(time: int) -> datetime:
    """A time in microseconds as a date."""
    return _EPOCH + timedelta(microseconds=time)


def time_of(date: datetime) -> int:
    """A date as a time in microseconds; without a zone it is UTC."""
    return ((date if date.tzinfo else date.replace(tzinfo=UTC)) - _EPOCH) // timedelta(microseconds=1)


def terms_of(trial: Trial | None) -> TrialTerms | None:
    """The terms as both sides sign them."""
    return None if trial is None else TrialTerms(**trial.model_dump())


def agreement_shape(line: reads.AgreementLine, trials: Trials, *, now: int) -> Agreement:
    """An agreement as the API tells it."""
    in_force = line.in_force(now)
    return Agreement(
        name=line.name,
        title=line.title,
        in_force=in_force.number if in_force else None,
        versions=[version_shape(each, trials) for each in line.versions],
    )


def version_shape(version: reads.Version, trials: Trials) -> Version:
    """A version as the API tells it."""
    trial = trials.get((version.agreement, version.number))
    return Version(
        agreement=version.agreement,
        number=version.number,
        state=version.state,
        etag=stamp_of(version),
        created_at=moment(version.created_at),
        created_by=version.created_by,
        in_force_from=None if version.in_force_from is None else moment(version.in_force_from),
        in_force_until=None if version.in_force_until is None else moment(version.in_force_until),
        signatures=[
            Signature(side=each.side, name=each.name, signed_at=moment(each.signed_at), comment=each.comment)
            for each in version.signatures
        ],
        waits_for=list(version.unsigned),
        trial=_proposed(trial) if trial else None,
    )


def _proposed(trial: models.Trial) -> ProposedTrial:
    return ProposedTrial(
        id=trial.pk,
        share=trial.share,
        outcome=Outcome(trial.outcome),
        smallest=trial.smallest,
        most_days=trial.most_days,
        needed=trial.needed,
    )


def difference_shape(found: outline.Difference) -> Difference:
    """A difference as the API tells it."""
    before, after = found.before, found.after
    return Difference(
        place=found.place,
        name=after.name if after else before.name if before else "",
        before=before.text if before else None,
        after=after.text if after else None,
    )


def stamp_of(version: reads.Version) -> str:
    """What names this text in this state."""
    return stamp(version.number, version.state, version.document)


def list_shape(line: ListLine) -> NamedList:
    """A list as the API tells it."""
    return NamedList(
        name=line.name,
        kind=line.kind,
        number=line.number,
        size=line.size,
        etag=stamp_of_list(line),
        agreements=list(line.agreements),
    )


def stamp_of_list(line: ListLine) -> str:
    """What names this version of this list."""
    return f"{line.id}-{line.number}"


def number_of_list(line: ListLine, stamp: str) -> int:
    """The version of the list that a stamp names; -1 where it names none of it."""
    of, _, number = stamp.rpartition("-")
    return int(number) if of == str(line.id) and number.isdecimal() else -1
