"""The beginning of a `fleet.yaml`: what discovery found, every entry of it commented out.

Nothing can run until a person opts in: apart from the few keys that a file has to have, only a hold on the whole fleet
is active, and a hold beats everything. A wave of no cloud was rejected: it stops nothing once there is another one.

A comment that stays one begins with `##`; taking the first `#` and a blank from every line makes all entries count.
"""

import json
from collections.abc import Iterable, Iterator

from shared.model.inventory import Inventory, PrivateCloud, SubscriptionSeen, SubscriptionState
from shared.report.words import several
from shared.rules.catalogue import catalogue
from shared.rules.catalogue.records import Catalogue

_UNREAD = frozenset({SubscriptionState.DENIED, SubscriptionState.FAILED})

_ACTIVE = """\
apiVersion: hcxfleet/v1
kind: Fleet
metadata:
  name: fleet
mode: plan-only
target:
  version: "{target}"
"""

_HOLD = """\

holds:
  - subject: "*"
    reason: "nobody has opted in yet"
    owner: "whoever reviews this file"
"""

_CHOICES = """\
timeZone: UTC

## Who performs a step where a manager's own entry does not say.
owners:
  cloudManager: provider
  connector: assisted
  mesh: assisted

## When work may go on at sites that have no windows of their own.
windows:
  - name: weeknights
    rrule: "FREQ=WEEKLY;BYDAY=TU,WE,TH"
    start: "22:00"
    duration: PT5H
    cutOff: PT90M

## How many tasks of a run may fail before nothing new is started.
budget:
  maxFailed: 1
  strict: true
"""

_CONNECTOR = """\
## No Azure interface lists connectors: copy this for every place where they stand.
- name: on-premises-1
  contacts: [ops@contoso.example]
  connectors:
    - name: connector-1
      endpoint: https://hcx.contoso.example
      credentials: kv:hcx-connector-1
"""


def fleet_start(inventory: Inventory, *, held: bool = True) -> str:
    """The text of the file, the same for the same inventory.

    Args:
        inventory: what Azure lists.
        held: whether the whole fleet is held; a plan of a held fleet has no task, so that it tells nobody what to do.
    """
    clouds = sorted(inventory.private_clouds, key=lambda one: one.id)
    names = {one.id: one.name for one in inventory.subscriptions}
    return "".join(
        (
            *_prose(_head(inventory, held=held)),
            _ACTIVE.format(target=_target(catalogue())),
            _HOLD if held else "",
            *_commented(_CHOICES),
            *_commented(_waves(clouds)),
            *_commented(_cloud_managers(clouds)),
            *_commented("sites:\n"),
            *_commented(_indented(_CONNECTOR)),
            *_commented(_indented(_sites(clouds, names))),
        )
    )


def _target(known: Catalogue) -> str:
    """The newest release of the validated major that listed ways lead to.

    `latest-validated` was rejected for a beginning: it may well be a release to which nobody lists a way, and then the
    first plan of a new owner has none.
    """
    validated = known.latest_validated
    ends = (to for way in known.paths.allowed for to in way.to)
    of_major = [one for one in ends if validated is None or one.major == validated.release.major]
    return max(of_major, key=lambda one: one.order).release


def _head(inventory: Inventory, *, held: bool) -> Iterator[str]:
    found = several(len(inventory.private_clouds), "private cloud", "private clouds")
    where = several(len(inventory.subscriptions), "subscription", "subscriptions")
    yield f"Started by hcx-fleet init from {found} in {where}, {inventory.observed_at:%Y-%m-%d %H:%M} UTC."
    yield from map(_unread, (one for one in inventory.subscriptions if one.state in _UNREAD))
    if held:
        yield "Nothing is changed as it stands: the whole fleet is held, and every entry below is a comment."
        yield "Take '# ' away from what is right, put your own names in, and at last take the hold out."
    else:
        yield "Nothing is changed as it stands: no manager is `ours`, and every entry below is a comment."
        yield "Take '# ' away from what is right, and put your own names in."
    yield "hcx-fleet lint says what is wrong; examples/fleet.yaml explains every key."


def _unread(subscription: SubscriptionSeen) -> str:
    return f"Not read: subscription {_one_line(subscription.name)}: {_one_line(subscription.detail)}"


def _waves(clouds: list[PrivateCloud]) -> str:
    first = clouds[0].id if clouds else "pc-example-01"
    return (
        "\n## Private clouds that go together, in this order: try one first.\nwaves:\n"
        f"  - name: canary\n    select:\n      names: [{_text(first)}]\n    concurrency: 1\n    soak: {{for: PT24H}}\n"
        "  - name: broad\n"
    )


def _cloud_managers(clouds: list[PrivateCloud]) -> str:
    entries = "".join(f"    - cloud: {_text(one.id)}\n      owner: provider\n" for one in clouds)
    return (
        "\n## Which cloud managers there are is read from Azure; entries are for those that differ.\ncloudManagers:\n"
        f'  credentials: "kv:hcx-{{cloud}}"\n  entries:{"" if clouds else " []"}\n{entries}\n'
    )


def _sites(clouds: Iterable[PrivateCloud], subscriptions: dict[str, str]) -> str:
    return "".join(_site(one, subscriptions.get(one.subscription_id, one.subscription_id)) for one in clouds)


def _site(cloud: PrivateCloud, subscription: str) -> str:
    hcx = "" if cloud.hcx_url else ", without HCX"
    about = f"{cloud.location}, subscription {subscription}, {cloud.provisioning_state.value}{hcx}"
    return (
        f"## {_one_line(about)}\n"
        f"- name: {_text(_site_name(cloud))}\n  privateCloud: {_text(cloud.id)}\n  contacts: [ops@contoso.example]\n"
    )


def _site_name(cloud: PrivateCloud) -> str:
    """Ids of clouds that share a name hold a sign that no name may have; it is the same cloud on every reading."""
    return f"cloud-{cloud.id.replace('~', '-')[-57:]}"


def _text(text: str) -> str:
    """In quotes whatever it is: a name may look like a number. JSON's quotes are YAML's."""
    return json.dumps(text, ensure_ascii=False)


def _one_line(text: str) -> str:
    """Without what YAML refuses even in a comment."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _indented(text: str) -> str:
    return "".join(line if line.startswith("##") else f"  {line}" for line in text.splitlines(keepends=True))


def _prose(lines: Iterable[str]) -> Iterator[str]:
    yield from (f"## {line}\n" for line in lines)


def _commented(text: str) -> Iterator[str]:
    yield "\n"
    for line in text.strip("\n").splitlines():
        yield f"{line}\n" if line.startswith("##") or not line else f"# {line}\n"
