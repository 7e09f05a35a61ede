"""A managed identity in the style of Azure App Service: the place where the Azure library gets its token."""

import time

from simulator.http.message import Request, Response, json_answer
from simulator.state import World

HEADER = "x-identity-header"
LIFE_SECONDS = 86_400


def executor(world: World) -> str | None:
    """Client id of the identity that may start run commands; None where there is none."""
    return world.ids.uuid("run command identity") if world.file.arm.run_command_identity else None


def token(world: World, header: str, request: Request) -> Response:
    """Give out a bearer token for Azure Resource Manager."""
    world.ledger.requests["identity-token"] += 1
    if request.headers.get(HEADER) != header:
        return json_answer({"statusCode": 401, "message": "X-IDENTITY-HEADER is not right"}, 401)
    if "api-version" not in request.query or "resource" not in request.query:
        return json_answer({"statusCode": 400, "message": "api-version and resource are required"}, 400)
    asked_as, usual = request.query.get("client_id"), world.ids.uuid("managed identity")
    if asked_as not in {None, usual, executor(world)}:
        return json_answer({"statusCode": 400, "message": "No User Assigned Managed Identity found for client_id"}, 400)
    made = world.ids.secret("azure token", len(world.azure_tokens))
    world.azure_tokens.add(made)
    if asked_as == executor(world) is not None:
        world.executor_tokens.add(made)
    return json_answer(
        {
            "access_token": made,
            "expires_on": str(int(time.time()) + LIFE_SECONDS),  # the library reads the real clock
            "resource": request.query["resource"],
            "token_type": "Bearer",
            "client_id": asked_as or usual,
        }
    )
