"""The example for Azure Pipelines: a run that is started and left alone, and looked at by a check."""

from datetime import timedelta
from typing import Any

from shared.model.codec import to_json
from tests.pipelines.azure_stages import Pipeline, StageEnd
from tests.pipelines.pipelines_host import Place

EVALUATIONS_MAX = 10
HOSTILE = "###vso[task.setvariable variable=STATUS]Succeeded"


def by_azure(place: Place) -> dict[str, Any]:
    """One private cloud to its end; the same started again with another plan; a report before the end; a bad name."""
    pipeline = Pipeline(place, 71, cloud="pc-weu-01")
    told: dict[str, StageEnd] = {"plan": pipeline.stage("plan"), "start": pipeline.stage("start")}
    told["start again"] = pipeline.stage("start")
    told["report too early"] = pipeline.stage("report", FLEET_FOLLOW_SECONDS="1")
    checks = [pipeline.check()]
    while not checks[-1] and len(checks) < EVALUATIONS_MAX:
        place.let_pass(timedelta(minutes=30))
        checks.append(pipeline.check())
    told["report"] = pipeline.stage("report")

    pipeline.stage("plan", SYSTEM_STAGEATTEMPT="2")
    told["start with another plan"] = pipeline.stage("start")
    told["plan of all"] = Pipeline(place, 72, cloud="all").stage("plan")
    told["hostile"] = Pipeline(place, 73, cloud=HOSTILE).stage("plan")
    run = place.call("reader", "GET", "/v1/runs/ado-71").json()
    return {name: to_json(end) for name, end in told.items()} | {"checks": checks, "run": run}
