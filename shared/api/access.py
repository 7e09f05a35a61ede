"""Who may call what: the one dependency that every route has.

A router lets in whoever may read; a route that takes more names its role as a parameter, before anything that looks at
the body or into the store. Who calls is found out in the one way that is set: in the others a header that names
somebody is no more than a header.
"""

from typing import Annotated, Any

from fastapi import Depends, Request

from shared.api.bodies import FieldError
from shared.api.given import PortsOf
from shared.api.limits import Spending, cost
from shared.api.principal import HEADER, PrincipalUnreadableError, caller_in
from shared.api.problems import Code, Problem
from shared.model.caller import HERE, Caller, Role, SignIn, Way
from shared.rules.callers import may, recorded, said_by

_BY_KEY = Caller(way=Way.KEY, roles=frozenset({Role.READ}))

TURN_ON = (
    "the owner of hcx-fleet: turn on App Service authentication with Entra ID for this app, or set HCX_FLEET_SIGN_IN "
    "to key"
)
BEARER = {"WWW-Authenticate": "Bearer"}


def _caller(request: Request, ports: PortsOf) -> Caller:
    """Who calls, and that they may call so much."""
    caller = _known(ports.sign_in, request)
    spending: Spending = request.app.state.spending
    if caller.way is not Way.LOCAL:  # there is nobody else on this machine whom they could keep out
        price = cost(request.method, request.scope["path"])
        spending.spend(caller.mark, price, ports.sign_in.calls_per_minute)
    return caller


type _CallerOf = Annotated[Caller, Depends(_caller)]


def _mark(caller: _CallerOf) -> str:
    return caller.mark


type CallerKey = Annotated[str, Depends(_mark)]
"""Who calls, as one word that no other caller has: what they repeat is theirs alone."""


class Needs:
    """The dependency of a route that takes a role; the document of the API reads there which one."""

    def __init__(self, role: Role, *, by_key: bool = False) -> None:
        """Without any call.

        Args:
            role: that a caller needs.
            by_key: whether a function key lets in as well; the route then looks for itself at what is asked for.
        """
        self.role = role
        self.by_key = by_key

    def __call__(self, caller: _CallerOf) -> Caller:
        """The caller, who may call so much.

        Raises:
            Problem: they may not.
        """
        if not may(caller, self.role) and not (self.by_key and caller.way is Way.KEY):
            raise _refused(caller, self.role)
        return caller


READING: Any = Depends(Needs(Role.READ))
"""Of every router: whoever has any role may read."""

type Operator = Annotated[Caller, Depends(Needs(Role.OPERATE))]
type Approver = Annotated[Caller, Depends(Needs(Role.APPROVE))]
type Administrator = Annotated[Caller, Depends(Needs(Role.ADMIN))]
type Starter = Annotated[Caller, Depends(Needs(Role.OPERATE, by_key=True))]
"""Who may start a run: an operator, and by key whoever names a plan that was let go beforehand."""


def speaker(caller: Caller, claimed: str | None, field: str, *, required: bool = False) -> str:
    """The name under which a caller speaks.

    Args:
        caller: who calls.
        claimed: the name in the body.
        field: of the body that holds it.
        required: whether there has to be one, where no token says it.

    Raises:
        Problem: the body names somebody although the token does, or nobody although it has to.
    """
    _refuse_name(caller, claimed, field, required=required)
    return said_by(caller, claimed)


def named(caller: Caller, claimed: str | None, field: str, *, required: bool = False) -> str:
    """The same, as it is written down: with what the name is worth."""
    _refuse_name(caller, claimed, field, required=required)
    return recorded(caller, claimed)


def _refuse_name(caller: Caller, claimed: str | None, field: str, *, required: bool) -> None:
    if caller.way is Way.PLATFORM and claimed is not None:
        raise _field(field, "leave it out: who you are comes from the token")
    if caller.way is not Way.PLATFORM and claimed is None and required:
        raise _field(field, "is missing")


def _known(sign_in: SignIn, request: Request) -> Caller:
    match sign_in.way:
        case Way.LOCAL:
            return HERE
        case Way.KEY:
            said = request.headers.getlist(HEADER) if sign_in.platform_asks else []
            return _signed_in(sign_in, said) if said else _BY_KEY
        case Way.PLATFORM:
            return _signed_in(sign_in, request.headers.getlist(HEADER))


def _signed_in(sign_in: SignIn, headers: list[str]) -> Caller:
    if not sign_in.platform_asks:
        detail = "the platform does not say that it asks callers who they are, so that nobody is let in"
        raise Problem(503, Code.SIGN_IN_OFF, detail, remedy=TURN_ON)
    if len(headers) != 1:  # two of them: one is of somebody who wants to be taken for another
        raise _unknown("the call says of nobody who made it" if not headers else "the call names more than one caller")
    try:
        caller = caller_in(headers[0])
    except PrincipalUnreadableError as error:
        raise _unknown(str(error)) from None
    if sign_in.tenant and caller.tenant != sign_in.tenant:
        raise _unknown("the caller is of another tenant")
    return caller


def _unknown(detail: str) -> Problem:
    remedy = "sign in, and send a token of Entra ID for this app as Authorization: Bearer"
    return Problem(401, Code.CALLER_UNKNOWN, detail, remedy=remedy, headers=BEARER)


def _refused(caller: Caller, role: Role) -> Problem:
    if caller.way is Way.KEY:
        remedy = "do it with a token of Entra ID, or start a plan that was let go beforehand: POST /v1/plans/…:approve"
        detail = "a function key lets read, and start a plan that was let go beforehand; it lets nothing else"
        return Problem(403, Code.CALLER_KEY, detail, remedy=remedy)
    held = ", ".join(sorted(caller.roles)) or "none"
    detail = f"this takes the role {role.value}; the token of {caller.name} has: {held}"
    remedy = f"an owner of the app's registration in Entra ID: give {caller.name} the role {role.value}"
    return Problem(403, Code.CALLER_ROLE, detail, remedy=remedy)


def _field(field: str, message: str) -> Problem:
    errors = [FieldError(field=field, message=message)]
    detail = f"{field}: {message}"
    return Problem(422, Code.BODY_INVALID, detail, remedy="correct every field named here", errors=errors)
