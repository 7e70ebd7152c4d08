"""What libraries, and our own lists beside them, find out about a value as people write it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pomona.formats.email_address import Email, read_email, registered_domain
from pomona.formats.job_title import seniority
from pomona.formats.phone_number import Phone, read_phone
from pomona.formats.place import REGIONS, region_code
from pomona.formats.robot import is_robot


@pytest.mark.parametrize(
    ("text", "email"),
    [
        ("Anna@Zavod.Example", Email("anna@zavod.example", "company", "zavod.example")),
        (" anna@mail.zavod.co.uk ", Email("anna@mail.zavod.co.uk", "company", "zavod.co.uk")),
        ("anna.k@yandex.ru", Email("anna.k@yandex.ru", "free_mail", "yandex.ru", is_company=False)),
        ("anna@bk.ru", Email("anna@bk.ru", "free_mail", "bk.ru", is_company=False)),
        ("anna@gmail.com", Email("anna@gmail.com", "free_mail", "gmail.com", is_company=False)),
        ("x@mailinator.com", Email("x@mailinator.com", "disposable", "mailinator.com", is_company=False)),
        ("info@zavod.example", Email("info@zavod.example", "role", "zavod.example")),
        ("info@bk.ru", Email("info@bk.ru", "role", "bk.ru", is_company=False)),
        ("Zakupki2@zavod.example", Email("zakupki2@zavod.example", "role", "zavod.example")),
        ("Иван@Почта.рф", Email("иван@почта.рф", "company", "почта.рф")),
    ],
)
def test_a_mail_address_tells_its_box(text: str, email: Email) -> None:
    assert read_email(text) == email


@pytest.mark.parametrize("text", ["", "anna", "anna@", "@zavod.example", "anna@zavod", "a b@zavod.example", "x" * 300])
def test_what_is_no_mail_address_is_none(text: str) -> None:
    assert read_email(text) is None


def test_the_normal_form_of_an_address_is_its_own() -> None:
    email = read_email("Анна.Foo+x@ZAVOD.example")
    assert email is not None
    assert read_email(email.normal) == email


@pytest.mark.parametrize(
    ("host", "domain"),
    [("www.pumps.example", "pumps.example"), ("localhost", "localhost"), ("127.0.0.1", "127.0.0.1"), ("", "")],
)
def test_a_host_belongs_to_whoever_registered_its_domain(host: str, domain: str) -> None:
    assert registered_domain(host) == domain


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("8 (843) 000-00-01", Phone("+78430000001", "landline", "RU-TA")),
        ("+7 495 123-45-67 доб. 12", Phone("+74951234567", "landline", "RU-MOW")),
        ("+7 812 000-00-01", Phone("+78120000001", "landline", "RU-SPE")),
        ("8-917-000-00-01", Phone("+79170000001", "mobile", None)),
        ("8 800 000 00 01", Phone("+78000000001", "toll_free", None)),
        ("+49 30 1234567", Phone("+49301234567", "landline", "DE")),
    ],
)
def test_a_phone_number_tells_its_kind_and_region(text: str, phone: Phone) -> None:
    assert read_phone(text) == phone


@pytest.mark.parametrize("text", ["", "call me", "12", "+7 843", "1" * 100])
def test_what_is_no_phone_number_is_none(text: str) -> None:
    assert read_phone(text) is None


def test_a_number_without_country_is_dialled_at_home() -> None:
    phone = read_phone("030 1234567", "DE")
    assert phone is not None
    assert phone.normal == "+49301234567"


@pytest.mark.parametrize(
    ("title", "level"),
    [
        ("Собственник", "owner"),
        ("ИП", "owner"),
        ("Co-Founder & CEO", "owner"),
        ("Генеральный директор", "director"),
        ("Управляющий партнёр", "director"),
        ("VP Sales", "director"),
        ("Зам. директора по производству", "head"),
        ("Deputy Director", "head"),
        ("Главный инженер", "head"),
        ("нач. отдела снабжения", "head"),
        ("Head of Procurement", "head"),
        ("Помощник директора", "specialist"),
        ("Секретарь руководителя", "specialist"),
        ("Инженер-механик", "specialist"),
        ("Lead generation specialist", "specialist"),
        ("Управление директивами", "specialist"),
        ("", None),
        ("—", None),
    ],
)
def test_a_job_title_tells_how_much_its_holder_decides(title: str, level: str | None) -> None:
    assert seniority(title) == level


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Республика Татарстан", "RU-TA"),
        ("г. Казань", "RU-TA"),
        ("Tatarstan, Republic of", "RU-TA"),
        ("Московская область", "RU-MOS"),
        ("Moscow", "RU-MOW"),
        ("Ханты-Мансийский автономный округ — Югра", "RU-KHM"),
        ("ru-sam", "RU-SAM"),
        ("Бавария", None),
        ("", None),
    ],
)
def test_a_place_has_one_code(text: str, code: str | None) -> None:
    assert region_code(text) == code


def test_no_name_stands_for_two_places() -> None:
    names = [name for line in REGIONS.strip().splitlines() for name in line.partition(" ")[2].split("|")]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("agent", "robot"),
    [
        ("Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)", True),
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", True),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36", False),
        ("", False),
    ],
)
def test_robots_are_known_by_their_name(agent: str, robot: bool) -> None:
    assert is_robot(agent) is robot


@given(text=st.text())
def test_no_text_is_trouble(text: str) -> None:
    read_email(text)
    read_email(f"{text}@{text}.ru")
    read_phone(text)
    seniority(text)
    region_code(text)
    registered_domain(text)
    is_robot(text)
