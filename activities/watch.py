"""The timer's question: is a run wanted now?"""

from shared.model.orders import WatchDecision
from shared.model.run import Run, RunState
from shared.policy.problems import PolicyInvalidError
from shared.ports import Ports
from shared.rules.reconcile import wanted_run


def decide_run(ports: Ports, at: str) -> WatchDecision:
    """Decide from the policy's mode and the runs under way; the run that is wanted is put on record right away.

    Two timers that fire at once both come here: the store lets one of them put the run, the other one sees it.
    """
    try:
        mode = ports.configuration.policy().mode
    except PolicyInvalidError as error:
        return WatchDecision(request=None, reason=str(error))
    decision = wanted_run(mode, ports.store.active_runs(), at, ports.clock.now())
    if decision.request is None:
        return decision
    fresh = ports.store.put_run(Run(request=decision.request, state=RunState.NOT_STARTED))
    return decision if fresh else WatchDecision(request=None, reason=f"{decision.request.id} is already there")
