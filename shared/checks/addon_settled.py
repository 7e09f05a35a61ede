"""Is the HCX add-on of the private cloud in order?"""

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.of_cloud import of_part
from shared.model.facts import Seen
from shared.model.finding import Evidence, Verdict
from shared.model.inventory import CloudDetails, CloudPart, PrivateCloud, ProvisioningState

AT_WORK = frozenset(
    {ProvisioningState.PENDING, ProvisioningState.BUILDING, ProvisioningState.UPDATING, ProvisioningState.DELETING}
)
LOOK = "look at the HCX add-on of the private cloud in the Azure portal"


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """The HCX add-on of the private clouds concerned is in the provisioning state Succeeded.

    While Azure builds, changes or removes it, an upgrade works on what is being replaced. One that failed, or that is
    not listed although HCX is there, is a warning: Azure says of an add-on how it was ordered, and HCX itself tells
    whether it works. Its version is reported nowhere in Azure.
    """
    return of_part(context, CloudPart.ADDON, _judged)


def _judged(cloud: PrivateCloud, seen: Seen[CloudDetails]) -> Judgement:
    addon = seen.value.addon
    state = addon.provisioning_state.value if addon else "not listed"
    evidence = (Evidence(text=f"HCX add-on: {state}", observed_at=seen.at),)
    if addon is not None and addon.provisioning_state is ProvisioningState.SUCCEEDED:
        summary = f"{cloud.id}: its HCX add-on is in order"
        return Judgement(verdict=Verdict.PASS, summary=summary, evidence=evidence)
    if addon is not None and addon.provisioning_state in AT_WORK:
        return Judgement(
            verdict=Verdict.UPGRADE_FAILURE,
            summary=f"{cloud.id}: Azure is at work on its HCX add-on ({state})",
            evidence=evidence,
            remedy=f"wait until that ends: {LOOK}",
        )
    summary = f"{cloud.id}: its HCX add-on is {'in the state ' if addon else ''}{state}"
    return Judgement(verdict=Verdict.WARN, summary=summary, evidence=evidence, remedy=LOOK)


CHECK = Check(
    id="addon-settled",
    title="The HCX add-on is in order",
    concerns=frozenset({Concern.MANAGER, Concern.MESH}),
    verdicts=frozenset({Verdict.PASS, Verdict.WARN, Verdict.NOT_APPLICABLE, Verdict.UPGRADE_FAILURE}),
    waivable=True,
    link=links.PLACING,
    judge=judge,
)
