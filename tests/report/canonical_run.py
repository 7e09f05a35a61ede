"""The one run that every golden file shows: seven private clouds, each at a different end.

A story, told as records: what was seen, what was planned, and what the journal says happened. `at(time)` is the same
run at any moment of it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from shared.model.facts import ApplianceKind, FleetFacts, ManagerFacts
from shared.model.finding import Evidence, Finding, Verdict
from shared.model.inventory import Inventory, ManagerKind, SubscriptionSeen, SubscriptionState
from shared.model.ne_mode import ApplianceMode, ModeChoice
from shared.model.plan import (
    ApplianceUpgrade,
    Baseline,
    CancelClass,
    Estimate,
    Hop,
    ManagerTask,
    MeshTask,
    PairingGroup,
    Plan,
    Rest,
    Step,
    StepKind,
    SubjectKind,
    Task,
    Unplanned,
)
from shared.model.policy import Mode, Owner
from shared.model.run import (
    JournalEntry,
    JournalKind,
    Outcome,
    Run,
    RunKind,
    RunRequest,
    RunState,
    RunTrigger,
    TaskResult,
)
from shared.model.version import Version
from shared.model.view import RunView
from shared.model.waiting import Waiting, WaitingFor
from shared.rules.run_view import run_view
from tests.builders.fleet_facts import appliance, cloud_manager, connector, mesh, meshed, private_cloud, unread

BEGIN = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
OLD, NEW = Version("4.10.3"), Version("4.11.4")
NOBODY = "nobody needs to act"
RENEW = "renew the secret"
UPDATING = "https://techdocs.broadcom.com/us/en/vmware-cis/hcx/vmware-hcx/4-9/updating-vmware-hcx.html"


def after(minutes: float) -> datetime:
    """So many minutes into the run."""
    return BEGIN + timedelta(minutes=minutes)


# --- what there is --------------------------------------------------------------------------------------------------

CLOUDS = {
    "pc-fr-01": "",
    "pc-ger-01": "4.11.4",
    "pc-neu-01": "4.11.4",
    "pc-swe-01": "",
    "pc-uk-01": "4.11.4",
    "pc-weu-01": "4.11.4.0-24972693",
    "pc-weu-02": "4.10.3",
}
"""Private clouds with the last version seen of their managers."""

CONNECTORS = {
    "con-graz": ("4.10.3", "pc-neu-01"),
    "con-lyon": ("4.11.4", "pc-weu-01"),
    "con-oslo": ("4.10.3", "pc-weu-02"),
    "con-ulm": ("4.11.4", "pc-ger-01"),
}
"""Connectors with their last version and the cloud manager they are paired with."""

MESHES = {"mesh-lyon": ("con-lyon", "pc-weu-01", "4.11.4"), "mesh-ulm": ("con-ulm", "pc-ger-01", "4.10.3")}
"""Meshes with both their ends and the last version of their network extension appliance."""


def _connector(name: str) -> ManagerFacts:
    version, cloud = CONNECTORS[name]
    facts = connector(name, version, pairs=(cloud,))
    for mesh_name, (source, receiver, behind) in MESHES.items():
        if source == name:
            ix = appliance(f"{mesh_name}-IX-I1", mesh_name, name, "4.11.4", ApplianceKind.INTERCONNECT)
            ne = appliance(f"{mesh_name}-NE-I1", mesh_name, name, behind, ApplianceKind.NETWORK_EXTENSION)
            facts = meshed(facts, mesh(mesh_name, name, receiver), ix, ne)
    return facts


FACTS = FleetFacts(
    managers=(
        unread(cloud_manager("pc-fr-01", "4.10.3")),
        *(cloud_manager(name, version) for name, version in CLOUDS.items() if version),
        *map(_connector, CONNECTORS),
    )
)
INVENTORY = Inventory(
    observed_at=BEGIN,
    subscriptions=(
        SubscriptionSeen(id="sub-1", name="Contoso production", state=SubscriptionState.READ, private_clouds=7),
        SubscriptionSeen(
            id="sub-2",
            name="Contoso research",
            state=SubscriptionState.DENIED,
            detail="the identity may not read private clouds there",
        ),
    ),
    private_clouds=tuple(map(private_cloud, CLOUDS)),
    managers=tuple(one.manager for one in FACTS.managers),
)

MINUTES = Estimate(p50=timedelta(minutes=40), p90=timedelta(minutes=70), basis="public figures")

# --- what was planned -----------------------------------------------------------------------------------------------


def step(kind: StepKind, title: str, owner: Owner, mark: str = "") -> Step:
    """One step."""
    return Step(
        id=f"{kind.value}:{mark}" if mark else kind.value,
        kind=kind,
        title=title,
        owner=owner,
        cancel=CancelClass.SAFE_NOW,
        budget=timedelta(days=14),
    )


def manager_task(
    name: str, clouds: tuple[str, ...], owner: Owner, releases: tuple[Version, ...] = (OLD, NEW), after_: str = ""
) -> ManagerTask:
    """A manager task through these releases."""
    is_cloud = name.startswith("pc-")
    return ManagerTask(
        id=f"manager:{name}",
        subject=name,
        manager_kind=ManagerKind.CLOUD_MANAGER if is_cloud else ManagerKind.CONNECTOR,
        system_id=f"id-{name}",
        clouds=clouds,
        depends_on=(after_,) if after_ else (),
        owner=owner,
        owner_reason="its own entry in the policy, and its routes are confirmed"
        if owner is Owner.OURS
        else "default of the policy",
        source=releases[0],
        target=releases[-1],
        wave="all",
        sites=(),
        observe=step(StepKind.OBSERVE_MANAGER, f"Observe {name} and its pairs", owner),
        check=step(StepKind.CHECK_MANAGER, f"Check that upgrading {name} is safe now", owner),
        protect=step(StepKind.PROTECT, f"Know the way back of {name}", owner),
        hops=tuple(_hop(name, one, two, owner) for one, two in pairwise(releases)),
        hand_over=step(StepKind.HAND_OVER_MANAGER, f"Hand over {name}", owner),
    )


def _hop(name: str, source: Version, target: Version, owner: Owner) -> Hop:
    to = target.release
    return Hop(
        source=source,
        target=target,
        takes=MINUTES,
        stage=step(StepKind.STAGE, f"Have the {to} bundle on {name}", owner, to),
        upgrade=step(StepKind.UPGRADE_MANAGER, f"Start the upgrade of {name} to {to}", owner, to),
        answer=step(StepKind.ANSWER, f"Wait until {name} answers again with {to}", owner, to),
        verify=step(StepKind.VERIFY_MANAGER, f"Verify version {to} and the services of {name}", owner, to),
    )


def mesh_task(name: str, owner: Owner) -> MeshTask:
    """A mesh task with an interconnect and a network extension appliance."""
    source, receiver, _ = MESHES[name]
    kinds = (("IX-I1", ApplianceKind.INTERCONNECT), ("NE-I1", ApplianceKind.NETWORK_EXTENSION))
    return MeshTask(
        id=f"mesh:{name}",
        subject=name,
        name=name,
        initiator=source,
        receiver=receiver,
        clouds=(receiver,),
        depends_on=(f"manager:{source}",),
        owner=owner,
        owner_reason="its own entry in the policy, and its routes are confirmed",
        target=NEW,
        wave="all",
        sites=(),
        observe=step(StepKind.OBSERVE_MESH, f"Observe both managers and {name}", owner),
        check=step(StepKind.CHECK_MESH, f"Check that upgrading {name} is safe now", owner),
        appliances=tuple(_appliance_upgrade(f"{name}-{short}", kind, owner) for short, kind in kinds),
        hand_over=step(StepKind.HAND_OVER_MESH, f"Hand over {name}", owner),
    )


def _appliance_upgrade(name: str, kind: ApplianceKind, owner: Owner) -> ApplianceUpgrade:
    return ApplianceUpgrade(
        appliance_id=name,
        name=name,
        kind=kind,
        source=OLD,
        peers=(f"{name}-peer",),
        mode=ModeChoice(mode=ApplianceMode.STANDARD, reason="nothing speaks for another one"),
        takes=MINUTES,
        upgrade=step(StepKind.UPGRADE_APPLIANCE, f"Start the upgrade of {name} and its peer to 4.11.4", owner, name),
        back=step(StepKind.APPLIANCE_BACK, f"Wait until {name} and its peer are back", owner, name),
        verify=step(StepKind.VERIFY_APPLIANCE, f"Verify versions and tunnels of {name} and its peer", owner, name),
    )


LYON_TASK = manager_task("con-lyon", ("pc-weu-01",), Owner.OURS, (Version("4.8.2"), Version("4.9.2"), NEW))
LYON_MESH = mesh_task("mesh-lyon", Owner.OURS)
WEU2_TASK = manager_task("pc-weu-02", ("pc-weu-02",), Owner.PROVIDER)
OSLO_TASK = manager_task("con-oslo", ("pc-weu-02",), Owner.ASSISTED, after_="manager:pc-weu-02")
GRAZ_TASK = manager_task("con-graz", ("pc-neu-01",), Owner.ASSISTED)
ULM_TASK = manager_task("con-ulm", ("pc-ger-01",), Owner.ASSISTED)
ULM_MESH = mesh_task("mesh-ulm", Owner.OURS)


def rest(kind: SubjectKind, subject: str, reason: Unplanned, detail: str, who: str = NOBODY) -> Rest:
    """Something without a task."""
    return Rest(kind=kind, subject=subject, clouds=(subject,), reason=reason, detail=detail, who_can_act=who)


PLAN = Plan(
    hash="5f1c9a0e6d2b4c7f8a3e1d0b9c8f7e6a5d4c3b2a190807f6e5d4c3b2a1908070",
    made_at=after(2),
    name="contoso",
    mode=Mode.AUTO,
    target=NEW,
    policy_hash="0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9",
    confirmations_hash="",
    catalogue_hash="",
    concurrency=4,
    private_clouds=tuple(CLOUDS),
    waves=(),
    groups=(
        PairingGroup(id="group:con-graz", managers=("con-graz", "pc-neu-01"), tasks=(GRAZ_TASK,)),
        PairingGroup(id="group:con-lyon", managers=("con-lyon", "pc-weu-01"), tasks=(LYON_TASK, LYON_MESH)),
        PairingGroup(id="group:con-oslo", managers=("con-oslo", "pc-weu-02"), tasks=(OSLO_TASK, WEU2_TASK)),
        PairingGroup(id="group:con-ulm", managers=("con-ulm", "pc-ger-01"), tasks=(ULM_TASK, ULM_MESH)),
    ),
    rest=(
        rest(SubjectKind.PRIVATE_CLOUD, "pc-fr-01", Unplanned.NOT_OBSERVED, "the log-in was refused", RENEW),
        rest(SubjectKind.PRIVATE_CLOUD, "pc-ger-01", Unplanned.CURRENT, "already 4.11.4"),
        rest(SubjectKind.PRIVATE_CLOUD, "pc-neu-01", Unplanned.CURRENT, "already 4.11.4"),
        rest(SubjectKind.PRIVATE_CLOUD, "pc-swe-01", Unplanned.EXCLUDED, "excluded by fleet.yaml"),
        rest(SubjectKind.PRIVATE_CLOUD, "pc-uk-01", Unplanned.CURRENT, "already 4.11.4"),
        rest(SubjectKind.PRIVATE_CLOUD, "pc-weu-01", Unplanned.CURRENT, "already 4.11.4"),
    ),
    baseline=Baseline(),
    findings=(),
)

VMOTION = Finding(
    check="migrations-running",
    subject="con-graz",
    verdict=Verdict.OUTAGE_RISK,
    summary="a vMotion is moving vm-erp-07, and a restart of the manager would break it off",
    evidence=(Evidence(text="migration of vm-erp-07: vMotion, switchover", observed_at=after(3)),),
    remedy="graz-ops@contoso.example: let the migration end, or cancel it, then start the run again",
    link="https://learn.microsoft.com/azure/azure-vmware/upgrade-hcx-azure-vmware-solutions#prerequisites",
)
BACKUP = tuple(
    Finding(
        check="backup-known",
        subject=name,
        verdict=Verdict.MANUAL,
        summary=f"no interface tells whether {name} has a backup",
        evidence=(Evidence(text="HCX offers no call for it", observed_at=None),),
        remedy="look at Administration > Backup & Restore on port 9443",
        link=UPDATING,
    )
    for name in ("con-lyon", "con-oslo", "con-graz", "con-ulm")
)
ALIVE = tuple(
    Finding(check="manager-alive", subject=name, verdict=Verdict.PASS, summary=f"{name} answers") for name in CONNECTORS
)
FINDINGS = (*ALIVE, *BACKUP, VMOTION)

# --- what happened --------------------------------------------------------------------------------------------------


def entry(kind: JournalKind, key: str, at: datetime, text: str, task: Task | None = None) -> JournalEntry:
    """One entry of the journal."""
    return JournalEntry(key=key, at=at, kind=kind, text=text, task=task.id if task else None)


def walked(task: Task, start: float, minutes: Iterable[float], *, ends: bool = True) -> Iterator[JournalEntry]:
    """A task that takes its steps one after the other, each so many minutes; the last one may stay open."""
    yield entry(JournalKind.ADMITTED, f"{task.id}/admitted", after(start), "may start", task)
    took, at = list(minutes), start
    for number, (one, minute) in enumerate(zip(task.steps, took, strict=False), 1):
        begun = entry(JournalKind.STEP_STARTED, f"{task.id}/{one.id}/started", after(at), one.title, task)
        yield replace(begun, step=one.id, section=one.section)
        at += minute
        if ends or number < len(took):
            done = entry(JournalKind.STEP_DONE, f"{task.id}/{one.id}/done", after(at), "done", task)
            yield replace(done, step=one.id, section=one.section, percent=100)


def ended(task: Task, minutes: float, outcome: Outcome, reason: str, detail: str, *, who: str = NOBODY) -> JournalEntry:
    """The end of a task."""
    result = TaskResult(
        task=task.id, outcome=outcome, reason=reason, detail=detail, who_can_act=who, ended_at=after(minutes)
    )
    told = entry(JournalKind.TASK_ENDED, f"{task.id}/ended", after(minutes), f"{outcome.value}: {detail}", task)
    return replace(told, result=result)


def waiting(task: Task, one: Step, minutes: float, reason: WaitingFor, detail: str, *, who: str) -> JournalEntry:
    """A wait that begins."""
    value = Waiting(
        reason=reason,
        detail=detail,
        since=after(minutes),
        who_can_act=who,
        next_look=after(minutes + 10),
        due=after(minutes) + timedelta(days=14),
    )
    told = entry(JournalKind.WAITING, f"{task.id}/{one.id}/waiting/1", after(minutes), detail, task)
    return replace(told, step=one.id, section=one.section, waiting=value)


MICROSOFT = "Microsoft, who upgrades this cloud manager"
PRESS = "Upgrade con-ulm from 4.10.3 to 4.11.4: open https://<manager>:9443, Administration > Upgrade, and start."


def _told() -> Iterator[JournalEntry]:
    yield entry(JournalKind.DISCOVERED, "discovered", after(0.5), "7 private clouds in 2 subscriptions")
    yield entry(JournalKind.OBSERVED, "observed", after(1), "10 managers observed")
    yield entry(JournalKind.PLANNED, "planned", after(2), "7 tasks in 4 pairing groups")
    yield from walked(LYON_TASK, 3, (1, 0.2, 0.1, 4, 0.5, 31, 6, 0.2, 0.5, 28, 5, 3))
    for hop in LYON_TASK.hops:
        called = entry(JournalKind.CALLED, f"manager:con-lyon/{hop.upgrade.id}/called", after(9), "started", LYON_TASK)
        yield replace(called, step=hop.upgrade.id)
    yield ended(LYON_TASK, 83, Outcome.SUCCEEDED, "upgraded", "con-lyon is at 4.11.4 and converged")
    yield from walked(LYON_MESH, 83, (1, 0.2, 0.5, 14, 1, 0.5, 17, 1, 0.5))
    yield ended(LYON_MESH, 119, Outcome.SUCCEEDED, "upgraded", "every appliance of mesh-lyon is at 4.11.4, tunnels up")
    yield from walked(GRAZ_TASK, 3, (1, 0.2), ends=False)
    yield ended(GRAZ_TASK, 4.2, Outcome.BLOCKED, VMOTION.check, VMOTION.summary, who=VMOTION.remedy)
    yield from walked(ULM_TASK, 3, (1, 0.2, 0.1, 0.1, 55, 40, 8, 2))
    instructed = entry(JournalKind.INSTRUCTED, "manager:con-ulm/upgrade/instructed", after(4.5), PRESS, ULM_TASK)
    yield replace(instructed, step=ULM_TASK.hops[0].upgrade.id)
    person = "a person at con-ulm"
    yield waiting(
        ULM_TASK, ULM_TASK.hops[0].upgrade, 5, WaitingFor.PERSON, "it is still 4.10.3, 4.11.4 is wanted", who=person
    )
    yield ended(ULM_TASK, 109.4, Outcome.SUCCEEDED, "upgraded", "con-ulm is at 4.11.4 and converged")
    yield from walked(ULM_MESH, 110, (1, 0.2, 0.5, 15, 1, 0.5, 22), ends=False)
    yield ended(
        ULM_MESH,
        150,
        Outcome.FAILED,
        "appliance-upgrade-failed",
        "HCX reports that the upgrade of mesh-ulm-NE-I1 failed: no resources",
        who="a person at the source site: read the mesh's tasks; the rest of the mesh was left as it is",
    )
    yield from walked(WEU2_TASK, 3, (1, 0.2, 0.1, 0.1, 175), ends=False)
    wanted = "it is still 4.10.3, 4.11.4 is wanted"
    yield waiting(WEU2_TASK, WEU2_TASK.hops[0].upgrade, 4.4, WaitingFor.PROVIDER, wanted, who=MICROSOFT)
    yield ended(WEU2_TASK, 179.4, Outcome.WAITING, "provider", wanted, who=MICROSOFT)
    skipped = f"manager:pc-weu-02 ended as waiting: {wanted}"
    yield ended(OSLO_TASK, 179.4, Outcome.SKIPPED, "dependency", skipped, who=MICROSOFT)
    yield entry(JournalKind.RUN_ENDED, "run-ended", after(180), "the run ended: Failed")


JOURNAL = tuple(sorted(_told(), key=lambda one: one.at))
"""In the order of time; entries of one moment stay in the order they are told."""

REQUEST = RunRequest(
    id="nightly-0042",
    kind=RunKind.UPGRADE,
    trigger=RunTrigger.HTTP,
    requested_by="platform@contoso.example",
    requested_at=BEGIN,
)

CALLS = {"documented": 412, "seen": 1204, "inferred": 37}


def at(minutes: float, kind: RunKind = RunKind.UPGRADE) -> RunView:
    """The run so many minutes after it began; a check or a plan ends once the plan is made."""
    now = after(minutes)
    ends = after(180 if kind is RunKind.UPGRADE else 2)
    over = now >= ends
    wanted = RunState.FAILED if kind is RunKind.UPGRADE else RunState.SUCCEEDED
    return run_view(
        run=Run(
            request=replace(REQUEST, kind=kind),
            state=wanted if over else RunState.RUNNING,
            plan_hash=PLAN.hash,
            started_at=BEGIN,
            ended_at=ends if over else None,
        ),
        plan=PLAN if minutes >= 2 else None,
        journal=[one for one in JOURNAL if one.at <= min(now, ends)],
        inventory=INVENTORY,
        facts=FACTS,
        findings=FINDINGS,
        now=now,
    )
