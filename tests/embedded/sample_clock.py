"""The clock of the host that runs the sample app, for its activities: what the wiring is to the real app."""

from embedded.clock import HostClock, SystemClock


class Installed:
    """The clock by which activities of the sample app sleep."""

    clock: HostClock = SystemClock()
