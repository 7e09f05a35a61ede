"""The vendor procedure's prechecks: pure functions of facts and target, one file per check."""

from shared.checks.order import CHECKS
from shared.checks.run import WAIVABLE, run_checks

__all__ = ["CHECKS", "WAIVABLE", "run_checks"]
