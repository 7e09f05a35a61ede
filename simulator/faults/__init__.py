"""Named faults of the world: `FAULTS` is all of them, docs/faults.md explains each."""

from simulator.faults.fault import Duty, Fault, On
from simulator.faults.registry import FAULTS, NAMED
from simulator.faults.schedule import EVERY, begin_faults

__all__ = ["EVERY", "FAULTS", "NAMED", "Duty", "Fault", "On", "begin_faults"]
