"""docs/pipelines.md tells of every example, of all that it has to be told, and of every command of its scripts."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples" / "pipelines"
PAGE = (ROOT / "docs" / "pipelines.md").read_text()


@pytest.mark.parametrize("file", sorted(EXAMPLES.iterdir()), ids=lambda file: file.name)
def test_every_file_is_linked(file: Path) -> None:
    """With where it lies."""
    assert f"[`{file.name}`](../examples/pipelines/{file.name})" in PAGE


@pytest.mark.parametrize("file", sorted(EXAMPLES.iterdir()), ids=lambda file: file.name)
def test_everything_that_somebody_has_to_set_is_told(file: Path) -> None:
    """Variables of ours in each file, and those that a workflow takes from its repository."""
    text = file.read_text()
    wanted = {*re.findall(r"\bFLEET_[A-Z_]+\b", text), *re.findall(r"vars\.(\w+)", text)}

    assert {name for name in wanted if f"`{name}`" not in PAGE} == set()


def test_every_environment_and_connection_is_told() -> None:
    """Each has to be made before a pipeline that names it runs."""
    texts = "".join((EXAMPLES / name).read_text() for name in ("github.yml", "azure-pipelines.yml"))
    named = set(re.findall(r"^ *(?:environment|azureSubscription): (\S+)$", texts, re.MULTILINE))

    assert named == {"avs-production", "hcx-fleet-ended", "hcx-fleet"}
    assert {name for name in named if f"`{name}`" not in PAGE} == set()
