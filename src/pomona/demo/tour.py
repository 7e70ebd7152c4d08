"""The tour through the demo company: a few pages and told stories, each with a sentence on what to look at."""

from collections.abc import Mapping, Sequence

from pomona.actions.demo_company import TourStop
from pomona.demo.company import SELLER
from pomona.demo.stories import STORIES
from pomona.demo.vocabulary import Word

_HOT = (
    Word("Горячий лид ждёт прямо сейчас", "A hot lead waits right now"),
    Word(
        "В течение двух минут после входа менеджера здесь появится лид категории A, и у него пойдут часы.",
        "Within two minutes of the seller's log-in a grade A lead appears here, its clock running.",
    ),
)
_PAGES = (
    (
        Word("Кампания, которую пора остановить", "The campaign to stop"),
        Word(
            "Широкий поиск: 312 000 ₽, сотни лидов, почти ни одной сделки. Видно, на каком шаге они теряются и почему.",
            "The broad search: 312,000 roubles, hundreds of leads, hardly a sale. See where they are lost, and why.",
        ),
        "/funnel/?campaign=search-broad",
    ),
    (
        Word("День, когда изменились правила", "The day the rules changed"),
        Word(
            "На сороковой день вступила в силу версия 2. Передают меньше, зато из десяти лидов продажи берут в работу "
            "уже не шестерых, а примерно восьмерых: смотрите по неделям.",
            "On day 40 version 2 came into force. Fewer leads are handed over, but of ten sales takes about eight "
            "where it took six: see it week by week.",
        ),
        "/agreements/promises/of/spring-ebook/",
    ),
    (
        Word("Перегрузка прошлой недели", "Last week's overload"),
        Word(
            "Рассылка о новых ценах привела всех сразу, и руководитель продаж на четыре дня поднял проходной балл "
            "до 65 («Как его двигали»). Балл вернулся сам, и кто дозрел, был передан. Что та неделя сделала с "
            "обещаниями, покажет «Обещано и сдержано».",
            "A newsletter on the new prices brought everybody at once, so the head of sales raised the pass mark to "
            "65 for four days (“Earlier moves”). It came down by itself, and whoever was ripe then was handed "
            "over. What the week did to the promises stands under “Promised and kept”.",
        ),
        "/agreements/of/default/",
    ),
    (
        Word("Какая версия лучше?", "Which version is better?"),
        Word(
            "Половину лидов вебинара считали по версии 1, половину по версии 2. Лидов набралось сколько нужно, "
            "ответ есть: одну из двух пора оставить.",
            "Half of the webinar's leads were scored by version 1, half by version 2. As many came as were needed "
            "and the verdict is there: one of the two should stay.",
        ),
        "/agreements/trials/1/",
    ),
    (
        Word("Кого теряем из-за проходного балла?", "Whom do we lose by the pass mark?"),
        Word(
            "Три лида из ста передают и ниже проходного балла, без отметки. Кто-то из них купил, но лидов пока мало: "
            "отчёт говорит, скольких не хватает.",
            "Three of a hundred leads are handed over below the pass mark, unmarked. Some of them bought, but they "
            "are few yet: the report says how many are missing.",
        ),
        "/agreements/holdout/of/spring-ebook/",
    ),
    (
        Word("Соглашение ждёт второй подписи", "An agreement waits for its second signature"),
        Word(
            "Маркетинг уже подписал. Что изменится, проверено на прошлых девяноста днях: войдите руководителем "
            "продаж и решите.",
            "Marketing has signed. What it would change was tried on the last ninety days: log in as head of sales "
            "and decide.",
        ),
        "/agreements/of/search-broad/1/",
    ),
    (
        Word("Взяли бы вы этих лидов?", "Would you take these leads?"),
        Word(
            "Черновик ещё примеряют: менеджером оцените двадцать лидов, маркетингом посмотрите, какое правило "
            "расходится с людьми.",
            "A draft is being fitted: judge twenty leads as the seller, or see as marketing which rule people "
            "disagree with.",
        ),
        "/agreements/",
    ),
    (
        Word("Три вопроса покупателю", "Three questions to a buyer"),
        Word(
            "Форма кампании спрашивает то, что записано в соглашении. Ответьте: новый лид придёт с баллами за ответы.",
            "The campaign's form asks what the agreement says. Answer it: a new lead comes with points for the "
            "answers.",
        ),
        "/f/spring-ebook/",
    ),
)
_LOOK = {
    "namesakes": Word(
        "Оба написали с общей почты завода и стали одним лидом. Отделите один из телефонов внизу страницы: каждый "
        "получит назад свою историю и свои баллы.",
        "Both wrote from the plant's one mail box and became one lead. Split off one of the phones at the end of the "
        "page: each gets their own history and score back.",
    ),
    "two-colleagues": Word(
        "Каждый посмотрел цены один раз, и баллов не хватало. Но смотрят и коллеги: созрели оба, у каждого свои часы.",
        "Each looked at the prices once, too little to be ripe. But colleagues look, too: both ripened, each with "
        "their own clock.",
    ),
    "large-plant": Word(
        "Правило «крупные заводы» стоит первым: внизу страницы сказано, почему лид достался именно этому менеджеру.",
        "The rule “large plants” comes first: the page tells why this seller got the lead.",
    ),
    "mail-scanner": Word(
        "Переходы сканера видны в ленте, но баллов за них нет.",
        "The scanner's clicks stand in the timeline and earned no points.",
    ),
    "overdue": Word(
        "Никто не позвонил вовремя: в ленте видно, когда вышло время и что стало с лидом.",
        "Nobody called in time: the timeline tells when the clock ran out and what became of the lead.",
    ),
    "night": Word(
        "Ночью менеджеры не работают: лид ждал с названной причиной и утром был передан первым.",
        "Nobody works at night: the lead waited with a stated reason and was handed over in the morning.",
    ),
    "two-devices": Word(
        "Просмотры с телефона и с компьютера сложились в одну историю и одни баллы.",
        "What was read on the telephone and on the computer became one history and one score.",
    ),
    "chose-competitor": Word(
        "Баллы высоки, менеджер позвонил вовремя, а сделки нет: причина записана.",
        "The score is high, the seller called in time, and yet no sale: the reason is kept.",
    ),
    "unripe-buyer": Word(
        "До проходного балла далеко, а договор подписан: баллы — не приговор.",
        "Far from the pass mark, and yet a signed contract: points are no verdict.",
    ),
    "later-came-again": Word(
        "Вернули с причиной «позже»; когда лид попросил перезвонить, он созрел снова.",
        "Returned with the reason “later”; asking for a call, the lead ripened anew.",
    ),
}


def tour(leads: Mapping[str, Sequence[int]], users: Mapping[str, int]) -> list[TourStop]:
    """The stops; `leads` are those of each told story by its key, `users` the ids by log-in name."""
    pages = [(*_HOT, f"/inbox/?seller={users[SELLER]}"), *_PAGES]
    titles = {story.key: story.title for story in STORIES}
    told = [(titles[key], look, list(leads[key])) for key, look in _LOOK.items() if leads.get(key)]
    return [
        *(TourStop(title, look, [], path) for title, look, path in pages),
        *(TourStop(title, look, found, "") for title, look, found in told),
    ]
