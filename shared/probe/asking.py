"""Asks something behind an extended network whether it is there, by a connection of its own each time.

A connection that is kept would say how things were when it was made. What answers is not read beyond the status, never
written down and never followed elsewhere; certificates are verified by the system's own authorities, always.
"""

import socket
import ssl
from functools import cached_property

import httpx

from shared.model.inventory import Trust
from shared.model.policy import Probe
from shared.model.probe import ProbeAnswer
from shared.ports import Probes
from shared.tls.contexts import context_for

_SERVER_ERRORS = 500


class NetworkProbes(Probes):
    """Sends probes; every thread may use it."""

    def __init__(self, trust: Trust = Trust()) -> None:  # noqa: B008 -- frozen: the system's own authorities
        self._trust = trust

    def ask(self, probe: Probe, seconds: float) -> ProbeAnswer:
        """Ask once, for that many real seconds at most; a name that does not resolve may take longer."""
        if probe.url is not None:
            return self._get(probe.url, seconds)
        return _connect(probe.host or "", probe.port or 0, seconds)

    @cached_property
    def _client(self) -> httpx.Client:
        return httpx.Client(
            verify=context_for(self._trust),
            limits=httpx.Limits(max_keepalive_connections=0),
            follow_redirects=False,
            trust_env=False,
            headers={"user-agent": "hcx-fleet"},
        )

    def _get(self, url: str, seconds: float) -> ProbeAnswer:
        try:
            with self._client.stream("GET", url, timeout=seconds) as answer:
                return ProbeAnswer(ok=answer.status_code < _SERVER_ERRORS, detail=f"answered {answer.status_code}")
        except httpx.TimeoutException:
            return ProbeAnswer(ok=False, detail=f"no answer within {seconds:g} s")
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return _failed(error)


def _connect(host: str, port: int, seconds: float) -> ProbeAnswer:
    try:
        socket.create_connection((host, port), seconds).close()
    except TimeoutError:
        return ProbeAnswer(ok=False, detail=f"no connection within {seconds:g} s")
    except (OSError, UnicodeError) as error:
        return _failed(error)
    return ProbeAnswer(ok=True, detail="connected")


def _failed(error: BaseException) -> ProbeAnswer:
    """What speaks of the network, and what does not: a name that is not known, a certificate that is not trusted."""
    causes = tuple(_causes(error))
    if any(isinstance(one, (socket.gaierror, UnicodeError, httpx.InvalidURL)) for one in causes):
        return ProbeAnswer(ok=None, detail="its name cannot be resolved, which says nothing of the network")
    if any(isinstance(one, ssl.SSLCertVerificationError) for one in causes):
        return ProbeAnswer(ok=None, detail="its certificate is not trusted: nobody knows who answered")
    return ProbeAnswer(ok=False, detail=f"no connection ({type(error).__name__})")


def _causes(error: BaseException | None) -> list[BaseException]:
    found = list[BaseException]()
    while error is not None:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found
