"""Under which name each orchestration is started now; what has been started keeps its name, and its code, to its end.

A change that a recorded history cannot replay (`tests/histories`) is not made in place. The code as it was stays and is
registered under its old name; the changed one gets the next name, such as `manager_task_2`, and this table says so.
See docs/decisions/0011-versions-by-name.md.
"""

from collections.abc import Mapping
from types import MappingProxyType

STARTED_AS: Mapping[str, str] = MappingProxyType(
    {
        "fleet": "fleet",
        "look_around": "look_around",
        "manager_task": "manager_task",
        "mesh_task": "mesh_task",
        "meter": "meter",
        "notice": "notice",
        "revert_step": "revert_step",
        "soak": "soak",
        "take_away": "take_away",
        "watch": "watch",
    }
)
"""What an orchestration is called in words, and the name under which a new one is started."""


def name_of(orchestration: str, table: Mapping[str, str] = STARTED_AS) -> str:
    """The name under which `orchestration` is started now."""
    return table[orchestration]
