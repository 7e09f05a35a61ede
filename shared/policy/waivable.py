"""Which waivers can let anything pass: those of checks that may be waived, and one that is of no check."""

from collections.abc import Mapping

PEER_WAIVER = "peer-not-observed"
"""What a waiver names to let a manager go although nobody can read one of its peers. It is no check."""


def fault_of(check: str, waivable: Mapping[str, bool]) -> str:
    """Why a waiver of that check lets nothing pass; empty where it may.

    Args:
        check: what the waiver names.
        waivable: whether it may be waived, by the id of every check there is.
    """
    if check == PEER_WAIVER or waivable.get(check):
        return ""
    if check in waivable:
        return f"{check} cannot be waived, so that this lets nothing pass"
    return f"there is no check {check}: docs/checks.md lists them, and {PEER_WAIVER} can be waived as well"
