"""docs/simulator.md says everything."""

from pathlib import Path
from typing import Any

from simulator.http import hcx_appliance, hcx_service
from simulator.loading import schema
from simulator.running import running
from simulator.visitor import Visitor
from simulator.world_file import WorldFile

TEXT = (Path(__file__).parents[2] / "docs" / "simulator.md").read_text("utf-8")


def keys(node: Any) -> set[str]:
    """Every key that a world file can have."""
    if isinstance(node, list):
        return {key for item in node for key in keys(item)}
    if not isinstance(node, dict):
        return set()
    own = set(node.get("properties", {})) if isinstance(node.get("properties"), dict) else set()
    return own | {key for item in node.values() for key in keys(item)}


def test_every_key_is_documented() -> None:
    """Every key of the JSON Schema is named."""
    missing = sorted(key for key in keys(schema()) if f"`{key}`" not in TEXT)

    assert missing == []


def test_every_route_is_documented() -> None:
    """Every HCX route is named with its path."""
    routes = [*hcx_service.ROUTES, *hcx_appliance.ROUTES]

    assert [each.id for each in routes if f"`{each.id}`" not in TEXT] == []


def test_every_part_of_the_truth_is_documented(tmp_path: Path) -> None:
    """Every key of the truth document is named."""
    world = WorldFile.model_validate({"start": "2026-11-24T06:00:00Z"})
    with running(world, tmp_path) as published, Visitor(published) as visitor:
        missing = [key for key in visitor.truth() if f"`{key}`" not in TEXT]

    assert missing == []
