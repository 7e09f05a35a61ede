"""What was held back when a plan was made, and what is held back more strictly now.

Windows, freezes and maintenances are not in it: they are asked for right before each change, whatever they were when
the plan was made.
"""

from collections.abc import Collection, Iterator, Mapping

from shared.model.plan import RestraintKind, RestraintThen, SubjectKind
from shared.model.policy import Exclusion, ExtensionMode
from shared.model.version import Version
from shared.rules.holds import HeldBy, Key
from shared.rules.ne_mode import stricter
from shared.rules.tags import MAX_VERSION, NE_MODE, Restraints

_WHAT = {
    SubjectKind.PRIVATE_CLOUD: "private cloud",
    SubjectKind.CONNECTOR: "connector",
    SubjectKind.MESH: "mesh",
    SubjectKind.SUBSCRIPTION: "subscription",
}


def restraints_then(
    held: Mapping[Key, HeldBy], tags: Mapping[str, Restraints], excluded: Mapping[str, Exclusion]
) -> tuple[RestraintThen, ...]:
    """Everything that is held back, in an order that does not depend on that of the input.

    Args:
        held: what is held, by the file or by tags.
        tags: what the tags of private clouds hold back, by their ids.
        excluded: private clouds that the file leaves out, by their ids.
    """
    found = (*_holds(held), *_exclusions(excluded), *_caps(tags), *_modes(tags))
    return tuple(sorted(found, key=lambda one: (one.kind, one.of, one.subject)))


def is_stricter(before: RestraintThen | None, after: RestraintThen) -> bool:
    """Whether something is held back that was not, or more than it was. Another reason for a hold is no news."""
    if before is None:
        return True
    if after.kind is RestraintKind.VERSION_CAP:
        return Version(after.value).older_than(Version(before.value))
    if after.kind is RestraintKind.EXTENSION_MODE:
        return stricter(ExtensionMode(before.value), ExtensionMode(after.value)) is not ExtensionMode(before.value)
    return False


def part(restraints: Collection[RestraintThen], subjects: Collection[str]) -> tuple[RestraintThen, ...]:
    """Those that are about these private clouds, connectors and meshes."""
    return tuple(one for one in restraints if one.subject in subjects)


def _holds(held: Mapping[Key, HeldBy]) -> Iterator[RestraintThen]:
    for (kind, subject), by in held.items():
        yield RestraintThen(
            kind=RestraintKind.HOLD,
            of=kind,
            subject=subject,
            text=f"{_WHAT[kind]} {subject} is held: {by.reason} ({by.source})",
        )


def _exclusions(excluded: Mapping[str, Exclusion]) -> Iterator[RestraintThen]:
    for cloud, out in excluded.items():
        yield _of_cloud(RestraintKind.EXCLUSION, cloud, "", f"private cloud {cloud} is left out: {out.reason}")


def _caps(tags: Mapping[str, Restraints]) -> Iterator[RestraintThen]:
    for cloud, found in tags.items():
        if found.max_version is not None:
            value = found.max_version.release
            yield _of_cloud(
                RestraintKind.VERSION_CAP, cloud, value, f"tag {MAX_VERSION} of {cloud} allows {value} at most"
            )


def _modes(tags: Mapping[str, Restraints]) -> Iterator[RestraintThen]:
    for cloud, found in tags.items():
        if found.extension_mode is not None:
            value = found.extension_mode.value
            yield _of_cloud(RestraintKind.EXTENSION_MODE, cloud, value, f"tag {NE_MODE} of {cloud} leaves {value}")


def _of_cloud(kind: RestraintKind, cloud: str, value: str, text: str) -> RestraintThen:
    return RestraintThen(kind=kind, of=SubjectKind.PRIVATE_CLOUD, subject=cloud, value=value, text=text)
