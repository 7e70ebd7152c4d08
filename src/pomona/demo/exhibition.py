"""The exhibition: badges scanned at the stand, brought in as a CSV file like any other list of leads."""

import csv
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

from psycopg import Connection

from pomona.capture.importing import import_file
from pomona.capture.importing_mapping import read_mapping
from pomona.demo.diary import EXHIBITION, Diary
from pomona.demo.journeys import Journey, Span
from pomona.demo.people import Market
from pomona.domain.event import DAY, HOUR, MINUTE, SECOND

FIRST_NUMBER = 800_000
"""Numbers of people met at the stand begin here."""
SHARE = 0.06
"""Badges a lead of the whole demo: 300 of 5,000."""
WISHES = ("offer", "catalog", "catalog", "talk", "")
OPENS_AT, LASTS_DAYS = 0.23, 3
"""The exhibition begins after that share of the time and lasts so long."""

MAPPING = {
    "time": {"column": "Scanned", "format": "%Y-%m-%d %H:%M", "zone": "UTC"},
    "traits": {
        "email": "E-Mail",
        "first_name": "First name",
        "last_name": "Last name",
        "job_title": "Position",
        "company.name": "Company",
        "company.employees": {"column": "Employees", "as": "number"},
        "region": "Region",
    },
    "events": [
        {
            "name": "stand visited",
            "properties": {
                "utm_campaign": {"constant": EXHIBITION.name},
                "utm_medium": {"constant": EXHIBITION.medium},
            },
            "answers": {"wish": "Wish"},
        }
    ],
}


def opens_at(span: Span) -> int:
    """The morning on which the exhibition opens."""
    return span.start + round(OPENS_AT * span.days) * DAY + 9 * HOUR


def closes_at(span: Span) -> int:
    """The evening on which it closes; the list is imported then."""
    return opens_at(span) + (LASTS_DAYS - 1) * DAY + 10 * HOUR


def visitors(seed: int, market: Market, span: Span, leads: int) -> list[tuple[Journey, dict[str, str]]]:
    """Whoever stopped at the stand, with the row of the file that tells of it."""
    return [_visitor(Random(f"{seed} badge {each}"), market, span, each) for each in range(round(SHARE * leads))]


def _visitor(rng: Random, market: Market, span: Span, each: int) -> tuple[Journey, dict[str, str]]:
    person = market.person(FIRST_NUMBER + each, rng, outsider=rng.random() < 0.1)
    at = opens_at(span) + rng.randrange(LASTS_DAYS) * DAY + rng.randrange(9 * 60) * MINUTE
    company = person.company
    row = {
        "Scanned": datetime.fromtimestamp(at / SECOND, UTC).strftime("%Y-%m-%d %H:%M"),
        "E-Mail": person.email,
        "First name": person.first_name,
        "Last name": person.last_name,
        "Position": person.job_title,
        "Company": company.name if company else "",
        "Employees": str(company.employees) if company else "",
        "Region": person.place.region,
        "Wish": rng.choice(WISHES),
    }
    journey = Journey(Diary(person))
    if row["Wish"] == "offer":
        journey.diary.act(at, "call back requested")
    return journey, row


def import_badges(conn: Connection[Any], rows: list[dict[str, str]], *, source: int, secret: bytes, now: int) -> None:
    """Import the list of the stand."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "badges.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), delimiter=";")
            writer.writeheader()
            writer.writerows(rows)
        import_file(conn, path, read_mapping(MAPPING), source=source, secret=secret, now=now)
