"""Which task of the app's plans a person means."""

from cli.edge import WrongUseError
from cli.remote.client import Client
from cli.remote.documents import TaskSeen
from cli.remote.meant import newest_planned, read_run


def task_named(client: Client, subject: str) -> tuple[str, str]:
    """Ids of a run and of its task: of a manager or mesh, or of that very id, in the newest plan that has one.

    A subject that is done has no task in newer plans, and is looked for in older ones.

    Raises:
        WrongUseError: no plan has one, or it has several.
    """
    looked_at = set[str | None]()
    for run in newest_planned(client):
        if run.plan_hash in looked_at:
            continue
        looked_at.add(run.plan_hash)
        found = [one.id for one in read_run(client, run.id).run.tasks if _is(one, subject)]
        if len(found) == 1:
            return run.id, found[0]
        if found:
            raise WrongUseError([f"{subject!r} has several tasks: {', '.join(found)}; name one"])
    raise WrongUseError([f"no plan has a task for {subject!r}: hcx-fleet why {subject} says why, once there is a plan"])


def _is(task: TaskSeen, subject: str) -> bool:
    """A mesh goes by its name, which begins what its task is called."""
    return subject in {task.id, task.subject} or task.title.split(" ")[0] == subject
