"""What stands around a trial of the package: a centre, the packaged nginx before it, and who publishes releases.

All of it on 127.0.0.1, with keys, codes and a certificate of one afternoon.
"""

import io
import json
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import front
import manifest
import zstandard
from archives import archive
from facts import TRUSTED, Source
from signing import make_key
from update_keys import Keyring
from update_publishing import UpdateRepository

ROOT = Path(__file__).parents[1]
PLATFORM = "linux-x86_64"
PHRASE = "cinco palabras de quien publica"
PROVISION = """\
central = "{central}"
region  = "13"
role    = "field"
code    = "{code}"
officer = "{officer}"
ca      = "{ca}"
"""


class Releaser:
    """Who publishes, with keys of one afternoon.

    Args:
        folder: For keys and releases.
        repository: The folder that is published.
    """

    def __init__(self, folder: Path, repository: Path) -> None:
        self.repository, self._work = repository, folder / "releases"
        self._tool = UpdateRepository(repository, Keyring([folder / "keys"], lambda _: PHRASE))
        self._root = self._tool.init()
        self._signer = make_key(folder / "release.key")

    def trust(self, program: Path) -> Path:
        """Put the trusted root into a program, where a releaser puts it before freezing.

        The keys of this trial are younger than the release, so it cannot be inside already.

        Returns:
            The folder of it.
        """
        place = program / TRUSTED
        place.parent.mkdir(exist_ok=True)
        shutil.copyfile(self._root, place)
        return place.parent

    def publish(self, version: str, program: Path | str) -> Path:
        """Publish a frozen program, or a script in the place of one; the published archive."""
        release = self._work / version
        release.mkdir(parents=True)
        file = release / f"terreno-{version}-{PLATFORM}.tar.zst"
        if isinstance(program, Path):
            archive(program, f"terreno-{version}", file, 0)
        else:
            file.write_bytes(_script(f"terreno-{version}/terreno", program))
        about = {"name": "terreno", "version": version}
        (release / "sbom.cdx.json").write_text(
            json.dumps({"bomFormat": "CycloneDX", "metadata": {"component": about}}), encoding="utf-8"
        )
        manifest.write(release, Source(version, "", 0), self._signer)
        self._tool.add(release, self._signer.public)
        return next((self.repository / "targets").glob(f"*.{file.name}"))


@dataclass(frozen=True, slots=True)
class Centre:
    """A centre that serves.

    Attributes:
        url: Its front.
        authority: Who vouches for that.
        provision: The provisioning file of a laptop, which lies beside the authority.
    """

    url: str
    authority: Path
    provision: str


@contextmanager
def centre(work: Path, repository: Path) -> Iterator[Centre]:
    """A centre of the checkout behind the packaged nginx, which publishes the repository too.

    Args:
        work: For its database and its certificate.
        repository: The folder of updates.
    """
    python, database = ROOT / ".venv" / "bin" / "python", f"sqlite:///{work / 'centre.db'}"

    def told(*arguments: str) -> Any:
        command = [python, "-m", "terreno_app", "central", *arguments, "--database", database, "--json"]
        return json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout)  # noqa: S603

    told("init", "--coordinator", "Ana Peña")
    officer = told("officer", "add", "Luis Soto", "--region", "13", "--role", "officer")["id"]
    code = told("code", "--region", "13", "--role", "field")["code"]
    authority, certificate = _certificate(work)
    command = [python, "-m", "terreno_app", "central", "serve", "--database", database, "--json"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as serving:  # noqa: S603 - our own arguments
        try:
            inner = json.loads((serving.stdout or io.BytesIO()).readline())["url"]
            with front.serving(front.configured(work, inner, certificate, repository)) as served:
                provision = PROVISION.format(central=served.url, code=code, officer=officer, ca=authority.name)
                yield Centre(served.url, authority, provision)
        finally:
            serving.terminate()


def _certificate(work: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that vouches for itself; and the same with its key."""
    authority, both = work / "autoridad.pem", work / "front.pem"
    command = (
        *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
        *("-days", "2", "-subj", "/CN=centro", "-addext", "subjectAltName=IP:127.0.0.1"),
        *("-keyout", str(both), "-out", str(authority)),
    )
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - our own arguments
    with both.open("ab") as out:
        out.write(authority.read_bytes())
    return authority, both


def _script(name: str, text: str) -> bytes:
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as tar:
        member = tarfile.TarInfo(name)
        member.size, member.mode = len(text), 0o755
        tar.addfile(member, io.BytesIO(text.encode()))
    return zstandard.compress(plain.getvalue())
