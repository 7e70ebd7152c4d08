"""Company domains as people write them: a host name, the address of a page, an e-mail address."""

import re
from urllib.parse import urlsplit

from pomona.formats.email_address import registered_domain
from pomona.formats.remember import remember

LONGEST = 2_000
"""Characters of an address at most."""

_HOST = re.compile(r"[^\W_]([\w-]*[^\W_])?(\.[^\W_]([\w-]*[^\W_])?)+")


@remember
def read_domain(text: str) -> str | None:
    """The registered domain in lower case, international ones in their own letters; None where there is none."""
    if len(text) > LONGEST:
        return None
    address = text.strip()
    try:
        host = urlsplit(address if "//" in address else f"//{address}").hostname or ""
        host = host.rstrip(".").encode("ascii").decode("idna") if "xn--" in host else host.rstrip(".")
    except ValueError:
        return None
    return registered_domain(host) if _HOST.fullmatch(host) else None
