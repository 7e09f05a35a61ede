"""Coverage: which private clouds a plan will ever reach, and which not, so that none is forgotten in silence.

Every private cloud of the plan is counted once, by the worst of its manager, its connectors and its meshes: a cloud
whose connector no window reaches stays behind as well.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from enum import StrEnum

from shared.model.inventory import Inventory, Reach, SubscriptionState
from shared.model.plan import Plan, Rest, Task, TaskTime, Unplanned
from shared.model.policy import Policy
from shared.model.record import record
from shared.rules import tags


class Cover(StrEnum):
    """How a plan covers a private cloud, worst first."""

    NO_WAVE = "no-wave"
    """No wave selects something of it."""
    NO_WINDOW = "no-window"
    """No window ever opens for something of it, or none is long enough."""
    UNSEEN = "unseen"
    """Something of it could not be read or understood."""
    BLOCKED = "blocked"
    """Something of it has no way to its target."""
    HELD = "held"
    """Somebody holds something of it, or a tag keeps it back."""
    NO_START = "no-start"
    """It has work, and nobody can say when that starts."""
    PLANNED = "planned"
    CURRENT = "current"
    LEFT_ALONE = "left-alone"
    """Excluded, or without HCX."""


NEVER = frozenset({Cover.NO_WAVE, Cover.NO_WINDOW})
"""What nothing but a change of `fleet.yaml` will ever reach."""

BY_REST = {
    Unplanned.CURRENT: Cover.CURRENT,
    Unplanned.NEWER: Cover.CURRENT,
    Unplanned.NO_PATH: Cover.BLOCKED,
    Unplanned.NOT_OBSERVED: Cover.UNSEEN,
    Unplanned.UNKNOWN_VERSION: Cover.UNSEEN,
    Unplanned.PEER_NOT_OBSERVED: Cover.UNSEEN,
    Unplanned.NO_TARGET: Cover.BLOCKED,
    Unplanned.EXCLUDED: Cover.LEFT_ALONE,
    Unplanned.NO_HCX: Cover.LEFT_ALONE,
    Unplanned.SYSTEM_MESH: Cover.CURRENT,
    Unplanned.HELD: Cover.HELD,
    Unplanned.NO_WAVE: Cover.NO_WAVE,
    Unplanned.NO_WINDOW: Cover.NO_WINDOW,
    Unplanned.NO_MODE: Cover.BLOCKED,
    Unplanned.CAPPED: Cover.HELD,
}
"""What the reason for having no task says of the cloud."""

_RANK = {cover: rank for rank, cover in enumerate(Cover)}


@record
class CloudCover:
    """How one private cloud is covered, and why so."""

    cloud: str
    cover: Cover
    about: str
    """Id of the manager or mesh that decided it."""
    detail: str
    who_can_act: str = ""


@record
class CoverCount:
    """How many private clouds are covered so."""

    cover: Cover
    clouds: int


@record
class Ended:
    """Something that holds back though its day is over: it goes on to hold, and somebody should say whether it may."""

    what: str
    reason: str
    owner: str
    until: date


@record
class Coverage:
    """What a plan reaches."""

    clouds: tuple[CloudCover, ...]
    """Every private cloud, what is never reached first."""
    sites_without_contacts: tuple[str, ...]
    """Places on premises where nobody can be asked."""
    connectors_by_hand: tuple[str, ...]
    """Connectors that no machine can read: people have to say how they stand."""
    ended: tuple[Ended, ...]
    unread: tuple[str, ...]
    """Subscriptions that could not be read: their private clouds are not counted at all."""

    @property
    def counts(self) -> tuple[CoverCount, ...]:
        """How many private clouds there are of each; they add up to all."""
        found = Counter(one.cover for one in self.clouds)
        return tuple(CoverCount(cover=cover, clouds=found[cover]) for cover in Cover if found[cover])

    @property
    def never(self) -> tuple[CloudCover, ...]:
        """Private clouds that will never be reached as the file stands."""
        return tuple(one for one in self.clouds if one.cover in NEVER)


def coverage(plan: Plan, policy: Policy, inventory: Inventory, today: date) -> Coverage:
    """What `plan` reaches of everything that it covers."""
    found = _by_cloud(plan)
    clouds = (min(found.get(cloud, [_nothing(cloud)]), key=_gravity) for cloud in plan.private_clouds)
    return Coverage(
        clouds=tuple(sorted(clouds, key=lambda one: (_RANK[one.cover], one.cloud))),
        sites_without_contacts=tuple(
            sorted(site.name for site in policy.sites if site.private_cloud is None and not site.contacts)
        ),
        connectors_by_hand=tuple(sorted(one.name for one in policy.connectors if one.reach is Reach.MANUAL)),
        ended=tuple(sorted(_ended(policy, inventory, today), key=lambda one: (one.until, one.what))),
        unread=tuple(
            one.name or one.id
            for one in inventory.subscriptions
            if one.state in {SubscriptionState.DENIED, SubscriptionState.FAILED}
        ),
    )


def _by_cloud(plan: Plan) -> Mapping[str, list[CloudCover]]:
    found = defaultdict[str, list[CloudCover]](list)
    times = {one.task: one for one in plan.schedule.tasks}
    for task in plan.tasks:
        for cloud in task.clouds:
            found[cloud].append(_of_task(cloud, task, times.get(task.id)))
    for rest in plan.rest:
        for cloud in rest.clouds:
            found[cloud].append(_of_rest(cloud, rest))
    return found


def _of_task(cloud: str, task: Task, time: TaskTime | None) -> CloudCover:
    waits = time.waits_for if time else ""
    if time is not None and time.earliest is None:
        return CloudCover(cloud=cloud, cover=Cover.NO_START, about=task.subject, detail=waits or "no start is known")
    return CloudCover(cloud=cloud, cover=Cover.PLANNED, about=task.subject, detail=f"in wave {task.wave}")


def _of_rest(cloud: str, rest: Rest) -> CloudCover:
    return CloudCover(
        cloud=cloud,
        cover=BY_REST[rest.reason],
        about=rest.subject,
        detail=rest.detail,
        who_can_act=rest.who_can_act,
    )


def _gravity(cover: CloudCover) -> tuple[bool, int, str]:
    """A cloud that is left alone is left alone whatever stands around it; otherwise the worst decides."""
    own = cover.cover is Cover.LEFT_ALONE and cover.about == cover.cloud
    return not own, _RANK[cover.cover], cover.about


def _nothing(cloud: str) -> CloudCover:
    return CloudCover(cloud=cloud, cover=Cover.UNSEEN, about=cloud, detail="nothing of it was seen")


def _ended(policy: Policy, inventory: Inventory, today: date) -> Iterable[Ended]:
    for hold in policy.holds:
        yield from _over(f"hold on {hold.subject}", hold.reason, hold.owner, hold.until, today)
    for exclusion in policy.scope.exclude:
        what = f"exclusion of {exclusion.cloud}"
        yield from _over(what, exclusion.reason, exclusion.owner, exclusion.until, today)
    restraints = tags.of_all(inventory.private_clouds, policy, today)
    for cloud, found in restraints.items():
        held = found.held
        if held is not None:
            yield from _over(f"tag {held.tag} on {cloud}", held.reason, held.owner, held.until, today)


def _over(what: str, reason: str, owner: str, until: date | None, today: date) -> Iterator[Ended]:
    if until is not None and until < today:
        yield Ended(what=what, reason=reason, owner=owner, until=until)
