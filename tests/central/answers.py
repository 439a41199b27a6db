"""Where answers are brought about: a real centre that listens, real clients before it, and the cases that there are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

from sync.central.api import build_app
from sync.central.centre import Centre
from sync.central.ground import Limits
from sync.central.operate.backup import back_up
from sync.central.operate.copies import Header
from sync.central.operate.restore import restore
from sync.central.serve import serving
from sync.client.errors import ClientError, RefusedError, UnreachableError
from sync.client.http import Central, Route
from sync.client.keys import DeviceKeys
from sync.client.ports import Caller
from sync.client.receipts import verify_answer
from sync.core.errors import UnreadableBundleError
from sync.core.ops import Op
from sync.core.problems import ProblemType
from sync.core.protocol import Batch, OpResult
from sync.core.trust import by_use
from tests.central.speaking import Laptop, World, bare_place
from tests.sync.real_laptop import RealLaptop

STRANGER = DeviceKeys(bytes([9]) * 32, bytes([9]) * 32)
NOBODY = "0199ffff-0000-7000-8000-000000000000"


def met(call: Callable[..., object], *told: Any, **options: Any) -> set[str]:
    """The error that a call ends with, and the problem of the centre behind it."""
    try:
        call(*told, **options)
    except UnreadableBundleError as error:
        return {f"bundle {error.code}"}
    except ClientError as error:
        found = {f"error {type(error).__name__} {error.code}"}
        if isinstance(error, RefusedError):
            found.add(f"problem {error.problem.type} {error.problem.status}")
        if isinstance(error, UnreachableError) and error.diagnosis.reason in set(ProblemType):
            found.add(f"problem {error.diagnosis.reason} {error.diagnosis.status}")
        return found
    return set()


@dataclass
class Scene:
    """A centre in a folder, its server, and who stands before it."""

    folder: Path
    stack: ExitStack
    limits: Limits = field(default_factory=Limits)
    laptops: list[RealLaptop] = field(default_factory=list)
    copies: Iterator[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        self.folder.mkdir()
        self.world = World(self.folder, limits=self.limits)
        self.stack.callback(self.close)
        self.listening = self.stack.enter_context(ExitStack())
        self.url = self.listening.enter_context(serving(build_app(self.world.centre)))

    def close(self) -> None:
        """The store as it is then: a restore opens another one."""
        self.world.store.close()

    def with_limits(self, **limits: Any) -> Scene:
        """Another centre, which lets devices do less."""
        return Scene(self.folder / "strict", self.stack, Limits(**limits))

    def laptop(self, role: str = "field") -> RealLaptop:
        """A laptop with its store."""
        folder = self.folder / f"laptop{len(self.laptops)}"
        return self._known(RealLaptop.enrolled(self.world, self.url, folder, role))

    def clone(self, laptop: RealLaptop) -> RealLaptop:
        return self._known(laptop.copied(self.folder / f"laptop{len(self.laptops)}"))

    def _known(self, laptop: RealLaptop) -> RealLaptop:
        self.laptops.append(laptop)
        self.stack.callback(laptop.store.close)
        return laptop

    def hand(self, role: str = "field", region: str = "13") -> Hand:
        """The real client in the hand of somebody who sends what no laptop would."""
        return Hand(self, self.world.laptop(region, role, self.url))

    def central(self, keys: DeviceKeys | None = None, *, path: str = "", **options: Any) -> Central:
        central = Central(Route(self.url + path), self.world.clock, keys, **options)
        self.stack.callback(central.close)
        return central

    def write(self, kind: str, record: str, **fields: Any) -> None:
        """Somebody decides at the centre."""
        self.world.centre.write("13", kind, record, fields)

    def backup(self) -> Path:
        """A copy of the centre as it is now."""
        target = self.folder / f"copy{next(self.copies)}"
        return back_up(self.world.store, target, self.world.clock.now(), _heard, timedelta(days=35)).file

    def restore(self, copy: Path, *, rightly: bool = True) -> None:
        """Put a copy in the centre's place; wrongly: as if nothing had happened since."""
        self.listening.close()
        self.world.store.close()
        store = bare_place(self.folder, f"restored{next(self.copies)}").open(as_found=True)
        with copy.open("rb") as source:
            told = restore(source, store, self.world.surroundings, _heard)
        self.world.store = store
        if not rightly:
            with store.writing() as tx:
                self.world.run(tx, "DELETE FROM epochs WHERE id = ?", told.epoch)
        self.world.centre = Centre(store, self.world.schema, self.world.surroundings, self.limits)
        self.url = self.listening.enter_context(serving(build_app(self.world.centre)))
        for laptop in self.laptops:
            laptop.url = self.url


def _heard(_: Header) -> Any:
    return lambda _: None


@dataclass
class Hand:
    """Keys of an enrolled device, and ops made up by hand."""

    scene: Scene
    voice: Laptop

    @property
    def keys(self) -> DeviceKeys:
        return DeviceKeys(bytes(self.voice.signing), bytes(self.voice.box))

    def caller(self, **other: Any) -> Caller:
        return Caller(**{"device": self.voice.device, "stream": self.voice.stream, **other})

    def central(self, **options: Any) -> Central:
        return self.scene.central(self.keys, **options)

    def push(self, *ops: Op | dict[str, Any], **beside: Any) -> tuple[OpResult, ...]:
        """What the centre says to some ops; its receipt is verified."""
        batch = self.voice.batch(ops, **beside)
        answer = self.send(batch)
        verify_answer(batch, answer, self.voice.device, by_use(self.scene.world.centre.ground.keys.public))
        return answer.results

    def send(self, batch: Batch) -> Any:
        return self.central().push(batch, self.caller())

    def reasons(self, *ops: Op | dict[str, Any]) -> set[str]:
        """Why the last of some ops waits."""
        return {f"reason {self.push(*ops)[-1].reason}"}

    def revoked(self) -> Hand:
        self.scene.write("device", self.voice.device, status="revoked")
        return self


Case = Callable[[Scene], set[str]]


class Cases(dict[tuple[str, ...], Case]):
    """What brings answers about, by the answers; a case gives what was met."""

    def bring_about(self, *answers: str) -> Callable[[Case], Case]:
        def keep(case: Case) -> Case:
            self[answers] = case
            return case

        return keep
