"""What shall be agreed? Beginning an agreement: from a template, from another one, from a file; its next version."""

from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from pomona.actions import starting
from pomona.actions.agreements import FaultyAgreement
from pomona.formats.yaml_document import MOST_CHARACTERS, YamlRefused
from pomona.store.access import Power, demand
from pomona.store.database import connection
from pomona.store.reads.agreements import AgreementLine, agreement, agreements
from pomona.store.reads.unagreed import unagreed_campaigns
from pomona.web.faults import Fault, faults_of, lines_around
from pomona.web.request import PageRequest

MOST_BYTES = 4 * MOST_CHARACTERS

TEMPLATES: dict[str, tuple[str | Promise, str | Promise]] = {
    "ebook": (gettext_lazy("E-book"), gettext_lazy("contacts for something to read; further interest decides")),
    "webinar": (gettext_lazy("Webinar"), gettext_lazy("who came weighs more than who registered")),
    "price": (gettext_lazy("Request for a price"), gettext_lazy("they ask already; minutes count")),
    "calls": (gettext_lazy("Incoming calls"), gettext_lazy("who was missed is called back first")),
    "exhibition": (gettext_lazy("Exhibition"), gettext_lazy("hundreds of badges at once, calls within days")),
    "partners": (gettext_lazy("Partners"), gettext_lazy("few leads, recommended ones")),
}


@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest) -> HttpResponse:
    """Begin an agreement. A text or file that is faulty is shown with its faults at their lines, and nothing begun."""
    page = cast(PageRequest, request)
    demand(page.user, Power.WRITE_AGREEMENTS)
    if page.method != "POST":
        return _page(page, {})
    try:
        text = _text(page)
        draft = starting.begin(connection(), text, language=page.language, user=page.user.pk, now=page.now)
    except (FaultyAgreement, YamlRefused) as error:
        faults = faults_of(error, page.language)
        return _page(page, {"text": text, "faults": faults, "lines": lines_around(text, faults)}, status=422)
    except UnicodeDecodeError:
        unread = Fault(1, 1, _("The file is not UTF-8 text. Save it as UTF-8 and choose it again."))
        return _page(page, {"faults": [unread]}, status=422)
    except starting.RefusedStart as error:
        return _page(page, {"refused": error.text(page.language)}, status=422)
    return redirect("draft", draft.id)


@require_POST
def next_version(request: HttpRequest, name: str) -> HttpResponse:
    """Go on with an agreement's draft, or begin its next version with the text of its newest."""
    page = cast(PageRequest, request)
    demand(page.user, Power.WRITE_AGREEMENTS)
    newest = _line(page, name).versions[0]
    if newest.state == "draft":
        return redirect("draft", newest.id)
    conn = connection()
    draft = starting.begin(conn, newest.document, language=page.language, user=page.user.pk, now=page.now)
    return redirect("draft", draft.id)


def _text(page: PageRequest) -> str:
    """What the agreement begins with: the file, the text, another agreement's, or a template."""
    if file := page.FILES.get("file"):
        return str(file.read(MOST_BYTES).decode("utf-8-sig").replace("\r\n", "\n"))
    if text := page.POST.get("text", "").replace("\r\n", "\n"):
        return text
    kind, of = page.POST.get("template", ""), page.POST.get("of", "")
    if kind not in starting.TEMPLATES and not of:
        raise starting.RefusedStart("nothing_chosen")
    known = kind in starting.TEMPLATES
    text = starting.template(kind, page.language) if known else _line(page, of).versions[0].document
    covers = [{"utm_campaign": campaign} for campaign in page.POST.getlist("covers")]
    runs = {day: page.POST[day] for day in ("from", "until") if page.POST.get(day)}
    return starting.named(text, page.POST.get("name", "").strip(), covers=covers, runs=runs)


def _line(page: PageRequest, name: str) -> AgreementLine:
    line = agreement(page.user, name)
    if line is None:
        raise Http404
    return line


def _page(page: PageRequest, known: dict[str, Any], status: int = 200) -> HttpResponse:
    asked = page.POST if page.method == "POST" else page.GET
    campaign = asked.get("campaign", "")
    context = {
        "templates": TEMPLATES,
        "chosen": asked.get("template") or ("" if asked.get("of") else "ebook"),
        "others": agreements(page.user),
        "of": asked.get("of", ""),
        "unagreed": unagreed_campaigns(page.user, now=page.now),
        "covers": asked.getlist("covers") or [campaign],
        "name": asked.get("name", campaign),
        "first": asked.get("from", ""),
        "last": asked.get("until", ""),
    }
    return render(page, "agreement_write.html", context | known, status=status)


urls = [
    path("agreements/write/", write, name="write_agreement"),
    path("agreements/next/<path:name>/", next_version, name="next_version"),
]
