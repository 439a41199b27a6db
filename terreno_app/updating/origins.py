"""Where the bytes of a repository come from: a web address, or a folder on a stick. Nothing is believed here.

In: an address under :attr:`base` and a place to begin. Out: bytes. No redirect is followed, and nothing of the
environment (proxies, certificates) is used unasked.
"""

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import BinaryIO, Final, Protocol
from urllib.parse import unquote, urlsplit

import requests
from tuf.api.exceptions import DownloadHTTPError

from sync.client.diagnosis import connection_error
from sync.client.errors import CaptivePortalError, CertificateError, Diagnosis
from sync.client.http import Route, checked_url, session_of
from terreno_app.updating.errors import MediumGoneError

CHUNK: Final = 64 * 1024
CONNECT_S: Final = 10.0
SILENCE_S: Final = 30.0
"""Seconds without a byte after which a connection is given up."""
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*", re.ASCII)
_PLACES: Final = ("metadata", "targets")
_PARTIAL, _REDIRECTS, _ERRORS, _PAST_THE_END = 206, range(300, 400), 400, 416


class Origin(Protocol):
    """A place that holds a repository."""

    @property
    def base(self) -> str:
        """What every address of it begins with."""
        ...

    def open(self, url: str, start: int) -> AbstractContextManager[tuple[int, Iterator[bytes]]]:
        """The bytes of a file, and at which byte they begin: at ``start``, or at 0 where it cannot begin there."""
        ...


class WebOrigin:
    """A repository behind the address of a route.

    Args:
        route: Where, and whom to believe.
        agent: Name and version of the program.
        silence_s: Seconds without a byte after which a connection is given up.
    """

    def __init__(self, route: Route, agent: str, *, silence_s: float = SILENCE_S) -> None:
        self.base = checked_url(route.url)
        self._route, self._agent, self._silence_s = route, agent, silence_s
        self._host = urlsplit(self.base).hostname or ""

    @contextmanager
    def open(self, url: str, start: int) -> Iterator[tuple[int, Iterator[bytes]]]:
        """The bytes of a file.

        Raises:
            UnreachableError: the subclass that says what happened.
            DownloadHTTPError: there is no such file, or the server does not serve.
        """
        ca = self._route.ca
        if ca is not None and not ca.is_file():
            raise CertificateError(Diagnosis("no_authority", self._host))
        headers = {"User-Agent": self._agent, "Accept-Encoding": "identity"}
        if start:
            headers["Range"] = f"bytes={start}-"
        try:
            with (
                session_of(self._route) as session,
                session.get(
                    url, headers=headers, stream=True, timeout=(CONNECT_S, self._silence_s), allow_redirects=False
                ) as response,
            ):
                self._need_file(response)
                if response.status_code == _PAST_THE_END:
                    yield 0, iter(())
                    return
                # Expanded by nobody: what was signed is what travels.
                response.raw.headers.pop("Content-Encoding", None)
                went_on = response.status_code == _PARTIAL and _begins_at(response, start)
                yield start if went_on else 0, response.iter_content(CHUNK)
        except requests.RequestException as error:
            raise connection_error(error, self._host) from error

    def _need_file(self, response: requests.Response) -> None:
        status = response.status_code
        if status in _REDIRECTS:
            raise CaptivePortalError(Diagnosis("redirect", self._host, status))
        if status >= _ERRORS and status != _PAST_THE_END:
            raise DownloadHTTPError(str(status), status)
        if "html" in response.headers.get("Content-Type", ""):
            raise CaptivePortalError(Diagnosis("html", self._host, status))


def _begins_at(response: requests.Response, start: int) -> bool:
    return response.headers.get("Content-Range", "").startswith(f"bytes {start}-")


class FolderOrigin:
    """A repository in a folder, as it is carried on a stick.

    Args:
        folder: The one with `metadata` and `targets` in it.
    """

    base = "folder:"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def open(self, url: str, start: int) -> Iterator[tuple[int, Iterator[bytes]]]:
        """The bytes of a file.

        Raises:
            DownloadHTTPError: there is no such file.
            MediumGoneError: the folder does not read any more.
        """
        place, _, name = unquote(url.removeprefix(f"{self.base}/")).partition("/")
        path = self._folder / place / name
        if place not in _PLACES or not _NAME.fullmatch(name):
            raise DownloadHTTPError("404", 404)
        with _reading():
            if not path.is_file():
                raise DownloadHTTPError("404", 404)
            file = path.open("rb")
        with file:
            file.seek(start)
            yield start, _chunks(file)


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    while True:
        with _reading():
            chunk = file.read(CHUNK)
        if not chunk:
            return
        yield chunk


@contextmanager
def _reading() -> Iterator[None]:
    """A stick that was pulled out is told as one."""
    try:
        yield
    except OSError as error:
        raise MediumGoneError from error
