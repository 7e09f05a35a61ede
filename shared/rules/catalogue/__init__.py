"""What is known of HCX releases, upgrade paths and services, as data.

One entry is one reviewed fact with its source; correcting or adding one is a change of data.
"""

from shared.rules.catalogue.reading import paths, releases, removed_services, sources

__all__ = ["paths", "releases", "removed_services", "sources"]
