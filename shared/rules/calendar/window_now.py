"""Whether a change may begin now: the calendar of the planner, asked for one task with what is known now."""

from collections.abc import Mapping
from datetime import timedelta

from shared.model.inventory import Inventory, Manager
from shared.model.orders import WindowNow
from shared.model.policy import Policy, SiteEntry
from shared.rules import tags
from shared.rules.calendar import waiting_time
from shared.rules.calendar.calendars import next_start
from shared.rules.planning.calendar_desk import CalendarDesk
from shared.rules.planning.inputs import Inputs, PlanContradictionError
from shared.rules.planning.scene import Scene, look


def window_now(inputs: Inputs, managers: tuple[str, ...], needs: timedelta) -> WindowNow:
    """Whether something that takes `needs` on these managers may begin at once, and else when and what it waits for.

    Args:
        inputs: of the part of the fleet that the task touches: the rest has no say in when it may go on.
        managers: ids of the managers whose sites are touched.
        needs: how much room there must be.
    """
    try:
        scene = look(inputs)
    except PlanContradictionError as error:
        return closed(f"fleet.yaml contradicts itself: {error}")
    openings = CalendarDesk(scene).times(managers).openings
    start = next_start(openings, inputs.now, needs)
    why = waiting_time.explain(_around(scene, managers), openings, inputs.now, needs)
    if start is None:
        unreadable = any(one.unreadable for one in inputs.policy.freezes)
        return WindowNow(fits=False, why=why, unreadable=unreadable)
    fits = start.at <= inputs.now
    return WindowNow(fits=fits, opens_at=None if fits else start.at, why=why, closes_at=start.closes)


def closed(why: str) -> WindowNow:
    """Nothing can be said of when it may go on, so it may not."""
    return WindowNow(fits=False, why=why, unreadable=True)


def lost_sites(inventory: Inventory, then: Policy, now: Policy) -> tuple[str, ...]:
    """Sites of these managers that a file described when the run began, and does not any more.

    A site that is only renamed would lose its windows without anybody having meant that, and work would go on at any
    hour. So its managers wait.
    """
    names = {one.id: (one.id, one.name, one.resource_id) for one in inventory.private_clouds}
    sites = ((_site(then, one, names), _site(now, one, names)) for one in inventory.managers)
    return tuple(sorted({before.name for before, after in sites if before is not None and after is None}))


def _site(policy: Policy, manager: Manager, names: Mapping[str, tuple[str, ...]]) -> SiteEntry | None:
    own = names.get(manager.id)
    return policy.site_of_cloud(*own) if own else policy.site(manager.site)


def _around(scene: Scene, managers: tuple[str, ...]) -> waiting_time.Surroundings:
    """What the openings were made of, to say in words what is waited for."""
    sites = tuple(scene.sites[name] for name in managers)
    clouds = ((scene.clouds[name], scene.restraints[name].window) for name in managers if name in scene.clouds)
    named = (tags.window_named(scene.policy, cloud, window) for cloud, window in clouds if window)
    return waiting_time.Surroundings(
        sites=sites,
        fleet_windows=scene.policy.windows,
        closed=scene.closed.at(tuple(one.name for one in sites)),
        horizon=scene.horizon,
        narrowed_by=tuple(window for window in named if window),
    )
