"""The field types of the owner's files: what a value must look like, and what is said when it does not.

Those of time are in `edge_time.py`.
"""

import ipaddress
import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from shared.model.version import Version

VERSION_PATTERN = r"^\s*\d{1,4}(\.\d{1,4}){1,3}([-.]\d{5,})?\s*$"
"""How a version looks in the JSON Schema."""
_SHA256_DIGITS = 64
_SHA1_DIGITS = 40


class Edge(BaseModel):
    """A part of a file: camelCase keys, nothing unknown, nothing converted."""

    model_config = ConfigDict(
        alias_generator=to_camel, extra="forbid", strict=True, frozen=True, use_attribute_docstrings=True
    )


def _version(text: str) -> str:
    if not Version(text).known:
        raise ValueError('must be an HCX version such as "4.11.4"')
    return text


def _secret(text: str) -> str:
    if not text.startswith("kv:"):
        raise ValueError("must name a secret, written kv:<name>; a secret itself never belongs into this file")
    if not re.fullmatch(r"[0-9A-Za-z-]{1,127}", text.removeprefix("kv:")):
        raise ValueError("must be kv: and the name of a secret, made of letters, digits and dashes")
    return text.removeprefix("kv:")


def _secret_pattern(text: str) -> str:
    filled = text.replace("{cloud}", "cloud")
    if "{" in filled or "}" in filled:
        raise ValueError("may hold {cloud}, which stands for the private cloud, and no other braces")
    _secret(filled)
    return text.removeprefix("kv:")


def _thumbprint(text: str) -> str:
    digits = text.replace(":", "").lower()
    if re.fullmatch(r"[0-9a-f]+", digits) and len(digits) == _SHA1_DIGITS:
        raise ValueError("is a SHA-1 fingerprint; the SHA-256 one is needed (openssl x509 -noout -fingerprint -sha256)")
    if not re.fullmatch(r"[0-9a-f]+", digits) or len(digits) != _SHA256_DIGITS:
        raise ValueError("must be a SHA-256 fingerprint: 64 hexadecimal digits, with or without colons")
    return digits


def _https_host(text: str) -> str:
    """Accept `https://host` and `https://host:port`; what else a URL can hold has no meaning here."""
    try:
        parts = urlsplit(text)
        bare = not (parts.username or parts.password or parts.query or parts.fragment or parts.path.strip("/"))
        right = parts.scheme == "https" and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is none, or half an IPv6 address
        bare = right = False
    if not bare or not right or re.search(r"\s", text):
        raise ValueError("must be https://host or https://host:port, without path, user or query")
    return text


def _address(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        raise ValueError("must be an IP address; a name belongs into endpoint") from None


def _name(text: str) -> str:
    if not re.fullmatch(r"[0-9A-Za-z][0-9A-Za-z._-]{0,62}", text):
        raise ValueError(
            "must be 1 to 63 letters, digits, dots, dashes and underscores, starting with one of the first"
        )
    return text


def _some_text(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be empty")
    return text


type Text = Annotated[str, AfterValidator(_some_text), Field(json_schema_extra={"pattern": r"\S"})]

type Name = Annotated[
    str, AfterValidator(_name), Field(json_schema_extra={"pattern": r"^[0-9A-Za-z][0-9A-Za-z._-]{0,62}$"})
]

type VersionText = Annotated[str, AfterValidator(_version), Field(json_schema_extra={"pattern": VERSION_PATTERN})]

type SecretName = Annotated[
    str, AfterValidator(_secret), Field(json_schema_extra={"pattern": r"^kv:[0-9A-Za-z-]{1,127}$"})
]

type SecretPattern = Annotated[
    str, AfterValidator(_secret_pattern), Field(json_schema_extra={"pattern": r"^kv:([0-9A-Za-z-]|\{cloud\})+$"})
]

type Thumbprint = Annotated[
    str,
    AfterValidator(_thumbprint),
    Field(json_schema_extra={"pattern": "^([0-9A-Fa-f]{2}:?){31}[0-9A-Fa-f]{2}$"}),
]

type HttpsHost = Annotated[
    str, AfterValidator(_https_host), Field(json_schema_extra={"pattern": r"^https://[^/?#@\s]+/?$"})
]

type Address = Annotated[str, AfterValidator(_address)]

type Port = Annotated[int, Field(ge=1, le=65535)]
