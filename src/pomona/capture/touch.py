"""Where a visit came from: campaign, channel, page and click ids."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import msgspec

from pomona.formats.email_address import registered_domain
from pomona.formats.remember import remember

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


MOST_FIELDS = 200
"""Parameters of a query at most; an address with more is taken as unreadable."""

TOLD = frozenset({"campaign", "channel", "utm_campaign", "utm_source", "utm_medium", "url", "path", "referrer"})
"""Properties that say something of a touch themselves."""

NOWHERE = ""
"""A referrer that was told, and is empty: nobody sent the visitor."""


LONGEST = 255
"""Characters of a campaign, channel or path; the whole text is in the event's body."""


class Touch(msgspec.Struct, frozen=True):
    """`campaign` and `channel` None: the event is no touch. `path` has no query and no e-mail address.

    `clicks` maps click ids.
    """

    campaign: str | None = None
    channel: str | None = None
    path: str | None = None
    clicks: dict[str, str] = {}


class _Utm(msgspec.Struct, frozen=True):
    campaign: str = ""
    source: str = ""
    medium: str = ""


class _Address(msgspec.Struct, frozen=True):
    domain: str = ""
    path: str = ""
    utm: _Utm = _Utm()
    clicks: dict[str, str] = {}


_NOTHING: dict[str, Any] = {}


def read_touch(name: str, properties: dict[str, Any], context: dict[str, Any]) -> Touch:
    """The touch of an event named `name`, from its properties and Segment's context."""
    told = _NOTHING if TOLD.isdisjoint(properties) else properties
    page = _part(context, "page")
    address = _address(_text(page, "url") or _text(told, "url"))
    utm = _utm(_part(context, "campaign"), told, address)
    channel = _text(told, "channel") or ("phone" if name.startswith("call ") else None)
    if channel is None:
        referrer = _text(page, "referrer") or _text(told, "referrer")
        channel = _channel(utm, address, referrer if page or "url" in told else None)
    path = _text(page, "path") or _text(told, "path") or address.path
    return Touch(
        campaign=(_text(told, "campaign") or utm.campaign)[:LONGEST] or None,
        channel=channel and channel[:LONGEST],
        path=_nobodys(path)[:LONGEST] or None,
        clicks=address.clicks,
    )


@remember
def _nobodys(path: str) -> str:
    """Without query, and with `*` for each part that names somebody by an e-mail address."""
    parts = path.partition("?")[0].partition("#")[0].split("/")
    return "/".join("*" if "@" in part or "%40" in part else part for part in parts)


def _utm(campaign: dict[str, Any], told: dict[str, Any], address: _Address) -> _Utm:
    """As the context says, else the properties, else the query of the page."""
    if not campaign and not told:
        return address.utm
    return _Utm(
        campaign=_text(campaign, "name") or _text(told, "utm_campaign") or address.utm.campaign,
        source=_text(campaign, "source") or _text(told, "utm_source") or address.utm.source,
        medium=_text(campaign, "medium") or _text(told, "utm_medium") or address.utm.medium,
    )


@remember
def _address(url: str) -> _Address:
    """The parts of an address; an unreadable one has none."""
    try:
        parts = urlsplit(url)
        query = {name: value.strip() for name, value in parse_qsl(parts.query, max_num_fields=MOST_FIELDS)}
        return _Address(
            domain=registered_domain(parts.hostname or ""),
            path=parts.path,
            utm=_Utm(*(query.get(f"utm_{name}", "") for name in _Utm.__struct_fields__)),
            clicks={name: query[name] for name in CLICK_IDS if name in query},
        )
    except ValueError:
        return _Address()


def _channel(utm: _Utm, address: _Address, referrer: str | None) -> str | None:
    if utm.medium or utm.source:
        return _by_utm(utm)
    if not address.clicks.keys().isdisjoint(PAID_SEARCH):
        return "paid search"
    if referrer is None:
        return None
    return "direct" if referrer == NOWHERE else _by_referrer(_address(referrer).domain, address.domain)


def _by_utm(utm: _Utm) -> str:
    medium = utm.medium.casefold()
    channel = CHANNELS.get(medium, medium or "referral")
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
