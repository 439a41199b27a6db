"""A short day on a laptop made for the purpose, without a centre: what a program must be able to do wherever it stands.

In: a folder. Out: the laptop in it, closed; its papers and pictures beside it. Nothing of a real laptop is touched.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from sync.client.keys import DeviceKeys
from sync.client.ports import DeviceIdentity
from terreno_app.cli.window import ClosedLaptop
from terreno_app.desktop import OpenLaptop, closed_folder, drawn_passphrase, open_laptop, shipped_catalogues
from terreno_app.domain.attention import AttentionDraft
from terreno_app.domain.clock import santiago_day
from terreno_app.domain.ids import Ids
from terreno_app.enrolling import restore
from terreno_app.machine import Machine
from terreno_app.reconciliation import schema
from terreno_app.settings import Settings
from terreno_app.storage.laptop_store import LaptopStore
from terreno_app.to_centre import DEVICE_KEYS
from terreno_app.ui.gallery import draw

REGION: Final = "13"
COMUNA: Final = "13110"
NOWHERE: Final = "http://127.0.0.1:9"
"""The discard port of this machine: no centre answers there."""
REPORT: Final = "monthly_summary"

Tell = Callable[[str, int], None]


def live(folder: Path, here: Machine, tell: Tell) -> Path:
    """Make a laptop and use it once for each thing that it is for.

    Args:
        folder: Where; nothing of it may exist.
        here: What it runs on.
        tell: Is given each step when it is done, and how much of it.

    Returns:
        The laptop's folder.
    """
    laptop, phrase = folder / "equipo", drawn_passphrase()
    officer = _made(laptop, phrase, here)
    tell("equipo", 1)
    opened = open_laptop(laptop, officer, lambda: phrase, machine=here)
    try:
        tell("atenciones", _attended(opened))
        for form in ("pdf", "xlsx"):
            tell(f"informe {form}, bytes", _reported(opened, folder / f"informe.{form}", form))
        backup = folder / "equipo.respaldo"
        tell("respaldo, bytes", opened.backup(backup)[1])
        pictures = draw(ClosedLaptop(laptop, here.clock, Settings(), here), opened, folder / "pantallas")
        tell("pantallas", len(pictures))
    finally:
        opened.close()
    restore(laptop, backup, officer, lambda: phrase, here)
    tell("respaldo restaurado", 1)
    return laptop


def _made(folder: Path, phrase: str, here: Machine) -> str:
    """A field laptop that believes itself enrolled at a centre that nobody can reach; the id of its officer."""
    ids = Ids(here.clock, here.random)
    officer = ids.new()
    centre = DeviceKeys(here.random(32), here.random(32))
    opened = closed_folder(folder, here).create(officer, "Equipo de prueba", phrase)
    with (
        opened,
        LaptopStore(opened.path, opened.key, schema(shipped_catalogues())) as store,
        store.transaction() as write,
    ):
        write.put_meta(DEVICE_KEYS, {"sign": here.random(32).hex(), "box": here.random(32).hex()})
        write.put_identity(
            DeviceIdentity(
                device=ids.new(),
                label="T00",
                region=REGION,
                role="field",
                stream=ids.new(),
                epoch=ids.new(),
                central=NOWHERE,
                centre_keys={"sign": {}, "box": {"box": centre.box_key}},
                certificate={},
            )
        )
    return officer


def _attended(laptop: OpenLaptop) -> int:
    officer = laptop.person.id
    planned = laptop.paper.register_one(
        {
            "kind": "outing",
            "planned_on": santiago_day(laptop.clock.now()).isoformat(),
            "comuna": COMUNA,
            "place_name": "Plaza de prueba",
            "goal_attentions": 1,
            "sampling": {"method": "bernoulli", "p": "1"},
        },
        officer,
    )
    laptop.outings.open(planned.id, officer)
    laptop.attentions.register(AttentionDraft({"type": "enquiry", "topic": "vivienda"}), officer)
    return len(laptop.attentions.rows())


def _reported(laptop: OpenLaptop, file: Path, form: str) -> int:
    month = santiago_day(laptop.clock.now()).isoformat()[:7]
    laptop.publisher.save(laptop.reports.build(REPORT, month, space="oirs_terreno"), file, form)
    return file.stat().st_size
