"""What is known of HCX releases, upgrade paths, skew, risks, clocks, durations and services, as data.

One entry is one reviewed fact with its source; correcting or adding one is a change of data.
"""

from shared.rules.catalogue.known import unknown_release
from shared.rules.catalogue.override import catalogue_of, catalogue_with
from shared.rules.catalogue.reading import catalogue, paths, releases, removed_services, sources
from shared.rules.catalogue.strict import CatalogueInvalidError

__all__ = [
    "CatalogueInvalidError",
    "catalogue",
    "catalogue_of",
    "catalogue_with",
    "paths",
    "releases",
    "removed_services",
    "sources",
    "unknown_release",
]
