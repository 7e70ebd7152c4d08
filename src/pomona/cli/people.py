"""`pomona createuser`: somebody who can log in, the first administrator above all."""

import sys
from typing import Annotated

import typer

from pomona import clock
from pomona.actions.people import create_user
from pomona.cli.environment import installation
from pomona.setup import language, say
from pomona.store.powers import ROLES

SHORTEST_PASSWORD = 8


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command(
        help=say(
            "Завести пользователя. Пароль спросит; без терминала прочтёт его первой строкой со стандартного ввода.",
            "Add a user. Asks for the password; without a terminal it reads it as the first line of standard input.",
        )
    )(createuser)


def createuser(
    login: Annotated[str, typer.Argument(help=say("Имя для входа.", "The log-in name."))],
    role: Annotated[
        str,
        typer.Option(help=say("Роль: ", "The role: ") + ", ".join(ROLES)),
    ] = "administrator",
    first_name: Annotated[str, typer.Option(help=say("Имя.", "First name."))] = "",
    last_name: Annotated[str, typer.Option(help=say("Фамилия.", "Last name."))] = "",
    email: Annotated[str, typer.Option(help=say("Почта для уведомлений.", "The mail address for notifications."))] = "",
) -> None:
    """Add the user; refuse a short password and a name that is taken."""
    password = _password()
    if len(password) < SHORTEST_PASSWORD:
        raise typer.BadParameter(
            say(f"пароль короче {SHORTEST_PASSWORD} знаков", f"the password is shorter than {SHORTEST_PASSWORD}")
        )
    with installation() as conn:
        from django.contrib.auth.hashers import make_password

        create_user(
            conn,
            login,
            role=role,
            password_hash=make_password(password),
            first_name=first_name,
            last_name=last_name,
            email=email,
            language=language(),
            user=None,
            now=clock.now(),
        )
    typer.echo(say(f"Пользователь {login} заведён.", f"The user {login} is added."))


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    return str(typer.prompt(say("Пароль", "Password"), hide_input=True, confirmation_prompt=True))
