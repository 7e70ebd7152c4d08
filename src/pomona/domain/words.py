"""Words for sentences about agreements, in Russian and English: events, traits, numbers, lengths of time."""

from collections.abc import Sequence
from typing import NamedTuple

from pomona.domain.errors import Language
from pomona.domain.event import DAY, HOUR, MINUTE, SECOND


class EventWords(NamedTuple):
    """How an event is called. Russian: nominative, accusative, gender (m, f or n)."""

    english: str
    nominative: str
    accusative: str
    gender: str


EVENTS = {
    "any": EventWords("act of the lead", "действие лида", "действие лида", "n"),
    "page": EventWords("page view", "просмотр страницы", "просмотр страницы", "m"),
    "screen": EventWords("view of a screen", "просмотр экрана", "просмотр экрана", "m"),
    "content downloaded": EventWords("download", "скачивание материала", "скачивание материала", "n"),
    "form submitted": EventWords("sent form", "отправка формы", "отправку формы", "f"),
    "question answered": EventWords("answer to a question", "ответ на вопрос", "ответ на вопрос", "m"),
    "mail opened": EventWords("opened mail", "открытие письма", "открытие письма", "n"),
    "mail clicked": EventWords("click in a mail", "переход из письма", "переход из письма", "m"),
    "webinar registered": EventWords(
        "registration for a webinar", "регистрация на вебинар", "регистрацию на вебинар", "f"
    ),
    "webinar attended": EventWords("attended webinar", "участие в вебинаре", "участие в вебинаре", "n"),
    "call started": EventWords("call", "звонок", "звонок", "m"),
    "call answered": EventWords("answered call", "принятый звонок", "принятый звонок", "m"),
    "call ended": EventWords("finished call", "завершённый звонок", "завершённый звонок", "m"),
    "call missed": EventWords("missed call", "пропущенный звонок", "пропущенный звонок", "m"),
    "call back requested": EventWords("request to be called back", "просьба перезвонить", "просьбу перезвонить", "f"),
    "contract signed": EventWords("signed contract", "подписание договора", "подписание договора", "n"),
    "price requested": EventWords("request for a price", "запрос цены", "запрос цены", "m"),
    "file attached": EventWords("attached file", "приложенный файл", "приложенный файл", "m"),
    "demonstration watched": EventWords("watched demonstration", "просмотр демонстрации", "просмотр демонстрации", "m"),
    "recording watched": EventWords("watched recording", "просмотр записи", "просмотр записи", "m"),
    "webinar question asked": EventWords("question at a webinar", "вопрос на вебинаре", "вопрос на вебинаре", "m"),
    "mail link clicked": EventWords(
        "clicked link in a mail", "переход по ссылке в письме", "переход по ссылке в письме", "m"
    ),
    "partner referred": EventWords("referral by a partner", "рекомендация партнёра", "рекомендацию партнёра", "f"),
    "stand visited": EventWords("visit to the stand", "визит на стенд", "визит на стенд", "m"),
    "badge scanned": EventWords("scanned badge", "сканирование бейджа", "сканирование бейджа", "n"),
    "identify": EventWords("introduction", "представление", "представление", "n"),
}

TRAITS = {
    "email": ("почта", "e-mail"),
    "phone": ("телефон", "phone"),
    "name": ("имя", "name"),
    "first_name": ("имя", "first name"),
    "last_name": ("фамилия", "last name"),
    "job_title": ("должность", "job title"),
    "region": ("регион", "region"),
    "company.name": ("название компании", "company name"),
    "company.domain": ("домен компании", "company domain"),
    "company.employees": ("сотрудников в компании", "employees of the company"),
    "company.industry": ("отрасль компании", "industry of the company"),
}

CODES = {
    "disposable": ("одноразовый ящик", "throw-away mail box"),
    "free_mail": ("бесплатный ящик", "free mail box"),
    "role": ("общий ящик", "shared mail box"),
    "company": ("ящик компании", "company mail box"),
    "owner": ("владелец", "owner"),
    "director": ("директор", "director"),
    "head": ("руководитель", "head"),
    "specialist": ("специалист", "specialist"),
    "phone": ("телефон", "phone"),
    "direct": ("прямой заход", "direct"),
    "referral": ("ссылка с сайта", "referral"),
    "search": ("поиск", "search"),
    "paid search": ("платный поиск", "paid search"),
    "social": ("соцсети", "social"),
    "paid social": ("реклама в соцсетях", "paid social"),
    "display": ("баннеры", "display"),
    "offline": ("офлайн", "offline"),
    "messenger": ("мессенджер", "messenger"),
    "affiliate": ("партнёры", "affiliate"),
}

TOLD = {
    "timeline": ("срок", "timeline"),
    "product": ("продукт", "product"),
    "budget": ("бюджет", "budget"),
    "authority": ("ЛПР", "who decides"),
    "need": ("потребность", "need"),
    "now": ("сейчас", "now"),
    "quarter": ("в этом квартале", "this quarter"),
    "later": ("позже", "later"),
    "pump": ("насос", "pump"),
    "service": ("сервис", "service"),
    "parts": ("запчасти", "parts"),
}
"""Codes of questions and answers that need no explanation; a company's own stay as they are."""

SECTIONS = {
    "score": ("баллы", "the score"),
    "fit": ("портрет", "fit"),
    "interest": ("интерес", "interest"),
    "answers": ("ответы", "answers"),
}

BANT = {
    "budget": ("бюджет", "budget"),
    "authority": ("ЛПР", "authority"),
    "need": ("потребность", "need"),
    "timeline": ("срок", "timeline"),
    "unknown": ("неизвестно", "unknown"),
    "denied": ("нет", "denied"),
    "partly": ("частично", "partly"),
    "confirmed": ("подтверждено", "confirmed"),
}

_UNITS = (
    (DAY, ("день", "дня", "дней"), "day"),
    (HOUR, ("час", "часа", "часов"), "hour"),
    (MINUTE, ("минуту", "минуты", "минут"), "minute"),
    (SECOND, ("секунду", "секунды", "секунд"), "second"),
)


def pick(language: Language, russian: str, english: str) -> str:
    """The text in the language asked for."""
    return russian if language == "ru" else english


def word(words: dict[str, tuple[str, str]], code: str, language: Language) -> str:
    """The word for a code; the code itself in quotes where there is none."""
    return pick(language, *words[code]) if code in words else quoted(code, language)


def told(code: str, language: Language) -> str:
    """The word for a question's or an answer's code; the code itself where there is none."""
    return pick(language, *TOLD[code]) if code in TOLD else code


def quoted(text: str, language: Language) -> str:
    """The text in the language's quotation marks."""
    return pick(language, f"«{text}»", f"“{text}”")


def joined(texts: Sequence[str], language: Language) -> str:
    """`a, b or c`."""
    *first, last = texts
    return f"{', '.join(first)} {pick(language, 'или', 'or')} {last}" if first else last


def plural(number: int, forms: tuple[str, str, str]) -> str:
    """The Russian form for a number: one, two to four, five and more."""
    tens, units = number % 100, number % 10
    if units == 1 and tens != 11:
        return forms[0]
    return forms[1] if 2 <= units <= 4 and not 12 <= tens <= 14 else forms[2]


def number(value: float, language: Language) -> str:
    """A number as people write it: real minus, Russian comma, no trailing zeros."""
    text = f"{value:.3f}".rstrip("0").rstrip(".").replace("-", "−")
    return text.replace(".", ",") if language == "ru" else text


def points(thousandths: int, language: Language) -> str:
    """`10 points`."""
    text = number(thousandths / 1000, language)
    if thousandths % 1000:
        return f"{text} {pick(language, 'балла', 'points')}"
    whole = abs(thousandths) // 1000
    return f"{text} {plural(whole, ('балл', 'балла', 'баллов')) if language == 'ru' else _english('point', whole)}"


def length(microseconds: int, language: Language) -> str:
    """A length of time in its largest whole unit: `14 days`."""
    unit, russian, english = next(each for each in _UNITS if microseconds % each[0] == 0 or each[0] == SECOND)
    count = microseconds // unit
    return f"{count} {plural(count, russian) if language == 'ru' else _english(english, count)}"


def working_days(count: int, language: Language) -> str:
    """`1 working day`."""
    russian = plural(count, ("рабочий день", "рабочих дня", "рабочих дней"))
    return f"{count} {russian if language == 'ru' else _english('working day', count)}"


def at_least_times(count: int, language: Language) -> str:
    """`at least 3 times`."""
    if language == "ru":
        return f"не меньше {count} {plural(count, ('раза', 'раз', 'раз'))}"
    return f"at least {count} {_english('time', count)}"


def with_article(noun: str) -> str:
    """`a call`, `an answer`."""
    return f"{'an' if noun[0] in 'aeio' else 'a'} {noun}"


def _english(noun: str, count: int) -> str:
    return noun if count == 1 else f"{noun}s"
