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


LONGEST_CHANNEL = 40
"""Characters of a utm_medium that we do not know and take as it is."""

TOLD = frozenset({"campaign", "channel", "utm_campaign", "utm_source", "utm_medium", "url", "path", "referrer"})
"""Properties that say something of a touch themselves."""

NOWHERE = ""
"""A referrer that was told, and is empty: nobody sent the visitor."""


class Touch(msgspec.Struct, frozen=True):
    """`campaign` and `channel` None: the event is no touch. `path` has no query. `clicks` maps click ids."""

    campaign: str | None = None
    channel: str | None = None
    path: str | None = None
    clicks: dict[str, str] = {}


class _Address(msgspec.Struct, frozen=True):
    domain: str = ""
    path: str = ""
    query: dict[str, str] = {}


class _Utm(msgspec.Struct, frozen=True):
    campaign: str = ""
    source: str = ""
    medium: str = ""


_NO_UTM = _Utm()


def read_touch(name: str, properties: dict[str, Any], context: dict[str, Any]) -> Touch:
    """The touch of an event named `name`, from its properties and Segment's context."""
    told = properties if not TOLD.isdisjoint(properties) else {}
    page = _part(context, "page")
    touch = _touch_of_page(
        _text(page, "url") or _text(told, "url"),
        _text(page, "path") or _text(told, "path"),
        _text(page, "referrer") or _text(told, "referrer") if page or "url" in told else None,
        _told_utm(_part(context, "campaign"), told),
    )
    channel = _text(told, "channel") or ("phone" if name.startswith("call ") else touch.channel)
    campaign_told = _text(told, "campaign")
    if channel == touch.channel and not campaign_told:
        return touch
    return msgspec.structs.replace(touch, channel=channel, campaign=campaign_told or touch.campaign)


def _told_utm(campaign: dict[str, Any], told: dict[str, Any]) -> _Utm:
    if not campaign and not told:
        return _NO_UTM
    return _Utm(
        campaign=_text(campaign, "name") or _text(told, "utm_campaign"),
        source=_text(campaign, "source") or _text(told, "utm_source"),
        medium=_text(campaign, "medium") or _text(told, "utm_medium"),
    )


@lru_cache(maxsize=65_536)
def _touch_of_page(url: str, path: str, referrer: str | None, told: _Utm) -> Touch:
    """The touch of a view of this page; `referrer` None: not told. What is told goes before the page's query."""
    address = _address(url)
    query = address.query
    utm = _Utm(*(getattr(told, each) or query.get(f"utm_{each}", "").strip() for each in _Utm.__struct_fields__))
    return Touch(
        campaign=utm.campaign or None,
        channel=_channel(utm, address, referrer),
        path=_without_query(path or address.path) or None,
        clicks={each: query[each] for each in CLICK_IDS if each in query},
    )


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


def _channel(utm: _Utm, address: _Address, referrer: str | None) -> str | None:
    if utm.medium or utm.source:
        return _by_utm(utm)
    if any(each in address.query for each in PAID_SEARCH):
        return "paid search"
    if referrer is None:
        return None
    return "direct" if referrer == NOWHERE else _by_referrer(_address(referrer).domain, address.domain)


def _by_utm(utm: _Utm) -> str:
    medium = utm.medium.casefold()
    channel = CHANNELS.get(medium, medium[:LONGEST_CHANNEL] or "referral")
    return "paid social" if channel == "paid search" and utm.source.casefold() in SOCIAL_SOURCES else channel


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
