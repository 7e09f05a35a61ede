"""What a plan says of each subject as short lines, and whether the lines that a story expects are among them.

A golden file shows everything and can be rewritten by a command. What must never change unnoticed stands in the story
itself, so these lines are made from the plan's records alone, apart from the text that people read.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime

from shared.model.codec import to_json_text
from shared.model.finding import Finding
from shared.model.plan import ManagerTask, MeshTask, Plan, PlannedWave, Rest, Task, TaskTime

NOT_BEFORE = "starts not before "
ENDS_NOT_BEFORE = "ends not before "
SAYS = "says "


def unmet(plan: Plan, expected: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """What the story expects and the plan does not say, and what the plan holds and the story does not mention."""
    subjects = {name: _Told(plan, name) for name in _names(plan)}
    faults = [f"{name}: the story does not say what becomes of it" for name in subjects if name not in expected]
    for name, lines in expected.items():
        told = subjects.get(name) or _fleet_wide(plan, name)
        if told is None:
            faults.append(f"{name}: the plan does not know it")
        else:
            faults += [f"{name}: expected {fault}" for fault in told.unmet(tuple(lines))]
    return tuple(faults)


def _names(plan: Plan) -> list[str]:
    return [_key(task) for task in plan.tasks] + [one.subject for one in plan.rest]


def _key(task: Task) -> str:
    """The subject, and for an upgrade of a mesh on the way to its last one the release as well."""
    return task.id.partition(":")[2]


class _Told:
    """Everything that a plan says of one subject."""

    def __init__(self, plan: Plan, name: str) -> None:
        tasks = [task for task in plan.tasks if _key(task) == name]
        rests = [one for one in plan.rest if one.subject == name]
        time = next((one for one in plan.schedule.tasks if tasks and one.task == tasks[0].id), None)
        findings = [one for one in plan.findings if one.subject == name]
        told = [_lines(one, time) for one in tasks] + [(f"stays {one.reason.value}",) for one in rests]
        told += [tuple(_due_lines(plan, task)) for task in tasks]
        self.first = told[0][0]
        self.lines = tuple(line for lines in told for line in lines)
        self.starts = time.earliest if time else None
        self.ends = time.ends_p50 if time else None
        self.text = _text((*tasks, *rests, *(() if time is None else (time,)), *findings))

    def unmet(self, lines: tuple[str, ...]) -> Iterator[str]:
        """Lines that are not told; the first one has to be what becomes of the subject."""
        if not lines or lines[0] != self.first:
            yield f"{lines[0] if lines else 'nothing'!r} first, the plan says {self.first!r}"
        for line in lines[1:]:
            if not self._holds(line):
                yield f"{line!r}, the plan says {'; '.join(self.lines)}"

    def _holds(self, line: str) -> bool:
        if line.startswith(SAYS):
            return line.removeprefix(SAYS) in self.text
        if line.startswith(NOT_BEFORE):
            return self.starts is not None and self.starts >= _instant(line.removeprefix(NOT_BEFORE))
        if line.startswith(ENDS_NOT_BEFORE):
            return self.ends is not None and self.ends >= _instant(line.removeprefix(ENDS_NOT_BEFORE))
        return line in self.lines


class _FleetWide(_Told):
    """What a plan says of itself or of a wave: nothing of it has to come first."""

    def __init__(self, lines: Iterable[str], text: str) -> None:
        self.lines = tuple(lines)
        self.text = text
        self.starts = self.ends = None

    def unmet(self, lines: tuple[str, ...]) -> Iterator[str]:
        """Lines that are not told."""
        yield from (f"{line!r}, the plan says {'; '.join(self.lines)}" for line in lines if not self._holds(line))


def _fleet_wide(plan: Plan, name: str) -> _Told | None:
    if name == "plan":
        return _FleetWide(_plan_lines(plan), to_json_text(plan))
    wave = next((one for one in plan.waves if name == f"wave {one.name}"), None)
    return _FleetWide(_wave_lines(wave), to_json_text(wave)) if wave else None


# --- lines ------------------------------------------------------------------------------------------------------------


def _lines(task: Task, time: TaskTime | None) -> tuple[str, ...]:
    own = _manager_lines(task) if isinstance(task, ManagerTask) else _mesh_lines(task)
    return (*own, *_common_lines(task), *(() if time is None else _time_lines(time)))


def _manager_lines(task: ManagerTask) -> Iterator[str]:
    yield " → ".join(map(str, (task.source, *(hop.target for hop in task.hops))))
    for hop in task.hops:
        for one in hop.requires:
            yield f"{hop.target} needs {one.subject} at {one.version}"
    yield f"own snapshot: {task.snapshot.value}{f' of {task.machine.reference}' if task.machine else ''}"


def _mesh_lines(task: MeshTask) -> Iterator[str]:
    names = {one.appliance_id: _short(task, one.name) for one in task.appliances}
    yield f"{', '.join(names.values()) or 'nothing'} → {task.target}"
    for one in task.appliances:
        others = ", ".join(each.removeprefix(f"id-{task.name}-") for each in one.together)
        yield f"{names[one.appliance_id]} {one.mode.mode.value}" + (f" with {others}" if others else "")
    yield f"rounds: {'; '.join(', '.join(names[one.appliance_id] for one in each) for each in task.rounds)}"
    yield from (f"{_short(task, one.name)} by hand" for one in task.by_hand)
    yield from (f"needs {one.subject} at {one.version}" for one in task.requires)
    yield f"networks at once: {task.networks}"
    yield "compulsory" if task.must else "only due"


def _short(task: MeshTask, name: str) -> str:
    """An appliance's name without the name of its mesh, which all of them begin with."""
    return name.removeprefix(f"{task.name}-")


def _common_lines(task: Task) -> Iterator[str]:
    yield f"by {task.owner.value}"
    yield f"in wave {task.wave}"
    yield f"after {', '.join(sorted(one.partition(':')[2] for one in task.depends_on)) or 'nothing'}"
    yield f"at {', '.join(sorted(task.sites))}"
    yield "may be split" if task.split else "in one piece"
    yield from (f"prepare {one.kind.value}" for one in task.preparations)
    yield from (f"way back of {one.manager}: {one.kind.value}" for one in task.way_back)


def _time_lines(time: TaskTime) -> Iterator[str]:
    yield f"starts {_told(time.earliest)}"
    yield f"starts no later than {_told(time.latest)}"
    yield f"ends {_told(time.ends_p50)}"


def _due_lines(plan: Plan, task: Task) -> Iterator[str]:
    for one in plan.schedule.due:
        if one.task == task.id:
            yield f"{one.preparation} due {one.by:%Y-%m-%d}" if one.by else f"{one.preparation} due whenever"


def _plan_lines(plan: Plan) -> Iterator[str]:
    yield f"waves {', '.join(one.name for one in plan.waves) or 'none'}"
    yield f"target {plan.target}"
    yield f"may fail: {'any' if plan.max_failed is None else plan.max_failed}"
    yield f"networks at risk: {'any' if plan.networks_at_risk is None else plan.networks_at_risk}"
    yield "catalogue overridden" if plan.overrides_hash else "catalogue as delivered"
    yield f"nights {plan.schedule.nights}"
    yield f"approvals {plan.schedule.approvals}"


def _wave_lines(wave: PlannedWave) -> Iterator[str]:
    yield f"admits {', '.join(one.partition(':')[2] for one in wave.tasks) or 'nothing'}"
    yield f"clouds {', '.join(sorted(wave.clouds)) or 'none'}"
    yield f"at once: {wave.concurrency}"
    yield f"may fail: {'any' if wave.max_failed is None else wave.max_failed}"
    yield "strict" if wave.strict else "not strict"
    if wave.soak:
        yield f"soaks {wave.soak.span.total_seconds() / 3600:g} h"
    if wave.approval:
        yield f"approved by {wave.approval.minimum} of {', '.join(wave.approval.approvers)}"


def _text(records: Iterable[Task | Rest | TaskTime | Finding]) -> str:
    return "\n".join(to_json_text(one) for one in records)


def _told(at: datetime | None) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M}" if at else "unknown"


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
