"""Who is at the other end of a port: one TLS handshake under the manager's trust, and not a byte of HTTP."""

import socket
import ssl
from datetime import datetime
from typing import Final

from cryptography import x509

from shared.hcx.answer import Ask
from shared.hcx.errors import CertificateError
from shared.hcx.failures import not_connected
from shared.hcx.routes import DELIVERED
from shared.model.inventory import Manager
from shared.model.record import record
from shared.tls.contexts import TrustUnusableError, context_for, fingerprint

PATIENCE_SECONDS: Final = 5.0


@record
class Presented:
    """The certificate that answered, which is a trusted one."""

    leaf: str
    """SHA-256 of the certificate itself."""
    authorities: tuple[str, ...]
    """SHA-256 of those above it in the chain that was verified; none where the certificate is pinned."""
    runs_out: datetime


def handshake(manager: Manager, port: int, seconds: float = PATIENCE_SECONDS) -> Presented:
    """Connect, verify, look, and hang up.

    Raises:
        HcxError: nobody is there, or nobody that is trusted.
    """
    ask, endpoint = Ask(manager=manager, route=DELIVERED.route("liveness")), manager.endpoint
    try:
        context = context_for(endpoint.trust)
        with (
            socket.create_connection((endpoint.address or endpoint.host, port), seconds) as plain,
            context.wrap_socket(plain, server_hostname=endpoint.host) as secured,
        ):
            return _presented(secured)
    except TrustUnusableError as error:
        raise CertificateError(manager.id, ask.route.id, error.detail, remedy=error.remedy) from None
    except (OSError, ValueError) as error:  # an empty name, or one that no server can have, is a ValueError
        raise not_connected(ask, error, timed_out=isinstance(error, TimeoutError)) from None


def _presented(secured: ssl.SSLSocket) -> Presented:
    leaf = secured.getpeercert(binary_form=True) or b""
    chain = [fingerprint(one) for one in secured.get_verified_chain()]
    return Presented(
        leaf=fingerprint(leaf),
        authorities=tuple(one for one in chain if one != fingerprint(leaf)),
        runs_out=x509.load_der_x509_certificate(leaf).not_valid_after_utc,
    )
