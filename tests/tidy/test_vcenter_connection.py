"""There is one way to a vCenter, and it verifies."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
DEPLOYED = [
    *(ROOT / "shared").rglob("*.py"),
    *(ROOT / "activities").rglob("*.py"),
    *(ROOT / "orchestrators").rglob("*.py"),
]


def names(path: Path) -> set[str]:
    """Every name and attribute that a file uses, and every module that it imports."""
    tree = ast.parse(path.read_text("utf-8"))
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    used |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    used |= {
        alias.name for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom) for alias in node.names
    }
    return used | {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}


def test_nobody_connects_without_a_context_and_a_time_out() -> None:
    """The library's own ways to connect verify nothing on local hosts and know no time-out while they look around."""
    forbidden = {
        "SmartConnect",
        "SmartConnectNoSSL",
        "SmartStubAdapter",
        "_create_unverified_context",
        "pyVim",
        "pyVim.connect",
    }

    assert {path.name: names(path) & forbidden for path in DEPLOYED if names(path) & forbidden} == {}


def test_the_stub_is_made_in_one_place() -> None:
    """Only the module of connections makes stubs, so each has its context."""
    assert [path.name for path in DEPLOYED if "SoapStubAdapter" in names(path)] == ["connection.py"]
