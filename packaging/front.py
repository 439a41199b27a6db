"""nginx before a centre, as `central/nginx.conf` has it, but in a folder and on a port of its own: for trials.

In: the address of a centre, a certificate for 127.0.0.1, and where the folder of updates lies. Out: what an nginx has
to be started with, and the URL that it serves.
"""

import getpass
import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PACKAGED = Path(__file__).parent / "central" / "nginx.conf"
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin") or "nginx"
MAIN = """
{user}
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 64; }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""
SHIPPED = {
    "listen": "listen 443 ssl http2;",
    "centre": "server 127.0.0.1:8765;",
    "certificate": "/etc/terreno/tls/centro.crt",
    "key": "/etc/terreno/tls/centro.key",
    "log": "/var/log/nginx/terreno.log",
    "updates": "/srv/terreno/updates/",
    "errors": "/var/log/nginx/terreno-error.log",
}
"""What an operator would change, by a name of ours."""


class NoPlaceError(Exception):
    """The packaged configuration does not name a place once, as an operator would look for it."""


@dataclass(frozen=True, slots=True)
class Front:
    """An nginx that can be started.

    Attributes:
        folder: All that it writes is here.
        url: What it serves.
    """

    folder: Path
    url: str

    @property
    def main(self) -> Path:
        """Its main configuration."""
        return self.folder / "nginx.conf"

    @property
    def log(self) -> Path:
        """What was asked of it."""
        return self.folder / "access.log"

    def command(self, *more: str) -> list[str]:
        """Its command, with more arguments."""
        return [NGINX, *more, "-e", str(self.folder / "error.log"), "-c", str(self.main)]


def configured(folder: Path, centre: str, certificate: Path, updates: Path) -> Front:
    """Write the packaged configuration for another place.

    Args:
        folder: Where it may write.
        centre: URL of the centre behind it.
        certificate: PEM file with a key and the certificate that goes with it.
        updates: The folder of the update repository.

    Raises:
        NoPlaceError: the packaged one is not what this was written for.
    """
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = int(found.getsockname()[1])
    site = PACKAGED.read_text(encoding="utf-8")
    for name, there in {
        "listen": f"listen 127.0.0.1:{port} ssl http2;",
        "centre": f"server {centre.removeprefix('http://')};",
        "certificate": str(certificate),
        "key": str(certificate),
        "log": str(folder / "access.log"),
        "updates": f"{updates}/",
        "errors": str(folder / "terreno-error.log"),
    }.items():
        if site.count(SHIPPED[name]) != 1:
            raise NoPlaceError(SHIPPED[name])
        site = site.replace(SHIPPED[name], there)
    (folder / "site.conf").write_text(site, encoding="utf-8")
    # Workers of root's nginx would be somebody else, who may not enter a private folder.
    user = f"user {getpass.getuser()};" if os.geteuid() == 0 else ""
    made = Front(folder, f"https://127.0.0.1:{port}")
    made.main.write_text(MAIN.format(folder=folder, user=user), encoding="utf-8")
    return made


@contextmanager
def serving(front: Front) -> Iterator[Front]:
    """The front, while it serves. It is ended by the process id that it wrote."""
    # It returns when it listens, and goes on by itself.
    subprocess.run(front.command(), check=True, capture_output=True, timeout=20)  # noqa: S603 - our own arguments
    try:
        yield front
    finally:
        os.kill(int((front.folder / "nginx.pid").read_text(encoding="utf-8")), signal.SIGTERM)
