"""Listening sockets that can be closed and opened at once, in the middle of an event.

`asyncio.Server` opens with a coroutine and closes in its own time; a reboot has to refuse connections from one event
to the next, so that what a client sees depends on world time only. Hence own sockets and `connect_accepted_socket`.
"""

import asyncio
import logging
import socket
import ssl
import weakref
from asyncio.sslproto import SSLProtocol
from typing import Any

from uvicorn import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

BACKLOG = 256
KEEP_ALIVE_SECONDS = 600


class _SmallBuffers(SSLProtocol):
    """TLS with read buffers of 32 KiB: the usual 256 KiB for each of some thousand connections are 500 MB."""

    max_size = 32 * 1024


def http_config(app: Any) -> Config:
    """How uvicorn's protocol speaks for `app`: silently, without a life cycle, with long-lived connections."""
    config = Config(
        app, http="h11", lifespan="off", log_config=None, access_log=False, timeout_keep_alive=KEEP_ALIVE_SECONDS
    )
    config.load()
    logging.getLogger("uvicorn.error").addFilter(_is_no_fault_of_the_world)
    return config


def _is_no_fault_of_the_world(entry: logging.LogRecord) -> bool:
    """Answers that end early, or never begin, are wanted: no word about them."""
    return not entry.getMessage().startswith("ASGI callable returned without")


class Listener:
    """One address and port; closed until opened."""

    def __init__(self, config: Config, address: str, port: int, tls: ssl.SSLContext | None = None) -> None:
        self.address = address
        self.port = port
        self._config = config
        self._tls = tls
        self._silent = False
        self._unanswered: list[socket.socket] = []
        self._state = ServerState()
        self._socket: socket.socket | None = None
        self._accepting: set[asyncio.Task[None]] = set()
        self._transports: weakref.WeakSet[asyncio.Transport] = weakref.WeakSet()
        """Raw ones, so that a connection in the middle of its TLS handshake is dropped as well."""

    @property
    def listening(self) -> bool:
        """Whether connections are taken."""
        return self._socket is not None

    def open(self) -> None:
        """Take connections.

        Raises:
            OSError: the port is taken.
        """
        if self._socket is not None:
            return
        self._socket = listening_socket(self.address, self.port)
        self.port = self._socket.getsockname()[1]
        asyncio.get_running_loop().add_reader(self._socket, self._accept)

    def close(self) -> None:
        """Refuse connections and drop the open ones."""
        if self._socket is None:
            return
        asyncio.get_running_loop().remove_reader(self._socket)
        self._socket.close()
        self._socket = None
        self._drop()

    def behave(self, tls: ssl.SSLContext, *, silent: bool) -> None:
        """Show that certificate from now on, or take connections and say nothing; open ones are dropped on a change."""
        if (tls, silent) != (self._tls, self._silent):
            self._tls, self._silent = tls, silent
            self._drop()

    def _drop(self) -> None:
        """End every connection."""
        for transport in list(self._transports):
            transport.abort()
        while self._unanswered:
            self._unanswered.pop().close()

    def _accept(self) -> None:
        """Take what waits; a reader event may stand for several connections."""
        while self._socket is not None:
            try:
                connection, _ = self._socket.accept()
            except (BlockingIOError, ConnectionAbortedError):
                return
            connection.setblocking(False)
            if self._silent:
                self._unanswered.append(connection)
                continue
            task = asyncio.get_running_loop().create_task(self._serve(connection))
            self._accepting.add(task)
            task.add_done_callback(self._accepting.discard)

    async def _serve(self, connection: socket.socket) -> None:
        transport, _ = await asyncio.get_running_loop().connect_accepted_socket(self._protocol, connection)
        self._transports.add(transport)
        if self._socket is None:  # closed while this one was between the two
            transport.abort()

    def _protocol(self) -> asyncio.BaseProtocol:
        loop = asyncio.get_running_loop()
        state: dict[str, Any] = {}
        plain = H11Protocol(self._config, self._state, state, loop)
        state["drop"] = lambda: plain.transport.abort()  # noqa: PLW0108 -- there is no transport yet
        if self._tls is None:
            return plain
        waiter: Any = None  # nobody waits for the handshake; the library's own servers pass None here too
        return _SmallBuffers(loop, plain, self._tls, waiter, server_side=True)


def listening_socket(address: str, port: int) -> socket.socket:
    """A socket that listens at once.

    Raises:
        OSError: the port is taken.
    """
    # Named as TCP, since only then asyncio switches off Nagle's delay, which costs 40 ms an answer.
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if port:  # a port of the system's choice must not be one that somebody else is about to listen on
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((address, port))
        made.listen(BACKLOG)
    except OSError:
        made.close()
        raise
    made.setblocking(False)
    return made
