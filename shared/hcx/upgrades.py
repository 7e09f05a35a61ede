"""The two changes: look first, adopt what is done or running, else make one call, and never a second one."""

from shared.hcx import sections
from shared.hcx.answer import Answer
from shared.hcx.errors import AskAgainError, HcxError, RejectedError, UncertainError, UnreadableError
from shared.hcx.generation import Dialect
from shared.hcx.judging import accepted
from shared.hcx.parse_appliance import Bundle, UpgradeReport, read_upgrade
from shared.hcx.parse_mesh import ApplianceReport
from shared.hcx.parse_work import read_started
from shared.hcx.visit import Visit
from shared.hcx.words import problem_of, says_error
from shared.model.acts import Act, Adopted, ApplianceWanted, AskAgain, Refused, Started, Uncertain
from shared.model.document import Json
from shared.model.ne_mode import ApplianceMode
from shared.model.version import Version
from shared.ports import Sending

_CONFLICT = 409
_TURNED_DOWN_UNTOUCHED = frozenset({503})
"""Server errors that say by their meaning that the request was not taken up."""


def act_of(error: HcxError) -> Act:
    """What an error means for an act."""
    match error:
        case UncertainError():
            return Uncertain(detail=error.detail)
        case AskAgainError(after_seconds=after):
            return AskAgain(detail=error.detail, after_seconds=after)
        case _:
            return Refused(reason=error.reason, detail=error.detail, remedy=error.remedy)


def upgrade_manager(visit: Visit, target: Version, sending: Sending) -> Act:
    """Start the upgrade to the staged `target`.

    Raises:
        HcxError: it cannot be started; nothing was sent, unless the error says so.
    """
    visit.knock()
    version = sections.version(visit)
    dialect = sections.needed_dialect(visit)
    if not version.older_than(target):
        return Adopted(job=None, detail=f"it is {version} already")
    running = sections.upgrade(visit, dialect)
    if running.at_work:
        return _running(running, target)
    bundle = sections.staged(visit, dialect)
    if bundle is None or not bundle.version.known or not bundle.version.same_release(target):
        return _wrong_bundle(bundle, target)
    answer = visit.change(dialect.upgrade_manager, sending, body=_request(bundle))
    if answer.status == _CONFLICT:
        return _overtaken(visit, dialect, target, answer)
    return _started(visit, dialect.upgrade_manager, _upgrade_job(_sent(answer)))


def _request(bundle: Bundle) -> Json:
    """The documented `UpgradeRequest`; nothing that protects the way back is skipped."""
    keep = {"skipVmSnapshot": False, "skipUpgradeValidation": False, "skipConfigBackup": False}
    return {"targetVersion": bundle.text, "upgradePolicy": keep}


def _running(report: UpgradeReport, target: Version) -> Act:
    version = report.bundle.version if report.bundle else None
    if report.job and version and version.known and version.same_release(target):
        return Adopted(job=report.job.id, detail=f"an upgrade to {version} is running already")
    return AskAgain(detail=f"another upgrade is running: {version or 'its version is not told'}")


def _overtaken(visit: Visit, dialect: Dialect, target: Version, answer: Answer) -> Act:
    """Somebody else was faster: what they started is looked at before anything is said."""
    found = sections.upgrade(visit, dialect)
    return _running(found, target) if found.at_work else AskAgain(detail=f"it is busy: {problem_of(answer)}")


def _wrong_bundle(bundle: Bundle | None, target: Version) -> Refused:
    lies = f"the bundle on it is {bundle.version}" if bundle else "there is no bundle on it"
    remedy = f"upload the bundle of {target.release} on port 9443, Administration > Upgrade"
    return Refused(reason="bundle-missing", detail=f"{lies}, {target.release} is needed", remedy=remedy)


def _upgrade_job(answer: Answer) -> str | None:
    try:
        job = read_upgrade(answer).job
    except UnreadableError:  # it was taken; what it is called is for the next look
        return None
    return job.id if job else None


_MODE = {ApplianceMode.IN_SERVICE: "IN_SERVICE", ApplianceMode.STANDARD: "STANDARD", ApplianceMode.HA_GROUP: "STANDARD"}
"""The two modes that can be asked for, by words that are inferred. What is asked for one member of a high availability
group, the product does to all of it by its own procedure."""


def upgrade_appliance(visit: Visit, wanted: ApplianceWanted, sending: Sending) -> Act:
    """Start the upgrade of one appliance with its peers, in the mode that was chosen for it.

    Raises:
        HcxError: it cannot be started; nothing was sent, unless the error says so.
        KeyError: the mode is none that can be asked for.
    """
    mode, mesh, appliance = _MODE[wanted.mode], wanted.mesh, wanted.appliance
    visit.knock()
    version = sections.version(visit)
    found = sections.appliance(visit, mesh, appliance)
    if _at(found, version):
        return Adopted(job=None, detail=f"{wanted.name} and its peers are {version.release} already")
    busy = _busy(visit, wanted, found)
    if busy is not None:
        return busy
    named: Json = [{"applianceId": appliance, "applianceName": wanted.name}]
    body: Json = {"appliances": named, "mode": mode, "force": False}
    answer = visit.change("upgrade-appliance", sending, body=body, mesh=mesh, appliance=appliance)
    if answer.status == _CONFLICT:
        return _busy(visit, wanted, found) or AskAgain(detail=f"the mesh is busy: {problem_of(answer)}")
    return _started(visit, "upgrade-appliance", _task_id(_sent(answer)))


def _at(found: ApplianceReport, manager: Version) -> bool:
    """Whether the appliance and its peers have come to the version of their manager."""
    versions = [one.version for one in (found.appliance, *found.peers)]
    return manager.known and all(one.known and not one.older_than(manager) for one in versions)


def _busy(visit: Visit, wanted: ApplianceWanted, found: ApplianceReport) -> Act | None:
    """What the mesh is at work on: adopted where it is this very appliance, else a reason to come back.

    A task that names no appliance is about all of them. One on what may go beside is none to wait for.
    """
    own = found.appliance
    names = frozenset({own.id, own.name, *own.peers})
    at_work = [one for one in sections.tasks_at_work(visit) if one.job.entity_id == wanted.mesh]
    about = next((one.job for one in at_work if one.names & names), None)
    if about is not None:
        return Adopted(job=about.id, detail=f"HCX job {about.type} is at work on {own.name} already")
    others = [one for one in at_work if not one.names or one.names - wanted.beside]
    if others:
        return AskAgain(detail=f"another HCX job is at work on the mesh: {others[0].job.type}")
    return None


def _task_id(answer: Answer) -> str | None:
    try:
        return read_started(answer)
    except UnreadableError:  # it was taken; what it is called is for the next look
        return None


# --- both -------------------------------------------------------------------------------------------------------------


def _sent(answer: Answer) -> Answer:
    """The answer to a change, if it was taken up.

    Raises:
        HcxError: it was not (the status says so), or nobody can tell. A server error can come from a proxy that lost a
            manager at work, so it counts as no answer; 503 alone means that nothing was done.
    """
    if answer.status >= 500 and answer.status not in _TURNED_DOWN_UNTOUCHED:  # noqa: PLR2004 -- HTTP's own
        detail = f"it was sent and answered with {answer.status}: {problem_of(answer)}"
        raise UncertainError(answer.manager, answer.route, detail)
    if says_error(accepted(answer)):
        raise RejectedError(answer.manager, answer.route, problem_of(answer))
    return answer


def _started(visit: Visit, name: str, job: str | None) -> Started:
    return Started(job=job, route=name, confidence=visit.row(name).confidence.value)
