"""How Microsoft's clients reach Azure Resource Manager: what every one of them is given."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from azure.core.credentials import TokenCredential
from azure.core.pipeline.policies import SansIOHTTPPolicy

from shared.arm.pace import Pace, PacedReads
from shared.arm.transport import Patience, transport_to

CONNECT_SECONDS = 10
READ_SECONDS = 60
RETRIES = 5


class Connection:
    """Azure Resource Manager behind one URL, for one identity; every thread may use it."""

    def __init__(
        self,
        credential: TokenCredential,
        *,
        url: str,
        scope: str,
        ca: Path | None = None,
        address: str | None = None,
        pace: Pace | None = None,
    ) -> None:
        """Raise ValueError for a URL that is not https: the client would find out only after seconds of retries."""
        if urlsplit(url).scheme != "https" or not urlsplit(url).hostname:
            raise ValueError("the URL of Azure Resource Manager must be https://host")
        self.credential = credential
        self.url = url.rstrip("/")
        self._scope = scope
        self._verify: str | bool = str(ca) if ca else True
        self._address = address
        self._pace = pace or Pace()

    def settings(self, guard: SansIOHTTPPolicy[Any, Any]) -> dict[str, Any]:
        """What a client is given. Clients are made anew for each piece of work: their transport is for one thread.

        Args:
            guard: sees every request before it goes out, a repeated one as well, and refuses what is not ours to send.
        """
        patience = Patience(retry_total=RETRIES, retry_status=RETRIES, retry_connect=2, retry_read=2)
        return {
            "base_url": self.url,
            "credential_scopes": [self._scope],
            "transport": transport_to(
                self._address,
                connection_timeout=CONNECT_SECONDS,
                read_timeout=READ_SECONDS,
                connection_verify=self._verify,
            ),
            "retry_policy": patience,
            "per_retry_policies": [guard, PacedReads(self._pace, patience.get_retry_after)],
        }
