"""What stands behind a stretched network: it answers anything while traffic gets there."""

from simulator.http.message import Request, Response, text_answer
from simulator.state import ProbeTarget, World


class ProbeAnswers:
    """One probe target as its listener hands requests to it; a bare TCP connection never comes this far."""

    def __init__(self, world: World, target: ProbeTarget) -> None:
        self._world = world
        self._target = target

    def answer(self, _request: Request) -> Response:
        """Answer one request, or drop its connection where the network has ceased to carry it."""
        self._world.clock.settle()
        answer = text_answer("still there", 200)
        answer.lost = not self._target.answers
        return answer
