"""Is the private cloud at rest?"""

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.look import OBSERVE_AGAIN, in_words
from shared.model.finding import Evidence, Verdict
from shared.model.inventory import PrivateCloud, ProvisioningState
from shared.rules.freshness import PROVISIONING


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """The private clouds concerned are in the provisioning state Succeeded.

    For a cloud manager that is its own private cloud, for a mesh that of each cloud manager at its ends; a connector is
    not in one. In any other state Azure is at work on the cloud, or left a piece of work unfinished. Without a time of
    observation a good state is no more than a warning, and one that is too old is unknown.
    """
    judged = tuple(one for one in (_of_manager(context, manager) for manager in context.managers) if one)
    whose = " and ".join(context.managers)
    return judged or (Judgement(verdict=Verdict.NOT_APPLICABLE, summary=f"{whose}: not in a private cloud"),)


def _of_manager(context: CheckContext, manager: str) -> Judgement | None:
    facts = context.facts.of(manager)
    if facts is not None and facts.manager.cloud_resource_id is None:
        return None
    resource = facts.manager.cloud_resource_id if facts else None
    cloud = next((one for one in context.clouds if one.resource_id == resource), None)
    return _judge(context, cloud) if cloud else _gone(context, manager)


def _judge(context: CheckContext, cloud: PrivateCloud) -> Judgement:
    state, at = cloud.provisioning_state, context.clouds_observed_at
    evidence = (Evidence(text=f"provisioning state {state.value}", observed_at=at),)
    if at is not None and not PROVISIONING.covers(at, context.now):
        return Judgement(
            verdict=Verdict.UNKNOWN,
            summary=f"{cloud.id}: what Azure said of it is older than {in_words(PROVISIONING.span)}",
            evidence=evidence,
            remedy=OBSERVE_AGAIN,
        )
    if state is ProvisioningState.UNKNOWN:
        return Judgement(
            verdict=Verdict.UNKNOWN,
            summary=f"{cloud.id} is in a provisioning state that is not understood",
            evidence=evidence,
            remedy="look at the private cloud in the Azure portal",
        )
    if state is not ProvisioningState.SUCCEEDED:
        return Judgement(
            verdict=Verdict.OUTAGE_RISK,
            summary=f"{cloud.id} is not at rest: provisioning state {state.value}",
            evidence=evidence,
            remedy="wait until Azure's work on the private cloud ends; where it failed, open a support ticket",
        )
    if at is None:
        return Judgement(
            verdict=Verdict.WARN,
            summary=f"{cloud.id} was at rest, at a time that nobody kept",
            evidence=evidence,
            remedy=OBSERVE_AGAIN,
        )
    return Judgement(verdict=Verdict.PASS, summary=f"{cloud.id} is at rest", evidence=evidence)


def _gone(context: CheckContext, manager: str) -> Judgement:
    return Judgement(
        verdict=Verdict.UNKNOWN,
        summary=f"{manager}: Azure lists no private cloud for it",
        evidence=(Evidence(text="no private cloud listed", observed_at=context.clouds_observed_at),),
        remedy="see whether the private cloud still exists and its subscription can be read",
    )


CHECK = Check(
    id="cloud-provisioned",
    title="The private cloud is at rest",
    concerns=frozenset({Concern.MANAGER, Concern.MESH}),
    verdicts=frozenset({Verdict.PASS, Verdict.WARN, Verdict.NOT_APPLICABLE, Verdict.OUTAGE_RISK, Verdict.UNKNOWN}),
    waivable=True,
    link=links.REQUIREMENTS,
    judge=judge,
)
