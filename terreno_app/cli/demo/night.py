"""The night in which everything goes wrong: no network at all, a copied disk, a person's right, and a lost centre."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from terreno_app.cli.demo.centre import OwnCentre
from terreno_app.cli.demo.promises import Promise, everything_has_a_receipt, laptop_agrees_with_the_centre
from terreno_app.cli.demo.story import Day, synchronise
from terreno_app.desktop import OpenLaptop, open_laptop
from terreno_app.domain.attention import AttentionDraft

ENQUIRY = {"space": "oirs", "type": "enquiry", "topic": "vivienda"}
REASON = "Solicitud de supresión de la persona titular"


def by_stick(day: Day) -> None:
    """A laptop without any network: its stick goes to the centre in the coordination's hands, and comes home."""
    laptop = day.field_laptops[0]
    laptop.editing.edit("attention", day.shared[0], ["wait_min=9"], laptop.person.id)
    stick = day.plan.out / "pendrive"
    stick.mkdir()
    there, back = stick / "ida.terreno", stick / "vuelta.terreno"
    exported = laptop.bundles.export(there, lambda _: None, lambda: False)
    day.office.bundles.carry(there, back, lambda _: None, lambda: False)
    outcome = laptop.bundles.receive(back, lambda _: None, lambda: False)
    day.say(f"{laptop.laptop.label} entrega {exported.ops} cambio por pendrive y recibe {outcome.receipts} recibo.")
    day.promises.append(
        Promise(
            "Un equipo sin red vive del pendrive, con recibo firmado",
            exported.ops == outcome.sent == outcome.receipts == 1 and outcome.pending == 0,
            f"{exported.ops} cambio de ida, {outcome.receipts} recibo de vuelta",
        )
    )


@contextmanager
def copied_disk(day: Day) -> Iterator[OpenLaptop]:
    """Somebody copies a laptop's disk to another machine; both attend people, and the centre notices."""
    laptop = day.field_laptops[1]
    folder = day.plan.out / "equipos" / "copia"
    shutil.copytree(laptop.folder.path, folder)
    phrase = (folder / "frase.txt").read_text(encoding="utf-8").strip()
    copy = open_laptop(folder, laptop.person.id, lambda: phrase, catalogues=day.catalogues)
    try:
        made = [one.attentions.register(AttentionDraft(ENQUIRY), one.person.id) for one in (laptop, copy)]
        for one in (laptop, copy, day.office):
            synchronise(day, one)
        label = copy.store.identity().label
        day.say(f"El centro reconoce la copia de {laptop.laptop.label}: sigue como {label} cuando se confirma.")
        day.office.editing.edit("device", laptop.laptop.device, ["confirmation=confirmed"], day.office.person.id)
        for one in (day.office, copy, day.office):
            synchronise(day, one)
        known = {record.record for record in day.office.store.select("attention")}
        day.promises.append(
            Promise(
                "Un disco copiado no pierde ni repite nada: la copia sigue con otra sigla",
                label != laptop.laptop.label and {one.id for one in made} <= known,
                f"{laptop.laptop.label} y {label}",
            )
        )
        yield copy
    finally:
        copy.close()


def a_right(day: Day) -> str:
    """A person asks for their data to be deleted; the attention stays, for the figures."""
    person = day.office.store.select("identity")[0].record
    day.office.rights.erase(person, REASON, day.office.person.id)
    day.say("Una persona pide borrar sus datos: la coordinación los borra en todos los equipos.")
    return person


def lost_centre(day: Day, centre: OwnCentre, copy: OpenLaptop) -> None:
    """The centre's disk dies at night; what was saved at noon comes back, and the laptops bring the rest."""
    before = day.office.store.identity().epoch
    centre.lose_and_restore(day.plan.out / "centro-mediodia.respaldo")
    day.say("\nEl disco del centro murió: se restaura el respaldo del mediodía.")
    laptops = (*day.field_laptops, copy, day.office)
    for one in (*laptops, *laptops):
        synchronise(day, one)
    after = {one.store.identity().epoch for one in laptops}
    day.promises.append(
        Promise(
            "Los equipos devuelven al centro restaurado todo lo que perdió",
            len(after) == 1 and before not in after and not any(one.store.pending() for one in laptops),
            "una historia nueva, nada pendiente",
        )
    )
    rows = centre.rows_that_hold()
    day.promises.append(
        Promise("El centro restaurado cuadra: huellas, cadenas, firmas y recibos", rows > 0, f"{rows} filas revisadas")
    )


def judge(day: Day, person: str) -> None:
    """Look at what the night has left."""
    held = [laptop for laptop in day.everyone.values() if _names(laptop, person)]
    day.promises.append(
        Promise("Los datos borrados no vuelven, tampoco con el respaldo", not held, f"{len(held)} equipos los tienen")
    )
    for promise in (
        everything_has_a_receipt(day.everyone, waiting=1),
        *(laptop_agrees_with_the_centre(laptop) for laptop in day.everyone.values()),
    ):
        day.promises.append(Promise(f"Después de la noche: {promise.words}", promise.held, promise.detail))


def _names(laptop: OpenLaptop, person: str) -> bool:
    shown = laptop.store.shown("identity", person)
    return shown is not None and bool(shown.fields.keys() & {"names", "surnames", "doc_number", "email"})
