"""The doctor at vCenters: one line for each check, a remedy for each fault, and one failed log-in at most."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cli.doctor_managers import Looking
from cli.doctor_vcenters import vcenters
from shared.hcx.contract.contact import FirstContact
from shared.model.inventory import Reach
from shared.model.policy import SnapshotPolicy
from shared.rules.doctor import Line, State
from simulator.vcenter.build import available
from tests.cli.doctor_world import Surgery, surgery
from tests.vsphere.conftest import PASSWORD, Named, Site

pytestmark = pytest.mark.skipif(not available(), reason="no vCenter peer, and none can be built: run make vcenter")

WORLD = """\
start: 2026-11-24T06:00:00Z
confirmations: false
subscriptions: [{name: sub-a}]
connectors:
  - {name: con, hcx: "4.11.2"}
  - {name: con-b, hcx: "4.11.2"}
  - {name: con-plain, hcx: "4.11.2"}
vcenters: [{name: vc, serves: [con, con-b]}]
policy:
  target: {version: "4.11.4"}
  snapshots: {connectors: vcenter}
faults: [FAULTS]
"""
ABOUT = "vCenter of con"


def said(folder: Path, *faults: str, **more: Any) -> dict[tuple[str, str], Line]:
    """What the doctor says of the vCenters in a world with these faults."""
    with surgery(folder, text(*faults)) as served:
        return of_vcenters(served, **more)


def text(*faults: str) -> str:
    """The world with these faults."""
    return WORLD.replace("FAULTS", ", ".join(f"{{name: {one}}}" for one in faults))


def of_vcenters(served: Surgery, **more: Any) -> dict[tuple[str, str], Line]:
    """What the doctor says of the vCenters."""
    return {key: line for key, line in served.said(**more).items() if line.about.startswith("vCenter")}


@pytest.fixture
def lines(tmp_path: Path) -> dict[tuple[str, str], Line]:
    """What it says of a world in which all is well."""
    return said(tmp_path)


def test_where_all_is_well(lines: dict[tuple[str, str], Line]) -> None:
    """Every check of each named vCenter is good by the world's own clock; one that nobody named has no line."""
    checks = ["reachable", "certificate", "account", "clock", "machine", "snapshot", "privileges", "plug-ins", "alarms"]

    assert list(lines) == [(about, check) for about in (ABOUT, "vCenter of con-b") for check in checks]
    assert {line.state for line in lines.values()} == {State.OK}


@pytest.mark.parametrize(
    ("fault", "check", "state", "detail"),
    [
        ("vcenter_refused", "reachable", State.FAILED, "refuses connections"),
        ("vcenter_silent", "reachable", State.FAILED, "does not answer on port"),
        ("vcenter_other_ca_certificate", "certificate", State.FAILED, "not trusted"),
        ("vcenter_stale_password", "account", State.FAILED, "secret vcenter-vc was refused"),
        ("vcenter_two_machines", "machine", State.FAILED, "2 machines have the address"),
        ("vcenter_no_snapshot_privileges", "privileges", State.WARNING, "VirtualMachine.State.CreateSnapshot"),
        ("vcenter_consolidation_needed", "snapshot", State.WARNING, "need consolidation"),
        ("vcenter_snapshot_chain", "snapshot", State.WARNING, "3 snapshots in a row"),
        ("vcenter_datastore_full", "snapshot", State.WARNING, "5 GiB free"),
        ("vcenter_red_alarm", "alarms", State.WARNING, "on hcx-con"),
    ],
)
def test_each_fault(tmp_path: Path, fault: str, check: str, state: State, detail: str) -> None:
    """Every kind of trouble is found where it is, with what to do; nothing else of that vCenter is called bad."""
    found = said(tmp_path, fault)
    line = found[ABOUT, check]
    bad = {key for key, one in found.items() if one.about == ABOUT and one.state in {State.WARNING, State.FAILED}}

    assert (line.state, detail in line.detail, bool(line.remedy)) == (state, True, True), line
    assert bad == {(ABOUT, check)}


def test_a_second_machine_is_found_where_it_is(tmp_path: Path) -> None:
    """Of two managers in one vCenter only the one whose address is told twice is not found."""
    found = said(tmp_path, "vcenter_two_machines")

    assert [found[about, "machine"].state for about in (ABOUT, "vCenter of con-b")] == [State.FAILED, State.OK]


def test_without_logging_in(tmp_path: Path) -> None:
    """With --no-login the certificate is looked at, and the rest is said to be left out."""
    found = said(tmp_path, login=False)

    assert found[ABOUT, "certificate"].state is State.OK
    left = [one for one in found.values() if one.state is State.NOT_CHECKED]
    assert {one.detail for one in left} == {"--no-login was given"}
    assert len(found) == 6


def test_an_account_is_refused_once(site: Site, named: Named) -> None:
    """However often the doctor looks, a refused password reaches the vCenter once, and a new version of it does."""
    vcenter = site.vcenter()
    manager = named(vcenter)
    site.secrets.password = "not-the-right-one"  # noqa: S105 -- of a simulated vCenter
    with closing(FirstContact(clock=site.clock, secrets=site.secrets, breaker=site.store)) as contact:
        looking = Looking(contact=contact, time=site.clock, not_logging_in="", vcenters=site.sessions())

        def look() -> dict[str, Line]:
            found = vcenters(looking, (manager,), SnapshotPolicy(), lambda _: None)
            return {line.check: line for line in found}

        refused = [look()["account"].state for _ in range(3)]
        tried = vcenter.calls("Login")
        site.secrets.password, site.secrets.version = PASSWORD, "2"
        taken = look()

    assert (refused, tried) == ([State.FAILED] * 3, 1)
    assert (taken["account"].state, vcenter.calls("Login"), vcenter.calls("Logout")) == (State.OK, 2, 1)
    assert PASSWORD not in repr(taken)


def test_looking_changes_nothing(site: Site, named: Named) -> None:
    """No call that changes anything is made."""
    vcenter = site.vcenter()
    with closing(FirstContact(clock=site.clock, secrets=site.secrets, breaker=site.store)) as contact:
        looking = Looking(contact=contact, time=site.clock, not_logging_in="", vcenters=site.sessions())
        assert len(list(vcenters(looking, (named(vcenter),), SnapshotPolicy(), lambda _: None))) > 5
        called = vcenter.state()["calls"]

    assert [one for one in called if one.endswith("_Task")] == []
    assert set(called) <= READS


READS = {
    "RetrieveServiceContent", "Login", "Logout", "CurrentTime", "RetrievePropertiesEx", "RetrieveProperties",
    "FindAllByIp", "CreateContainerView", "DestroyView", "CreateCollectorForTasks", "ReadNextTasks", "DestroyCollector",
    "HasPrivilegeOnEntities", "Fetch",
}  # fmt: skip
"""Everything that one look may call: what it makes in vCenter is views and collectors, which end with the log-in."""


def test_a_site_that_is_left_alone_is_left_alone_here_too(site: Site, named: Named) -> None:
    """Where people look at a manager, hcx-fleet does not go to its vCenter either."""
    vcenter = site.vcenter()
    manager = replace(named(vcenter), reach=Reach.MANUAL)
    with closing(FirstContact(clock=site.clock, secrets=site.secrets, breaker=site.store)) as contact:
        looking = Looking(contact=contact, time=site.clock, not_logging_in="", vcenters=site.sessions())

        assert list(vcenters(looking, (manager,), SnapshotPolicy(), lambda _: None)) == []
    assert vcenter.state()["calls"] == {}
