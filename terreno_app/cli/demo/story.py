"""The day itself, in order: plan, attend without network, meet at noon, disagree, close, reconcile, decide, report."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from terreno_app.cli.demo.centre import REGION, Enrolments
from terreno_app.cli.demo.people import Crowd, Someone
from terreno_app.cli.demo.promises import Promise, everything_has_a_receipt, laptop_agrees_with_the_centre
from terreno_app.cli.demo.weather import Weather, bad_road
from terreno_app.desktop import OpenLaptop, drawn_passphrase, open_laptop, system_clock
from terreno_app.domain.attention import AttentionDraft
from terreno_app.domain.catalogues import Catalogue, Catalogues, Programme
from terreno_app.domain.clock import SANTIAGO, santiago, santiago_day
from terreno_app.enrolling import enrol_laptop
from terreno_app.machine import THIS_MACHINE, Machine
from terreno_app.services.errors import ServiceError
from terreno_app.ui.values import ValueWords

PLACES = (
    ("13110", "Feria libre Santa Amalia", "FERIA_LIBRE"),
    ("13201", "Plaza de Puente Alto", "PLAZA"),
    ("13112", "Plaza de La Pintana", "PLAZA"),
    ("13119", "Plaza de Maipú", "PLAZA"),
)
PEOPLE = ("Marcela Soto Henríquez", "Rodrigo Paillán Cifuentes", "Javiera Ñancupil Rojas", "Iván Cárdenas Mella")
COORDINATOR = "Paula Vergara Mena"
NEW_PROGRAMME = "FONDO_FERIAS_2027"
LOSSES, REPEATS = 0.15, 0.15
TRIES = 12
CLASHES = 3

DECISIONS = {"kept": "se conserva lo que rige", "other": "vale el otro cambio", "written": "se escribe otro valor"}
FATES = {
    "passed": "mensajes llegaron bien",
    "lost_request": "mensajes se perdieron al ir",
    "lost_answer": "respuestas se perdieron al volver",
    "repeated": "mensajes llegaron dos veces",
}

Say = Callable[[str], None]


class Sun:
    """The hour at a stand: it moves with the people who come, so that a day takes seconds and still is a day."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        """The hour of the story, never later than the real one."""
        return self._at

    def move_to(self, at: datetime) -> None:
        """Let time pass; it never goes back."""
        self._at = max(self._at, at)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a day is played with."""

    out: Path
    seed: int
    attentions: int
    laptops: int


@dataclass
class Day:
    """A day as it goes on."""

    plan: Plan
    enrolments: Enrolments
    say: Say
    weather: Weather
    url: str
    catalogues: Catalogues
    crowd: Crowd
    hours: tuple[datetime, datetime]
    suns: list[Sun]
    field_laptops: list[OpenLaptop] = field(default_factory=list)
    office: OpenLaptop = field(init=False)
    outings: list[str] = field(default_factory=list)
    shared: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    promises: list[Promise] = field(default_factory=list)

    @property
    def everyone(self) -> dict[str, OpenLaptop]:
        """Every laptop by its label."""
        return {laptop.laptop.label: laptop for laptop in (*self.field_laptops, self.office)}


@contextmanager
def morning(plan: Plan, enrolments: Enrolments, catalogues: Catalogues, say: Say) -> Iterator[Day]:
    """Enrol the laptops, each in a folder of its own, on a road that the weather rules; close all of it at the end."""
    weather = Weather(plan.seed)
    with ExitStack() as stack:
        url, close_road = bad_road(enrolments.url, weather)
        stack.callback(close_road)
        hours = _working_hours()
        suns = [Sun(hours[0]) for _ in range(plan.laptops)]
        day = Day(plan, enrolments, say, weather, url, catalogues, Crowd(plan.seed, catalogues), hours, suns)
        newest = _with_a_programme_that_the_centre_does_not_know(catalogues)
        for number in range(plan.laptops + 1):
            coordination = number == plan.laptops
            last_field = number == plan.laptops - 1
            machine = THIS_MACHINE if coordination else replace(THIS_MACHINE, clock=suns[number])
            laptop = _enrolled(day, number, newest if last_field else catalogues, machine)
            stack.callback(laptop.close)
            if coordination:
                day.office = laptop
            else:
                day.field_laptops.append(laptop)
            role = "coordinación" if coordination else "terreno"
            say(f"Equipo {laptop.laptop.label} enrolado en la región {REGION} ({role}).")
        yield day


def _enrolled(day: Day, number: int, catalogues: Catalogues, machine: Machine) -> OpenLaptop:
    folder = day.plan.out / "equipos" / f"{number + 1}"
    phrase = drawn_passphrase()
    officer = day.enrolments.officers[number]
    enrol_laptop(
        folder,
        central=day.url,
        code=day.enrolments.codes[number],
        officer=officer,
        ca=None,
        passphrase=lambda: phrase,
        strangers=True,  # a centre that the caller names has people of its own
    )
    (folder / "frase.txt").write_text(phrase + "\n", encoding="utf-8")
    return open_laptop(folder, officer, lambda: phrase, catalogues=catalogues, machine=machine)


def plan_outings(day: Day) -> None:
    """The coordination plans an outing for each laptop; every laptop learns of it and opens its own."""
    today = santiago_day(system_clock().now())
    for number, laptop in enumerate(day.field_laptops):
        comuna, place, place_type = PLACES[number % len(PLACES)]
        planned = day.office.paper.register_one(
            {
                "kind": "outing",
                "planned_on": today.isoformat(),
                "comuna": comuna,
                "place_name": place,
                "place_type": place_type,
                "team": [laptop.person.id],
                "lead": laptop.person.id,
                "goal_attentions": day.plan.attentions // day.plan.laptops + 10,
                "sampling": {"method": "bernoulli", "p": "0.20"},
            },
            day.office.person.id,
        )
        day.outings.append(planned.id)
    synchronise(day, day.office)
    for laptop, outing in zip(day.field_laptops, day.outings, strict=True):
        synchronise(day, laptop)
        session = laptop.outings.open(outing, laptop.person.id)
        day.say(f"{laptop.laptop.label} abre {session.code}: {session.place_name}.")


def attend(day: Day, share: tuple[int, int]) -> None:
    """A part of the day's attentions, without network.

    Args:
        day: The day.
        share: Which part, of how many.
    """
    part, parts = share
    start, end = day.hours
    span = (end - start) / parts
    begin, until = start + part * span, start + (part + 1) * span
    each = day.plan.attentions // day.plan.laptops
    for number, laptop in enumerate(day.field_laptops):
        mine = each + (day.plan.attentions % day.plan.laptops if number == 0 else 0)
        here = mine // parts + (mine % parts if part == parts - 1 else 0)
        moments = day.crowd.moments(begin, until, here)
        comuna = PLACES[number % len(PLACES)][0]
        folio = _earlier_folio(laptop, day) if part else None
        for turn, at in enumerate(moments):
            newest = part == parts - 1 and turn == here - 1 and number == day.plan.laptops - 1
            if part == 0 and turn == 1:
                person = day.crowd.group(comuna, at)
            elif part and turn == 0:
                person = day.crowd.someone(comuna, at, folio, "follow_up")
            elif newest:
                person = day.crowd.someone(comuna, at, folio, "enquiry")
            else:
                person = day.crowd.someone(comuna, at, folio)
            fields = {**person.fields, "programme": NEW_PROGRAMME} if newest else person.fields
            day.suns[number].move_to(at)
            done = laptop.attentions.register(AttentionDraft(fields, person.identity), laptop.person.id)
            folio = done.folio
            _count(day, fields, person)
            if part == 0:
                day.shared.append(done.id)
        day.suns[number].move_to(until)
        laptop.outings.add_informed("material", 20 + 5 * number, laptop.person.id)
        day.say(f"{laptop.laptop.label}: {here} atenciones registradas sin red.")


def _earlier_folio(laptop: OpenLaptop, day: Day) -> str:
    """The folio of somebody who was attended before, perhaps by the other laptop."""
    shown = laptop.store.shown("attention", day.shared[0])
    return str(shown.fields.get("folio")) if shown else ""


def _count(day: Day, fields: Mapping[str, object], person: Someone) -> None:
    found = {
        "atenciones": True,
        "reclamos con identidad": fields.get("type") == "complaint" and person.identity is not None,
        "atenciones grupales": fields.get("persons_count", 1) != 1,
        "seguimientos": fields.get("type") == "follow_up",
        "personas que no quisieron dar su perfil": fields.get("sex") == "NR" and fields.get("age_band") == "NR",
    }
    for words, counts in found.items():
        day.counts[words] = day.counts.get(words, 0) + counts


def disagree(day: Day) -> None:
    """Without network two laptops edit records that both hold: other fields merge, the same ones clash."""
    one, other = day.field_laptops[0], day.field_laptops[1]
    free = [r for r in day.shared if _plain(one, r) and _plain(other, r)]
    disjoint, clashing = free[CLASHES : CLASHES + 6], free[:CLASHES]
    for record in disjoint:
        one.editing.edit("attention", record, ["wait_min=7"], one.person.id)
        other.editing.edit("attention", record, ["education=MEDIA_COM"], other.person.id)
    pairs = (
        ("programme=RSH", "programme=PGU"),
        ("residence_comuna=13110", "residence_comuna=13201"),
        ("outcome=guided", "outcome=withdrawn"),
    )
    for record, (mine, theirs) in zip(clashing, pairs, strict=True):
        one.editing.edit("attention", record, [mine], one.person.id)
        other.editing.edit("attention", record, [theirs], other.person.id)
    day.counts["ediciones en campos distintos"] = 2 * len(disjoint)
    day.counts["ediciones enfrentadas"] = 2 * len(clashing)
    day.say(f"Sin red, dos equipos corrigen {len(disjoint) + len(clashing)} atenciones comunes.")


def _plain(laptop: OpenLaptop, record: str) -> bool:
    shown = laptop.store.shown("attention", record)
    return shown is not None and shown.fields.get("type") in {"enquiry", "guidance"}


def close_outings(day: Day) -> None:
    """Each laptop closes its outing: the acta is signed and the seed of the draw revealed."""
    for laptop, outing in zip(day.field_laptops, day.outings, strict=True):
        session = laptop.outings.close(outing, laptop.person.id)
        day.say(f"{laptop.laptop.label} cierra {session.code} con su acta.")


def synchronise(day: Day, laptop: OpenLaptop) -> None:
    """Synchronise as a person would in bad weather: try again until it gets through."""
    for _ in range(TRIES):
        try:
            outcome = laptop.sync_day.run(lambda _: None, lambda: False)
        except ServiceError as error:
            if error.exit != 3:  # noqa: PLR2004 - the environment: the road, not the message
                raise
            day.counts["sincronizaciones cortadas y repetidas"] = (
                day.counts.get("sincronizaciones cortadas y repetidas", 0) + 1
            )
            continue
        day.say(
            f"{laptop.laptop.label} sincroniza: entrega {outcome.sent}, recibe {outcome.received},"
            f" conflictos {outcome.conflicts}, en cuarentena {outcome.quarantined}."
        )
        return
    raise ServiceError("central_down")


@contextmanager
def bad_weather(day: Day) -> Iterator[None]:
    """While it lasts messages are lost, repeated and cut."""
    day.weather.losses, day.weather.repeats = LOSSES, REPEATS
    yield
    day.weather.losses = day.weather.repeats = 0.0


def settle(day: Day) -> int:
    """The coordinator looks at each conflict and decides: keep one, the other, or write."""
    found = day.office.conflicts.open()
    words = ValueWords(day.catalogues, {})
    for number, conflict in enumerate(found):
        day.say(f"Conflicto en {conflict.title}, {conflict.folio}")
        for name in conflict.group:
            if conflict.kept.get(name) != conflict.other.get(name):
                kept = words.value(conflict.kind, name, conflict.kept.get(name))
                other = words.value(conflict.kind, name, conflict.other.get(name))
                day.say(f"  {words.field(conflict.kind, name)}: rige «{kept}», el otro cambio dice «{other}»")
        choice = ("kept", "other", "written")[number % CLASHES]
        if choice == "written" and conflict.group[0] == "outcome":
            day.office.conflicts.resolve(
                conflict, day.office.person.id, values={"outcome": "informed", "oriented_institution": None}
            )
        else:
            day.office.conflicts.resolve(conflict, day.office.person.id, keep="kept" if choice == "kept" else "other")
        day.say(f"  La coordinación decide: {DECISIONS[choice]}.")
    return len(found)


def judge(day: Day, settled: int) -> None:
    """Look at every promise."""
    waiting = sum(laptop.status.now().quarantined for laptop in day.field_laptops)
    held = day.promises
    held.append(everything_has_a_receipt(day.everyone, waiting=1))
    held.append(
        Promise("El centro apartó un registro y no detuvo a los demás", waiting == 1, f"{waiting} en cuarentena")
    )
    still_open = [len(laptop.conflicts.open()) for laptop in day.everyone.values()]
    held.append(
        Promise(
            "Los tres conflictos se mostraron y quedaron decididos en todos los equipos",
            settled == CLASHES and not any(still_open),
            f"{settled} decididos, {sum(still_open)} abiertos",
        )
    )
    held.extend(laptop_agrees_with_the_centre(laptop) for laptop in day.everyone.values())
    held.append(_no_attention_was_lost(day))
    held.append(_the_draw_recomputes(day))


def _no_attention_was_lost(day: Day) -> Promise:
    known = {r.record for r in day.office.store.select("attention")}
    mine = {r.record for laptop in day.field_laptops for r in laptop.store.select("attention") if r.made_here}
    missing = mine - known
    return Promise(
        "Ninguna atención se perdió ni se duplicó",
        len(mine) == day.plan.attentions and len(missing) == 1,
        f"{len(mine)} registradas, {len(known)} en la coordinación y {len(missing)} en cuarentena",
    )


def _the_draw_recomputes(day: Day) -> Promise:
    found = [day.office.survey.verify(outing) for outing in day.outings]
    checked, wrong = sum(f.checked for f in found), sum(len(f.mismatches) for f in found)
    day.counts["sorteadas para la encuesta"] = sum(f.selected for f in found)
    return Promise(
        "Cada sorteo se recalcula desde la semilla revelada",
        checked > 0 and wrong == 0,
        f"{checked} sorteos, {wrong} distintos",
    )


def _working_hours() -> tuple[datetime, datetime]:
    """The last hours, all within today in Santiago."""
    now = system_clock().now()
    midnight = santiago(now).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=SANTIAGO)
    return max(now - timedelta(hours=6), midnight), now


def _with_a_programme_that_the_centre_does_not_know(catalogues: Catalogues) -> Catalogues:
    """A laptop may have a newer catalogue than the centre: what it writes with it waits, and nothing is lost."""
    known = catalogues.programmes.entries[0]
    newer = replace(known, code=NEW_PROGRAMME, label="Fondo de Ferias 2027")
    return replace(catalogues, programmes=Catalogue[Programme]((*catalogues.programmes.entries, newer)))
