"""docs/faults.md, from the registry: `python -m simulator.faults_page > docs/faults.md`."""

import sys
from collections.abc import Iterator

from simulator.faults import FAULTS, Duty, Fault, On

HEAD = """# Faults of the simulated world

Made by `python -m simulator.faults_page`; do not edit.

{count} ways in which things go wrong. A world file selects them per subject and time, and `--fault` adds to them \
(`hcx-fleet simulate`, `hcx-fleet demo`, `python -m simulator`; may be repeated):

```yaml
faults:
  - {{name: http_503, on: con-lyon, from: PT1H, until: PT2H}}
  - {{name: stale_password, on: hcx-pc-weu-01}}
  - {{name: arm_throttled}}
```

```
--fault http_503@con-lyon,from=PT1H,until=PT2H --fault stale_password@hcx-pc-weu-01 --fault arm_throttled
```

`on` is the name of a subject of the fault's kind: a manager (name of a private cloud or of a connector), a mesh, an \
account (name of its secret), a private cloud, a subscription or a vCenter; `*`, which is the default, is every one. \
Faults of Azure Resource Manager have no subject. `from` and `until` count from the start of the world; one without \
`until` does not end. Faults that hold for the whole life of a world have neither. Of two faults that change the same \
thing at the same time the later one holds.

Faults of vCenters are without effect where no vCenter can be had (`make vcenter`): the world says so when it \
starts, and as `without_effect` in `world.json`.

What whoever upgrades has to do about a fault: **detect before** a change is made, so that it is not made; **survive** \
it while a change goes on; or **detect after** a change, and not take it for a success.
"""
TITLES = {
    On.MANAGER: "Managers",
    On.MESH: "Meshes",
    On.ACCOUNT: "Accounts",
    On.ARM: "Azure Resource Manager",
    On.SUBSCRIPTION: "Subscriptions",
    On.CLOUD: "Private clouds",
    On.VCENTER: "vCenters",
}
LEFT_OUT = """## Left out

Known faults that no public call would show, so that showing them would need a made-up field: failed probes of the \
diagnostics of a mesh while all is well, orphaned hosts of the mobility agent, an NSX inventory sync that answers 500, \
a manager that is powered off (on the wire it is `conn_refused` or `silent_peer`), a guest that \
shuts down slowly, and what only those meet who make pairings, meshes or configurations, which hcx-fleet does not.
"""


def page() -> str:
    """The page."""
    sections = (line for kind in TITLES for line in _section(kind))
    return "\n".join([HEAD.format(count=len(FAULTS)), *sections, LEFT_OUT])


def _section(kind: On) -> Iterator[str]:
    yield from (
        f"## {TITLES[kind]}",
        "",
        "| name | what happens | what is seen | to do | rests on |",
        "|---|---|---|---|---|",
    )
    yield from (_row(each) for each in FAULTS if each.on is kind)
    yield ""


def _row(each: Fault) -> str:
    name = f"`{each.name}`" + (" (whole life)" if each.whole_life else "")
    return f"| {name} | {each.says} | {_cell(each.seen)} | {Duty(each.duty)} | {each.source} |"


def _cell(text: str) -> str:
    return text.replace("<", "&lt;").replace("|", "\\|")


if __name__ == "__main__":
    sys.stdout.write(page())
