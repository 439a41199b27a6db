"""A real laptop in the square: its encrypted store, the whole desktop with its threads, and an officer at the keys."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from sync.client.keys import DeviceKeys
from sync.client.ports import DeviceIdentity
from terreno_app.cli.window import ClosedLaptop
from terreno_app.desktop import OpenLaptop, open_laptop
from terreno_app.domain.ids import Ids
from terreno_app.machine import Machine
from terreno_app.reconciliation import schema
from terreno_app.settings import Settings
from terreno_app.storage.folder import LaptopFolder
from terreno_app.storage.keyslots import Strength
from terreno_app.storage.laptop_store import LaptopStore
from terreno_app.to_centre import DEVICE_KEYS
from terreno_app.ui.application import SIZE, Desktop
from terreno_app.ui.main_window import MainWindow
from terreno_app.ui.screens.attention.form import AttentionForm
from terreno_app.ui.theme import Theme
from tests.factories import DEVICE, OFFICER, FixedClock, catalogues
from tests.ui.officer.keyboard import Strokes, press

PHRASE, PIN = "abeja brasa cielo dedo alba", "271828"
EPOCH = "01990000-0000-7000-8000-0000000000ee"
OUTING = {
    "kind": "outing",
    "planned_on": "2026-11-21",
    "comuna": "13110",
    "place_name": "Feria libre",
    "goal_attentions": 40,
    "sampling": {"method": "systematic", "k": 5},
}


_GLANCE_MS, _PATIENCE = 5, 600


class Counted:
    """Random bytes that are never the same twice; the drawn ones of a systematic sample are as many in every run."""

    def __init__(self) -> None:
        self.given = 0

    def __call__(self, count: int) -> bytes:
        self.given += 1
        return self.given.to_bytes(8, "big").rjust(count, b"\x07")[-count:]


def a_machine() -> Machine:
    return Machine(FixedClock(), Counted(), lambda _: None, Strength(memory_kib=64, passes=1, lanes=1))


def enrolled(path: Path, machine: Machine) -> None:
    """A field laptop of region 13, with an outing of today planned and opened."""
    folder = LaptopFolder(path, strength=machine.strength).create(OFFICER, "Marcela Soto Henríquez", PHRASE)
    with folder, LaptopStore(folder.path, folder.key, schema(catalogues())) as store, store.transaction() as write:
        write.put_meta(DEVICE_KEYS, {"sign": "11" * 32, "box": "22" * 32})
        write.put_identity(
            DeviceIdentity(
                device=DEVICE,
                label="T07",
                region="13",
                role="field",
                stream=Ids(machine.clock, machine.random).new(),
                epoch=EPOCH,
                central="http://127.0.0.1:9",
                centre_keys={"sign": {}, "box": {"box": DeviceKeys(b"c" * 32, b"d" * 32).box_key}},
                certificate={},
            )
        )
    laptop = opened(path, machine)
    laptop.outings.open(laptop.paper.register_one(OUTING, OFFICER).id, OFFICER)
    laptop.close()


def opened(path: Path, machine: Machine) -> OpenLaptop:
    return open_laptop(path, OFFICER, lambda: PHRASE, catalogues=catalogues(), machine=machine)


class Officer:
    """Somebody at the keyboard who sees what is on the screen, and waits for it as a person does."""

    def __init__(self, desktop: Desktop) -> None:
        self._desktop = desktop

    @property
    def window(self) -> MainWindow:
        assert self._desktop.main is not None
        return self._desktop.main

    @property
    def place(self) -> str:
        return self.window.place

    @property
    def form(self) -> AttentionForm:
        return self.window._stand.attention_form

    @property
    def row(self) -> str:
        """The attention under the selection in Hoy."""
        return self.window._stand.today_form.selected

    @property
    def row_voided(self) -> bool:
        shown = self.window._stand.today_form.shown
        return next((one.voided for one in shown if one.id == self.row), False)

    @property
    def waits(self) -> str:
        """The attention of who waits for the survey."""
        return self.window._stand.survey_form.selected

    def kiosk_asks(self) -> bool:
        """The person has the laptop, and is asked whether they want to."""
        kiosk = self.window.handing.kiosk
        return kiosk is not None and kiosk.isActiveWindow() and kiosk.page is kiosk.welcome

    def kiosk_thanks(self) -> bool:
        kiosk = self.window.handing.kiosk
        return kiosk is not None and kiosk.page is kiosk.thanks

    def laptop(self) -> OpenLaptop:
        """The same laptop, read behind the screen."""
        return cast("OpenLaptop", self.window._session)

    def press(self, keys: str) -> Strokes:
        return press(keys)

    def wait(self, until: Callable[[], bool]) -> None:
        for _ in range(_PATIENCE):
            if until():
                return
            QTest.qWait(_GLANCE_MS)
        raise AssertionError(self.sees())

    def sees(self) -> str:
        """Where an officer is who waits in vain."""
        here, form = QApplication.focusWidget(), self.form
        beside = {name: frame.error for name, frame in form.frames().items() if frame.error}
        return f"{self.place}, in {here.objectName() if here else None}: {form.message} {beside}"

    def locked(self) -> bool:
        return self._desktop.window.layers.currentWidget() is self._desktop._ask_form

    def at_work(self) -> bool:
        return self._desktop.window.layers.currentWidget() is self._desktop.main

    def unlock(self) -> None:
        """The phrase of the morning, and a PIN for the day."""
        self.wait(lambda: self._desktop.ready and self._desktop.window.isActiveWindow())
        self.press(f"{PHRASE}<Return>")
        self.wait(lambda: self._desktop.main is not None)
        self.press(f"{PIN}<Return>{PIN}<Return>")
        self.wait(lambda: self.at_work() and self.window._stand.today.session is not None)

    def begin(self) -> None:
        """F2 from Hoy."""
        self.press("<F2>")
        self.wait(lambda: self.place == "attention")

    def attends(self, keys: str) -> tuple[str, Strokes]:
        """One person from the empty form to the next empty form; the record's id, and the keys that it took."""
        before = self.records()
        strokes = self.press(keys)
        self.wait(lambda: len(self.records()) > len(before))
        self.wait(lambda: self.place in ("receipt", "today") or not self.window._stand.attention.writing)
        (record,) = self.records() - before
        if self.laptop().attentions.open(record).fields.get("answer_owed"):
            self.wait(lambda: self.place == "receipt")
            strokes += self.press("<Return>")
            self.wait(lambda: self.place != "receipt")
        return record, strokes

    def records(self) -> set[str]:
        return {row.id for row in self.laptop().attentions.rows()}


@contextmanager
def at_the_stand(app: QApplication, theme: Theme, path: Path, machine: Machine) -> Iterator[Officer]:
    """The desktop on that laptop, in the morning; closed at the end as a person closes it."""
    closed = ClosedLaptop(path, machine.clock, Settings(), machine)
    desktop = Desktop(app, closed, theme)
    desktop.start()
    desktop.window.showNormal()
    desktop.window.resize(*SIZE)
    desktop.window.activateWindow()
    yield Officer(desktop)
    desktop.window.close()
    desktop.window.deleteLater()
