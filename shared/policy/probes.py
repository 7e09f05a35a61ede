"""What is asked on extended networks while their appliances change, and how often one looks at them."""

import re
from datetime import timedelta
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from shared.model.policy import Probe
from shared.policy.edge import Edge, Name, Port, Text
from shared.policy.edge_time import Duration

SHORTEST, LONGEST = timedelta(seconds=1), timedelta(minutes=1)
"""More often would be a burden for the managers, more rarely would see no outage."""


def _step(length: timedelta) -> timedelta:
    if not SHORTEST <= length <= LONGEST:
        raise ValueError("must be from PT1S to PT1M")
    return length


def _web_url(text: str) -> str:
    """Accept a URL with a path. A query often holds a token, and this file is read by many."""
    try:
        parts = urlsplit(text)
        right = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        bare = not (parts.username or parts.password)
    except ValueError:  # a port that is none, or half an IPv6 address
        right = bare = False
    if not right or not bare or "?" in text or "#" in text or re.search(r"\s", text):
        raise ValueError("must be http://host/path or https://host/path, without user, query or fragment")
    return text


type SampleStep = Annotated[Duration, AfterValidator(_step)]

type WebUrl = Annotated[str, AfterValidator(_web_url), Field(json_schema_extra={"pattern": r"^https?://[^?#@\s]+$"})]


class ProbePart(Edge):
    """Something on an extended network that is asked while its appliances are upgraded."""

    name: Name
    """Name of the probe."""
    network: Text
    """Name of the network as HCX shows it."""
    host: Text | None = None
    """Name or address that is asked by a TCP connection; together with `port`."""
    port: Port | None = None
    """TCP port that is asked."""
    url: WebUrl | None = None
    """Address that is asked by an HTTP GET, instead of `host` and `port`; any answer below 500 shows traffic."""


def probe_of(part: ProbePart) -> Probe:
    """The record of a probe."""
    return Probe(name=part.name, network=part.network, host=part.host, port=part.port, url=part.url)
