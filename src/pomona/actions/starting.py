"""Beginning an agreement: from a template, from another one, from a file; and the next version of one."""

from importlib.resources import files
from typing import Any, ClassVar

from psycopg import Connection

from pomona.actions.agreements import read_draft, save_draft
from pomona.actions.allowed import demand
from pomona.domain.agreement.nodes import MOST_ITEMS
from pomona.domain.errors import Language, PomonaError
from pomona.domain.ripeness import HOUSE
from pomona.formats.yaml_document import read_yaml
from pomona.formats.yaml_edit import insert, put, remove
from pomona.store import agreements
from pomona.store.agreements import VersionRow
from pomona.store.database import work_transaction
from pomona.store.powers import Power

TEMPLATES = ("ebook", "webinar", "price", "calls", "exhibition", "partners")
"""What campaigns usually are; each adds to the house rules."""

RULES_BY_NAME = ("never", "fit", "interest", "answers", "route")
"""Lists that are added to those of the house rules, rule by rule."""


class RefusedStart(PomonaError):
    """The agreement cannot be begun so; nothing was changed."""

    texts: ClassVar[dict[str, tuple[str, str]]] = {
        "name_missing": ("Назовите кампанию.", "Give the campaign a name."),
        "nothing_chosen": ("Выберите, с чего начать.", "Choose what to begin with."),
        "begun_already": (
            "У соглашения «{name}» уже есть черновик. Откройте его и продолжите в нём.",
            "“{name}” has a draft already. Open it and go on there.",
        ),
    }


def template(kind: str, language: Language) -> str:
    """The YAML of one of `TEMPLATES`, or of the house rules to begin with ("default")."""
    return (files("pomona.actions") / "templates" / f"{kind}.{language}.yaml").read_text(encoding="utf-8")


def named(text: str, name: str, *, covers: list[dict[str, str]], runs: dict[str, str]) -> str:
    """The text as an agreement of that name, for this traffic (none: that of its name) and these days."""
    if not name:
        raise RefusedStart("name_missing")
    text = put(text, ("campaign",), name)
    for keyword, value in (("runs", runs), ("covers", covers)):
        if keyword in read_yaml(text)[0]:
            text = remove(text, (keyword,))
        if value:
            text = put(text, (keyword,), value)
    return text


def standing_alone(text: str, language: Language) -> str:
    """The text with the house rules to begin with in it, where none are in force to add to."""
    own = read_yaml(text)[0]
    if "extends" not in own:
        return text
    return _over(remove(text, ("extends",)), (), own, read_yaml(template(HOUSE, language))[0])


def _over(text: str, path: tuple[str, ...], own: Any, house: Any) -> str:
    """The text laid over the house rules as extending them would do it."""
    if own is None:
        return put(text, path, house)
    if isinstance(house, dict) and len(path) < 2:
        for keyword, part in house.items():
            text = _over(text, (*path, keyword), own.get(keyword), part)
    elif path[-1] in RULES_BY_NAME:
        names = {rule.get("name") for rule in own}
        for rule in house:
            if rule.get("name") not in names or "otherwise" in rule:
                text = insert(text, path, MOST_ITEMS, rule)
    return text


def begin(conn: Connection[Any], text: str, *, language: Language, user: int, now: int) -> VersionRow:
    """Begin the agreement that the text names, or its next version. Raises as `save_draft`, and RefusedStart where a
    draft is there already.
    """
    demand(conn, user, Power.WRITE_AGREEMENTS)
    with work_transaction(conn):
        if agreements.in_force_id(conn, HOUSE, now) is None:
            text = standing_alone(text, language)
        name = read_draft(conn, text, now=now).campaign
        agreements.lock_newest(conn, name, now=now)
        if agreements.has_draft(conn, name):
            raise RefusedStart("begun_already", name=name)
        return save_draft(conn, text, user=user, now=now)
