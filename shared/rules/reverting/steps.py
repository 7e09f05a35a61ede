"""The steps of a revert in their order: who, what, until when, and what proves it.

No side goes back before the other side's way back is promised: one manager that was taken back alone is what nobody
can mend. Once it is promised both sides may go at the same time, since a snapshot that is about to be deleted does not
wait for the other one's turn.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from shared.model.inventory import ManagerKind
from shared.model.plan import ManagerThen, SubjectKind
from shared.model.policy import Owner
from shared.model.revert import ManagerBack, MeshBack, RevertScope, RevertStep, RevertStepKind
from shared.rules.admitting.held_back import moment
from shared.rules.reverting.material import Material
from shared.rules.reverting.ways import backing
from shared.rules.subjects import kind_of_manager

PATIENCE = timedelta(days=14)
"""How long a step is waited for that no deadline ends."""

SETTLING = timedelta(hours=4)
"""How long pairings may take to be healthy again, and everything to be as it should be, with nobody asked for more."""

PROVIDER = "Microsoft, by the support request"


def steps(
    material: Material,
    managers: tuple[ManagerBack, ...],
    meshes: tuple[MeshBack, ...],
    *,
    scope: RevertScope,
    ask: bool,
) -> tuple[RevertStep, ...]:
    """All of them.

    Args:
        material: what the revert is planned from.
        managers: those that the run changed.
        meshes: those that have to follow.
        scope: how far there is a way back.
        ask: whether support has to be asked first.
    """
    going = tuple(one for one in managers if one.revertible)
    case = [_case(material, managers, scope)] if ask else []
    back = [_manager(material, one, tuple(step.id for step in case)) for one in going]
    if not back:
        return tuple(case)
    pairs = _pairs(material, going, tuple(one.id for one in back))
    follow = [_mesh(material, one, pairs.id) for one in meshes]
    last = tuple(one.id for one in follow) or (pairs.id,)
    return (*case, *back, pairs, *follow, _hand_over(material, going, meshes, last))


def first_deadline(managers: Iterable[ManagerBack]) -> datetime | None:
    """When the first way back ends; None where none does."""
    return min((one.until for one in managers if one.revertible and one.until), default=None)


def _case(material: Material, managers: tuple[ManagerBack, ...], scope: RevertScope) -> RevertStep:
    full = scope is RevertScope.FULL
    promise = "Microsoft has agreed to revert the cloud manager" if full else "support has said how to go on"
    return RevertStep(
        id=f"case:{material.cloud}",
        kind=RevertStepKind.OPEN_CASE,
        subject_kind=SubjectKind.PRIVATE_CLOUD,
        subject=material.cloud,
        title=f"open the support request for {material.cloud}",
        owner=Owner.ASSISTED,
        who=f"whoever may open support requests for {material.cloud}",
        text=f"open a support request with Microsoft for {material.cloud}; its text is ready in the plan of this "
        f"revert. Report this step as done once {promise}: nothing is taken back before.",
        proof=f"a person's word that {promise}; nothing that hcx-fleet could observe shows it",
        deadline=first_deadline(managers),
        patience=PATIENCE,
    )


def _manager(material: Material, way: ManagerBack, after: tuple[str, ...]) -> RevertStep:
    cloud = way.kind is ManagerKind.CLOUD_MANAGER
    return RevertStep(
        id=f"manager:{way.manager}",
        kind=RevertStepKind.REVERT_MANAGER,
        subject_kind=kind_of_manager(way.kind),
        subject=way.manager,
        title=f"take {way.manager} back to {way.back_to.release}",
        owner=Owner.PROVIDER if cloud else Owner.ASSISTED,
        who=PROVIDER if cloud else f"a person at {material.site(way.manager)}",
        text=_by_the_provider(way) if cloud else _by_the_site(way),
        proof=f"{way.manager} answers as {way.back_to.release}, as the same system, with its services running",
        depends_on=after,
        observes=(way.manager,),
        deadline=way.until,
        patience=PATIENCE,
    )


def _by_the_provider(way: ManagerBack) -> str:
    return (
        f"Microsoft reverts {way.manager} to its snapshot, {way.snapshot}. Nobody else can: ask in the support request "
        f"how it stands.{_until(way)}"
    )


def _by_the_site(way: ManagerBack) -> str:
    return (
        f"in vCenter, revert the virtual machine of {way.manager} to its snapshot, {way.snapshot}, and power it on. "
        f"Restore no appliance of a mesh from a snapshot.{_until(way)}"
    )


def _until(way: ManagerBack) -> str:
    until = f" It is deleted {moment(way.until)}." if way.until else ""
    sure = f" That is {backing(way)}: look first." if backing(way) else ""
    return f"{until}{sure}"


def _pairs(material: Material, going: tuple[ManagerBack, ...], after: tuple[str, ...]) -> RevertStep:
    return RevertStep(
        id=f"pairs:{material.cloud}",
        kind=RevertStepKind.PAIRS,
        subject_kind=SubjectKind.PRIVATE_CLOUD,
        subject=material.cloud,
        title=f"site pairings of {material.cloud} healthy again",
        owner=Owner.ASSISTED,
        who=f"a person at {material.site(going[-1].manager)}",
        text="nothing, where they come back by themselves. Where they do not: edit the site pairing at the connector, "
        "and accept the other side's certificate if it is asked for.",
        proof="every pairing of the managers that went back is up, at each side that can be read",
        depends_on=after,
        observes=_both(material, going),
        patience=SETTLING,
    )


def _mesh(material: Material, mesh: MeshBack, pairs: str) -> RevertStep:
    anew, site = bool(mesh.upgraded), material.site(mesh.ends[0])
    todo = (
        f"at {mesh.ends[0]}, select all appliances of {mesh.name} and redeploy them"
        if anew
        else f"at {mesh.ends[0]}, resync {mesh.name}"
    )
    which = "its appliances" if not anew else "them"
    cost = "; its extended networks are interrupted while that goes on" if anew else ""
    return RevertStep(
        id=f"mesh:{mesh.mesh}",
        kind=RevertStepKind.REDEPLOY_MESH if anew else RevertStepKind.RESYNC_MESH,
        subject_kind=SubjectKind.MESH,
        subject=mesh.mesh,
        title=f"{'redeploy all appliances of' if anew else 'resync'} {mesh.name}",
        owner=Owner.ASSISTED,
        who=f"a person at {site}",
        text=f"{todo}{cost}. Restore none of {which} from a snapshot.",
        proof=_proof_of(mesh),
        depends_on=(pairs,),
        observes=mesh.ends,
        patience=PATIENCE,
    )


def _proof_of(mesh: MeshBack) -> str:
    if mesh.upgraded:
        return f"every appliance of {mesh.name} has the version of its own manager, and its tunnel is up"
    return f"{mesh.name} is in a good state, and says that it is in sync or shows a resync that ended well"


def _hand_over(
    material: Material, going: tuple[ManagerBack, ...], meshes: tuple[MeshBack, ...], after: tuple[str, ...]
) -> RevertStep:
    return RevertStep(
        id=f"hand-over:{material.cloud}",
        kind=RevertStepKind.HAND_OVER,
        subject_kind=SubjectKind.PRIVATE_CLOUD,
        subject=material.cloud,
        title=f"everything of {material.cloud} at rest",
        owner=Owner.ASSISTED,
        who=f"a person at {material.site(going[-1].manager)}",
        text="nothing, where it comes to rest by itself. Mend what does not, and report nothing: it is observed.",
        proof="versions, services, pairings, meshes and tunnels are as they should be, all in one look",
        depends_on=after,
        observes=tuple(dict.fromkeys((*_both(material, going), *(end for one in meshes for end in one.ends)))),
        patience=SETTLING,
    )


def _both(material: Material, going: Iterable[ManagerBack]) -> tuple[str, ...]:
    """The managers that go back and those that they are paired with, as they were when the run was planned."""
    then = {one.system_id: one for one in material.plan.baseline.managers}
    return tuple(dict.fromkeys(_with_partners(then, going)))


def _with_partners(then: dict[str, ManagerThen], going: Iterable[ManagerBack]) -> Iterator[str]:
    for way in going:
        yield way.manager
        yield from (one.manager for one in then.values() if way.system_id in one.pairs)
        own = then.get(way.system_id)
        yield from (then[one].manager for one in (own.pairs if own else ()) if one in then)
