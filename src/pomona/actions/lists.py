"""Lists that agreements name: made, changed version by version, deleted while nobody asks for them."""

from collections.abc import Collection, Sequence
from typing import Any, ClassVar
from uuid import UUID

from psycopg import Connection

from pomona.actions.allowed import demand
from pomona.actions.changing import changing, record
from pomona.domain.errors import Language, PomonaError
from pomona.domain.lists import KINDS, LONGEST_NAME, MOST_ITEMS, Change, change_of
from pomona.domain.words import pick
from pomona.formats.list_item import read_items
from pomona.store import lists
from pomona.store.changes import Document
from pomona.store.database import work_transaction
from pomona.store.lists import ListRow
from pomona.store.powers import Power

MOST_NAMED = 5
"""How many unreadable items an error names."""


class RefusedList(PomonaError):
    """The list cannot be made or changed so; nothing was changed."""

    texts: ClassVar[dict[str, tuple[str, str]]] = {
        "no_list": ("Такого списка нет.", "There is no such list."),
        "list_unnamed": ("Назовите список.", "Give the list a name."),
        "list_name_long": (
            "Название списка длиннее {most} знаков. Сократите его.",
            "The list's name is longer than {most} characters. Shorten it.",
        ),
        "list_taken": (
            "Список «{name}» уже есть. Выберите другое название.",
            "There is a list “{name}” already. Choose another name.",
        ),
        "list_kind": (
            "Вид списка «{kind}» неизвестен: выберите домены, почту, телефоны, регионы или слова.",
            "The kind of list “{kind}” is not known: choose domains, e-mails, phones, regions or words.",
        ),
        "list_in_use": (
            "Список «{name}» нужен соглашениям: {agreements}. Они должны читаться и потом, поэтому удалить его нельзя.",
            "Agreements ask for the list “{name}”: {agreements}. They must stay readable, so it cannot be deleted.",
        ),
        "list_full": (
            "В списке было бы {size} строк, а помещается {most}. Уберите лишнее.",
            "The list would have {size} items; it takes {most}. Leave some out.",
        ),
        "list_moved": (
            "Список тем временем изменили. Посмотрите ещё раз, что появится и что исчезнет.",
            "The list was changed meanwhile. Look again at what will come and go.",
        ),
    }


class UnreadableItems(PomonaError):
    """Some items are not what the list holds; nothing was changed."""

    texts: ClassVar[dict[str, tuple[str, str]]] = {
        "unreadable_items": (
            "Не читается: {items}. Исправьте или уберите; пока ничего не изменено.",
            "Cannot be read: {items}. Correct or remove them; nothing was changed yet.",
        )
    }

    def text(self, language: Language = "en") -> str:
        """The first of them, each with its line."""
        unreadable = self.parameters["change"].unreadable
        line, more = pick(language, "строка", "line"), pick(language, "и другие", "and others")
        named = [f"{line} {item.number}: {item.written[:60]}" for item in unreadable[:MOST_NAMED]]
        said = "; ".join([*named, more] if len(unreadable) > MOST_NAMED else named)
        return pick(language, *self.texts[self.code]).format(items=said)


def create_list(conn: Connection[Any], name: str, kind: str, *, user: int | None, now: int) -> UUID:
    """Make an empty list; gives its id. Raises `NotAllowed`, `RefusedList`."""
    demand(conn, user, Power.WRITE_AGREEMENTS)
    name = " ".join(name.split())
    if not name:
        raise RefusedList("list_unnamed")
    if len(name) > LONGEST_NAME:
        raise RefusedList("list_name_long", most=LONGEST_NAME)
    if kind not in KINDS:
        raise RefusedList("list_kind", kind=kind)
    with conn.transaction():
        made = lists.create(conn, name, kind, now=now)
        if made is None:
            raise RefusedList("list_taken", name=name)
        record(conn, Document.LIST, made, {}, user=user, now=now)
    return made


def planned_change(conn: Connection[Any], list_id: UUID, texts: Sequence[str], *, replace: bool) -> Change:
    """What `change_list` would do with these items. Raises `RefusedList`."""
    with conn.transaction():
        return _planned(conn, _locked(conn, list_id), texts, replace=replace)


def change_list(
    conn: Connection[Any],
    list_id: UUID,
    texts: Sequence[str],
    *,
    user: int | None,
    now: int,
    replace: bool = False,
    without_unreadable: bool = False,
    number: int | None = None,
) -> Change:
    """Add these items, or put them in the place of all others: the list's next version, unless nothing changes.

    `number` is the version that the user saw, if the change depends on it; the file kept for the user is forgotten.
    Raises `NotAllowed`, `RefusedList`, or `UnreadableItems` unless they may be left out.
    """
    demand(conn, user, Power.WRITE_AGREEMENTS)
    with work_transaction(conn):
        row = _locked(conn, list_id)
        if number is not None and number != row.number:
            raise RefusedList("list_moved")
        change = _planned(conn, row, texts, replace=replace)
        if change.unreadable and not without_unreadable:
            raise UnreadableItems("unreadable_items", change=change)
        _save(conn, row, change, user=user, now=now)
        if user is not None:
            lists.drop_upload(conn, list_id, user)
    return change


def remove_items(
    conn: Connection[Any], list_id: UUID, normals: Collection[str], *, user: int | None, now: int
) -> Change:
    """Take items, named by their normal form, out of a list; what is not in it is passed over.

    Raises `NotAllowed`, `RefusedList`.
    """
    demand(conn, user, Power.WRITE_AGREEMENTS)
    with work_transaction(conn):
        row = _locked(conn, list_id)
        current = lists.written_items(conn, list_id)
        change = Change({}, {normal: current[normal] for normal in normals if normal in current})
        _save(conn, row, change, user=user, now=now)
    return change


def delete_list(conn: Connection[Any], list_id: UUID, *, user: int | None, now: int) -> str:
    """Delete a list that no agreement ever asked for; gives its name. Raises `NotAllowed`, `RefusedList`."""
    demand(conn, user, Power.WRITE_AGREEMENTS)
    with work_transaction(conn), changing(conn, Document.LIST, list_id, user=user, now=now):
        row = _locked(conn, list_id)
        if agreements := lists.users_of(conn, row.name):
            raise RefusedList("list_in_use", name=row.name, agreements=", ".join(agreements))
        lists.delete(conn, list_id)
    return row.name


def keep_upload(conn: Connection[Any], list_id: UUID, *, user: int, name: str, content: bytes, now: int) -> None:
    """Keep a file until its user has seen what it would change. Raises `NotAllowed`, `RefusedList`."""
    demand(conn, user, Power.WRITE_AGREEMENTS)
    with conn.transaction():
        _locked(conn, list_id)
        lists.keep_upload(conn, list_id, user, name=name, content=content, now=now)


def forget_upload(conn: Connection[Any], list_id: UUID, *, user: int) -> None:
    """Forget the file that the user kept."""
    lists.drop_upload(conn, list_id, user)


def _planned(conn: Connection[Any], row: ListRow, texts: Sequence[str], *, replace: bool) -> Change:
    current = lists.written_items(conn, row.id)
    change = change_of(current, read_items(row.kind, texts), replace=replace)
    size = len(current) + len(change.came) - len(change.went)
    if size > MOST_ITEMS:
        raise RefusedList("list_full", size=size, most=MOST_ITEMS)
    return change


def _save(conn: Connection[Any], row: ListRow, change: Change, *, user: int | None, now: int) -> None:
    if not change.is_empty:
        lists.save_change(conn, row, change, user=user, now=now)


def _locked(conn: Connection[Any], list_id: UUID) -> ListRow:
    row = lists.lock(conn, list_id)
    if row is None:
        raise RefusedList("no_list")
    return row
