"""An override file: it adds entries to the catalogue or corrects some, without any code.

An entry with the key of a delivered one takes its place, whole; any other is added. `remove` takes entries out. Keys
are: of a release its version, of a path, risk or clock its id, of a service its name, of a skew rule its rule, of a
duration what it is of.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, replace
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from shared.model.record import record
from shared.model.version import Version
from shared.ports import OverrideText
from shared.rules.catalogue.consistency import digest, key_of, keyed, whole
from shared.rules.catalogue.reading import catalogue
from shared.rules.catalogue.records import (
    Allowed,
    Catalogue,
    Closed,
    CompulsoryMesh,
    LicenceClock,
    MinorLimit,
    NeverPaired,
    Paths,
    Prior,
    Release,
    RemovedService,
    Risk,
    Skew,
    Source,
    StrictMesh,
)
from shared.rules.catalogue.strict import CatalogueInvalidError, document_of, entries_of


@record
class PathsOverride:
    """Paths that an override file adds or corrects."""

    allowed: tuple[Allowed, ...] = ()
    closed: tuple[Closed, ...] = ()


@record
class SkewOverride:
    """Skew rules that an override file adds or corrects; a limit that is None stays as it is."""

    managers: MinorLimit | None = None
    appliances: MinorLimit | None = None
    never_paired: tuple[NeverPaired, ...] = ()
    compulsory_meshes: tuple[CompulsoryMesh, ...] = ()
    strict_meshes: tuple[StrictMesh, ...] = ()


@record
class Override:
    """The whole content of an override file."""

    remove: tuple[str, ...] = ()
    """Keys of entries to take out."""
    sources: tuple[Source, ...] = ()
    releases: tuple[Release, ...] = ()
    paths: PathsOverride = PathsOverride()
    services: tuple[RemovedService, ...] = ()
    skew: SkewOverride = SkewOverride()
    risks: tuple[Risk, ...] = ()
    clocks: tuple[LicenceClock, ...] = ()
    priors: tuple[Prior, ...] = ()


def catalogue_of(overrides: OverrideText | None) -> Catalogue:
    """The catalogue with an override file where there is one.

    Raises:
        CatalogueInvalidError: the file holds errors.
    """
    return catalogue() if overrides is None else catalogue_with(overrides.text, overrides.name)


@lru_cache(maxsize=8)
def catalogue_with(text: str, name: str) -> Catalogue:
    """The delivered catalogue merged with the override file of that content and name.

    Raises:
        CatalogueInvalidError: with every fault of the file at once, or, where each entry is readable, with everything
            in which they do not fit the others.
    """
    document = document_of(name, text) or {}
    if not isinstance(document, dict):
        known = ", ".join(field.name for field in fields(Override))
        raise CatalogueInvalidError(name, [f"must be a block of keys and values; known here: {known}"])
    delivered = catalogue()
    override = entries_of(name, document, Override, _sources(document, delivered))
    faults = [*_repeated(override), *_not_removable(override, delivered)]
    if faults:
        raise CatalogueInvalidError(name, faults)
    return replace(whole(name, **_merged(delivered, override)), overrides_hash=digest(document))


def _sources(document: dict[str, Any], delivered: Catalogue) -> frozenset[str]:
    """Ids that `source` may name: delivered ones, and those that the file itself lists."""
    listed = document.get("sources")
    own = [one.get("id") for one in (listed if isinstance(listed, list) else []) if isinstance(one, dict)]
    return frozenset(one for one in (*(source.id for source in delivered.sources), *own) if isinstance(one, str))


def _entries(override: Override) -> Iterator[Any]:
    yield from (*override.sources, *override.releases, *override.paths.allowed, *override.paths.closed)
    yield from (*override.services, *override.skew.never_paired, *override.skew.compulsory_meshes)
    yield from (*override.skew.strict_meshes, *override.risks, *override.clocks, *override.priors)


def _repeated(override: Override) -> Iterator[str]:
    counts = Counter((*map(key_of, _entries(override)), *map(_key, set(override.remove))))
    yield from (f"{key}: stands in the file {count} times" for key, count in counts.items() if count > 1)


def _not_removable(override: Override, delivered: Catalogue) -> Iterator[str]:
    entries = dict(keyed(delivered))
    for key in map(_key, override.remove):
        if isinstance(entries.get(key), Prior):
            yield f"remove: {key} can be given another duration, but not none"
        elif key not in entries:
            close = get_close_matches(key, entries, n=1)
            yield f"remove: there is no {key}{f'; did you mean {close[0]}?' if close else ''}"


def _key(text: str) -> str:
    """A key as people may write it: a release without its last zero, too."""
    version = Version(text)
    return version.release if version.known else text


def _merged(delivered: Catalogue, override: Override) -> dict[str, Any]:
    gone = frozenset(map(_key, override.remove))

    def merged[T](old: tuple[T, ...], new: tuple[T, ...]) -> tuple[T, ...]:
        return _replaced([one for one in old if key_of(one) not in gone], new, key_of)

    listed = merged(delivered.releases, override.releases)
    return {
        "sources": merged(delivered.sources, override.sources),
        "releases": tuple(sorted(listed, key=lambda one: one.release.order)),
        "paths": Paths(
            allowed=merged(delivered.paths.allowed, override.paths.allowed),
            closed=merged(delivered.paths.closed, override.paths.closed),
        ),
        "services": merged(delivered.services, override.services),
        "skew": _merged_skew(delivered.skew, override.skew, merged),
        "risks": merged(delivered.risks, override.risks),
        "clocks": merged(delivered.clocks, override.clocks),
        "priors": merged(delivered.priors, override.priors),
    }


def _merged_skew(old: Skew, new: SkewOverride, merged: Callable[[Any, Any], Any]) -> Skew:
    return replace(
        old,
        managers=new.managers or old.managers,
        appliances=new.appliances or old.appliances,
        never_paired=merged(old.never_paired, new.never_paired),
        compulsory_meshes=merged(old.compulsory_meshes, new.compulsory_meshes),
        strict_meshes=merged(old.strict_meshes, new.strict_meshes),
    )


def _replaced[T](old: Iterable[T], new: Iterable[T], key: Callable[[T], str]) -> tuple[T, ...]:
    """The old ones in their order, each with what takes its place, and then what is new."""
    fresh = {key(one): one for one in new}
    kept = [fresh.pop(key(one), one) for one in old]
    return (*kept, *fresh.values())
