"""What is wrong with a YAML text, at its line and column."""

import msgspec

from pomona.actions.agreements import FaultyAgreement
from pomona.domain.agreement import AgreementError
from pomona.domain.errors import Language
from pomona.formats.yaml_document import YamlRefused

AROUND = 2
"""How many lines are shown before and after a line with a fault."""


class Fault(msgspec.Struct, frozen=True):
    """What is wrong, and where; line and column counted from 1. `missing_list` names a list to be made first."""

    line: int
    column: int
    text: str
    missing_list: str = ""


class SourceLine(msgspec.Struct, frozen=True):
    """One line of what was written, with its faults; `gap`: lines before it are left out."""

    number: int
    text: str
    faults: tuple[Fault, ...]
    gap: bool


def faults_of(error: FaultyAgreement | YamlRefused, language: Language) -> list[Fault]:
    """Every fault with its place in the text, from top to bottom."""
    if isinstance(error, YamlRefused):
        return [Fault(*error.place, error.text(language))]
    found = [
        Fault(*error.locate(fault.path), fault.text(language), missing_list=_missing_list(fault))
        for fault in error.faults.errors
    ]
    return sorted(found, key=lambda fault: (fault.line, fault.column))


def _missing_list(fault: AgreementError) -> str:
    return str(fault.parameters["name"]) if fault.code == "unknown_list" else ""


def lines_around(text: str, faults: list[Fault]) -> list[SourceLine]:
    """The lines with faults and those near them; a fault behind the end stands on an empty last line."""
    lines = [*text.splitlines(), ""]
    of_line: dict[int, list[Fault]] = {}
    for fault in faults:
        of_line.setdefault(min(fault.line, len(lines)), []).append(fault)
    wanted = {near for number in of_line for near in range(number - AROUND, number + AROUND + 1)}
    return [
        SourceLine(number, line, tuple(of_line.get(number, ())), gap=number > 1 and number - 1 not in wanted)
        for number, line in enumerate(lines, 1)
        if number in wanted
    ]
