"""The doctor: one line for each check, a remedy for each fault, and nothing changed by looking."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from cli.doctor import DoctorOrder, looked_at
from cli.doctor_files import known
from shared.rules.doctor import Line, State
from tests.cli.command import hcx_fleet
from tests.cli.doctor_world import START, Stopped, Surgery, surgery

QUIET = """\
start: 2026-11-24T06:00:00Z
subscriptions: [{name: sub-a}]
connectors: [{name: con-good, hcx: "4.11.4"}]
"""


@pytest.fixture(scope="module")
def troubled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Surgery]:
    """The world with all kinds of trouble."""
    with surgery(tmp_path_factory.mktemp("surgery")) as served:
        yield served


@pytest.fixture(scope="module")
def said(troubled: Surgery) -> dict[tuple[str, str], Line]:
    """What the doctor says of it."""
    return troubled.said()


def settings_file(folder: Path, published: dict[str, str], *names: str) -> Path:
    """Settings of a world, only those that hold one of these words."""
    path = folder / "some.env"
    lines = (f"{name}={value}\n" for name, value in published.items() if any(one in name for one in names))
    path.write_text("".join(lines), "utf-8")
    return path


@pytest.mark.parametrize(
    ("about", "check", "state", "detail"),
    [
        ("settings", "settings", State.OK, "those that are set can be read"),
        ("confirmations", "file", State.OK, "nothing is confirmed"),
        ("store", "folder", State.OK, "is made by the first run"),
        ("Azure", "clock", State.OK, "within 60 s"),
        ("Azure", "identity", State.OK, "a token"),
        ("subscription sub-open", "roles", State.OK, "6 private clouds"),
        ("subscription sub-denied", "roles", State.FAILED, "403"),
        ("pc-good", "reachable", State.OK, "answers on port"),
        ("pc-good", "certificate", State.OK, "days left"),
        ("pc-good", "account", State.OK, "hcx-pc-good is taken"),
        ("pc-good", "version", State.OK, "interface of 4.x"),
        ("pc-good", "role", State.OK, "site pairings"),
        ("pc-good", "port 9443", State.NOT_CHECKED, "the provider keeps"),
        ("pc-stale", "account", State.FAILED, "shared-account was refused"),
        ("pc-stale-too", "account", State.FAILED, "shared-account was refused before"),
        ("pc-expired", "certificate", State.FAILED, "expired"),
        ("pc-other-ca", "certificate", State.FAILED, "not trusted"),
        ("pc-old", "version", State.WARNING, "of a generation that nobody here knows"),
        ("con-good", "port 9443", State.FAILED, "con-good-admin was refused"),
        ("con-pinned", "port 9443", State.NOT_CHECKED, "nobody gave us its account"),
    ],
)
def test_each_thing(said: dict[tuple[str, str], Line], about: str, check: str, state: State, detail: str) -> None:
    """Every kind of trouble is found where it is, and what is good is called so."""
    line = said[about, check]

    assert (line.state, detail in line.detail) == (state, True), line
    assert line.remedy or state in {State.OK, State.NOT_CHECKED}


def test_every_fault_has_a_remedy(said: dict[tuple[str, str], Line]) -> None:
    """Nobody is told of trouble without being told what to do."""
    assert [one for one in said.values() if one.state in {State.WARNING, State.FAILED} and not one.remedy] == []


def test_an_account_is_refused_once(troubled: Surgery, said: dict[tuple[str, str], Line]) -> None:
    """However often and at however many managers the doctor looks, a refused account is used once."""
    again = troubled.said()

    assert said["pc-stale", "account"].state is again["pc-stale", "account"].state is State.FAILED
    assert again["pc-stale", "account"].remedy.endswith("hcx-fleet show breaker")
    assert (troubled.failed("shared-account"), troubled.failed("con-good-admin")) == (1, 1)


def test_looking_changes_nothing(troubled: Surgery, said: dict[tuple[str, str], Line]) -> None:
    """No changing request is made."""
    assert said
    assert troubled.truth()["mutations"] == []


def test_no_secret_is_said(troubled: Surgery, said: dict[tuple[str, str], Line]) -> None:
    """Neither passwords nor tokens are in what is printed."""
    secrets = Path(troubled.published["settings"]["HCX_FLEET_SECRETS_FILE"]).read_text("utf-8")
    passwords = [line.split()[-1].strip("\"'") for line in secrets.splitlines() if "password" in line]
    text = repr(said)

    assert len(passwords) > 5
    assert [one for one in passwords if one in text] == []


@pytest.mark.parametrize(
    ("ahead", "state"),
    [(timedelta(seconds=59), State.OK), (timedelta(minutes=-3), State.WARNING), (timedelta(minutes=6), State.FAILED)],
)
def test_clocks(troubled: Surgery, ahead: timedelta, state: State) -> None:
    """A minute apart is borne, five are not, and the direction is told."""
    found = troubled.said(login=False, ahead=ahead)

    assert [found[about, "clock"].state for about in ("Azure", "pc-good")] == [state, state]
    assert state is State.OK or ("behind" if ahead < timedelta() else "ahead") in found["Azure", "clock"].detail


def test_without_logging_in(tmp_path: Path) -> None:
    """With --no-login no account is used, and everything that needs none is looked at."""
    with surgery(tmp_path) as served:
        found = served.said(login=False)
        logins = served.truth()["logins"]

    assert found["pc-good", "account, version, role and port 9443"].detail == "--no-login was given"
    assert found["pc-good", "certificate"].state is State.OK
    assert {one["failed"] + one["succeeded"] for one in logins} == {0}
    assert not (tmp_path / "world" / "store.sqlite").exists()


def test_a_changed_thumbprint(tmp_path: Path) -> None:
    """A pinned certificate that is another one now is named, with what to do; nothing is sent there."""
    with surgery(tmp_path) as served:
        policy = tmp_path / "world" / "fleet.yaml"
        found = next(one for one in served.published["managers"] if one["id"] == "con-pinned")
        policy.write_text(policy.read_text("utf-8").replace(found["thumbprint"], "ab" * 32), "utf-8")
        said = served.said(login=False)

    line = said["con-pinned", "certificate"]
    assert (line.state, found["thumbprint"] in line.detail) == (State.FAILED, True)
    assert "compare the new thumbprint" in line.remedy
    assert ("con-pinned", "clock") not in said


def test_the_settings_of_azure_are_enough(tmp_path: Path) -> None:
    """Whoever has nothing but Azure's settings learns what Azure says, and what to set next; that is no failure."""
    with surgery(tmp_path, QUIET) as served:
        file = settings_file(tmp_path, served.published["settings"], "ARM", "IDENTITY")
        answered = hcx_fleet(
            tmp_path, "doctor", "--settings", file, "--clock", served.published["control"], "-o", "json"
        )
    document = json.loads(answered.out)
    states = {(one["about"], one["check"]): one for one in document["checks"]}

    assert answered.code == 0, answered.err
    assert states["subscription sub-a", "roles"]["state"] == "ok"
    assert states["policy", "HCX_FLEET_POLICY"]["state"] == "not checked"
    assert "hcx-fleet init starts one" in states["policy", "HCX_FLEET_POLICY"]["remedy"]
    assert document["counts"] == {"ok": 5, "warning": 0, "failed": 0, "not checked": 5}


def test_wrong_settings(tmp_path: Path) -> None:
    """Every wrong setting is a line, none shows a value, and nothing else is tried."""
    file = tmp_path / "wrong.env"
    file.write_text("HCX_FLEET_ARM_URL=http://canary\nHCX_FLEET_POLYCY=canary\n", "utf-8")
    answered = hcx_fleet(tmp_path, "doctor", "--settings", file)

    assert answered.code == 3
    assert "HCX_FLEET_ARM_URL" in answered.out
    assert "did you mean HCX_FLEET_POLICY?" in answered.out
    assert "canary" not in answered.out


def test_files_that_cannot_be_used(tmp_path: Path) -> None:
    """Errors in the policy, in confirmations, routes, secrets, store and reports are told together."""
    for name in ("fleet.yaml", "confirmations.yaml", "routes.yaml", "secrets.yaml", "store.sqlite", "reports"):
        (tmp_path / name).write_text("broken", "utf-8")
    (tmp_path / "secrets.yaml").chmod(0o600)
    lines = {"POLICY": "fleet.yaml", "CONFIRMATIONS": "confirmations.yaml", "ROUTES": "routes.yaml",
             "SECRETS_FILE": "secrets.yaml", "STORE": "store.sqlite", "REPORTS": "reports",
             "ARM_CA": "none.pem"}  # fmt: skip
    file = tmp_path / "settings.env"
    file.write_text("".join(f"HCX_FLEET_{name}={tmp_path / value}\n" for name, value in lines.items()), "utf-8")
    order = DoctorOrder(settings=file, json=False, login=True, world=None)
    found = {one.about: one for one in looked_at(known(file), order, Stopped(START))}

    wrong = ("policy", "confirmations", "routes", "secrets", "store", "reports", "Azure")
    assert {found[about].state for about in wrong} == {State.FAILED}
    assert found["managers"].state is State.NOT_CHECKED


def test_a_file_goes_with_a_walk(tmp_path: Path) -> None:
    """--out without --contract is wrong use: no file is written."""
    answered = hcx_fleet(tmp_path, "doctor", "--out", "x.json")

    assert (answered.code, answered.err) == (2, "error: --out: goes with --contract, which writes a recording\n")
