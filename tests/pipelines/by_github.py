"""The example for GitHub Actions: pull requests, and runs that somebody starts by hand."""

from typing import Any

from shared.model.codec import to_json
from tests.pipelines.github_jobs import JobEnd, Workflow
from tests.pipelines.pipelines_host import Place

REPOSITORY = "contoso/hcx"


def by_github(place: Place) -> dict[str, Any]:
    """Pull requests; a run that outlives its first job; an id that is taken; a cancel; a cloud that is not there."""
    told: dict[str, JobEnd] = {}
    told["pull request"] = _of_pull_request(place, 1, REPOSITORY).job("plan")
    told["pull request of a fork"] = _of_pull_request(place, 2, "mallory/hcx").job("plan")
    told["upgrade in a pull request"] = _of_pull_request(place, 3, REPOSITORY).job("upgrade")

    by_hand = _by_hand(place, 4, "pc-weu-01")
    told["plan"] = by_hand.job("plan")
    told["outlived"] = by_hand.job("upgrade", FLEET_FOLLOW_SECONDS="20")
    told["followed on"] = by_hand.job("upgrade")

    taken = _by_hand(place, 5, "pc-weu-02")
    told["plan of another"] = taken.job("plan")
    other = f"gh-5-{told['plan of another'].outputs['plan'][:12]}"
    place.call("pipeline", "PUT", f"/v1/runs/{other}", {"kind": "check"}).raise_for_status()
    told["taken"] = taken.job("upgrade")

    canceled = _by_hand(place, 7, "pc-weu-02")
    told["plan to be canceled"] = canceled.job("plan")
    told["begun"] = canceled.job("upgrade", FLEET_FOLLOW_SECONDS="1")
    run = f"gh-7-{told['plan to be canceled'].outputs['plan'][:12]}"
    place.call("pipeline", "POST", f"/v1/runs/{run}:cancel", {}, if_match="*").raise_for_status()
    told["canceled"] = canceled.job("upgrade")
    told["no such cloud"] = _by_hand(place, 6, "pc-nowhere").job("plan")

    runs = {one["id"]: one for one in place.call("reader", "GET", "/v1/runs").json()["value"]}
    return {name: to_json(end) for name, end in told.items()} | {"runs": runs}


def _of_pull_request(place: Place, number: int, head: str) -> Workflow:
    event = {"pull_request": {"number": number, "head": {"repo": {"full_name": head}}}}
    return Workflow(place, number, _github("pull_request", number, event))


def _by_hand(place: Place, number: int, cloud: str) -> Workflow:
    return Workflow(place, number, _github("workflow_dispatch", number, {}) | {"inputs": {"cloud": cloud}})


def _github(event_name: str, number: int, event: dict[str, Any]) -> dict[str, Any]:
    known = {"event_name": event_name, "event": event, "repository": REPOSITORY, "run_id": number, "run_attempt": 1}
    return {"github": known}
