"""What linting finds in an agreement that reads well but does not do what was meant: code, place, what to do."""

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from pomona.domain.agreement.errors import Path, Words
from pomona.domain.errors import Language

Severity = Literal["refuses", "warns"]

REFUSES: dict[str, Words] = {
    "nobody_captured": (
        "Лидом не станет никто: условие captured ни для кого не выполнится. Измените его.",
        "Nobody ever becomes a lead: captured is true of nobody. Change it.",
    ),
    "everybody_barred": (
        "Правило «{name}» исключает каждого, кого соглашение делает лидом. Сузьте его условие.",
        "The rule “{name}” bars everybody whom the agreement makes a lead. Narrow its condition.",
    ),
    "nobody_ripens": (
        "Созреть не сможет никто: больше {best} не наберёт ни один лид, а проходной балл — {mark}. "
        "Опустите проходной балл или дайте больше баллов.",
        "Nobody can become ripe: no lead reaches more than {best}, and the pass mark is {mark}. "
        "Lower the pass mark or give more points.",
    ),
    "mql_unreachable": (
        "Созреть не сможет никто: условие mql ни для кого не выполнится, хотя баллов хватает (до {best}). "
        "Измените его.",
        "Nobody can become ripe: mql is true of nobody, although the points suffice (up to {best}). Change it.",
    ),
    "campaign_over": (
        "Кампания уже закончилась: соглашение не действовало бы ни дня. Исправьте until.",
        "The campaign is over: the agreement would not be in force for a day. Correct until.",
    ),
}
"""Found so, an agreement is neither proposed nor signed."""

WARNS: dict[str, Words] = {
    "pass_mark_out_of_reach": (
        "Проходной балл {mark} не наберёт никто (не больше {best}): лиды созреют только по другим условиям mql. "
        "Опустите его или дайте больше баллов.",
        "Nobody reaches the pass mark of {mark} (at most {best}): leads ripen by the other conditions of mql only. "
        "Lower it or give more points.",
    ),
    "caller_cannot_ripen": (
        "Кто только позвонил, не созреет: mql для него не выполнится (у нового звонящего не больше {best}, "
        "проходной балл — {mark}). Если звонка должно хватать, дайте больше баллов за звонок или за ответы.",
        "Who only called does not ripen: mql is not true of them (a new caller reaches at most {best}, the pass mark "
        "is {mark}). If a call should suffice, give more points for it or for the answers.",
    ),
    "form_lead_cannot_ripen": (
        "Лид с формы, который ни разу не звонил, не созреет: mql для него не выполнится (у него не больше {best}, "
        "проходной балл — {mark}). Дайте больше баллов за то, что он делает на сайте и рассказывает.",
        "A lead from a form who never called does not ripen: mql is not true of it (it reaches at most {best}, the "
        "pass mark is {mark}). Give more points for what it does on the site and tells.",
    ),
    "grade_out_of_reach": (
        "Категорию {letter} не получит никто: она начинается с {begins}, а наберут не больше {best}.",
        "Nobody gets the grade {letter}: it begins at {begins}, and nobody reaches more than {best}.",
    ),
    "unknown_grade": (
        "Категории {letter} в grades нет: условие с ней никогда не выполнится.",
        "There is no grade {letter} in grades: a condition that asks for it is never true.",
    ),
    "line_shadowed": (
        "До этой строки очередь не дойдёт: всех, кого она ловит, раньше берёт строка {number}{name}. "
        "Поставьте её выше или уберите.",
        "This line is never reached: line {number}{name} takes everybody whom it catches. "
        "Put it further up, or remove it.",
    ),
    "no_otherwise_in_route": (
        "В распределении нет строки otherwise: кому не подойдёт ни одна строка, будет ждать без менеджера.",
        "The route has no otherwise: whom no line fits waits without a seller.",
    ),
    "no_otherwise_in_first_contact": (
        "В first_contact нет строки otherwise: у кого не подойдёт ни одна строка, срока первого контакта не будет.",
        "first_contact has no otherwise: whom no line fits has no response clock.",
    ),
    "reminder_too_late": (
        "Напоминание приходит не раньше самого срока. Поставьте remind_at меньше, чем within.",
        "The reminder does not come before the deadline itself. Make remind_at shorter than within.",
    ),
    "unknown_reason": (
        "Причины «{reason}» нет среди причин возврата (ready.returned.reasons). Добавьте её или возьмите одну из них.",
        "The reason “{reason}” is not among the reasons to return a lead (ready.returned.reasons). "
        "Add it, or take one of those.",
    ),
    "unknown_team": (
        "Команды «{name}» нет{hint}: её лиды будут ждать.",
        "There is no team “{name}”{hint}: its leads would wait.",
    ),
    "unknown_seller": (
        "Менеджера с именем для входа «{name}» нет{hint}: его лиды будут ждать.",
        "There is no seller with the log-in name “{name}”{hint}: their leads would wait.",
    ),
    "unknown_event": (
        "События «{name}» среди последних нет{hint}. Проверьте название, если оно уже должно было приходить.",
        "There is no event “{name}” among the latest ones{hint}. Check the name, if it should have come by now.",
    ),
    "unknown_question": (
        "Вопроса «{name}» нет в анкете, и среди последних ответов его нет{hint}. Проверьте код вопроса.",
        "No question “{name}” is asked here, nor was it answered lately{hint}. Check the question's code.",
    ),
    "unknown_option": (
        "У вопроса «{question}» нет ответа «{name}»{hint}: условие с ним никогда не выполнится.",
        "The question “{question}” has no answer “{name}”{hint}: a condition that asks for it is never true.",
    ),
    "answered_in_words": (
        "На вопрос «{name}» отвечают своими словами: условие о его ответе никогда не выполнится.",
        "The question “{name}” is answered in people's own words: a condition about its answer is never true.",
    ),
    "unknown_trait": (
        "Свойства «{name}» у последних лидов нет{hint}. Проверьте название, если его уже должны были присылать.",
        "The latest leads have no trait “{name}”{hint}. Check the name, if it should have been sent by now.",
    ),
    "no_chat": (
        "Telegram подключён не у всех менеджеров: у {count} из {all} его нет, им придут письма. "
        "Каждый подключает его сам, в настройках.",
        "Not every seller has linked a Telegram chat: {count} of {all} have none and get mails instead. "
        "Each links it on the own settings page.",
    ),
}
"""Found so, an agreement can be signed: both sides see what they sign."""

TEXTS = {**REFUSES, **WARNS}


class Finding(msgspec.Struct, frozen=True):
    """One thing found at `path` of the agreement as read. A parameter that is a pair is said in each language.

    `name` is the own name of the rule or line that the path leads to, empty if it has none.
    """

    code: str
    path: Path
    parameters: Mapping[str, Any] = {}
    name: str = ""

    @property
    def severity(self) -> Severity:
        """Whether it stands against signing."""
        return "refuses" if self.code in REFUSES else "warns"

    @property
    def place(self) -> str:
        """The path as people write it; positions in lists counted from 1."""
        return ".".join(str(step + 1) if isinstance(step, int) else step for step in self.path)

    def text(self, language: Language = "en") -> str:
        """What is wrong and what to do about it."""
        index = 0 if language == "ru" else 1
        said = {name: value[index] if isinstance(value, tuple) else value for name, value in self.parameters.items()}
        return TEXTS[self.code][index].format(**said)


def path_in_document(finding: Finding, document: Mapping[str, Any]) -> Path:
    """Where the finding stands in the document as written; the nearest place above what it inherits.

    A document that extends another holds only some of its lists' lines: they are found by their names.
    """
    path: list[str | int] = []
    here: Any = document
    for step in finding.path:
        place = _line_of(here, step, finding.name) if isinstance(step, int) else step
        if place is None or not _holds(here, place):
            break
        path.append(place)
        here = here[place]
    return tuple(path)


def _holds(here: Any, place: str | int) -> bool:
    if isinstance(here, Mapping):
        return place in here
    return isinstance(here, list | tuple) and isinstance(place, int) and place < len(here)


def _line_of(lines: Any, position: int, name: str) -> int | None:
    """The position of the line of that name; a nameless line keeps its position."""
    if not name or not isinstance(lines, list | tuple):
        return position
    return next((index for index, line in enumerate(lines) if name in (_name(line), _otherwise(line))), None)


def _name(line: Any) -> Any:
    return line.get("name") if isinstance(line, Mapping) else None


def _otherwise(line: Any) -> str | None:
    return "otherwise" if isinstance(line, Mapping) and "otherwise" in line else None
