"""In which order managers are read: no account is tried twice with a stale password, and connectors come first."""

from collections.abc import Iterable

from shared.model.orders import ManagerBrief


def login_rounds(managers: Iterable[ManagerBrief]) -> tuple[tuple[str, ...], ...]:
    """Rounds of manager ids: the connectors, then the cloud managers, of each one manager of each new account first.

    The store's breaker alone would already keep a second try from happening; the rounds keep the others from having to
    wait for the first one in the middle of a pass.
    """
    ordered = sorted(managers, key=lambda one: one.id)
    connectors = [one for one in ordered if one.connector]
    others = [one for one in ordered if not one.connector]
    known = frozenset(one.account for one in connectors)
    found = (*_first_and_rest(connectors, frozenset()), *_first_and_rest(others, known))
    return tuple(members for members in found if members)


def _first_and_rest(managers: Iterable[ManagerBrief], known: frozenset[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """One of each account that is not known yet, and all the others."""
    first: dict[str, str] = {}
    rest: list[str] = []
    for one in managers:
        if one.account in known or one.account in first:
            rest.append(one.id)
        else:
            first[one.account] = one.id
    return tuple(sorted(first.values())), tuple(rest)
