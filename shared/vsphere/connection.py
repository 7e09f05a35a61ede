"""The only way to a vCenter: a stub with its own context and time-outs, a log-in, and a log-out at the end.

Never the library's own `SmartConnect`: it asks for versions without a time-out before it logs in, and where nobody gave
it a context it does not verify local hosts at all. The address is dialled and the name is verified.
"""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any, Final, cast
from xml.parsers.expat import ExpatError

from pyVmomi import SoapStubAdapter, vim, vmodl

from shared.login.attempts import new_version
from shared.model.inventory import VcenterPlace
from shared.tls.contexts import ThumbprintError, TrustUnusableError, context_for
from shared.vsphere.errors import (
    LoginRefusedError,
    RefusedError,
    SessionLostError,
    UntrustedError,
    VcenterAwayError,
    VcenterError,
)

API: Final = "vim.version.version11"
"""vSphere 6.5: everything that is read here is in it, and every later vCenter still speaks it."""


class NoAccountError(Exception):
    """vCenter refused user name or password: the one thing that counts as a failed log-in."""


class _VerifiedByName(HTTPSConnection):
    """Connects to an address and lets nobody through but whoever holds the certificate of the name."""

    def __init__(self, *args: Any, verified: str, context: ssl.SSLContext, **more: Any) -> None:
        super().__init__(*args, context=context, **more)
        self._verified, self._verifier = verified, context

    def connect(self) -> None:
        """Connect, and verify right away."""
        HTTPConnection.connect(self)
        self.sock = self._verifier.wrap_socket(self.sock, server_hostname=self._verified)


class Connection:
    """A log-in at one vCenter. For one thread."""

    def __init__(self, content: Any, stub: Any) -> None:
        self.content = content
        self.stub = stub

    @property
    def session(self) -> str:
        """Key of the own session.

        Raises:
            SessionLostError: there is none any more.
        """
        current = self.content.sessionManager.currentSession
        if current is None:
            raise SessionLostError("vCenter does not know this log-in any more")
        return str(current.key)


@contextmanager
def connected(place: VcenterPlace, username: str, password: str, seconds: float) -> Iterator[Connection]:
    """A log-in for as long as the block runs; what goes wrong inside comes out as an error of the tree.

    Raises:
        NoAccountError: user name or password were refused.
        VcenterError: anything else.
    """
    stub = _stub(place, seconds)
    try:
        with classified(place.host):
            content: Any = vim.ServiceInstance("ServiceInstance", stub).RetrieveContent()
            _log_in(content, username, password)
        try:
            with classified(place.host):
                yield Connection(content, stub)
        finally:
            with suppress(OSError, HTTPException, vmodl.MethodFault, ExpatError):  # it ends by itself as well
                content.sessionManager.Logout()
    finally:
        stub.DropConnections()


def _log_in(content: Any, username: str, password: str) -> None:
    try:
        content.sessionManager.Login(username, password)
    except vim.fault.InvalidLogin:
        raise NoAccountError from None


def _stub(place: VcenterPlace, seconds: float) -> Any:
    try:
        context = context_for(place.trust)
    except TrustUnusableError as error:
        raise UntrustedError(error.detail, error.remedy) from None
    stub = cast(Any, SoapStubAdapter)(
        host=place.address or place.host,
        port=place.port,
        path="/sdk",
        version=API,
        sslContext=context,
        httpConnectionTimeout=seconds,
        acceptCompressedResponses=False,  # a small answer could unpack into an endless one
    )
    stub.scheme = partial(_VerifiedByName, verified=place.host)
    return stub


@contextmanager
def classified(host: str) -> Iterator[None]:
    """Turn errors of the library and of the wire into ours."""
    try:
        yield
    except (VcenterError, NoAccountError):
        raise
    except ThumbprintError as error:
        raise UntrustedError(f"{host}: {error.detail}") from None
    except ssl.SSLCertVerificationError as error:
        raise UntrustedError(f"{host}: its certificate is not trusted: {error.verify_message}") from None
    except vim.fault.NotAuthenticated:
        raise SessionLostError(f"{host}: the log-in counts no more") from None
    except vim.fault.NoPermission as error:
        privilege = getattr(error, "privilegeId", "") or "a privilege"
        raise RefusedError(
            f"{host}: the account may not do this: it has not {privilege}", f"give the account {privilege}"
        ) from None
    except vmodl.MethodFault as error:
        raise RefusedError(f"{host}: {_words(error)}") from None
    except (OSError, HTTPException) as error:
        raise VcenterAwayError(f"{host}: {_words(error)}") from None
    except (ExpatError, AttributeError, KeyError, TypeError, ValueError) as error:
        # The library reads answers without checking their shape: these are what it then raises.
        raise RefusedError(f"{host}: an answer that is not understood ({type(error).__name__})") from None


def refused(secret: str, host: str) -> LoginRefusedError:
    """The error for an account that vCenter does not take."""
    return LoginRefusedError(f"secret {secret} was refused by {host}", new_version(secret))


def _words(error: Exception) -> str:
    text = getattr(error, "msg", None) or getattr(error, "strerror", None) or str(error) or type(error).__name__
    return " ".join(str(text).split())[:300]
