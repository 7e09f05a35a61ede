"""What a store says when it cannot do what was asked, ordered by what the caller can do.

StoreError
    StoreBusyError          ask again later: others hold the store, or it does not answer; asking again is safe
    ClaimMovedError         stop this step: the claim is not where the caller believed, so observe and never send
    CommandsMovedError      judge the command once more: somebody else said something to that run meanwhile
    LeaseHeldError          do not act: somebody else is at work there, and the error says who
    StoreUnusableError      stop the run: this store cannot be used, a person has to look
    TamperedError           stop the run: a row is not what was written there, a person has to look
    RunUnknownError         a bug: a run was changed that was never put
"""

from typing import Self

from shared.model.ledger import Claim, Lease


class StoreError(Exception):
    """Any refusal of a store."""


class StoreBusyError(StoreError):
    """Others held the store, or it did not answer, for longer than the caller is willing to wait.

    On one machine nothing was changed; on Azure the answer may have been lost. The same call is safe to make again.
    """


class ClaimMovedError(StoreError):
    """A claim could not be moved so; `standing` is what the ledger holds, None where it holds nothing."""

    def __init__(self, message: str, standing: Claim | None) -> None:
        super().__init__(message)
        self.standing = standing


class LeaseHeldError(StoreError):
    """Somebody else holds what was asked for; `standing` is their lease."""

    def __init__(self, message: str, standing: Lease) -> None:
        super().__init__(message)
        self.standing = standing


class CommandsMovedError(StoreError):
    """Another command to that run was kept after those that a new one was judged by."""

    @classmethod
    def of(cls, run_id: str, there: int, behind: int | None) -> Self:
        """The number that there is, and the one that was wanted."""
        return cls(f"run {run_id} has {there} commands by now, and not {behind}: the new one has to be judged again")


class TamperedError(StoreError):
    """Something in the store is not what was written there; the message names the row."""

    @classmethod
    def of_command(cls, run_id: str, sequence: int, how: str) -> Self:
        """A command to a run that is not what was kept there, or is missing; no other one is obeyed either."""
        return cls(
            f"command {sequence} to run {run_id} was changed by something else than hcx-fleet: {how}. None to this run "
            "is obeyed, and its tasks make no further change; find out by whom, then retry them as a new run"
        )

    @classmethod
    def of_entry(cls, run_id: str, place: object) -> Self:
        """An entry in the journal of a run that cannot even be read."""
        return cls(
            f"entry {place} in the journal of run {run_id} was changed by something else than hcx-fleet: it is no "
            "entry any more"
        )


class StoreUnusableError(StoreError):
    """It is no store of ours, of another schema version, damaged, full, refuses us, or cannot be opened."""


class RunUnknownError(StoreError, KeyError):
    """No run of that id was ever put."""

    __str__ = Exception.__str__  # KeyError's own would put the sentence in quotes
