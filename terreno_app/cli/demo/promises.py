"""The promises of a day, looked at one by one: nothing here repairs anything."""

from collections.abc import Mapping
from dataclasses import dataclass

from sync.client.errors import ClientError
from sync.core.protocol import PulledRecord
from sync.core.schema import Json
from terreno_app.desktop import OpenLaptop

PAGE = 500


@dataclass(frozen=True, slots=True)
class Promise:
    """Something that must hold at the end of the day."""

    words: str
    held: bool
    detail: str


def everything_has_a_receipt(laptops: Mapping[str, OpenLaptop], waiting: int) -> Promise:
    """Every record of every laptop is proven, apart from the ops in quarantine, which have receipts too."""
    counts = [laptop.status.now() for laptop in laptops.values()]
    total, received = sum(c.total for c in counts), sum(c.received for c in counts)
    unsent, quarantined = sum(c.unsent for c in counts), sum(c.quarantined for c in counts)
    return Promise(
        "Cada registro tiene recibo firmado del centro",
        unsent == 0 and received == total and quarantined == waiting,
        f"{received} de {total}; en cuarentena, {quarantined}",
    )


def laptop_agrees_with_the_centre(laptop: OpenLaptop) -> Promise:
    """What the laptop shows equals what the centre gives it, read again from the beginning, record by record."""
    words = f"{laptop.laptop.label} y el centro muestran lo mismo"
    try:
        held = [record for feed in laptop.feeds() for record in _from_the_beginning(laptop, feed)]
    except ClientError as error:
        return Promise(words, held=False, detail=f"no se pudo leer del centro ({error.code})")
    different = [f"{record.kind}/{record.record}" for record in held if not _as_shown(laptop, record)]
    detail = f"{len(held)} registros comparados, {len(different)} distintos {', '.join(different[:3])}".rstrip()
    return Promise(words, bool(held) and not different, detail)


def _as_shown(laptop: OpenLaptop, record: PulledRecord) -> bool:
    shown = laptop.store.shown(record.kind, record.record)
    return shown is not None and _same(record.fields, shown.fields)


def _same(centre: Mapping[str, Json], shown: Mapping[str, Json]) -> bool:
    """Every value that the centre lets this laptop see is the one on its screen."""
    return all(shown.get(name) == value for name, value in centre.items())


def _from_the_beginning(laptop: OpenLaptop, feed: str) -> list[PulledRecord]:
    records: dict[tuple[str, str], PulledRecord] = {}
    cursor, more = 0, True
    while more:
        page = laptop.central.pull(feed, cursor, PAGE)
        records.update({(r.kind, r.record): r for r in page.records})
        cursor, more = page.cursor, page.more
    return list(records.values())
