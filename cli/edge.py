"""The edge of the command: whatever happens inside becomes a few lines on stderr and an exit code.

wrong use; settings, policy or store that cannot be used    every error at once, exit 2
a word of an app that is served elsewhere                   the same, with the exit code that it deserves
KeyboardInterrupt                                           what goes on and how to come back, exit 130
anything else                                               one line that says where the log is, exit 1
"""

import contextlib
import logging
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import FrameType

FAILED, WRONG_USE, INTERRUPTED = 1, 2, 130

_LOG = logging.getLogger("cli")


class WrongUseError(Exception):
    """The command was called with something that cannot be; `problems` holds every error, one line each."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


class ToldError(Exception):
    """What an app that is served elsewhere said, or that it said nothing; `code` is the exit code that it deserves."""

    def __init__(self, problems: Sequence[str], code: int) -> None:
        self.problems = tuple(problems)
        self.code = code
        super().__init__("\n".join(self.problems))


class InterruptedRunError(Exception):
    """Somebody pressed Ctrl-C while a run went on; the message says what goes on and how to come back."""


def carry_out(work: Callable[[], int]) -> int:
    """Do it; gives the exit code."""
    signal.signal(signal.SIGTERM, _as_interrupt)
    try:
        return int(work())
    except KeyboardInterrupt:
        return _said("Interrupted.", INTERRUPTED)
    except InterruptedRunError as error:
        return _said(str(error), INTERRUPTED)
    except ToldError as error:
        return _all_of(error.problems, error.code)
    except Exception as error:  # noqa: BLE001 -- the edge that classifies
        problems = _problems_of(error)
        return _all_of(problems) if problems else _internal()


def logging_to(path: Path) -> None:
    """Send what libraries and threads have to say into a file: the terminal shows results.

    Raises:
        WrongUseError: no file can be written there.
    """
    form = "%(asctime)s %(levelname)s %(name)s: %(message)s"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        logging.basicConfig(filename=path, level=logging.WARNING, format=form, force=True)
    except OSError as error:
        raise WrongUseError([f"{path}: cannot be written: {error.strerror}"]) from None
    threading.excepthook = _log_thread


@contextlib.contextmanager
def coming_back(message: str) -> Iterator[None]:
    """Say this when somebody interrupts what is inside."""
    try:
        yield
    except KeyboardInterrupt:
        raise InterruptedRunError(message) from None


def _as_interrupt(_number: int, _frame: FrameType | None) -> None:
    """A terminated command cleans up as an interrupted one does: a simulated world must not stay behind."""
    raise KeyboardInterrupt


def _problems_of(error: Exception) -> tuple[str, ...]:
    from shared.policy.problems import PolicyInvalidError  # noqa: PLC0415 -- only a failed command pays for it
    from shared.settings import SettingsInvalidError  # noqa: PLC0415 -- the same
    from shared.store.errors import StoreBusyError, StoreUnusableError, TamperedError  # noqa: PLC0415 -- the same

    match error:
        case WrongUseError() | SettingsInvalidError() | PolicyInvalidError():
            return error.problems
        case StoreUnusableError() | StoreBusyError() | TamperedError():
            return (str(error),)
        case _:
            return ()


def _all_of(problems: Sequence[str], code: int = WRONG_USE) -> int:
    for problem in problems:
        sys.stderr.write(f"error: {problem}\n")
    return code


def _internal() -> int:
    if _log_file() is None:  # it failed before it had a place for a log
        logging_to(Path(tempfile.mkstemp(prefix="hcx-fleet-", suffix=".log")[1]))
    _LOG.exception("the command failed")
    return _said(f"error: something went wrong inside hcx-fleet; the log is {_log_file()}", FAILED)


def _log_file() -> str | None:
    handlers = logging.getLogger().handlers
    return next((one.baseFilename for one in handlers if isinstance(one, logging.FileHandler)), None)


def _log_thread(told: threading.ExceptHookArgs) -> None:
    _LOG.error("a thread failed", exc_info=told.exc_value)


def _said(text: str, code: int) -> int:
    sys.stderr.write(f"{text}\n")
    return code
