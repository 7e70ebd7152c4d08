"""What lists hold, in words, and how an agreement asks for one of each kind."""

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from pomona.domain.lists import Kind

KIND_WORDS: dict[Kind, Promise] = {
    "domain": pgettext_lazy("what a list holds", "company domains"),
    "email": pgettext_lazy("what a list holds", "e-mail addresses"),
    "phone": pgettext_lazy("what a list holds", "phone numbers"),
    "region": pgettext_lazy("what a list holds", "regions"),
    "text": pgettext_lazy("what a list holds", "words or names"),
}

EXAMPLES: dict[Kind, str] = {
    "domain": "rival.example",
    "email": "info@rival.example",
    "phone": "+7 843 000-00-01",
    "region": "RU-TA",
    "text": "oil and gas",
}

TRAITS: dict[Kind, str] = {
    "domain": "company.domain",
    "email": "email",
    "phone": "phone",
    "region": "region",
    "text": "company.industry",
}
"""The trait that items of a kind are usually compared with."""
