"""The steps of tasks as Markdown, told once for all tasks that go through the same ones, and who those tasks are.

Two tasks have the same steps where their words differ in nothing but what they are about: the manager, the mesh and its
appliances, and the releases. Whoever performs a task changes words and times, so that its steps are told by themselves.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from shared.model.inventory import ManagerKind
from shared.model.plan import ManagerTask, MeshTask, Plan, Step, StepKind, Task
from shared.model.policy import Owner
from shared.model.record import record
from shared.model.version import Version
from shared.report.markdown import plain
from shared.report.plan_words import PERFORMS
from shared.report.words import took

RELEASE = "R"
"""What stands for the release of a hop or of a mesh."""
NOUN = {ManagerKind.CLOUD_MANAGER: "cloud manager", ManagerKind.CONNECTOR: "connector"}
"""What a manager is called where its name does not matter."""
BROUGHT_ALONG = "Nothing to do for us: the provider brings its own bundle along"


@record
class Form:
    """The steps that some tasks have in common, as lines."""

    what: str
    """Such as `a connector upgrade by hcx-fleet`."""
    before: tuple[str, ...]
    pieces: tuple[tuple[str, ...], ...]
    """One for each hop or appliance; a single one where they are all the same."""
    after: tuple[str, ...]


@record
class Forms:
    """All of them in the order in which tasks first have them."""

    tasks: Mapping[Form, tuple[Task, ...]]
    labels: Mapping[str, str]
    """What the steps of a task are found under, by its id."""


def forms_of(plan: Plan) -> Forms:
    """The steps of all tasks of a plan."""
    found: dict[Form, list[Task]] = {}
    known = {task.id: task for task in plan.tasks}
    for task in [known[one] for wave in plan.waves for one in wave.tasks if one in known]:
        found.setdefault(form_of(task), []).append(task)
    labels = dict(zip(found, _labels(found), strict=True))
    return Forms(
        tasks={form: tuple(tasks) for form, tasks in found.items()},
        labels={task.id: labels[form] for form, tasks in found.items() for task in tasks},
    )


def _labels(forms: Iterable[Form]) -> Iterator[str]:
    """Two forms of the same kind of task, which only a mixed policy could make, are told apart by a number."""
    seen: dict[str, int] = {}
    for form in forms:
        seen[form.what] = number = seen.get(form.what, 0) + 1
        yield form.what if number == 1 else f"{form.what}, another way ({number})"


def steps_lines(forms: Forms) -> Iterator[str]:
    """The section with the steps of all tasks."""
    if not forms.tasks:
        return
    yield from ("## Steps", "")
    yield (
        "Each task goes through its steps in this order. Their numbers are the sections of docs/procedure.md; in "
        "brackets stands how long a step may take before its task is closed. "
        f"{RELEASE} is the release that a hop, or a mesh, goes to."
    )
    yield ""
    for form, tasks in forms.tasks.items():
        yield from _form(form, tasks, forms.labels[tasks[0].id])


def _form(form: Form, tasks: tuple[Task, ...], label: str) -> Iterator[str]:
    yield f"### Steps of {label}"
    yield ""
    yield f"Of {plain(', '.join(sorted({_name(task) for task in tasks})))}."
    yield ""
    yield from (f"- {line}" for line in form.before)
    piece = "appliance" if isinstance(tasks[0], MeshTask) else "hop"
    for number, lines in enumerate(form.pieces, 1):
        yield f"- {f'{piece} {number}' if len(form.pieces) > 1 else f'for each {piece}'}:"
        yield from (f"  - {line}" for line in lines)
    yield from (f"- {line}" for line in form.after)
    yield ""


def _name(task: Task) -> str:
    return task.subject if isinstance(task, ManagerTask) else task.name


# --- what tasks have in common ----------------------------------------------------------------------------------------


def form_of(task: Task) -> Form:
    """The steps of a task without what it is about."""
    if isinstance(task, ManagerTask):
        names = {task.subject: f"the {NOUN[task.manager_kind]}"}
        pieces = [
            _lines((hop.stage, hop.upgrade, hop.answer, hop.verify), names | _release(hop.target)) for hop in task.hops
        ]
        before = (task.observe, task.check, task.protect)
        return _made(f"a {NOUN[task.manager_kind]} upgrade", task, (before, pieces, (task.hand_over,)), names)
    names = {task.name: "the mesh"} | _release(task.target)
    pieces = [
        _lines((one.upgrade, one.back, one.verify), {one.name: "the appliance"} | names) for one in task.appliances
    ]
    gateways = {one.name: "the gateway" for one in task.by_hand}
    after = (*(one.redeploy for one in task.by_hand), task.hand_over)
    what = "a mesh upgrade with a gateway" if gateways else "a mesh upgrade"
    return _made(what, task, ((task.observe, task.check), pieces, after), gateways | names)


type _Parts = tuple[tuple[Step, ...], list[tuple[str, ...]], tuple[Step, ...]]


def _made(what: str, task: Task, parts: _Parts, names: Mapping[str, str]) -> Form:
    before, pieces, after = parts
    return Form(
        what=f"{what} by {PERFORMS[task.owner]}",
        before=_lines(before, names),
        pieces=tuple(pieces[:1] if len(set(pieces)) == 1 else pieces),
        after=tuple(dict.fromkeys(_lines(after, names))),
    )


def _release(version: Version) -> dict[str, str]:
    return {version.release: RELEASE}


def _lines(steps: Iterable[Step], names: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(_line(one, names) for one in steps)


def _line(step: Step, names: Mapping[str, str]) -> str:
    if step.kind is StepKind.STAGE and step.owner is Owner.PROVIDER:
        return f"{step.section} {BROUGHT_ALONG}"
    return f"{step.section} {plain(without_names(step.title, names))} (up to {took(step.budget)})"


def without_names(text: str, names: Mapping[str, str]) -> str:
    """A text in which these names are replaced where they stand as whole words."""
    if not names:
        return text
    longest_first = sorted(filter(None, names), key=len, reverse=True)
    pattern = "|".join(map(re.escape, longest_first))
    return re.sub(rf"(?<![\w.-])(?:{pattern})(?![\w-]|\.\w)", lambda found: names[found.group()], text)
