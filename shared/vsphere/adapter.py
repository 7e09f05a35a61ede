"""The `VCenters` port: each method is one log-in at one vCenter."""

from shared.model.inventory import Manager
from shared.model.vcenter import Plugin, VcenterFacts, VcenterGap
from shared.ports import Clock
from shared.vsphere.errors import VcenterError
from shared.vsphere.look import Reader, gap_of
from shared.vsphere.sessions import Sessions


class VcenterReader:
    """Reads the vCenters of managers."""

    def __init__(self, sessions: Sessions, clock: Clock) -> None:
        self._sessions = sessions
        self._clock = clock

    def facts(self, manager: Manager) -> VcenterFacts | None:
        """Everything one look can observe; what went wrong is a gap."""
        place = manager.vcenter
        if place is None:
            return None
        try:
            with self._sessions.at(place) as connection:
                address = manager.endpoint.address or manager.endpoint.host
                return Reader(connection, place.host).everything(address, self._clock.now())
        except VcenterError as error:
            return VcenterFacts(observed_at=self._clock.now(), gaps=(gap_of(error),))

    def plugins(self, manager: Manager) -> tuple[Plugin, ...] | VcenterGap | None:
        """Versions of the plug-ins alone."""
        place = manager.vcenter
        if place is None:
            return None
        try:
            with self._sessions.at(place) as connection:
                return Reader(connection, place.host).plugins()
        except VcenterError as error:
            return gap_of(error)
