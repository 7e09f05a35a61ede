"""What we reported against what the world file expects and what really happened. Pure: a view and a truth go in.

Every comparison names what does not fit, so that a demo that fails says which cloud, call or account it was.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime

from cli.open_times import OpenTimes
from cli.truth import Mutation, TrueMesh, Truth, WorldCloud
from shared.model.inventory import SubscriptionState
from shared.model.plan import ManagerTask, MeshTask, SubjectKind, Task
from shared.model.policy import Owner, Policy
from shared.model.record import record
from shared.model.run import Bucket, Outcome
from shared.model.span import Span
from shared.model.version import Version
from shared.model.view import RunView, SubjectSeen
from shared.rules.run_view import short

_READ = frozenset({SubscriptionState.READ, SubscriptionState.EMPTY})
_UPGRADED_TYPES = frozenset({"IX", "NE"})
"""Appliance types that a mesh task brings to the target, in the world's words."""
_RUN_COMMAND = "run-command"
_LOOKS = "get-"
"""How the cmdlets begin that change nothing, in lower case: starting one is a PUT to Azure like any other."""


@record
class Compared:
    """One comparison, and everything that does not fit."""

    id: str
    claim: str
    """What should be true."""
    misfits: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether everything fits."""
        return not self.misfits


def compare(
    view: RunView,
    truth: Truth,
    clouds: Iterable[WorldCloud],
    policy: Policy,
    *,
    confirmed: bool,
    shown: str | None,
) -> tuple[Compared, ...]:
    """Every comparison.

    Args:
        view: the run as reported.
        truth: what really happened.
        clouds: the private clouds of the world that are in scope.
        policy: the `fleet.yaml` that the run went by.
        confirmed: whether any mutating route was confirmed.
        shown: hash of the plan that was shown before anything ran.
    """
    return (
        _compared("expectations", "every private cloud ended as the world file expects", _unexpected(view, truth)),
        _compared("count", "every private cloud is in exactly one bucket or in a denied subscription",
                  _miscounted(view, clouds)),
        _compared("versions", "what was reported as upgraded or current really is", _untrue(view, truth)),
        _compared("plan", "what was carried out is the plan that was shown", _other_plan(view, shown)),
        _compared("one-call", "at most one changing call was made for each step", _repeated(truth)),
        _compared("own-steps", "changing calls were made for our own steps only", _not_ours(view, truth)),
        _compared("calendar", "changing calls were made in open windows only, and in no freeze",
                  _outside(truth, OpenTimes(policy=policy, over=Span(start=_asked_at(view), end=truth.now)))),
        _compared("confirmations", "nothing was changed without confirmations",
                  [] if confirmed else map(_call, changing_calls(truth))),
        _compared("log-ins", "at most one log-in failed for each account, and none is locked", _refused(truth)),
    )  # fmt: skip


def _compared(id_: str, claim: str, misfits: Iterable[str]) -> Compared:
    return Compared(id=id_, claim=claim, misfits=tuple(misfits))


def _other_plan(view: RunView, shown: str | None) -> Iterator[str]:
    ran = view.run.plan_hash
    if ran != shown:
        yield f"plan {(shown or 'none')[:12]} was shown, {(ran or 'none')[:12]} was carried out"


# --- where private clouds ended -------------------------------------------------------------------------------------


def _unexpected(view: RunView, truth: Truth) -> Iterator[str]:
    names = {one.id: one.name for one in view.subjects if one.kind is SubjectKind.PRIVATE_CLOUD}
    placed = {names.get(one.subject): one for one in view.placed if one.kind is SubjectKind.PRIVATE_CLOUD}
    for wanted in truth.expectations:
        found = placed.get(wanted.cloud)
        ended = f"{found.bucket.value} ({found.reason})" if found else "not reported at all"
        if ended != f"{wanted.outcome} ({wanted.reason})":
            yield f"{wanted.cloud}: expected {wanted.outcome} ({wanted.reason}), ended {ended}"


def _miscounted(view: RunView, clouds: Iterable[WorldCloud]) -> Iterator[str]:
    read = {one.id for one in view.subscriptions if one.state in _READ}
    listed = {one.id for one in view.subscriptions}
    seen = Counter(one.name for one in view.subjects if one.kind is SubjectKind.PRIVATE_CLOUD)
    placed = Counter((one.kind, one.subject) for one in view.placed)
    for cloud in clouds:
        if cloud.subscription_id in read and seen[cloud.id] != 1:
            yield f"{cloud.id}: reported {seen[cloud.id]} times"
        if cloud.subscription_id not in listed and not seen[cloud.id]:
            yield f"{cloud.id}: neither it nor its subscription {cloud.subscription} is reported"
    for subject in view.subjects:
        times = placed[subject.kind, subject.id]
        if times != 1:
            yield f"{subject.kind.value} {subject.name}: in {times} buckets"


# --- what was reported as done --------------------------------------------------------------------------------------


def _untrue(view: RunView, truth: Truth) -> Iterator[str]:
    releases = {one.id: one.release for one in truth.managers}
    meshes = {one.id: one for one in truth.meshes}
    for task in _succeeded(view):
        if isinstance(task, ManagerTask):
            yield from _other_release(task.subject, task.target, releases.get(task.subject))
        else:
            yield from _other_mesh(task, meshes.get(task.subject))
    for subject in _current(view):
        if subject.kind is not SubjectKind.MESH and subject.version is not None:
            yield from _other_release(subject.name, subject.version, releases.get(subject.name))


def _succeeded(view: RunView) -> Iterator[Task]:
    for task in view.tasks:
        if view.plan and task.result and task.result.outcome is Outcome.SUCCEEDED:
            yield view.plan.task(task.task)


def _current(view: RunView) -> Iterator[SubjectSeen]:
    good = {(one.kind, one.subject) for one in view.placed if one.bucket in {Bucket.CURRENT, Bucket.UPGRADED}}
    return (one for one in view.subjects if (one.kind, one.id) in good)


def _other_release(name: str, reported: Version, really: str | None) -> Iterator[str]:
    if really is None or short(reported) != short(Version(really)):
        yield f"{name}: reported {short(reported)}, really {really or 'not there'}"


def _other_mesh(task: MeshTask, mesh: TrueMesh | None) -> Iterator[str]:
    if mesh is None:
        yield f"{task.name}: not there"
        return
    for one in mesh.appliances:
        if one.type in _UPGRADED_TYPES:
            yield from _other_release(f"{task.name} {one.name}", task.target, one.release)
            if one.tunnel != "UP":
                yield f"{task.name} {one.name}: reported upgraded, tunnel really {one.tunnel}"


# --- what was sent --------------------------------------------------------------------------------------------------


def changing_calls(truth: Truth) -> list[Mutation]:
    """Calls of ours that changed something or tried to, without the run commands that only look."""
    return [one for one in truth.mutations if one.caller == "api" and not _only_looks(one)]


def _only_looks(one: Mutation) -> bool:
    return one.route == _RUN_COMMAND and str(one.body.get("cmdlet", "")).lower().startswith(_LOOKS)


def _call(one: Mutation) -> str:
    return f"{one.subject}: {one.route} at {one.at:%d %b %H:%M}"


def _repeated(truth: Truth) -> Iterator[str]:
    """Refused calls count as well: a step that has to be sent twice was sent too early."""
    sent = Counter(step for one in changing_calls(truth) for step in _steps_of(one))
    for (route, subject, what), times in sorted(sent.items()):
        if times > 1:
            yield f"{subject}: {route} for {what} sent {times} times"


def _steps_of(one: Mutation) -> Iterator[tuple[str, str, str]]:
    """A manager's step is a version or a run command; a mesh's is an appliance, of which a body may name several."""
    appliances = one.body.get("appliances")
    if one.route == _RUN_COMMAND:
        yield one.route, one.subject, f"{one.body.get('cmdlet')} {one.body.get('execution')}"
    elif isinstance(appliances, list):
        for appliance in appliances:
            yield one.route, one.subject, str(appliance)
    else:
        yield one.route, one.subject, str(one.body.get("targetVersion", ""))


def _not_ours(view: RunView, truth: Truth) -> Iterator[str]:
    ours = {task.task for task in view.tasks if task.owner is Owner.OURS}
    return (_call(one) for one in changing_calls(truth) if one.subject not in ours)


def _asked_at(view: RunView) -> datetime:
    return view.run.request.requested_at


def _outside(truth: Truth, times: OpenTimes) -> Iterator[str]:
    ends = {f"mesh:{one.id}": (one.initiator, one.receiver) for one in truth.meshes}
    for one in changing_calls(truth):
        if not times.open(ends.get(one.subject) or (one.subject.removeprefix("manager:"),), one.at):
            yield _call(one)


def _refused(truth: Truth) -> Iterator[str]:
    for account in truth.logins:
        if account.failed > 1 or account.locked:
            yield f"{account.secret}: {account.failed} failed log-ins{', locked' if account.locked else ''}"
