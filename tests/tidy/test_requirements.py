"""What is deployed needs exactly what `requirements.in` names."""

import ast
import re
from importlib.metadata import packages_distributions
from pathlib import Path
from sys import stdlib_module_names

ROOT = Path(__file__).parents[2]
DEPLOYED = ("function_app.py", "orchestrators", "activities", "shared")
OURS = {"orchestrators", "activities", "shared"}
NOT_IMPORTED = {"azure-functions-runtime", "tzdata"}
"""The worker library, named to pin the version that Azure runs, and time zones for machines that have none."""


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _named() -> set[str]:
    lines = (ROOT / "requirements.in").read_text().splitlines()
    return {_normal(line.split("==")[0]) for line in lines if line and not line.startswith("#")}


def _imported() -> set[str]:
    """Names of the modules that deployed files import, as deep as they are written."""
    files = [f for name in DEPLOYED for f in ([ROOT / name] if name.endswith(".py") else (ROOT / name).rglob("*.py"))]
    nodes = [node for file in files for node in ast.walk(ast.parse(file.read_text()))]
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return plain | {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}


def _distribution(module: str) -> str | None:
    top = module.split(".", maxsplit=1)[0]
    if top in stdlib_module_names or top in OURS:
        return None
    if top == "azure":
        return _azure(module)
    if top == "pydantic_core":
        return "pydantic"
    return _normal(packages_distributions()[top][0])


def _azure(module: str) -> str:
    """The `azure` name space is shared by many packages: the module's own path tells which."""
    for name in sorted(_named(), key=len, reverse=True):
        if name.startswith("azure-") and module.startswith(name.replace("-", ".")):
            return name
    return {
        "azure.durable_functions": "azure-functions-durable",
        "azure.core": "azure-identity",
        "azure.mgmt.resource.subscriptions": "azure-mgmt-resource-subscriptions",
    }.get(module.split(".credentials", maxsplit=1)[0], "azure-identity" if module.startswith("azure.core") else module)


def test_requirements_name_what_is_imported_and_nothing_else() -> None:
    """Every package that deployed code imports is named, and every named package is imported."""
    used = {found for module in _imported() if (found := _distribution(module))}

    assert used == _named() - NOT_IMPORTED


def test_every_requirement_is_an_exact_pin() -> None:
    """Both resolved files hold exact pins and no address of a registry."""
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text()
        pins = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]

        assert "://" not in text
        assert all(re.fullmatch(r"[\w.-]+==[\w.]+", pin) for pin in pins)


def test_the_resolved_file_holds_what_was_asked_for() -> None:
    """`requirements.txt` is resolved from `requirements.in`: each direct pin stands in it unchanged."""
    wanted = {line.split("#")[0].strip() for line in (ROOT / "requirements.in").read_text().splitlines()} - {""}
    wanted = {line for line in wanted if not line.startswith("#")}
    resolved = set((ROOT / "requirements.txt").read_text().splitlines())

    assert {_normal(line) for line in wanted} <= {_normal(line) for line in resolved}
