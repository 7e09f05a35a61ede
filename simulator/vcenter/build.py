"""Builds the peer once for each state of its sources, into a folder that nobody commits."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = Path(__file__).parent / "peer"
BUILT = ROOT / ".vcenter"
GOPATH = Path("/usr/share/gocode")
"""Where Debian's package golang-github-vmware-govmomi-dev puts its sources."""
BUILD_SECONDS = 300
PACKAGES = "golang-go golang-github-vmware-govmomi-dev"


class PeerUnavailableError(RuntimeError):
    """There is no peer, and none can be built here."""


def available() -> bool:
    """Whether a peer is there, or can be built."""
    return _binary().exists() or (
        shutil.which("go") is not None and (GOPATH / "src/github.com/vmware/govmomi").exists()
    )


def built() -> Path:
    """The program, built now if need be.

    Raises:
        PeerUnavailableError: it cannot be built; says what is missing, or what the compiler said.
    """
    binary = _binary()
    if binary.exists():
        return binary
    if not available():
        raise PeerUnavailableError(
            f"no vCenter peer can be built here: install {PACKAGES} (Debian), or run make vcenter"
        )
    BUILT.mkdir(exist_ok=True)
    made = binary.with_suffix(f".{os.getpid()}")  # two tests may build at once; the last rename wins
    command = ["go", "build", "-o", str(made), "."]
    done = subprocess.run(  # noqa: S603 -- a fixed command
        command, cwd=SOURCES, env=_environment(), capture_output=True, text=True, timeout=BUILD_SECONDS, check=False
    )
    if done.returncode != 0:
        raise PeerUnavailableError(f"the vCenter peer does not build: {done.stderr.strip()}")
    made.rename(binary)
    return binary


def _binary() -> Path:
    sources = b"".join(path.read_bytes() for path in sorted(SOURCES.glob("*.go")))
    return BUILT / f"peer-{hashlib.sha256(sources).hexdigest()[:16]}"


def _environment() -> dict[str, str]:
    path = os.environ["PATH"]  # noqa: TID251 -- for the compiler, not for us
    return {
        "PATH": path,
        "GO111MODULE": "off",
        "GOPATH": str(GOPATH),
        "GOCACHE": str(BUILT / "cache"),
        "HOME": str(BUILT),
    }


if __name__ == "__main__":
    print(built())  # noqa: T201 -- `make vcenter` shows it
