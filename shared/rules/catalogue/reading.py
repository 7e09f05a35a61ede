"""The catalogue as delivered: its files are part of the package.

They are read once per process: they are data that a review has passed, not input, so the reading of them is the one
thing in the pure folders that touches a file.
"""

from functools import cache
from importlib.resources import files

from shared.rules.catalogue.consistency import whole
from shared.rules.catalogue.records import (
    Catalogue,
    LicenceClock,
    Paths,
    Prior,
    Release,
    RemovedService,
    Risk,
    Skew,
    Source,
)
from shared.rules.catalogue.strict import read_entries


@cache
def sources() -> tuple[Source, ...]:
    """Everything that entries rest on."""
    return _read("sources.yaml", tuple[Source, ...])


@cache
def releases() -> tuple[Release, ...]:
    """Known releases, oldest first."""
    return _read("releases.yaml", tuple[Release, ...])


@cache
def paths() -> Paths:
    """Known upgrade paths."""
    return _read("paths.yaml", Paths)


@cache
def removed_services() -> tuple[RemovedService, ...]:
    """Services that have to go before certain releases."""
    return _read("services.yaml", tuple[RemovedService, ...])


@cache
def catalogue() -> Catalogue:
    """All of it, nothing overridden."""
    return whole(
        "catalogue",
        sources=sources(),
        releases=releases(),
        paths=paths(),
        services=removed_services(),
        skew=_read("skew.yaml", Skew),
        risks=_read("risks.yaml", tuple[Risk, ...]),
        clocks=_read("clocks.yaml", tuple[LicenceClock, ...]),
        priors=_read("priors.yaml", tuple[Prior, ...]),
    )


def _read[T](name: str, kind: type[T]) -> T:
    text = files("shared.rules.catalogue").joinpath(name).read_text(encoding="utf-8")
    known = frozenset() if name == "sources.yaml" else frozenset(source.id for source in sources())
    return read_entries(name, text, kind, known)
