"""`pomona agreement backtest`: a file tried on the past of the installation."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from babel.numbers import format_currency

from pomona import clock
from pomona.agreement_file import read_text
from pomona.cli.environment import installation
from pomona.cli.progress import progress_bar
from pomona.domain.intervals import share
from pomona.setup import say

if TYPE_CHECKING:
    from pomona.history.backtest import GroupCount, Side, Summary

MOST_DAYS = 365


def backtest(
    file: Annotated[Path, typer.Argument(help=say("Соглашение, YAML.", "The agreement, YAML."))],
    days: Annotated[
        int, typer.Option(min=1, max=MOST_DAYS, help=say("Сколько последних дней.", "How many days back."))
    ] = 90,
) -> None:
    """Tell what the agreement would have changed, beside the version in force (of its name, else the house rules)."""
    text = read_text(file)
    with installation() as conn, progress_bar(file.name) as progress:
        from django.conf import settings

        from pomona.actions import backtests
        from pomona.store.installation import company_currency
        from pomona.work.backtests import try_on_past
        from pomona.work.steps import OnlyTold

        now = clock.now()
        asked = backtests.asked_of_text(conn, text, days, now=now)
        found = try_on_past(conn, asked, OnlyTold(progress), folder=settings.EXPORT_DIR, now=now)
        sellers, _ = backtests.at_work(conn, asked.agreement, now=now)
        currency = company_currency(conn)
    for line in _lines(found.summary, {seller.id: seller.login for seller in sellers}):
        typer.echo(line)
    typer.echo(_price(found.summary, currency))


def _lines(summary: "Summary", logins: dict[int, str]) -> Iterator[str]:
    """The summary, a line each."""
    span, after, before = summary.span, summary.after, summary.before
    yield f"{span.days[0].isoformat()} … {span.days[-1].isoformat()}"
    weekly = f"{summary.per_week(after):.1f}"
    instead = f"{summary.per_week(before):.1f}" if before else "—"
    yield say(
        f"Созревших в неделю: {weekly}, по версии в силе: {instead}.",
        f"Ripe a week: {weekly}; by the version in force: {instead}.",
    )
    for group, count in summary.groups.items():
        yield _group(group, count)
    yield from _dealt(after)
    for load in after.routing.sellers:
        name, full = logins.get(load.seller, "—"), len(load.full_days)
        yield say(
            f"  {name}: лидов {load.leads}, сразу до {load.most} из {load.capacity}, дней перегрузки {full}",
            f"  {name}: {load.leads} leads, at most {load.most} of {load.capacity} at a time, {full} days full",
        )


def _group(group: str, count: "GroupCount") -> str:
    titles = {
        "gained": say("Прибавились", "Gained"),
        "lost": say("Потеряны", "Lost"),
        "common": say("Те же", "The same"),
        "ripe": say("Созрели", "Ripe"),
    }
    accepted, won = _share(count.accepted, count.handed_over), _share(count.won, count.leads)
    return say(
        f"{titles[group]}: {count.leads}; взяты в работу {accepted} переданных; сделки на сегодня {won}.",
        f"{titles[group]}: {count.leads}; accepted {accepted} handed over; won so far {won}.",
    )


def _share(hits: int, total: int) -> str:
    """`3 of 12 (11…47 %)`: the bounds hold the true share in nine cases of ten."""
    found = share(hits, total)
    return f"{hits} {say('из', 'of')} {total} ({found.low:.0%}…{found.high:.0%})"


def _dealt(side: "Side") -> Iterator[str]:
    """How the route would have dealt."""
    routing = side.routing
    half, tenth = (_wait(each) for each in (routing.waits_half, routing.waits_tenth))
    yield say(
        f"Передано {routing.handed_over} из {routing.leads}; медиана ожидания {half}, девять из десяти — до {tenth}.",
        f"{routing.handed_over} of {routing.leads} handed over; median wait {half}, nine of ten at most {tenth}.",
    )
    for rule in routing.rules:
        yield f"  {rule.rule}: {rule.leads}"


def _price(summary: "Summary", currency: str) -> str:
    """What a ripe lead costs under either version, and for how many days that is known."""
    spent = summary.spend.spent
    after = _money(summary.price(summary.after), currency)
    instead = _money(summary.price(summary.before) if summary.before else None, currency)
    return say(
        f"Цена созревшего лида: {after}, по версии в силе: {instead}; расход известен за дней: {spent.known} из "
        f"{spent.days}.",
        f"A ripe lead costs {after}; by the version in force: {instead}; spend known for {spent.known} of {spent.days} "
        "days.",
    )


def _money(amount: int | None, currency: str) -> str:
    return "—" if amount is None else format_currency(Decimal(amount) / 100, currency, locale=say("ru", "en"))


def _wait(length: int | None) -> str:
    return "—" if length is None else str(timedelta(seconds=length // 1_000_000))
