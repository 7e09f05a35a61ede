"""Why there is no connection, and what to do about it: told by what TCP and TLS say."""

import socket
import ssl
from collections.abc import Iterator

from shared.hcx.answer import Ask
from shared.hcx.errors import CertificateError, HcxError, TurnedAwayError, UnreachableError
from shared.tls.contexts import ThumbprintError

_REPINNED = (
    "confirm the new thumbprint: an upgrade, the provider's too, replaces certificates; compare the new thumbprint at "
    "the manager itself and put it into fleet.yaml; if nobody replaced it, somebody else is answering"
)
_EXPIRED = "have the manager's certificate renewed, and see that the clock of this host is right"
_OTHER_NAME = "put a name that the certificate holds into `endpoint`, or pin the certificate's SHA-256 as `thumbprint`"
_OTHER_ISSUER = (
    "name the file of its authority as `ca`, or pin the certificate's SHA-256 as `thumbprint`; if it was trusted until "
    "now, an upgrade may have replaced it: confirm the new thumbprint at the manager itself first"
)
_REMEDIES = {9: _EXPIRED, 10: _EXPIRED, 62: _OTHER_NAME, 64: _OTHER_NAME}
"""By OpenSSL's X509_V_ERR number: not valid yet, expired, other host, other address."""


def not_connected(ask: Ask, error: BaseException, *, timed_out: bool) -> HcxError:
    """No connection, so nothing was sent: what the causes of `error` mean."""
    manager, row, causes = ask.manager.id, ask.route.id, list(_causes(error))
    for cause in causes:
        found = _tls_failed(ask, cause) or _tcp_failed(ask, cause)
        if found:
            return found
    if timed_out:
        return UnreachableError(manager, row, "no connection in time")
    return UnreachableError(manager, row, f"no connection: {_last_words(causes)}")


def _tls_failed(ask: Ask, cause: BaseException) -> HcxError | None:
    manager, row = ask.manager.id, ask.route.id
    match cause:
        case ThumbprintError():
            return CertificateError(manager, row, cause.detail, remedy=_REPINNED)
        case ssl.SSLCertVerificationError():
            return _not_verified(ask, cause)
        case ssl.SSLEOFError() | ssl.SSLZeroReturnError():
            return TurnedAwayError(manager, row, "the connection was closed during the TLS handshake")
        case ssl.SSLError():
            return UnreachableError(manager, row, f"no TLS on this port: {cause.reason or 'handshake failed'}")
        case _:
            return None


def _tcp_failed(ask: Ask, cause: BaseException) -> HcxError | None:
    manager, row = ask.manager.id, ask.route.id
    match cause:
        case socket.gaierror():
            return UnreachableError(manager, row, f"the name {ask.manager.endpoint.host} is unknown")
        case ConnectionError():
            return TurnedAwayError(manager, row, f"the connection was turned away: {cause.strerror or 'closed'}")
        case _:
            return None


def _not_verified(ask: Ask, error: ssl.SSLCertVerificationError) -> CertificateError:
    detail = f"the certificate that answered for {ask.manager.endpoint.host} is not trusted: {error.verify_message}"
    remedy = _REMEDIES.get(error.verify_code, _OTHER_ISSUER)
    return CertificateError(ask.manager.id, ask.route.id, detail, remedy=remedy)


def _causes(error: BaseException) -> Iterator[BaseException]:
    found: BaseException | None = error
    while found is not None:
        yield found
        found = found.__cause__ or found.__context__


def _last_words(causes: list[BaseException]) -> str:
    spoken = [one.strerror for one in causes if isinstance(one, OSError) and one.strerror]
    return spoken[-1] if spoken else "the client does not say why"
