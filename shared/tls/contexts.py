"""How a certificate is verified: against authorities and by name, or by its pinned thumbprint. Always.

A pin is compared right after the handshake, inside the socket class that the context makes: whoever uses the context
has either a verified connection or none, and no layer above could forget it or send something first.
"""

import hashlib
import re
import ssl
from collections.abc import Iterable
from pathlib import Path

from shared.model.inventory import Trust

_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)


class TrustUnusableError(Exception):
    """What a certificate should be verified against cannot be read; says why and what to do."""

    def __init__(self, detail: str, remedy: str) -> None:
        super().__init__(detail)
        self.detail = detail
        self.remedy = remedy


class ThumbprintError(ssl.SSLError):
    """Another certificate answered than the pinned one."""

    def __init__(self, found: str, pinned: str) -> None:
        self.detail = f"the certificate that answered is {found or 'none'}, pinned is {pinned} (SHA-256)"
        super().__init__(self.detail)


def fingerprint(certificate: bytes) -> str:
    """SHA-256 of a DER certificate, lower-case hex."""
    return hashlib.sha256(certificate).hexdigest()


def trust_anchors(trust: Trust) -> frozenset[str]:
    """SHA-256 of every certificate in the CA bundle, or the pinned thumbprint: what a confirmation binds to.

    Empty with the system's own authorities: a confirmation for one of those would be one for whoever it ever signed,
    so changing a manager takes an authority or a thumbprint of its own.

    Raises:
        TrustUnusableError: the bundle cannot be read.
    """
    if trust.thumbprint:
        return frozenset({trust.thumbprint})
    return frozenset(map(fingerprint, _bundle(trust.ca_file))) if trust.ca_file else frozenset()


def context_for(trust: Trust, only: frozenset[str] | None = None) -> ssl.SSLContext:
    """A client context that lets nobody through but whom `trust` names.

    Args:
        trust: the authorities or the thumbprint.
        only: leave out all authorities but these, for a change that is confirmed for some of a bundle only.

    Raises:
        TrustUnusableError: the bundle cannot be read.
    """
    if trust.thumbprint:
        return _PinnedContext.to(trust.thumbprint)
    if not trust.ca_file:
        return ssl.create_default_context()
    chosen = [one for one in _bundle(trust.ca_file) if only is None or fingerprint(one) in only]
    return _context_of(chosen, trust.ca_file)


def _context_of(authorities: Iterable[bytes], ca_file: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # verifies chain and name
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    # A manager's own certificate may stand in the bundle. The strict flag of the default context is left out: it
    # refuses authorities for the form of their certificate, which says nothing about who signed.
    context.verify_flags |= ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN
    try:
        context.load_verify_locations(cadata=b"".join(authorities))
    except (ssl.SSLError, ValueError):
        raise _broken(ca_file) from None
    return context


def _bundle(ca_file: str) -> tuple[bytes, ...]:
    """The certificates of a PEM file, as DER."""
    try:
        text = Path(ca_file).read_bytes()
    except OSError as error:
        raise TrustUnusableError(
            f"the CA bundle {ca_file} cannot be read: {error.strerror}", "name a readable PEM file as `ca`"
        ) from None
    try:
        found = tuple(ssl.PEM_cert_to_DER_cert(one.decode("ascii")) for one in _PEM.findall(text))
    except ValueError:
        raise _broken(ca_file) from None
    if not found:
        raise _broken(ca_file)
    return found


def _broken(ca_file: str) -> TrustUnusableError:
    return TrustUnusableError(
        f"the CA bundle {ca_file} holds no readable certificate", "put the authority's certificate there, as PEM"
    )


class _PinnedSocket(ssl.SSLSocket):
    """A connection that exists only to whoever holds the pinned certificate's key."""

    def do_handshake(self, block: bool = False) -> None:  # noqa: FBT001, FBT002 -- as the base class has it
        super().do_handshake(block)
        context, found = self.context, self.getpeercert(binary_form=True)
        pinned = context.thumbprint if isinstance(context, _PinnedContext) else ""
        if not found or fingerprint(found) != pinned:
            raise ThumbprintError(fingerprint(found) if found else "", pinned)


class _PinnedContext(ssl.SSLContext):
    """Chain, name and date are not looked at: they say less than the one certificate that must be there."""

    sslsocket_class = _PinnedSocket
    thumbprint = ""

    @classmethod
    def to(cls, thumbprint: str) -> "_PinnedContext":
        """A context for the certificate with that SHA-256."""
        context = cls(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.thumbprint = thumbprint
        return context
