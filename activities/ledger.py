"""At most one mutating call per subject, step and generation, whatever is delivered twice or killed in between.

The order is: intend, look whether it was done or is under way already, claim it under the lease that is held, say that
it is being sent, send, say what came of it. A crash before `sending` leaves a claim that may be used again; a crash
after it leaves a claim that is never sent again in its generation: from there on only observation speaks.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from activities.known import task_of
from shared.model.acts import Act, Adopted, AskAgain, Refused, Started, Uncertain
from shared.model.ledger import Claim, ClaimState
from shared.model.orders import StepOrder
from shared.ports import NotSentError, Ports, Sending, Store
from shared.rules.resume import ledger_subject
from shared.rules.spent import SPENT, earlier
from shared.store.errors import ClaimMovedError, StoreBusyError, StoreError

type Change = Callable[[Sending], Act]
"""Looks, and makes the one call unless it was made; calls what it is given right before it sends."""


def once(store: Store, now: Callable[[], datetime], order: StepOrder, subject: str, act: Change) -> Act:
    """Make the one call of a step, or say what became of it earlier.

    Args:
        store: that holds ledger and leases.
        now: the time, asked for again right before the call: a look may take minutes.
        order: the step, and the lease under which it is to be made.
        subject: such as `manager:con-lyon`.
        act: the change.
    """
    claim = store.claim(subject, order.step, order.generation, order.run, now())
    if claim.state in SPENT:
        return _spent(store, now, claim, order.task, act)
    under = _Claimed(store, now, claim, order.fence)
    try:
        done = act(under.sending)
    except NotSentError as kept_back:
        return kept_back.act
    return _settled(store, now(), under.claim, done)


class _Claimed:
    """A claim on its way to being sent."""

    def __init__(self, store: Store, now: Callable[[], datetime], claim: Claim, fence: int) -> None:
        self.claim = claim
        self._store = store
        self._now = now
        self._fence = fence

    def sending(self) -> None:
        """The last moment before the call: the lease is held, and this delivery alone has the right to send.

        Raises:
            NotSentError: one of them is not so.
        """
        now = self._now()
        if not lease_held(self._store, self._fence, now):
            raise NotSentError(AskAgain(detail="the lease for it is not held any more, so nothing was sent"))
        try:
            self.claim = self._store.record_claim(self.claim, ClaimState.CLAIMED, None, now, self._fence)
            self.claim = self._store.record_claim(self.claim, ClaimState.SENDING, None, now, self._fence)
        except StoreError as error:
            raise NotSentError(_kept_back(error)) from error


def lease_held(store: Store, fence: int, now: datetime) -> bool:
    """Whether the lease with that token is held."""
    return any(lease.token == fence for lease in store.leases(now))


def _kept_back(error: StoreError) -> Act:
    """Why a call was not sent."""
    match error:
        case ClaimMovedError():
            # The engine may deliver an activity twice at the same time: exactly one of the two sends.
            return AskAgain(detail=f"somebody else is at this step right now: {error}")
        case StoreBusyError():
            return AskAgain(detail=f"the ledger cannot be written now: {error}")
        case _:
            remedy = "the owner of hcx-fleet: look at the ledger before anything is retried"
            return Refused(reason="ledger", detail=str(error), remedy=remedy)


def _settled(store: Store, now: datetime, claim: Claim, done: Act) -> Act:
    """Record what came of it, and give it; where another delivery is further, what it does counts."""
    state, job = _end_of(done)
    if state is None:
        return done
    try:
        store.record_claim(claim, state, job, now)
    except ClaimMovedError as error:
        return done if state is ClaimState.ADOPTED else _kept_back(error)
    return done


def _end_of(done: Act) -> tuple[ClaimState | None, str | None]:
    match done:
        case Started(job=job) | Adopted(job=job):
            return ClaimState.ADOPTED, job
        case AskAgain() | Refused():
            return ClaimState.RELEASED, None
        case Uncertain():
            return None, None  # stays `sending`: whether it arrived, nobody knows


# --- what was sent before ---------------------------------------------------------------------------------------------


def _spent(store: Store, now: Callable[[], datetime], claim: Claim, task: str, act: Change) -> Act:
    """What became of a call that may have been made: what the ledger knows, else what is seen, else nobody knows."""
    known = earlier(claim, task)
    if claim.job is not None or claim.state is not ClaimState.SENDING:
        return known
    found = _looked(act)
    if not isinstance(found, Adopted):
        return known
    with suppress(ClaimMovedError):  # somebody else found it, too
        store.record_claim(claim, ClaimState.ADOPTED, found.job, now())
    return found


def _looked(act: Change) -> Act | None:
    """What the change's own look finds; nothing is ever sent."""
    try:
        return act(_never)
    except NotSentError:
        return None


def _never() -> None:
    raise NotSentError(AskAgain(detail="it was sent before"))


# --- what was seen to be done -----------------------------------------------------------------------------------------


def change_done(ports: Ports, order: StepOrder) -> None:
    """Close the claim on a change of a task, whose work was observed to be done: it is the end of that generation."""
    task = task_of(ports, order.plan_hash, order.task)
    subject = ledger_subject(task)
    for claim in ports.store.claims_of(order.run):
        if (claim.subject, claim.step, claim.generation) == (subject, order.step, order.generation):
            _close(ports, claim)


def _close(ports: Ports, claim: Claim) -> None:
    if claim.state in {ClaimState.SENDING, ClaimState.ADOPTED}:
        with suppress(ClaimMovedError):
            ports.store.record_claim(claim, ClaimState.DONE, None, ports.clock.now())
