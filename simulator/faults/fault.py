"""What a named fault is."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from enum import StrEnum
from typing import Any

from shared.model.record import record
from simulator.state import World

type Effect = Callable[[World, Any], AbstractContextManager[None]]
"""Changes the world for one subject, and takes the change back where the fault ends."""


class Duty(StrEnum):
    """What whoever upgrades such a fleet has to do about it."""

    BEFORE = "detect before"
    SURVIVE = "survive"
    AFTER = "detect after"


class On(StrEnum):
    """What a fault is about."""

    MANAGER = "manager"
    MESH = "mesh"
    ACCOUNT = "account"
    CLOUD = "cloud"
    """A private cloud as Azure describes it."""
    SUBSCRIPTION = "subscription"
    ARM = "arm"
    """Azure Resource Manager as a whole: there is one, so that nothing has to be named."""
    VCENTER = "vcenter"
    """A vCenter of the world, where one can be had."""


@record
class Fault:
    """One way in which things go wrong."""

    name: str
    says: str
    """What happens, in one sentence."""
    on: On
    duty: Duty
    seen: str
    """What a plain visitor sees on the wire, in one sentence."""
    source: str
    """What it rests on."""
    effect: Effect
    whole_life: bool = False
    """Whether it is a property of the world that neither begins nor ends."""
