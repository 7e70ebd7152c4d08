"""Who works here? Users with their roles, and what routing knows of those who take leads."""

from typing import Any, cast

from django import forms
from django.contrib.auth.hashers import make_password
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pomona.actions.people import RefusedPerson, change_user, create_user, save_seller, set_password
from pomona.actions.presence import set_leave, set_present
from pomona.domain.errors import PomonaError
from pomona.store.access import Power, demand, may
from pomona.store.changes import Document
from pomona.store.database import connection
from pomona.store.reads.changes import ABOUT_A_USER
from pomona.store.reads.people import PersonLine, calendars, people, person, teams
from pomona.web.answers import done
from pomona.web.changes import ReasonForm, trail
from pomona.web.period import midnight
from pomona.web.request import PageRequest
from pomona.web.roles import ROLES
from pomona.web.week import week_in_words
from pomona.web.words import local

LOAD_WIDTH = 60


class UserForm(ReasonForm):
    """Who somebody is; with `login` when they are new."""

    first_name = forms.CharField(label=gettext_lazy("First name"), max_length=150, required=False)
    last_name = forms.CharField(label=gettext_lazy("Last name"), max_length=150, required=False)
    login = forms.CharField(label=gettext_lazy("Log-in name"), max_length=150)
    email = forms.EmailField(
        label=gettext_lazy("E-mail"), required=False, help_text=gettext_lazy("New leads are announced here.")
    )
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=list(ROLES.items()))
    password = forms.CharField(
        label=gettext_lazy("Password"),
        min_length=8,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("At least 8 characters."),
    )
    active = forms.BooleanField(label=gettext_lazy("May log in"), required=False, initial=True)

    def __init__(self, *args: Any, new: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if new:
            del self.fields["active"], self.fields["why"]
        else:
            del self.fields["login"]
            self.fields["password"].required = False
            self.fields["password"].label = gettext_lazy("New password")


class SellerForm(ReasonForm):
    """What routing knows of a seller."""

    team = forms.ChoiceField(label=gettext_lazy("Team"), required=False)
    calendar = forms.ChoiceField(
        label=gettext_lazy("Working hours"),
        required=False,
        help_text=gettext_lazy("Response clocks run only in these hours."),
    )
    capacity = forms.IntegerField(
        label=gettext_lazy("Leads at a time"),
        min_value=0,
        max_value=10_000,
        initial=20,
        help_text=gettext_lazy("Who has as many open leads gets no more."),
    )
    phone = forms.CharField(label=gettext_lazy("Phone"), max_length=50, required=False)
    away_until = forms.DateField(
        label=gettext_lazy("On leave until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("The day they are back; until then they get no leads."),
    )

    def __init__(self, *args: Any, page: PageRequest, **options: Any) -> None:
        super().__init__(*args, auto_id="seller-%s", **options)  # beside a UserForm
        team, calendar = self.fields["team"], self.fields["calendar"]
        assert isinstance(team, forms.ChoiceField) and isinstance(calendar, forms.ChoiceField)
        team.choices = [("", _("no team")), *((each.name, each.title) for each in teams(page.user))]
        calendar.choices = [
            ("", _("as the agreement says")),
            *((each.name, each.name) for each in calendars(page.user)),
        ]


@require_safe
def people_list(request: HttpRequest) -> HttpResponse:
    """Users, teams and calendars on one page."""
    page = cast(PageRequest, request)
    lines, hours = people(page.user), calendars(page.user)
    return render(
        request,
        "people.html",
        {
            "people": [_shown(line, page.now) for line in lines],
            "sellers": any(line.seller for line in lines),
            "teams": teams(page.user),
            "calendars": [{"line": line, "summary": week_in_words(line.hours)} for line in hours],
            "trail": trail(page, Document.USER, Document.SELLER, Document.TEAM, Document.CALENDAR),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def new_person(request: HttpRequest) -> HttpResponse:
    """Make a user; a seller's team and hours come next."""
    page = cast(PageRequest, request)
    demand(page.user, Power.ADMINISTER)
    form = UserForm(page.POST or None, new=True, initial={"role": "seller"})
    if form.is_valid():
        password = make_password(form.cleaned_data.pop("password"))
        try:
            made = create_user(
                connection(), password_hash=password, **form.cleaned_data, user=page.user.pk, now=page.now
            )
            if form.cleaned_data["role"] == "seller":
                save_seller(connection(), made, user=page.user.pk, now=page.now)
        except RefusedPerson as error:
            form.add_error(None, error.text(page.language))
        else:
            return redirect("person", made)
    return render(request, "person_new.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
def person_page(request: HttpRequest, user_id: int) -> HttpResponse:
    """One user: who they are and what routing knows of them."""
    page = cast(PageRequest, request)
    line = _found(page, user_id)
    return _person(page, line, _user_form(line), _seller_form(page, line))


@require_POST
def change_person(request: HttpRequest, user_id: int) -> HttpResponse:
    """Change who somebody is."""
    page = cast(PageRequest, request)
    demand(page.user, Power.ADMINISTER)
    line = _found(page, user_id)
    form = UserForm(page.POST, new=False)
    if not form.is_valid():
        return _person(page, line, form, _seller_form(page, line))
    password = form.cleaned_data.pop("password")
    try:
        change_user(connection(), user_id, **form.cleaned_data, user=page.user.pk, now=page.now)
    except RefusedPerson as error:
        form.add_error(None, error.text(page.language))
        return _person(page, line, form, _seller_form(page, line))
    if password:
        set_password(connection(), user_id, password_hash=make_password(password), user=page.user.pk, now=page.now)
    return done(page, _("Saved."))


@require_POST
def change_seller(request: HttpRequest, user_id: int) -> HttpResponse:
    """Change team, hours, load, leave; or let a user take leads."""
    page = cast(PageRequest, request)
    demand(page.user, Power.STEER_SALES)
    line = _found(page, user_id)
    form = SellerForm(page.POST, page=page)
    if not form.is_valid():
        return _person(page, line, _user_form(line), form)
    filled = form.cleaned_data
    back_on = filled["away_until"]
    told = {"user": page.user.pk, "now": page.now, "why": filled["why"]}
    try:
        save_seller(
            connection(),
            user_id,
            team=filled["team"] or None,
            calendar=filled["calendar"] or None,
            capacity=filled["capacity"],
            phone=filled["phone"],
            **told,
        )
        set_leave(connection(), user_id, away_until=midnight(back_on) if back_on else None, **told)
    except PomonaError as error:
        form.add_error(None, error.text(page.language))
        return _person(page, line, _user_form(line), form)
    return done(page, _("Saved."))


@require_POST
def change_presence(request: HttpRequest, user_id: int) -> HttpResponse:
    """Say for a seller whether they are at work."""
    page = cast(PageRequest, request)
    demand(page.user, Power.STEER_SALES)
    present = page.POST.get("present") == "yes"
    set_present(connection(), user_id, present=present, user=page.user.pk, now=page.now)
    return done(page, _("They get leads now.") if present else _("They get no leads until they are back."))


def _shown(line: PersonLine, now: int) -> dict[str, Any]:
    """A user with their load as a bar of `LOAD_WIDTH` and whether they are on leave."""
    seller = line.seller
    full = min(1.0, seller.open_leads / seller.capacity) if seller and seller.capacity else 0.0
    return {
        "line": line,
        "role": ROLES.get(line.role, line.role),
        "load": round(LOAD_WIDTH * full, 1),
        "on_leave": bool(seller and seller.away_until and seller.away_until > now),
    }


def _found(page: PageRequest, user_id: int) -> PersonLine:
    line = person(page.user, user_id)
    if line is None:
        raise Http404
    return line


def _person(page: PageRequest, line: PersonLine, user_form: UserForm, seller_form: SellerForm) -> HttpResponse:
    wrong = user_form.errors or seller_form.errors
    known = {
        "line": line,
        "role": ROLES.get(line.role, line.role),
        "user_form": user_form if may(page.user, Power.ADMINISTER) else None,
        "seller_form": seller_form,
        "trail": trail(page, *ABOUT_A_USER, row=line.id),
    }
    return render(page, "person.html", known, status=422 if wrong else 200)


def _user_form(line: PersonLine) -> UserForm:
    names = ("first_name", "last_name", "email", "role", "active")
    return UserForm(new=False, initial={name: getattr(line, name) for name in names})


def _seller_form(page: PageRequest, line: PersonLine) -> SellerForm:
    seller = line.seller
    if seller is None:
        return SellerForm(page=page)
    back_on = local(seller.away_until).date() if seller.away_until and seller.away_until > page.now else None
    initial = {
        "team": seller.team,
        "calendar": seller.calendar,
        "capacity": seller.capacity,
        "phone": seller.phone,
        "away_until": back_on,
    }
    return SellerForm(page=page, initial=initial)


urls = [
    path("people/", people_list, name="people"),
    path("people/new/", new_person, name="new_person"),
    path("people/<int:user_id>/", person_page, name="person"),
    path("people/<int:user_id>/user/", change_person, name="change_person"),
    path("people/<int:user_id>/seller/", change_seller, name="change_seller"),
    path("people/<int:user_id>/presence/", change_presence, name="change_presence"),
]
