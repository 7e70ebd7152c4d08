"""The demo company's agreements: written, proposed and signed on their days, as people would do it."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from importlib.resources import files
from string import Template
from typing import Any

import msgspec
from psycopg import Connection

from pomona.actions.agreements import propose, save_draft, sign
from pomona.actions.backtests import ask, in_its_place
from pomona.demo.fitting import fit
from pomona.demo.journeys import MOSCOW, Journey, Span
from pomona.demo.simulation import Simulation
from pomona.domain.errors import Language
from pomona.domain.event import DAY, HOUR, SECOND
from pomona.domain.trials import Outcome, TrialTerms


class Paper(msgspec.Struct, frozen=True):
    """One version of an agreement: its file, and when it is signed (share of the time that has passed).

    A draft is not proposed then: people are asked whom they would take. A `trial` is signed with its terms.
    """

    file: str
    signed_after: float = 0.0
    sales_sign: bool = True
    is_draft: bool = False
    trial: TrialTerms | None = None


WEBINAR_TRIAL = TrialTerms(share=0.5, outcome=Outcome.ACCEPTED, smallest=0.1, most_days=60)
PAPERS = (
    Paper("default"),
    Paper("spring-ebook-1"),
    Paper("pump-webinar-1"),
    Paper("exhibition-2026-1", 0.15),
    Paper("pump-webinar-2", 25 / 90, trial=WEBINAR_TRIAL),
    Paper("spring-ebook-2", 40 / 90),
    Paper("search-broad-1", 0.93, sales_sign=False),
    Paper("spring-ebook-3", 0.97, is_draft=True),
)
"""In the order of signing. The calls run without an agreement; the exhibition's ends with it.

The trial began so early that it has its verdict by now: nobody has ended it yet.
"""
EXHIBITION_RUNS = (0.15, 0.5)
"""Shares of the time between which the exhibition's agreement is in force."""


class Signers(msgspec.Struct, frozen=True):
    """Users who sign for the two sides; of sales those who judge past leads at once, and those who have not begun."""

    marketing: int
    sales: int
    judging: tuple[int, ...]
    asked: tuple[int, ...]


def agree(conn: Connection[Any], simulation: Simulation, language: Language, span: Span, signers: Signers) -> None:
    """What was agreed before the time begins is signed now; the rest in the simulation on its day."""
    for paper in PAPERS:
        text = document(language, paper.file, span)
        if paper.is_draft:
            carry_out = partial(_fit, conn, text, signers, simulation.journey_of)
        else:
            carry_out = partial(_sign, conn, text, paper, signers)
        if paper.signed_after:
            simulation.plan(_day(span, paper.signed_after) + 10 * HOUR, carry_out)
        else:
            carry_out(span.start)


def document(language: Language, file: str, span: Span) -> str:
    """The text of an agreement, its dates put in."""
    text = (files("pomona.demo") / "agreements" / language / f"{file}.yaml").read_text(encoding="utf-8")
    opens, closes = (_date(_day(span, share)) for share in EXHIBITION_RUNS)
    return Template(text).safe_substitute(opens=opens, closes=closes)


def _fit(
    conn: Connection[Any], text: str, signers: Signers, journey_of: Callable[[int], Journey | None], now: int
) -> None:
    version, by = save_draft(conn, text, user=signers.marketing, now=now).id, signers.marketing
    fit(conn, version, journey_of, by=by, judging=(by, *signers.judging), asked=signers.asked, now=now)


def _sign(conn: Connection[Any], text: str, paper: Paper, signers: Signers, now: int) -> None:
    version = save_draft(conn, text, user=signers.marketing, now=now).id
    propose(conn, version, user=signers.marketing, now=now, trial=paper.trial)
    sign(conn, version, "marketing", user=signers.marketing, now=now)
    if paper.sales_sign:
        sign(conn, version, "sales", user=signers.sales, now=now)
    else:
        # Whoever is to sign wants to know what it would change: told as soon as long jobs are carried out.
        ask(conn, version, against=in_its_place(conn, version, now=now), days=90, user=signers.sales, now=now)


def _day(span: Span, share: float) -> int:
    return span.start + round(share * span.days) * DAY


def _date(moment: int) -> str:
    return datetime.fromtimestamp((moment + MOSCOW) // SECOND, UTC).date().isoformat()
