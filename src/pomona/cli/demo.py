"""`pomona demo`: the demo company, built and built anew."""

import secrets
from typing import Annotated, Any

import psycopg
import typer

from pomona import clock
from pomona.cli.environment import installation, only_one
from pomona.cli.progress import progress_bar
from pomona.domain.errors import Language
from pomona.setup import language, say

LARGEST_SEED = 2**31


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command(
        help=say(
            "Построить демо-компанию заново. Работает, пока Помона остановлена, и только в пустой или демо-базе.",
            "Build the demo company anew. Works while Pomona is stopped, and only in an empty or a demo database.",
        )
    )(demo)


def demo(
    seed: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=LARGEST_SEED,
            help=say(
                "То же число даёт ту же компанию. Без него компания новая.",
                "The same number gives the same company. Without it the company is a new one.",
            ),
        ),
    ] = None,
    lang: Annotated[
        Language | None,
        typer.Option("--language", help=say("Язык компании: ru или en.", "The company's language: ru or en.")),
    ] = None,
) -> None:
    """Build it and tell how to see it."""
    with only_one(), installation(migrating=True) as conn:
        build_demo(conn, seed=seed, language_=lang)
    typer.echo(say("Готово. Запуск: ./start", "Done. To run it: ./start"))


def build_demo(conn: psycopg.Connection[Any], *, seed: int | None = None, language_: Language | None = None) -> None:
    """Build the demo company with a progress bar that tells how long still."""
    from pomona.demo.build import build

    chosen = secrets.randbelow(LARGEST_SEED) if seed is None else seed
    with progress_bar(say("Демо-компания", "Demo company")) as progress:
        build(conn, seed=chosen, language=language_ or language(), now=clock.now(), progress=progress)


def where_to_begin() -> str:
    """The log-ins of the demo company and the first thing to look at."""
    from pomona.actions.demo_company import PASSWORD
    from pomona.demo.company import LOGINS

    rows = "\n".join(f"  {name:<12} {title}" for name, title in LOGINS[language()])
    return say(
        f"Вход в один щелчок на первой странице; пароль у всех: {PASSWORD}\n{rows}\n"
        "Начните менеджером: его ждёт созревший лид с идущими часами.\n",
        f"Log in with one click on the first page; everybody's password: {PASSWORD}\n{rows}\n"
        "Begin as the seller: a ripe lead with a running clock waits.\n",
    )
