"""A world whose owner has a spreadsheet and no fleet.yaml."""

import csv
from pathlib import Path

from simulator.loading import load
from simulator.running import running

TEXT = """\
start: 2026-11-24T06:00:00Z
ownerHas: spreadsheet
subscriptions: [{name: sub}]
clouds: [{name: pc-1, subscription: sub, hcx: "4.11.4"}]
connectors:
  - {name: con-lyon, hcx: "4.11.2", reach: collector, contact: ann@contoso.example}
  - {name: con-metz, hcx: "4.11.2", trust: thumbprint}
  - {name: con-secret, hcx: "4.11.2", listed: false}
"""


def test_the_owner_has_a_table(tmp_path: Path) -> None:
    """It has a row for each listed connector, and there is no fleet.yaml; the settings trust the world's authority."""
    (tmp_path / "world.yaml").write_text(TEXT, "utf-8")
    with running(load(tmp_path / "world.yaml"), tmp_path / "out") as published:
        rows = list(csv.DictReader((tmp_path / "out" / "sites.csv").read_text("utf-8").splitlines()))
        pins = {one["id"]: one["thumbprint"] for one in published["managers"]}

    assert [(one["manager"], one["site"], one["contact"], one["reach"]) for one in rows] == [
        ("con-lyon", "lyon", "ann@contoso.example", "collector"),
        ("con-metz", "metz", "", ""),
    ]
    assert [(one["ca"], one["thumbprint"]) for one in rows] == [("ca.pem", ""), ("", pins["con-metz"])]
    assert not (tmp_path / "out" / "fleet.yaml").exists()
    assert published["settings"]["SSL_CERT_FILE"] == str(tmp_path / "out" / "ca.pem")
