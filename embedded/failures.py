"""How a failure looks in the durable protocol: as details of an activity, and as the end of an orchestration."""

from durabletask.internal import helpers
from durabletask.internal import orchestrator_service_pb2 as pb
from google.protobuf.wrappers_pb2 import StringValue


def failure_details(error_type: str, message: str, stack_trace: str = "") -> pb.TaskFailureDetails:
    """What went wrong. The backend takes details without a message for none at all, so there always is one."""
    return pb.TaskFailureDetails(
        errorType=error_type, errorMessage=message or error_type, stackTrace=StringValue(value=stack_trace)
    )


def ended_in_failure(instance_id: str, token: str, details: pb.TaskFailureDetails) -> pb.OrchestratorResponse:
    """What an orchestration answers in its turn when it cannot go on."""
    action = helpers.new_complete_orchestration_action(-1, pb.ORCHESTRATION_STATUS_FAILED, failure_details=details)
    return pb.OrchestratorResponse(instanceId=instance_id, completionToken=token, actions=[action])
