"""How an appliance is upgraded: one decision table, read from the top; the first row that fits decides.

Where the facts do not say something, in service is out: it needs every prerequisite *known* to be true. Standard is not
out then. The product forbids in service to the members of a high availability group and upgrades such a pair by itself
when a standard upgrade is asked for, so not to know of a group costs a better mode and no more. An ephemeral port group
does break a standard upgrade; but HCX refuses to extend one in the first place, and no manager is known to report the
binding, so that not to know is the usual case: the reason then asks somebody to look.

A high availability group is upgraded by its own procedure also where in service is wanted and nothing else: the product
has no other way for it, and that one switches over as well instead of taking the active path away.

Where a network accepts less than a standard upgrade costs, standard is out, as if in service were wanted and nothing
else. What a switch-over costs is said to be seconds (inferred), which no limit is held against: the report does it.
"""

from collections.abc import Callable, Iterator
from functools import reduce

from shared.model.facts import ApplianceKind
from shared.model.ne_mode import ApplianceMode, ModeChoice
from shared.model.policy import ExtensionMode
from shared.model.record import record


@record
class Side:
    """One side of a mesh, as far as it decides how an appliance is upgraded."""

    name: str
    """The manager there."""
    uplink: int | None
    """Uplink addresses that are spare after what other appliances take at the same time; None when nobody knows."""
    management: int | None
    firewall: bool
    """Whether somebody attests that firewalls allow every address of the pools."""
    room: bool | None
    """Whether there is room for one more appliance."""


@record
class Situation:
    """All that decides how one appliance is upgraded.

    Whether the manager shows an update flag is not in it: sentinel gateways never carry one, and for the others its
    name on the wire is not known, so that its absence says nothing.
    """

    kind: ApplianceKind
    wanted: ExtensionMode
    """What the policy wants, or the stricter wish of a tag."""
    in_group: bool | None
    """Whether it is in a high availability group."""
    ephemeral: bool | None
    """Whether one of its networks has a port group that binds ephemerally."""
    here: Side
    there: Side
    too_long: str = ""
    """Which of its networks accepts less than a standard upgrade costs; empty where none does."""


# --- what the policy and a tag leave together -------------------------------------------------------------------------

_AUTOMATIC = {
    ExtensionMode.AUTO: frozenset({ApplianceMode.IN_SERVICE, ApplianceMode.STANDARD}),
    ExtensionMode.STANDARD: frozenset({ApplianceMode.STANDARD}),
    ExtensionMode.IN_SERVICE_ONLY: frozenset({ApplianceMode.IN_SERVICE}),
    ExtensionMode.MANUAL: frozenset[ApplianceMode](),
}
"""What may be done without a person's choice; one wish is stricter than another when it leaves less."""


def stricter(wish: ExtensionMode, *more: ExtensionMode | None) -> ExtensionMode:
    """What several wishes leave together: `standard` and `in-service-only` leave nothing but a person."""
    return reduce(_meet, (one for one in more if one is not None), wish)


def _meet(one: ExtensionMode, other: ExtensionMode) -> ExtensionMode:
    left = _AUTOMATIC[one] & _AUTOMATIC[other]
    return next(wish for wish, modes in _AUTOMATIC.items() if modes == left)


# --- what an in-service upgrade needs ---------------------------------------------------------------------------------


@record
class Prerequisite:
    """One thing that must be true at a side before an appliance there can be upgraded in service."""

    met: Callable[[Side], bool | None]
    missing: str
    unknown: str
    fix: str


def _spare(count: int | None) -> bool | None:
    return None if count is None else count > 0


AT_EACH_SIDE = (
    Prerequisite(
        met=lambda side: _spare(side.uplink),
        missing="no spare uplink address at {side}",
        unknown="whether {side} has a spare uplink address is not known",
        fix="give the uplink network profile of {side} a spare address",
    ),
    Prerequisite(
        met=lambda side: _spare(side.management),
        missing="no spare management address at {side}",
        unknown="whether {side} has a spare management address is not known",
        fix="give the management network profile of {side} a spare address",
    ),
    Prerequisite(
        met=lambda side: side.firewall,
        missing="nobody attests that firewalls at {side} allow every address of the pools",
        unknown="",
        fix="let firewalls at {side} allow every address of the pools, and attest it in fleet.yaml",
    ),
    Prerequisite(
        met=lambda side: side.room,
        missing="no room for one more appliance at {side}",
        unknown="whether {side} has room for one more appliance is not known",
        fix="make room in the deployment cluster of {side}, or attest in fleet.yaml that there is room",
    ),
)
"""For every appliance, at both sides: an in-service upgrade sets up a second pair with addresses of its own."""


@record
class Lack:
    """Something that keeps an in-service upgrade away."""

    text: str
    fix: str


def lacks(situation: Situation) -> tuple[Lack, ...]:
    """Every prerequisite of an in-service upgrade that is not known to be true; a group has a row of its own."""
    return tuple(_lacks(situation))


LOOK_AT_BINDING = "look at the binding of the extended port groups, and attest in fleet.yaml that it is static"


def _lacks(situation: Situation) -> Iterator[Lack]:
    if situation.in_group is None:
        text = "whether it is in a high availability group is not known"
        yield Lack(text=text, fix="let hcx-fleet read the high availability groups")
    if situation.ephemeral is None:
        text = "whether all its port groups have static binding, without which any upgrade fails, is not known"
        yield Lack(text=text, fix=LOOK_AT_BINDING)
    for side in (situation.here, situation.there):
        for one in AT_EACH_SIDE:
            met = one.met(side)
            if not met:
                text = one.unknown if met is None else one.missing
                yield Lack(text=text.format(side=side.name), fix=one.fix.format(side=side.name))


# --- the table --------------------------------------------------------------------------------------------------------


@record
class Row:
    """One row: for situations that no row above fits, and this one does."""

    id: str
    when: str
    """The condition in words."""
    fits: Callable[[Situation], bool]
    mode: ApplianceMode
    reason: str
    """`{lacking}` stands for everything that keeps an in-service upgrade away, `{look}` for a look that is due, and
    `{limit}` for the network that cannot bear a standard upgrade."""
    to_fix: tuple[str, ...] = ()
    fix_lacks: bool = False
    """Whether what keeps an in-service upgrade away is to be fixed as well."""


RAISE_LIMIT = "raise the outage limit of the network in fleet.yaml, where its owner agrees"

LOOK = "; nobody can say whether all its port groups have static binding, without which it fails: look before"
"""What a standard upgrade is told with where the binding is unknown."""

TABLE = (
    Row(
        id="wan-optimization",
        when="it is a WAN optimization appliance",
        fits=lambda one: one.kind is ApplianceKind.WAN_OPTIMIZATION,
        mode=ApplianceMode.NONE,
        reason="a WAN optimization appliance is removed, not upgraded",
        to_fix=("remove WAN Optimization from mesh and compute profiles on both sides",),
    ),
    Row(
        id="unknown-kind",
        when="nobody knows what kind of appliance it is",
        fits=lambda one: one.kind is ApplianceKind.UNKNOWN,
        mode=ApplianceMode.NONE,
        reason="what kind of appliance this is was not understood, so nobody can say how it is upgraded",
        to_fix=("look at it in the HCX plug-in of the source site, and upgrade or redeploy it there",),
    ),
    Row(
        id="sentinel-gateway",
        when="it is a sentinel gateway",
        fits=lambda one: one.kind is ApplianceKind.SENTINEL_GATEWAY,
        mode=ApplianceMode.REDEPLOY,
        reason="a sentinel gateway never shows that an update is there: a person redeploys it",
    ),
    Row(
        id="interconnect",
        when="it is an interconnect appliance",
        fits=lambda one: one.kind is ApplianceKind.INTERCONNECT,
        mode=ApplianceMode.STANDARD,
        reason="an interconnect appliance has no other mode: it is redeployed in place, and migrations stop meanwhile",
    ),
    Row(
        id="ephemeral",
        when="a port group of its networks binds ephemerally",
        fits=lambda one: one.ephemeral is True,
        mode=ApplianceMode.NONE,
        reason="a port group of its networks binds ephemerally: standard upgrade, in-service upgrade and redeploy all "
        "fail on it",
        to_fix=("give every extended port group static binding",),
    ),
    Row(
        id="ha-group",
        when="it is in a high availability group",
        fits=lambda one: one.in_group is True,
        mode=ApplianceMode.HA_GROUP,
        reason="it is in a high availability group: the product upgrades the standby, switches over and upgrades the "
        "other; roles stay swapped, and in service is not for such groups{look}",
    ),
    Row(
        id="limit-against-manual",
        when="it is left to a person, a network cannot bear a standard upgrade, and in service is possible",
        fits=lambda one: one.wanted is ExtensionMode.MANUAL and bool(one.too_long) and not lacks(one),
        mode=ApplianceMode.IN_SERVICE,
        reason="fleet.yaml or a tag leaves network extension to a person, and {limit}: in service, for which all is "
        "there at both sides",
    ),
    Row(
        id="limit-against-standard",
        when="the policy or a tag wants the standard mode, and a network cannot bear it",
        fits=lambda one: one.wanted is ExtensionMode.STANDARD and bool(one.too_long),
        mode=ApplianceMode.NONE,
        reason="fleet.yaml or a tag wants standard, and {limit}",
        to_fix=(RAISE_LIMIT, "or let networkExtension.mode and the tag be auto"),
    ),
    Row(
        id="manual",
        when="the policy or a tag leaves it to a person",
        fits=lambda one: one.wanted is ExtensionMode.MANUAL and not one.too_long,
        mode=ApplianceMode.STANDARD,
        reason="fleet.yaml or a tag leaves network extension to a person, who may choose in service where that is "
        "possible; planned as standard, the longer outage{look}",
    ),
    Row(
        id="standard-wanted",
        when="the policy or a tag wants the standard mode",
        fits=lambda one: one.wanted is ExtensionMode.STANDARD,
        mode=ApplianceMode.STANDARD,
        reason="fleet.yaml or a tag wants standard: it is redeployed in place{look}",
    ),
    Row(
        id="in-service",
        when="every prerequisite of in service is known to be true",
        fits=lambda one: not lacks(one),
        mode=ApplianceMode.IN_SERVICE,
        reason="spare addresses, firewalls and room are there at both sides: a second pair takes over",
    ),
    Row(
        id="in-service-or-nothing",
        when="in service is wanted and nothing else, and something keeps it away",
        fits=lambda one: one.wanted is ExtensionMode.IN_SERVICE_ONLY,
        mode=ApplianceMode.NONE,
        reason="fleet.yaml or a tag wants in service or nothing, and {lacking}",
        fix_lacks=True,
    ),
    Row(
        id="limit-or-nothing",
        when="a network cannot bear a standard upgrade, and something keeps in service away",
        fits=lambda one: bool(one.too_long),
        mode=ApplianceMode.NONE,
        reason="{limit}, and in service is not possible: {lacking}",
        to_fix=(RAISE_LIMIT,),
        fix_lacks=True,
    ),
    Row(
        id="standard",
        when="nothing of the above",
        fits=lambda _: True,
        mode=ApplianceMode.STANDARD,
        reason="it is redeployed in place and not in service, because {lacking}",
        fix_lacks=True,
    ),
)


def row_of(situation: Situation) -> Row:
    """The row that decides."""
    return next(row for row in TABLE if row.fits(situation))


def choose(situation: Situation) -> ModeChoice:
    """How the appliance is upgraded and why so.

    `manual` is no mode of the product: the choice is made as if for standard, and whoever plans gives it to a person.
    """
    row = row_of(situation)
    found = lacks(situation) if row.fix_lacks else ()
    return ModeChoice(
        mode=row.mode,
        reason=row.reason.format(
            lacking="; ".join(one.text for one in found),
            look=LOOK if situation.ephemeral is None else "",
            limit=situation.too_long,
        ),
        to_fix=(*row.to_fix, *(one.fix for one in found)),
    )
