"""What a check is: a pure function of facts and target, with its name, its remedy's link and what it may conclude."""

from collections.abc import Callable
from dataclasses import field
from datetime import datetime
from enum import StrEnum

from shared.model.facts import FleetFacts, Seen
from shared.model.finding import Evidence, Verdict
from shared.model.inventory import CloudDetails, MaintenancesSeen, PrivateCloud, SubscriptionSeen
from shared.model.orders import WindowNow
from shared.model.plan import Plan, Task
from shared.model.policy import Policy
from shared.model.record import record
from shared.model.span import Span
from shared.model.version import Version
from shared.rules.catalogue import catalogue
from shared.rules.catalogue.records import Catalogue
from shared.rules.changes import Hashes


class Concern(StrEnum):
    """Which kind of task a check guards."""

    MANAGER = "manager"
    MESH = "mesh"


@record
class Approved:
    """The plan that is being carried out, beside what would be planned by now."""

    plan: Plan
    hashes: Hashes
    """Of what a plan would be made with now."""
    failed: tuple[str, ...] = ()
    """Ids of the tasks of this run that failed so far."""
    counted_at: datetime
    """When they were counted."""


@record
class CheckContext:
    """What a check may look at. There is nothing in it to reach the network with."""

    facts: FleetFacts
    clouds: tuple[PrivateCloud, ...]
    """Those that the task belongs to, as Azure described them last."""
    subject: str
    """Id of the manager or mesh that the task is about."""
    managers: tuple[str, ...]
    """Ids of the managers concerned: the one of a manager task, or initiator and receiver of a mesh."""
    mesh: str | None
    """Id of the mesh, None for a manager task."""
    target: Version | None
    """The wanted version; None when only the present state is of interest."""
    now: datetime
    clouds_observed_at: datetime | None = None
    """When Azure was asked for `clouds`; None when nobody kept the time, which leaves their state without an age."""
    catalogue: Catalogue = field(default_factory=catalogue)
    """What is known of releases, paths and services; as delivered, unless the owner's own file adds to it."""
    subject_name: str = ""
    """What people call the mesh; empty for a manager, whose id is its name."""
    cloud_ids: tuple[str, ...] = ()
    """Ids of the private clouds that the task belongs to, whether Azure still lists them or not."""
    policy: Policy | None = None
    """`fleet.yaml` as it is now, which need not be what the run began with; None where it cannot be read."""
    policy_problem: str = ""
    """Why not."""
    maintenances: tuple[Seen[MaintenancesSeen], ...] = ()
    """What the provider plans for `clouds`; one that is missing was not asked for."""
    details: tuple[Seen[CloudDetails], ...] = ()
    """What else Azure said of `clouds`; one that is missing was not asked for."""
    subscriptions: tuple[SubscriptionSeen, ...] = ()
    """Every subscription in scope, and what came of reading it."""
    task: Task | None = None
    """The task itself; None where only facts are at hand."""
    carried_out: Span | None = None
    """When it would change something: by the forecast while the plan is being made, from now on right before."""
    window: WindowNow | None = None
    """Whether that fits into the windows of every site it touches; None where nobody asked."""
    before: FleetFacts | None = None
    """What was observed of the managers when the plan was made that is carried out; None where nobody kept it."""
    approved: Approved | None = None
    """The plan that the task is carried out of, and how its run stands; None while the plan is being made."""

    @property
    def called(self) -> str:
        """What people call the subject."""
        return self.subject_name or self.subject


@record
class Judgement:
    """One conclusion; run_checks makes it a finding of its check about the subject."""

    verdict: Verdict
    summary: str
    """One sentence that names what it is about, since it is read without its surroundings."""
    evidence: tuple[Evidence, ...] = ()
    remedy: str = ""
    """What to do and where; empty where nothing is to be done."""
    certain: bool = False
    """Whether going on is seen to fail, whatever anybody decides: then no waiver of the check counts either."""


@record
class Check:
    """One check. Its documentation is the docstring of its `judge`."""

    id: str
    """Its file's name with hyphens; a contract with reports, waivers and world files."""
    title: str
    """What should be true, as a row of a table says it."""
    concerns: frozenset[Concern]
    verdicts: frozenset[Verdict]
    """Every verdict it may give: a check that cannot fail, or that only a person can pass, says so here.

    What blocks and is waived comes out as a warning, of whatever check it is.
    """
    waivable: bool
    """Whether somebody may let pass what it says, with a waiver for this one check and subject.

    Not where going on could not work anyway, and not where what it says is itself somebody's decision, such as a hold:
    whoever made that one takes it back, and nobody else goes round it.
    """
    link: str
    judge: Callable[[CheckContext], tuple[Judgement, ...]]
    """Gives at least one judgement, `not-applicable` where the check does not concern the subject."""
    brought_about: bool = False
    """Whether earlier tasks of the same plan bring it about, so that it says nothing while the plan is being made."""
