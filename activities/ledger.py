"""At most one mutating call per subject, step and generation, whatever is delivered twice or killed in between.

The order is: claim, say that it is being sent, send, say what came of it. A crash before `sending` leaves a claim that
the same run may use; a crash after it leaves a claim that is never sent again: from there on only observation speaks.
"""

from collections.abc import Callable
from datetime import datetime

from shared.model.acts import Act, Adopted, AskAgain, Refused, Started, Uncertain
from shared.model.ledger import Claim, ClaimState
from shared.model.orders import StepOrder
from shared.ports import Store
from shared.store.errors import ClaimMovedError

NOTHING_SENT_YET = frozenset({ClaimState.CLAIMED, ClaimState.RELEASED})


def once(store: Store, now: datetime, order: StepOrder, subject: str, act: Callable[[], Act]) -> Act:
    """Make the one call of a step, or say what became of it earlier."""
    claim = store.claim(subject, order.step, order.generation, order.run, now)
    if claim.state not in NOTHING_SENT_YET:
        return _earlier(claim, order.run)
    if not claim.mine:
        return _held(claim)
    try:
        claim = store.record_claim(claim, ClaimState.SENDING, None, now)
    except ClaimMovedError:
        # The engine may deliver an activity twice at the same time: exactly one of the two sends.
        return AskAgain(detail="another delivery of this step is sending it right now")
    done = act()
    _settle(store, now, claim, done)
    return done


def _settle(store: Store, now: datetime, claim: Claim, done: Act) -> None:
    match done:
        case Started(job=job) | Adopted(job=job):
            store.record_claim(claim, ClaimState.ADOPTED, job, now)
        case AskAgain() | Refused():
            store.record_claim(claim, ClaimState.RELEASED, None, now)
        case Uncertain():
            pass  # stays `sending`: whether it arrived, nobody knows


def _earlier(claim: Claim, run: str) -> Act:
    if claim.job is not None or claim.holder == run:
        return Adopted(job=claim.job, detail=f"sent before, at {claim.at:%Y-%m-%d %H:%M} UTC by run {claim.holder}")
    return Refused(
        reason="already-sent",
        detail=f"run {claim.holder} sent this call at {claim.at:%Y-%m-%d %H:%M} UTC and nothing shows that it arrived",
        remedy="a person: look at the manager; hcx-fleet does not send it a second time by itself",
    )


def _held(claim: Claim) -> Act:
    return Refused(
        reason="claimed",
        detail=f"run {claim.holder} holds this step since {claim.at:%Y-%m-%d %H:%M} UTC",
        remedy=f"wait for run {claim.holder}, or look at why it does not go on: hcx-fleet status {claim.holder}",
    )
