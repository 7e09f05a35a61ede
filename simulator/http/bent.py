"""The one place where faults touch what goes over the wire: a wrapper around an endpoint."""

from simulator.http.front import Endpoint
from simulator.http.message import Bend, Onward, Request, Response
from simulator.state import World


class Bent:
    """An endpoint with the faults that hold for it now; it knows nothing of them itself."""

    def __init__(self, world: World, name: str, endpoint: Endpoint) -> None:
        self._world = world
        self._name = name
        self._endpoint = endpoint

    def answer(self, request: Request) -> Response:
        """Answer one request, through every fault."""
        self._world.clock.settle()  # a fault may be due to begin or to end
        onward: Onward = self._endpoint.answer
        for bend in self._world.bends[self._name]:
            onward = _through(bend, onward)
        return onward(request)


def _through(bend: Bend, onward: Onward) -> Onward:
    return lambda request: bend(request, onward)
