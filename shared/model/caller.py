"""Who calls the HTTP API: how callers sign in, what one of them is known by, and what roles there are."""

from enum import StrEnum

from shared.model.record import record


class Way(StrEnum):
    """How callers sign in."""

    PLATFORM = "platform"
    """The platform in front of the app asks Entra ID who somebody is, and says so in a header."""
    KEY = "key"
    """A function key lets them in, and says nothing of who they are."""
    LOCAL = "local"
    """They are on this machine, and nobody asks them anything."""


class Role(StrEnum):
    """What somebody may do: the app roles of the app's registration in Entra ID."""

    READ = "Fleet.Read"
    OPERATE = "Fleet.Operate"
    """Start, steer and end runs."""
    APPROVE = "Fleet.Approve"
    """Let go and reject, which no other role may."""
    ADMIN = "Fleet.Admin"
    """What an operator may, and take leases away."""


@record
class SignIn:
    """How callers sign in, and how much each of them may ask for."""

    way: Way = Way.PLATFORM
    platform_asks: bool = False
    """Whether the platform says that it asks callers who they are; without that its header may be anybody's."""
    tenant: str = ""
    """Id of the only tenant whose callers are let in, in lower case; empty: whomever the platform lets in."""
    calls_per_minute: int = 1200
    """What one caller may spend in a minute: 1 for a read, more for what costs more."""


@record
class Caller:
    """Somebody who calls, as far as their way in shows it."""

    way: Way
    roles: frozenset[Role]
    id: str = ""
    """Object id in Entra ID, in lower case; empty where nobody asked."""
    tenant: str = ""
    name: str = ""
    """What people call them, such as `ann@contoso.example`; of an application the id of its registration."""
    groups: tuple[str, ...] = ()
    """Object ids of the groups that the token names."""

    @property
    def mark(self) -> str:
        """One word that no other caller has."""
        return f"{self.way.value}/{self.tenant}/{self.id}"


HERE = Caller(way=Way.LOCAL, roles=frozenset(Role))
"""Whoever sits at this machine."""
