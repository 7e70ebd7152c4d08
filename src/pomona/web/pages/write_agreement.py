"""Writing an agreement as YAML: pasted or uploaded; what is wrong is shown at its line."""

from typing import cast

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from pomona.actions.agreements import FaultyAgreement, save_draft
from pomona.domain.agreement import AgreementError
from pomona.domain.errors import Language
from pomona.formats.yaml_document import MOST_CHARACTERS, YamlRefused
from pomona.store import agreements as stored
from pomona.store.access import Power, demand
from pomona.store.database import connection
from pomona.store.reads.agreements import Version, agreement
from pomona.web.checking import Checked, check
from pomona.web.request import PageRequest

AROUND = 2
"""How many lines are shown before and after a line with a fault."""

MOST_BYTES = 4 * MOST_CHARACTERS


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


@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest) -> HttpResponse:
    """Write a new agreement, or the next version of one."""
    page = cast(PageRequest, request)
    demand(page.user, Power.WRITE_AGREEMENTS)
    if request.method != "POST":
        newest = _newest(page)
        text = newest.document if newest else _sketch(page)
        return render(request, "agreement_write.html", {"text": text, "faults": [], "checked": _checked(page, newest)})
    text, faults = _written(page)
    if not faults:
        try:
            made = save_draft(connection(), text, user=page.user.pk, now=page.now)
        except (FaultyAgreement, YamlRefused) as error:
            faults = faults_of(error, page.language)
        else:
            return redirect("agreement_version", made.name, made.number)
    known = {"text": text, "faults": faults, "lines": lines_around(text, faults)}
    return render(request, "agreement_write.html", known, status=422)


def faults_of(error: FaultyAgreement | YamlRefused, language: Language) -> list[Fault]:
    """Every fault with its place in the text."""
    if isinstance(error, YamlRefused):
        return [Fault(*error.place, error.text(language))]
    return [
        Fault(*error.locate(fault.path), fault.text(language), missing_list=_missing_list(fault))
        for fault in error.faults.errors
    ]


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


def _written(page: PageRequest) -> tuple[str, list[Fault]]:
    """The uploaded file's text, else the pasted one."""
    file = page.FILES.get("file")
    if file is None:
        return page.POST.get("text", "").replace("\r\n", "\n"), []
    try:
        return file.read(MOST_BYTES).decode("utf-8-sig"), []
    except UnicodeDecodeError:
        return "", [Fault(1, 1, _("The file is not UTF-8 text. Save it as UTF-8 and choose it again."))]


def _newest(page: PageRequest) -> Version | None:
    """The newest version of the agreement that the page begins from, if it begins from one."""
    line = agreement(page.user, page.GET["of"]) if "of" in page.GET else None
    return line.versions[0] if line else None


def _checked(page: PageRequest, newest: Version | None) -> Checked | None:
    """What was found in the version that the page begins from: the next one can put it right."""
    read = newest and stored.version(connection(), newest.agreement, newest.number)
    return check(page, read, newest.document, is_open=True) if newest and read else None


def _sketch(page: PageRequest) -> str:
    """What a new agreement for a campaign begins with."""
    campaign = msgspec.json.encode(page.GET.get("campaign") or _("my-campaign")).decode()
    return f"campaign: {campaign}\nextends: default\ncovers: [{{utm_campaign: {campaign}}}]\n"


urls = [path("agreements/write/", write, name="write_agreement")]
