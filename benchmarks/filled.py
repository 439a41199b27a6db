"""A laptop after months: what came to the stands of its region in 60 days, some edits of its own, an outing open today.

Its passphrase costs next to nothing to try: all but the derivation of the key is measured. The same number gives
the same laptop in every run.
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

from benchmarks.attentions import OFFICER, an_edit
from benchmarks.season import season
from sync.client.keys import DeviceKeys
from sync.client.ports import DeviceIdentity
from sync.core.instants import instant
from sync.core.protocol import Page
from terreno_app.desktop import OpenLaptop, open_laptop
from terreno_app.machine import THIS_MACHINE
from terreno_app.paths import resources
from terreno_app.reconciliation import schema
from terreno_app.services.laptop import Role
from terreno_app.storage.folder import LaptopFolder
from terreno_app.storage.keyslots import Strength
from terreno_app.storage.laptop_store import LaptopStore
from terreno_app.storage.resources import load_catalogues
from terreno_app.to_centre import DEVICE_KEYS

PHRASE = "abeja brasa cielo dedo alba"
MACHINE = replace(THIS_MACHINE, strength=Strength(memory_kib=64, passes=1, lanes=1))
_EPOCH = "0199eeee-0000-7000-8000-000000000001"
_DEVICE = "0199dddd-0000-7000-8000-000000000001"
_STREAM = "0199cccc-0000-7000-8000-000000000001"
_PAGE = 1_000
_EDITED_ONE_IN = 200
_OF_COORDINATION = frozenset({"survey_response", "referral"})
"""Kinds that the centre hands out to no other stand."""


def fill(path: Path, records: int, role: Role = "field") -> None:
    """Make a laptop of so many attentions of others, and open an outing of today on it."""
    folder = LaptopFolder(path, strength=MACHINE.strength).create(OFFICER, "Marcela Soto Henríquez", PHRASE)
    with folder, LaptopStore(folder.path, folder.key, schema(load_catalogues(resources())), durable=False) as store:
        with store.transaction() as write:
            write.put_meta(DEVICE_KEYS, {"sign": "11" * 32, "box": "22" * 32})
            write.put_identity(_identity(role))
        some = season(records, MACHINE.clock.now())
        came = (one for one in some if role == "coordination" or one.kind not in _OF_COORDINATION)
        cursor = 0
        while held := tuple(itertools.islice(came, _PAGE)):
            cursor += store.accept_page(cursor, Page(_EPOCH, "13", cursor, cursor + len(held), more=True, records=held))
        with store.transaction() as write:
            for number in range(0, records, _EDITED_ONE_IN):
                write.append(an_edit(number), None)
    laptop = opened(path)
    today = instant(MACHINE.clock.now())[:10]
    plan = {"kind": "outing", "planned_on": today, "comuna": "13110", "place_name": "Feria", "goal_attentions": 120}
    laptop.outings.open(laptop.paper.register_one(plan, OFFICER).id, OFFICER)
    laptop.close()


def told_of(laptop: OpenLaptop) -> str:
    """How many records of each kind it holds."""
    kinds = ("attention", "outing", "outing_session", "survey_response", "referral")
    return ", ".join(f"{len(laptop.store.select(kind)):,} {kind}s" for kind in kinds)


def opened(path: Path) -> OpenLaptop:
    """The laptop, open."""
    return open_laptop(path, OFFICER, lambda: PHRASE, machine=MACHINE)


def _identity(role: Role) -> DeviceIdentity:
    box = DeviceKeys(b"c" * 32, b"d" * 32).box_key
    keys = {"sign": {}, "box": {"box": box}}
    return DeviceIdentity(_DEVICE, "T07", "13", role, _STREAM, _EPOCH, "http://127.0.0.1:9", keys, {})
