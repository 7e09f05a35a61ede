"""Why Azure Resource Manager could not be read, in words and in a word."""

import re

from azure.core.exceptions import ClientAuthenticationError, HttpResponseError, ServiceRequestError

from shared.arm.pace import ThrottledError
from shared.model.inventory import UnreadReason
from shared.model.record import record

_DETAIL_MAX = 500
_DENIED = frozenset({401, 403})
_TOO_MANY = 429
_NO_SUCH_VERSION = frozenset({"NoRegisteredProviderFound", "InvalidResourceType", "InvalidApiVersionParameter"})
"""Codes of an Azure that does not have this version of the interface yet, as in some sovereign clouds (inferred)."""
_CODE = re.compile(r"[A-Za-z]{1,80}")
_GATE = "API version"
"""What Microsoft's client says where it was given a version that lacks the call (azure-mgmt-avs 10.1.0)."""


@record
class Failure:
    """What came of reading, in words."""

    reason: UnreadReason
    detail: str


def failure_of(error: Exception) -> Failure:
    """Why a read failed; a failed token is ours to mend, a refused one the subscription's owner's."""
    status = error.status_code if isinstance(error, HttpResponseError) else None
    if status in _DENIED:
        return Failure(reason=UnreadReason.DENIED, detail=f"{status} {_words(error)}")
    if status == _TOO_MANY or isinstance(error, ThrottledError):
        return Failure(reason=UnreadReason.THROTTLED, detail=f"{status or _TOO_MANY} {_words(error)}")
    if _not_offered(error):
        return Failure(reason=UnreadReason.NOT_OFFERED, detail=_words(error))
    if isinstance(error, ClientAuthenticationError):
        return Failure(reason=UnreadReason.FAILED, detail=f"no token for Azure: {_words(error)}")
    if isinstance(error, ServiceRequestError):
        remedy = "check HCX_FLEET_ARM_URL, HCX_FLEET_ARM_CA and the way there"
        return Failure(reason=UnreadReason.FAILED, detail=f"Azure was not reached: {_words(error)}: {remedy}")
    return Failure(reason=UnreadReason.FAILED, detail=f"{status or type(error).__name__} {_words(error)}")


def without_words(error: Exception) -> Failure:
    """The same where an answer may hold secrets: a status, a code or the kind of error, and no word of anybody's."""
    status = error.status_code if isinstance(error, HttpResponseError) else None
    told = (str(one) for one in (status or type(error).__name__, code_of(error)) if one)
    return Failure(reason=failure_of(error).reason, detail=" ".join(told))


def code_of(error: Exception) -> str:
    """The service's own code; an empty text where it gave none."""
    code = getattr(getattr(error, "error", None), "code", None)
    return code if isinstance(code, str) and _CODE.fullmatch(code) else ""


def _not_offered(error: Exception) -> bool:
    if isinstance(error, HttpResponseError):
        return code_of(error) in _NO_SUCH_VERSION
    return type(error) is ValueError and _GATE in str(error)


def _words(error: Exception) -> str:
    """The service's own code and message where there are some, else the first line of the error."""
    told = getattr(error, "error", None)
    code, message = getattr(told, "code", None), getattr(told, "message", None)
    if isinstance(error, HttpResponseError) and code:
        return f"{code}: {message}"[:_DETAIL_MAX]
    return next(iter(str(error).splitlines()), "")[:_DETAIL_MAX]
