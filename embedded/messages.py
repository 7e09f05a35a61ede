"""Stand-ins for the messages that the Functions host and its worker exchange.

The worker library is handed these instead of the protobuf classes of FunctionRpc, which are published nowhere. It only
ever sets and reads attributes, and asks which member of a one-of is set; so a message is a bag of attributes that
answers `None` for what was never set.
"""

from types import SimpleNamespace
from typing import Any, ClassVar


class Message:
    """A bag of attributes."""

    one_of: ClassVar[dict[str, tuple[str, ...]]] = {}

    def __init__(self, **fields: Any) -> None:
        self.__dict__.update(fields)

    def __getattr__(self, name: str) -> Any:
        """What was never set is None, except names that would be constants or Python's own."""
        if name[0].isupper() or name.startswith("__"):
            raise AttributeError(name)
        return None

    def WhichOneof(self, group: str) -> str | None:  # noqa: N802 -- protobuf's name
        """The member of a one-of that is set."""
        return next((name for name in self.one_of.get(group, ()) if self.__dict__.get(name) is not None), None)


class TypedData(Message):
    """A value with its kind."""

    one_of: ClassVar = {
        "data": (
            "string",
            "json",
            "bytes",
            "stream",
            "http",
            "int",
            "double",
            "collection_bytes",
            "collection_string",
            "collection_double",
            "collection_sint64",
        )
    }


class ParameterBinding(Message):
    """A value for one parameter."""

    one_of: ClassVar = {"rpc_data": ("data",)}


class StatusResult(Message):
    """How a request went."""

    Failure = 0
    Success = 1
    Cancelled = 2


class RpcHttpCookie(Message):
    """A cookie."""

    SameSite = SimpleNamespace(**{"None": 0, "Lax": 1, "Strict": 2, "ExplicitNone": 3})


class BindingInfo(Message):
    """Direction and data type of a binding."""


for _name, _value in {"in": 0, "out": 1, "inout": 2, "undefined": 0, "string": 1, "binary": 2, "stream": 3}.items():
    setattr(BindingInfo, _name, _value)  # `in` is a keyword, so the class body cannot say it


class RpcHttp(Message):
    """An HTTP request or response."""


class RpcException(Message):
    """An exception as text."""


class RpcFunctionMetadata(Message):
    """A function that was indexed."""


class RpcRetryOptions(Message):
    """Retry options of a function."""


class WorkerMetadata(Message):
    """What the worker says of itself."""


class WorkerInitResponse(Message):
    """Answer to the first request."""


class FunctionMetadataResponse(Message):
    """Every indexed function."""


class FunctionLoadResponse(Message):
    """Answer to a load request."""


class InvocationResponse(Message):
    """What an invocation came to."""


class FunctionEnvironmentReloadResponse(Message):
    """Answer to a reload request; never asked for here."""


class NullableString(Message):
    """A string or nothing."""


class NullableDouble(Message):
    """A number or nothing."""


class NullableBool(Message):
    """A truth value or nothing."""


class NullableTimestamp(Message):
    """A time or nothing."""
