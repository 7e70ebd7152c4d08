"""Moving the pass mark within the bounds that both sides signed."""

from typing import ClassVar

from pomona.domain import words
from pomona.domain.agreement.values import PassMark
from pomona.domain.errors import Language, PomonaError


class RefusedMove(PomonaError):
    """The pass mark cannot be moved there, or not for so long; nothing was changed."""

    texts: ClassVar[dict[str, tuple[str, str]]] = {
        "not_in_force": (
            "У соглашения «{name}» нет действующей версии: двигать нечего.",
            "“{name}” has no version in force: there is nothing to move.",
        ),
        "out_of_bounds": (
            "Проходной балл двигают в пределах от {low} до {high}: так подписано.",
            "The pass mark may be moved between {low} and {high}: so it was signed.",
        ),
        "there_already": ("Проходной балл уже стоит на {mark}.", "The pass mark stands at {mark} already."),
        "too_long": (
            "Опустить проходной балл можно самое большее на {most}: назовите срок.",
            "The pass mark may be lowered for {most} at most: say until when.",
        ),
        "over_already": ("Этот срок уже прошёл: назовите более поздний.", "That time has passed: name a later one."),
    }

    def text(self, language: Language = "en") -> str:
        """The sentence with its numbers as people write them."""
        russian, english = self.texts[self.code]
        said = {name: self._said(name, value, language) for name, value in self.parameters.items()}
        return words.pick(language, russian, english).format(**said)

    def _said(self, name: str, value: object, language: Language) -> object:
        if not isinstance(value, int):
            return value
        return words.length(value, language) if name == "most" else words.number(value / 1000, language)


def check_move(mark: PassMark, value: int, *, until: int | None, now: int) -> None:
    """Raise RefusedMove unless the mark may be moved to `value` (thousandths of a point) until then (None: for good).

    Only a mark below where the version starts must end, after `lower_for_at_most` at the latest.
    """
    if not mark.min <= value <= mark.max:
        raise RefusedMove("out_of_bounds", low=mark.min, high=mark.max)
    if value == mark.current:
        raise RefusedMove("there_already", mark=value)
    if until is not None and until <= now:
        raise RefusedMove("over_already")
    most = mark.lower_for_at_most
    if value < mark.start and most is not None and (until is None or until > now + most):
        raise RefusedMove("too_long", most=most)
