"""What can be wrong with an agreement: every fault of a document at once, each with its place."""

from collections.abc import Sequence
from typing import Any, ClassVar

from pomona.domain.errors import Language, PomonaError

Path = tuple[str | int, ...]
"""Where in a document: keys and list positions (from 0) from the top."""

Words = tuple[str, str]
"""The same in Russian and in English."""


class AgreementError(PomonaError):
    """One fault of an agreement at `path`."""

    texts: ClassVar[dict[str, tuple[str, str]]] = {
        "wrong_type": ("здесь нужно: {expected}", "this must be {expected}"),
        "missing": ("не хватает «{keyword}»", "“{keyword}” is missing"),
        "unknown_keyword": (
            "слово «{keyword}» здесь неизвестно; можно: {known}",
            "the keyword “{keyword}” is not known here; known are: {known}",
        ),
        "not_one_of": (
            "значение «{value}» здесь неизвестно; можно: {known}",
            "the value “{value}” is not known here; known are: {known}",
        ),
        "empty": ("здесь должно стоять хотя бы одно значение", "at least one value must stand here"),
        "too_many": ("здесь больше {most} значений", "there are more than {most} values here"),
        "too_long": ("текст длиннее {most} знаков", "the text is longer than {most} characters"),
        "too_deep": ("условия вложены глубже {most} ступеней", "conditions are nested deeper than {most} levels"),
        "out_of_range": ("число должно быть от {low} до {high}", "the number must be between {low} and {high}"),
        "not_thousandths": (
            "у числа не больше трёх знаков после запятой",
            "the number has at most three decimal places",
        ),
        "not_a_span": (
            "«{value}» — не длительность; пишут, например, {example}",
            "“{value}” is not a length of time; write, for example, {example}",
        ),
        "not_a_date": (
            "«{value}» — не дата; пишут, например, 2026-03-02",
            "“{value}” is not a date; write, for example, 2026-03-02",
        ),
        "far_date": (
            "день {value} слишком далеко: можно от {first} до {last}",
            "the day {value} is too far away: it may lie between {first} and {last}",
        ),
        "unknown_time_zone": (
            "часовой пояс «{value}» неизвестен; пишут, например, Europe/Moscow",
            "the time zone “{value}” is unknown; write, for example, Europe/Moscow",
        ),
        "not_hours": (
            "«{value}» — не часы; пишут, например, 18:00-21:00",
            "“{value}” is not a time of day; write, for example, 18:00-21:00",
        ),
        "ends_before_start": ("конец раньше начала", "the end is before the beginning"),
        "same_name": ("имя «{name}» здесь уже есть", "the name “{name}” already stands here"),
        "not_a_condition": (
            "условие начинается одним из слов: {known}",
            "a condition begins with one of the keywords: {known}",
        ),
        "several_conditions": (
            "здесь сразу несколько условий ({keywords}); соедините их словом all или any",
            "these are several conditions at once ({keywords}); join them with all or any",
        ),
        "wrong_place": (
            "условие «{keyword}» здесь не годится; можно: {known}",
            "the condition “{keyword}” does not fit here; known here are: {known}",
        ),
        "one_of_them": ("нужно ровно одно из: {known}", "exactly one of these is needed: {known}"),
        "not_together": ("«{first}» и «{second}» вместе не пишут", "“{first}” and “{second}” do not go together"),
        "only_for_hits": (
            "«{keyword}» годится, только когда баллы дают за одно событие, а не за состояние",
            "“{keyword}” only fits where a single event gives the points, not a state",
        ),
        "not_whole": (
            "at_most должно быть целым кратным баллов за одно событие (от 1 до 100 раз)",
            "at_most must be a whole multiple of the points of one event (1 to 100 times)",
        ),
        "bands_overlap": ("диапазоны «{first}» и «{second}» пересекаются", "“{first}” and “{second}” overlap"),
        "not_a_band": (
            "«{value}» — не диапазон; пишут, например, 50..249, 250.. или слово",
            "“{value}” is not a range; write, for example, 50..249, 250.. or a word",
        ),
        "pass_mark_range": (
            "проходной балл должен лежать между min и max",
            "the pass mark must lie between min and max",
        ),
        "only_pass_mark": (
            "созревание знает одно число для баллов: проходной балл (score: pass_mark)",
            "ripeness knows one number for the score: the pass mark (score: pass_mark)",
        ),
        "grades_order": (
            "категории идут сверху вниз: от A с наибольшим баллом, при любом допустимом проходном балле",
            "grades go downwards: A has the highest number, wherever the pass mark may be moved",
        ),
        "not_for_kind": (
            "у вопроса вида {kind} не бывает «{keyword}»",
            "a question of the kind {kind} has no “{keyword}”",
        ),
        "not_a_link": (
            "«{value}» — не ссылка; пишут, например, https://pumps.example/privacy",
            "“{value}” is not a link; write, for example, https://pumps.example/privacy",
        ),
        "not_an_origin": (
            "«{value}» — не адрес сайта; пишут, например, https://pumps.example",
            "“{value}” is not the address of a site; write, for example, https://pumps.example",
        ),
        "no_house": (
            "соглашения «{name}», которое здесь продолжено, нет",
            "the agreement “{name}” that this one extends does not exist",
        ),
        "other_campaign": (
            "это черновик соглашения «{name}»: для другой кампании начните новое соглашение",
            "this is a draft of “{name}”: begin a new agreement for another campaign",
        ),
        "unknown_list": ("списка «{name}» нет", "there is no list “{name}”"),
        "after_otherwise": (
            "после otherwise строк не бывает: до них очередь не дойдёт",
            "no line can follow otherwise: it would never be reached",
        ),
    }

    def __init__(self, code: str, path: Path, **parameters: Any) -> None:
        super().__init__(code, **parameters)
        self.path = path

    def text(self, language: Language = "en") -> str:
        """What is wrong, after its place: `ready.fit.2.points: ...` (positions counted from 1)."""
        index = 0 if language == "ru" else 1
        parameters = {name: value[index] if type(value) is tuple else value for name, value in self.parameters.items()}
        sentence = self.texts[self.code][index].format(**parameters)
        return f"{self.place}: {sentence}" if self.path else sentence

    @property
    def place(self) -> str:
        """The path as people write it; positions in lists counted from 1."""
        return ".".join(str(step + 1) if isinstance(step, int) else step for step in self.path)


class AgreementErrors(PomonaError):
    """Every fault of one document, as found."""

    def __init__(self, errors: Sequence[AgreementError]) -> None:
        super().__init__("agreement_faults", count=len(errors))
        self.errors = tuple(errors)

    def text(self, language: Language = "en") -> str:
        """One line for each fault."""
        return "\n".join(error.text(language) for error in self.errors)
