"""What orchestrators hand to activities and to each other: small, typed, and safe to deliver twice."""

from datetime import datetime, timedelta

from shared.model.acts import Act
from shared.model.command import Command
from shared.model.finding import Finding
from shared.model.notice import Notice
from shared.model.outage import ChangedNetwork, SilentNetwork
from shared.model.plan import ManagerTask, MeshTask, Requirement
from shared.model.policy import Approval, Owner, Soak
from shared.model.record import record
from shared.model.run import JournalEntry, RunRequest, TaskResult
from shared.model.soaking import SoakEnd
from shared.model.span import Opening, Span


@record
class ManagerBrief:
    """One manager to observe, and the account whose log-in it uses."""

    id: str
    account: str
    connector: bool = False
    """Meshes begin at connectors, so that they are read first: what they tell, the other side is not asked for."""


@record
class Discovered:
    """What discovery found, as far as the orchestrator needs it. The inventory itself lies in the store."""

    managers: tuple[ManagerBrief, ...]
    problem: str = ""
    """Why the run cannot go on, such as an unreadable policy file."""


@record
class GroupOrder:
    """Say whom a check of one subject still has to observe."""

    run: str
    subject: str
    asked: tuple[str, ...] = ()
    """Ids of the managers that were looked at, whatever came of it."""


@record
class ObserveOrder:
    """Observe one manager and keep its facts with the run."""

    run: str
    manager: str
    seconds: float | None = None
    """How long the visit may take, in real time; None: as long as any."""


@record
class CloudsOrder:
    """Ask Azure once more about private clouds, and keep what it says with the run."""

    run: str
    clouds: tuple[str, ...]
    """Their ids."""


@record
class Observed:
    """What came of observing one manager, in one word for the journal."""

    manager: str
    complete: bool
    ask_again: bool
    """Whether another look soon may see more: the manager is starting, or another one tries this account right now."""


@record
class LookOrder:
    """Observe a part of a round of managers."""

    run: str
    managers: tuple[str, ...]
    width: int
    """How many of them at the same time."""
    seconds: float | None = None
    """How long each visit may take, in real time; None: as long as any."""


@record
class Looked:
    """What came of it."""

    ask_again: tuple[str, ...] = ()
    """Ids of the managers that are worth a second look, sorted."""


@record
class LeftOff:
    """How far a task had come when the run's host went away: what a run that goes on under its own id starts from."""

    begun: tuple[str, ...] = ()
    """Ids of the steps whose change was sent, or was seen to have begun: their own effects stand in no one's way."""
    told: int = 0
    """How many waits and percents its journal holds, so that new ones get new keys."""
    asked_since: datetime | None = None
    """Since when a person is asked about its hand-over: every change of it was verified before."""
    result: TaskResult | None = None
    """How it ended, if it had: a task ends once."""


@record
class AtHop:
    """A manager task that was verified at a release on its way, with more hops before it."""

    task: str
    release: str


@record
class TaskBrief:
    """A task as far as admission needs it."""

    id: str
    owner: Owner
    depends_on: tuple[str, ...]
    after_hops: tuple[AtHop, ...] = ()
    """Where managers have to be on their way before it starts: a mesh may have to follow in the middle of it."""
    mesh: bool
    networks: int = 0
    """How many extended networks are in change at once while it runs."""
    needs: timedelta = timedelta()
    """How long it takes, nine times in ten: it starts only where that fits; of a split task, its longest piece."""
    calendar: str = ""
    """Key of the calendar that it goes by; empty: any time."""
    left_off: LeftOff = LeftOff()
    hops_done: tuple[str, ...] = ()
    """Releases that a manager had been verified at when the run's host went away."""
    generation: int = 1
    """Number of the attempt; raised only by a person's retry."""
    clouds: tuple[str, ...] = ()
    """Ids of the private clouds that it belongs to: a command may mean all tasks of one."""
    snapshot: bool = False
    """Whether hcx-fleet takes a snapshot for it."""


@record
class WaveBrief:
    """A wave as far as admission needs it."""

    name: str
    tasks: tuple[str, ...]
    """Ids, in the order of admission."""
    concurrency: int
    max_failed: int | None = None
    strict: bool = True
    soak: Soak | None = None
    approval: Approval | None = None
    opened: bool = False
    """Whether it had been let go before the run's host went away: what was approved once is not asked again."""
    opened_meshes: bool = False
    """The same for its mesh tasks, where somebody has to let them go."""
    asked_since: datetime | None = None
    """Since when somebody had been asked for it then: the time to answer does not begin once more."""
    asked_meshes_since: datetime | None = None
    anew: int = 0
    """How often what had let its mesh tasks go was overtaken by a change of what they touch."""
    overtaken_at: datetime | None = None
    """When that was last: nothing that was said before lets them go."""


@record
class GrantWord:
    """What a run is told when somebody lets a wave go."""

    wave: str
    by: str
    """The person."""
    approver: str = ""
    """Which of the wave's approvers they speak for, such as a group; empty: for themselves."""
    meshes: bool | None = None
    """Whether it is for the mesh tasks of the wave, or for those of managers; None: for both."""
    at: datetime | None = None
    """When they said it, which may be some time before the run hears of it; None: now."""


@record
class CommandsOrder:
    """Say what people told a run since it looked last."""

    run: str
    plan_hash: str
    taken: int = 0
    """How many of its commands it has taken already."""


@record
class WaveOrder:
    """Say what changed of what the mesh tasks of a wave touch, since the plan was made."""

    run: str
    plan_hash: str
    wave: str


@record
class WaveDrift:
    """What is not as the plan saw it and expected it."""

    changed: str
    """In a sentence without its stop; empty where everything is."""


@record
class Heard:
    """One command, and whether it counts."""

    command: Command
    void: str = ""
    """Why it does not count, whatever the state of its wave; empty where nothing speaks against it."""
    counted: bool = False
    """Whether it counted already, in an earlier life of the run."""


@record
class HeardCommands:
    """The commands to a run that are new to it, in the order in which they were given."""

    heard: tuple[Heard, ...]
    unreadable: str = ""
    """Which command is not what was written there, and what to do; empty where each is. Then none is heard."""


@record
class Calendar:
    """When tasks of one set of sites may change something, within the horizon."""

    key: str
    openings: tuple[Opening, ...]
    """In order, none overlapping another."""


@record
class Admission:
    """Everything that decides which task may start when."""

    tasks: tuple[TaskBrief, ...]
    waves: tuple[WaveBrief, ...]
    """Every task is in exactly one of them."""
    concurrency: int
    max_failed: int | None = None
    strict: bool = True
    networks_at_risk: int | None = None
    calendars: tuple[Calendar, ...] = ()


@record
class Planned:
    """The plan as far as the orchestrator needs it. The plan itself lies in the store."""

    plan_hash: str
    admission: Admission
    problem: str = ""


@record
class TaskOrder:
    """Carry out one task of a plan."""

    run: str
    plan_hash: str
    task: str
    generation: int = 1
    """Number of the attempt; raised only by a person's retry."""
    left_off: LeftOff = LeftOff()
    keeps_snapshot: bool = False
    """Whether a snapshot of ours stays after the hand-over, since the wave is watched: the run removes it then."""


def task_instance(run: str, task: str) -> str:
    """Id of the orchestration of a task. Durable Functions allows no slash in it, and no run's id holds a colon."""
    return f"{run}:{task}"


def soak_instance(run: str, wave: str) -> str:
    """Id of the orchestration that watches a wave."""
    return f"{run}:soak:{wave}"


@record
class SoakOrder:
    """Watch one wave of a run after its last task."""

    run: str
    plan_hash: str
    wave: str
    began: datetime
    """When its last task ended."""
    number: int = 0
    """Of the look that is meant, where one is."""
    at: datetime | None = None
    """When that look began."""
    stopped: bool = False
    """Whether somebody ended the run meanwhile."""


@record
class SoakOpened:
    """A soak as far as it has come."""

    managers: tuple[ManagerBrief, ...]
    """To look at: those of its tasks, and both ends of its meshes."""
    next_at: datetime | None
    """When the next look is due; None where there is none."""
    over_at: datetime
    """When it is over at the earliest."""
    number: int
    """Of the next look."""
    end: SoakEnd | None = None
    """What it came to, if it is over."""


@record
class WaysBackEnding:
    """What people are told now of ways back that end soon."""

    notices: tuple[Notice, ...] = ()
    next_at: datetime | None = None
    """When there is more to tell; None where there is not."""


@record
class SlotWord:
    """What a task of ours tells its run: that it waits for people and needs no slot, or that it can go on with one."""

    task: str
    wanted: bool
    changed: bool = False
    """Whether it has changed something already: half-done work counts for the failure budget, waiting or not."""


@record
class MeterOrder:
    """Look at the networks of one appliance again and again while it changes."""

    run: str
    plan_hash: str
    task: str
    step: str
    """Id of a step of the appliance."""
    until: datetime
    """When it ends by itself."""


@record
class SampleOrder:
    """Look at the networks of one appliance for about a minute."""

    run: str
    plan_hash: str
    task: str
    step: str
    begin: datetime
    """When that minute begins; names what is kept of it."""
    verified_at: datetime | None = None
    """When the appliance was seen to be verified; from then on one looks until all of its networks are up again."""
    until: datetime | None = None
    """When the looks come to their end by themselves."""


@record
class Sampled:
    """What came of it."""

    samples: int
    """How many looks were taken."""
    next_at: datetime | None
    """When the next one is due; None where there is nobody to ask."""
    settled: bool = False
    """Whether all networks have been seen up since the appliance was verified, two looks in a row."""


@record
class TrafficMissing:
    """Where nothing passes after a change that is over."""

    silent: tuple[SilentNetwork, ...] = ()
    changed: tuple[ChangedNetwork, ...] = ()
    """What became of networks while their appliance changed, other than what was planned."""


@record
class MeasureOrder:
    """Say what the looks at the networks of a task come to."""

    run: str
    plan_hash: str
    task: str


@record
class OpenedTask:
    """The task itself, read from the plan."""

    manager: ManagerTask | None = None
    mesh: MeshTask | None = None


@record
class StepOrder:
    """Do, or look at, one step of one task."""

    run: str
    plan_hash: str
    task: str
    step: str
    generation: int
    job: str | None = None
    """The HCX job that an earlier step started, where one is known."""
    fence: int = 0
    """Token of the lease under which the step changes something; 0 where it changes nothing."""


@record
class Leased:
    """What came of asking for a lease."""

    token: int | None
    """None where somebody else holds it."""
    until: datetime | None = None
    """Until when it is held, by us or by them."""
    holder: str = ""
    """Who holds it, in words, where somebody else does."""
    run: str = ""
    """Id of the run that holds it, where another task does."""


@record
class Said:
    """What a person reported."""

    at: datetime
    text: str
    """With their name."""


@record
class Checked:
    """Findings of the checks right before the first change, or at the hand-over, that do not pass."""

    findings: tuple[Finding, ...]
    said: Said | None = None
    """Of a hand-over that cannot be judged: what was reported last since a person was asked about it."""


@record
class Unmet:
    """One requirement of a change that is not met, and what is seen instead."""

    requirement: Requirement
    seen: str


@record
class UnmetOfStep:
    """What the change of a step still needs of the other side."""

    unmet: tuple[Unmet, ...]


@record
class Beside:
    """What goes in service in the same round of a mesh already, and holds addresses until it is done."""

    in_service: int = 0
    """How many do."""
    spare: int | None = None
    """How many could before any of them did; None where that was not counted."""


@record
class ModeOrder:
    """Say whether an appliance can be upgraded now as it was planned."""

    step: StepOrder
    """Of its change."""
    beside: Beside = Beside()


@record
class ModeNow:
    """Whether an appliance can be upgraded now as it was planned: where nothing speaks against it."""

    reason: str = ""
    """Stable code of what does; then the appliance is passed over."""
    detail: str = ""
    remedy: str = ""
    unread: str = ""
    """What could not be read just now, so that it is asked again before anything is concluded."""
    spare: int | None = None
    """For how many that go in service there are addresses and room now; None where neither was counted."""


@record
class WindowNow:
    """Whether the change of a step may begin now, by the calendar as it is now."""

    fits: bool
    opens_at: datetime | None = None
    """When it may begin next, as far as anybody knows now; None where no opening is left that is long enough."""
    why: str = ""
    """What it waits for, in words; empty where it may begin."""
    unreadable: bool = False
    """Whether what says when it may begin cannot be read: that counts as closed, and is asked for again."""
    closes_at: datetime | None = None
    """When the opening ends in which it may begin now or next; None where nothing ends it, or there is none."""


@record
class TellTime:
    """When whoever performs a change is told of it, and when they are meant to make it."""

    at: datetime | None = None
    """None: at once."""
    opens_at: datetime | None = None
    """When the opening begins in which it is meant to be made; None: it may be made at once, or nobody knows."""
    closes_at: datetime | None = None
    """When that opening ends; None where nothing ends it, or nobody knows."""
    delivered: bool = False
    """Whether notices go anywhere beside the journal."""


@record
class ExpectedOrder:
    """Say what may keep a step from being done in the time that was named for it."""

    step: StepOrder
    during: Span


@record
class InTheWay:
    """What was seen of that so far, each as a sentence without its stop; empty where nothing was."""

    reasons: tuple[str, ...] = ()


@record
class NoticeOrder:
    """Deliver one notice."""

    notice: Notice
    plan_hash: str
    attempt: int = 1


@record
class Acted:
    """What came of a mutating step."""

    act: Act


@record
class RecordOrder:
    """Append to the journal of a run."""

    run: str
    entries: tuple[JournalEntry, ...]


@record
class FinishOrder:
    """Close a run: place every subject, write the reports, keep the state."""

    request: RunRequest
    problem: str = ""


@record
class Finished:
    """How a run was closed."""

    state: str
    reports: tuple[str, ...]


@record
class TaskEnd:
    """What a task's orchestration returns."""

    result: TaskResult


@record
class WatchDecision:
    """Whether the timer starts a run now, and why or why not."""

    request: RunRequest | None
    reason: str
