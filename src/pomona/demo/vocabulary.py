"""Words of the demo company, each in Russian and English; the same seed picks the same word in both."""

from typing import NamedTuple

from pomona.domain.errors import Language


class Word(NamedTuple):
    """One meaning in both languages."""

    ru: str
    en: str

    def in_(self, language: Language) -> str:
        """The word in a language."""
        return self.ru if language == "ru" else self.en


def _words(text: str) -> list[Word]:
    return [Word(*(part.strip() for part in line.split("|"))) for line in text.strip().splitlines()]


class Title(NamedTuple):
    """A job title, how often it occurs in industry, and whether its holder can decide on a pump."""

    word: Word
    weight: int
    decides: bool


class Place(NamedTuple):
    """A town: ISO region, telephone area code, share of the companies."""

    word: Word
    region: str
    area: str
    weight: int


MEN = _words("""
Александр|Alexander
Алексей|Alexey
Андрей|Andrey
Антон|Anton
Артур|Artur
Булат|Bulat
Вадим|Vadim
Виктор|Viktor
Дамир|Damir
Денис|Denis
Дмитрий|Dmitry
Евгений|Evgeny
Игорь|Igor
Ильдар|Ildar
Кирилл|Kirill
Максим|Maxim
Марат|Marat
Михаил|Mikhail
Николай|Nikolay
Олег|Oleg
Павел|Pavel
Ренат|Renat
Роман|Roman
Рустам|Rustam
Сергей|Sergey
Тимур|Timur
""")
WOMEN = _words("""
Алина|Alina
Альбина|Albina
Анна|Anna
Вера|Vera
Гузель|Guzel
Дарья|Darya
Екатерина|Ekaterina
Елена|Elena
Ирина|Irina
Лилия|Lilia
Марина|Marina
Мария|Maria
Наталья|Natalia
Ольга|Olga
Светлана|Svetlana
Татьяна|Tatiana
""")
SURNAMES = _words("""
Абрамов|Abramov
Агафонов|Agafonov
Ахметов|Akhmetov
Баранов|Baranov
Белов|Belov
Валиев|Valiev
Виноградов|Vinogradov
Воробьев|Vorobyov
Галеев|Galeev
Гарипов|Garipov
Голубев|Golubev
Громов|Gromov
Гусев|Gusev
Давыдов|Davydov
Егоров|Egorov
Ершов|Ershov
Жуков|Zhukov
Зайцев|Zaitsev
Закиров|Zakirov
Захаров|Zakharov
Иванов|Ivanov
Исаев|Isaev
Каримов|Karimov
Киселев|Kiselev
Козлов|Kozlov
Комаров|Komarov
Королев|Korolev
Крылов|Krylov
Кузнецов|Kuznetsov
Лебедев|Lebedev
Логинов|Loginov
Макаров|Makarov
Максимов|Maximov
Медведев|Medvedev
Миронов|Mironov
Морозов|Morozov
Насыров|Nasyrov
Никитин|Nikitin
Новиков|Novikov
Орлов|Orlov
Панов|Panov
Петров|Petrov
Поляков|Polyakov
Попов|Popov
Романов|Romanov
Савельев|Savelyev
Сафин|Safin
Семенов|Semenov
Соколов|Sokolov
Соловьев|Solovyov
Степанов|Stepanov
Тарасов|Tarasov
Титов|Titov
Федоров|Fedorov
Фролов|Frolov
Хайруллин|Khairullin
Чернов|Chernov
Шакиров|Shakirov
Широков|Shirokov
Яковлев|Yakovlev
""")
"""In the masculine; the feminine adds an а or a."""

COMPANY_STEMS = _words("""
Агидель|Agidel
Азимут|Azimut
Атлант|Atlant
Береза|Bereza
Вектор|Vektor
Витязь|Vityaz
Волга|Volga
Восход|Voskhod
Гранит|Granit
Заря|Zarya
Звезда|Zvezda
Идель|Idel
Исток|Istok
Кама|Kama
Каскад|Kaskad
Кварц|Kvarts
Кристалл|Kristall
Ладога|Ladoga
Магнит|Magnit
Маяк|Mayak
Меридиан|Meridian
Нева|Neva
Ока|Oka
Орион|Orion
Парус|Parus
Полюс|Polyus
Прогресс|Progress
Родник|Rodnik
Рубин|Rubin
Салават|Salavat
Сокол|Sokol
Спутник|Sputnik
Старт|Start
Сура|Sura
Тайга|Taiga
Титан|Titan
Урал|Ural
Факел|Fakel
Финист|Finist
Эталон|Etalon
""")
BRANCHES = _words("""
химия|Chemie
водоканал|Vodokanal
пром|prom
агро|agro
энерго|energo
маш|mash
строй|stroy
нефть|neft
молоко|moloko
цемент|cement
металл|metall
бумага|bumaga
сахар|sakhar
тепло|teplo
газ|gaz
мясо|myaso
керамика|keramika
пласт|plast
текстиль|textile
стекло|steklo
руда|ruda
лес|les
соль|sol
порт|port
""")
"""What a company does, the second half of its name; the position names its industry."""

TITLES = (
    Title(Word("Генеральный директор", "General manager"), 5, True),
    Title(Word("Технический директор", "Technical director"), 5, True),
    Title(Word("Собственник", "Owner"), 2, True),
    Title(Word("Главный инженер", "Chief engineer"), 10, True),
    Title(Word("Главный механик", "Chief mechanic"), 9, True),
    Title(Word("Главный энергетик", "Chief power engineer"), 5, True),
    Title(Word("Начальник отдела снабжения", "Head of procurement"), 9, True),
    Title(Word("Начальник насосной станции", "Head of pumping station"), 6, True),
    Title(Word("Инженер-механик", "Mechanical engineer"), 14, False),
    Title(Word("Инженер-проектировщик", "Design engineer"), 10, False),
    Title(Word("Специалист по закупкам", "Buyer"), 13, False),
    Title(Word("Технолог", "Process engineer"), 8, False),
    Title(Word("Мастер участка", "Shift foreman"), 4, False),
)
OUTSIDERS = (
    Title(Word("Студент", "Student"), 6, False),
    Title(Word("Аспирант", "Postgraduate"), 2, False),
    Title(Word("Специалист", "Specialist"), 6, False),
    Title(Word("Менеджер по продажам", "Sales representative"), 4, False),
    Title(Word("Частное лицо", "Private person"), 7, False),
)
"""Whom paid search brings: people who will never order an industrial pump."""

KAZAN = Place(Word("Казань", "Kazan"), "RU-TA", "843", 22)
VLADIVOSTOK = Place(Word("Владивосток", "Vladivostok"), "RU-PRI", "423", 2)
PLACES = (
    KAZAN,
    Place(Word("Самара", "Samara"), "RU-SAM", "846", 14),
    Place(Word("Уфа", "Ufa"), "RU-BA", "347", 9),
    Place(Word("Ульяновск", "Ulyanovsk"), "RU-ULY", "842", 6),
    Place(Word("Нижний Новгород", "Nizhny Novgorod"), "RU-NIZ", "831", 8),
    Place(Word("Москва", "Moscow"), "RU-MOW", "495", 16),
    Place(Word("Санкт-Петербург", "Saint Petersburg"), "RU-SPE", "812", 7),
    Place(Word("Екатеринбург", "Yekaterinburg"), "RU-SVE", "343", 6),
    Place(Word("Пермь", "Perm"), "RU-PER", "342", 4),
    Place(Word("Новосибирск", "Novosibirsk"), "RU-NVS", "383", 4),
    Place(Word("Хабаровск", "Khabarovsk"), "RU-KHA", "421", 2),
    VLADIVOSTOK,
)
FREE_MAIL_HOSTS = ("freemail.example", "mailbox.example", "pochta.example")
