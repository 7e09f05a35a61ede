"""The messages between a Functions host and its Python worker, as far as this host uses them.

The worker library is handed a module that holds the message types and only ever constructs them and reads their fields,
so plain dataclasses with the same names do. The real ones are generated from FunctionRpc.proto, which no package in use
publishes. The worker also knows cookies; they are left out on purpose, so that an app which sets one fails with an
AttributeError that names the missing type, instead of losing it silently.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from typing import Any

type _Bytes = bytes
type _Int = int


@dataclass(kw_only=True)
class TypedData:
    """One value on its way in or out: exactly one field is set, or none."""

    string: str | None = None
    json: str | None = None
    bytes: _Bytes | None = None
    int: _Int | None = None
    double: float | None = None
    http: "RpcHttp | None" = None

    def WhichOneof(self, group: str) -> str | None:  # noqa: N802 -- protobuf's name
        """The name of the field that is set."""
        del group
        return next((each.name for each in fields(self) if getattr(self, each.name) is not None), None)


@dataclass(kw_only=True)
class RpcHttp:
    """An HTTP request for the worker, or the worker's answer."""

    method: str = ""
    url: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    params: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: TypedData = field(default_factory=TypedData)
    status_code: str = ""
    cookies: None = None
    enable_content_negotiation: bool = False


@dataclass(kw_only=True)
class ParameterBinding:
    """A value for one parameter of a function."""

    name: str
    data: TypedData

    def WhichOneof(self, group: str) -> str:  # noqa: N802 -- protobuf's name
        """Values are always sent inline, never through shared memory."""
        del group
        return "data"


@dataclass(kw_only=True)
class BindingInfo:
    """What the worker says about one binding of a function; its constants are the enumerations of the protocol."""

    inout = 2
    out = 1
    undefined = 0

    type: str
    data_type: object
    direction: object


@dataclass(kw_only=True)
class RpcRetryOptions:
    """A function's own retry policy. This host reads it and does not retry."""

    max_retry_count: int
    retry_strategy: str
    delay_interval: timedelta | None = None
    minimum_interval: timedelta | None = None
    maximum_interval: timedelta | None = None


@dataclass(kw_only=True)
class RpcFunctionMetadata:
    """One function of the app, as the worker indexed it."""

    name: str
    function_id: str
    managed_dependency_enabled: bool
    directory: str
    script_file: str
    entry_point: str
    is_proxy: bool
    language: str
    bindings: Mapping[str, BindingInfo]
    raw_bindings: list[str]
    retry_options: RpcRetryOptions | None
    properties: Mapping[str, str]


@dataclass(kw_only=True)
class RpcException:
    """What went wrong inside the worker or the app."""

    message: str
    stack_trace: str


@dataclass(kw_only=True)
class StatusResult:
    """How a request ended."""

    Failure = 0
    Success = 1

    status: int
    exception: RpcException | None = None


@dataclass(kw_only=True)
class WorkerMetadata:
    """What the worker says about itself."""

    runtime_name: str
    runtime_version: str
    worker_version: str
    worker_bitness: str
    custom_properties: Mapping[str, str]


@dataclass(kw_only=True)
class WorkerInitResponse:
    """The answer to starting the worker, which imports and indexes the app."""

    capabilities: Mapping[str, str]
    worker_metadata: WorkerMetadata
    result: StatusResult


@dataclass(kw_only=True)
class FunctionMetadataResponse:
    """The functions of the app; None when there is no script file."""

    use_default_metadata_indexing: bool
    function_metadata_results: list[RpcFunctionMetadata] | None
    result: StatusResult


@dataclass(kw_only=True)
class FunctionLoadResponse:
    """The answer to loading one function."""

    function_id: str
    result: StatusResult


@dataclass(kw_only=True)
class InvocationResponse:
    """The answer to invoking one function."""

    invocation_id: str
    result: StatusResult
    return_value: TypedData | None = None
    output_data: list[ParameterBinding] = field(default_factory=list)


@dataclass(kw_only=True)
class WorkerInitRequest:
    """Start: import the app in this directory and index it."""

    function_app_directory: str
    capabilities: Mapping[str, str] = field(default_factory=dict)


@dataclass(kw_only=True)
class FunctionLoadRequest:
    """Make one indexed function ready."""

    function_id: str
    metadata: RpcFunctionMetadata


@dataclass(kw_only=True)
class TraceContext:
    """Where an invocation belongs in a distributed trace."""

    trace_parent: str
    trace_state: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(kw_only=True)
class RetryContext:
    """The how-many-eth attempt of a function an invocation is; here always the first."""

    retry_count: int = 0
    max_retry_count: int = 0
    exception: RpcException | None = None


@dataclass(kw_only=True)
class InvocationRequest:
    """Invoke one function."""

    invocation_id: str
    function_id: str
    input_data: list[ParameterBinding]
    trace_context: TraceContext
    retry_context: RetryContext = field(default_factory=RetryContext)
    trigger_metadata: Mapping[str, TypedData] = field(default_factory=dict)


class StreamingMessage:
    """The envelope of a request: the body under the name of its kind, and the properties of the connection."""

    def __init__(self, messages: Any, **body: object) -> None:
        self.request = _Body(body)
        self.properties = {"host": "127.0.0.1", "protos": messages}


class _Body:
    """A request's body, as the one attribute that the worker reads."""

    def __init__(self, body: Mapping[str, object]) -> None:
        self.__dict__.update(body)
