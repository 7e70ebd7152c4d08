"""When does who work? Calendars with hours a weekday, and teams."""

from typing import Any, TypeVar, cast
from zoneinfo import available_timezones

from babel.dates import get_day_names
from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods

from pomona.actions.people import save_calendar, save_team
from pomona.domain.errors import PomonaError
from pomona.store.access import Power, demand
from pomona.store.changes import Document
from pomona.store.database import connection
from pomona.store.reads.people import CalendarLine, TeamLine, calendars, teams
from pomona.web.answers import done
from pomona.web.changes import ReasonForm, trail
from pomona.web.request import PageRequest
from pomona.web.week import read_hours, write_hours
from pomona.web.words import locale

Line = TypeVar("Line", CalendarLine, TeamLine)
OFFICE_HOURS = [["09:00", "18:00"]]


class HoursForm(ReasonForm):
    """A calendar; each weekday as `09:00-13:00, 14:00-18:00`, empty when closed."""

    name = forms.CharField(
        label=pgettext_lazy("of a thing", "Name"),
        max_length=100,
        help_text=gettext_lazy("Agreements refer to it by this name."),
    )
    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone"))
    holidays = forms.CharField(
        label=gettext_lazy("Public holidays of"),
        max_length=2,
        required=False,
        help_text=gettext_lazy("Two letters, for example RU; empty: none."),
    )
    days_off = forms.CharField(
        label=gettext_lazy("More days off"),
        required=False,
        widget=forms.TextInput(),
        help_text=gettext_lazy("Dates like 2026-05-04, separated by commas."),
    )

    def __init__(self, *args: Any, new: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        del self.fields["why" if new else "name"]
        zones = self.fields["time_zone"]
        assert isinstance(zones, forms.ChoiceField)
        zones.choices = [(zone, zone) for zone in sorted(available_timezones()) if "/" in zone and zone[:3] != "Etc"]
        names = get_day_names("wide", locale=locale())
        for weekday in range(7):
            self.fields[f"day{weekday}"] = forms.CharField(
                label=names[weekday].capitalize(),
                required=False,
                widget=forms.TextInput(attrs={"placeholder": _("closed"), "size": 24}),
            )

    @property
    def weekdays(self) -> list[forms.BoundField]:
        """The seven fields of the hours, Monday first."""
        return [self[f"day{weekday}"] for weekday in range(7)]

    def calendar(self) -> dict[str, Any]:
        """What was filled in, as the action takes it."""
        filled = self.cleaned_data
        hours = {str(weekday): read_hours(filled[f"day{weekday}"]) for weekday in range(7)}
        return {
            "time_zone": filled["time_zone"],
            "hours": {weekday: spans for weekday, spans in hours.items() if spans},
            "holidays": filled["holidays"].upper(),
            "days_off": [day.strip() for day in filled["days_off"].split(",") if day.strip()],
            "why": filled.get("why", ""),
        }


class TeamForm(ReasonForm):
    """A team."""

    name = forms.SlugField(
        label=gettext_lazy("Short name"),
        max_length=50,
        help_text=gettext_lazy("Agreements refer to it by this name, for example volga."),
    )
    title = forms.CharField(label=gettext_lazy("Title"), max_length=100)

    def __init__(self, *args: Any, new: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        del self.fields["why" if new else "name"]


@require_http_methods(["GET", "HEAD", "POST"])
def calendar_page(request: HttpRequest, calendar_id: int | None = None) -> HttpResponse:
    """Make a calendar or change one."""
    page = cast(PageRequest, request)
    demand(page.user, Power.STEER_SALES)
    line = None if calendar_id is None else _one(calendars(page.user), calendar_id)
    form = HoursForm(page.POST or None, new=line is None, initial=_initial(page, line))
    if form.is_valid():
        try:
            name = line.name if line else form.cleaned_data["name"]
            save_calendar(connection(), name, **form.calendar(), user=page.user.pk, now=page.now)
        except PomonaError as error:
            form.add_error(None, error.text(page.language))
        else:
            return redirect("people") if line is None else done(page, _("Saved. Clocks that run keep their ends."))
    known = {"form": form, "line": line, "trail": line and trail(page, Document.CALENDAR, row=line.name)}
    return render(request, "hours.html", known, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def team_page(request: HttpRequest, team_id: int | None = None) -> HttpResponse:
    """Make a team or change its title."""
    page = cast(PageRequest, request)
    demand(page.user, Power.STEER_SALES)
    line = None if team_id is None else _one(teams(page.user), team_id)
    form = TeamForm(page.POST or None, new=line is None, initial={"title": line.title} if line else None)
    if form.is_valid():
        name = line.name if line else form.cleaned_data["name"]
        told = {field: text for field, text in form.cleaned_data.items() if field != "name"}
        save_team(connection(), name, **told, user=page.user.pk, now=page.now)
        return redirect("people")
    known = {"form": form, "line": line, "trail": line and trail(page, Document.TEAM, row=line.name)}
    return render(request, "team.html", known, status=422 if form.errors else 200)


def _one(lines: list[Line], wanted: int) -> Line:
    for line in lines:
        if line.id == wanted:
            return line
    raise Http404


def _initial(page: PageRequest, line: CalendarLine | None) -> dict[str, Any]:
    """What the form shows before anything is typed: office hours for a new calendar."""
    zone = page.installation.time_zone if page.installation else "UTC"
    if line is None:
        return {"time_zone": zone} | {f"day{weekday}": write_hours(OFFICE_HOURS) for weekday in range(5)}
    hours = {f"day{weekday}": write_hours(line.hours.get(str(weekday), [])) for weekday in range(7)}
    return hours | {"time_zone": line.time_zone, "holidays": line.holidays, "days_off": ", ".join(line.days_off)}


urls = [
    path("people/hours/new/", calendar_page, name="new_calendar"),
    path("people/hours/<int:calendar_id>/", calendar_page, name="calendar"),
    path("people/teams/new/", team_page, name="new_team"),
    path("people/teams/<int:team_id>/", team_page, name="team"),
]
