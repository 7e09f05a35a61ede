"""What a caller may do, and by which name it is written down."""

from collections.abc import Iterable

from shared.model.caller import Caller, Role, Way

_ENOUGH = {
    Role.READ: frozenset(Role),
    Role.OPERATE: frozenset({Role.OPERATE, Role.ADMIN}),
    Role.APPROVE: frozenset({Role.APPROVE}),
    Role.ADMIN: frozenset({Role.ADMIN}),
}
"""Each role, and those that are enough for it. Who steers runs does not let them go: that takes two people."""

UNNAMED = "somebody"


def may(caller: Caller, role: Role) -> bool:
    """Whether a caller may do what takes that role."""
    return not _ENOUGH[role].isdisjoint(caller.roles)


def said_by(caller: Caller, claimed: str | None) -> str:
    """The name under which a caller's words are kept: from the token, or what they call themselves where there is none.

    Args:
        caller: who calls.
        claimed: the name in the body; not looked at where a token says who they are.
    """
    if caller.way is Way.PLATFORM:
        return f"{caller.name} ({caller.id})"
    return claimed or UNNAMED


def recorded(caller: Caller, claimed: str | None) -> str:
    """The same with what it is worth: a name that nobody vouches for is a claim."""
    worth = {Way.PLATFORM: "", Way.KEY: " (function key, unauthenticated)", Way.LOCAL: " (unauthenticated)"}
    return said_by(caller, claimed) + worth[caller.way]


def speaks_for(caller: Caller, approver: str) -> bool:
    """Whether the token says that the caller is that person, or is in that group."""
    known = (caller.name, caller.id, *caller.groups)
    return approver.strip().casefold() in {one.casefold() for one in known if one}


def approver_for(caller: Caller, approvers: Iterable[str]) -> str:
    """The one of these people and groups that the token says the caller is, or belongs to; empty where it says none."""
    return next((one for one in approvers if speaks_for(caller, one)), "")
