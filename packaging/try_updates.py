"""Upgrades the frozen program for real: `make package-upgrade` runs it after `make package`, in `.venv-package`.

In: the archive of `out/release`. The next program is frozen here, from the same commit with a higher number. Out:
nothing, or what did not hold. A releaser publishes on 127.0.0.1; a person enrols a laptop, attends, brings the next
version by the web, refuses an altered one, goes back from one that fails its trial and from one that dies at its first
real start, and brings one from a folder; the data is as it was throughout.
"""

import argparse
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import build
import zstandard
from archives import archive, settle
from facts import source_of
from update_keys import Keyring
from update_repository import UpdateRepository

from terreno_app.updating.unpacking import unpack

ROOT = Path(__file__).parents[1]
PLATFORM = "linux-x86_64"
PHRASE = "cinco palabras de quien publica"
PERSON = "abeja brasa cielo dedo ébano"
TRUSTED = Path("_internal/terreno_app/_resources/updates/root.json")
FAILS = "#!/bin/sh\nexit 1\n"
DIES = '#!/bin/sh\n[ "$1" = smoke ] && exit 0\nkill -SEGV $$\n'


class NotHeldError(Exception):
    """What the program promises of updates, and did not do."""


class Releaser:
    """Who publishes, with keys of one afternoon."""

    def __init__(self, folder: Path) -> None:
        self.repository, self._work = folder / "repository", folder / "releases"
        self._tool = UpdateRepository(self.repository, Keyring([folder / "keys"], lambda _: PHRASE))
        self.root = self._tool.init()

    def publish(self, version: str, program: Path | str) -> Path:
        """Publish a frozen program, or a script in the place of one; the published archive."""
        release = self._work / version
        release.mkdir(parents=True)
        file = release / f"terreno-{version}-{PLATFORM}.tar.zst"
        if isinstance(program, Path):
            archive(program, f"terreno-{version}", file, 0)
        else:
            file.write_bytes(_script(f"terreno-{version}/terreno", program))
        listed = {"name": file.name, "size": file.stat().st_size, "sha256": _sha256(file)}
        (release / "manifest.json").write_text(json.dumps({"version": version, "artefacts": [listed]}))
        self._tool.add(release)
        return next((self.repository / "targets").glob(f"*.{file.name}"))


class Person:
    """Somebody with a program and a laptop.

    Args:
        program: The installed program.
        home: Their home.
    """

    def __init__(self, program: Path, home: Path) -> None:
        self._program, self.data = program, home / "terreno"
        kept = {name: value for name, value in os.environ.items() if name in {"PATH", "LANG"}}
        self._environ = {**kept, "HOME": str(home), "TERRENO_DATA": str(self.data), "TERRENO_PASSPHRASE": PERSON}

    def types(self, *arguments: str, status: int = 0) -> str:
        """A command, which has to end with a status; what it said."""
        done = subprocess.run(  # noqa: S603 - our own arguments
            [self._program, *arguments], env=self._environ, capture_output=True, text=True, check=False
        )
        if done.returncode != status:
            raise NotHeldError(f"{' '.join(arguments)} ended with {done.returncode}: {done.stdout}{done.stderr}")
        return done.stdout.strip()

    def reads(self, *arguments: str, status: int = 0) -> Any:
        """The answer of a command."""
        return json.loads(self.types(*arguments, "--json", status=status).splitlines()[-1])

    @property
    def version(self) -> str:
        """The version that starts."""
        return self.types("--version").rpartition(" ")[2]

    def records(self) -> object:
        """What the laptop holds."""
        return self.reads("list", "attention")["records"]


def try_updates(installed: Path, following: Path, now: str, then: str, place: Path) -> Iterator[str]:
    """Go through a life of updates.

    Args:
        installed: The frozen program of a release.
        following: The next one.
        now: The version of the first.
        then: The version of the second.
        place: An empty folder for all of it.

    Yields:
        What held.

    Raises:
        NotHeldError: what did not.
    """
    releaser = Releaser(place / "releaser")
    program = Path(shutil.copytree(installed, place / "program", symlinks=True))
    # Where a releaser puts it before freezing.
    (program / TRUSTED).parent.mkdir(exist_ok=True)
    shutil.copyfile(releaser.root, program / TRUSTED)
    following = Path(shutil.copytree(following, place / "following", symlinks=True))
    (following / TRUSTED).parent.mkdir(exist_ok=True)
    shutil.copyfile(releaser.root, following / TRUSTED)
    (place / "home").mkdir()
    with _centre(place) as centre, _published(releaser.repository) as url:
        bare = Person(program / "terreno", place / "home" / "nobody")
        person = Person(program / "terreno", place / "home")
        person.types("enrol", *centre)
        _attend(person, place)
        before = person.records()
        _hold(person.version == now, "the installed version runs")
        yield f"{now} runs, enrols at a centre and attends"

        altered = releaser.publish(then, following)
        whole = altered.read_bytes()
        altered.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        told = bare.reads("update", "get", "--url", url, status=3)
        _hold(told["code"] == "update_altered", f"an altered archive is refused, not {told}")
        altered.write_bytes(whole)
        yield "an archive with one other byte is refused"

        _hold(bare.reads("update", "check", "--url", url)["available"] == then, "the next version is offered")
        _hold(bare.reads("update", "get", "--url", url)["ready"] == then, "the next version is ready")
        _hold((bare.version, bare.version) == (then, then), "the next version starts, watched and then by itself")
        yield f"{then} comes by the web, passes its trial and starts"

        _hold(person.reads("update", "from", str(releaser.repository))["ready"] == then, "it comes from a folder")
        _hold(person.version == then, "it starts")
        _hold(person.records() == before, "the next version finds the data")
        yield f"{then} comes from a folder and finds what {now} saved"

        releaser.publish("90.1.0", FAILS)
        told = person.reads("update", "from", str(releaser.repository), status=1)
        _hold(told["code"] == "update_failed", f"a version that fails its trial is told, not {told}")
        _hold(person.version == then, "the one before goes on")
        yield "a version that fails its trial never starts"

        releaser.publish("90.2.0", DIES)
        _hold(person.reads("update", "from", str(releaser.repository))["ready"] == "90.2.0", "it passes its trial")
        _hold(person.version == then, "the one before starts at once")
        status = person.reads("update", "status")
        _hold((status["failed"], status["running"]) == ("90.2.0", then), f"it is known as failed, not {status}")
        yield "a version that dies at its first start gives way at once"

        shutil.rmtree(person.data / "versions")
        _hold((person.version, person.records()) == (now, before), "the installed version finds its data")
        yield f"without versions {now} runs again, the data as it was"


def _attend(person: Person, place: Path) -> None:
    records = place / "records.jsonl"
    records.write_text(
        json.dumps({"kind": "attention", "type": "enquiry", "topic": "vivienda", "space": "oirs"}) + "\n"
    )
    person.types("record", str(records))


def _hold(held: bool, what: str) -> None:  # noqa: FBT001 - a word for a fact
    if not held:
        raise NotHeldError(what)


def _script(name: str, text: str) -> bytes:
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as tar:
        member = tarfile.TarInfo(name)
        member.size, member.mode = len(text), 0o755
        tar.addfile(member, io.BytesIO(text.encode()))
    return zstandard.compress(plain.getvalue())


def _sha256(file: Path) -> str:
    with file.open("rb") as read:
        return hashlib.file_digest(read, "sha256").hexdigest()


@contextmanager
def _published(repository: Path) -> Iterator[str]:
    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(repository))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def _centre(place: Path) -> Iterator[Sequence[str]]:
    """A centre of the checkout; gives the options of an enrolment."""
    python, database = ROOT / ".venv" / "bin" / "python", f"sqlite:///{place / 'centre.db'}"

    def told(*arguments: str) -> Any:
        command = [python, "-m", "terreno_app", "central", *arguments, "--database", database, "--json"]
        return json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout)  # noqa: S603

    told("init", "--coordinator", "Ana Peña")
    officer = told("officer", "add", "Luis Soto", "--region", "13", "--role", "officer")["id"]
    code = told("code", "--region", "13", "--role", "field")["code"]
    command = [python, "-m", "terreno_app", "central", "serve", "--database", database, "--json"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as serving:  # noqa: S603 - our own arguments
        try:
            url = json.loads((serving.stdout or io.BytesIO()).readline())["url"]
            yield "--central", url, "--code", code, "--officer", officer
        finally:
            serving.terminate()


def _frozen_next(version: str, place: Path) -> Path:
    """The program of this commit under another number."""
    checkout = place / "checkout"
    git = ("git", "clone", "--quiet", "--depth", "1", f"file://{ROOT}", str(checkout))
    subprocess.run(git, check=True)  # noqa: S603 - our own arguments
    stated = checkout / "terreno_app" / "__init__.py"
    source = source_of(checkout)
    stated.write_text(stated.read_text(encoding="utf-8").replace(source.version, version), encoding="utf-8")
    build.ROOT = checkout  # the steps of a build are of the checkout that stands there
    made = build.Build(source_of(checkout), place / "build", place / "release")
    for folder in (made.work, made.release):
        folder.mkdir(parents=True)
    made.wheel()
    made.freeze()
    settle(made.frozen)
    return made.frozen


def main() -> int:
    """Try it, and say what held."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--release", type=Path, default=ROOT / "out" / "release")
    parser.add_argument("--place", type=Path, default=ROOT / "out" / "upgrade")
    given = parser.parse_args()
    place = given.place.absolute()
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    now = source_of(ROOT).version
    then = now.rpartition(".")[0] + f".{int(now.rpartition('.')[2]) + 1}"
    try:
        installed = unpack(given.release / f"terreno-{now}-{PLATFORM}.tar.zst", f"terreno-{now}", place / "installed")
        print(f"== freezing {then}", flush=True)
        for held in try_updates(installed, _frozen_next(then, place), now, then, place):
            print(f"== {held}", flush=True)
    except (NotHeldError, build.BuildError) as error:
        print(f"does not hold: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
