"""A draft as the editor sees it: its text, the agreement it last was, the house rules under it, and its rules."""

from collections.abc import Mapping
from typing import Any

import msgspec

from pomona.actions.drafting import Fault, fault_of
from pomona.domain.agreement import Agreement
from pomona.domain.errors import Language
from pomona.formats.yaml_document import read_yaml
from pomona.store import agreements as stored
from pomona.store import drafts
from pomona.store.database import connection
from pomona.store.reads.agreements import Version
from pomona.web.editing.parts import Fact, Rules
from pomona.web.outline import Line

NOT_INHERITED = ("campaign", "extends", "covers", "lists")
"""What a document does not take over from its house rules, or keeps apart."""


class Draft(msgspec.Struct, frozen=True):
    """A draft; `fault`: why its newest text is not its `agreement` yet, which then is that of the last good text.

    `document` is what the good text says, `house_document` and `house` are the rules it adds to.
    """

    id: int
    name: str
    number: int
    edition: int
    text: str
    good_text: str
    document: dict[str, Any]
    agreement: Agreement
    fault: Fault | None = None
    house_document: dict[str, Any] = {}
    house: Agreement | None = None

    def own(self, path: tuple[str, ...]) -> Any:
        """What the document itself says at a path; None: nothing."""
        return _at(self.document, path)

    def inherited(self, path: tuple[str, ...]) -> Any:
        """What the house rules say at a path; None: nothing."""
        return _at(self.house_document, path)

    def seen(self, fact: Fact) -> dict[str, Any]:
        """The mapping of a fact with what is inherited."""
        inherited = {key: part for key, part in (self.inherited(fact.path) or {}).items() if key not in NOT_INHERITED}
        if not fact.path and "runs" in inherited:
            inherited["runs"] = {key: part for key, part in inherited["runs"].items() if key == "time_zone"}
        return {**inherited, **(self.own(fact.path) or {})}


class Item(msgspec.Struct, frozen=True):
    """One rule in force under a draft: the line that says it, its document, and where it comes from.

    `own`: its place in the document's list, None: it is the house's. `replaced`: the house's line that it replaces.
    """

    line: Line
    document: dict[str, Any]
    own: int | None
    replaced: Line | None = None


def load(version: Version, *, now: int) -> Draft:
    """The draft of a version's row."""
    conn = connection()
    edition, text = drafts.newest(conn, version.id)
    fault = fault_of(conn, version.agreement, text, now=now) if text != version.document else None
    house = None if version.house is None else stored.agreement_by_id(conn, version.house)
    return Draft(
        id=version.id,
        name=version.agreement,
        number=version.number,
        edition=edition,
        text=text,
        good_text=version.document,
        document=read_yaml(version.document)[0],
        agreement=stored.agreement_by_id(conn, version.id),
        fault=fault,
        house_document={} if version.house is None else read_yaml(stored.document_of(conn, version.house))[0],
        house=house,
    )


def items(draft: Draft, rules: Rules, language: Language) -> list[Item]:
    """The rules of a list with those inherited, in the order in which they count."""
    own, inherited = draft.own(rules.path) or [], draft.inherited(rules.path) or []
    lines = list(rules.says(draft.agreement, language))
    house = list(rules.says(draft.house, language)) if draft.house else []
    if not rules.named:
        whole = own or inherited
        return [Item(line, whole[index], index if own else None) for index, line in enumerate(lines)]
    places = {rules.name_of(rule): index for index, rule in enumerate(own)}
    documents = {rules.name_of(rule): rule for rule in (*inherited, *own)}
    before = {line.name or "otherwise": line for line in house}
    return [
        Item(line, documents[name], places.get(name), before.get(name) if name in places else None)
        for line in lines
        for name in (line.name or "otherwise",)
    ]


def _at(document: Any, path: tuple[str, ...]) -> Any:
    for step in path:
        document = document.get(step) if isinstance(document, Mapping) else None
    return document
