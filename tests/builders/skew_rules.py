"""Skew rules as literals, so that tests of orders stay true whatever the catalogue comes to say."""

from datetime import date

from shared.model.version import Version
from shared.rules.catalogue.records import (
    CompulsoryMesh,
    Confidence,
    MinorLimit,
    NeverPaired,
    Range,
    Skew,
    StrictMesh,
)

DAY = date(2026, 11, 24)


def skew_rules(managers: int = 2, appliances: int = 2) -> Skew:
    """Limits in minor releases, 4.x and 9.x never paired, a border at 4.4, and strict meshes at 9.x."""
    return Skew(
        managers=_limit(managers),
        appliances=_limit(appliances),
        never_paired=(
            NeverPaired(
                rule="cross-major",
                one=Range(below=Version("9.0")),
                other=Range(at_least=Version("9.0")),
                detail="4.x and 9.x do not pair",
                opens="the owner of fleet.yaml: agree on a flag day",
                source="us",
                confidence=Confidence.INFERRED,
                dated=DAY,
            ),
        ),
        compulsory_meshes=(
            CompulsoryMesh(
                rule="photon",
                crosses=Version("4.4"),
                detail="every appliance must follow",
                source="us",
                confidence=Confidence.INFERRED,
                dated=DAY,
            ),
        ),
        strict_meshes=(
            StrictMesh(
                rule="all-paired-managers",
                target=Range(at_least=Version("9.0")),
                detail="all paired managers go first",
                source="us",
                confidence=Confidence.INFERRED,
                dated=DAY,
            ),
        ),
    )


def _limit(minors: int) -> MinorLimit:
    return MinorLimit(minors=minors, detail="so far apart", source="us", confidence=Confidence.INFERRED, dated=DAY)
