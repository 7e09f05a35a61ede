"""The front door on Azure: every trigger on one screen, then the tuples ORCHESTRATORS and ACTIVITIES.

The only file that imports `azure.functions` or `azure.durable_functions`, so that a new release of the SDK is a change
of one file.
"""

from datetime import UTC, datetime
from functools import cache

import azure.durable_functions as df
import azure.functions as func
from durabletask.client import OrchestrationQuery, OrchestrationStatus

from activities.boundary import durable
from activities.checking import check, held, open_task
from activities.commands import standing_of
from activities.lease import give_back_lease, renew_lease, take_lease
from activities.ledger import change_done
from activities.manager import upgrade_manager
from activities.measure import measured
from activities.mesh import upgrade_appliance
from activities.mode_now import mode_now
from activities.narrowing import still_to_observe
from activities.notice import deliver, in_the_way, tell_time
from activities.observe import discover, look_at_appliance, look_at_manager, observe, observe_clouds
from activities.planning import plan
from activities.publish import finish
from activities.record import record
from activities.requirements_met import unmet
from activities.reverting import look_at_revert, open_revert_step, plan_revert
from activities.sample import sample
from activities.snapshot import look_at_snapshot, remove_snapshot, take_snapshot
from activities.soak import soak_ended, soak_looked, soak_opened, ways_back_ending
from activities.told_commands import told_commands, wave_drift
from activities.traffic import traffic_missing
from activities.watch import decide_run
from activities.window import window
from orchestrators.fleet import fleet
from orchestrators.look_around import look_around
from orchestrators.manager_task import manager_task
from orchestrators.mesh_task import mesh_task
from orchestrators.meter import meter
from orchestrators.notice import notice
from orchestrators.revert_step import revert_step
from orchestrators.soak import soak
from orchestrators.take_away import take_away
from orchestrators.versions import name_of
from orchestrators.watch import watch
from shared import wiring
from shared.api import reconciling
from shared.settings import asks_for_keys

ENDED = (OrchestrationStatus.COMPLETED, OrchestrationStatus.FAILED, OrchestrationStatus.TERMINATED)

app = df.DFApp(http_auth_level=func.AuthLevel.FUNCTION if asks_for_keys() else func.AuthLevel.ANONYMOUS)


@app.function_name("api")
@app.route(route="{*path}", methods=["GET", "HEAD", "PUT", "POST", "PATCH", "DELETE", "OPTIONS"])
@app.durable_client_input(client_name="client")
async def api(req: func.HttpRequest, context: func.Context, client: df.DurableFunctionsClient) -> func.HttpResponse:
    """Everything under /v1, as one ASGI app."""
    from shared.api.calling import orchestrations  # noqa: PLC0415 -- timers and activities do not pay for the API

    orchestrations.set(DurableClient(client))
    answer: func.HttpResponse = await _asgi().handle_async(req, context)
    return answer


@app.function_name("reconcile")
@app.timer_trigger(arg_name="timer", schedule="%HCX_FLEET_SCHEDULE%")
@app.durable_client_input(client_name="client")
async def reconcile(timer: func.TimerRequest, client: df.DurableFunctionsClient) -> None:
    """Compare what is with what should be. Whether a run starts is decided by the orchestration, from the policy."""
    del timer
    ports = wiring.ports()
    await reconciling.reconcile(ports, DurableClient(client), ports.clock.now())


class DurableClient:
    """The durable client as the `Engine` port."""

    def __init__(self, client: df.DurableFunctionsClient) -> None:
        self._client = client

    async def start(self, orchestrator: str, instance_id: str, request: object) -> None:
        """Start `orchestrator`, under its present name, as `instance_id`; does nothing when that instance exists."""
        if await self.alive(instance_id) is None:
            name = name_of(orchestrator)
            await self._client.schedule_new_orchestration(name, input=request, instance_id=instance_id)

    async def raise_event(self, instance_id: str, event: str, data: object) -> None:
        """Ring an instance's bell; nobody hears it when that instance is gone, which is no error."""
        if await self.alive(instance_id):
            await self._client.raise_orchestration_event(instance_id, event, data=data)

    async def alive(self, instance_id: str) -> bool | None:
        """Whether that instance goes on, False where it has ended; None where there is none."""
        state = await self._client.get_orchestration_state(instance_id, fetch_payloads=False)
        return None if state is None else state.runtime_status not in ENDED

    async def ended_before(self, then: datetime) -> tuple[str, ...]:
        """Ids of the instances that had ended by then. The engine only searches by when they were created."""
        query = OrchestrationQuery(created_time_to=then, runtime_status=list(ENDED))
        found = await self._client.get_all_orchestration_states(query)
        return tuple(one.instance_id for one in found if one.last_updated_at.replace(tzinfo=UTC) <= then)

    async def purge(self, instance_id: str) -> None:
        """Forget an instance that has ended, with its history."""
        await self._client.purge_orchestration(instance_id, recursive=False)


@cache
def _asgi() -> func.AsgiMiddleware:
    from shared.api.app import create_api  # noqa: PLC0415 -- the same

    return func.AsgiMiddleware(create_api(wiring.ports))  # type: ignore[no-untyped-call]


ORCHESTRATORS = (fleet, look_around, manager_task, mesh_task, meter, notice, revert_step, soak, take_away, watch)
ACTIVITIES = (
    discover,
    still_to_observe,
    observe,
    observe_clouds,
    plan,
    open_task,
    check,
    held,
    unmet,
    mode_now,
    window,
    tell_time,
    in_the_way,
    deliver,
    look_at_manager,
    look_at_appliance,
    standing_of,
    told_commands,
    wave_drift,
    take_lease,
    renew_lease,
    give_back_lease,
    upgrade_manager,
    upgrade_appliance,
    change_done,
    take_snapshot,
    look_at_snapshot,
    remove_snapshot,
    sample,
    traffic_missing,
    measured,
    soak_opened,
    soak_looked,
    soak_ended,
    ways_back_ending,
    plan_revert,
    open_revert_step,
    look_at_revert,
    record,
    finish,
    decide_run,
)

for orchestrator in ORCHESTRATORS:
    app.orchestration_trigger(context_name="context")(orchestrator)
for activity in ACTIVITIES:
    app.activity_trigger(input_name="document")(durable(activity, wiring.ports))
