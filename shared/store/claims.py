"""How a claim may move: the rule that keeps a change from being sent twice."""

from dataclasses import replace
from datetime import datetime

from shared.model.ledger import Claim, ClaimState
from shared.store.errors import ClaimMovedError

MOVES = {
    ClaimState.CLAIMED: frozenset({ClaimState.SENDING, ClaimState.ADOPTED, ClaimState.DONE, ClaimState.RELEASED}),
    ClaimState.SENDING: frozenset({ClaimState.ADOPTED, ClaimState.DONE, ClaimState.RELEASED}),
    ClaimState.ADOPTED: frozenset({ClaimState.ADOPTED, ClaimState.DONE}),
    ClaimState.DONE: frozenset[ClaimState](),
    ClaimState.RELEASED: frozenset[ClaimState](),
}
"""Every move there is. Adopted to adopted is there because HCX may name its job later than it starts it."""

HOLDER_ONLY = frozenset({ClaimState.SENDING, ClaimState.RELEASED})
"""Moves that say what the holder is about to do, or did not do. The others say what was observed, and anybody who
observes it may record it: a run that finds the work of a dead run finished closes that run's claim."""

REPEATABLE = frozenset({ClaimState.ADOPTED, ClaimState.DONE, ClaimState.RELEASED})
"""States whose second recording is harmless. SENDING is not one of them: the durable engine may run an activity twice
at the same time under one holder, and exactly one of the two may win the right to send."""


def moved(standing: Claim | None, seen: Claim, state: ClaimState, job: str | None, now: datetime) -> Claim:
    """What the claim becomes when a caller that last saw `seen` moves it to `state`; compare-and-set.

    Raises:
        ClaimMovedError: the ledger holds something else than `seen`, or there is no such move.
    """
    if standing is None:
        raise ClaimMovedError(f"{_name(seen)} was never claimed", None)
    if state in HOLDER_ONLY and not seen.mine:
        raise ClaimMovedError(f"{_name(seen)} is held by {seen.holder}: only it may go to {state}", standing)
    if state in REPEATABLE and _already(standing, seen, state, job):
        return standing
    if (standing.holder, standing.state) != (seen.holder, seen.state):
        raise ClaimMovedError(
            f"{_name(seen)} is not {seen.state} for {seen.holder} any more, but {standing.state} for {standing.holder}",
            standing,
        )
    if state not in MOVES[standing.state]:
        raise ClaimMovedError(f"{_name(seen)} is {standing.state} and cannot go to {state}", standing)
    return replace(standing, state=state, job=job or standing.job, at=now)


def _already(standing: Claim, seen: Claim, state: ClaimState, job: str | None) -> bool:
    return standing.holder == seen.holder and standing.state is state and job in (None, standing.job)


def _name(claim: Claim) -> str:
    return f"claim on {claim.subject}, step {claim.step}, generation {claim.generation}"
