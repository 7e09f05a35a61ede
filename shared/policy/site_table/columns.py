"""The columns of the table of sites, and how their names are recognised."""

import re
from enum import StrEnum
from functools import cache


class Column(StrEnum):
    """A column, named as its first line has it; in the order of an export."""

    SYSTEM_ID = "system id"
    """The manager's own id as it was observed: rows are known by it."""
    MANAGER = "manager"
    """Name of a connector, or the private cloud as fleet.yaml names it."""
    KIND = "kind"
    SITE = "site"
    CONTACT = "contact"
    OWNER = "owner"
    MESH_OWNER = "mesh owner"
    REACH = "reach"
    HOST = "host"
    ADDRESS = "address"
    CA = "ca"
    """PEM file of the authority that signed its certificate."""
    THUMBPRINT = "thumbprint"
    """SHA-256 fingerprint of its certificate, instead."""
    CREDENTIALS = "credentials"
    """Name of the secret, never the secret."""
    TARGET = "target"
    WINDOWS = "windows"
    CHANGE = "change"
    CASE = "case"
    ANNOUNCED = "announced"
    ANSWER_BY = "answer by"
    PROVIDER_CASE = "provider case"
    TAGS = "tags"
    VERSION = "version"
    PAIRED_CLOUDS = "paired clouds"
    OBSERVED_AT = "observed at"


OBSERVED = frozenset({Column.TAGS, Column.VERSION, Column.PAIRED_CLOUDS, Column.OBSERVED_AT})
"""Columns that are written and never read: they hold what was observed."""

_KNOWN = {str(column): column for column in Column}


@cache
def column_of(name: str) -> Column | None:
    """The column of that name, whatever its case, spaces, dashes and underscores; None for one of the user's own.

    Kept, since every cell asks it of the few names of its table.
    """
    return _KNOWN.get(" ".join(re.sub(r"[\s_-]+", " ", name).casefold().split()))


def letters(index: int) -> str:
    """How a spreadsheet program calls the column at `index`, counted from 0."""
    found = ""
    while index >= 0:
        index, letter = divmod(index, 26)
        found, index = chr(ord("A") + letter) + found, index - 1
    return found
