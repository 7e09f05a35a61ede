"""Callers as the platform in front of the app tells of them."""

import json
from base64 import b64encode

from shared.api.principal import HEADER
from shared.model.caller import Role

TENANT = "9f0d6a3e-0000-4000-8000-000000000001"


def claim(kind: str, value: str) -> dict[str, str]:
    """One claim of a token."""
    return {"typ": kind, "val": value}


def principal(name: str, *roles: Role, groups: tuple[str, ...] = ()) -> dict[str, str]:
    """The header of somebody with these roles; their object id comes from their name."""
    claims = [
        claim("http://schemas.microsoft.com/identity/claims/objectidentifier", object_id(name)),
        claim("http://schemas.microsoft.com/identity/claims/tenantid", TENANT),
        claim("preferred_username", name),
        *(claim("roles", role.value) for role in roles),
        *(claim("groups", group) for group in groups),
    ]
    return header({"auth_typ": "aad", "claims": claims, "name_typ": "name", "role_typ": "roles"})


def header(document: object) -> dict[str, str]:
    """The header with this document in it."""
    return {HEADER: b64encode(json.dumps(document).encode()).decode()}


def object_id(name: str) -> str:
    """An object id that no other name has."""
    return f"00000000-0000-4000-8000-{name.encode().hex()[:12]:0<12}"
