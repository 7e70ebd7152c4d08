"""What linting finds in an agreement, as its pages show it."""

import msgspec

from pomona.domain.agreement import Agreement
from pomona.domain.agreement.findings import Severity, path_in_document
from pomona.domain.agreement.lint import lint
from pomona.domain.agreement.outcomes import ANYONE, CALLER, FORM_LEAD
from pomona.domain.agreement.reach import reach
from pomona.formats.yaml_document import read_yaml
from pomona.store.database import connection
from pomona.store.vocabulary import vocabulary
from pomona.web.editing.steps import form_at
from pomona.web.request import PageRequest


class Noted(msgspec.Struct, frozen=True):
    """A finding: the rule that it is about, if it has a name; `at`: the form that changes it, as the editor names it
    (empty: none); its line and column in the YAML.
    """

    rule: str
    text: str
    at: str
    line: int
    column: int


class Checked(msgspec.Struct, frozen=True):
    """What stands against signing and what to look at before; the best scores, thousandths."""

    refusing: list[Noted]
    warning: list[Noted]
    anyone: int
    caller: int
    form_lead: int
    pass_mark: int


def check(page: PageRequest, agreement: Agreement, text: str, *, is_open: bool) -> Checked:
    """Lint the agreement that `text` states against what is known here.

    `is_open`: it can still be proposed or signed, so a campaign that is over stands against it.
    """
    findings = lint(agreement, now=page.now if is_open else None, **vocabulary(connection())._asdict())
    document, locate = read_yaml(text)

    def noted(severity: Severity) -> list[Noted]:
        of_it = (each for each in findings if each.severity == severity)
        places = ((each, locate(path_in_document(each, document))) for each in of_it)
        return [
            Noted(each.name, each.text(page.language), form_at(agreement, each.path), *place) for each, place in places
        ]

    anyone, caller, form_lead = (reach(agreement, kind).best for kind in (ANYONE, CALLER, FORM_LEAD))
    return Checked(noted("refuses"), noted("warns"), anyone, caller, form_lead, agreement.ready.pass_mark.start)
