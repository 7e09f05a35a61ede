"""One small plan, written down by hand: two waves, every owner, two hops, a mesh, and clouds without work.

What the planner makes of facts is tested elsewhere; here a plan is literal, so that its text can be read beside it.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from shared.model.facts import ApplianceKind
from shared.model.finding import Evidence, Finding, Verdict
from shared.model.inventory import ManagerKind
from shared.model.ne_mode import ApplianceMode, ModeChoice
from shared.model.plan import (
    ApplianceThen,
    ApplianceUpgrade,
    Baseline,
    ByHand,
    CancelClass,
    Due,
    Estimate,
    Hop,
    ManagerTask,
    ManagerThen,
    MeshTask,
    MeshThen,
    PairingGroup,
    Plan,
    PlannedWave,
    Preparation,
    PreparationKind,
    Requirement,
    Rest,
    Safeguard,
    Schedule,
    Step,
    StepKind,
    SubjectKind,
    TaskTime,
    Unplanned,
    WayBack,
)
from shared.model.policy import Approval, Mode, Owner, Soak, TimeOutAction
from shared.model.version import Version

NOW = datetime(2026, 11, 23, 6, 2, tzinfo=UTC)
WINDOW = datetime(2026, 11, 24, 21, 0, tzinfo=UTC)
TARGET = Version("4.11.4")
ZONES = {"lyon": "Europe/Paris", "pc-weu-01": "Europe/Paris"}
PEOPLE = timedelta(days=14)


def step(kind: StepKind, title: str, owner: Owner, mark: str = "", hours: float = 0.5) -> Step:
    """One step."""
    name = f"{kind.value}:{mark}" if mark else kind.value
    budget = timedelta(hours=hours)
    return Step(id=name, kind=kind, title=title, owner=owner, cancel=CancelClass.SAFE_NOW, budget=budget)


def takes(half: int, most: int) -> Estimate:
    """An estimate in minutes."""
    return Estimate(p50=timedelta(minutes=half), p90=timedelta(minutes=most), basis="public figures")


def hop(name: str, source: Version, target: Version, owner: Owner, *requires: Requirement) -> Hop:
    """One hop."""
    to = target.release
    waits = 14 * 24 if owner is not Owner.OURS else 0.5
    return Hop(
        source=source,
        target=target,
        requires=requires,
        takes=takes(45, 80),
        stage=step(StepKind.STAGE, f"Have the {to} bundle on {name}", owner, to, 14 * 24),
        upgrade=step(StepKind.UPGRADE_MANAGER, f"Upgrade {name} to {to}", owner, to, waits),
        answer=step(StepKind.ANSWER, f"Wait until {name} answers again with {to}", owner, to, 3),
        verify=step(StepKind.VERIFY_MANAGER, f"Verify version {to} and the services of {name}", owner, to, 2),
    )


def manager(name: str, releases: str, owner: Owner, wave: str, cloud: str, *requires: Requirement) -> ManagerTask:
    """A manager task through these releases; what it requires counts for its last hop."""
    way = [Version(one) for one in releases.split()]
    pairs = list(pairwise(way))
    is_cloud = name.startswith("pc-")
    return ManagerTask(
        id=f"manager:{name}",
        subject=name,
        manager_kind=ManagerKind.CLOUD_MANAGER if is_cloud else ManagerKind.CONNECTOR,
        system_id=f"sys-{name}",
        clouds=(cloud,),
        depends_on=("manager:pc-weu-01",) if name == "con-lyon" else (),
        owner=owner,
        owner_reason="its own entry in fleet.yaml" if owner is Owner.OURS else "the default of fleet.yaml",
        source=way[0],
        target=way[-1],
        wave=wave,
        sites=(cloud,) if is_cloud else ("lyon",),
        observe=step(StepKind.OBSERVE_MANAGER, f"Observe {name} and its pairs", owner),
        check=step(StepKind.CHECK_MANAGER, f"Check that upgrading {name} is safe now", owner),
        protect=step(StepKind.PROTECT, f"Know the way back of {name}", owner),
        hops=tuple(hop(name, one, two, owner, *(requires if two == way[-1] else ())) for one, two in pairs),
        hand_over=step(StepKind.HAND_OVER_MANAGER, f"Hand over {name}", owner, hours=2),
    )


def appliance(name: str, kind: ApplianceKind, choice: ModeChoice, networks: int = 0) -> ApplianceUpgrade:
    """One appliance with its peer."""
    return ApplianceUpgrade(
        appliance_id=f"id-{name}",
        name=name,
        kind=kind,
        source=Version("4.8.2"),
        peers=(f"id-{name}-peer",),
        networks=networks,
        mode=choice,
        takes=takes(15, 25),
        upgrade=step(StepKind.UPGRADE_APPLIANCE, f"Start the upgrade of {name} and its peer", Owner.OURS, name),
        back=step(StepKind.APPLIANCE_BACK, f"Wait until {name} and its peer are back", Owner.OURS, name, 2),
        verify=step(StepKind.VERIFY_APPLIANCE, f"Verify versions and tunnels of {name}", Owner.OURS, name, 2),
    )


PROVIDER = manager("pc-weu-01", "4.10.3 4.11.4", Owner.PROVIDER, "canary", "pc-weu-01")
LYON = manager(
    "con-lyon",
    "4.8.2 4.9.2 4.11.4",
    Owner.OURS,
    "canary",
    "pc-weu-01",
    Requirement(
        kind="manager",
        subject="pc-weu-01",
        version=TARGET,
        reason="a connector is never two releases ahead of its cloud manager",
    ),
)
ULM = manager("con-ulm", "4.10.3 4.11.4", Owner.ASSISTED, "broad", "pc-ger-01")
MESH = MeshTask(
    id="mesh:m-17",
    subject="m-17",
    name="mesh-lyon",
    initiator="con-lyon",
    receiver="pc-weu-01",
    clouds=("pc-weu-01",),
    depends_on=("manager:con-lyon", "manager:pc-weu-01"),
    owner=Owner.OURS,
    owner_reason="its own entry in fleet.yaml",
    target=TARGET,
    wave="canary",
    sites=("lyon", "pc-weu-01"),
    split=True,
    must="appliances before 4.4 do not run on Photon OS",
    by_hand=(
        ByHand(
            appliance_id="id-SGW-1",
            name="SGW-1",
            mode=ModeChoice(mode=ApplianceMode.REDEPLOY, reason="a gateway never shows the update flag"),
            redeploy=step(
                StepKind.REDEPLOY_GATEWAY,
                "Have a person at the site do the redeployment of SGW-1 at 4.11.4",
                Owner.ASSISTED,
                "SGW-1",
                14 * 24,
            ),
        ),
    ),
    observe=step(StepKind.OBSERVE_MESH, "Observe both managers and mesh-lyon", Owner.OURS),
    check=step(StepKind.CHECK_MESH, "Check that upgrading mesh-lyon is safe now", Owner.OURS),
    appliances=(
        appliance(
            "IX-I1",
            ApplianceKind.INTERCONNECT,
            ModeChoice(mode=ApplianceMode.STANDARD, reason="an interconnect is always redeployed in place"),
        ),
        appliance(
            "NE-I1",
            ApplianceKind.NETWORK_EXTENSION,
            ModeChoice(
                mode=ApplianceMode.STANDARD,
                reason="no spare uplink address at pc-weu-01 for an upgrade in service",
                to_fix=("add one address to the uplink pool of pc-weu-01",),
            ),
            networks=6,
        ),
    ),
    hand_over=step(StepKind.HAND_OVER_MESH, "Hand over mesh-lyon", Owner.OURS, hours=2),
)


def _lyon() -> ManagerTask:
    bundle = Preparation(
        id="fetch-bundle:4.11.4",
        kind=PreparationKind.FETCH_BUNDLE,
        title="Fetch the 4.11.4 bundle from the vSAN folder of pc-weu-01",
        owner=Owner.ASSISTED,
        who="lyon-ops@contoso.example",
        lead=timedelta(days=5),
    )
    backup = Preparation(
        id="back-up",
        kind=PreparationKind.BACK_UP,
        title="Back con-lyon up",
        owner=Owner.ASSISTED,
        who="lyon-ops@contoso.example",
        lead=timedelta(days=1),
    )
    ways = (
        WayBack(
            manager="con-lyon",
            kind=Safeguard.VCENTER_SNAPSHOT,
            lasts=None,
            text="a person at the site makes it right before, and deletes it after",
        ),
        WayBack(
            manager="pc-weu-01", kind=Safeguard.NONE, lasts=None, text="the provider keeps its own; this is normal"
        ),
    )
    return replace(LYON, way_back=ways, preparations=(bundle, backup))


def _rest(kind: SubjectKind, subject: str, reason: Unplanned, detail: str, *who: str) -> Rest:
    return Rest(
        kind=kind,
        subject=subject,
        clouds=(subject,) if subject.startswith("pc-") else ("pc-ger-01",),
        reason=reason,
        detail=detail,
        who_can_act=who[0] if who else "nobody needs to act",
    )


def _then(name: str, version: str, *pairs: str) -> ManagerThen:
    return ManagerThen(
        manager=name,
        system_id=f"sys-{name}",
        version=Version(version),
        pairs=tuple(f"sys-{one}" for one in pairs),
    )


def _member(cloud: str) -> str:
    return f"/subscriptions/s/resourcegroups/rg/providers/microsoft.avs/privateclouds/{cloud}"


BASELINE = Baseline(
    managers=(
        _then("con-lyon", "4.8.2", "pc-weu-01"),
        _then("con-ulm", "4.10.3", "pc-ger-01"),
        _then("pc-ger-01", "4.11.4", "con-ulm"),
        _then("pc-weu-01", "4.10.3", "con-lyon"),
    ),
    meshes=(
        MeshThen(
            mesh="m-17",
            name="mesh-lyon",
            ends=("sys-con-lyon", "sys-pc-weu-01"),
            services=("INTERCONNECT", "NETWORK_EXTENSION"),
            appliances=(
                ApplianceThen(id="id-IX-I1", name="IX-I1", version=Version("4.8.2")),
                ApplianceThen(id="id-NE-I1", name="NE-I1", version=Version("4.8.2")),
            ),
        ),
        MeshThen(
            mesh="m-18",
            name="mesh-ulm",
            ends=("sys-con-ulm", "sys-pc-ger-01"),
            services=("INTERCONNECT",),
            appliances=(),
        ),
    ),
    members=tuple(map(_member, ("pc-ger-01", "pc-legacy-01", "pc-us-02", "pc-weu-01"))),
)

PLAN = Plan(
    hash="9f2c41ab3d015f1c9a0e6d2b4c7f8a3e1d0b9c8f7e6a5d4c3b2a190807f6e5d4",
    made_at=NOW,
    parent="0c1d2e3f4a5b5f1c9a0e6d2b4c7f8a3e1d0b9c8f7e6a5d4c3b2a190807f6e5d4",
    name="contoso",
    mode=Mode.APPROVE_EACH,
    target=TARGET,
    policy_hash="0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9",
    confirmations_hash="1a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9",
    catalogue_hash="2a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9",
    overrides_hash="3a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9",
    concurrency=4,
    max_failed=2,
    networks_at_risk=8,
    private_clouds=("pc-ger-01", "pc-legacy-01", "pc-us-02", "pc-weu-01"),
    waves=(
        PlannedWave(
            name="canary",
            tasks=("manager:pc-weu-01", "manager:con-lyon", "mesh:m-17"),
            clouds=("pc-weu-01",),
            concurrency=1,
            max_failed=1,
            soak=Soak(span=timedelta(hours=24)),
        ),
        PlannedWave(
            name="broad",
            tasks=("manager:con-ulm",),
            clouds=("pc-ger-01",),
            concurrency=4,
            max_failed=None,
            approval=Approval(
                approvers=("avs-leads",), minimum=1, time_out=timedelta(hours=72), on_time_out=TimeOutAction.CANCEL_WAVE
            ),
        ),
    ),
    groups=(
        PairingGroup(id="group:con-lyon", managers=("con-lyon", "pc-weu-01"), tasks=(_lyon(), PROVIDER, MESH)),
        PairingGroup(id="group:con-ulm", managers=("con-ulm", "pc-ger-01"), tasks=(ULM,)),
    ),
    rest=(
        _rest(SubjectKind.MESH, "m-18", Unplanned.CURRENT, "all its appliances are at 4.11.4"),
        _rest(SubjectKind.PRIVATE_CLOUD, "pc-ger-01", Unplanned.CURRENT, "already 4.11.4"),
        _rest(SubjectKind.PRIVATE_CLOUD, "pc-legacy-01", Unplanned.EXCLUDED, "migrated away", "ops@contoso.example"),
        _rest(SubjectKind.PRIVATE_CLOUD, "pc-us-02", Unplanned.HELD, "year-end close, until 4 Jan 2027", "us-ops"),
    ),
    baseline=BASELINE,
    findings=(
        Finding(
            check="backup-known",
            subject="con-lyon",
            verdict=Verdict.MANUAL,
            summary="no interface tells whether con-lyon has a backup",
            evidence=(Evidence(text="HCX offers no call for it", observed_at=None),),
            remedy="look at Administration > Backup & Restore on port 9443",
        ),
    ),
    schedule=Schedule(
        tasks=(
            TaskTime(
                task="manager:con-lyon",
                earliest=WINDOW,
                latest=WINDOW + timedelta(hours=3),
                starts=WINDOW,
                ends_p50=WINDOW + timedelta(minutes=90),
                ends_p90=WINDOW + timedelta(minutes=150),
                waits_for="",
                notes=("the window is an hour later because of summer time",),
            ),
            TaskTime(
                task="manager:con-ulm",
                earliest=None,
                latest=None,
                ends_p50=None,
                ends_p90=None,
                waits_for="nobody knows when people at ulm do it",
            ),
            TaskTime(
                task="manager:pc-weu-01",
                earliest=NOW,
                latest=None,
                starts=NOW,
                ends_p50=NOW + timedelta(hours=20),
                ends_p90=NOW + timedelta(hours=30),
                waits_for="the provider, who announced 24 November",
            ),
            TaskTime(
                task="mesh:m-17",
                earliest=WINDOW + timedelta(days=1),
                latest=WINDOW + timedelta(days=1, hours=3),
                starts=WINDOW + timedelta(days=1),
                ends_p50=WINDOW + timedelta(days=1, minutes=30),
                ends_p90=WINDOW + timedelta(days=1, minutes=50),
                waits_for="the window weeknights opens Wed 25 Nov 22:00 Europe/Paris; nobody needs to act",
            ),
        ),
        due=(
            Due(task="manager:con-lyon", preparation="fetch-bundle:4.11.4", by=WINDOW - timedelta(days=5)),
            Due(task="manager:con-lyon", preparation="back-up", by=None),
        ),
        ends_p50=WINDOW + timedelta(days=3),
        ends_p90=None,
        nights=2,
        approvals=1,
        people=("avs-leads", "lyon-ops@contoso.example"),
    ),
)
"""The plan; its hash is made up."""

TODAY = date(2026, 11, 23)
