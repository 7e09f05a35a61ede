"""The list of checks: its ids are a contract, and each check is one documented file."""

from importlib import import_module
from pkgutil import iter_modules

import pytest

import shared.checks
from shared.checks import CHECKS, run_checks
from shared.checks.interface import Check, Concern
from shared.model.finding import BLOCKING
from shared.rules.safety import CONVERGED
from tests.checks.case_notation import Case

CONTRACT = """
not-held                 manager mesh
manager-alive            manager mesh
cloud-provisioned        manager mesh
upgrade-path             manager
managers-at-target       mesh
no-other-upgrade         manager mesh
vcenter-connection       manager
nsx-connection           manager
services-running         manager mesh
site-pairs-healthy       manager mesh
interconnect-in-sync     manager mesh
tunnels-up               mesh
appliances-known         mesh
migrations-running       manager mesh
replications-running     manager mesh
services-to-remove       manager
paired-versions          manager
photon                   manager
compatibility            manager
backup-known             manager
snapshot-known           manager
"""
every_check = pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)


def test_ids_and_concerns_are_the_contract() -> None:
    """Reports, world files and waivers name checks by these ids, and operators know this order."""
    lines = [line.split() for line in CONTRACT.strip().splitlines()]

    assert [(check.id, check.concerns) for check in CHECKS] == [
        (name, frozenset(map(Concern, concerns))) for name, *concerns in lines
    ]


def test_every_check_is_one_file_in_the_list() -> None:
    """A file with a check that is not in the tuple would be a check that never runs."""
    modules = {one.name: import_module(f"shared.checks.{one.name}") for one in iter_modules(shared.checks.__path__)}
    found = {name: module.CHECK for name, module in modules.items() if hasattr(module, "CHECK")}

    assert set(found) == {check.id.replace("-", "_") for check in CHECKS}
    assert all(found[check.id.replace("-", "_")] is check for check in CHECKS)


@every_check
def test_the_docstring_is_the_documentation(check: Check) -> None:
    """A check's function begins with one sentence that says what should be true, and goes on with why."""
    first, _, rest = (check.judge.__doc__ or "").partition("\n")

    assert first.endswith(".")
    assert rest.strip()


@every_check
def test_links_are_addresses(check: Check) -> None:
    """Every check points at a vendor's page."""
    assert check.link.startswith("https://")


def test_what_makes_converged_is_there() -> None:
    """The checks that a hand-over waits for exist, and each of them can block."""
    by_id = {check.id: check for check in CHECKS}

    assert by_id.keys() >= CONVERGED
    assert all(by_id[name].verdicts & BLOCKING for name in CONVERGED)


@pytest.mark.parametrize("concern", Concern)
def test_the_healthy_fleet_is_not_blocked(concern: Concern) -> None:
    """On a fleet that is well, nothing blocks either kind of task."""
    case = Case.model_validate(
        {
            "about": "The healthy fleet.",
            "concern": concern.value,
            "expect": [],
            "given": {"con-lyon": {"protection": {}}},
        }
    )

    assert [one for one in run_checks(case.context(), concern) if one.blocks] == []
