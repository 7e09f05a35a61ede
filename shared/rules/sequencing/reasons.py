"""Why a manager or a mesh gets no way, in words: which versions stand where, and who can open it and how."""

from shared.model.record import record
from shared.model.version import Version
from shared.rules import skew as measure
from shared.rules.catalogue.records import CompulsoryMesh, Skew, StrictMesh
from shared.rules.path import NoPath
from shared.rules.sequencing.records import Chain, MeshMover, Mover

POLICY = "the owner of fleet.yaml"


@record
class Standing:
    """Where another manager is while it is in the way."""

    mover: Mover
    at: Version
    why: str = ""
    """Why it does not go on, as a clause such as `it stays: held`; empty where it only cannot go first."""
    later_wave: bool = False

    def __str__(self) -> str:
        because = "it moves in a later wave" if self.later_wave else self.why
        return f"is at {self.at.release}" + (f" ({because})" if because else "")


# --- managers ---------------------------------------------------------------------------------------------------------


def unknown(mover: Mover, strange: Mover) -> NoPath:
    """A version that is not understood: its own, or that of a partner, with which nothing can be compared."""
    whose = "its version" if mover.id == strange.id else f"the version of {strange.id}, which it is paired with,"
    return NoPath(
        rule="unknown-version",
        detail=f"{mover.id}: {whose} ({strange.source.text!r}) is not understood",
        what_would_open="the owner of hcx-fleet: add the shape of that version with its source",
    )


def never_paired(mover: Mover, other: Mover, skew: Skew) -> NoPath:
    """A pair that must not exist as it stands, so that no hop of either side is safe."""
    pair = f"{mover.id} at {mover.source.release} is paired with {other.id} at {other.source.release}"
    return _crossing(pair, mover.source, other.source, skew)


def blocked(mover: Mover, hop: Chain, other: Standing, skew: Skew) -> NoPath:
    """A partner that the next hop would get too far away from."""
    here, onward = hop
    attempt = f"{mover.id} cannot go from {here.release} to {onward.release} while {other.mover.id}, which it is "
    attempt += f"paired with, {other}"
    if measure.apart(onward, other.at, skew) is None:
        return _crossing(attempt, onward, other.at, skew)
    limit = skew.managers.minors
    distance = abs(onward.minor - other.at.minor)
    return NoPath(
        rule="skew",
        detail=f"{attempt}: they would be {distance} minor releases apart, and {limit} is the most",
        what_would_open=_bring_nearer(mover, onward, other, limit),
    )


def in_each_others_way(mover: Mover, hop: Chain, other: Standing, skew: Skew) -> NoPath:
    """Several managers each of which would have to go first."""
    why = blocked(mover, hop, other, skew)
    if why.rule != "skew":
        return why
    most = f"{other.at.major}.{other.at.minor + skew.managers.minors}"
    who = "the provider" if mover.provider else POLICY
    return NoPath(
        rule=why.rule,
        detail=f"{why.detail}; neither can go first",
        what_would_open=f"{who}: take {mover.id} to a release of {most} at most first; "
        "where no listed way stops at one, have a release in between added to the catalogue with its source",
    )


def mesh_behind(mover: Mover, hop: Chain, mesh: MeshMover, other: Mover, skew: Skew) -> NoPath:
    """A mesh whose appliances would be left too far behind, and which cannot follow in time."""
    here, onward = hop
    if measure.apart(onward, other.source, skew) is None:  # the mesh is only where it would show
        attempt = f"{mover.id} cannot go from {here.release} to {onward.release} while {other.id}, at the other end of "
        return _crossing(f"{attempt}mesh {mesh.shown}, is at {other.source.release}", onward, other.source, skew)
    because = "its managers never meet at a release on the way where it could follow"
    if mesh.stays_because:
        because = f"it stays: {mesh.stays_because}"
    return NoPath(
        rule="appliance-skew",
        detail=f"{mover.id} cannot go from {here.release} to {onward.release}: {_lag(mesh, onward, skew)}, "
        f"and {because}",
        what_would_open=f"who keeps back mesh {mesh.shown}: let it be upgraded"
        if mesh.stays_because
        else _meet(mover, other, mesh, skew),
    )


def mesh_waits(mover: Mover, hop: Chain, mesh: MeshMover, other: Standing, skew: Skew) -> NoPath:
    """A mesh that has to follow at a release at which only one of its managers is, or in a wave that comes too late."""
    here, onward = hop
    late = other.later_wave or other.at.same_release(here)
    return NoPath(
        rule="appliance-skew",
        detail=f"{mover.id} cannot go from {here.release} to {onward.release} before mesh {mesh.shown} has followed to "
        f"{here.release}, or {_lag(mesh, onward, skew)}; {other.mover.id} {other}"
        + (", and the mesh belongs to a later wave" if late and not other.later_wave else ""),
        what_would_open=_one_wave(mover, other.mover) if late else _meet(mover, other.mover, mesh, skew),
    )


def ends_apart(mover: Mover, end: Version, other: Mover, other_end: Version) -> NoPath:
    """Two partners that would both move, and end at different releases."""
    return NoPath(
        rule="ends-apart",
        detail=f"{mover.id} would end at {end.release}, and {other.id}, which it is paired with, "
        f"at {other_end.release}",
        what_would_open=f"{POLICY}: give both managers one target",
    )


def border(mover: Mover, rule: CompulsoryMesh, mesh: MeshMover, why: NoPath) -> NoPath:
    """A border that only those may cross whose meshes follow."""
    return NoPath(
        rule=rule.rule,
        detail=f"{mover.id} would cross {rule.crosses.release} and leave mesh {mesh.shown} behind, which is not "
        f"upgraded: {why.detail}; {rule.detail}",
        what_would_open=why.what_would_open,
    )


# --- meshes -----------------------------------------------------------------------------------------------------------


def mesh_stays(mesh: MeshMover) -> NoPath:
    """A mesh that somebody or something keeps back."""
    return NoPath(
        rule="stays",
        detail=f"it stays: {mesh.stays_because}",
        what_would_open=f"who keeps back mesh {mesh.shown}: let it be upgraded",
    )


def mesh_unknown(strange: Mover) -> NoPath:
    """A mesh with a manager whose version is not understood."""
    return NoPath(
        rule="unknown-version",
        detail=f"the version of its manager {strange.id} ({strange.source.text!r}) is not understood",
        what_would_open="the owner of hcx-fleet: add the shape of that version with its source",
    )


def mesh_ends_apart(ends: tuple[Standing, Standing]) -> NoPath:
    """A mesh has the version of its managers, which must be one."""
    one, other = ends
    return NoPath(
        rule="ends-apart",
        detail="its managers end at different releases: " + _each(ends),
        what_would_open=f"{POLICY}: see what keeps back {(one if one.why else other).mover.id}, "
        "or give both managers one target",
    )


def mesh_strict(rule: StrictMesh, behind: Standing) -> NoPath:
    """A mesh that waits for more managers than its own two, one of which does not get there."""
    return NoPath(
        rule=rule.rule or "all-paired-managers",
        detail=f"it waits for every manager paired with one of its own two: {_each((behind,))}; {rule.detail}",
        what_would_open=f"{POLICY}: see what keeps back {behind.mover.id}",
    )


# --- parts of sentences -----------------------------------------------------------------------------------------------


def _crossing(what: str, a: Version, b: Version, skew: Skew) -> NoPath:
    rule = measure.never_paired(a, b, skew)
    if rule is None:
        return NoPath(
            rule="other-major",
            detail=f"{what}: nothing is known of pairs across these majors",
            what_would_open=f"{POLICY}: choose a target of the same major",
        )
    return NoPath(rule=rule.rule, detail=f"{what}: {rule.detail}", what_would_open=rule.opens)


def _bring_nearer(mover: Mover, onward: Version, other: Standing, limit: int) -> str:
    if other.later_wave:
        return _one_wave(mover, other.mover)
    least = f"{onward.major}.{max(0, onward.minor - limit)} or later"
    if mover.provider:
        return f"the provider: move {mover.id} only after {other.mover.id} is at {least}"
    if other.mover.provider:
        return f"the provider: bring {other.mover.id} to {least} before {mover.id} goes on"
    most = f"{other.at.major}.{other.at.minor + limit}"
    return f"{POLICY}: let {other.mover.id} go to {least}, or choose a target of {most} at most for {mover.id}"


def _one_wave(mover: Mover, other: Mover) -> str:
    return f"{POLICY}: put {mover.id} and {other.id} into one wave, or set sharedConnectors to last"


def _meet(mover: Mover, other: Mover, mesh: MeshMover, skew: Skew) -> str:
    most = "one release"
    if mesh.version is not None:
        most += f" of {mesh.version.major}.{mesh.version.minor + skew.appliances.minors} at most"
    who = "the provider" if mover.provider or other.provider else POLICY
    return f"{who}: let {mover.id} and {other.id} both stop at {most}, where mesh {mesh.shown} can follow"


def _lag(mesh: MeshMover, onward: Version, skew: Skew) -> str:
    if mesh.version is None or mesh.version.major != onward.major:
        return f"the appliances of mesh {mesh.shown} would be of another major"
    return (
        f"the appliances of mesh {mesh.shown}, at {mesh.version.release}, would be "
        f"{onward.minor - mesh.version.minor} minor releases behind, and {skew.appliances.minors} is the most"
    )


def _each(standings: tuple[Standing, ...]) -> str:
    return ", ".join(f"{one.mover.id} at {one.at.shown}" + (f" ({one.why})" if one.why else "") for one in standings)
