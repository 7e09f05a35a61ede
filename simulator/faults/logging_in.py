"""Faults of accounts, sessions and roles."""

from collections import Counter
from contextlib import AbstractContextManager

from simulator.faults.bends import instead, reads, route_of
from simulator.faults.changing import after_upgrade, altered, bent
from simulator.http.hcx import failure
from simulator.http.hcx_service import TOKEN
from simulator.http.message import Onward, Request, Response
from simulator.state import Account, Manager, World

TOKEN_USES = 8


def stale(world: World, account: Account) -> AbstractContextManager[None]:
    """The password was changed, and the published secret was not."""
    return altered(account, password=world.ids.secret("rotated password", account.secret))


def locked(_world: World, account: Account) -> AbstractContextManager[None]:
    """Too many failed log-ins of somebody else."""
    return altered(account, failed=account.lock_after)


def short_sessions(world: World, manager: Manager) -> AbstractContextManager[None]:
    """A token ends after a few calls."""
    used: Counter[str] = Counter()

    def bend(request: Request, onward: Onward) -> Response:
        token = request.headers.get(TOKEN, "")
        used[token] += 1
        if used[token] > TOKEN_USES:
            manager.sessions.pop(token, None)
        return onward(request)

    return bent(world, bend, manager.service_endpoint)


def no_sessions(world: World, manager: Manager) -> AbstractContextManager[None]:
    """Log-ins go well, and no token is ever good."""

    def bend(request: Request, onward: Onward) -> Response:
        if reads(request):
            manager.sessions.clear()
        return onward(request)

    return bent(world, bend, manager.service_endpoint)


def no_role(world: World, manager: Manager) -> AbstractContextManager[None]:
    """The user is known and has no role."""

    def bend(request: Request, onward: Onward) -> Response:
        answer = onward(request)
        good = reads(request) and answer.status != 401  # noqa: PLR2004 -- no session comes before no role
        return failure(403, "FORBIDDEN", "the user has no HCX role") if good else answer

    return bent(world, bend, manager.service_endpoint)


def nobody_gets_in(world: World, manager: Manager) -> AbstractContextManager[None]:
    """After its next upgrade no log-in goes well."""
    refused = instead(
        world,
        lambda: failure(401, "UNAUTHORIZED", "invalid user name or password"),
        lambda request: route_of(request) == "login",
    )
    return after_upgrade(world, manager, lambda: bent(world, refused, manager.service_endpoint))
