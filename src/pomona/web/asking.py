"""The hosted form of an agreement as a form of this framework: its fields, what is wrong with them, what was sent."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from pomona.capture.hosted_form import Sent, profile_of
from pomona.domain.agreement import Agreement
from pomona.domain.agreement.conditions import Known, leaves
from pomona.domain.agreement.questionnaire import Form, Question
from pomona.domain.errors import Language
from pomona.domain.ripeness import is_captured
from pomona.formats.email_address import read_email
from pomona.formats.phone_number import read_phone

LONGEST_LINE = 200
LONGEST_WORDS = 2_000
LARGEST_NUMBER = 1_000_000_000
QUESTION, TRAIT = "q-", "t-"
"""What field names begin with, before the code of the question or the name of the trait."""

REACHING = ("email", "phone")
"""Traits by which somebody can be answered: asked for wherever `captured` asks whether they are known."""

AUTOCOMPLETE = {
    "name": "name",
    "first_name": "given-name",
    "last_name": "family-name",
    "email": "email",
    "phone": "tel",
    "company.name": "organization",
    "job_title": "organization-title",
}


class AskingForm(forms.Form):
    """Asks the questions of an agreement and who answers them."""

    def __init__(self, agreement: Agreement, language: Language, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.agreement, self.language = agreement, language
        form = agreement.form or Form()
        for question in agreement.questions:
            self.fields[QUESTION + question.code] = _question_field(question, language)
        for trait in traits_asked(agreement):
            self.fields[TRAIT + trait] = _trait_field(trait)
        if consent := form.consent.in_(language):
            self.fields["consent"] = forms.BooleanField(label=consent)

    def questions(self) -> Iterator[forms.BoundField]:
        """The fields of the questions."""
        return (self[name] for name in self.fields if name.startswith(QUESTION))

    def contacts(self) -> Iterator[forms.BoundField]:
        """The fields of who answers."""
        return (self[name] for name in self.fields if name.startswith(TRAIT))

    def clean(self) -> None:
        """An e-mail address and a phone number must be such."""
        for trait, read, wrong in (
            ("email", read_email, _("This is no e-mail address.")),
            ("phone", read_phone, _("This is no phone number. Write it with its code, such as +7 843 000-00-01.")),
        ):
            value = self.cleaned_data.get(TRAIT + trait)
            if value and read(value) is None:
                self.add_error(TRAIT + trait, wrong)

    def sent(self, *, token: str, visitor: str, url: str, referrer: str, user_agent: str) -> Sent:
        """What a valid form tells."""
        told = {name: value for name, value in self.cleaned_data.items() if value not in (None, "", [])}
        questions = {QUESTION + question.code: question for question in self.agreement.questions}
        answered = {questions[name]: value for name, value in told.items() if name in questions}
        return Sent(
            form=self.agreement.campaign,
            token=token,
            visitor=visitor,
            traits={name.removeprefix(TRAIT): value for name, value in told.items() if name.startswith(TRAIT)},
            answers={each.code: _answer(each, value) for each, value in answered.items() if each.kind != "text"},
            words={each.code: value for each, value in answered.items() if each.kind == "text"},
            url=url,
            referrer=referrer,
            user_agent=user_agent,
        )


def traits_asked(agreement: Agreement) -> tuple[str, ...]:
    """What the form asks of the person: what the agreement names, then what makes somebody a lead."""
    known = {leaf.trait for leaf in leaves(agreement.ready.captured) if isinstance(leaf, Known)}
    named = agreement.form.fields if agreement.form else ()
    return tuple(dict.fromkeys((*named, *(trait for trait in REACHING if trait in known))))


def would_be_captured(agreement: Agreement, sent: Sent, *, now: int) -> bool:
    """Whether somebody of whom only this form is known is a lead."""
    return is_captured(agreement, profile_of(sent, now=now), at=now)


def _answer(question: Question, value: Any) -> list[str] | float:
    if question.kind == "number":
        return int(value) if value == int(value) else float(value)
    return list(value) if question.kind == "many" else [value]


def _question_field(question: Question, language: Language) -> forms.Field:
    label, required = question.text.in_(language), question.required
    options = [(option.code, option.text.in_(language)) for option in question.options]
    match question.kind:
        case "single":
            return forms.ChoiceField(label=label, required=required, choices=options, widget=forms.RadioSelect)
        case "many":
            several = forms.CheckboxSelectMultiple
            return forms.MultipleChoiceField(label=label, required=required, choices=options, widget=several)
        case "number":
            return forms.DecimalField(
                label=label, required=required, decimal_places=6, min_value=-LARGEST_NUMBER, max_value=LARGEST_NUMBER
            )
    words = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label=label, required=required, max_length=LONGEST_WORDS, widget=words)


def _trait_field(trait: str) -> forms.Field:
    label = _labels()[trait]
    attributes = {"autocomplete": AUTOCOMPLETE[trait]} if trait in AUTOCOMPLETE else {}
    if trait == "company.employees":
        return forms.IntegerField(label=label, required=False, min_value=0, max_value=LARGEST_NUMBER)
    kinds: dict[str, Any] = {"email": forms.EmailInput, "phone": _PhoneInput}
    widget = kinds.get(trait, forms.TextInput)(attrs=attributes)
    return forms.CharField(label=label, required=False, max_length=LONGEST_LINE, widget=widget)


class _PhoneInput(forms.TextInput):
    input_type = "tel"


def _labels() -> dict[str, str]:
    return {
        "name": _("Your name"),
        "first_name": _("First name"),
        "last_name": _("Last name"),
        "email": _("E-mail"),
        "phone": _("Phone"),
        "company.name": _("Company"),
        "company.employees": _("Employees"),
        "job_title": _("What you do there"),
    }
