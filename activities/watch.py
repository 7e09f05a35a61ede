"""The timer's question: is a run wanted now?"""

from shared.model.orders import WatchDecision
from shared.model.run import Run, RunState
from shared.policy.problems import PolicyInvalidError
from shared.ports import Ports
from shared.rules.reconcile import wanted_run


def decide_run(ports: Ports, at: str) -> WatchDecision:
    """Decide from the policy's mode and the runs under way; the run that is wanted is put on record right away.

    A decision whose answer got lost is asked for again, and must be the same then: a run on record that nobody starts
    would keep the timer from its work for ever.
    """
    try:
        mode = ports.configuration.policy().mode
    except PolicyInvalidError as error:
        return WatchDecision(request=None, reason=str(error))
    active = ports.store.active_runs()
    decision = wanted_run(mode, active, at, ports.clock.now())
    if decision.request is None or decision.request in {run.request for run in active}:
        return decision
    if ports.store.put_run(Run(request=decision.request, state=RunState.NOT_STARTED)):
        return decision
    return WatchDecision(request=None, reason=f"{decision.request.id} is already there")
