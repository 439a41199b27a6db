"""Lets a release live among people: `make package-test` runs it as root, after `make package`, in `.venv-package`.

In: the `.deb` of `out/release`. Out: what held, a line each, or what did not. The package is installed on a bare Debian
12 with nothing but what it declares. A centre and a releaser stand outside, behind the packaged nginx; a person inside
enrols, attends, synchronises and reports, is offered the next version and takes it, by the web and from a stick, and is
kept from what is altered and from what does not work. Removing and installing again touches nothing of theirs.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import build
from archives import settle
from bare_system import HOME, BareSystem, BareSystemError
from facts import source_of
from surroundings import Centre, Releaser, centre

ROOT = Path(__file__).parents[1]
PERSON = "abeja brasa cielo dedo ébano"
DATA = f"{HOME}/.local/share/terreno"
INSTALLED = ("opt/terreno", "usr/bin/terreno", "usr/share/applications/terreno.desktop")
FAILS = "#!/bin/sh\nexit 1\n"
DIES = """\
#!/bin/sh
case $TERRENO_DATA in */terreno-*/datos) echo terreno 90.2.0; exit;; esac
echo '[PYI-1:ERROR] Failed to execute script' >&2
kill -SEGV $$
"""
"""Passes its trial, and dies in English when it is started."""
OTHER = "#!/bin/sh\necho terreno 90.0.9\n"


class NotHeldError(Exception):
    """What is promised of the package, and is not so."""


class Person:
    """Somebody inside the bare system.

    Args:
        system: The system.
        data: The folder of their laptop; the usual one where it is empty.
    """

    def __init__(self, system: BareSystem, data: str = "") -> None:
        self._system = system
        self._environ = {"TERRENO_PASSPHRASE": PERSON, **({"TERRENO_DATA": data} if data else {})}

    def types(self, *arguments: str, status: int = 0) -> str:
        """A command, which has to end with a status, and without a word on stderr; what it said."""
        done = self._system.as_person(self._environ, "terreno", *arguments)
        if done.returncode != status or done.stderr:
            told = f"{done.stdout}{done.stderr}"
            raise NotHeldError(f"terreno {' '.join(arguments)} ended with {done.returncode}: {told}")
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
        return [self.reads("list", kind)["records"] for kind in ("outing", "attention", "identity")]


class Life:
    """What the package goes through.

    Args:
        system: The bare system.
        package: The `.deb`.
        now: Its version.
        then: The next one.
        work: An empty folder outside the system.
    """

    def __init__(self, system: BareSystem, package: Path, now: str, then: str, work: Path) -> None:
        self._system, self._now, self._then, self._work = system, now, then, work
        # What an installer brings along, and beside it what is published: a stick carries that as it is.
        self._stick = system.root / "media" / "pendrive"
        self._stick.mkdir(parents=True)
        self._package = Path(shutil.copy(package, self._stick))
        self._releaser = Releaser(work / "releaser", self._stick / "updates")
        self._person = Person(system)

    def run(self, following: Path) -> Iterator[str]:
        """Go through all of it.

        Args:
            following: The program of the next version, frozen.

        Yields:
            What held.

        Raises:
            NotHeldError: what did not.
        """
        person = self._person
        yield f"installed with what it declares and nothing else: {self._install()}"
        trusted = self._releaser.trust(self._system.root / "opt" / "terreno")
        _hold(person.version == self._now, "the installed version runs")
        person.types("smoke")
        yield f"{self._now} runs, and does all that it is for"
        with centre(self._work, self._releaser.repository) as there:
            yield from self._day(there)
            before = person.records()
            yield from self._upgrade(following, there)
            _hold(person.records() == before, "the next version finds what the first saved")
            yield from self._broken()
            _hold(person.records() == before, "versions that do not work touch nothing")
            self._attend({"kind": "attention", "type": "enquiry", "topic": "salud", "space": "oirs"})
            yield f"{self._then} attends, and hands in: {self._handed_in()}"
        before = person.records()
        yield from self._again(trusted)
        _hold(person.records() == before, "the records are those of before")
        shutil.rmtree(self._system.root / DATA.lstrip("/") / "versions")
        _hold(person.version == self._now, "without versions the installed one runs")
        _hold(person.records() == before, "and finds the records")
        yield f"without versions {self._now} runs again, the records as they were, {self._proven()}"

    def _install(self) -> str:
        self._system.apt("install", "--no-install-recommends", self._system.inside(self._package))
        shown = "--showformat=${Package} ${Version}, ${Installed-Size} kB"
        return self._system.as_root("dpkg-query", "--show", shown, "terreno")

    def _day(self, there: Centre) -> Iterator[str]:
        person, stick = self._person, self._system.inside(self._stick)
        (self._stick / "equipo.toml").write_text(there.provision, encoding="utf-8")
        (self._stick / "frase.txt").write_text(PERSON, encoding="utf-8")
        shutil.copy(there.authority, self._stick)
        enrolled = person.reads(
            "enrol", "--provision", f"{stick}/equipo.toml", "--passphrase-file", f"{stick}/frase.txt"
        )
        yield f"enrolled as {enrolled['label']} by a provisioning file, over TLS by an authority of its own"

        today = datetime.now(ZoneInfo("America/Santiago")).date()
        (outing,) = self._attend({"kind": "outing", "planned_on": today.isoformat(), "comuna": "13110"})
        person.types("outing", "open", outing)
        self._attend(
            {"kind": "attention", "type": "complaint", "topic": "identidad", "own_service": False},
            {"kind": "identity", "names": "Rosa", "email": "rosa@example.cl"},
            {"kind": "attention", "type": "enquiry", "topic": "vivienda"},
        )
        refused = person.reads("update", "get", status=1)
        _hold(refused["code"] == "update_outing_open", f"nothing is brought while an outing is open, not {refused}")
        person.types("outing", "close", outing)
        yield f"attended; {self._handed_in()}"

        report = ("report", "monthly_summary", "--period", f"{today:%Y-%m}")
        digest = person.reads(*report, "--format", "pdf", "--out", f"{HOME}/informe.pdf")["digest"]
        checked = person.reads("report", "verify", f"{HOME}/informe.pdf")
        _hold(checked == {"digest": digest, "ok": True, "compared": True}, f"the report proves itself, not {checked}")
        yield "the report of the month is a PDF that proves itself"

    def _upgrade(self, following: Path, there: Centre) -> Iterator[str]:
        person, then = self._person, self._then
        nobody = Person(self._system, f"{HOME}/otra")
        self._releaser.trust(following)
        archived = self._releaser.publish(then, following)
        _hold(person.reads("update", "check")["available"] == then, "the next version is offered to a laptop")
        authority = f"{self._system.inside(self._stick)}/{there.authority.name}"
        from_url = ("--url", f"{there.url}/updates", "--ca", authority)
        _hold(nobody.reads("update", "check", *from_url)["available"] == then, "and to a folder that is none yet")
        yield f"{then} is offered"

        whole = archived.read_bytes()
        archived.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        for who, more in ((person, ()), (nobody, from_url)):
            refused = who.reads("update", "get", *more, status=3)
            _hold(refused["code"] == "update_altered", f"an altered archive is refused, not {refused}")
        archived.write_bytes(whole)
        yield "an archive with one other byte is refused"

        _hold(person.reads("update", "get")["ready"] == then, "the next version is ready")
        _hold((person.version, person.version) == (then, then), "it starts, watched and then by itself")
        yield f"{then} comes by the web, passes its trial and starts"

        _hold(nobody.reads("update", "from", self._carried)["ready"] == then, "it comes from a folder")
        _hold(nobody.version == then, "it starts")
        yield f"{then} comes from a folder"

    def _broken(self) -> Iterator[str]:
        person, then = self._person, self._then
        self._releaser.publish("90.1.0", FAILS)
        told = person.reads("update", "get", status=1)
        _hold(told["code"] == "update_failed", f"a version that fails its trial is told, not {told}")
        _hold(person.version == then, "the one before goes on")
        yield "a version that fails its trial never starts"

        self._releaser.publish("90.1.1", OTHER)
        told = person.reads("update", "get", status=1)
        _hold(told["code"] == "update_failed", f"a package that holds another version is told, not {told}")
        yield "a package that holds another version than it was signed as never starts"

        self._releaser.publish("90.2.0", DIES)
        _hold(person.reads("update", "from", self._carried)["ready"] == "90.2.0", "it passes its trial")
        _hold(person.version == then, "the one before starts at once")
        status = person.reads("update", "status")
        _hold((status["failed"], status["running"]) == ("90.2.0", then), f"it is known as failed, not {status}")
        yield "a version that dies at its first start gives way at once, without a word on the screen"

    def _again(self, trusted: Path) -> Iterator[str]:
        before = self._system.sums()
        shutil.rmtree(trusted)  # the package did not bring it, and does not remove it
        self._system.apt("purge", "terreno")
        for name in INSTALLED:
            _hold(not os.path.lexists(self._system.root / name), f"/{name} is gone")
        _hold(self._system.sums() == before, "removing the program touches no file of a person")
        yield f"removed; {len(before)} files of the person are the same bytes"

        self._install()
        self._person.types("smoke", "--window", DATA)
        yield "installed again: the window of the laptop opens"

    @property
    def _carried(self) -> str:
        """The folder of updates on the stick, as the person sees it."""
        return self._system.inside(self._releaser.repository)

    def _attend(self, *records: dict[str, object]) -> list[str]:
        """Register; the ids."""
        lines = "".join(json.dumps(record) + "\n" for record in records)
        (self._stick / "registros.jsonl").write_text(lines, encoding="utf-8")
        ids: list[str] = self._person.reads("record", f"{self._system.inside(self._stick)}/registros.jsonl")["ids"]
        return ids

    def _handed_in(self) -> str:
        self._person.types("sync")
        return self._proven()

    def _proven(self) -> str:
        """Every record of the laptop has its receipt from the centre, looked at anew."""
        status = self._person.reads("status")
        held = status["total"] == status["received"] > 0 == status["pending"]
        _hold(held, f"every record has its receipt, not {status}")
        return f"{status['received']} of {status['total']} with a receipt"


def _hold(held: bool, what: str) -> None:  # noqa: FBT001 - a word for a fact
    if not held:
        raise NotHeldError(what)


def _frozen_next(version: str, place: Path) -> Path:
    """The program of this commit under another number; frozen once for a commit."""
    source = source_of(ROOT)
    kept = place / f"{version}-{source.commit}"
    if not kept.is_dir():
        checkout, work = place / "checkout", place / "build"
        for folder in (checkout, work):
            shutil.rmtree(folder, ignore_errors=True)
        git = ("git", "clone", "--quiet", "--depth", "1", f"file://{ROOT}", str(checkout))
        subprocess.run(git, check=True)  # noqa: S603 - our own arguments
        stated = checkout / "terreno_app" / "__init__.py"
        stated.write_text(stated.read_text(encoding="utf-8").replace(source.version, version), encoding="utf-8")
        build.ROOT = checkout  # the steps of a build are of the checkout that stands there
        made = build.Build(source_of(checkout), work, work / "release")
        made.release.mkdir(parents=True)
        made.wheel()
        made.freeze()
        settle(made.frozen)
        made.frozen.replace(kept)
    return kept


def main() -> int:
    """Try it, and say what held."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--release", type=Path, default=ROOT / "out" / "release")
    parser.add_argument("--place", type=Path, default=ROOT / "out" / "bare")
    given = parser.parse_args()
    if os.geteuid() != 0:
        print("a bare system is made as root: sudo make package-test", file=sys.stderr)
        return 2
    place, source = given.place.absolute(), source_of(ROOT)
    package = given.release / source.package
    if not package.is_file():
        print(f"there is no {package}: make package first", file=sys.stderr)
        return 2
    work = place / "work"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    first, _, last = source.version.rpartition(".")
    then = f"{first}.{int(last) + 1}"
    system = BareSystem(place)
    try:
        print(f"== freezing {then}, and making a bare Debian 12", flush=True)
        following = shutil.copytree(_frozen_next(then, place / "next"), work / "following", symlinks=True)
        with system.made():
            for held in Life(system, package, source.version, then, work).run(following):
                print(f"== {held}", flush=True)
    except (NotHeldError, BareSystemError, build.BuildError) as error:
        print(f"does not hold: {error}", file=sys.stderr)
        return 1
    print("== all of it holds")
    return 0


if __name__ == "__main__":
    sys.exit(main())
