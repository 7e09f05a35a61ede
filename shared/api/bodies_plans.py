"""What is said of plans over the API; a plan itself is the document that `hcx-fleet plan -o json` prints."""

from datetime import datetime

from pydantic import StrictBool

from shared.api.bodies import Body, Release, RunId, Words
from shared.model.policy import Mode
from shared.report.part import Part
from shared.report.plan_diff import Part as PartOfPlan
from shared.report.plan_diff import Sign


class PlanBody(Body):
    """A plan that is wanted; a run makes it."""

    private_cloud: Words | None = None
    """Id or unique name of the one private cloud to cover; absent for the whole scope."""
    include_shared: StrictBool = False
    """Whether connectors shared with other private clouds may be changed as well."""
    target: Release | None = None
    """What a plan would look like for this version instead of that of `fleet.yaml`."""
    requested_by: Words | None = None
    """Who asks, in the caller's own words; recorded as unauthenticated."""
    run_id: RunId | None = None
    """Id of the run, which makes the call safe to repeat; one is made up where it is absent."""


class PlanSummary(Part):
    """One plan in a list."""

    hash: str
    name: str
    """Name of the fleet in its policy."""
    made_at: datetime
    target: str
    """The wanted version."""
    mode: Mode
    private_cloud: str | None
    """The one private cloud that it covers; null for the whole scope."""
    clouds: int
    """Private clouds that it covers."""
    waves: int
    tasks: int
    ends_p50: datetime | None
    """When it will be done, half of the times; null where nobody knows."""
    ends_p90: datetime | None
    """The same, nine times in ten."""
    made_by: tuple[str, ...]
    """Ids of the runs that made this plan, newest first."""
    carried_out_by: tuple[str, ...]
    """Ids of the runs that carry it out, or did, newest first."""


class PlansAnswer(Part):
    """A part of all plans, the one that was kept last first."""

    value: tuple[PlanSummary, ...]
    next_link: str | None
    """Where to read on, absolute; null where there is no more."""


class DifferencePart(Part):
    """One thing in which two plans differ."""

    part: PartOfPlan
    sign: Sign
    """`+` for what is new, `-` for what is gone, `~` for what is otherwise."""
    subject: str
    """What people call it."""
    text: str


class PlanDiffAnswer(Part):
    """Two plans compared."""

    before: str
    after: str
    differences: tuple[DifferencePart, ...]
    """Everything in which `after` differs from `before`; empty where both are the same."""
