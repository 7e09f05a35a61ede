"""Run commands of a private cloud: started once under a name of ours, and looked at without waiting.

The name of an execution is ours, so that a second start is the same one: it is looked for first, and a start that finds
it sends nothing. What a cmdlet wants to be told is read from the package each time.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from azure.core.exceptions import (
    ClientAuthenticationError,
    HttpResponseError,
    ResourceNotFoundError,
)
from azure.mgmt.avs import AVSClient
from azure.mgmt.avs.models import (
    ScriptExecution,
    ScriptExecutionProperties,
    ScriptOutputStreamType,
    ScriptStringExecutionParameter,
)

from shared.arm.connection import Connection
from shared.arm.failure import failure_of
from shared.arm.listing import every_item
from shared.arm.place import Place, place_of
from shared.arm.run_command_allowed import PACKAGE, Command, Parameter, command_named
from shared.arm.run_command_guard import RunCommandsOfOneHost
from shared.arm.run_command_parse import (
    Cmdlet,
    CmdletParameter,
    Execution,
    ExecutionState,
    cmdlet_of,
    execution_of,
    lines_of,
    newest_package,
)
from shared.arm.transport import ForeignRequestError, Patience
from shared.model.acts import Act, Adopted, AskAgain, Refused, Started, Uncertain
from shared.model.inventory import UnreadReason
from shared.model.record import record
from shared.ports import NotSentError, Sending

CONFIDENCE = "documented"
"""The call is in Microsoft's published interface; how a cmdlet's output looks is not."""
_CONFLICT, _TOO_MANY, _SERVER_ERROR = 409, 429, 500
_TRIES_MORE = 1
"""Of a read, at once: whoever waits for a run command looks again in a minute anyway."""
_ONCE: Mapping[str, Any] = {"retry_total": 0, "permit_redirects": False}
"""What keeps the client from sending a start again by itself."""
_TEXT = "string"
_ROLE = (
    "give the identity that HCX_FLEET_EXECUTOR_CLIENT_ID names the role for run commands on this private cloud "
    "(infra/README.md)"
)


class NotLookedError(Exception):
    """An execution could not be looked at; the message says why."""


class _NotStartedError(Exception):
    """Nothing was sent, with what comes of it."""

    def __init__(self, act: Act) -> None:
        super().__init__()
        self.act = act


class RunCommands:
    """Run commands behind one URL, as the identity that may start them; every thread may use it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def start(self, cloud: str, name: str, command: Command, says: Mapping[Parameter, str], sending: Sending) -> Act:
        """Start a command under a name, or say what became of it earlier. Raises nothing but what `sending` raises.

        Args:
            cloud: resource id of the private cloud.
            name: of the execution; one of that name is the same one.
            command: what to start.
            says: what it is told. The cmdlet in the package has to know every one of these parameters, and may ask for
                nothing else.
            sending: called right before the one request that starts it, and never where none is sent.
        """
        try:
            place = _place(cloud)
            with self._client(place) as client:
                there = _earlier(client, place, name, command)
                return there or _started(client, place, name, _wanted(client, place, command, says), sending)
        except _NotStartedError as refusal:
            return refusal.act
        except NotSentError:
            raise
        except Exception as error:  # noqa: BLE001 -- an edge: the SDK raises whatever a broken answer makes it raise
            return _nothing_sent(error)

    def look(self, cloud: str, name: str) -> Execution | None:
        """How a command stands that was started under that name; None where none was.

        Raises:
            NotLookedError: nobody can say.
        """
        with self._looking(cloud) as (client, place):
            return _look(client, place, name)

    def started(self, cloud: str, prefix: str) -> tuple[Execution, ...]:
        """Every command that was started under a name that begins so, without its output.

        Raises:
            NotLookedError: nobody can say.
        """
        with self._looking(cloud) as (client, place):
            found = every_item(client.script_executions.list(*place.where))
            return tuple(execution_of(one, ()) for one in found if str(one.name).lower().startswith(prefix))

    @contextmanager
    def _looking(self, cloud: str) -> Iterator[tuple[AVSClient, Place]]:
        """A client for looking at the run commands of a private cloud."""
        try:
            place = _place(cloud)
            with self._client(place) as client:
                yield client, place
        except _NotStartedError as refusal:
            raise NotLookedError(str(getattr(refusal.act, "detail", ""))) from None
        except Exception as error:  # noqa: BLE001 -- an edge, as above
            raise NotLookedError(failure_of(error).detail) from None

    def _client(self, place: Place) -> AVSClient:
        settings = self._connection.settings(RunCommandsOfOneHost(self._connection.url))
        settings["retry_policy"] = Patience(retry_total=_TRIES_MORE, retry_status=_TRIES_MORE)
        return AVSClient(self._connection.credential, place.subscription, **settings)


def _place(cloud: str) -> Place:
    found = place_of(cloud)
    if found is None:
        detail = f"{cloud} is no id of a private cloud"
        raise _NotStartedError(Refused(reason="no-private-cloud", detail=detail, remedy="discover the fleet anew"))
    return found


def _look(client: AVSClient, place: Place, name: str) -> Execution | None:
    try:
        found = client.script_executions.get(*place.where, script_execution_name=name)
    except ResourceNotFoundError:
        return None
    looked = execution_of(found, lines_of(getattr(found.properties, "output", None)))
    if looked.state is not ExecutionState.SUCCEEDED or looked.output:
        return looked
    return execution_of(found, _logged(client, place, name))


def _logged(client: AVSClient, place: Place, name: str) -> Sequence[str]:
    """The output that the resource itself does not hold. It comes without the envelope that the model expects."""
    logs: Any = client.script_executions.get_execution_logs(
        *place.where, script_execution_name=name, script_output_stream_type=[ScriptOutputStreamType.OUTPUT]
    )
    return lines_of(logs.get("output")) or lines_of(getattr(logs.properties, "output", None))


def _earlier(client: AVSClient, place: Place, name: str, command: Command) -> Act | None:
    """What an execution of that name means; None where there is none."""
    there = _look_at_state(client, place, name)
    if there is None:
        return None
    if command_named(there.cmdlet) is not command:
        detail = f"the run command {name} of {place.cloud} is {there.cmdlet}, not {command}"
        return Refused(reason="another-command", detail=detail, remedy="a person: look at the cloud's run commands")
    return Adopted(job=name, detail=f"the run command {name} is there already: {there.word}")


def _look_at_state(client: AVSClient, place: Place, name: str) -> Execution | None:
    try:
        return execution_of(client.script_executions.get(*place.where, script_execution_name=name), ())
    except ResourceNotFoundError:
        return None


# --- starting ---------------------------------------------------------------------------------------------------------


@record
class _Wanted:
    """A command, ready to be sent."""

    command: Command
    request: ScriptExecution


def _wanted(client: AVSClient, place: Place, command: Command, says: Mapping[Parameter, str]) -> _Wanted:
    return _Wanted(command=command, request=_request(_cmdlet(client, place, command), command, says))


def _started(client: AVSClient, place: Place, name: str, wanted: _Wanted, sending: Sending) -> Act:
    sending()
    try:
        client.script_executions.begin_create_or_update(
            *place.where, script_execution_name=name, script_execution=wanted.request, polling=False, **_ONCE
        )
    except Exception as error:  # noqa: BLE001 -- an edge, as above
        return _sent(error)
    return Started(job=name, route=f"the run command {wanted.command}", confidence=CONFIDENCE)


def _cmdlet(client: AVSClient, place: Place, command: Command) -> Cmdlet:
    names = [one.name for one in every_item(client.script_packages.list(*place.where))]
    package = newest_package(names)
    if package is None:
        raise _NotStartedError(_missing(place, f"there is no package {PACKAGE}"))
    try:
        found = client.script_cmdlets.get(*place.where, script_package_name=package, script_cmdlet_name=command.value)
    except ResourceNotFoundError:
        raise _NotStartedError(_missing(place, f"the package {package} has no cmdlet {command}")) from None
    return cmdlet_of(found)


def _missing(place: Place, what: str) -> Refused:
    return Refused(
        reason="cmdlet-missing",
        detail=f"{what} at {place.cloud}",
        remedy="set snapshots.cloudManagers to none in fleet.yaml, and ask Microsoft for a way back by ticket",
    )


def _request(cmdlet: Cmdlet, command: Command, says: Mapping[Parameter, str]) -> ScriptExecution:
    """The whole body. What the cmdlet leaves open is not said: it is never forced."""
    known = {one.name.casefold(): one for one in cmdlet.parameters}
    told = {parameter.casefold(): value for parameter, value in says.items()}
    unknown = [one.value for one in says if not _is_text(known.get(one.casefold()))]
    asked = [one.name for one in cmdlet.parameters if one.required and one.name.casefold() not in told]
    if unknown or asked:
        raise _NotStartedError(_other_parameters(command, unknown, asked))
    parameters = [ScriptStringExecutionParameter(name=known[key].name, value=value) for key, value in told.items()]
    properties = ScriptExecutionProperties(
        script_cmdlet_id=cmdlet.id, timeout=cmdlet.timeout, parameters=list(parameters)
    )
    return ScriptExecution(properties=properties)


def _is_text(parameter: CmdletParameter | None) -> bool:
    return parameter is not None and parameter.kind == _TEXT and not parameter.hidden


def _other_parameters(command: Command, unknown: list[str], asked: list[str]) -> Refused:
    takes = f"takes no text as {', '.join(unknown)}" if unknown else ""
    wants = f"wants to be told {', '.join(asked)}" if asked else ""
    return Refused(
        reason="cmdlet-changed",
        detail=f"{command} {' and '.join(one for one in (takes, wants) if one)}, so that it was not started",
        remedy="a person: start it in the portal under Run command, and set snapshots.cloudManagers to none",
    )


# --- what errors mean -------------------------------------------------------------------------------------------------


def _nothing_sent(error: Exception) -> Act:
    """What came before the start itself failed."""
    failure = failure_of(error)
    match failure.reason:
        case UnreadReason.DENIED:
            return Refused(reason="not-allowed", detail=failure.detail, remedy=_ROLE)
        case UnreadReason.NOT_OFFERED:
            remedy = "set snapshots.cloudManagers to none in fleet.yaml: this Azure has no run commands"
            return Refused(reason="cmdlet-missing", detail=failure.detail, remedy=remedy)
        case _ if isinstance(error, ResourceNotFoundError):
            return Refused(reason="no-private-cloud", detail=failure.detail, remedy="discover the fleet anew")
        case _:
            return AskAgain(detail=failure.detail)


def _sent(error: Exception) -> Act:
    """What the failure of the one call means: only what cannot have arrived may be tried again."""
    failure = failure_of(error)
    detail, status = failure.detail, _status(error)
    if isinstance(error, ForeignRequestError):
        return Refused(reason="not-ours", detail=str(error), remedy="the owner of hcx-fleet: this is a fault of it")
    if status is None and (isinstance(error, ClientAuthenticationError) or failure.reason is UnreadReason.THROTTLED):
        return AskAgain(detail=detail)  # no token, or no turn yet; a broken connection may have carried it before
    if status in {_TOO_MANY, _CONFLICT}:  # a conflict: somebody was faster, and the next look finds what they started
        return AskAgain(detail=detail)
    if status is not None and status < _SERVER_ERROR:
        return Refused(reason="rejected", detail=detail, remedy=_ROLE)
    return Uncertain(detail=f"the run command was sent, and no good answer came: {detail}")


def _status(error: Exception) -> int | None:
    return error.status_code if isinstance(error, HttpResponseError) else None
