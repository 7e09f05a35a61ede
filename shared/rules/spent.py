"""What is said of a change that may have been sent before: it is never sent again in its generation."""

from shared.model.acts import Act, Adopted, Refused, Uncertain
from shared.model.ledger import Claim, ClaimState

SPENT = frozenset({ClaimState.SENDING, ClaimState.ADOPTED, ClaimState.DONE})
"""States of a claim whose call may have reached its system."""


def earlier(claim: Claim, task: str) -> Act:
    """What became of a spent claim of a step of `task`, as far as the ledger knows."""
    sent = f"at {claim.at:%Y-%m-%d %H:%M} UTC by run {claim.holder}"
    if not claim.mine and (claim.state is ClaimState.DONE or claim.job is None):
        return _of_another_run(claim, task, sent)
    if claim.state is ClaimState.SENDING:
        return Uncertain(detail=f"sent before, {sent}, and no answer to it is known")
    return Adopted(job=claim.job, detail=f"sent before, {sent}")


def _of_another_run(claim: Claim, task: str, sent: str) -> Refused:
    done = claim.state is ClaimState.DONE
    came = "it was seen to be done then" if done else "nothing shows that it arrived"
    return Refused(
        reason="already-sent",
        detail=f"this call was made {sent}, and {came}",
        remedy=retry(claim.subject.partition(":")[2], claim.holder, task),
    )


def retry(where: str, run: str, task: str) -> str:
    """What to do about a change of which nobody knows whether it arrived: only a person may have it sent again."""
    return f"a person: look at {where}, and where nothing runs there: hcx-fleet retry {run} --task {task} --as NAME"
