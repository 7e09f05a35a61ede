"""Every scenario by its name: what the policy says for it, and what happens."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.pipelines import by_az_rest, by_azure, by_github
from tests.pipelines.pipelines_host import Place

SCENARIOS: dict[str, tuple[Mapping[str, Any], Callable[[Place], dict[str, Any]]]] = {
    "by_az_rest": (by_az_rest.POLICY, by_az_rest.by_az_rest),
    "by_azure": ({}, by_azure.by_azure),
    "by_github": ({}, by_github.by_github),
}
