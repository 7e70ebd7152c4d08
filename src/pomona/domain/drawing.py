"""Drawing lots without chance: whom a share of leads falls on, the same at every reading and on every machine."""

from hashlib import blake2b


def drawn(purpose: str, name: str, lead: int, *, share: float) -> bool:
    """Whether the lot falls on the lead. Whoever is drawn for a share is drawn for every larger one, too.

    Lots of different purposes, and of different names, are independent of each other.
    """
    lot = blake2b(f"{purpose}\n{name}\n{lead}".encode(), digest_size=8).digest()
    return int.from_bytes(lot, "big") < share * 2**64
