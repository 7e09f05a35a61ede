"""Versions of which the catalogue knows nothing, and what to do about them."""

from shared.model.version import Version
from shared.rules.catalogue.records import Catalogue


def unknown_release(catalogue: Catalogue, version: Version) -> str | None:
    """That the catalogue does not know the release of `version`, with the way to add it; None where it does.

    A release without an entry of its own is known where a listed path starts from a range that holds it: the source of
    that path speaks of it.
    """
    if not version.known:
        return f"version {version} is not understood: the owner of hcx-fleet adds the shape of it with its source"
    if catalogue.release(version) is not None or any(one.start.holds(version) for one in catalogue.paths.allowed):
        return None
    return (
        f"release {version.release} is in no entry of the catalogue: add it to the override file, "
        f"with what it rests on: {override_entry(version)}"
    )


def override_entry(version: Version) -> str:
    """An entry of an override file, as one line of YAML, that makes a release known."""
    return (
        "{sources: [{id: release-notes, title: ...}], "
        f'releases: [{{release: "{version.release}", released: null, '
        "source: release-notes, confidence: documented, dated: ...}]}"
    )
