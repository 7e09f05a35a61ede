"""The platform's sign-in in front of the app, as far as a caller sees it.

A call with a token that it knows reaches the app with the header by which App Service says who calls; a call without
one is answered by the platform itself. A header of that name that a caller sends never reaches the app.
"""

from collections.abc import Mapping
from dataclasses import replace

from embedded.front import Answering
from embedded.http_trigger import HttpAnswer, HttpRequest
from shared.api.principal import HEADER

BEARER = "Bearer "


class SignInFirst:
    """Stands in front of a host."""

    def __init__(self, host: Answering, known: Mapping[str, Mapping[str, str]]) -> None:
        self._host = host
        self._known = known
        """The header that says who it is, by token."""

    def answer(self, request: HttpRequest) -> HttpAnswer:
        """The app's answer to whoever is known, and 401 without a body to everybody else."""
        token = request.headers.get("authorization", "").removeprefix(BEARER)
        if token not in self._known:
            return HttpAnswer(status=401, headers={"www-authenticate": "Bearer"}, body=b"")
        sent = {name: value for name, value in request.headers.items() if name.lower() != HEADER}
        return self._host.answer(replace(request, headers={**sent, **self._known[token]}))
