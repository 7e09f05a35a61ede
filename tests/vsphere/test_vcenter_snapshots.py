"""One snapshot of a name, once, and nothing of anybody else's."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from shared.model.acts import Adopted, AskAgain, Refused, Started, Uncertain
from shared.model.snapshots import SnapshotState
from shared.ports import NotSentError
from shared.vsphere.connection import classified
from shared.vsphere.errors import SessionLostError, UncertainChangeError
from shared.vsphere.look import Reader
from shared.vsphere.snapshots import _send
from simulator.vcenter.content import Machine
from simulator.vcenter.launch import RunningVcenter
from tests.builders.sending import Asked, at_once, kept_back
from tests.vsphere.conftest import ADDRESS, MACHINE, Named, Site

NAME = "hcx-fleet run-1 manager:con-lyon"


def test_a_snapshot_is_taken_once(site: Site, named: Named) -> None:
    """A second take, from wherever, finds the first one by its name."""
    vcenter = site.vcenter()
    manager = named(vcenter)
    machine = site.pin(manager)

    assert isinstance(site.snapshots().take(manager, NAME, at_once, machine), Started)
    assert isinstance(site.snapshots().take(manager, NAME, at_once, machine), Adopted)

    assert vcenter.snapshots("hcx-connector") == [NAME]
    assert vcenter.calls("CreateSnapshot_Task") == 1
    seen = site.snapshots().seen(manager, NAME, machine)
    assert (seen.state, seen.made_at is not None) == (SnapshotState.THERE, True)


def test_only_ours_is_removed(site: Site, named: Named) -> None:
    """Names that merely begin alike stay, and a second removal sends nothing."""
    vcenter = site.vcenter()
    manager = named(vcenter)
    machine = site.pin(manager)
    site.snapshots().take(manager, f"{NAME} and more", at_once, machine)
    site.snapshots().take(manager, NAME, at_once, machine)

    assert isinstance(site.snapshots().remove(manager, NAME, at_once, machine), Started)
    assert vcenter.snapshots("hcx-connector") == [f"{NAME} and more"]
    assert isinstance(site.snapshots().remove(manager, NAME, at_once, machine), Adopted)
    assert vcenter.calls("RemoveSnapshot_Task") == 1
    assert vcenter.calls("RemoveAllSnapshots_Task") == 0
    assert site.snapshots().seen(manager, NAME, machine).state is SnapshotState.ABSENT


def test_another_machine_under_the_same_name_is_left_alone(site: Site, named: Named) -> None:
    """Nothing is taken of it or removed from it, and its tree is no proof that ours is gone."""
    vcenter = site.vcenter()
    manager = named(vcenter)
    machine = site.pin(manager)
    assert isinstance(site.snapshots().take(manager, NAME, at_once, machine), Started)
    vcenter.deploy_anew("hcx-connector", "5001bbbb-0000")

    acts = (
        site.snapshots().take(manager, NAME, at_once, machine),
        site.snapshots().take(manager, f"{NAME} 2", at_once, machine),
        site.snapshots().remove(manager, NAME, at_once, machine),
    )

    for act in acts:
        assert isinstance(act, Refused)
        assert act.reason == "another-machine"
        assert "5001aaaa-0000" in act.detail
        assert "5001bbbb-0000" in act.detail
        assert "plan again" in act.remedy
    assert (vcenter.calls("CreateSnapshot_Task"), vcenter.calls("RemoveSnapshot_Task")) == (1, 0)
    assert site.snapshots().seen(manager, NAME, machine).state is SnapshotState.UNKNOWN


def test_without_a_pinned_machine_nothing_is_changed(site: Site, named: Named) -> None:
    """A plan that does not say which machine is meant changes none."""
    vcenter = site.vcenter()
    manager = named(vcenter)

    acts = (site.snapshots().take(manager, NAME, at_once), site.snapshots().remove(manager, NAME, at_once))

    assert [one.reason for one in acts if isinstance(one, Refused)] == ["another-machine"] * 2
    assert vcenter.calls("CreateSnapshot_Task") == 0
    assert site.snapshots().seen(manager, NAME).state is SnapshotState.UNKNOWN


def test_it_asks_once_right_before_each_change(site: Site, named: Named) -> None:
    """Where nothing is sent nobody is asked, and what is kept back at the last moment is not sent."""
    vcenter = site.vcenter()
    manager = named(vcenter)
    machine, snapshots = site.pin(manager), site.snapshots()
    taking = Asked(lambda: vcenter.calls("CreateSnapshot_Task"))
    removing = Asked(lambda: vcenter.calls("RemoveSnapshot_Task"))

    snapshots.remove(manager, NAME, removing, machine)
    with pytest.raises(NotSentError):
        snapshots.take(manager, NAME, kept_back, machine)
    for _ in range(2):
        snapshots.take(manager, NAME, taking, machine)
    with pytest.raises(NotSentError):
        snapshots.remove(manager, NAME, kept_back, machine)
    for _ in range(2):
        snapshots.remove(manager, NAME, removing, machine)

    assert (taking.before, removing.before) == ([0], [0])
    assert (vcenter.calls("CreateSnapshot_Task"), vcenter.calls("RemoveSnapshot_Task")) == (1, 1)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda vc: vc.deny(["VirtualMachine.State.CreateSnapshot"]), "CreateSnapshot"),
        (lambda vc: vc.deny(["VirtualMachine.State.RemoveSnapshot"]), "RemoveSnapshot"),
        (lambda vc: vc.free_space(10), "GiB free"),
        (lambda vc: vc.begin_task("hcx-connector", "VirtualMachine.relocate", "LYON\\x"), "relocate"),
        (lambda vc: vc.add(Machine(name="twin", ip=ADDRESS, uuid="u", instance_uuid="i")), "2 machines"),
    ],
)
def test_nothing_is_sent_while_something_stands_in_the_way(
    site: Site, named: Named, change: Callable[[RunningVcenter], None], word: str
) -> None:
    """A privilege that is missing, to take it or to remove it again; too little space, a move, two of one address."""
    vcenter = site.vcenter()
    machine = site.pin(named(vcenter))
    change(vcenter)

    act = site.snapshots().take(named(vcenter), NAME, at_once, machine)

    assert isinstance(act, Refused)
    assert word in act.detail
    assert act.remedy
    assert vcenter.calls("CreateSnapshot_Task") == 0


def test_disks_and_chains_are_looked_at(site: Site, named: Named) -> None:
    """Disks that need consolidation or are independent, and long chains, are said all at once."""
    vcenter = site.vcenter(replace(MACHINE, consolidation_needed=True, independent_disk=True))
    manager = named(vcenter)

    act = site.snapshots().take(manager, NAME, at_once, site.pin(manager))

    assert isinstance(act, Refused)
    assert "consolidation" in act.detail
    assert "independent" in act.detail
    assert vcenter.calls("CreateSnapshot_Task") == 0


def test_a_third_snapshot_in_a_row_is_refused(site: Site, named: Named) -> None:
    """Two in a row are enough for any machine."""
    vcenter = site.vcenter()
    manager = named(vcenter)
    machine = site.pin(manager)
    assert isinstance(site.snapshots().take(manager, "one", at_once, machine), Started)
    assert isinstance(site.snapshots().take(manager, "two", at_once, machine), Started)

    act = site.snapshots().take(manager, NAME, at_once, machine)

    assert isinstance(act, Refused)
    assert "2 snapshots in a row" in act.detail


def test_without_an_answer_nobody_knows(site: Site, named: Named) -> None:
    """Silence before the change is no harm; a vCenter that goes silent is asked again later."""
    vcenter = site.vcenter()
    machine = site.pin(named(vcenter))
    vcenter.keep_silent(on=True)

    act = site.snapshots().take(named(vcenter), NAME, at_once, machine)

    assert isinstance(act, AskAgain | Uncertain)
    vcenter.keep_silent(on=False)
    assert vcenter.snapshots("hcx-connector") == []


def test_a_manager_without_a_vcenter_is_not_offered_any(site: Site, named: Named) -> None:
    """The reason says where to write it."""
    manager = replace(named(site.vcenter()), vcenter=None)

    assert "vcenter" in (site.snapshots().offered(manager) or "")
    assert isinstance(site.snapshots().take(manager, NAME, at_once), Refused)
    assert site.snapshots().seen(manager, NAME).state is SnapshotState.UNKNOWN


def test_a_change_without_an_answer_is_uncertain(site: Site, named: Named) -> None:
    """Once it was sent, silence says nothing: it is not sent again, and a look shows what became of it."""
    vcenter = site.vcenter()
    manager = named(vcenter)
    pinned = site.pin(manager)
    assert manager.vcenter is not None
    place = manager.vcenter
    with site.sessions(seconds=0.5).at(place) as connection:
        machine = Reader(connection, place.host).machine(ADDRESS)
        vcenter.keep_silent(on=True)
        with pytest.raises(UncertainChangeError):
            _send(place, lambda: machine.target.CreateSnapshot_Task(NAME, NAME, False, False))

    vcenter.keep_silent(on=False)
    assert site.snapshots().seen(manager, NAME, pinned).state is SnapshotState.ABSENT


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
