"""Every side effect an orchestrator can have, typed: one line for each activity.

An activity's request and result are records; they cross the durable boundary as JSON. Reading activities are retried
when they fail for reasons of their own (a busy store, a worker that went away); acting ones never are: whether a
mutating call happened is for the ledger and for observation to say, not for a retry policy to find out.
"""

from collections.abc import Generator
from datetime import UTC, datetime, timedelta
from typing import Any

from durabletask.task import OrchestrationContext, RetryPolicy, TaskFailedError

from orchestrators.versions import name_of
from shared.model.acts import ApplianceSeen, ManagerSeen
from shared.model.codec import from_json, to_json
from shared.model.command import TaskStanding
from shared.model.notice import Delivery
from shared.model.orders import (
    Acted,
    Checked,
    CloudsOrder,
    CommandsOrder,
    Discovered,
    ExpectedOrder,
    Finished,
    FinishOrder,
    GroupOrder,
    HeardCommands,
    InTheWay,
    Leased,
    LookOrder,
    MeasureOrder,
    MeterOrder,
    ModeNow,
    ModeOrder,
    NoticeOrder,
    Observed,
    ObserveOrder,
    OpenedTask,
    Planned,
    RecordOrder,
    Sampled,
    SampleOrder,
    SoakOpened,
    SoakOrder,
    StepOrder,
    TaskEnd,
    TaskOrder,
    TellTime,
    TrafficMissing,
    UnmetOfStep,
    WatchDecision,
    WaveDrift,
    WaveOrder,
    WaysBackEnding,
    WindowNow,
    soak_instance,
    task_instance,
)
from shared.model.revert import RevertPlanned, RevertSeen, RevertStepOrder
from shared.model.run import JournalEntry, RunRequest
from shared.model.snapshots import SnapshotSeen
from shared.model.soaking import SoakEnd, SoakSample

type Step[T] = Generator[Any, Any, T]
"""A piece of an orchestrator that ends with a `T`; always consumed by `yield from`."""

READING = RetryPolicy(
    first_retry_interval=timedelta(seconds=5),
    max_number_of_attempts=4,
    backoff_coefficient=3,
    max_retry_interval=timedelta(minutes=2),
)


def failed(failure: TaskFailedError) -> str:
    """What is said of an activity that failed for reasons of its own."""
    return f"an activity failed: {failure.details.error_type}: {failure.details.message}"


def now(ctx: OrchestrationContext) -> datetime:
    """The orchestration's own time, the same in every replay. The SDK gives it without its zone, which is UTC."""
    return ctx.current_utc_datetime.replace(tzinfo=UTC)


def discover(ctx: OrchestrationContext, request: RunRequest) -> Step[Discovered]:
    """Read policy and Azure, keep the inventory."""
    return from_json(Discovered, (yield _read(ctx, "discover", request)))


def still_to_observe(ctx: OrchestrationContext, order: GroupOrder) -> Step[Discovered]:
    """Ask whom a check of one subject still has to observe; nobody when all of its pairing group were."""
    return from_json(Discovered, (yield _read(ctx, "still_to_observe", order)))


def observe(ctx: OrchestrationContext, order: ObserveOrder) -> Step[Observed]:
    """Observe one manager, keep its facts."""
    return from_json(Observed, (yield observing(ctx, order)))


def observe_clouds(ctx: OrchestrationContext, order: CloudsOrder) -> Step[None]:
    """Ask Azure once more about private clouds; nothing where there are none."""
    if order.clouds:
        yield _read(ctx, "observe_clouds", order)


def observing(ctx: OrchestrationContext, order: ObserveOrder) -> Any:
    """The same as a task that runs while others do."""
    return _read(ctx, "observe", order)


def looking_around(ctx: OrchestrationContext, order: LookOrder) -> Any:
    """A part of a round as a sub-orchestration that runs while others do; gives a `Looked` document."""
    return ctx.call_sub_orchestrator(name_of("look_around"), input=to_json(order))


def plan(ctx: OrchestrationContext, request: RunRequest) -> Step[Planned]:
    """Check and plan from the facts of this run, keep plan and findings."""
    return from_json(Planned, (yield _read(ctx, "plan", request)))


def plan_revert(ctx: OrchestrationContext, request: RunRequest) -> Step[RevertPlanned]:
    """Plan how another run is taken back, keep the plan."""
    return from_json(RevertPlanned, (yield _read(ctx, "plan_revert", request)))


def reverting(ctx: OrchestrationContext, order: RevertStepOrder) -> Any:
    """A step of a revert as a sub-orchestration that runs while others do; gives a `TaskResult` document."""
    instance = task_instance(order.run, order.step.id)
    return ctx.call_sub_orchestrator(name_of("revert_step"), input=to_json(order), instance_id=instance)


def open_revert_step(ctx: OrchestrationContext, order: RevertStepOrder) -> Step[RevertStepOrder]:
    """Ask how far a step of a revert has come."""
    return from_json(RevertStepOrder, (yield _read(ctx, "open_revert_step", order)))


def look_at_revert(ctx: OrchestrationContext, order: RevertStepOrder) -> Step[RevertSeen]:
    """Ask whether a step of a revert is proved by what was observed last."""
    return from_json(RevertSeen, (yield _read(ctx, "look_at_revert", order)))


def open_task(ctx: OrchestrationContext, order: TaskOrder) -> Step[OpenedTask]:
    """Read one task from its plan."""
    return from_json(OpenedTask, (yield _read(ctx, "open_task", order)))


def check(ctx: OrchestrationContext, order: StepOrder) -> Step[Checked]:
    """Run the checks that concern a task on its freshest facts."""
    return from_json(Checked, (yield _read(ctx, "check", order)))


def held(ctx: OrchestrationContext, order: StepOrder) -> Step[Checked]:
    """Ask anew whether somebody holds what a task touches."""
    return from_json(Checked, (yield _read(ctx, "held", order)))


def window(ctx: OrchestrationContext, order: StepOrder) -> Step[WindowNow]:
    """Ask whether the change of a step may begin now, by the calendar as it is now."""
    return from_json(WindowNow, (yield _read(ctx, "window", order)))


def mode_now(ctx: OrchestrationContext, order: ModeOrder) -> Step[ModeNow]:
    """Ask whether the appliance of a step can still be upgraded as it was planned, as it was last observed."""
    return from_json(ModeNow, (yield _read(ctx, "mode_now", order)))


def tell_time(ctx: OrchestrationContext, order: StepOrder) -> Step[TellTime]:
    """Ask when whoever performs a step is told of it, and when they are meant to do it."""
    return from_json(TellTime, (yield _read(ctx, "tell_time", order)))


def in_the_way(ctx: OrchestrationContext, order: ExpectedOrder) -> Step[InTheWay]:
    """Ask what was seen that may keep others from performing a step in the time that was named."""
    return from_json(InTheWay, (yield _read(ctx, "in_the_way", order)))


def deliver(ctx: OrchestrationContext, order: NoticeOrder) -> Step[Delivery]:
    """Try once to deliver a notice; nothing is sent where it is known to have arrived."""
    return from_json(Delivery, (yield _read(ctx, "deliver", order)))


def delivering(ctx: OrchestrationContext, order: NoticeOrder) -> None:
    """Have a notice delivered by an orchestration of its own, which nobody waits for."""
    instance = task_instance(order.notice.run, order.notice.id)
    ctx.call_sub_orchestrator(name_of("notice"), input=to_json(order), instance_id=instance)


def unmet(ctx: OrchestrationContext, order: StepOrder) -> Step[UnmetOfStep]:
    """Ask what the change of a step still needs of the other side, as it was last observed."""
    return from_json(UnmetOfStep, (yield _read(ctx, "unmet", order)))


def look_at_manager(ctx: OrchestrationContext, order: StepOrder) -> Step[ManagerSeen]:
    """A short look at a task's manager."""
    return from_json(ManagerSeen, (yield _read(ctx, "look_at_manager", order)))


def look_at_appliance(ctx: OrchestrationContext, order: StepOrder) -> Step[ApplianceSeen]:
    """A short look at the appliance that a step is about."""
    return from_json(ApplianceSeen, (yield _read(ctx, "look_at_appliance", order)))


def standing_of(ctx: OrchestrationContext, order: StepOrder) -> Step[TaskStanding]:
    """Ask what people told the run of a task."""
    return from_json(TaskStanding, (yield _read(ctx, "standing_of", order)))


def take_lease(ctx: OrchestrationContext, order: StepOrder) -> Step[Leased]:
    """Take the lease for the change of a step, or keep it for longer."""
    return from_json(Leased, (yield _read(ctx, "take_lease", order)))


def renew_lease(ctx: OrchestrationContext, order: StepOrder) -> Step[Leased]:
    """Keep a lease for longer, unless it was lost."""
    return from_json(Leased, (yield _read(ctx, "renew_lease", order)))


def give_back_lease(ctx: OrchestrationContext, order: StepOrder) -> Step[None]:
    """Give back whatever lease the task has."""
    yield _read(ctx, "give_back_lease", order)


def change_done(ctx: OrchestrationContext, order: StepOrder) -> Step[None]:
    """Close the ledger's claim on a change that was observed to be done."""
    yield _read(ctx, "change_done", order)


def upgrade_manager(ctx: OrchestrationContext, order: StepOrder) -> Step[Acted]:
    """Start the upgrade of a manager, at most once."""
    return from_json(Acted, (yield _act(ctx, "upgrade_manager", order)))


def upgrade_appliance(ctx: OrchestrationContext, order: StepOrder) -> Step[Acted]:
    """Start the upgrade of an appliance and its peers, at most once."""
    return from_json(Acted, (yield _act(ctx, "upgrade_appliance", order)))


def take_snapshot(ctx: OrchestrationContext, order: StepOrder) -> Step[Acted]:
    """Take the snapshot of a task, at most once."""
    return from_json(Acted, (yield _act(ctx, "take_snapshot", order)))


def remove_snapshot(ctx: OrchestrationContext, order: StepOrder) -> Step[Acted]:
    """Remove the snapshot of a task, at most once."""
    return from_json(Acted, (yield _act(ctx, "remove_snapshot", order)))


def look_at_snapshot(ctx: OrchestrationContext, order: StepOrder) -> Step[SnapshotSeen]:
    """How the snapshot of a task stands."""
    return from_json(SnapshotSeen, (yield _read(ctx, "look_at_snapshot", order)))


def told_commands(ctx: OrchestrationContext, order: CommandsOrder) -> Step[HeardCommands]:
    """Read what people told a run."""
    return from_json(HeardCommands, (yield _read(ctx, "told_commands", order)))


def wave_drift(ctx: OrchestrationContext, order: WaveOrder) -> Step[WaveDrift]:
    """Ask what changed of what the mesh tasks of a wave touch, since its plan was made."""
    return from_json(WaveDrift, (yield _read(ctx, "wave_drift", order)))


def soak_opened(ctx: OrchestrationContext, order: SoakOrder) -> Step[SoakOpened]:
    """Ask how far the soak of a wave has come."""
    return from_json(SoakOpened, (yield _read(ctx, "soak_opened", order)))


def soak_looked(ctx: OrchestrationContext, order: SoakOrder) -> Step[SoakSample]:
    """Judge one look at a wave that is watched."""
    return from_json(SoakSample, (yield _read(ctx, "soak_looked", order)))


def soak_ended(ctx: OrchestrationContext, order: SoakOrder) -> Step[SoakEnd]:
    """Say what the soak of a wave comes to."""
    return from_json(SoakEnd, (yield _read(ctx, "soak_ended", order)))


def ways_back_ending(ctx: OrchestrationContext, order: SoakOrder) -> Step[WaysBackEnding]:
    """Ask which ways back of a wave end soon, of which nobody was told."""
    return from_json(WaysBackEnding, (yield _read(ctx, "ways_back_ending", order)))


def soaking(ctx: OrchestrationContext, order: SoakOrder) -> Any:
    """A soak as a sub-orchestration that runs while others do; gives a `SoakEnd` document."""
    instance = soak_instance(order.run, order.wave)
    return ctx.call_sub_orchestrator(name_of("soak"), input=to_json(order), instance_id=instance)


def taking_away(ctx: OrchestrationContext, order: TaskOrder) -> Any:
    """The removal of a task's own snapshot as a sub-orchestration that runs while others do."""
    instance = f"{task_instance(order.run, order.task)}:snapshot"
    return ctx.call_sub_orchestrator(name_of("take_away"), input=to_json(order), instance_id=instance)


def metering(ctx: OrchestrationContext, order: MeterOrder, instance: str) -> Any:
    """A meter as a sub-orchestration that runs beside its task."""
    return ctx.call_sub_orchestrator(name_of("meter"), input=to_json(order), instance_id=instance)


def sample(ctx: OrchestrationContext, order: SampleOrder) -> Step[Sampled]:
    """Look at the networks of an appliance for about a minute."""
    return from_json(Sampled, (yield _read(ctx, "sample", order)))


def traffic_missing(ctx: OrchestrationContext, order: StepOrder) -> Step[TrafficMissing]:
    """Ask the probes of a mesh task once more, where they were answered before, and what was extended meanwhile."""
    return from_json(TrafficMissing, (yield _read(ctx, "traffic_missing", order)))


def measured(ctx: OrchestrationContext, order: MeasureOrder) -> Step[None]:
    """Say what all looks at the networks of a task come to."""
    yield _read(ctx, "measured", order)


def record(ctx: OrchestrationContext, run: str, *entries: JournalEntry) -> Step[None]:
    """Append to the journal."""
    yield _read(ctx, "record", RecordOrder(run=run, entries=entries))


def finish(ctx: OrchestrationContext, order: FinishOrder) -> Step[Finished]:
    """Place every subject, write the reports, close the run."""
    return from_json(Finished, (yield _read(ctx, "finish", order)))


def decide_run(ctx: OrchestrationContext, at: str) -> Step[WatchDecision]:
    """Ask whether the timer that fired then starts a run."""
    return from_json(WatchDecision, (yield ctx.call_activity("decide_run", input=at, retry_policy=READING)))


def carrying_out(ctx: OrchestrationContext, order: TaskOrder, *, mesh: bool) -> Any:
    """A task as a sub-orchestration that runs while others do; gives a `TaskEnd` document."""
    name = name_of("mesh_task" if mesh else "manager_task")
    return ctx.call_sub_orchestrator(name, input=to_json(order), instance_id=task_instance(order.run, order.task))


def carry_out_run(ctx: OrchestrationContext, request: RunRequest) -> Step[None]:
    """A whole run as a sub-orchestration."""
    yield ctx.call_sub_orchestrator(name_of("fleet"), input=to_json(request), instance_id=request.id)


def task_end(document: object) -> TaskEnd:
    """Read what a task's orchestration returned."""
    return from_json(TaskEnd, document)


def _read(ctx: OrchestrationContext, activity: str, request: object) -> Any:
    return ctx.call_activity(activity, input=to_json(request), retry_policy=READING)


def _act(ctx: OrchestrationContext, activity: str, request: object) -> Any:
    return ctx.call_activity(activity, input=to_json(request))
