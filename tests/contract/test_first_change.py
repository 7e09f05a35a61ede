"""From a first contact to a change: what a manager's own documents describe is confirmed, and then it works."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cli.confirm import ConfirmOrder, confirm
from cli.doctor_contract import ContractOrder, walk_over
from cli.edge import WrongUseError
from cli.environment import settings_from
from shared import wiring
from shared.model.acts import Refused
from shared.model.version import Version
from shared.rules.managers import managers_of
from simulator.loading import load
from simulator.running import running
from simulator.visitor import Visitor
from tests.builders.sending import at_once
from tests.cli.command import Answered, hcx_fleet
from tests.contract.contract_world import FOLDER, Still

pytestmark = pytest.mark.story

WORLD = FOLDER / "worlds" / "other-paths.yaml"
CHANGES = ("upgrade-manager-4x", "upgrade-appliance")


@dataclass
class Office:
    """A folder with the files of a user, and the world that they are about."""

    folder: Path
    published: dict[str, Any]

    @property
    def settings(self) -> Path:
        """The settings file."""
        return self.folder / "world" / "settings.env"

    def call(self, *arguments: object) -> Answered:
        """Run a command."""
        return hcx_fleet(self.folder, *arguments, "--settings", self.settings)

    def walk(self) -> dict[str, Any]:
        """A walk over the connector, as JSON."""
        answered = self.call("doctor", "--contract", "con-lyon", "-o", "json", "--clock", self.published["control"])
        assert answered.code == 3, answered.err
        found: dict[str, Any] = json.loads(answered.out)
        return found

    def truth(self) -> dict[str, Any]:
        """What really happened."""
        with Visitor(self.published) as visitor:
            found: dict[str, Any] = visitor.truth()
            return found


@contextmanager
def office(folder: Path) -> Iterator[Office]:
    """The world while inside, with settings that name files for confirmations and for corrected reads."""
    with running(load(WORLD), folder / "world") as published:
        (folder / "routes.yaml").write_text("routes: []\n", "utf-8")
        lines = {"CONFIRMATIONS": folder / "confirmations.yaml", "ROUTES": folder / "routes.yaml"}
        with (folder / "world" / "settings.env").open("a", encoding="utf-8") as file:
            file.writelines(f"HCX_FLEET_{name}={path}\n" for name, path in lines.items())
        yield Office(folder=folder, published=published)


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office that went all the way: walked, looked at the refusal, confirmed, and carried the plan out."""
    with office(tmp_path_factory.mktemp("office")) as made:
        (made.folder / "routes.yaml").write_text(made.walk()["routesFile"], "utf-8")
        yield made


def test_the_way_to_a_change(changed: Office) -> None:
    """Without a confirmation nothing is sent; with the recording's, the upgrade is made where the documents say."""
    act = refused_act(changed)
    before = changed.truth()
    for route in CHANGES:
        told = changed.call(
            "confirm", "contract-recording.json", "--route", route, "--manager", "con-lyon", "--author", "Ann"
        )
        assert told.code == 0, told.err
    ran = changed.call("run", "--clock", changed.published["control"])
    truth = changed.truth()

    assert act.reason == "not-confirmed"
    assert (before["mutations"], [name for name in CHANGES if name in before["requests"]]) == ([], [])
    assert ran.code == 0, f"{ran.out}{ran.err}"
    assert [one["release"] for one in truth["managers"] if one["id"] == "con-lyon"] == ["4.11.4"]
    assert {one["release"] for mesh in truth["meshes"] for one in mesh["appliances"]} == {"4.11.4"}
    assert sorted((one["route"], one["status"]) for one in truth["mutations"]) == [
        ("upgrade-appliance", 200),
        ("upgrade-manager-4x", 202),
    ]


def refused_act(made: Office) -> Refused:
    """What becomes of a change that nobody confirmed."""
    settings = settings_from(made.settings)
    ports = wiring.build(settings, Still())
    (manager,) = managers_of((), ports.configuration.policy(), ports.cloud_ports)
    act = ports.hcx.upgrade_manager(manager, Version("4.11.4"), at_once)
    assert isinstance(act, Refused)
    return act


def asked(made: Office, recording: Path, **more: Any) -> ConfirmOrder:
    """A right order to confirm, but for what is named."""
    right = {"route": "upgrade-manager-4x", "manager": "con-lyon", "trust": None, "author": "Ann", "evidence": ""}
    return ConfirmOrder(settings=made.settings, recording=recording, json=False, **{**right, **more})


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"manager": None}, "name either --manager or --trust"),
        ({"trust": "ab" * 32}, "name either --manager or --trust"),
        ({"author": " "}, "--author: name who says so"),
        ({"manager": None, "trust": "ab" * 32}, "did not answer when the recording was made"),
        ({"manager": "nobody"}, "nobody: is no connector of"),
        ({"route": "redeploy-appliance"}, "is not sent by this hcx-fleet"),
        ({"route": "pairings"}, "changes nothing"),
    ],
)
def test_refusals_of_confirm(changed: Office, wrong: dict[str, Any], told: str) -> None:
    """Half a command, a foreign certificate and what the recording does not show are refused, with what is missing."""
    order = asked(changed, changed.folder / "contract-recording.json", **wrong)
    with pytest.raises(WrongUseError, match=told):
        confirm(order)


def test_a_changed_recording(changed: Office) -> None:
    """A recording with another call in it is refused by the command, and nothing is confirmed."""
    recording, forged = changed.folder / "contract-recording.json", changed.folder / "forged.json"
    forged.write_text(recording.read_text("utf-8").replace("/v2/upgrades", "/v2/deletes"), "utf-8")
    before = (changed.folder / "confirmations.yaml").read_bytes()
    told = changed.call("confirm", forged, "--route", "upgrade-manager-4x", "--author", "Ann", "--manager", "con-lyon")

    assert (told.code, "is not as it was written" in told.err) == (2, True)
    assert (changed.folder / "confirmations.yaml").read_bytes() == before


def test_what_a_person_reads(changed: Office) -> None:
    """The report names the call that the documents have, the command that confirms it, and where the recording is."""
    out = changed.folder / "second.json"
    told = changed.call("doctor", "--contract", "con-lyon", "--out", out, "--clock", changed.published["control"])

    assert told.code == 0  # the reads are corrected by now, so that nothing differs any more
    assert "POST /api/admin/v2/upgrades" in told.out
    assert f"hcx-fleet confirm {out} --route upgrade-manager-4x --manager con-lyon --author NAME" in told.out
    assert told.out.rstrip().endswith(f"Recording: {out}")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"manager": "con-paris"}, "is no connector of"),
        ({"out": Path(__file__)}, "is there already; name another file with --out"),
        ({"login": False}, "--no-login: a walk is made of calls that need an account"),
    ],
)
def test_walks_that_cannot_be(changed: Office, wrong: dict[str, Any], told: str) -> None:
    """A manager that nobody knows, a file that is there, and a walk without an account are wrong use."""
    right = {"manager": "con-lyon", "out": changed.folder / "other.json", "world": None, "login": True}
    with pytest.raises(WrongUseError, match=told):
        walk_over(ContractOrder(settings=changed.settings, json=False, **{**right, **wrong}))
