"""What must be true of a whole catalogue, whichever files its entries come from."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any, Final

import rfc8785

from shared.model.codec import Json, to_json
from shared.model.facts import ApplianceKind
from shared.model.inventory import ManagerKind
from shared.model.version import Version
from shared.rules.catalogue.records import (
    Catalogue,
    Condition,
    Lasting,
    Prior,
    Range,
    Risk,
    RiskWhen,
)
from shared.rules.catalogue.strict import CatalogueInvalidError

MOST_MINORS: Final = 99
"""Beyond any distance between two releases."""
LONGEST: Final = timedelta(days=30)
"""Beyond the time that any single change takes."""


def whole(name: str, **parts: Any) -> Catalogue:
    """A catalogue of these parts, with its hash.

    Args:
        name: where the parts come from, for errors.
        parts: every field of `Catalogue`; its hash is worked out.

    Raises:
        CatalogueInvalidError: with everything in which the parts do not fit each other.
    """
    made = Catalogue(**parts, hash="")
    faults = sorted(set(faults_of(made)))
    if faults:
        raise CatalogueInvalidError(name, faults)
    content = to_json(made)
    return replace(made, hash=digest({key: content[key] for key in content if key not in {"hash", "overrides_hash"}}))


def digest(content: Json) -> str:
    """SHA-256 over the canonical JSON (RFC 8785): comments and the order of keys do not count."""
    return sha256(rfc8785.dumps(content)).hexdigest()


def keyed(catalogue: Catalogue) -> Iterator[tuple[str, Any]]:
    """Every entry that has a key of its own, with it. A key is what an override file names the entry by."""
    skew, paths = catalogue.skew, catalogue.paths
    entries: tuple[tuple[Any, ...], ...] = (
        catalogue.sources,
        catalogue.releases,
        paths.allowed,
        paths.closed,
        catalogue.services,
        skew.never_paired,
        skew.compulsory_meshes,
        skew.strict_meshes,
        catalogue.risks,
        catalogue.clocks,
        catalogue.priors,
    )
    yield from ((key_of(one), one) for kind in entries for one in kind)


def key_of(entry: Any) -> str:
    """The key of one entry of any kind."""
    if hasattr(entry, "release"):
        return str(entry.release.release)
    found = (getattr(entry, field, None) for field in ("id", "rule", "service", "of"))
    return next(str(key) for key in found if key is not None)


def faults_of(catalogue: Catalogue) -> Iterator[str]:
    """Everything in which the entries do not fit each other."""
    counts = Counter(key for key, _ in keyed(catalogue))
    yield from (f"{key}: is there {count} times" for key, count in counts.items() if key and count > 1)
    for key, entry in keyed(catalogue):
        named = key or f"an entry that rests on {entry.source}"
        if not key:
            yield f"{named} has no id"
        yield from (f"{named}: {fault}" for fault in _entry_faults(catalogue, entry))
    yield from _source_faults(catalogue)
    yield from _prior_faults(catalogue.priors)
    yield from _limit_faults(catalogue)


def _source_faults(catalogue: Catalogue) -> Iterator[str]:
    known = {one.id for one in catalogue.sources}
    used = [(key, source) for key, entry in keyed(catalogue) for source in used_sources(entry)]
    used += [("skew", source) for source in used_sources((catalogue.skew.managers, catalogue.skew.appliances))]
    yield from (f"{key}: source {source!r} is listed nowhere" for key, source in used if source not in known)


def _limit_faults(catalogue: Catalogue) -> Iterator[str]:
    for limit in (catalogue.skew.managers, catalogue.skew.appliances):
        if not 0 <= limit.minors <= MOST_MINORS:
            yield f"skew: a limit must be from 0, which asks for equal minor releases, to {MOST_MINORS}"


def used_sources(value: Any) -> Iterator[str]:
    """Every source that an entry rests on, with all that is inside it."""
    if is_dataclass(value):
        yield from ([value.source] if hasattr(value, "source") and isinstance(value.source, str) else [])
        for field in fields(value):
            yield from used_sources(getattr(value, field.name))
    elif isinstance(value, tuple):
        for one in value:
            yield from used_sources(one)


def _entry_faults(catalogue: Catalogue, entry: Any) -> Iterator[str]:
    yield from (fault for one in _ranges(entry) for fault in _range_faults(one))
    for release in _led_to(entry):
        if catalogue.release(release) is None:
            yield f"{release} is no listed release; list it under releases"
    if isinstance(entry, Risk):
        yield from _risk_faults(entry)


def _led_to(entry: Any) -> Iterator[Version]:
    """Releases that must be listed, since entries lead to them or promise them."""
    for field in ("to", "via", "fixed_in"):
        value = getattr(entry, field, ())
        yield from value if isinstance(value, tuple) else ()


def _ranges(value: Any) -> Iterator[Range]:
    if isinstance(value, Range):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from _ranges(one)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _ranges(getattr(value, field.name))


def _range_faults(one: Range) -> Iterator[str]:
    if one.up_to is not None and one.below is not None:
        yield "a range has two ends, up_to and below; keep one"
    elif one.at_least is not None and not one.holds(one.at_least):
        yield f"the range from {one.at_least} to {one.up_to or one.below} is empty"


def _prior_faults(priors: tuple[Prior, ...]) -> Iterator[str]:
    there = {one.of for one in priors}
    yield from (f"{kind.value}: has no duration; every kind needs one" for kind in Lasting if kind not in there)
    yield from (f"{one.of.value}: p50 is longer than p90" for one in priors if one.p50 > one.p90)
    for one in priors:
        if one.p50 <= timedelta() or one.p90 > LONGEST:
            yield f"{one.of.value}: a duration must be longer than nothing and at most {LONGEST.days} days"


# --- risks ------------------------------------------------------------------------------------------------------------


def _risk_faults(risk: Risk) -> Iterator[str]:
    if not re.fullmatch(r"[A-Z][A-Z0-9]*(-[A-Z0-9]+)*", risk.id):
        yield "an id of a risk is upper-case words with hyphens, such as HCX-LOGIN-4102"
    if not risk.when or not risk.affects:
        yield "a risk must say when it applies and which versions it affects"
    yield from (f"{one} fixes it, and is affected" for one in risk.fixed_in if any(r.holds(one) for r in risk.affects))
    for condition in _conditions(risk.condition):
        yield from _condition_faults(condition)
        if RiskWhen.RUNNING in risk.when and (condition.crosses is not None or condition.source is not None):
            yield "a running version crosses nothing and starts nowhere; take running out of when"


def _conditions(condition: Condition | None) -> Iterator[Condition]:
    if condition is not None:
        yield condition
        for inner in (*condition.all, *condition.any):
            yield from _conditions(inner)


def _condition_faults(condition: Condition) -> Iterator[str]:
    if condition == Condition():
        yield "a condition is empty; leave it out where the risk always applies"
    yield from _word_faults("appliance", condition.appliance, ApplianceKind)
    yield from _word_faults("kind", condition.kind, ManagerKind)
    for pattern in (condition.network_name, condition.host_name):
        yield from _pattern_faults(pattern)


def _word_faults(what: str, word: str | None, known: type[StrEnum]) -> Iterator[str]:
    words = [one.value for one in known]
    if word is not None and word not in words:
        yield f"{what} {word!r} is none of {', '.join(words)}"


def _pattern_faults(pattern: str | None) -> Iterator[str]:
    try:
        re.compile(pattern or "")
    except re.error as error:
        yield f"{pattern!r} is no regular expression: {error}"
