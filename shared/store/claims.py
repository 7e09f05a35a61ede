"""How a claim may move: the rule that keeps a change from being sent twice."""

import hashlib
from dataclasses import replace
from datetime import datetime

from shared.model.canonical import canonical
from shared.model.ledger import Claim, ClaimState
from shared.store.errors import ClaimMovedError, TamperedError
from shared.store.moments import sortable

MOVES = {
    ClaimState.INTENDED: frozenset({ClaimState.CLAIMED, ClaimState.ADOPTED, ClaimState.DONE, ClaimState.RELEASED}),
    ClaimState.CLAIMED: frozenset(
        {ClaimState.CLAIMED, ClaimState.SENDING, ClaimState.ADOPTED, ClaimState.DONE, ClaimState.RELEASED}
    ),
    ClaimState.SENDING: frozenset({ClaimState.ADOPTED, ClaimState.DONE, ClaimState.RELEASED}),
    ClaimState.ADOPTED: frozenset({ClaimState.ADOPTED, ClaimState.DONE}),
    ClaimState.DONE: frozenset[ClaimState](),
    ClaimState.RELEASED: frozenset[ClaimState](),
}
"""Every move there is. Claimed to claimed is a holder that was killed before it sent and comes back under another
lease; adopted to adopted is there because HCX may name its job later than it starts it."""

HOLDER_ONLY = frozenset({ClaimState.CLAIMED, ClaimState.SENDING, ClaimState.RELEASED})
"""Moves that say what the holder is about to do, or did not do. The others say what was observed, and anybody who
observes it may record it: a run that finds the work of a dead run finished closes that run's claim."""

REPEATABLE = frozenset({ClaimState.ADOPTED, ClaimState.DONE, ClaimState.RELEASED})
"""States whose second recording is harmless. SENDING is not one of them: the durable engine may run an activity twice
at the same time under one holder, and exactly one of the two may win the right to send."""

FREE = frozenset({ClaimState.INTENDED, ClaimState.CLAIMED, ClaimState.RELEASED})
"""States in which nothing was sent: another run that has the lease now takes the claim over, and the one before it
finds that it is not the holder any more when it wants to send."""


def intention(subject: str, step: str, generation: int, holder: str, now: datetime) -> Claim:
    """A claim as a run intends it."""
    return Claim(
        subject=subject,
        step=step,
        generation=generation,
        holder=holder,
        state=ClaimState.INTENDED,
        job=None,
        at=now,
        mine=True,
    )


def intended(standing: Claim | None, wanted: Claim) -> Claim:
    """What stands once `wanted.holder` wants to make the change: their own claim, or what another one has begun.

    The fence of what stood there stays, so that a lease from before it moves nothing.
    """
    if standing is None:
        return wanted
    if standing.state is ClaimState.RELEASED or (standing.state in FREE and not standing.mine):
        return replace(wanted, fence=standing.fence)
    return standing


def moved(
    standing: Claim | None, seen: Claim, state: ClaimState, job: str | None, now: datetime, *, fence: int = 0
) -> Claim:
    """What the claim becomes when a caller that last saw `seen` moves it to `state`; compare-and-set.

    Args:
        standing: what the ledger holds.
        seen: what the caller believes that it holds.
        state: where to.
        job: the HCX job, once it is known.
        now: the time of the move.
        fence: token of the lease under which it moves; 0: of the one under which the caller saw it.

    Raises:
        ClaimMovedError: the ledger holds something else than `seen`, there is no such move, or a later lease was at it.
    """
    if standing is None:
        raise ClaimMovedError(f"{name_of(seen)} was never claimed", None)
    if state in HOLDER_ONLY and not seen.mine:
        raise ClaimMovedError(f"{name_of(seen)} is held by {seen.holder}: only it may go to {state}", standing)
    if state in REPEATABLE and _already(standing, seen, state, job):
        return standing
    _refuse_stale(standing, seen, fence or seen.fence)
    if state not in MOVES[standing.state]:
        raise ClaimMovedError(f"{name_of(seen)} is {standing.state} and cannot go to {state}", standing)
    under = max(standing.fence, fence)
    return replace(standing, state=state, job=job or standing.job, at=now, fence=under)


def _refuse_stale(standing: Claim, seen: Claim, fence: int) -> None:
    if (standing.holder, standing.state) != (seen.holder, seen.state):
        raise ClaimMovedError(
            f"{name_of(seen)} is not {seen.state} for {seen.holder} any more, "
            f"but {standing.state} for {standing.holder}",
            standing,
        )
    if fence < standing.fence:
        raise ClaimMovedError(
            f"{name_of(seen)} was taken up under lease {standing.fence}, and the lease of this move is the earlier "
            f"{fence}: it is not held any more",
            standing,
        )


def _already(standing: Claim, seen: Claim, state: ClaimState, job: str | None) -> bool:
    return standing.holder == seen.holder and standing.state is state and job in (None, standing.job)


def digest_of(claim: Claim) -> str:
    """SHA-256 over all that a store keeps of a claim, in hexadecimal digits."""
    kept = {
        "subject": claim.subject,
        "step": claim.step,
        "generation": claim.generation,
        "holder": claim.holder,
        "state": claim.state.value,
        "job": claim.job,
        "at": sortable(claim.at),
        "fence": claim.fence,
    }
    return hashlib.sha256(canonical(kept)).hexdigest()


def read_claim(key: tuple[str, str, int], row: tuple[str, str, str | None, str, int, str], caller: str | None) -> Claim:
    """A claim from what a store keeps of it.

    Args:
        key: subject, step and generation.
        row: holder, state, job, time, fence and digest.
        caller: the run that asks; None: none that could hold it.

    Raises:
        TamperedError: it is not what a store wrote there.
    """
    subject, step, generation = key
    holder, state, job, at, fence, digest = row
    try:
        claim = Claim(
            subject=subject,
            step=step,
            generation=generation,
            holder=holder,
            state=ClaimState(state),
            job=job,
            at=datetime.fromisoformat(at),
            mine=holder == caller,
            fence=fence,
        )
        whole = digest_of(claim) == digest
    except (ValueError, TypeError) as error:
        raise _tampered(key) from error
    if not whole:
        raise _tampered(key)
    return claim


def _tampered(key: tuple[str, str, int]) -> TamperedError:
    subject, step, generation = key
    return TamperedError(
        f"claim on {subject}, step {step}, generation {generation}: the row was changed by something else than "
        "hcx-fleet; find out by whom and what was really sent before anything is retried"
    )


def name_of(claim: Claim) -> str:
    """A claim in words."""
    return f"claim on {claim.subject}, step {claim.step}, generation {claim.generation}"
