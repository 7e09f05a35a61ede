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
not-held                  manager mesh
plan-approved             manager mesh
plan-holds                manager mesh
target-wanted             manager mesh
budget-left               manager mesh
window-fits               manager mesh
freeze-apart              manager mesh
manager-alive             manager mesh
accounts-usable           manager mesh
roles-mapped              manager mesh
services-running          manager mesh
no-other-upgrade          manager mesh
vcenter-connection        manager
nsx-connection            manager
credentials-kept          manager
certificate-lasts         manager mesh
thumbprint-stays          manager
clocks-agree              manager mesh
disk-space                manager
activation-lasts          manager
licence-lasts             manager
cloud-provisioned         manager mesh
endpoint-stays            manager mesh
azure-read                manager mesh
addon-settled             manager mesh
maintenances-known        manager mesh
maintenance-apart         manager mesh
enterprise-sites          manager
locks-allow               manager
upgrade-path              manager
managers-at-target        mesh
neighbours-at-target      mesh
target-usable             manager
target-supported          manager
target-patched            manager
compatibility             manager
bundle-uploadable         manager
bundle-ready              manager
services-to-remove        manager
photon                    manager
database-moves            manager
local-names               manager
local-mode                manager
started-by-hand           manager
passwords-change          manager
vcf-operations            manager
site-pairs-healthy        manager mesh
pairs-identified          manager
pairs-told-alike          manager
partners-answer           manager
paired-versions           manager
flag-day                  manager
vcenter-seen              manager mesh
plugins-agree             manager
machine-at-rest           manager
alarms-quiet              manager mesh
hcx-alarms-quiet          manager mesh
self-site-mesh            mesh
mesh-initiator            mesh
interconnect-in-sync      manager mesh
mesh-ends-agree           mesh
stale-jobs                manager mesh
interconnect-alone        mesh
tunnels-up                mesh
appliances-known          mesh
peers-known               mesh
appliances-behind         mesh
appliances-alike          mesh
appliances-skew           mesh
interconnect-leads        mesh
photon-appliances         mesh
update-offered            mesh
interconnect-certificates mesh
wan-optimization-gone     mesh
sentinel-gateways         mesh
ha-groups                 mesh
ha-failover               mesh
appliances-at-rest        mesh
appliance-hosts           mesh
hosts-in-service          mesh
placement-rules           mesh
redeploy-room             mesh
spare-addresses           mesh
spare-room                mesh
static-binding            mesh
extensions-placed         mesh
extensions-counted        mesh
extensions-realized       mesh
networks-per-appliance    mesh
networks-owned            mesh
network-names             mesh
optimized-networks        mesh
traffic-behind-tunnels    mesh
traffic-probed            mesh
migrations-running        manager mesh
replications-running      manager mesh
switchovers-scheduled     manager mesh
migrations-stuck          manager mesh
work-told-alike           manager mesh
backup-known              manager
snapshot-known            manager
snapshots-both-sides      manager
way-back-lasts            manager
snapshot-possible         manager
snapshot-rights           manager
snapshot-planned          manager
"""
every_check = pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)


def test_ids_and_concerns_are_the_contract() -> None:
    """Reports, world files and waivers name checks by these ids, in this order; new ones may stand between."""
    lines = [line.split() for line in CONTRACT.strip().splitlines()]

    promised = {name for name, *_ in lines}

    assert [(check.id, check.concerns) for check in CHECKS if check.id in promised] == [
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
