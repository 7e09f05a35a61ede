"""Is the mesh one that people made?"""

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.of_mesh import End, ends
from shared.model.finding import Verdict
from shared.rules.meshes import within_one_manager

OWN_NAME = "default-service-mesh-"
"""How the product calls the meshes that it makes for itself."""


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """The mesh lies between two sites, and is none that a manager made with itself.

    Field notes of 9.1.1 show automatic meshes named `default-service-mesh-…`, which belong to the product and must be
    left out of every plan. They are left out where meshes are read; this is the last line, should one come by another
    way, such as imported facts. Nobody can waive it: there is nothing of a customer's in such a mesh.
    """
    found = ends(context)
    if isinstance(found, Judgement):
        return (found,)
    own = [end for end in found if end.mesh.name.startswith(OWN_NAME) or within_one_manager(end.mesh)]
    return (_own(own) if own else _between(found),)


def _own(own: list[End]) -> Judgement:
    mesh = own[0].mesh
    return Judgement(
        verdict=Verdict.UPGRADE_FAILURE,
        summary=f"mesh {mesh.name} belongs to the product: a manager made it with itself",
        evidence=tuple(end.says(f"mesh {end.mesh.name}") for end in own),
        remedy="leave it alone, and plan again; the owner of hcx-fleet: say how it got into the plan",
    )


def _between(found: tuple[End, ...]) -> Judgement:
    return Judgement(
        verdict=Verdict.PASS,
        summary=f"mesh {found[0].mesh.name} lies between two sites",
        evidence=tuple(end.says(f"mesh {end.mesh.name}") for end in found),
    )


CHECK = Check(
    id="self-site-mesh",
    title="The mesh lies between two sites, and the product did not make it for itself",
    concerns=frozenset({Concern.MESH}),
    verdicts=frozenset({Verdict.PASS, Verdict.NOT_APPLICABLE, Verdict.UPGRADE_FAILURE}),
    waivable=False,
    link=links.APPLIANCES,
    judge=judge,
)
