"""`lint` and `init` as a user meets them."""

import json
from pathlib import Path

from shared.policy.policy import read_policy
from simulator.loading import load
from simulator.running import running
from tests.cli.command import ROOT, hcx_fleet

WORLD = """\
start: 2026-11-24T06:00:00Z
subscriptions: [{name: sub-a}, {name: sub-b, denied: true}]
clouds:
  - {name: pc-1, subscription: sub-a, hcx: "4.11.4"}
  - {name: pc-2, subscription: sub-a, hcx: none}
"""


def test_lint_of_a_good_file(tmp_path: Path) -> None:
    """A file without errors exits with 0 and says how much was found."""
    answered = hcx_fleet(tmp_path, "lint", ROOT / "docs" / "nothing.yaml")
    path = tmp_path / "fleet.yaml"
    path.write_text(
        'apiVersion: hcxfleet/v1\nkind: Fleet\nmetadata: {name: demo}\ntarget: {version: "4.11.4"}\n', "utf-8"
    )
    good = hcx_fleet(tmp_path, "lint", path)

    assert answered.code == 2
    assert good.code == 0
    assert good.out.splitlines() == [
        f"warning: {path}: budget: is not there, and no wave has one: failures stop only what depends on them",
        f"{path}: 0 errors, 1 warning.",
    ]


def test_lint_says_every_error(tmp_path: Path) -> None:
    """Every error is on a line of its own with file, line and field; the exit code is 2."""
    path = tmp_path / "fleet.yaml"
    path.write_text(
        "apiVersion: hcxfleet/v1\nkind: Flat\nmetadata: {name: a}\ntarget: {version: 4.10}\nbudget: {maxFailed: 0}\n",
        "utf-8",
    )
    told = hcx_fleet(tmp_path, "lint", path)
    document = json.loads(hcx_fleet(tmp_path, "lint", path, "-o", "json").out)

    assert (told.code, told.err) == (2, "")
    assert [line.split(" ")[:3] for line in told.out.splitlines()] == [
        ["error:", f"{path}:2:", "kind:"],
        ["error:", f"{path}:4:", "target.version:"],
        ["error:", f"{path}:5:", "budget.maxFailed:"],
        [f"{path}:", "3", "errors,"],
    ]
    assert (document["errors"], document["warnings"]) == (3, 0)
    assert [one["line"] for one in document["problems"]] == [2, 4, 5]


def test_lint_of_the_settings(tmp_path: Path) -> None:
    """Without a file it is the one that the settings name."""
    settings = tmp_path / "settings.env"
    lines = {"POLICY": tmp_path / "none.yaml", "SECRETS_FILE": "s", "STORE": "s", "REPORTS": "r"}
    settings.write_text("".join(f"HCX_FLEET_{name}={value}\n" for name, value in lines.items()), "utf-8")
    told = hcx_fleet(tmp_path, "lint", "--settings", settings)

    assert (told.code, told.out.splitlines()[0]) == (
        2,
        f"error: {tmp_path / 'none.yaml'}: cannot be read: No such file or directory",
    )


def test_init_starts_from_azure(tmp_path: Path) -> None:
    """It reads Azure with the settings of Azure alone, names what it could not read, and replaces nothing unasked."""
    world, out = tmp_path / "world.yaml", tmp_path / "new" / "fleet.yaml"
    world.write_text(WORLD, "utf-8")
    out.parent.mkdir()
    with running(load(world), tmp_path / "world") as published:
        azure = {name: value for name, value in published["settings"].items() if "ARM" in name or "IDENTITY" in name}
        settings = tmp_path / "azure.env"
        settings.write_text("".join(f"{name}={value}\n" for name, value in azure.items()), "utf-8")
        answered = hcx_fleet(tmp_path, "init", "--out", out, "--settings", settings)
        again = hcx_fleet(tmp_path, "init", "--out", out, "--settings", settings)
        forced = hcx_fleet(tmp_path, "init", "--out", out, "--settings", settings, "--force")
    linted = hcx_fleet(tmp_path, "lint", out)
    text = out.read_text("utf-8")

    assert (answered.code, forced.code, linted.code) == (3, 3, 0)
    assert "started from 2 private clouds" in answered.out
    assert "Not read: subscription" in answered.err
    assert (again.code, again.err) == (2, f"error: {out}: is there already; --force replaces it\n")
    assert [one.subject for one in read_policy(out).holds] == ["*"]
    assert all(f"# {line}" in text for line in ('  - name: "cloud-pc-1"', '    privateCloud: "pc-2"'))
