"""What a store says when it cannot do what was asked, ordered by what the caller can do.

StoreError
    StoreBusyError          ask again later: others hold the store, nothing was changed
    ClaimMovedError         stop this step: the claim is not where the caller believed, so observe and never send
    StoreUnusableError      stop the run: this file cannot be used, a person has to look
    RunUnknownError         a bug: a run was changed that was never put
"""

from shared.model.ledger import Claim


class StoreError(Exception):
    """Any refusal of a store."""


class StoreBusyError(StoreError):
    """Others held the store for longer than the caller is willing to wait; nothing was changed."""


class ClaimMovedError(StoreError):
    """A claim could not be moved so; `standing` is what the ledger holds, None where it holds nothing."""

    def __init__(self, message: str, standing: Claim | None) -> None:
        super().__init__(message)
        self.standing = standing


class StoreUnusableError(StoreError):
    """The file is no store of ours, of another schema version, damaged, or cannot be opened."""


class RunUnknownError(StoreError, KeyError):
    """No run of that id was ever put."""

    __str__ = Exception.__str__  # KeyError's own would put the sentence in quotes
