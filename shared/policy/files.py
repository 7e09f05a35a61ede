"""The `Configuration` port on files: `fleet.yaml` with the calendars beside it, and the confirmations."""

from pathlib import Path

from shared.model.confirmation import Confirmations
from shared.model.policy import Policy
from shared.policy.confirmations import read_confirmations
from shared.policy.policy import read_with_calendars
from shared.policy.unchanged import Parsed, Unchanged


class FileConfiguration:
    """Looks at the files at each call, so that a reviewed change counts without a restart."""

    def __init__(self, policy_path: Path, confirmations_path: Path | None = None) -> None:
        self._policy = Unchanged(policy_path, lambda: _policy(policy_path))
        self._confirmations = Unchanged(confirmations_path, lambda: (read_confirmations(confirmations_path), {}))

    def policy(self) -> Policy:
        """`fleet.yaml`.

        Raises:
            PolicyInvalidError: with every error, each naming file, line and field.
        """
        return self._policy.read()

    def confirmations(self) -> Confirmations:
        """The confirmations of mutating routes; none when there is no file.

        Raises:
            PolicyInvalidError: there is a file and it holds errors.
        """
        return self._confirmations.read()


def _policy(path: Path) -> Parsed[Policy]:
    read = read_with_calendars(path)
    return read.policy, read.calendars
