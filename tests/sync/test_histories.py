"""Histories that Hypothesis makes up and cuts down to the smallest one that would break a promise."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from sync.core.merge import Shown
from tests.sync.simulation import RECORDS, Device, World
from tests.sync.toy import Ticking

pytestmark = pytest.mark.uncounted

DEVICES = st.integers(0, 2)
NAMES = st.sampled_from(["title", "state", "reason", "body", "answer"])


class Histories(RuleBasedStateMachine):
    """People, laptops and a centre, step by step; the laws are looked at when everybody has come to rest."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World(0)
        self.world.network.faults = False

    def laptop(self, number: int) -> Device:
        return self.world.devices[number]

    @rule(device=DEVICES, record=st.sampled_from(RECORDS[:2]))
    def somebody_opens_a_form(self, device: int, record: str) -> None:
        laptop = self.laptop(device)
        laptop.form = (record, laptop.disk.shown("note", record))

    @rule(device=DEVICES, name=NAMES, value=st.sampled_from(["A", "B", None, "bad"]))
    def somebody_saves(self, device: int, name: str, value: str | None) -> None:
        laptop = self.laptop(device)
        record, screen = laptop.form or (RECORDS[0], Shown({}, {}))
        laptop.form = None
        self.world.type(laptop, record, {name: value if name != "answer" else None}, screen, screen)

    @rule(device=DEVICES, kill_at=st.integers(0, 12))
    def a_laptop_synchronises(self, device: int, kill_at: int) -> None:
        self.world.sync(self.laptop(device), kill_at=kill_at)

    @rule(device=DEVICES, keep=st.booleans())
    def somebody_decides_a_conflict(self, device: int, keep: bool) -> None:
        laptop = self.laptop(device)
        told = next((one for one in laptop.disk.open_conflicts().values() if one["other"]), None)
        if told is not None:
            self.world.settle(laptop, told, keep=keep)

    @rule(record=st.sampled_from(RECORDS[:2]))
    def somebody_exercises_their_right(self, record: str) -> None:
        self.world.erase(self.laptop(0), record)

    @precondition(lambda self: len(self.world.devices) < 4)
    @rule(device=DEVICES)
    def a_laptop_is_cloned(self, device: int) -> None:
        self.world.devices.append(Device(self.laptop(device).disk.clone(), Ticking()))

    @rule()
    def the_centre_is_backed_up(self) -> None:
        self.world.saved_centre = self.world.centre.backup()

    @rule()
    def the_centre_is_restored(self) -> None:
        self.world.centre.restore(self.world.saved_centre)

    def teardown(self) -> None:
        assert self.world.rest() == []


TestHistories = Histories.TestCase
TestHistories.settings = settings(max_examples=60, stateful_step_count=25, deadline=None, derandomize=True)
