"""What one look at a vCenter observes."""

import socket
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import trustme
from pyVmomi import vim

from shared.model.codec import from_json, to_json
from shared.model.inventory import Endpoint, Manager, Trust
from shared.model.vcenter import VcenterFacts
from shared.model.version import Version
from shared.vsphere.connection import connected
from simulator.vcenter.content import Machine
from simulator.vcenter.launch import RunningVcenter
from tests.vsphere.conftest import ADDRESS, MACHINE, PASSWORD, Named, Site, manager_at

GIB = 2**30
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def facts(site: Site, manager: Manager) -> VcenterFacts:
    """One look."""
    found = site.reader().facts(manager)
    assert found is not None
    return found


def test_a_healthy_vcenter_leaves_no_gap(site: Site, named: Named) -> None:
    """Every part is observed, and the record survives its JSON."""
    seen = facts(site, named(site.vcenter()))

    assert seen.gaps == ()
    assert from_json(VcenterFacts, to_json(seen)) == seen
    assert seen.about is not None
    assert (seen.about.version, seen.about.build) == ("8.0.3", "24322831")
    assert seen.plugins is not None
    assert {one.key: str(one.version) for one in seen.plugins} == {
        "com.vmware.hybridity": "4.11.2.0",
        "com.vmware.hybridity.dr": "4.11.2.0",
    }
    assert seen.machine is not None
    assert (seen.machine.name, seen.machine.instance_uuid) == ("hcx-connector", "5001aaaa-0000")
    assert (seen.machine.snapshots, seen.machine.chain, seen.machine.provisioned_bytes) == ((), 0, 60 * GIB)
    assert (seen.tasks, seen.alarms, seen.rules, seen.missing_privileges) == ((), (), (), ())


def test_a_manager_without_a_vcenter_has_no_facts_of_one(site: Site) -> None:
    """Nobody is asked, and nothing is made up."""
    manager = replace(manager_at(1, Trust()), vcenter=None)

    assert site.reader().facts(manager) is None
    assert site.reader().plugins(manager) is None


def test_plugins_take_a_new_version(site: Site, named: Named) -> None:
    """After an upgrade the plug-ins say the new version, and when they were alive."""
    vcenter = site.vcenter()
    vcenter.register({"com.vmware.hybridity": "4.11.4.0"}, datetime(2026, 11, 24, 7, tzinfo=UTC))

    found = site.reader().plugins(named(vcenter))

    assert isinstance(found, tuple)
    assert (found[0].version, found[0].heartbeat) == (Version("4.11.4.0"), datetime(2026, 11, 24, 7, tzinfo=UTC))


def test_foreign_extensions_are_left_out(site: Site, named: Named) -> None:
    """Only keys with HCX's prefixes count."""
    vcenter = site.vcenter()
    vcenter.register({"com.vmware.vcenter.iso": "1.0", "com.vmware.hcsp.alarm": "4.11.2.0"}, datetime.now(UTC))

    found = site.reader().plugins(named(vcenter))

    assert isinstance(found, tuple)
    assert "com.vmware.hcsp.alarm" in {one.key for one in found}
    assert "com.vmware.vcenter.iso" not in {one.key for one in found}


@pytest.mark.parametrize(
    ("change", "machines"),
    [
        (lambda vcenter: vcenter.add(Machine(name="twin", ip=ADDRESS, uuid="u", instance_uuid="i")), "2 machines"),
        (lambda vcenter: vcenter.deploy_anew("hcx-connector", "5001bbbb-0000"), None),
    ],
)
def test_the_machine_is_found_exactly_once(
    site: Site, named: Named, change: Callable[[RunningVcenter], None], machines: str | None
) -> None:
    """Two machines of one address are nobody's; one that was deployed anew is another machine."""
    vcenter = site.vcenter()
    before = facts(site, named(vcenter)).machine
    change(vcenter)
    seen = facts(site, named(vcenter))

    if machines:
        assert seen.machine is None
        assert [(gap.part, gap.reason) for gap in seen.gaps] == [("machine", "machine-not-found")]
        assert machines in seen.gaps[0].detail
        assert "twin" in seen.gaps[0].detail
    else:
        assert seen.machine is not None
        assert before is not None
        assert seen.machine.instance_uuid == "5001bbbb-0000"
        assert seen.machine.reference != before.reference


def test_no_machine_of_that_address_is_a_gap(site: Site, named: Named) -> None:
    """A manager that this vCenter does not hold is not taken for another one."""
    seen = facts(site, named(site.vcenter(replace(MACHINE, ip="10.20.0.6"))))

    assert (seen.machine, seen.missing_privileges) == (None, None)
    assert [gap.part for gap in seen.gaps] == ["machine"]


def test_running_moves_are_seen_and_ended_ones_are_not(site: Site, named: Named) -> None:
    """A relocation is told with whose it is; other kinds of tasks are nobody's concern."""
    vcenter = site.vcenter()
    vcenter.begin_task("hcx-connector", "VirtualMachine.relocate", "LYON\\hcx-svc")
    vcenter.begin_task("hcx-connector", "VirtualMachine.rename", "LYON\\somebody")

    tasks = facts(site, named(vcenter)).tasks
    assert tasks is not None
    assert [(one.description, one.machine, one.user, one.running) for one in tasks] == [
        ("VirtualMachine.relocate", "hcx-connector", "LYON\\hcx-svc", True)
    ]

    vcenter.end_tasks()
    assert facts(site, named(vcenter)).tasks == ()


def test_tasks_that_hcx_declares_as_its_own_are_seen(site: Site, named: Named) -> None:
    """A type of task that an extension of HCX declares counts, whatever it does; another extension's does not."""
    vcenter = site.vcenter()
    manager = named(vcenter)
    assert manager.vcenter is not None
    with connected(manager.vcenter, "svc", PASSWORD, 3.0) as connection:
        for key in ("com.vmware.hybridity.mobility", "com.example.backup"):
            declared = vim.Extension.TaskTypeInfo(taskID=f"{key}.work")
            text = vim.Description(label=key, summary=key)
            made = vim.Extension(key=key, version="1", description=text, lastHeartbeatTime=NOON, taskList=[declared])
            connection.content.extensionManager.RegisterExtension(made)
    vcenter.begin_task("hcx-connector", "com.vmware.hybridity.mobility.work", "com.vmware.hybridity")
    vcenter.begin_task("hcx-connector", "com.example.backup.work", "com.example.backup")

    tasks = facts(site, manager).tasks

    assert tasks is not None
    assert [one.description for one in tasks] == ["com.vmware.hybridity.mobility.work"]


def test_a_manager_without_an_address_is_looked_for_by_name(site: Site, named: Named) -> None:
    """The machine is the one whose guest reports that name; where none does, the gap says what was looked for."""
    manager = named(site.vcenter(replace(MACHINE, dns_name="hcx.lyon.test")))
    by_name = facts(site, replace(manager, endpoint=Endpoint(host="hcx.lyon.test")))
    [gap] = facts(site, replace(manager, endpoint=Endpoint(host="hcx.oslo.test"))).gaps

    assert by_name.machine is not None
    assert by_name.machine.name == "hcx-connector"
    assert (gap.part, gap.reason) == ("machine", "machine-not-found")
    assert "0 machines have the name hcx.oslo.test" in gap.detail


def test_alarms_room_and_privileges(site: Site, named: Named) -> None:
    """What is red, how much is free, and what the account lacks."""
    vcenter = site.vcenter(replace(MACHINE, managed_by_hcx=True))
    vcenter.raise_alarm("HCX Interconnect tunnel status", machine="hcx-connector")
    vcenter.free_space(7)
    vcenter.maintenance(on=True)
    vcenter.deny(["VirtualMachine.State.RemoveSnapshot"])

    seen = facts(site, named(vcenter))

    assert seen.alarms is not None
    assert [(one.name, one.entity, one.status) for one in seen.alarms] == [
        ("HCX Interconnect tunnel status", "hcx-connector", "red")
    ]
    assert seen.room is not None
    assert (seen.room.hosts, seen.room.hosts_in_maintenance, seen.room.free_bytes) == (2, 1, 7 * GIB)
    assert seen.room.largest_appliance_bytes == 60 * GIB
    assert seen.missing_privileges == ("VirtualMachine.State.RemoveSnapshot",)


# --- who must not be trusted, and who does not answer -----------------------------------------------------------------


def test_a_pinned_certificate_is_enough(site: Site) -> None:
    """A thumbprint stands for name and authority."""
    vcenter = site.vcenter(ca=trustme.CA())

    assert facts(site, manager_at(vcenter.port, Trust(thumbprint=site.thumbprint))).gaps == ()


@pytest.mark.parametrize("wrong", ["authority", "name", "thumbprint"])
def test_a_wrong_certificate_gets_no_password(site: Site, named: Named, wrong: str) -> None:
    """Another authority, name or thumbprint: nothing is sent, and the remedy says to compare."""
    vcenter = site.vcenter(
        host="vc.elsewhere.test" if wrong == "name" else "vc.lyon.test",
        ca=trustme.CA() if wrong == "authority" else None,
    )
    manager = manager_at(vcenter.port, Trust(thumbprint="0" * 64)) if wrong == "thumbprint" else named(vcenter)

    seen = facts(site, manager)

    assert [(gap.part, gap.reason) for gap in seen.gaps] == [("vcenter", "certificate")]
    assert "thumbprint" in seen.gaps[0].remedy
    assert vcenter.calls("Login") == 0


def test_silence_after_the_connection_ends_in_time(site: Site) -> None:
    """A peer that takes the connection and says nothing costs a time-out and no more."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        manager = manager_at(listener.getsockname()[1], Trust(ca_file=site.ca_file))
        found = site.reader(seconds=0.5).facts(manager)

    assert found is not None
    assert [(gap.part, gap.reason) for gap in found.gaps] == [("vcenter", "unreachable")]


def test_silence_after_a_call_ends_in_time(site: Site, named: Named) -> None:
    """A vCenter that takes calls and answers none is unreachable, and the secret is as untried as before."""
    vcenter = site.vcenter()
    vcenter.keep_silent(on=True)

    found = site.reader(seconds=0.5).facts(named(vcenter))

    assert found is not None
    assert [gap.reason for gap in found.gaps] == ["unreachable"]
    vcenter.keep_silent(on=False)
    assert facts(site, named(vcenter)).gaps == ()


def test_a_wrong_password_is_tried_once(site: Site, named: Named) -> None:
    """The breaker opens at the first refusal and stays open, for every adapter over that store; a new version helps."""
    vcenter = site.vcenter()
    site.secrets.password = "stale"  # noqa: S105 -- a wrong one

    for _ in range(3):
        assert [gap.reason for gap in facts(site, named(vcenter)).gaps] == ["login-refused"]
    assert vcenter.calls("Login") == 1
    assert [one.secret for one in site.store.breakers()] == ["lyon-vc"]

    site.secrets.password, site.secrets.version = PASSWORD, "2"
    assert facts(site, named(vcenter)).gaps == ()


def test_every_log_in_is_followed_by_a_log_out(site: Site, named: Named) -> None:
    """A vCenter has a limited number of sessions."""
    vcenter = site.vcenter()
    for _ in range(3):
        facts(site, named(vcenter))

    assert vcenter.calls("Login") == vcenter.calls("Logout") == 3


def test_no_password_in_what_is_kept(site: Site, named: Named) -> None:
    """Facts, breaker and errors hold no secret."""
    vcenter = site.vcenter()
    manager = named(vcenter)
    assert manager.vcenter is not None
    kept = [repr(facts(site, manager)), repr(site.store.breakers()), repr(manager)]

    assert not any(PASSWORD in text for text in kept)
