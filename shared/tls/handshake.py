"""Who is at the other end of a port: one TLS handshake, verified as asked for, and not a byte of what comes after."""

import socket
import ssl
from datetime import datetime
from typing import Final

from cryptography import x509

from shared.model.inventory import Trust
from shared.model.record import record
from shared.tls.contexts import context_for, fingerprint

PATIENCE_SECONDS: Final = 5.0


@record
class Presented:
    """The certificate that answered, which is a trusted one."""

    leaf: str
    """SHA-256 of the certificate itself."""
    authorities: tuple[str, ...]
    """SHA-256 of those above it in the chain that was verified; none where the certificate is pinned."""
    runs_out: datetime


def presented(host: str, address: tuple[str, int], trust: Trust, seconds: float) -> Presented:
    """Connect, verify, look, and hang up.

    Args:
        host: the name that is verified.
        address: what is dialled.
        trust: by what the certificate is verified.
        seconds: how long to wait for each of both.

    Raises:
        TrustUnusableError: what it would be verified by cannot be used.
        OSError: nobody is there, or nobody that is trusted.
        ValueError: an empty name, or one that no server can have.
    """
    context = context_for(trust)
    with (
        socket.create_connection(address, seconds) as plain,
        context.wrap_socket(plain, server_hostname=host) as secured,
    ):
        return _presented(secured)


def _presented(secured: ssl.SSLSocket) -> Presented:
    leaf = secured.getpeercert(binary_form=True) or b""
    chain = [fingerprint(one) for one in secured.get_verified_chain()]
    return Presented(
        leaf=fingerprint(leaf),
        authorities=tuple(one for one in chain if one != fingerprint(leaf)),
        runs_out=x509.load_der_x509_certificate(leaf).not_valid_after_utc,
    )
