"""Port 9443: components, what the manager is registered to, and its own upgrade."""

from typing import Final

from shared.hcx.answer import Answer
from shared.hcx.parse_work import AT_WORK, percent
from shared.hcx.reading import Found, document, items, status
from shared.model.facts import HcxJob, Health, JobState, Licence, ServiceState, Status
from shared.model.record import record
from shared.model.version import Version

UPGRADE_STATES: Final = {
    "QUEUED": JobState.QUEUED,
    "IN_PROGRESS": JobState.RUNNING,
    "SUCCESS": JobState.SUCCEEDED,
    "FAILED": JobState.FAILED,
}
_NOT_STARTED = "NOT_STARTED"
_TELLING = frozenset({"IN_PROGRESS", "FAILED"})
"""States in which the sub-task of the same state says more than the whole."""
_NO_REASON = "HCX gave no reason; a person at the site: look at the upgrade on port 9443, Administration > Upgrade"
_WORST_FIRST = (Health.DOWN, Health.UNKNOWN, Health.DEGRADED, Health.UP)
_BUILD_DIGITS_MIN = 5


@record
class Bundle:
    """An upgrade bundle."""

    text: str
    """Its version as the manager writes it: what a start call has to name."""
    version: Version


@record
class UpgradeReport:
    """What the manager says of its own upgrade, or of the upload of a bundle."""

    job: HcxJob | None
    bundle: Bundle | None

    @property
    def at_work(self) -> bool:
        """Whether it is queued or running. A state that is not understood may be either, so it counts."""
        return self.job is not None and (self.job.state in AT_WORK or self.job.state is JobState.UNKNOWN)


def read_component(answer: Answer, name: str) -> ServiceState:
    """`components-…`: whether one component runs.

    Raises:
        UnreadableError: it does not say.
    """
    text = document(answer).need_text("result")
    return ServiceState(name=name, running={"RUNNING": True, "STOPPED": False}.get(text), text=text)


def read_link(answer: Answer) -> Status:
    """`vcenter-config`, `nsx-config`: the worst state of what is registered there.

    Raises:
        UnreadableError: there is no list.
    """
    links = [_link(one) for one in items(document(answer))]
    if not links:
        return Status(health=Health.DOWN, text="nothing is registered")
    return min(links, key=lambda one: _WORST_FIRST.index(one.health))


def _link(item: Found) -> Status:
    text = item.at("config", "status").text()
    return Status(health=Health.DOWN, text=text) if text not in {None, "OK"} else status(text, {"OK": Health.UP})


def read_licence(answer: Answer) -> Licence:
    """`licences`: the mode it runs in, and until when; the names of both on the wire are inferred.

    Raises:
        UnreadableError: it does not say its mode.
    """
    found = document(answer)
    place = next((one for one in (found.at("data"), found) if one.at("mode").text()), found)
    until = place.at("graceEndDate").when()
    return Licence(mode=place.need_text("mode"), until=until.date() if until else None)


def read_upgrade(answer: Answer) -> UpgradeReport:
    """`upgrade-status-…`, `upgrade-bundle-…` and the answer to a start.

    Raises:
        UnreadableError: it has no status.
    """
    found = document(answer)
    word = found.need_text("status")
    bundle = _bundle(found.at("bundleMetadata"))
    return UpgradeReport(job=None if word == _NOT_STARTED else _job(found, word, bundle), bundle=bundle)


def read_staged(answer: Answer) -> Bundle | None:
    """The bundle that an upload left ready to be installed, None where there is none.

    Raises:
        UnreadableError: it has no status.
    """
    found = read_upgrade(answer)
    return found.bundle if found.job is not None and found.job.state is JobState.SUCCEEDED else None


def _bundle(metadata: Found) -> Bundle | None:
    text = metadata.at("version").text()
    if text is None:
        return None
    build, version = metadata.at("buildNumber").text() or "", Version(text)
    if (
        version.known
        and version.build is None
        and build.isascii()
        and build.isdigit()
        and len(build) >= _BUILD_DIGITS_MIN
    ):
        version = Version(f"{text}-{build}")
    return Bundle(text=text, version=version)


def _job(found: Found, word: str, bundle: Bundle | None) -> HcxJob:
    """An upgrade has no id on the wire; the time it was made tells two of them apart."""
    made = found.at("createTime").number()
    return HcxJob(
        id=f"manager-upgrade-{made}" if made else "manager-upgrade",
        type="manager-upgrade",
        entity_id=bundle.text if bundle else "",
        state=UPGRADE_STATES.get(word, JobState.UNKNOWN),
        percent=percent(found.at("progress")),
        message=_message(found, word),
        parts=tuple(text for one in found.at("subTasks").each() if (text := one.at("state").text())),
    )


def _message(found: Found, word: str) -> str:
    current = [one for one in found.at("subTasks").each() if word in _TELLING and one.at("status").text() == word]
    said = [found.at("message").text(), *(_sub_task(one) for one in current[:1])]
    told = "; ".join(dict.fromkeys(text for text in said if text))
    return told or (_NO_REASON if word == "FAILED" else "")


def _sub_task(item: Found) -> str:
    said = [item.at(name).text() for name in ("state", "message", "remediationActions")]
    return ": ".join(dict.fromkeys(text for text in said if text))
