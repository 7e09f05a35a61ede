"""Certificates of the world: its own authority, and managers that have trouble with theirs."""

import hashlib
import ssl
from datetime import datetime

import trustme
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

_EXPIRED = datetime(2020, 1, 1)  # noqa: DTZ001 -- trustme wants it without zone
_BEFORE = datetime(2019, 1, 1)  # noqa: DTZ001 -- the same


class Vault:
    """Issues the certificates of one world."""

    def __init__(self) -> None:
        self._ours = trustme.CA(organization_name="hcx-fleet simulated world")
        self._other = trustme.CA(organization_name="somebody else")

    @property
    def ca_pem(self) -> bytes:
        """The world's CA certificate."""
        return self._ours.cert_pem.bytes()

    @property
    def ca_fingerprint(self) -> str:
        """SHA-256 of the world's CA certificate, lower-case hex."""
        return _fingerprint(self.ca_pem)

    def identity(self, *names: str, trouble: str = "ours") -> "Identity":
        """A certificate for `names`, with the wanted trouble."""
        return Identity(self.leaf(*names, trouble=trouble))

    def leaf(self, *names: str, trouble: str = "ours") -> trustme.LeafCert:
        """The same with its key, for whoever serves it from another process."""
        authority = self._other if trouble == "other-ca" else self._ours
        if trouble == "wrong-name":
            names = ("somewhere-else.sim.test",)
        until, since = (_EXPIRED, _BEFORE) if trouble == "expired" else (None, None)
        return authority.issue_cert(*names, not_before=since, not_after=until)


class Identity:
    """One endpoint's certificate and what it takes to serve it."""

    def __init__(self, leaf: trustme.LeafCert) -> None:
        self.thumbprint = _fingerprint(leaf.cert_chain_pems[0].bytes())
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        leaf.configure_cert(self.context)


def _fingerprint(pem: bytes) -> str:
    return hashlib.sha256(x509.load_pem_x509_certificate(pem).public_bytes(Encoding.DER)).hexdigest()
