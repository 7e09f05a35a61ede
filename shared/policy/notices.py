"""What `fleet.yaml` says of notices: how long before they go out, and where to."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from shared.model.inventory import Trust
from shared.model.policy import NoticePolicy, Webhook
from shared.policy.edge import Edge, SecretName, Text, Thumbprint
from shared.policy.edge_time import Duration
from shared.policy.managers import path_of


def _https_url(text: str) -> str:
    """Accept a URL with a path. A query often holds a token, and this file is read by many."""
    try:
        parts = urlsplit(text)
        right = parts.scheme == "https" and bool(parts.hostname) and parts.port != 0
        bare = not (parts.username or parts.password or parts.query or parts.fragment)
    except ValueError:  # a port that is none, or half an IPv6 address
        right = bare = False
    if not right or not bare or "?" in text or "#" in text or re.search(r"\s", text):
        raise ValueError("must be https://host/path, without user, query or fragment: a token never belongs there")
    return text


type HttpsUrl = Annotated[str, AfterValidator(_https_url), Field(json_schema_extra={"pattern": r"^https://[^?#@\s]+$"})]


class WebhookPart(Edge):
    """Where notices are posted to."""

    url: HttpsUrl
    """Where they are posted to; the certificate must be for this name, and no redirect is followed."""
    secret: SecretName
    """Secret whose password signs them; it has a user name like every other one, which is not used."""
    ca: Text | None = None
    """PEM file of the authority that signed its certificate, relative to this file; absent: the system's own."""
    thumbprint: Thumbprint | None = None
    """SHA-256 fingerprint of its certificate, instead of `ca`."""


class NoticesPart(Edge):
    """How whoever performs a step is told of it; the journal of a run has every notice anyway."""

    lead_time: Duration = timedelta(days=3)
    """How long before its window a person is told of a change."""
    way_back: Duration = timedelta(hours=4)
    """How long before a way back ends people are told, while its wave is watched."""
    webhook: WebhookPart | None = None
    """Where notices are posted to; left out: they stay in the journal."""


def notices_of(part: NoticesPart, folder: Path) -> NoticePolicy:
    """The record; paths start at `folder`."""
    return NoticePolicy(lead_time=part.lead_time, way_back=part.way_back, webhook=_webhook(part.webhook, folder))


def _webhook(part: WebhookPart | None, folder: Path) -> Webhook | None:
    if part is None:
        return None
    trust = Trust(ca_file=path_of(folder, part.ca), thumbprint=part.thumbprint)
    return Webhook(url=part.url, secret=part.secret, trust=trust)
