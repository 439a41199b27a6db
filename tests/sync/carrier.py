"""One laptop with a stick, one with a network that carries it, and a centre that listens."""

import io
from collections.abc import Callable
from contextlib import ExitStack, nullcontext
from pathlib import Path
from typing import Any

import requests
from requests.adapters import HTTPAdapter

from sync.central.api import build_app
from sync.central.serve import serving
from sync.client.carrying import Carried, carry
from sync.client.conversation import Conversation, Hooks, Patience
from sync.client.http import Central, Limits, Route
from sync.parcel.files import MediumFile
from tests.central.speaking import Laptop
from tests.sync.sticks import Town, Walker

AT_ONCE = Patience((0, 0, 0), 0, lambda _: None)
MEDIA = {"Content-Type": "application/octet-stream"}


class Road:
    """A town whose centre listens, one laptop with a stick, and one with a network that carries it."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.town = Town(folder)
        stack.callback(self.town.close)
        self.url = stack.enter_context(serving(build_app(self.town.world.centre)))
        self.walker, self.carrier = self.town.walker(), self.town.walker()
        self.walker.save("r1", "r2", title="water", body="reservado")
        self._stack = stack

    def central(self, who: Walker | None = None, adapter: HTTPAdapter | None = None, **limits: Any) -> Central:
        keys = (who or self.carrier).keys
        central = Central(Route(self.url), self.town.world.clock, keys, schema_version=1, limits=Limits(**limits))
        self._stack.callback(central.close)
        if adapter is not None:
            central.mount(adapter)
        return central

    def carry(self, bundle: bytes, central: Central | None = None, **hooks: Any) -> tuple[Carried, bytes]:
        answer = io.BytesIO()
        carried = self.carry_onto(MediumFile(answer), bundle, central, **hooks)
        return carried, answer.getvalue()

    def carry_onto(self, answer: Any, bundle: bytes, central: Central | None = None, **hooks: Any) -> Carried:
        central = central or self.central()
        talk = Conversation(self.carrier.store, central, self.town.world.clock, Hooks(**hooks), AT_ONCE)
        return carry(talk, central, io.BytesIO(bundle), lambda _: nullcontext(answer))


def raw(road: Road, body: bytes, change: Callable[[requests.PreparedRequest], object] = lambda _: None) -> Any:
    """A carrier with a client of its own."""
    laptop = Laptop(road.town.world, 0, road.url)
    laptop.signing = road.carrier.keys._signing
    laptop.device = road.carrier.store.identity().device
    request = requests.Request("POST", f"{road.url}/v1/bundle", data=body, headers=MEDIA).prepare()
    laptop.sign(request, body)
    change(request)
    with requests.Session() as session:
        return session.send(request, timeout=60)
