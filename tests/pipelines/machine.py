"""The machine that a job runs on: a folder, an environment, and an `az` and a `sleep` that are of this world."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from shared.model.record import record

SHIMS = Path(__file__).parent / "shims"
SECONDS_MAX = 100
WORLD_SECONDS = 20
"""Of world time for each second that a script sleeps: looking less often than one may is always allowed."""


@record
class Ended:
    """How a script ended, and everything that it printed."""

    code: int
    out: str


class Machine:
    """Somebody's machine, with a folder of its own and nobody signed in."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.folder = folder
        self.home = folder / "home"
        self.work = folder / "work"
        for each in (self.home, self.work):
            each.mkdir(parents=True)
        self._environment = {
            "PATH": f"{SHIMS}:{os.defpath}",
            "HOME": str(self.home),
            "AZURE_CONFIG_DIR": str(self.home),
            "WORLD_SECONDS": str(WORLD_SECONDS),
            **environment,
        }

    def sign_in(self, token: str) -> None:
        """Have the Azure CLI hold this token."""
        (self.home / "token").write_text(token)

    def run(self, command: Sequence[str], environment: Mapping[str, str] | None = None) -> Ended:
        """Run a command to its end."""
        done = subprocess.run(  # noqa: S603 -- the examples
            command,
            cwd=self.work,
            env={**self._environment, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=SECONDS_MAX,
            check=False,
        )
        return Ended(code=done.returncode, out=done.stdout)

    def script(self, text: str, environment: Mapping[str, str], *options: str) -> Ended:
        """Run the text of a step, which becomes a file, by bash with these options."""
        file = self.folder / "step.sh"
        file.write_text(text)
        return self.run(["bash", *options, str(file)], environment)
