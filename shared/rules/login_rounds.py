"""In which order managers are logged in to, so that no account is tried twice with a stale password."""

from collections.abc import Iterable

from shared.model.orders import ManagerBrief


def login_rounds(managers: Iterable[ManagerBrief]) -> tuple[tuple[str, ...], ...]:
    """Two rounds of manager ids: one manager of each account, then all the others.

    The store's breaker alone would already keep a second try from happening; the rounds keep the others from having to
    wait for the first one in the middle of a pass.
    """
    first: dict[str, str] = {}
    rest: list[str] = []
    for manager in sorted(managers, key=lambda one: one.id):
        if manager.account in first:
            rest.append(manager.id)
        else:
            first[manager.account] = manager.id
    return tuple(members for members in (tuple(sorted(first.values())), tuple(rest)) if members)
