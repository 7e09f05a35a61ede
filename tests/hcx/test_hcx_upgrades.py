"""The two changes: looked at first, made once, never repeated."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from shared.model.acts import Act, Adopted, ApplianceWanted, AskAgain, Refused, Started, Uncertain
from shared.model.ne_mode import ApplianceMode
from shared.model.version import Version
from shared.ports import NotSentError
from tests.builders.sending import Asked, at_once, kept_back
from tests.hcx.hcx_peer import (
    APPLIANCES,
    IX,
    MESH,
    NO_UPGRADE,
    OLD,
    SUPPORT,
    TASKS,
    UPGRADE_APPLIANCE,
    V4_BUNDLE,
    V4_START,
    V4_STATUS,
    Answer,
    Got,
    Peer,
    Raw,
    Reply,
    Silence,
    appliance,
    healthy,
    of_version,
    said,
    task,
    upgrade,
)
from tests.hcx.hcx_site import Site

TARGET = Version("4.11.4")
NEW = {"major": 4, "minor": 11, "patch": 4, "build": 25000001}
type Given = Answer | Callable[[Got], Answer]
NINE: dict[str, Given] = {
    SUPPORT: of_version("9.1.0.0.25000000"),
    "GET /api/admin/system/upgrade": NO_UPGRADE,
    "GET /api/admin/system/upgrade/bundle": upgrade("SUCCESS", "9.1.1"),
    "POST /api/admin/system/upgrade": said({"status": "QUEUED"}, 202),
}
"""A manager of another generation, ready for its upgrade."""


@pytest.fixture(autouse=True)
def _confirmed(site: Site) -> None:
    site.confirm("upgrade-manager-4x", "upgrade-appliance")


def _manager(site: Site, answers: dict[str, Given], *, read: float = 5.0) -> tuple[Act, Peer]:
    peer = site.peer({**healthy(), **answers})
    return site.adapter(read=read).upgrade_manager(site.manager(peer), TARGET, at_once), peer


def wanted(mode: ApplianceMode = ApplianceMode.STANDARD) -> ApplianceWanted:
    """The interconnect appliance of the mesh."""
    return ApplianceWanted(mesh=MESH, appliance=IX, name="mesh-IX-I1", mode=mode)


def _appliance(
    site: Site, answers: dict[str, Given], *, read: float = 5.0, mode: ApplianceMode = ApplianceMode.STANDARD
) -> tuple[Act, Peer]:
    """On a manager at 4.11.4, whose appliance is at 4.11.3."""
    peer = site.peer({**healthy(), SUPPORT: of_version("4.11.4"), **answers})
    return site.adapter(read=read).upgrade_appliance(site.manager(peer), wanted(mode), at_once), peer


# --- managers ---------------------------------------------------------------------------------------------------------


def test_a_manager_upgrade_is_one_call(site: Site) -> None:
    """It names the staged bundle as the manager writes it, and skips nothing that protects the way back."""
    act, peer = _manager(site, {})

    assert act == Started(job="manager-upgrade-1700000000000", route="upgrade-manager-4x", confidence="inferred")
    (sent,) = [got for got in peer.got if got.call == V4_START]
    assert json.loads(sent.body) == {
        "targetVersion": "4.11.4",
        "upgradePolicy": {"skipVmSnapshot": False, "skipUpgradeValidation": False, "skipConfigBackup": False},
    }


def test_without_a_confirmation_nothing_is_sent(site: Site) -> None:
    """The manager is looked at, and left as it is."""
    site.confirm()

    act, peer = _manager(site, {})

    assert isinstance(act, Refused)
    assert (act.reason, peer.count(V4_START)) == ("not-confirmed", 0)


@pytest.mark.parametrize("version", ["4.11.4", "4.11.4.0-25000001", "4.12.0"])
def test_a_manager_that_is_there_already_is_adopted(site: Site, version: str) -> None:
    """At the target or beyond it there is nothing to do."""
    act, peer = _manager(site, {SUPPORT: of_version(version)})

    assert isinstance(act, Adopted)
    assert peer.count(V4_START) == 0


@pytest.mark.parametrize("status", ["QUEUED", "IN_PROGRESS"])
def test_a_running_upgrade_to_the_same_version_is_adopted(site: Site, status: str) -> None:
    """Whoever started it."""
    act, peer = _manager(site, {V4_STATUS: upgrade(status)})

    assert isinstance(act, Adopted)
    assert (act.job, peer.count(V4_START)) == ("manager-upgrade-1700000000000", 0)


@pytest.mark.parametrize(
    "running", [upgrade("IN_PROGRESS", "4.12.0"), upgrade("PAUSED", "4.12.0"), said({"status": "IN_PROGRESS"})]
)
def test_another_upgrade_is_waited_for(site: Site, running: Reply) -> None:
    """Also one that does not say its version, or is in a state that nobody knows."""
    act, peer = _manager(site, {V4_STATUS: running})

    assert isinstance(act, AskAgain)
    assert peer.count(V4_START) == 0


@pytest.mark.parametrize("bundle", [Reply(404), NO_UPGRADE, upgrade("SUCCESS", "4.11.3"), upgrade("SUCCESS", "?")])
def test_without_the_right_bundle_nothing_is_sent(site: Site, bundle: Reply) -> None:
    """The remedy is to upload it."""
    act, peer = _manager(site, {V4_BUNDLE: bundle})

    assert isinstance(act, Refused)
    assert (act.reason, "4.11.4" in act.remedy, peer.count(V4_START)) == ("bundle-missing", True, 0)


def test_an_upgrade_that_failed_before_is_no_obstacle(site: Site) -> None:
    """What is over is over."""
    act, _ = _manager(site, {V4_STATUS: upgrade("FAILED")})

    assert isinstance(act, Started)


BUSY = said(
    {"errorCode": "UPGRADE_IN_PROGRESS", "message": "Another upgrade process is already in progress.", "x": 1}, 409
)


def _overtaken(by: Reply) -> dict[str, Given]:
    """Nothing runs at the first look; the start meets a conflict, and then `by` is running."""
    looks = iter([NO_UPGRADE, by])
    return {V4_STATUS: lambda _: next(looks), V4_START: BUSY}


def test_a_conflict_is_looked_into_and_adopted(site: Site) -> None:
    """Somebody else started the same upgrade between our look and our call."""
    act, peer = _manager(site, _overtaken(upgrade("IN_PROGRESS")))

    assert isinstance(act, Adopted)
    assert peer.count(V4_START) == 1


@pytest.mark.parametrize("by", [upgrade("IN_PROGRESS", "4.12.0"), NO_UPGRADE])
def test_a_conflict_with_something_else_is_waited_for(site: Site, by: Reply) -> None:
    """Another upgrade, or a reason that does not show."""
    act, peer = _manager(site, _overtaken(by))

    assert isinstance(act, AskAgain)
    assert peer.count(V4_START) == 1


@pytest.mark.parametrize("status", [400, 403, 404, 422])
def test_a_refusal_tells_the_managers_words(site: Site, status: int) -> None:
    """4xx: nothing was changed, and somebody has to read why."""
    words = said(
        {"errorCode": "VERSION_MISMATCH", "message": "The uploaded bundle is 4.11.3.", "remediation": "x"}, status
    )

    act, peer = _manager(site, {V4_START: words})

    assert isinstance(act, Refused)
    assert (status == 403 or "The uploaded bundle is 4.11.3." in act.detail, peer.count(V4_START)) == (True, 1)


@pytest.mark.parametrize("answer", [Raw(), Silence(), Reply(500), Reply(502), Reply(504)])
def test_a_start_without_a_clear_answer_is_uncertain(site: Site, answer: Answer) -> None:
    """It was sent once; what a proxy says of a manager that it lost is no answer."""
    act, peer = _manager(site, {V4_START: answer}, read=0.3)

    assert isinstance(act, Uncertain)
    assert peer.count(V4_START) == 1


@pytest.mark.parametrize("status", [429, 503])
def test_a_manager_that_takes_nothing_now_is_asked_again(site: Site, status: int) -> None:
    """Both say that nothing was taken up, and when to come back."""
    act, _ = _manager(site, {V4_START: Reply(status, headers={"retry-after": "30"})})

    assert isinstance(act, AskAgain)
    assert act.after_seconds == 30


@pytest.mark.parametrize("answer", [Reply(202), Reply(202, b"garbage"), said({"status": "NOT_STARTED"}, 202)])
def test_what_was_taken_is_started_whatever_it_says(site: Site, answer: Reply) -> None:
    """The status counts; the name of the job is for the next look."""
    act, _ = _manager(site, {V4_START: answer})

    assert isinstance(act, Started)
    assert act.job is None


def test_nobody_there_is_asked_again(site: Site) -> None:
    """A refused connection carried nothing."""
    peer = site.peer(healthy())
    manager = site.manager(peer)
    peer.close()

    assert isinstance(site.adapter().upgrade_manager(manager, TARGET, at_once), AskAgain)


def test_a_manager_without_an_appliance_account_cannot_be_upgraded(site: Site) -> None:
    """Its upgrade is a matter of port 9443."""
    act = site.adapter().upgrade_manager(site.manager(site.peer(healthy()), admin=False), TARGET, at_once)

    assert isinstance(act, Refused)
    assert act.reason == "not-offered"


def test_a_generation_that_nobody_knows_is_not_upgraded(site: Site) -> None:
    """There is no route to guess."""
    act, _ = _manager(site, {SUPPORT: of_version("3.5.3")})

    assert isinstance(act, Refused)
    assert act.reason == "not-offered"


@pytest.mark.parametrize("look", [SUPPORT, V4_STATUS, V4_BUNDLE])
def test_what_cannot_be_looked_at_is_not_changed(site: Site, look: str) -> None:
    """An unreadable answer before the call means that there is none."""
    act, peer = _manager(site, {look: Reply(200, b"<html>")})

    assert isinstance(act, Refused)
    assert (act.reason, peer.count(V4_START)) == ("unreadable", 0)


def test_a_session_that_ran_out_does_not_repeat_a_change(site: Site) -> None:
    """A 401 to the change itself: nothing was done, and the next look logs in again."""
    act, peer = _appliance(site, {UPGRADE_APPLIANCE: Reply(401)})

    assert isinstance(act, AskAgain)
    assert peer.count(UPGRADE_APPLIANCE) == 1


def test_a_9x_manager_is_upgraded_in_its_own_dialect(site: Site) -> None:
    """A confirmation for 4.x says nothing of it."""
    peer = site.peer({**healthy(), **NINE})
    adapter, manager, target = site.adapter(), site.manager(peer), Version("9.1.1")

    unconfirmed = adapter.upgrade_manager(manager, target, at_once)
    site.confirm("upgrade-manager-9x", generation="9.x")
    confirmed = adapter.upgrade_manager(manager, target, at_once)

    assert isinstance(unconfirmed, Refused)
    assert confirmed == Started(job="manager-upgrade", route="upgrade-manager-9x", confidence="inferred")
    assert peer.count("POST /api/admin/system/upgrade") == 1


@pytest.mark.parametrize(
    ("answers", "asked"),
    [
        ({}, [0]),
        ({V4_START: Raw()}, [0]),
        ({V4_START: said({"message": "later"}, 503)}, [0]),
        ({SUPPORT: of_version("4.11.4")}, []),
        ({V4_STATUS: upgrade("RUNNING", "4.11.4")}, []),
        ({V4_BUNDLE: NO_UPGRADE}, []),
    ],
)
def test_it_asks_once_right_before_it_sends(site: Site, answers: dict[str, Given], asked: list[int]) -> None:
    """When nothing has been sent yet, whatever comes of it; where nothing is sent nobody is asked."""
    peer = site.peer({**healthy(), **answers})
    sending = Asked(lambda: peer.count(V4_START))

    site.adapter().upgrade_manager(site.manager(peer), TARGET, sending)

    assert sending.before == asked
    assert peer.count(V4_START) == len(asked)


def test_nobody_is_asked_for_what_the_transport_refuses(site: Site) -> None:
    """A change without a confirmation does not come as far as being sent."""
    peer = site.peer({**healthy(), **NINE})
    sending = Asked(lambda: 0)

    act = site.adapter().upgrade_manager(site.manager(peer), Version("9.1.1"), sending)

    assert isinstance(act, Refused)
    assert (act.reason, sending.before) == ("not-confirmed", [])


def test_a_change_can_be_kept_back_at_the_last_moment(site: Site) -> None:
    """What the caller raises comes out, and the manager got nothing."""
    peer = site.peer({**healthy(), SUPPORT: of_version("4.11.4")})
    other = site.peer(healthy())

    with pytest.raises(NotSentError):
        site.adapter().upgrade_appliance(site.manager(peer), wanted(), kept_back)
    with pytest.raises(NotSentError):
        site.adapter().upgrade_manager(site.manager(other), TARGET, kept_back)

    assert (peer.count(UPGRADE_APPLIANCE), other.count(V4_START)) == (0, 0)


# --- appliances -------------------------------------------------------------------------------------------------------


def test_an_appliance_upgrade_is_one_call(site: Site) -> None:
    """It names the one appliance; its peer goes with it."""
    act, peer = _appliance(site, {})

    assert act == Started(job="task-9", route="upgrade-appliance", confidence="inferred")
    (sent,) = [got for got in peer.got if got.call == UPGRADE_APPLIANCE]
    assert json.loads(sent.body) == {
        "appliances": [{"applianceId": IX, "applianceName": "mesh-IX-I1"}],
        "mode": "STANDARD",
        "force": False,
    }


@pytest.mark.parametrize(
    ("mode", "word"),
    [
        (ApplianceMode.STANDARD, "STANDARD"),
        (ApplianceMode.IN_SERVICE, "IN_SERVICE"),
        (ApplianceMode.HA_GROUP, "STANDARD"),
    ],
)
def test_the_mode_that_was_chosen_is_asked_for(site: Site, mode: ApplianceMode, word: str) -> None:
    """In service where that was chosen; for a group a standard one, since the product has its own way with it."""
    _, peer = _appliance(site, {}, mode=mode)

    (sent,) = [got for got in peer.got if got.call == UPGRADE_APPLIANCE]
    assert json.loads(sent.body)["mode"] == word


@pytest.mark.parametrize("mode", [ApplianceMode.REDEPLOY, ApplianceMode.NONE])
def test_a_mode_that_nobody_can_ask_for_reaches_no_manager(site: Site, mode: ApplianceMode) -> None:
    """A plan never has such a step: that it does is our own error, and it is not made good by guessing."""
    peer = site.peer({**healthy(), SUPPORT: of_version("4.11.4")})

    with pytest.raises(KeyError):
        site.adapter().upgrade_appliance(site.manager(peer), wanted(mode), at_once)

    assert peer.count(UPGRADE_APPLIANCE) == 0


def test_an_unconfirmed_appliance_upgrade_is_not_sent(site: Site) -> None:
    """The confirmation of the manager's route is another one."""
    site.confirm("upgrade-manager-4x")

    act, peer = _appliance(site, {})

    assert isinstance(act, Refused)
    assert (act.reason, peer.count(UPGRADE_APPLIANCE)) == ("not-confirmed", 0)


def test_appliances_at_their_managers_version_are_adopted(site: Site) -> None:
    """Both sides count: a peer that is behind is upgraded."""
    done, _ = _appliance(site, {APPLIANCES: said({"items": [appliance(NEW, NEW)]})})
    half, _ = _appliance(site, {APPLIANCES: said({"items": [appliance(NEW, OLD)]})})

    assert isinstance(done, Adopted)
    assert isinstance(half, Started)


def test_a_running_task_on_the_appliance_is_adopted(site: Site) -> None:
    """Its request names the appliance."""
    act, peer = _appliance(site, {TASKS: said({"items": [task()]})})

    assert isinstance(act, Adopted)
    assert (act.job, peer.count(UPGRADE_APPLIANCE)) == ("task-1", 0)


@pytest.mark.parametrize("status", ["RUNNING", "QUEUED", "PAUSED"])
def test_another_task_on_the_mesh_is_waited_for(site: Site, status: str) -> None:
    """Two tasks on one mesh do not go together; a state that nobody knows may be a running one."""
    act, peer = _appliance(site, {TASKS: said({"items": [task(status, names=("other",))]})})

    assert isinstance(act, AskAgain)
    assert peer.count(UPGRADE_APPLIANCE) == 0


@pytest.mark.parametrize(
    ("names", "goes"), [(("NE-I2",), True), (("NE-I2", "NE-I3"), True), (("NE-I2", "NE-I4"), False), ((), False)]
)
def test_a_task_on_what_may_go_beside_is_no_obstacle(site: Site, names: tuple[str, ...], *, goes: bool) -> None:
    """One on any other appliance as well is, and so is one that names none: it may be about all of them."""
    beside = replace(wanted(), beside=frozenset({"NE-I2", "NE-I3"}))
    peer = site.peer({**healthy(), SUPPORT: of_version("4.11.4"), TASKS: said({"items": [task(names=names)]})})

    act = site.adapter().upgrade_appliance(site.manager(peer), beside, at_once)

    assert isinstance(act, Started if goes else AskAgain)
    assert peer.count(UPGRADE_APPLIANCE) == int(goes)


def test_a_task_on_another_mesh_is_no_obstacle(site: Site) -> None:
    """Only the mesh counts."""
    act, _ = _appliance(site, {TASKS: said({"items": [task(mesh="servicemesh-2")]})})

    assert isinstance(act, Started)


def test_a_task_list_that_cannot_be_read_stops(site: Site) -> None:
    """Without it nobody can tell whether something is at work."""
    act, peer = _appliance(site, {TASKS: Reply(404)})

    assert isinstance(act, Refused)
    assert peer.count(UPGRADE_APPLIANCE) == 0


def test_a_conflict_on_the_mesh_is_looked_into(site: Site) -> None:
    """Somebody else was faster with the same appliance."""
    looks = iter([said({"items": []}), said({"items": [task()]})])
    busy = said({"errors": [{"error": "OPERATION_IN_PROGRESS", "text": "Another operation"}]}, 409)

    act, peer = _appliance(site, {TASKS: lambda _: next(looks), UPGRADE_APPLIANCE: busy})

    assert isinstance(act, Adopted)
    assert peer.count(UPGRADE_APPLIANCE) == 1


def test_a_conflict_that_shows_nothing_is_asked_again(site: Site) -> None:
    """With the manager's words."""
    busy = said({"errors": [{"error": "OPERATION_IN_PROGRESS", "text": "Another operation"}]}, 409)

    act, _ = _appliance(site, {TASKS: said({"items": []}), UPGRADE_APPLIANCE: busy})

    assert isinstance(act, AskAgain)
    assert "Another operation" in act.detail


def test_an_error_in_an_answer_of_200_is_a_refusal(site: Site) -> None:
    """HCX says some errors with the status of a success."""
    no = said({"data": None, "errors": [{"code": "X", "message": "There is no update for the appliance."}]})

    act, _ = _appliance(site, {UPGRADE_APPLIANCE: no})

    assert isinstance(act, Refused)
    assert "There is no update" in act.detail


def test_an_appliance_that_is_gone_is_not_upgraded(site: Site) -> None:
    """The plan is older than the world."""
    act, peer = _appliance(site, {APPLIANCES: said({"items": []})})

    assert isinstance(act, Refused)
    assert peer.count(UPGRADE_APPLIANCE) == 0
