"""What holds for every test."""

import signal

from hypothesis import settings

# The same examples each time, so that a change is judged by itself; new ones, to hunt for bugs, by
# make test PYTEST_ARGS=--hypothesis-profile=free
# No example has a deadline: a busy machine is no bug, and what is promised in seconds has tests of its own.
settings.register_profile("fixed", derandomize=True, deadline=None)
settings.register_profile("free", print_blob=True, deadline=None)
settings.load_profile("fixed")


def pytest_configure() -> None:
    """Commands that tests start can be interrupted, even where this suite runs in the background of a shell.

    Such a shell lets its children ignore SIGINT, and they would hand that on to the commands.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
