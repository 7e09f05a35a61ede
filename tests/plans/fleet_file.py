"""The policy of a story as the file that an operator would have, so that the real reader reads it.

Filled in is only what every file needs and no story is about: the head, the target, and an entry for each connector.
"""

from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from tests.plans.fleet_notation import Story, read_story


def write_fleet_file(story_path: Path, folder: Path) -> Path:
    """Write the `fleet.yaml` of a story."""
    path = folder / "fleet.yaml"
    path.write_text(fleet_file_text(story_path), encoding="utf-8")
    return path


def fleet_file_text(story_path: Path) -> str:
    """The whole `fleet.yaml` of a story, quoted as the story quotes it: versions and times have to be."""
    written = YAML()
    written.preserve_quotes = True
    written.width = 10_000
    written.indent(mapping=2, sequence=4, offset=2)
    block = written.load(story_path.read_text(encoding="utf-8")).get("policy") or CommentedMap()
    text = StringIO()
    written.dump(_completed(block, story_path.stem, read_story(story_path)), text)
    return text.getvalue()


def _completed(policy: Any, name: str, story: Story) -> CommentedMap:
    head = CommentedMap({"apiVersion": "hcxfleet/v1", "kind": "Fleet", "metadata": {"name": name}})
    whole = CommentedMap({**head, **policy})
    whole.setdefault("target", {}).setdefault("version", DoubleQuotedScalarString("4.11.4"))
    sites = whole.setdefault("sites", [])
    named = {one["name"] for site in sites for one in site.get("connectors", ())}
    for connector in story.connectors:
        if connector.listed and connector.name not in named:
            _site(sites, connector.name.removeprefix("con-")).setdefault("connectors", []).append(
                CommentedMap({"name": connector.name})
            )
    for entry in (one for site in sites for one in site.get("connectors", ())):
        entry.setdefault("endpoint", f"https://hcx.{entry['name']}.example")
        entry.setdefault("credentials", f"kv:hcx-{entry['name']}")
        if entry.get("owner") == "ours":
            entry.setdefault("applianceCredentials", f"kv:hcx-{entry['name']}-appliance")
    return whole


def _site(sites: Any, name: str) -> Any:
    found = next((one for one in sites if one["name"] == name), None)
    if found is None:
        found = CommentedMap({"name": name})
        sites.append(found)
    return found
