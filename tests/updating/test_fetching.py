"""How bytes come: on and on where they stopped, from whom the laptop trusts, and never for ever."""

import ssl
import threading
from http.server import HTTPServer, SimpleHTTPRequestHandler
from types import SimpleNamespace

import pytest

from sync.client.errors import CaptivePortalError, CentralDownError, CertificateError, InsecureUrlError
from sync.client.http import Route
from terreno_app.domain.releases import version_of
from terreno_app.updating import fetching
from terreno_app.updating.errors import AlteredError, MediumGoneError, NoRoomError, NotPublishedError, StoppedError
from terreno_app.updating.fetching import Fetcher
from terreno_app.updating.origins import FolderOrigin, WebOrigin
from terreno_app.updating.repository import this_platform
from tests.sync.certificates import a_certificate, the_fingerprint
from tests.updating.releaser import Laptop, an_archive


@pytest.fixture
def large(releaser):
    """A release of 1.2.0 that comes in several pieces."""
    releaser.add("1.2.0", an_archive("1.2.0", padding=400_000))
    return releaser.target("1.2.0")


def test_a_download_that_was_cut_goes_on_where_it_stopped(on_the_web, web, large):
    web.cut_after = 150_000
    with pytest.raises(CentralDownError):
        on_the_web.repository.download("1.2.0")
    web.cut_after = None
    told = []

    file = on_the_web.repository.download("1.2.0", lambda *moved: told.append(moved))

    ranges = [asked for path, asked in web.asked if "/targets/" in path]
    (kept,) = (int(asked.removeprefix("bytes=").rstrip("-")) for asked in ranges if asked)
    assert 100_000 <= kept <= 150_000
    assert told[0][0] > kept
    assert told[-1] == (large.stat().st_size, large.stat().st_size)
    assert file.read_bytes() == large.read_bytes()


def test_a_server_that_cannot_go_on_begins_again(on_the_web, web, large):
    web.cut_after = 150_000
    with pytest.raises(CentralDownError):
        on_the_web.repository.download("1.2.0")
    web.cut_after, web.ranges = None, False

    file = on_the_web.repository.download("1.2.0")

    assert file.read_bytes() == large.read_bytes()


def test_a_stopped_download_keeps_what_came(laptop, large):
    came = []

    with pytest.raises(StoppedError):
        laptop.repository.download("1.2.0", lambda done, _: came.append(done), lambda: len(came) == 2)

    (part,) = laptop.data.glob("updates/archives/*.part")
    assert part.stat().st_size == came[-1]
    assert laptop.repository.download("1.2.0").read_bytes() == large.read_bytes()


def test_an_archive_that_is_here_is_not_brought_again(on_the_web, web, large):
    on_the_web.repository.download("1.2.0")
    before = len(web.asked)

    on_the_web.repository.download("1.2.0")

    assert [path for path, _ in web.asked[before:] if "/targets/" in path] == []


def test_an_archive_makes_way_for_a_newer_one(laptop, releaser, large):
    laptop.repository.download("1.1.0")

    file = laptop.repository.download("1.2.0")

    assert list(file.parent.iterdir()) == [file]


def test_an_update_never_fills_the_disk_of_a_day_at_the_stand(laptop, large, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=large.stat().st_size))

    with pytest.raises(NoRoomError):
        laptop.repository.download("1.2.0")

    assert list(laptop.data.glob("updates/archives/*")) == []


def test_an_archive_goes_on_only_under_the_name_of_its_digest(releaser, tmp_path):
    fetcher = Fetcher(FolderOrigin(releaser.repository), tmp_path / "partes")

    with pytest.raises(AlteredError), fetcher.download_file("folder:/targets/terreno.tar.zst", 10):
        pytest.fail("nothing is opened")

    assert not (tmp_path / "partes").exists()


def test_this_machine_has_a_name_that_archives_can_carry():
    assert version_of(f"terreno-1.2.0-{this_platform()}.tar.zst", this_platform()) == "1.2.0"


def test_a_range_past_the_end_begins_again(on_the_web, web, large):
    web.cut_after = 150_000
    with pytest.raises(CentralDownError):
        on_the_web.repository.download("1.2.0")
    web.cut_after = None
    web.instead[large.name] = lambda handler: (handler.send_response(416), handler.end_headers())
    with pytest.raises(Exception, match="update_altered"):
        on_the_web.repository.download("1.2.0")
    web.instead.clear()

    assert on_the_web.repository.download("1.2.0").read_bytes() == large.read_bytes()


@pytest.mark.parametrize(
    ("status", "headers", "error"),
    [
        (302, {"Location": "http://127.0.0.1:9/"}, CaptivePortalError),
        (200, {"Content-Type": "text/html"}, CaptivePortalError),
        (503, {}, CentralDownError),
        (404, {}, NotPublishedError),
    ],
)
def test_somebody_else_in_the_centres_place_is_told_as_that(on_the_web, web, status, headers, error):
    def answer(handler):
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    web.instead["timestamp.json"] = answer

    with pytest.raises(error):
        on_the_web.offered()


def test_what_drips_without_end_is_given_up(releaser, tmp_path, monkeypatch):
    monkeypatch.setattr("terreno_app.updating.origins.CHUNK", 16)
    ticks = iter(range(0, 1_000, 30))
    slow = Fetcher(FolderOrigin(releaser.repository), tmp_path, ticks=lambda: float(next(ticks)))

    with pytest.raises(CentralDownError, match="slow"):
        slow.download_bytes("folder:/metadata/1.root.json", 500_000)

    assert fetching.METADATA_S == 60


def test_an_address_that_is_not_safe_is_not_asked():
    with pytest.raises(InsecureUrlError):
        WebOrigin(Route("http://centro.example.cl/updates"), "terreno/prueba")


@pytest.mark.parametrize("asked", ["open", "is_file"])
def test_a_stick_that_is_pulled_out_is_told_as_that(releaser, tmp_path, monkeypatch, asked):
    carried = Laptop(releaser.root, tmp_path / "equipo", lambda: FolderOrigin(releaser.repository))
    carried.offered()
    monkeypatch.setattr(f"pathlib.Path.{asked}", _pulled_out)

    with pytest.raises(MediumGoneError):
        carried.offered()


@pytest.mark.parametrize("url", ["folder:/metadata/../keys/root-1.pem", "folder:/keys/root-1.pem", "folder:/metadata"])
def test_a_folder_gives_nothing_that_lies_elsewhere(releaser, tmp_path, url):
    beside = Fetcher(FolderOrigin(releaser.repository.parent), tmp_path)

    with pytest.raises(Exception, match="404"):
        beside.download_bytes(url, 1_000)


@pytest.mark.parametrize(
    ("made", "believes", "error"),
    [
        pytest.param({}, {"ca": True}, None, id="the ministry's own authority"),
        pytest.param({"host": "10.1.1.1"}, {"fingerprint": True}, None, id="one certificate by its fingerprint"),
        pytest.param({}, {}, CertificateError, id="nobody in particular"),
        pytest.param({}, {"ca": False}, CertificateError, id="an authority whose file is gone"),
    ],
)
def test_releases_come_from_the_centre_that_the_laptop_believes(releaser, tmp_path, made, believes, error):
    certificate = a_certificate(tmp_path, **made)
    route = {
        "ca": None if "ca" not in believes else certificate if believes["ca"] else tmp_path / "no.pem",
        "fingerprint": the_fingerprint(certificate) if "fingerprint" in believes else None,
    }

    with _behind_tls(certificate, releaser.repository) as url:
        laptop = Laptop(releaser.root, tmp_path / "equipo", lambda: WebOrigin(Route(url, **route), "terreno/prueba"))
        if error is None:
            assert laptop.offered() == ["1.1.0"]
        else:
            with pytest.raises(error):
                laptop.offered()


def _pulled_out(*_: object, **__: object) -> None:
    raise OSError(5, "Input/output error")


class _behind_tls:  # noqa: N801  used as a function
    def __init__(self, certificate, folder):
        class Handler(SimpleHTTPRequestHandler):
            def __init__(self, *args):
                super().__init__(*args, directory=str(folder))

            def log_message(self, *_: object) -> None:
                return

        class Server(HTTPServer):
            def handle_error(self, *_: object) -> None:
                return

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self._server = Server(("127.0.0.1", 0), Handler)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    def __enter__(self):
        self._thread.start()
        return f"https://127.0.0.1:{self._server.server_address[1]}"

    def __exit__(self, *_):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
