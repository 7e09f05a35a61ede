"""Who is at a vCenter's port: one TLS handshake under the trust that fleet.yaml gives it, and not a byte of HTTP."""

from shared.model.inventory import VcenterPlace
from shared.tls.contexts import TrustUnusableError
from shared.tls.handshake import PATIENCE_SECONDS, Presented, presented
from shared.vsphere.connection import classified
from shared.vsphere.errors import UntrustedError, VcenterAwayError


def handshake(place: VcenterPlace, seconds: float = PATIENCE_SECONDS) -> Presented:
    """Connect, verify, look, and hang up.

    Raises:
        VcenterError: nobody is there, or nobody that is trusted.
    """
    try:
        with classified(place.host):
            return _presented(place, seconds)
    except TrustUnusableError as error:
        raise UntrustedError(error.detail, error.remedy) from None


def _presented(place: VcenterPlace, seconds: float) -> Presented:
    try:
        return presented(place.host, (place.address or place.host, place.port), place.trust, seconds)
    except TimeoutError:
        raise VcenterAwayError(f"{place.host} does not answer on port {place.port} within {seconds:g} s") from None
    except ConnectionRefusedError:
        raise VcenterAwayError(f"{place.host} refuses connections on port {place.port}") from None
