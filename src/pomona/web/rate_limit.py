"""How often one address may send something: kept in the process, bounded, gone with it."""

from collections import OrderedDict
from ipaddress import ip_address

from django.http import HttpRequest

MOST_ADDRESSES = 10_000


class RateLimit:
    """At most `most` times within `span` microseconds for each address."""

    def __init__(self, most: int, span: int) -> None:
        self._most, self._span = most, span
        self._taken: OrderedDict[str, list[int]] = OrderedDict()

    def allows(self, address: str, now: int) -> bool:
        """Whether the address may do it at `now` (µs UTC); if so, it did."""
        taken = [at for at in self._taken.pop(address, ()) if at > now - self._span]
        allowed = len(taken) < self._most
        self._taken[address] = [*taken, now] if allowed else taken
        if len(self._taken) > MOST_ADDRESSES:
            self._taken.popitem(last=False)
        return allowed


def address_of(request: HttpRequest) -> str:
    """Who asks: the other end, or where that is a proxy beside us, whom the proxy names last."""
    peer = str(request.META.get("REMOTE_ADDR", ""))
    named = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return named if named and _is_near(peer) else peer


def _is_near(address: str) -> bool:
    try:
        return ip_address(address).is_private
    except ValueError:
        return True
