"""World files: what is valid, and how everything wrong is told at once."""

import json
from pathlib import Path

import jsonschema
import pytest

from simulator.loading import load, schema
from simulator.reading import FileUnreadableError, read

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
EXAMPLES = [ROOT / "examples" / "demo" / "world.yaml", *sorted((ROOT / "examples" / "worlds").glob("*.yaml"))]
START = "start: 2026-11-24T06:00:00Z\n"


def faults(path: Path) -> str:
    """What is said of a bad file, with its bare name."""
    with pytest.raises(FileUnreadableError) as caught:
        load(path)
    return str(caught.value).replace(str(path), path.name)


def written(folder: Path, text: str) -> Path:
    """A file with that text."""
    path = folder / "world.yaml"
    path.write_text(text, "utf-8")
    return path


def test_everything_wrong_is_told_at_once() -> None:
    """Every fault is one line with file, line and field, in the order of the file."""
    told = faults(HERE / "bad-worlds" / "many-errors.yaml")

    assert told.splitlines() == (HERE / "bad-worlds" / "many-errors.txt").read_text("utf-8").splitlines()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "world.yaml:1: (file): is empty"),
        ("- a\n", "world.yaml:1: (file): must be a mapping of keys"),
        ("a: [1,\nb: 2\n", "world.yaml:3: (file): is not YAML: while parsing a flow sequence expected"),
        (START + "seed: 1\nseed: 2\n", "world.yaml:3: seed: is there twice"),
        ("seed: 1\n", "world.yaml:1: start: is required"),
        (START + "clouds: &a [*a]\n", "world.yaml:2: clouds[0]: is an alias of what it stands in"),
        (
            START + "generate: {clouds: 1, networks: 17}\n",
            "world.yaml:2: generate.networks: must be from 0 to 16 (8 are documented, a world may have twice as many)",
        ),
        (START + "seed: yes\n", "world.yaml:2: seed: must be a valid integer"),
    ],
)
def test_broken_files(tmp_path: Path, text: str, told: str) -> None:
    """A file that is no YAML, no mapping or lacks what it needs is told with its line."""
    assert faults(written(tmp_path, text)).startswith(told)


def test_a_missing_file(tmp_path: Path) -> None:
    """A file that is not there is told like any other fault."""
    assert faults(tmp_path / "none.yaml") == "none.yaml:1: (file): No such file or directory"


def test_names_made_by_generate_can_be_used(tmp_path: Path) -> None:
    """Other parts may name what `generate` makes, and must not make it again."""
    excluded = "policy: {scope: {exclude: [{cloud: gen-0001, reason: old, owner: ann}]}}\n"
    good = START + "generate: {clouds: 2}\nprovider: [{cloud: gen-0002}]\n" + excluded
    bad = START + "generate: {clouds: 2}\nsubscriptions: [{name: gen-sub-01}]\nprovider: [{cloud: gen-0003}]\n"

    load(written(tmp_path, good))

    assert faults(written(tmp_path, bad)).splitlines() == [
        "world.yaml:3: subscriptions[0].name: there is another subscription of the name 'gen-sub-01'",
        "world.yaml:4: provider[0].cloud: there is no cloud 'gen-0003' in this file",
    ]


def test_generated_parts_come_from_the_seed(tmp_path: Path) -> None:
    """One seed makes one fleet, another seed another one, with as many clouds, connectors and meshes."""
    path = written(tmp_path, START + "generate: {clouds: 30, subscriptions: 4}\n")

    first, again, other = load(path, 1), load(path, 1), load(path, 2)

    assert first == again
    assert first.clouds != other.clouds
    assert {len(first.clouds), len(first.connectors), len(first.meshes)} == {30}
    assert {each.subscription for each in first.clouds} == {f"gen-sub-{number:02d}" for number in range(1, 5)}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_examples_are_valid(path: Path) -> None:
    """Every example loads, and fits the published JSON Schema."""
    load(path)

    jsonschema.validate(read(path).tree, schema())


def test_the_schema_file_is_current() -> None:
    """docs/world.schema.json is what the models say; `python -m simulator --schema` writes it."""
    kept = json.loads((ROOT / "docs" / "world.schema.json").read_text("utf-8"))

    assert kept == schema()
