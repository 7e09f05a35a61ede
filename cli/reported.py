"""`report-done`: what somebody reports, written into the store, where the next look of the run finds it."""

from pathlib import Path

from cli import printing
from cli.edge import WrongUseError
from cli.exits import Exit
from cli.now import now_of
from cli.reading import run_named, store_of
from shared.api.reporting import Report, reportable, write_down
from shared.model.caller import HERE
from shared.rules.callers import recorded
from shared.rules.run_view import ENDED


def report_done(
    settings: Path | None, world: str | None, run_id: str, task: str, *, who: str, comment: str, as_json: bool
) -> int:
    """Write it down.

    Raises:
        WrongUseError: there is no such run or task, the run has ended, or nobody is named.
    """
    if not who.strip():
        raise WrongUseError(["--as: say who reports it"])
    now = now_of(world)
    with store_of(settings) as store:
        run = run_named(store, run_id)
        known = reportable(store, run)
        if task not in known:
            raise WrongUseError([f"run {run_id} has no task {task!r}; it has: {', '.join(sorted(known)) or 'none'}"])
        if run.state in ENDED:
            raise WrongUseError([f"run {run_id} has ended as {run.state.value}: nobody waits for {task} any more"])
        report = Report(run=run_id, task=task, who=recorded(HERE, who.strip()), comment=comment, mark="")
        number, waited_for = write_down(store, report, now)
    if as_json:
        printing.as_json({"runId": run_id, "task": task, "report": number})
    else:
        then = "the next look finds it" if waited_for else "it is kept; nobody waits for that now"
        printing.results().print(f"Taken down as report {number} of {task}: {then}.", soft_wrap=True)
    return Exit.AS_WANTED
