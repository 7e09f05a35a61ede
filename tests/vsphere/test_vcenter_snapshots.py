"""One snapshot of a name, once, and nothing of anybody else's."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from shared.model.acts import Adopted, AskAgain, Refused, Started, Uncertain
from shared.model.snapshots import SnapshotState
from shared.vsphere.connection import classified
from shared.vsphere.errors import SessionLostError, UncertainChangeError
from shared.vsphere.look import Reader
from shared.vsphere.snapshots import _send
from simulator.vcenter.content import Machine
from simulator.vcenter.launch import RunningVcenter
from tests.vsphere.conftest import ADDRESS, MACHINE, Named, Site

NAME = "hcx-fleet run-1 manager:con-lyon"


def test_a_snapshot_is_taken_once(site: Site, named: Named) -> None:
    """A second take, from wherever, finds the first one by its name."""
    vcenter = site.vcenter()
    manager = named(vcenter)

    assert isinstance(site.snapshots().take(manager, NAME), Started)
    assert isinstance(site.snapshots().take(manager, NAME), Adopted)

    assert vcenter.snapshots("hcx-connector") == [NAME]
    assert vcenter.calls("CreateSnapshot_Task") == 1
    seen = site.snapshots().seen(manager, NAME)
    assert (seen.state, seen.made_at is not None) == (SnapshotState.THERE, True)


def test_only_ours_is_removed(site: Site, named: Named) -> None:
    """Names that merely begin alike stay, and a second removal sends nothing."""
    vcenter = site.vcenter()
    manager = named(vcenter)
    site.snapshots().take(manager, f"{NAME} and more")
    site.snapshots().take(manager, NAME)

    assert isinstance(site.snapshots().remove(manager, NAME), Started)
    assert vcenter.snapshots("hcx-connector") == [f"{NAME} and more"]
    assert isinstance(site.snapshots().remove(manager, NAME), Adopted)
    assert vcenter.calls("RemoveSnapshot_Task") == 1
    assert vcenter.calls("RemoveAllSnapshots_Task") == 0
    assert site.snapshots().seen(manager, NAME).state is SnapshotState.ABSENT


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda vc: vc.deny(["VirtualMachine.State.CreateSnapshot"]), "CreateSnapshot"),
        (lambda vc: vc.free_space(10), "GiB free"),
        (lambda vc: vc.begin_task("hcx-connector", "VirtualMachine.relocate", "LYON\\x"), "relocate"),
        (lambda vc: vc.add(Machine(name="twin", ip=ADDRESS, uuid="u", instance_uuid="i")), "2 machines"),
    ],
)
def test_nothing_is_sent_while_something_stands_in_the_way(
    site: Site, named: Named, change: Callable[[RunningVcenter], None], word: str
) -> None:
    """A missing privilege, too little space, a move at work, two machines of one address."""
    vcenter = site.vcenter()
    change(vcenter)

    act = site.snapshots().take(named(vcenter), NAME)

    assert isinstance(act, Refused)
    assert word in act.detail
    assert act.remedy
    assert vcenter.calls("CreateSnapshot_Task") == 0


def test_disks_and_chains_are_looked_at(site: Site, named: Named) -> None:
    """Disks that need consolidation or are independent, and long chains, are said all at once."""
    vcenter = site.vcenter(replace(MACHINE, consolidation_needed=True, independent_disk=True))

    act = site.snapshots().take(named(vcenter), NAME)

    assert isinstance(act, Refused)
    assert "consolidation" in act.detail
    assert "independent" in act.detail
    assert vcenter.calls("CreateSnapshot_Task") == 0


def test_a_third_snapshot_in_a_row_is_refused(site: Site, named: Named) -> None:
    """Two in a row are enough for any machine."""
    vcenter = site.vcenter()
    manager = named(vcenter)
    assert isinstance(site.snapshots().take(manager, "one"), Started)
    assert isinstance(site.snapshots().take(manager, "two"), Started)

    act = site.snapshots().take(manager, NAME)

    assert isinstance(act, Refused)
    assert "2 snapshots in a row" in act.detail


def test_without_an_answer_nobody_knows(site: Site, named: Named) -> None:
    """Silence before the change is no harm; a vCenter that goes silent is asked again later."""
    vcenter = site.vcenter()
    vcenter.keep_silent(on=True)

    act = site.snapshots().take(named(vcenter), NAME)

    assert isinstance(act, AskAgain | Uncertain)
    vcenter.keep_silent(on=False)
    assert vcenter.snapshots("hcx-connector") == []


def test_a_manager_without_a_vcenter_is_not_offered_any(site: Site, named: Named) -> None:
    """The reason says where to write it."""
    manager = replace(named(site.vcenter()), vcenter=None)

    assert "vcenter" in (site.snapshots().offered(manager) or "")
    assert isinstance(site.snapshots().take(manager, NAME), Refused)
    assert site.snapshots().seen(manager, NAME).state is SnapshotState.UNKNOWN


def test_a_change_without_an_answer_is_uncertain(site: Site, named: Named) -> None:
    """Once it was sent, silence says nothing: it is not sent again, and a look shows what became of it."""
    vcenter = site.vcenter()
    manager = named(vcenter)
    assert manager.vcenter is not None
    place = manager.vcenter
    with site.sessions(seconds=0.5).at(place) as connection:
        machine = Reader(connection, place.host).machine(ADDRESS)
        vcenter.keep_silent(on=True)
        with pytest.raises(UncertainChangeError):
            _send(place, lambda: machine.target.CreateSnapshot_Task(NAME, NAME, False, False))

    vcenter.keep_silent(on=False)
    assert site.snapshots().seen(manager, NAME).state is SnapshotState.ABSENT


def test_a_session_that_ends_in_the_middle_is_noticed(site: Site, named: Named) -> None:
    """Neither an error of a log-in that counts no more nor an empty answer is taken for a fact."""
    vcenter = site.vcenter()
    place = named(vcenter).vcenter
    assert place is not None
    with site.sessions().at(place) as connection:
        vcenter.end_sessions()
        with pytest.raises(SessionLostError), classified(place.host):
            Reader(connection, place.host).machine(ADDRESS)
    assert site.reader().plugins(named(vcenter))
