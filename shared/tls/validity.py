"""Until when a certificate is valid, read from its DER bytes with nothing but the standard library.

The collector runs where nothing can be installed, and the standard library gives the end of a certificate away only
where it verified the chain, which it does not where a thumbprint is pinned. What is read is the head of the structure
that RFC 5280 prescribes: version, serial number, algorithm and issuer are stepped over, the validity follows.
"""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

_SEQUENCE: Final = 0x30
_VERSION: Final = 0xA0
_UTC_TIME: Final = 0x17
_GENERALIZED_TIME: Final = 0x18
_LONG: Final = 0x80
"""A length with this bit set says how many bytes the real one takes."""
_PIVOT: Final = 50
"""Two-digit years from here on are of the last century (RFC 5280, 4.1.2.5.1)."""
_BEFORE_VALIDITY: Final = 3
"""Serial number, algorithm and issuer."""


@lru_cache(maxsize=1024)  # every answer of a pass comes with the same one
def runs_out(certificate: bytes) -> datetime | None:
    """Until when a DER certificate is valid; None for one that cannot be read, which a pin may let through."""
    try:
        signed = _inside(_inside(certificate))
        if signed[0] == _VERSION:
            signed = _after(signed)
        for _ in range(_BEFORE_VALIDITY):
            signed = _after(signed)
        return _time(_after(_inside(signed)))
    except (ValueError, IndexError):
        return None


def _inside(der: bytes) -> bytes:
    if der[0] != _SEQUENCE:
        raise ValueError("not a sequence")
    begins, ends = _span(der)
    return der[begins:ends]


def _after(der: bytes) -> bytes:
    return der[_span(der)[1] :]


def _span(der: bytes) -> tuple[int, int]:
    """Where the content of the first element begins and ends."""
    length, begins = der[1], 2
    if length & _LONG:
        begins += length & ~_LONG
        length = int.from_bytes(der[2:begins], "big")
    return begins, begins + length


def _time(der: bytes) -> datetime:
    begins, ends = _span(der)
    text = der[begins:ends].decode("ascii")
    if der[0] == _UTC_TIME:
        text = f"{19 if int(text[:2]) >= _PIVOT else 20}{text}"
    elif der[0] != _GENERALIZED_TIME:
        raise ValueError("not a time")
    return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)
