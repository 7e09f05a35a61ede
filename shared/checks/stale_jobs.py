"""Does a mesh show a job that is gone?"""

from collections.abc import Iterator

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.look import look
from shared.checks.no_other_upgrade import AT_WORK
from shared.checks.no_other_upgrade import CHECK as JOB_CHECK
from shared.checks.of_mesh import MESH_CHECK
from shared.checks.silent import left_to, nothing
from shared.checks.words import counted
from shared.model.facts import HcxJob, Mesh, Seen
from shared.model.finding import Evidence, Verdict
from shared.rules.freshness import JOBS, MESHES


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """No mesh calls a job running that is not listed any more.

    The record of the last task in a mesh was seen to say RUNNING for weeks after the job had failed or vanished, and
    the list of meshes on screen then never loads. So it is a hint, never a witness: it is a warning and blocks nothing.
    What really runs is a matter of the list of jobs, which has a check of its own.
    """
    return tuple(judgement for manager in context.managers for judgement in _judge(context, manager))


def _judge(context: CheckContext, manager: str) -> tuple[Judgement, ...]:
    meshes, jobs = look(context, manager, MESHES), look(context, manager, JOBS)
    if isinstance(meshes, Judgement):
        return (left_to(MESH_CHECK, meshes),)
    if isinstance(jobs, Judgement):
        return (left_to(JOB_CHECK.id, jobs),)
    concerned = [mesh for mesh in meshes.value if context.mesh in {None, mesh.id}]
    if not concerned:
        return nothing(f"{manager} lists no mesh that it concerns")
    return tuple(_stale(manager, concerned, meshes, jobs)) or (_none(manager, concerned, meshes, jobs),)


def _stale(
    manager: str, concerned: list[Mesh], meshes: Seen[tuple[Mesh, ...]], jobs: Seen[tuple[HcxJob, ...]]
) -> Iterator[Judgement]:
    listed = {one.id for one in jobs.value}
    for mesh in concerned:
        last = mesh.last_job
        if last and last.state in AT_WORK and last.id not in listed:
            yield Judgement(
                verdict=Verdict.WARN,
                summary=f"{manager}: mesh {mesh.name} calls {last.type} running, but no such HCX job is listed",
                evidence=(Evidence(text=f"last task of {mesh.name}: {last.type}, running", observed_at=meshes.at),),
                remedy="look at Interconnect > Service Mesh > Tasks; the record is known to go stale",
            )


def _none(
    manager: str, concerned: list[Mesh], meshes: Seen[tuple[Mesh, ...]], jobs: Seen[tuple[HcxJob, ...]]
) -> Judgement:
    return Judgement(
        verdict=Verdict.PASS,
        summary=f"{manager}: {counted(len(concerned), 'mesh shows', 'meshes show')} no job that is gone",
        evidence=(
            Evidence(text=f"{manager}: {counted(len(concerned), 'mesh', 'meshes')} looked at", observed_at=meshes.at),
            Evidence(text=f"{manager}: {counted(len(jobs.value), 'HCX job')} listed", observed_at=jobs.at),
        ),
    )


CHECK = Check(
    id="stale-jobs",
    title="No mesh shows a job that is gone",
    concerns=frozenset({Concern.MANAGER, Concern.MESH}),
    verdicts=frozenset({Verdict.PASS, Verdict.WARN, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.APPLIANCES,
    judge=judge,
)
