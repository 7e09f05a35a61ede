"""What travels over the API, with the words of its JSON.

Declared apart from the project's own records on purpose: those may change with any commit, these are read by other
people's programs.
"""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, StringConstraints, model_validator
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from shared.api.bodies_following import DetailPart, ProgressPart
from shared.model.plan import SubjectKind
from shared.model.policy import Owner
from shared.model.run import Bucket, JournalKind, Retry, RunKind, RunState, RunTrigger
from shared.model.view import TaskPhase
from shared.report.control_document import CommandPart, ControlPart, LeasePart
from shared.report.document import ResultPart, SubscriptionPart, WaitingPart

_UNSEEN = "\N{REPLACEMENT CHARACTER}"
"""Stands where a character was that nobody sees, such as one that turns the rest of a line around."""
_RUN_ID = r"^[A-Za-z0-9][A-Za-z0-9._~-]{0,99}$"
_PLAN_HASH = r"^[0-9a-f]{64}$"
_RELEASE = r"^[0-9]{1,4}(\.[0-9]{1,4}){1,3}$"
PATTERNS = {
    _RUN_ID: "must be 1 to 100 letters, digits and . _ ~ -, beginning with a letter or digit",
    _PLAN_HASH: "must be the whole hash of a plan: 64 hexadecimal digits in lower case",
    _RELEASE: "must be an HCX version such as 4.11.4",
}
"""What is said of a text that has not the shape it should: a pattern is nothing that people read."""


def _visible(text: str) -> str:
    """The same as one line of what can be seen: it ends up in journals, reports and on terminals."""
    return "".join(one if one.isprintable() else _UNSEEN for one in text)


type RunId = Annotated[str, StringConstraints(pattern=_RUN_ID)]
"""Chosen by the caller; part of instance ids, file names and URLs, hence no other characters."""
type Words = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    AfterValidator(_visible),
    Field(json_schema_extra={"pattern": r"\S"}),  # what is left of spaces alone is nothing
]
type PlanHash = Annotated[str, StringConstraints(pattern=_PLAN_HASH)]
type Release = Annotated[str, StringConstraints(pattern=_RELEASE)]
type Key = Annotated[str, StringConstraints(pattern=_RUN_ID)]
"""Of a command: no slash, so that it is never one of those that are made up."""
type Comment = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=2000),
    AfterValidator(lambda text: _visible(" ".join(text.splitlines()))),
]


class Body(BaseModel):
    """What every body has in common: a key that nobody knows is refused."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", frozen=True, use_attribute_docstrings=True)


class _Answer(BaseModel):
    model_config = ConfigDict(
        alias_generator=to_camel, validate_by_name=True, extra="forbid", frozen=True, use_attribute_docstrings=True
    )


# --- requests -------------------------------------------------------------------------------------------------------


class RunBody(Body):
    """A run that is wanted; a revert is asked for at the run that it takes back."""

    kind: Literal["check", "plan", "upgrade"]
    private_cloud: Words | None = None
    """Id or unique name of the one private cloud to cover; absent for the whole scope."""
    include_shared: StrictBool = False
    """Whether connectors shared with other private clouds may be changed as well."""
    plan_hash: PlanHash | None = None
    """The plan that an upgrade carries out, and nothing else; absent: it makes one and carries that out."""
    target: Release | None = None
    """What a plan would look like for this version instead of that of `fleet.yaml`."""
    subject: Words | None = None
    """Id or name of the one cloud, connector or mesh that a check is about; it observes that pairing group alone."""
    requested_by: Words | None = None
    """Who asks, in the caller's own words, where no token says it; recorded as unauthenticated."""

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        """What only one kind of run can do is refused of the others: nothing that is asked for is passed over."""
        if self.plan_hash and self.kind != "upgrade":
            raise PydanticCustomError("kind", "planHash is for upgrades: a check or a plan carries nothing out")
        if self.plan_hash and (self.private_cloud or self.include_shared):
            raise PydanticCustomError(
                "scope", "the plan says what is covered: leave out privateCloud and includeShared"
            )
        if self.target and self.kind != "plan":
            raise PydanticCustomError("kind", "target is for plans: an upgrade goes where fleet.yaml says")
        if self.subject and self.kind != "check":
            raise PydanticCustomError("kind", "subject is for checks: a plan or an upgrade takes privateCloud")
        if self.subject and self.private_cloud:
            raise PydanticCustomError("scope", "give one of subject and privateCloud")
        return self


class UpgradeBody(Body):
    """An upgrade of one private cloud."""

    include_shared: StrictBool = False
    """Whether connectors shared with other private clouds may be changed as well."""
    plan_hash: PlanHash | None = None
    """The plan of this private cloud alone that is carried out, and nothing else; absent: it makes one."""
    requested_by: Words | None = None
    """Who asks, in the caller's own words, where no token says it; recorded as unauthenticated."""
    run_id: RunId | None = None
    """Id of the run, which makes the call safe to repeat; one is made up where it is absent."""

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.plan_hash and self.include_shared:
            raise PydanticCustomError("scope", "the plan says what is covered: leave out includeShared")
        return self


class ReportDoneBody(Body):
    """Somebody says that what a task waits for is done."""

    who: Words | None = None
    """Who says it, in the caller's own words, where no token says it; recorded as unauthenticated."""
    comment: Comment = ""


class SpokenBody(Body):
    """What somebody says."""

    by: Words | None = None
    """Who says it, in the caller's own words, where no token says it; recorded as unauthenticated."""
    comment: Comment = ""


class AnyCommandBody(SpokenBody):
    """What every command has."""

    key: Key | None = None
    """Makes the call safe to repeat: the same key given again is the same command; absent: one is made up."""


class CommandBody(AnyCommandBody):
    """A command to a run, or to the tasks of one private cloud."""

    private_cloud: Words | None = None
    """Id or unique name of the private cloud whose tasks are meant; absent: the whole run."""


class CloudCommandBody(AnyCommandBody):
    """A command to the tasks of one private cloud."""

    private_cloud: Words
    """Id or unique name of the private cloud whose tasks are meant."""


class TaskCommandBody(AnyCommandBody):
    """A command to the one task that the address names."""


class RejectBody(AnyCommandBody):
    """Somebody does not let a wave go."""

    wave: Words
    tasks: Literal["manager", "mesh"] | None = None
    """The kind of tasks of that wave; absent: all of them."""
    approver: Words | None = None
    """Which of the wave's approvers they speak for, such as a group; absent: for themselves."""


class ApproveBody(RejectBody):
    """Somebody lets a wave go."""

    plan_hash: PlanHash
    """The plan that was looked at; for another one than the run's it does not count."""


class RetryBody(Body):
    """Tasks of a run that are to be carried out once more."""

    by: Words | None = None
    """Who asks, in the caller's own words, where no token says it; recorded as unauthenticated."""
    only: Retry | None = None
    """Which of them; absent: those that failed, or, where tasks are named, those whichever way they ended."""
    tasks: tuple[Words, ...] = ()
    """Ids of the only tasks that are meant; absent: all that `only` means."""
    run_id: RunId | None = None
    """Id of the new run, which makes the call safe to repeat; one is made up where it is absent."""


class RevertBody(Body):
    """A run that is to be taken back, for one private cloud."""

    by: Words | None = None
    """Who asks, in the caller's own words, where no token says it; recorded as unauthenticated."""
    private_cloud: Words
    """Id or unique name of the private cloud that is taken back, with its connectors and their meshes."""
    plan_hash: PlanHash | None = None
    """The plan of the revert that is carried out, and nothing else; absent: it is only planned."""
    run_id: RunId | None = None
    """Id of the new run, which makes the call safe to repeat; one is made up where it is absent."""


class BreakBody(Body):
    """A lease that somebody takes away from its holder."""

    by: Words | None = None
    """Who does it, in the caller's own words, where no token says it; recorded as unauthenticated."""
    reason: Words


# --- answers --------------------------------------------------------------------------------------------------------


class FieldError(_Answer):
    """One field of a request and what is wrong with it."""

    field: str
    message: str


class ProblemAnswer(_Answer):
    """RFC 9457 problem details."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    """Stable; also in the header `x-ms-error-code`."""
    remedy: str
    errors: tuple[FieldError, ...]


class HealthAnswer(_Answer):
    """The app answers."""

    status: Literal["ok"]
    version: str


class LinksPart(_Answer):
    """Where to read on."""

    run: str
    result: str
    """Answers 202 until the run has ended and 200 after, for clients that poll so."""


class StepPart(_Answer):
    """The step a task is at."""

    id: str
    section: str
    """Section of docs/procedure.md."""
    title: str
    owner: Owner
    started_at: datetime


class TaskPart(_Answer):
    """One task of a run."""

    id: str
    subject: str
    kind: SubjectKind
    title: str
    owner: Owner
    clouds: tuple[str, ...]
    depends_on: tuple[str, ...]
    phase: TaskPhase
    percent: int
    step: StepPart | None
    waiting: WaitingPart | None
    result: ResultPart | None


class PlacedPart(_Answer):
    """One private cloud, connector or mesh in its one bucket."""

    kind: SubjectKind
    subject: str
    bucket: Bucket
    reason: str
    """Stable code."""
    detail: str
    who_acts_next: str


class RunSummary(_Answer):
    """One run in a list."""

    id: str
    status: RunState
    kind: RunKind
    trigger: RunTrigger
    requested_by: str
    requested_at: datetime
    private_cloud: str | None
    subject: str | None
    """The one that a check is about; null where it is about all that is covered."""
    include_shared: bool
    target: str | None
    """The version that was asked for instead of that of `fleet.yaml`; null where none was."""
    parent: str | None
    """The run whose tasks are carried out once more, or that is taken back; null where that is none."""
    retry: Retry | None
    """Which of them; null where there is no parent."""
    retry_tasks: tuple[str, ...]
    """Ids of the only ones that are meant; empty for all that `retry` means."""
    plan_hash: str | None
    started_at: datetime | None
    ended_at: datetime | None
    problem: str
    """Why the run as a whole could not go on; empty when it could."""
    links: LinksPart


class RunAnswer(RunSummary):
    """One run as it stands."""

    detail: DetailPart
    percent: int
    progress: ProgressPart
    why: str
    """One line: what is waited for since when, or how far it is, or how it came out."""
    who_can_act: str
    """Who moves it; once it has ended, who moves what is left."""
    tasks: tuple[TaskPart, ...]
    placed: tuple[PlacedPart, ...]
    """Every private cloud, connector and mesh in exactly one bucket."""
    control: ControlPart | None
    """Null where a command was changed by something else than hcx-fleet, so that nobody knows what people said."""


class RunsAnswer(_Answer):
    """A part of all runs, newest request first."""

    value: tuple[RunSummary, ...]
    next_link: str | None
    """Where to read on, absolute; null where there is no more."""


class CloudPart(_Answer):
    """One private cloud as last observed."""

    id: str
    name: str
    subscription: str
    location: str
    version: str | None
    """Release of its cloud manager; null where it was not observed."""
    bucket: Bucket
    reason: str
    who_acts_next: str
    observed_at: datetime | None
    """When its cloud manager was observed; null where it never was."""


class CloudsAnswer(_Answer):
    """Every private cloud that the newest observation of the whole scope saw."""

    value: tuple[CloudPart, ...]
    subscriptions: tuple[SubscriptionPart, ...]
    run: str | None = Field(description="The run that observed; null when nothing was observed yet.")
    next_link: str | None = None
    """Where to read on, absolute; null where there is no more."""


class ReportedAnswer(_Answer):
    """A report was taken down. It proves nothing yet: the step ends when the change is observed."""

    run_id: str
    task: str
    report: int
    """Number of the report about this task."""
    links: LinksPart


class CommandAnswer(CommandPart):
    """A command is kept. It counts from the next safe point of each task that it is about."""

    links: LinksPart


class LeasesAnswer(_Answer):
    """Every lease that is held, by subject."""

    value: tuple[LeasePart, ...]


class JournalPart(_Answer):
    """One thing that happened in a run."""

    sequence: int
    key: str
    at: datetime
    kind: JournalKind
    text: str
    task: str | None
    step: str | None
    section: str | None
    percent: int | None
    waiting: WaitingPart | None
    result: ResultPart | None


class JournalAnswer(_Answer):
    """A part of the journal of a run, in order."""

    value: tuple[JournalPart, ...]
    cursor: int
    """Give it as `after` to read on."""
    more: bool
    """Whether there is more to read already."""
    next_link: str | None
    """Where to read on, absolute; null where there is no more yet."""
    faults: tuple[str, ...]
    """What breaks the chain of the whole journal, each entry with how; empty: nothing in it was changed since."""
