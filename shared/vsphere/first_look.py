"""Who is at a vCenter's port: one TLS handshake under the trust that fleet.yaml gives it, and not a byte of HTTP."""

import socket
import ssl
from datetime import datetime
from typing import Final

from cryptography import x509

from shared.model.inventory import VcenterPlace
from shared.model.record import record
from shared.tls.contexts import TrustUnusableError, context_for, fingerprint
from shared.vsphere.connection import classified
from shared.vsphere.errors import UntrustedError, VcenterAwayError

PATIENCE_SECONDS: Final = 5.0


@record
class Presented:
    """The certificate that answered, which is a trusted one."""

    leaf: str
    """SHA-256 of the certificate."""
    runs_out: datetime


def handshake(place: VcenterPlace, seconds: float = PATIENCE_SECONDS) -> Presented:
    """Connect, verify, look, and hang up.

    Raises:
        VcenterError: nobody is there, or nobody that is trusted.
    """
    try:
        context = context_for(place.trust)
    except TrustUnusableError as error:
        raise UntrustedError(error.detail, error.remedy) from None
    with classified(place.host):
        return _presented(place, context, seconds)


def _presented(place: VcenterPlace, context: ssl.SSLContext, seconds: float) -> Presented:
    address = (place.address or place.host, place.port)
    try:
        with (
            socket.create_connection(address, seconds) as plain,
            context.wrap_socket(plain, server_hostname=place.host) as secured,
        ):
            leaf = secured.getpeercert(binary_form=True) or b""
    except TimeoutError:
        raise VcenterAwayError(f"{place.host} does not answer on port {place.port} within {seconds:g} s") from None
    except ConnectionRefusedError:
        raise VcenterAwayError(f"{place.host} refuses connections on port {place.port}") from None
    return Presented(leaf=fingerprint(leaf), runs_out=x509.load_der_x509_certificate(leaf).not_valid_after_utc)
