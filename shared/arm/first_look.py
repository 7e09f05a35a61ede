"""What a first look at Azure needs beside reading: whose token this host gets, and what Azure's clock shows."""

import base64
import json
from datetime import UTC, datetime
from pathlib import Path

from azure.core.credentials import TokenCredential
from azure.core.exceptions import AzureError
from azure.core.pipeline.transport import HttpRequest

from shared.arm.transport import AnswerTooLargeError, transport_to
from shared.model.record import record
from shared.rules.clocks import date_of

_SECONDS = 10
_DETAIL_MAX = 500
_CLOCK = "/subscriptions?api-version=2022-12-01"
"""Asked without a token: Azure refuses it, and dates the refusal."""
_CLAIMS = {"tid": "tenant", "oid": "object", "appid": "application", "azp": "application"}


class NoLookError(Exception):
    """Azure could not be looked at; the message says why, and never holds a token."""


@record
class Identity:
    """Whose token it is, as far as the token says."""

    claims: tuple[tuple[str, str], ...]
    """Kind of id and id, such as `object` and a GUID."""
    valid_until: datetime


def identity(credential: TokenCredential, scope: str) -> Identity:
    """Get a token and read whose it is.

    Raises:
        NoLookError: there is none to be had.
    """
    try:
        token = credential.get_token(scope)
    except Exception as error:  # noqa: BLE001 -- an edge: every credential of the chain raises what it likes
        raise NoLookError(_first_line(error)) from None
    return Identity(claims=_claims(token.token), valid_until=datetime.fromtimestamp(token.expires_on, UTC))


def azure_date(url: str, ca: Path | None, address: str | None) -> datetime | None:
    """What Azure's clock shows; None where its answer does not say.

    Raises:
        NoLookError: it does not answer, or not under a trusted certificate.
    """
    verify: str | bool = str(ca) if ca else True
    try:
        with transport_to(
            address, connection_timeout=_SECONDS, read_timeout=_SECONDS, connection_verify=verify
        ) as transport:
            answer = transport.send(HttpRequest("GET", f"{url.rstrip('/')}{_CLOCK}"))
            return date_of(answer.headers.get("Date", ""))
    except (AzureError, OSError, AnswerTooLargeError) as error:
        raise NoLookError(_first_line(error)) from None


def _claims(token: str) -> tuple[tuple[str, str], ...]:
    """Who a token says it is for. It is only shown, so nobody has to verify it; many tokens say nothing."""
    try:
        middle = token.split(".")[1]
        told = json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
        return tuple((kind, str(told[name])) for name, kind in _CLAIMS.items() if told.get(name))
    except (IndexError, ValueError, TypeError, AttributeError):
        return ()


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)[:_DETAIL_MAX]
