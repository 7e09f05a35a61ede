"""One process at a time carries out the runs of a store on this machine."""

import contextlib
import fcntl
from collections.abc import Iterator

from cli.edge import WrongUseError
from shared.settings import Settings


@contextlib.contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """Hold the store's lock while inside; the system gives it back however the process ends.

    The ledger keeps two hosts from sending a call twice, but an upgrade that one of them takes for a lost one of its
    own and ends would leave the other waiting for ever.

    Raises:
        WrongUseError: another process holds it.
    """
    path = settings.store_file.with_suffix(".lock")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("a")
    except OSError as error:
        raise WrongUseError([f"{path}: cannot be written: {error.strerror}"]) from None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            told = "another hcx-fleet carries out the runs of this store; hcx-fleet status shows how they stand"
            raise WrongUseError([f"{settings.store_file}: {told}"]) from None
        yield
