"""The centre's server: uvicorn around the application, in a thread of its own or as the whole process."""

import gc
import logging
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

from sync.central.errors import UnavailableError

logger = logging.getLogger(__name__)

_STOP_S = 5
_BACKLOG = 128
_GARBAGE_FROM = 50_000
"""New objects from which on Python looks for circles among them."""


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 lets the system choose.

    Raises:
        UnavailableError: the address is taken, or not of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sends small answers at once (TCP_NODELAY) only on sockets that say that they are TCP.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        raise UnavailableError("address") from error
    return listener


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _server(app: ASGIApp) -> uvicorn.Server:
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        lifespan="off",
        server_header=False,
        timeout_graceful_shutdown=_STOP_S,
    )
    return uvicorn.Server(config)


def serve(app: ASGIApp, host: str, port: int, announce: Callable[[str], None]) -> None:
    """Serve until the process is told to stop (SIGINT, SIGTERM).

    Args:
        app: The application.
        host: Address to listen on.
        port: 0 for any free one.
        announce: Told the URL once connections are taken.

    Raises:
        UnavailableError: the address cannot be used.
    """
    listener = _listen(host, port)
    server = _server(app)
    with _told_to_stop(server):
        announce(_url(listener))
        _let_garbage_gather()
        server.run(sockets=[listener])


@contextmanager
def _told_to_stop(server: uvicorn.Server) -> Iterator[None]:
    """Being told to stop is a good end, also before the server listens to signals and when it raises them once more."""
    before = {number: signal.signal(number, server.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _let_garbage_gather() -> None:
    """Look for circles of objects less often: a batch makes tens of thousands of objects and not one circle.

    As often as Python does it by itself, looking takes a sixth of the time of a push.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_GARBAGE_FROM, 10, 10)


@contextmanager
def serving(app: ASGIApp, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """Serve in a thread while the block runs; gives the URL.

    Raises:
        UnavailableError: the address cannot be used.
    """
    listener = _listen(host, port)
    server = _server(app)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="centre", daemon=True)
    thread.start()
    try:
        yield _url(listener)
    finally:
        server.should_exit = True
        thread.join()
        listener.close()
