"""`terreno demo`: one true day, from the plan to the printed month. It ends well only if every promise held."""

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Annotated, Any

import typer

from terreno_app.cli.demo import night, story
from terreno_app.cli.demo.centre import OwnCentre, named_centre
from terreno_app.cli.demo.pictures import choose_platform, take
from terreno_app.cli.demo.promises import Promise
from terreno_app.cli.options import AsJson
from terreno_app.cli.output import Output
from terreno_app.cli.window import ClosedLaptop
from terreno_app.desktop import shipped_catalogues, system_clock
from terreno_app.domain.clock import santiago_day
from terreno_app.domain.ids import Ids
from terreno_app.services.errors import ServiceError
from terreno_app.settings import Settings
from terreno_app.storage.files import FolderLock
from terreno_app.ui.application import run

app = typer.Typer(add_completion=False)

MARK = ".terreno-demo"
REPORT = "monthly_summary"


@app.command("demo")
def demo(
    out: Annotated[
        Path, typer.Option("--out", metavar="CARPETA", help="Carpeta de los resultados; se rehace cada vez.")
    ] = Path("out/demo"),
    seed: Annotated[int, typer.Option("--seed", help="Semilla de las personas y de la mala red.")] = 2026,
    attentions: Annotated[int, typer.Option("--attentions", min=40, help="Cuántas atenciones se registran.")] = 120,
    laptops: Annotated[int, typer.Option("--laptops", min=2, max=4, help="Cuántos equipos salen a terreno.")] = 2,
    central: Annotated[str | None, typer.Option("--central", metavar="URL", help="Un centro que ya funciona.")] = None,
    code: Annotated[
        list[str] | None, typer.Option("--code", help="Un código por equipo; el último, de coordinación.")
    ] = None,
    window: Annotated[bool, typer.Option("--window", help="Al terminar abre el escritorio sobre estos datos.")] = False,
    json: AsJson = False,
) -> int:
    """Vive un día completo: planificar, atender sin red, sincronizar, decidir conflictos, informar."""
    output = Output(as_json=json)
    codes = code or []
    if central is not None and len(codes) != laptops + 1:
        raise ServiceError("usage", what=f"con --central hacen falta {laptops + 1} códigos, el último de coordinación.")
    choose_platform(window=window)
    plan = story.Plan(out, seed, attentions, laptops)
    own = OwnCentre(out, story.PEOPLE[:laptops], story.COORDINATOR) if central is None else None
    centre = (
        own.serving()
        if own is not None
        else nullcontext(named_centre(str(central), codes, Ids(system_clock(), os.urandom)))
    )
    output.say("Se prepara el centro y se enrolan los equipos…")
    with (
        _ended_like_ctrl_c(),
        _in_place_of_the_former(out) as begin,
        centre as enrolments,
        story.morning(plan, enrolments, shipped_catalogues(), output.say) as day,
    ):
        begin()
        settled = _play(day, own)
        report = _publish(day, output)
        story.judge(day, settled)
        _play_the_night(day, own)
    held = all(promise.held for promise in day.promises)
    _tell(output, day, report, held=held)
    if window:
        office = out / "equipos" / str(laptops + 1)
        output.say(f"Se abre el escritorio de coordinación; su frase de paso está en {office / 'frase.txt'}")
        output.say("El centro de la demostración ya terminó: se puede mirar e informar, no sincronizar.")
        run(ClosedLaptop(office, system_clock(), Settings()))
    return 0 if held else 1


def _play(day: story.Day, own: OwnCentre | None) -> int:
    day.say("\nLa mañana: se planifica y se abren las salidas.")
    story.plan_outings(day)
    day.say("\nEn la calle, sin red.")
    day.weather.up = False
    story.attend(day, (0, 2))
    day.weather.up = True
    day.say("\nAl mediodía, una red mala.")
    with story.bad_weather(day):
        for laptop in (*day.field_laptops, *day.field_laptops):
            story.synchronise(day, laptop)
    if own is not None:
        own.backup(day.plan.out / "centro-mediodia.respaldo")
    day.say("\nPor la tarde, otra vez sin red.")
    day.weather.up = False
    story.disagree(day)
    story.attend(day, (1, 2))
    pictures = take(day.field_laptops[0], day.plan.out / "pantallas" / "terreno")
    story.close_outings(day)
    day.weather.up = True
    day.say("\nDe vuelta en la oficina.")
    with story.bad_weather(day):
        for laptop in (*day.field_laptops, day.office):
            story.synchronise(day, laptop)
    pictures += take(day.office, day.plan.out / "pantallas" / "oficina")
    settled = story.settle(day)
    for laptop in (day.office, *day.field_laptops, day.office):
        story.synchronise(day, laptop)
    day.say(f"\n{pictures} pantallas dibujadas en {day.plan.out / 'pantallas'}")
    return settled


def _play_the_night(day: story.Day, own: OwnCentre | None) -> None:
    """What may go wrong afterwards; only a centre of our own can lose its disk."""
    day.say("\nLa noche en que todo falla.")
    night.by_stick(day)
    with night.copied_disk(day) as copy:
        person = night.a_right(day)
        for laptop in (day.office, *day.field_laptops):
            story.synchronise(day, laptop)
        if own is not None:
            night.lost_centre(day, own, copy)
        night.judge(day, person)


def _publish(day: story.Day, output: Output) -> dict[str, Any]:
    """The month, from the laptop and from the centre: the same figures, or the day has failed."""
    period = santiago_day(system_clock().now()).isoformat()[:7]
    report = day.office.reports.build(REPORT, period, space="oirs_terreno")
    central = day.office.reports.build(REPORT, period, space="oirs_terreno", source="central")
    day.promises.append(
        Promise(
            "El mes da las mismas cifras en la coordinación y en el centro",
            report.digest == central.digest,
            f"huella {report.digest[:16]}",
        )
    )
    for form in ("pdf", "json"):
        trend = day.office.reports.trend(report) if form == "pdf" else ()
        day.office.publisher.save(report, day.plan.out / f"resumen-{period}.{form}", form, trend)
    output.say(f"\nInforme mensual: {day.plan.out / f'resumen-{period}.pdf'}")
    return report.to_json()


def _tell(output: Output, day: story.Day, report: dict[str, Any], *, held: bool) -> None:
    weather = {words: day.weather.seen[fate] for fate, words in story.FATES.items()}
    output.say("\nLo que pasó:")
    for words, count in {**day.counts, **weather}.items():
        output.say(f"  {count:5d}  {words}")
    output.say("\nLas promesas:")
    for promise in day.promises:
        output.say(f"  {'✓' if promise.held else '✗'} {promise.words}: {promise.detail}")
    output.say("\nTodo se cumplió." if held else "\nAlgo no se cumplió: vea las marcas ✗.")
    if output.as_json:
        output.line(
            {
                "held": held,
                "counts": day.counts,
                "weather": weather,
                "promises": [{"words": p.words, "held": p.held, "detail": p.detail} for p in day.promises],
                "digest": report["digest"],
                "totals": report["totals"],
                "out": str(day.plan.out),
            }
        )


@contextmanager
def _in_place_of_the_former(out: Path) -> Iterator[Callable[[], None]]:
    """An empty folder of our own, for us alone; a folder that holds anything else is never touched.

    What a former day left there is put aside. It comes back when this day is refused before it begins; the call that is
    given says that it has begun, and then the former one is thrown away.
    """
    if out.exists() and any(out.iterdir()) and not (out / MARK).exists():
        raise ServiceError("demo_folder")
    former = out.absolute().with_name(f".{out.absolute().name}.anterior")
    if there := out.exists():
        FolderLock(out / MARK).release()
        shutil.rmtree(former, ignore_errors=True)
        out.rename(former)
    begun = False

    def begin() -> None:
        nonlocal begun
        begun = True
        shutil.rmtree(former, ignore_errors=True)

    try:
        out.mkdir(parents=True)
        with FolderLock(out / MARK):
            yield begin
    finally:
        if not begun:
            shutil.rmtree(out, ignore_errors=True)
            if there:
                former.rename(out)


@contextmanager
def _ended_like_ctrl_c() -> Iterator[None]:
    """A closed terminal and a polite kill end the day as Ctrl+C does: no centre is left behind."""
    polite = [number for number in (signal.SIGTERM, getattr(signal, "SIGHUP", None)) if number is not None]
    before = {number: signal.signal(number, signal.default_int_handler) for number in polite}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
