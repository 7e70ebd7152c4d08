"""The people and companies around the demo company. All of them are made up.

Mail addresses end in `.example`, which nobody can own (RFC 2606). Telephone numbers are landlines whose local
part begins with 0: Russian numbering gives out none of those, so they can be shown but never dialled.
"""

from collections.abc import Sequence
from random import Random
from typing import Any, TypeVar

import msgspec

from pomona.demo.vocabulary import (
    BRANCHES,
    COMPANY_STEMS,
    FREE_MAIL_HOSTS,
    MEN,
    OUTSIDERS,
    PLACES,
    SURNAMES,
    TITLES,
    WOMEN,
    Place,
    Title,
    Word,
)
from pomona.domain.errors import Language

SIZES = ((8, 30), (30, 120), (120, 400), (400, 3000))
SIZE_WEIGHTS = (30, 35, 25, 10)
FREE_MAIL_SHARE = 0.18
PLANTS = 30
"""How many companies are kept for told stories."""

Weighted = TypeVar("Weighted", Place, Title)


class Company(msgspec.Struct, frozen=True):
    """A plant that might need pumps."""

    name: str
    domain: str
    industry: str
    employees: int
    place: Place


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who may become a lead. `company` is None for those who will never order a pump."""

    number: int
    first_name: str
    last_name: str
    title: Title
    job_title: str
    company: Company | None
    place: Place
    email: str
    phone: str

    @property
    def visitor(self) -> str:
        """The anonymous id of their browser."""
        return f"demo-visitor-{self.number}"

    @property
    def client_id(self) -> str:
        """Their id in the customer portal, for those who have one."""
        return f"client-{self.number}"

    @property
    def traits(self) -> dict[str, Any]:
        """What they write into a form."""
        own = {"first_name": self.first_name, "last_name": self.last_name, "job_title": self.job_title}
        place = {"region": self.place.region}
        if self.company is None:
            return {**own, **place, "email": self.email}
        company = {"company.name": self.company.name, "company.employees": self.company.employees}
        return {**own, **place, **company, "email": self.email, "company.industry": self.company.industry}


class Market:
    """Makes companies and people: the same seed, the same ones, in either language.

    From `plants` come only the people of told stories: nobody else of theirs is on the way.
    """

    def __init__(self, seed: int, language: Language, companies: int) -> None:
        self._language: Language = language
        self._addresses: dict[str, int] = {}
        made = _companies(Random(f"{seed} companies"), language, companies + PLANTS)
        self.companies, self.plants = made[:companies], made[companies:]

    def person(self, number: int, rng: Random, *, outsider: bool = False) -> Person:
        """The person of that number; an outsider belongs to no company and decides nothing."""
        company = None if outsider else rng.choice(self.companies)
        title = _weighted(rng, OUTSIDERS if outsider else TITLES)
        return self.named_person(number, rng, company=company, title=title)

    def named_person(self, number: int, rng: Random, *, company: Company | None, title: Title) -> Person:
        """A person with a title in a company (None: in no company, with a free mail box)."""
        first, last, address = self._name(rng)
        place = company.place if company else _weighted(rng, PLACES)
        free = company is None or rng.random() < FREE_MAIL_SHARE
        host = rng.choice(FREE_MAIL_HOSTS) if free or company is None else company.domain
        return Person(
            number=number,
            first_name=first,
            last_name=last,
            title=title,
            job_title=self.job_title(title),
            company=company,
            place=place,
            email=self._unique(f"{address}@{host}"),
            phone=f"+7{place.area}0{number % 1_000_000:06d}",
        )

    def job_title(self, title: Title) -> str:
        """A title as its holder writes it."""
        return title.word.in_(self._language)

    def _name(self, rng: Random) -> tuple[str, str, str]:
        """First name, last name, and what stands before the @."""
        woman = rng.random() < 0.35
        first, last = rng.choice(WOMEN if woman else MEN), rng.choice(SURNAMES)
        if woman:
            last = Word(f"{last.ru}а", f"{last.en}a")
        address = f"{first.en[0]}.{last.en}".lower()
        return first.in_(self._language), last.in_(self._language), address

    def _unique(self, address: str) -> str:
        """The address, with a number where somebody has it already."""
        taken = self._addresses.get(address, 0) + 1
        self._addresses[address] = taken
        name, _, host = address.partition("@")
        return address if taken == 1 else f"{name}{taken}@{host}"


def _companies(rng: Random, language: Language, count: int) -> list[Company]:
    names = [(stem, branch) for stem in COMPANY_STEMS for branch in BRANCHES]
    rng.shuffle(names)
    return [_company(rng, language, stem, branch) for stem, branch in names[:count]]


def _company(rng: Random, language: Language, stem: Word, branch: Word) -> Company:
    low, high = rng.choices(SIZES, SIZE_WEIGHTS)[0]
    russian = f"{rng.choice(('ООО', 'АО', 'ПАО'))} «{stem.ru}{branch.ru}»"
    return Company(
        name=russian if language == "ru" else f"{stem.en} {branch.en.capitalize()}",
        domain=f"{stem.en}-{branch.en}.example".lower(),
        industry=branch.en.lower(),
        employees=rng.randint(low, high),
        place=_weighted(rng, PLACES),
    )


def _weighted(rng: Random, choices: Sequence[Weighted]) -> Weighted:
    return rng.choices(choices, [choice.weight for choice in choices])[0]
