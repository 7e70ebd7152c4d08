"""Where a visit came from: campaign, channel, page and click ids."""

from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import msgspec

from pomona.formats.email_address import registered_domain

CLICK_IDS = ("gclid", "gbraid", "wbraid", "yclid", "fbclid", "msclkid", "_ym_uid", "_openstat")
"""Query parameters by which advertising systems recognise their own clicks."""

PAID_SEARCH = ("gclid", "gbraid", "wbraid", "yclid", "msclkid")

CHANNELS = {
    "cpc": "paid search",
    "ppc": "paid search",
    "sem": "paid search",
    "paid": "paid search",
    "paidsearch": "paid search",
    "paid_search": "paid search",
    "cpm": "display",
    "cpv": "display",
    "banner": "display",
    "display": "display",
    "paid_social": "paid social",
    "paidsocial": "paid social",
    "social": "social",
    "smm": "social",
    "email": "email",
    "e-mail": "email",
    "mail": "email",
    "newsletter": "email",
    "organic": "search",
    "referral": "referral",
    "partner": "referral",
    "affiliate": "affiliate",
    "cpa": "affiliate",
    "offline": "offline",
    "qr": "offline",
    "messenger": "messenger",
    "telegram": "messenger",
    "call": "phone",
    "phone": "phone",
}
"""utm_medium to channel."""

SEARCH = frozenset({"google", "yandex", "bing", "duckduckgo", "rambler", "baidu", "yahoo", "ecosia", "sputnik"})
SOCIAL = frozenset(
    {"vk.com", "vk.ru", "ok.ru", "facebook.com", "instagram.com", "linkedin.com", "youtube.com", "x.com"}
)
SOCIAL_SOURCES = frozenset({"vk", "vkontakte", "ok", "facebook", "instagram", "linkedin", "meta", "fb"})


class Touch(msgspec.Struct, frozen=True):
    """`campaign` and `channel` None: the event is no touch. `path` has no query. `clicks` maps click ids."""

    campaign: str | None = None
    channel: str | None = None
    path: str | None = None
    clicks: dict[str, str] = {}


def read_touch(name: str, properties: dict[str, Any], context: dict[str, Any]) -> Touch:
    """The touch of an event named `name`, from its properties and Segment's context."""
    page = _part(context, "page")
    url = _text(page, "url") or _text(properties, "url")
    address = _address(url)
    utm = _utm(_part(context, "campaign"), properties, address.query)
    campaign = _text(properties, "campaign") or utm.get("campaign")
    channel = _text(properties, "channel") or _by_name(name)
    if channel is None:
        referrer = _text(page, "referrer") or _text(properties, "referrer")
        channel = _channel(utm, address, referrer if page or url else None)
    path = _text(page, "path") or _text(properties, "path") or address.path
    clicks = {each: address.query[each] for each in CLICK_IDS if each in address.query} if address.query else {}
    return Touch(campaign or None, channel, _without_query(path) if path else None, clicks)


class _Address(msgspec.Struct, frozen=True):
    domain: str = ""
    path: str = ""
    query: dict[str, str] = {}


@lru_cache(maxsize=16_384)
def _address(url: str) -> _Address:
    """The parts of an address; an unreadable one has none."""
    if not url:
        return _Address()
    try:
        parts = urlsplit(url)
        query = dict(parse_qsl(parts.query, max_num_fields=200))
        return _Address(registered_domain(parts.hostname or ""), parts.path, query)
    except ValueError:
        return _Address()


def _utm(told: dict[str, Any], properties: dict[str, Any], query: dict[str, str]) -> dict[str, str]:
    """campaign, source and medium: from the context, the properties, or the query of the page."""
    utm: dict[str, str] = {}
    for name in ("campaign", "source", "medium"):
        short = "name" if name == "campaign" else name
        value = _text(told, short) or _text(properties, f"utm_{name}") or query.get(f"utm_{name}", "").strip()
        if value:
            utm[name] = value
    return utm


def _by_name(name: str) -> str | None:
    """Calls come by phone, whatever else is known."""
    return "phone" if name.startswith("call ") else None


def _channel(utm: dict[str, str], address: _Address, referrer: str | None) -> str | None:
    if "medium" in utm or "source" in utm:
        return _by_utm(utm)
    if any(each in address.query for each in PAID_SEARCH):
        return "paid search"
    if referrer is None:
        return None
    return "direct" if not referrer else _by_referrer(_address(referrer).domain, address.domain)


def _by_utm(utm: dict[str, str]) -> str:
    medium, source = utm.get("medium", "").casefold(), utm.get("source", "").casefold()
    channel = CHANNELS.get(medium, medium or "referral")
    return "paid social" if channel == "paid search" and source in SOCIAL_SOURCES else channel


def _by_referrer(domain: str, own: str) -> str | None:
    """None within the site itself: a further page of the same visit is no new touch."""
    if domain == own:
        return None
    if domain.partition(".")[0] in SEARCH:
        return "search"
    return "social" if domain in SOCIAL else "referral"


def _part(values: dict[str, Any], name: str) -> dict[str, Any]:
    part = values.get(name)
    return part if isinstance(part, dict) else {}


def _text(values: dict[str, Any], name: str) -> str:
    value = values.get(name)
    return value.strip() if isinstance(value, str) else ""


def _without_query(path: str) -> str:
    return path.partition("?")[0].partition("#")[0]
