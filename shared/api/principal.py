"""The header in which the platform says who calls: Base64 of JSON, with the claims of their token.

Its form, and that nobody outside can set it while the platform asks callers, are documented by Microsoft ("Work with
user identities in Azure App Service authentication"). Names of claims are those that its mapping gives tokens of Entra
ID, and those of the tokens themselves, of either version.
"""

import re
import unicodedata
from base64 import b64decode
from collections.abc import Iterable
from typing import Final

from pydantic import BaseModel, ConfigDict, StrictStr, ValidationError

from shared.model.caller import Caller, Role, Way

HEADER: Final = "x-ms-client-principal"
ENTRA: Final = "aad"
"""What the platform calls Entra ID. Another provider has no app roles, and may let people choose what it says."""

LENGTH_MAX = 65_536
"""Characters of the header: more than the claims of a token with as many groups as Entra ID puts into one."""
NAME_MAX = 200

_ID = ("http://schemas.microsoft.com/identity/claims/objectidentifier", "oid")
_TENANT = ("http://schemas.microsoft.com/identity/claims/tenantid", "tid")
_NAME = ("preferred_username", "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn", "upn")
"""Not `name`: people may choose that, and policy names approvers by what this finds."""
_APPLICATION = ("azp", "appid")
_SCOPE = ("scp", "http://schemas.microsoft.com/identity/claims/scope")
"""Of a token that an application has in somebody's name: that person is not the application."""
_ROLE = ("roles", "http://schemas.microsoft.com/ws/2008/06/identity/claims/role")
_GROUP = ("groups",)
_GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


class PrincipalUnreadableError(ValueError):
    """The header does not say who calls; the message says why, without what it holds."""


class _Claim(BaseModel):
    model_config = ConfigDict(frozen=True)

    typ: StrictStr
    val: StrictStr


class _Principal(BaseModel):
    model_config = ConfigDict(frozen=True)

    auth_typ: StrictStr
    claims: tuple[_Claim, ...]


def caller_in(header: str) -> Caller:
    """Who the platform says calls.

    Raises:
        PrincipalUnreadableError: it does not say so, or not in the form that it is documented to have.
    """
    found = _read(header)
    if found.auth_typ != ENTRA:
        raise PrincipalUnreadableError("the caller is not signed in with Entra ID")
    who, tenant = _guid(found.claims, _ID), _guid(found.claims, _TENANT)
    if not who or not tenant:
        raise PrincipalUnreadableError("the token holds no object id, or no tenant id")
    held = {claim.val for claim in found.claims if claim.typ in _ROLE}
    return Caller(
        way=Way.PLATFORM,
        roles=frozenset(role for role in Role if role.value in held),
        id=who,
        tenant=tenant,
        name=_name(found.claims) or who,
        groups=tuple(claim.val.strip().lower() for claim in found.claims if claim.typ in _GROUP),
    )


def _read(header: str) -> _Principal:
    if len(header) > LENGTH_MAX:
        raise PrincipalUnreadableError("the header is longer than any that the platform writes")
    try:
        return _Principal.model_validate_json(b64decode(header, validate=True))
    except ValidationError:
        raise PrincipalUnreadableError("the header is not the JSON that the platform writes") from None
    except ValueError:  # not Base64, or not even ASCII
        raise PrincipalUnreadableError("the header is not Base64") from None


def _first(claims: Iterable[_Claim], types: tuple[str, ...]) -> str:
    """What the first of these claims says that is there, in their order."""
    told = {claim.typ: claim.val for claim in reversed(tuple(claims)) if claim.typ in types}
    return next((told[one] for one in types if one in told), "")


def _guid(claims: Iterable[_Claim], types: tuple[str, ...]) -> str:
    said = _first(claims, types).lower()
    return said if _GUID.fullmatch(said) else ""


def _name(claims: tuple[_Claim, ...]) -> str:
    """As one line of what can be seen: it ends up in journals, reports and notices."""
    said = _first(claims, _NAME) or ("" if _first(claims, _SCOPE) else _first(claims, _APPLICATION))
    shown = "".join(one if unicodedata.category(one)[0] not in "CZ" else " " for one in said)
    return " ".join(shown.split())[:NAME_MAX]
