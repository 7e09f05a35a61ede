"""What holds for every test."""

import signal


def pytest_configure() -> None:
    """Commands that tests start can be interrupted, even where this suite runs in the background of a shell.

    Such a shell lets its children ignore SIGINT, and they would hand that on to the commands.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
