"""What protects each side as Markdown: told once for all managers and meshes of which it is true."""

from collections.abc import Iterator

from shared.model.plan import MeshTask, Plan, Safeguard, Task, WayBack
from shared.report.markdown import table
from shared.report.plan_steps_text import without_names
from shared.report.plan_words import SAFEGUARD
from shared.report.words import listed, sentence, took

COLUMNS = ("by", "for", "what to know", "of")


def ways_back_lines(plan: Plan) -> Iterator[str]:
    """The section with all ways back, in the order of the tasks."""
    found: dict[tuple[str, ...], set[str]] = {}
    known = {task.id: task for task in plan.tasks}
    for task in [known[one] for wave in plan.waves for one in wave.tasks if one in known]:
        for one in task.way_back:
            found.setdefault(_told(plan, task, one), set()).add(one.manager)
    if found:
        yield from ("## Ways back", "")
        yield from table(COLUMNS, [(*told, ", ".join(sorted(of))) for told, of in found.items()])


def _told(plan: Plan, task: Task, one: WayBack) -> tuple[str, ...]:
    text = without_names(one.text, {one.manager: _noun(plan, task, one)})
    return SAFEGUARD[one.kind], took(one.lasts) if one.lasts else "", sentence(text)


def _noun(plan: Plan, task: Task, one: WayBack) -> str:
    if isinstance(task, MeshTask) and one.manager == task.name:
        return "the mesh"
    return "the cloud manager" if one.manager in plan.private_clouds else "the connector"


def ways_back_words(task: Task) -> str:
    """What leads back for whom, in one line: `con-lyon by automatic snapshot (1 d) or backup; pc-weu-01 by nothing`."""
    ways: dict[str, list[str]] = {}
    for one in task.way_back:
        ways.setdefault(one.manager, []).append(_short(one))
    return "; ".join(f"{manager}: {listed(words)}" for manager, words in ways.items())


def _short(one: WayBack) -> str:
    if one.kind is Safeguard.NONE:
        return SAFEGUARD[one.kind]
    return f"{SAFEGUARD[one.kind]} ({took(one.lasts)})" if one.lasts else SAFEGUARD[one.kind]
