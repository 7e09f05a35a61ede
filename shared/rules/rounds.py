"""Rounds: which appliances of a mesh are in change at once, decided with the plan and never at night.

An interconnect goes alone, and before all others: migrations stop with it, and its tunnels have to stand before any
network is touched. Network extension appliances keep their order, fewest networks first, and each joins the round of
the one before it as long as the round stays within every limit. None is taken from further behind to fill one up: the
order is what keeps damage small.
"""

from collections.abc import Iterable
from dataclasses import replace

from shared.model.facts import ApplianceKind
from shared.model.ne_mode import ApplianceMode
from shared.model.record import record
from shared.rules.task_steps import Change


@record
class Limits:
    """What a round of network extension appliances has to keep."""

    together: int
    """How many appliances; the members of a high availability group are one."""
    networks: int | None = None
    """How many extended networks; None: any number."""
    in_service: int | None = None
    """How many that go in service, since each holds addresses of its own until it is done; None: nothing says."""


def in_rounds(changes: Iterable[Change], limits: Limits) -> tuple[Change, ...]:
    """The same changes in the same order, each with the number of its round, from 1.

    One that is beyond a limit by itself has a round of its own: whether it may go at all is decided elsewhere.
    """
    numbered: list[Change] = []
    for one in changes:
        number = numbered[-1].round if numbered else 0
        beside = [each for each in numbered if each.round == number]
        joins = bool(beside) and _fits((*beside, one), limits)
        numbered.append(replace(one, round=number if joins else number + 1))
    return tuple(numbered)


def _fits(several: tuple[Change, ...], limits: Limits) -> bool:
    extending = all(one.appliance.kind is ApplianceKind.NETWORK_EXTENSION for one in several)
    networks = sum(one.networks for one in several)
    in_service = sum(one.mode.mode is ApplianceMode.IN_SERVICE for one in several)
    return (
        extending
        and len(several) <= limits.together
        and (limits.networks is None or networks <= limits.networks)
        and (limits.in_service is None or in_service <= max(1, limits.in_service))
    )
