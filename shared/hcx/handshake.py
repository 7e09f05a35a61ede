"""Who is at a manager's port: one TLS handshake under the manager's trust, and not a byte of HTTP."""

from shared.hcx.answer import Ask
from shared.hcx.errors import CertificateError
from shared.hcx.failures import not_connected
from shared.hcx.routes import DELIVERED
from shared.model.inventory import Manager
from shared.tls.contexts import TrustUnusableError
from shared.tls.handshake import PATIENCE_SECONDS, Presented, presented


def handshake(manager: Manager, port: int, seconds: float = PATIENCE_SECONDS) -> Presented:
    """Connect, verify, look, and hang up.

    Raises:
        HcxError: nobody is there, or nobody that is trusted.
    """
    ask, endpoint = Ask(manager=manager, route=DELIVERED.route("liveness")), manager.endpoint
    try:
        return presented(endpoint.host, (endpoint.address or endpoint.host, port), endpoint.trust, seconds)
    except TrustUnusableError as error:
        raise CertificateError(manager.id, ask.route.id, error.detail, remedy=error.remedy) from None
    except (OSError, ValueError) as error:
        raise not_connected(ask, error, timed_out=isinstance(error, TimeoutError)) from None
