"""Agreements: written as drafts, proposed, signed by both sides, in force."""

from importlib.resources import files
from typing import Any, ClassVar, Literal

from psycopg import Connection

from pomona.actions import trials
from pomona.actions.allowed import demand
from pomona.domain.agreement import Agreement, AgreementErrors, lists_named, read_agreement
from pomona.domain.agreement.findings import Finding
from pomona.domain.agreement.lint import lint, refusing
from pomona.domain.errors import Language, PomonaError
from pomona.domain.ripeness import HOUSE
from pomona.domain.trials import TrialTerms
from pomona.formats.yaml_document import Locate, fault_lines, finding_lines, read_yaml
from pomona.store import agreements, drafts, switching
from pomona.store.agreements import VersionRow
from pomona.store.database import work_transaction
from pomona.store.installation import company_time_zone
from pomona.store.lists import ListVersion, items_of_each, newest
from pomona.store.powers import SIGNING, Power, has_power

Side = Literal["marketing", "sales"]


class FaultyAgreement(PomonaError):
    """The document is YAML but no agreement: every fault with its line and column. Nothing was changed."""

    texts: ClassVar[dict[str, tuple[str, str]]] = {"faulty_agreement": ("{count}", "{count}")}

    def __init__(self, faults: AgreementErrors, locate: Locate) -> None:
        super().__init__("faulty_agreement", count=len(faults.errors))
        self.faults = faults
        self.locate = locate

    def text(self, language: Language = "en") -> str:
        """One line for each fault."""
        return "\n".join(fault_lines(self.faults, self.locate, language))


class ChangedMeanwhile(PomonaError):
    """Somebody else changed the agreement since it was read; nothing was overwritten."""

    texts: ClassVar[dict[str, tuple[str, str]]] = {
        "changed_meanwhile": (
            "Соглашение «{name}» тем временем изменили. Прочтите новый текст и внесите правки в него.",
            "“{name}” was changed meanwhile. Read its new text and put your changes there.",
        )
    }


class RefusedSignature(PomonaError):
    """The version cannot be proposed or signed as things stand; nothing was changed."""

    texts: ClassVar[dict[str, tuple[str, str]]] = {
        "no_version": ("Такой версии соглашения нет.", "There is no such version of an agreement."),
        "not_a_draft": (
            "Версия {number} соглашения «{name}» уже предложена: изменения начните новым черновиком.",
            "Version {number} of “{name}” was proposed already: begin a new draft for changes.",
        ),
        "unfinished": (
            "Черновик {number} соглашения «{name}» ещё нельзя предложить: его текст не дописан. "
            "Исправьте в нём то, что отмечено.",
            "Draft {number} of “{name}” cannot be proposed yet: its text is unfinished. "
            "Put right what is marked in it.",
        ),
        "not_proposed": (
            "Версию {number} соглашения «{name}» сейчас нельзя подписать: подписывают предложенную версию.",
            "Version {number} of “{name}” cannot be signed now: only a proposed version is signed.",
        ),
        "superseded": (
            "Версию {number} соглашения «{name}» уже не подписать: подписана более новая.",
            "Version {number} of “{name}” can be signed no more: a newer one is signed.",
        ),
        "signed_already": (
            "За эту сторону версия {number} соглашения «{name}» уже подписана.",
            "Version {number} of “{name}” is signed for this side already.",
        ),
        "wrong_side": (
            "За маркетинг подписывает маркетинг, за продажи — руководитель продаж.",
            "Marketing signs for marketing, the head of sales for sales.",
        ),
    }


class UnsignableAgreement(PomonaError):
    """The version reads well but cannot do what an agreement is for; nothing was changed.

    Each reason with its line and column, and what to do about it.
    """

    texts: ClassVar[dict[str, tuple[str, str]]] = {
        "unsignable": ("Такое соглашение не подписывают.", "Such an agreement is not signed.")
    }

    def __init__(self, findings: tuple[Finding, ...], text: str) -> None:
        super().__init__("unsignable")
        self.findings = findings
        self.document, self.locate = read_yaml(text)

    def text(self, language: Language = "en") -> str:
        """The sentence, then one line for each reason."""
        return "\n".join([super().text(language), *finding_lines(self.findings, self.document, self.locate, language)])


def save_draft(
    conn: Connection[Any], text: str, *, user: int | None, now: int, changes: str | None = None
) -> VersionRow:
    """Save an agreement's YAML as the draft of the agreement it names (`campaign`).

    Overwrites that agreement's draft if it has one, else begins its next version. Its house rules are those
    in force now, for ever; so is the time zone of its days, where it names none: the house rules' or the
    company's. `changes` is the stamp of the newest version that was read ("": there was none), and None
    changes whatever is there. Raises NotAllowed, YamlRefused, FaultyAgreement, ChangedMeanwhile.
    """
    document, _ = read_yaml(text)
    with work_transaction(conn):
        demand(conn, user, Power.WRITE_AGREEMENTS)
        house_id = _house_id(conn, document, now)
        agreement = read_draft(conn, text, now=now)
        newest = agreements.lock_newest(conn, agreement.campaign, now=now)
        if changes is not None and newest != changes:
            raise ChangedMeanwhile("changed_meanwhile", name=agreement.campaign)
        parsed = {**document, "runs": {"time_zone": agreement.runs.time_zone, **document.get("runs", {})}}
        asked = _company_lists(conn, document, house_id)
        return agreements.save_draft(
            conn, agreement.campaign, text=text, parsed=parsed, house=house_id, user=user, now=now, asked=asked
        )


def read_draft(conn: Connection[Any], text: str, *, now: int) -> Agreement:
    """The agreement that a YAML text would be if it were saved now: with the house rules in force and the time zone
    that its days are to begin in, whatever the company moves to later. Saves nothing.

    Raises YamlRefused, FaultyAgreement.
    """
    document, locate = read_yaml(text)
    house_id = _house_id(conn, document, now)
    house = None if house_id is None else agreements.agreement_by_id(conn, house_id)
    zone = house.runs.time_zone if house else company_time_zone(conn)
    runs = document.get("runs", {})
    placed = {**document, "runs": {"time_zone": zone, **runs}} if isinstance(runs, dict) else document
    lists = items_of_each(conn, _company_lists(conn, document, house_id))
    try:
        return read_agreement(placed, house=house, lists=lists)
    except AgreementErrors as faults:
        raise FaultyAgreement(faults, locate) from faults


def _house_id(conn: Connection[Any], document: dict[str, Any], now: int) -> int | None:
    """The house rules in force, if the document extends them."""
    return agreements.in_force_id(conn, HOUSE, now) if "extends" in document else None


def redraft(conn: Connection[Any], version: int, *, user: int | None, now: int) -> VersionRow:
    """Begin the next version with the words of an agreement's newest one (its row id): the lists that it asks for and
    its house rules are then the present ones.

    Raises RefusedSignature, FaultyAgreement, ChangedMeanwhile if it is no longer the newest.
    """
    with work_transaction(conn):
        row = _locked(conn, version)
        text = agreements.document_of(conn, row.id)
        return save_draft(conn, text, user=user, now=now, changes=agreements.stamp(row.number, row.state, text))


def _company_lists(conn: Connection[Any], document: dict[str, Any], house_id: int | None) -> dict[str, ListVersion]:
    """The newest version of each of the company's lists that the document or its house rules ask for; a list that
    either of them holds itself is not the company's.
    """
    own = document.get("lists")
    asked, held = set(lists_named(document)), set(own if isinstance(own, dict) else ())
    if house_id is not None:
        house = agreements.agreement_by_id(conn, house_id)
        asked |= house.lists_asked
        held |= house.lists.keys() - agreements.lists_kept(conn, house_id).keys()
    return newest(conn, asked - held)


def propose(
    conn: Connection[Any],
    version: int,
    *,
    user: int | None,
    now: int,
    changes: str | None = None,
    trial: TrialTerms | None = None,
) -> None:
    """Offer a draft (a version's row id) for signing: it is never edited again, and keeps its lists as they are now.

    `changes` as in `save_draft`: nobody proposes a text they have not read. `trial`: not to replace the version in
    force, but to be tried against it.
    Raises NotAllowed, RefusedSignature, UnsignableAgreement, ChangedMeanwhile, RefusedTrial.
    """
    with work_transaction(conn):
        demand(conn, user, Power.WRITE_AGREEMENTS)
        row = _locked(conn, version)
        if row.state != "draft":
            raise RefusedSignature("not_a_draft", name=row.name, number=row.number)
        if changes is not None and changes != agreements.stamp(
            row.number, row.state, agreements.document_of(conn, row.id)
        ):
            raise ChangedMeanwhile("changed_meanwhile", name=row.name)
        if drafts.newest(conn, row.id).text != agreements.document_of(conn, row.id):
            raise RefusedSignature("unfinished", name=row.name, number=row.number)
        _refuse_unsignable(conn, row, now)
        if trial is not None:
            trials.propose_trial(conn, row, trial, now=now)
        agreements.keep_lists(conn, row.id)
        agreements.set_state(conn, row.id, "proposed")
        drafts.forget(conn, row.id)
        switching.wake(conn)


def sign(
    conn: Connection[Any], version: int, side: Side, *, user: int, now: int, comment: str = ""
) -> Agreement | None:
    """Sign a proposed version (its row id) for a side; the second signature puts it in force, or begins its trial.

    It is in force from now, or from the day its campaign begins, and ends with the campaign or when a newer
    version comes into force. Returns the agreement if both sides have signed.
    Raises RefusedSignature, UnsignableAgreement, RefusedTrial.
    """
    with work_transaction(conn):
        row = _locked(conn, version)
        if not has_power(agreements.role_of(conn, user), SIGNING[side]):
            raise RefusedSignature("wrong_side")
        if row.state != "proposed":
            code = "superseded" if row.state == "superseded" else "not_proposed"
            raise RefusedSignature(code, name=row.name, number=row.number)
        if side in agreements.sides_signed(conn, row.id):
            raise RefusedSignature("signed_already", name=row.name, number=row.number)
        agreement = _refuse_unsignable(conn, row, now)
        agreements.add_signature(conn, row.id, side=side, user=user, now=now, comment=comment)
        if agreements.sides_signed(conn, row.id) != SIGNING.keys():
            return None
        if not trials.begin_if_trial(conn, row, now=now):
            start = max(now, agreement.runs.start or now)
            agreements.put_in_force(conn, row, start=start, end=agreement.runs.end, now=now)
        switching.wake(conn)
        return agreement


def install_default(conn: Connection[Any], *, language: Language, user: int | None, now: int) -> VersionRow | None:
    """Put house rules to begin with in place, as a draft; None if there is an agreement already."""
    with work_transaction(conn):
        if agreements.any_agreement(conn):
            return None
        template = files("pomona.actions") / "templates" / f"default.{language}.yaml"
        text = template.read_text(encoding="utf-8")
        return save_draft(conn, text, user=user, now=now)


def _refuse_unsignable(conn: Connection[Any], row: VersionRow, now: int) -> Agreement:
    """The version's agreement, if it can do what an agreement is for."""
    agreement = agreements.agreement_by_id(conn, row.id)
    if findings := refusing(lint(agreement, now=now)):
        raise UnsignableAgreement(findings, agreements.document_of(conn, row.id))
    return agreement


def _locked(conn: Connection[Any], version: int) -> VersionRow:
    row = agreements.lock_version(conn, version)
    if row is None:
        raise RefusedSignature("no_version")
    return row
