"""Waves: which private clouds go together, and what has to be true before the next ones go."""

from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator, Field, WithJsonSchema

from shared.model.inventory import Tag
from shared.model.policy import Approval, Budget, Selector, Soak, SoakCriterion, TimeOutAction, VersionRange, Wave
from shared.model.version import Version
from shared.policy.amounts import AmountOrNone, SomeAmount, amount_of
from shared.policy.edge import Edge, Name, Text, VersionText
from shared.policy.edge_time import Duration


def _values(value: object) -> tuple[str, ...]:
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not values or not all(isinstance(one, str) and one.strip() for one in values):
        raise ValueError('must be text, such as canary or "true" in quotes, or a list of such texts')
    return tuple(values)


type TagValues = Annotated[
    tuple[str, ...],
    BeforeValidator(_values),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": r"\S"},
                {"type": "array", "items": {"type": "string", "pattern": r"\S"}, "minItems": 1},
            ]
        }
    ),
]


class VersionsPart(Edge):
    """A range of versions; a bound that is left out leaves that side open."""

    at_least: VersionText | None = None
    """This version or a later one, in quotes."""
    below: VersionText | None = None
    """An earlier version than this one, in quotes."""


class SelectPart(Edge):
    """Which private clouds are meant: every key that is given must fit, and of a list any one of it."""

    tags: dict[str, TagValues] = Field(default_factory=dict)
    """Azure tags and their values; of several values any one fits."""
    names: tuple[Text, ...] = ()
    """Names of private clouds; * stands for any text, ? for any one character."""
    subscriptions: tuple[Text, ...] = ()
    """Subscription ids."""
    regions: tuple[Text, ...] = ()
    """Azure regions."""
    versions: VersionsPart | None = None
    """Versions of the cloud manager as they were observed."""


class SoakPart(Edge):
    """How long a wave is watched, and what must be true then."""

    for_: Duration = Field(alias="for")
    """Counted from the end of its last task."""
    require: tuple[SoakCriterion, ...] = (SoakCriterion.NO_FAILURES,)
    """What must be true at the end; beside no-failures and all-upgraded it takes looks, at least one at the end."""
    samples: Annotated[int, Field(ge=0, le=200)] = 0
    """How often everything that the wave touched is looked at meanwhile, evenly spread."""


class ApprovalPart(Edge):
    """Who lets a wave go."""

    approvers: Annotated[tuple[Text, ...], Field(min_length=1)]
    """Ids of people or groups."""
    minimum: Annotated[int, Field(ge=1, le=20)] = 1
    """How many different people."""
    time_out: Duration = timedelta(days=3)
    """How long it waits for them, from when it could go."""
    on_time_out: TimeOutAction = TimeOutAction.CANCEL_WAVE
    """What happens then."""


class BudgetPart(Edge):
    """How many tasks may fail before nothing new is started."""

    max_failed: AmountOrNone
    """A number, or a share such as "10%"."""
    strict: bool = True
    """Whether what runs counts as if it had failed: then there are never more failures than this."""


class WavePart(Edge):
    """One wave."""

    name: Name
    """Name of the wave."""
    select: SelectPart | None = None
    """Its private clouds; left out in one wave only: every cloud that no other wave selects."""
    concurrency: SomeAmount | None = None
    """How many tasks of ours at the same time, as a number or as a share of its tasks such as "20%"."""
    soak: SoakPart | None = None
    """How long it is watched before the next wave may go."""
    approval: ApprovalPart | None = None
    """Who lets it go."""
    budget: BudgetPart | None = None
    """Its own failure budget, beside that of the run."""


def wave_of(part: WavePart) -> Wave:
    """The record of a wave."""
    return Wave(
        name=part.name,
        select=None if part.select is None else _selector(part.select),
        concurrency=None if part.concurrency is None else amount_of(part.concurrency),
        soak=None if part.soak is None else _soak(part.soak),
        approval=None if part.approval is None else _approval(part.approval),
        budget=budget_of(part.budget),
    )


def budget_of(part: BudgetPart | None) -> Budget | None:
    """The record of a failure budget."""
    return None if part is None else Budget(max_failed=amount_of(part.max_failed), strict=part.strict)


def _selector(part: SelectPart) -> Selector:
    return Selector(
        tags=tuple(Tag(name=name, value=value) for name, values in sorted(part.tags.items()) for value in values),
        names=part.names,
        subscriptions=part.subscriptions,
        regions=part.regions,
        versions=None if part.versions is None else _range(part.versions),
    )


def _range(part: VersionsPart) -> VersionRange:
    return VersionRange(
        at_least=None if part.at_least is None else Version(part.at_least),
        below=None if part.below is None else Version(part.below),
    )


def _soak(part: SoakPart) -> Soak:
    return Soak(span=part.for_, require=part.require, samples=part.samples)


def _approval(part: ApprovalPart) -> Approval:
    return Approval(
        approvers=part.approvers, minimum=part.minimum, time_out=part.time_out, on_time_out=part.on_time_out
    )
