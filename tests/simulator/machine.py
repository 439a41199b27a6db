"""A laptop: its folder with the real encrypted store, its clock, the form on its screen. It may be killed anywhere."""

import hashlib
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from sync.client.held import ShownRecord
from sync.client.keys import DeviceKeys
from sync.core.schema import Json, Schema
from terreno_app.domain.ids import Ids
from terreno_app.services.laptop import Laptop
from terreno_app.services.writing import Writer
from terreno_app.storage.connections import DATABASE_NAME
from terreno_app.storage.laptop_store import LaptopStore
from terreno_app.storage.sqlcipher import Connection
from tests.simulator.nature import Nature, SkewedClock
from tests.simulator.toy import Name

KEY = bytes(range(32))
"""The key of every laptop's database: how people come by theirs has tests of its own."""
_SIDE_FILES = ("", "-wal")


def keys_of(name: str) -> DeviceKeys:
    """The keys of the laptop of that name."""
    return DeviceKeys(*(hashlib.sha256(f"{use} key of {name}".encode()).digest() for use in ("sign", "box")))


class KilledError(Exception):
    """The program ended here."""


class Life:
    """Counts the points between two effects of a program, and ends it at one of them.

    Attributes:
        left: Points until it ends; 0 lets it live.
        watch: Somebody looks at the screen after each transaction.
    """

    def __init__(self) -> None:
        self.left = 0
        self.watch: Callable[[], object] | None = None

    def point(self, _: str = "") -> None:
        """A point that was reached.

        Raises:
            KilledError: the program ends here.
        """
        if self.left:
            self.left -= 1
            if not self.left:
                raise KilledError


@dataclass(frozen=True, slots=True)
class Taken:
    """Gives an id that there is already, as a machine whose chance repeats itself."""

    op: str

    def new(self) -> str:
        """The id."""
        return self.op


@dataclass(frozen=True, slots=True)
class Form:
    """A record put on screen, with what the person then saw.

    Attributes:
        name: The record.
        fields: Its values on screen.
        seen: Their writers.
        made_here: It was made on this laptop; true also of one that does not exist yet.
        is_new: Nothing was there.
    """

    name: Name
    fields: Mapping[str, Json]
    seen: Mapping[str, str]
    made_here: bool
    is_new: bool

    @classmethod
    def of(cls, name: Name, shown: ShownRecord | None) -> "Form":
        """The form of a record as it is shown."""
        if shown is None:
            return cls(name, {}, {}, made_here=True, is_new=True)
        return cls(name, dict(shown.fields), dict(shown.writers), made_here=shown.made_here, is_new=False)

    def to_draft(self) -> Json:
        """As a draft keeps it."""
        return {
            "name": [self.name.kind, self.name.record, self.name.region],
            "fields": dict(self.fields),
            "seen": dict(self.seen),
            "made_here": self.made_here,
            "is_new": self.is_new,
        }

    @classmethod
    def from_draft(cls, draft: Any) -> "Form":
        """From a draft."""
        return cls(Name(*draft["name"]), draft["fields"], draft["seen"], draft["made_here"], draft["is_new"])


class Machine:
    """One laptop, and the person in front of it.

    Args:
        name: What the histories call it.
        folder: Its folder.
        nature: Chance and ids.
        schema: What its version of the program knows.
        keys: The device's keys; by default those that belong to the name.
    """

    def __init__(self, name: str, folder: Path, nature: Nature, schema: Schema, keys: DeviceKeys | None = None) -> None:
        self.name = name
        self.keys = keys or keys_of(name)
        self.folder = folder
        self.clock = SkewedClock(nature)
        self.schema = schema
        self.life = Life()
        self.form: Form | None = None
        self.backup: Path | None = None
        self._nature = nature
        self._open()

    def _open(self) -> None:
        self.store = LaptopStore(self.folder, KEY, self.schema, new_id=self._nature.new_id, durable=False)
        connections, life = self.store._connections, self.life
        # One program uses a folder, as `terreno_app.storage.folder` sees to: no statement has to lock the file anew.
        connections.of_this_thread().execute("PRAGMA locking_mode = EXCLUSIVE")
        whole = connections.writing

        @contextmanager
        def writing(**how: bool) -> Iterator[Connection]:
            with whole(**how) as connection:
                yield connection
                life.point("commit")
            life.point("committed")
            if life.watch is not None:
                life.watch()

        connections.writing = writing  # type: ignore[method-assign]

    @property
    def writer(self) -> Writer:
        """What use cases write through."""
        identity = self.store.identity()
        role: Any = identity.role
        laptop = Laptop(identity.device, identity.label, role, identity.region, identity.central)
        return Writer(self.schema, laptop, Ids(self.clock, self._nature.random), self.clock, self._nature.random)

    @cached_property
    def device(self) -> str:
        """Which device it is, for ever."""
        return self.store.identity().device

    @property
    def coordinates(self) -> bool:
        """It belongs to coordination."""
        return self.store.identity().role == "coordination"

    def close(self) -> None:
        """End the program."""
        self.store.close()
        self.form = None

    def reopen(self, schema: Schema | None = None) -> None:
        """End the program and start it again, perhaps in another version; what is on the screen is gone."""
        self.close()
        self.schema = schema or self.schema
        self.life.left = 0
        self._open()

    def copy_to(self, folder: Path) -> None:
        """A copy of the folder, as an image or a backup holds it."""
        folder.mkdir(parents=True, exist_ok=True)
        for suffix in _SIDE_FILES:
            (folder / (DATABASE_NAME + suffix)).unlink(missing_ok=True)
            if (self.folder / (DATABASE_NAME + suffix)).exists():
                shutil.copyfile(self.folder / (DATABASE_NAME + suffix), folder / (DATABASE_NAME + suffix))

    def put_back(self, folder: Path) -> None:
        """Put an older copy of the folder in its place."""
        self.close()
        for suffix in _SIDE_FILES:
            (self.folder / (DATABASE_NAME + suffix)).unlink(missing_ok=True)
            if (folder / (DATABASE_NAME + suffix)).exists():
                shutil.copyfile(folder / (DATABASE_NAME + suffix), self.folder / (DATABASE_NAME + suffix))
        self._open()

    def rows(self, sql: str, *params: Any) -> list[Any]:
        """What a query finds in the decrypted database."""
        return self.store._connections.query(sql, params)
