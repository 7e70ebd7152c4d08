"""What do the campaigns cost? Told for days, by hand or from a file; who told what, and what it was before."""

from datetime import date, timedelta
from typing import Any, cast

from babel.dates import format_date
from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from pomona.actions.spend import LONGEST_REASON, record_spend
from pomona.domain.spend import LONGEST_NAME, CampaignDay, Days, RefusedSpend, SpendChange, spread
from pomona.formats.money import read_money
from pomona.store.access import Power, demand
from pomona.store.database import connection
from pomona.store.reads.spend import campaigns, told_days
from pomona.web import words
from pomona.web.answers import done
from pomona.web.money import currency, money
from pomona.web.paging import paged
from pomona.web.request import PageRequest

MONTHS = 4
"""How many months the table shows, this one included."""


class SpendForm(forms.Form):
    """What a campaign cost on a day or in a period."""

    campaign = forms.CharField(label=gettext_lazy("Campaign"), max_length=LONGEST_NAME)
    first = forms.DateField(label=gettext_lazy("Day, or the first of several"))
    last = forms.DateField(label=gettext_lazy("Last day"), required=False)
    amount = forms.CharField(label=gettext_lazy("Amount"), max_length=30)
    reason = forms.CharField(label=pgettext_lazy("spend", "Note"), max_length=LONGEST_REASON, required=False)

    def __init__(self, data: Any, *, currency: str, **more: Any) -> None:
        super().__init__(data, **more)
        self._currency = currency
        for name in ("first", "last"):
            self.fields[name].widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
        self.fields["campaign"].widget.attrs["list"] = "campaigns"
        self.fields["amount"].widget.attrs["inputmode"] = "decimal"

    def clean_amount(self) -> int:
        """The amount in hundredths."""
        amount = read_money(self.cleaned_data["amount"], self._currency)
        if amount is None:
            text = _("Write an amount such as 12 500 or 12500.50, in %(currency)s.")
            raise forms.ValidationError(text % {"currency": words.currency_sign(self._currency)})
        return amount

    def clean(self) -> dict[str, Any]:
        """With the amounts of the days, if they can be told."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            days = Days(cleaned["first"], cleaned["last"] or cleaned["first"])
            campaign = " ".join(cleaned["campaign"].split())
            try:
                parts = spread(cleaned["amount"], days)
            except RefusedSpend as error:
                raise forms.ValidationError(error.text(words.language())) from error
            cleaned["amounts"] = {CampaignDay(campaign, day): part for day, part in parts.items()}
        return cleaned


@require_safe
def spend(request: HttpRequest) -> HttpResponse:
    """Campaigns by month, those first whose spend is not known; the way to tell it."""
    page = cast(PageRequest, request)
    campaign = page.GET.get("campaign", "")[:LONGEST_NAME]
    return _shown(page, SpendForm(None, currency=currency(page), initial={"campaign": campaign}))


@require_POST
def record(request: HttpRequest) -> HttpResponse:
    """Tell what a campaign cost."""
    page = cast(PageRequest, request)
    demand(page.user, Power.RECORD_SPEND)
    form = SpendForm(page.POST, currency=currency(page))
    if form.is_valid():
        amounts, reason = form.cleaned_data["amounts"], form.cleaned_data["reason"]
        try:
            change = record_spend(connection(), amounts, user=page.user.pk, now=page.now, reason=reason)
        except RefusedSpend as error:
            form.add_error(None, error.text(page.language))
        else:
            return done(page, said(change), to=reverse("spend"))
    return _shown(page, form)


@require_safe
def spend_days(request: HttpRequest, campaign: str) -> HttpResponse:
    """A campaign day by day: who told what, and what it was before."""
    page = cast(PageRequest, request)
    days = told_days(page.user, campaign)
    if not days:
        raise Http404
    shown = paged(page, days)
    known = {"campaign": campaign, "days": shown.items, "first": shown.first, "next": shown.next}
    return render(request, "spend_days.html", known)


def said(change: SpendChange) -> str:
    """What telling it changed, in words."""
    if not change.told and not change.corrected:
        return _("All of it was known already.")
    days = len(change.told) + len(change.corrected)
    text = ngettext("Spend of %(n)d day saved.", "Spend of %(n)d days saved.", days) % {"n": days}
    if corrected := len(change.corrected):
        had = ngettext("%(n)d of them had another amount.", "%(n)d of them had other amounts.", corrected)
        text += " " + had % {"n": corrected}
    return text


def _shown(page: PageRequest, form: SpendForm) -> HttpResponse:
    months = _months(words.local(page.now).date())
    titles = [format_date(month.first, "LLL y", locale=words.locale()) for month in months]
    found = campaigns(page.user, months, now=page.now)
    known = {
        "form": form,
        "months": titles,
        "lines": [(line, list(zip(titles, line.months, strict=True))) for line in found],
        "missing": [line for line in found if line.is_missing],
        "sign": words.currency_sign(currency(page)),
        "nothing": money(page, 0),
    }
    return render(page, "spend.html", known, status=422 if form.errors else 200)


def _months(today: date) -> list[Days]:
    """This month and those before it, the newest first."""
    found, last = [], today
    for _number in range(MONTHS):
        first = last.replace(day=1)
        found.append(Days(first, last))
        last = first - timedelta(days=1)
    return found


urls = [
    path("spend/", spend, name="spend"),
    path("spend/record/", record, name="record_spend"),
    path("spend/days/<path:campaign>/", spend_days, name="spend_days"),
]
