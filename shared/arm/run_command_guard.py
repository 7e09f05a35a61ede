"""The last line before Azure Resource Manager for the identity that may start run commands."""

from typing import Any
from urllib.parse import urlsplit

from azure.core.pipeline import PipelineRequest

from shared.arm.run_command_allowed import why_not
from shared.arm.transport import ForeignRequestError, ReadsOfOneHost, origin_of


class RunCommandsOfOneHost(ReadsOfOneHost):
    """Lets through reads of the configured host, and the run commands that hcx-fleet may start there."""

    def on_request(self, request: PipelineRequest[Any]) -> None:
        """Refuse what is not ours to send."""
        http = request.http_request
        if http.method == "GET":
            super().on_request(request)
            return
        target = urlsplit(http.url)
        if origin_of(target) != self._origin:
            raise ForeignRequestError(f"{http.method} to {target.hostname} was not sent: it is another host")
        why = why_not(http.method, target.path, http.content)
        if why is not None:
            raise ForeignRequestError(f"{http.method} {target.path} was not sent: {why}")
