"""What linting finds in an agreement, as its pages show it."""

import msgspec

from pomona.domain.agreement import Agreement
from pomona.domain.agreement.lint import lint
from pomona.domain.agreement.outcomes import ANYONE, CALLER, FORM_LEAD
from pomona.domain.agreement.reach import reach
from pomona.formats.yaml_document import finding_lines, read_yaml
from pomona.store.database import connection
from pomona.store.vocabulary import vocabulary
from pomona.web.request import PageRequest


class Checked(msgspec.Struct, frozen=True):
    """What stands against signing and what to look at before, a sentence each; the best scores, thousandths."""

    refusing: list[str]
    warning: list[str]
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
    said = {
        severity: finding_lines(
            (each for each in findings if each.severity == severity), document, locate, page.language
        )
        for severity in ("refuses", "warns")
    }
    anyone, caller, form_lead = (reach(agreement, kind).best for kind in (ANYONE, CALLER, FORM_LEAD))
    return Checked(said["refuses"], said["warns"], anyone, caller, form_lead, agreement.ready.pass_mark.start)
