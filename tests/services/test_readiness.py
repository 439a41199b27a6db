"""What is looked at before an outing opens: each finding warns, and only what makes registering unsafe blocks."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from terreno_app.desktop import OpenLaptop
from terreno_app.domain.attention import AttentionDraft
from terreno_app.services.doctor import Check
from terreno_app.services.outings import seed_key
from terreno_app.services.readiness import LOOKED_AT, Readiness
from terreno_app.services.status import LAST_SYNC
from terreno_app.storage.errors import DiskFullError
from tests.factories import OFFICER, FixedClock, catalogues

PLAN = {"kind": "outing", "planned_on": "2026-11-21", "comuna": "13110", "place_name": "Plaza"}


def looked(laptop: OpenLaptop, outing: str = "none", **machine: Callable[[], Any]) -> dict[str, Check]:
    around = replace(laptop.readiness._machine, **machine)
    readiness = Readiness(laptop.store, catalogues(), laptop.clock, around)
    told: list[Check] = []
    found = readiness.examine(outing, lambda: ("Térmica", "Láser"), told.append, lambda: False)
    assert tuple(told) == found
    return {check.name: check for check in found}


def test_everything_is_looked_at_in_order_and_nothing_is_left_behind(laptop: OpenLaptop) -> None:
    before = sorted(file.name for file in laptop.folder.path.iterdir())

    found = looked(laptop)

    assert list(found) == [name for name, _ in LOOKED_AT]
    assert not any(check.blocks for check in found.values())
    assert found["printer"].detail == "Térmica y 1 más"
    assert found["clock"].ok
    assert found["database"].detail == "Íntegra"
    assert sorted(file.name for file in laptop.folder.path.iterdir()) == before


def test_the_backup_is_tried_and_brings_every_record_back(stand: OpenLaptop) -> None:
    stand.attentions.register(AttentionDraft({"type": "enquiry", "topic": "salud"}), OFFICER)

    found = looked(stand)

    assert found["backup"].ok
    assert found["backup"].detail == f"Ensayado: devuelve {stand.status.now().total} registros"


def test_a_backup_that_cannot_be_written_warns_and_blocks_nothing(laptop: OpenLaptop) -> None:
    def full() -> int:
        raise DiskFullError

    found = looked(laptop, rehearse_backup=full)

    assert not found["backup"].ok
    assert not found["backup"].blocks
    assert found["backup"].detail == "El disco está lleno."
    assert found["seed"].ok


@pytest.mark.parametrize(
    ("machine", "name", "detail"),
    [
        pytest.param({"faults": lambda: ("page 3",)}, "database", "1 falla", id="damage"),
        pytest.param({"faults": lambda: ("a", "b")}, "database", "2 fallas", id="more damage"),
        pytest.param({"free_bytes": lambda: 12 * 2**20}, "disk", "12 MB libres", id="no room"),
        pytest.param({"folios_used": lambda: 999_999}, "folios", "Quedan 0 este año", id="no folios"),
    ],
)
def test_what_makes_registering_unsafe_blocks(laptop: OpenLaptop, machine: Any, name: str, detail: str) -> None:
    found = looked(laptop, **machine)

    assert (found[name].ok, found[name].blocks, found[name].detail) == (False, True, detail)


def test_a_database_that_cannot_be_looked_at_blocks_too(laptop: OpenLaptop) -> None:
    def broken() -> tuple[str, ...]:
        raise OSError(5, "input/output error")

    found = looked(laptop, faults=broken)

    assert found["database"].blocks


@pytest.mark.parametrize(
    ("machine", "name", "detail"),
    [
        pytest.param({"free_bytes": lambda: 300 * 2**20}, "disk", "300 MB libres", id="little room"),
        pytest.param({"folios_used": lambda: 999_100}, "folios", "Quedan 899 este año", id="few folios"),
        pytest.param({"clock_offset_ms": lambda: -1_320_000}, "clock", "22 min de diferencia con el centro", id="hour"),
        pytest.param({"officers": lambda: (OFFICER,)}, "officers", "1 persona puede abrir", id="one key"),
    ],
)
def test_what_a_person_should_look_at_warns(laptop: OpenLaptop, machine: Any, name: str, detail: str) -> None:
    found = looked(laptop, **machine)

    assert (found[name].ok, found[name].blocks, found[name].detail) == (False, False, detail)
    assert found[name].next


def test_two_people_with_a_key_and_room_are_nothing_to_mend(laptop: OpenLaptop) -> None:
    found = looked(laptop, officers=lambda: (OFFICER, "b"), free_bytes=lambda: 3 * 2**30)

    assert (found["officers"].ok, found["officers"].detail) == (True, "2 personas pueden abrir")
    assert (found["disk"].ok, found["disk"].detail) == (True, "3 GB libres")


@pytest.mark.parametrize(
    ("team", "words"),
    [
        pytest.param(["01990000-0000-7000-8000-00000000000a"], "a 1 persona del equipo le falta su llave", id="one"),
        pytest.param(
            ["01990000-0000-7000-8000-00000000000a", "01990000-0000-7000-8000-00000000000b"],
            "a 2 del equipo les falta su llave",
            id="two",
        ),
    ],
)
def test_a_team_without_keys_is_told_before_it_leaves(laptop: OpenLaptop, team: list[str], words: str) -> None:
    planned = laptop.paper.register_one({**PLAN, "team": [OFFICER, *team]}, OFFICER)

    found = looked(laptop, planned.id)

    assert not found["officers"].ok
    assert words in found["officers"].detail


def test_a_clock_before_the_last_synchronisation_is_told(laptop: OpenLaptop, clock: FixedClock) -> None:
    with laptop.store.transaction() as write:
        write.put_meta(LAST_SYNC, "2026-11-22T15:00:00.000Z")

    found = looked(laptop)

    assert not found["clock"].ok
    assert "antes de la última sincronización" in found["clock"].detail


def test_an_unusual_hour_is_told(laptop: OpenLaptop, clock: FixedClock) -> None:
    clock.move(hours=12)

    found = looked(laptop)

    assert "una hora inusual" in found["clock"].detail


@pytest.mark.parametrize(
    ("last", "ok", "words"),
    [
        pytest.param("2026-11-18T15:00:00.000Z", True, "al 18-11-2026", id="fresh"),
        pytest.param("2026-09-18T15:00:00.000Z", False, "al 18-09-2026", id="old"),
    ],
)
def test_catalogues_are_as_old_as_the_last_synchronisation(laptop: OpenLaptop, last: str, ok: bool, words: str) -> None:
    with laptop.store.transaction() as write:
        write.put_meta(LAST_SYNC, last)

    found = looked(laptop)["catalogues"]

    assert found.ok is ok
    assert words in found.detail


def test_holidays_that_end_soon_or_are_missing_are_told(laptop: OpenLaptop, clock: FixedClock) -> None:
    bare = Readiness(laptop.store, replace(catalogues(), holidays=()), clock, laptop.readiness._machine)
    now = looked(laptop)["holidays"]
    clock.move(days=3_000)

    later = looked(laptop)["holidays"]
    (none,) = (one for one in bare.examine("x", tuple, lambda _: None, lambda: False) if one.name == "holidays")

    assert (now.ok, later.ok, none.ok) == (True, False, False)


def test_no_printer_says_what_to_do_instead(laptop: OpenLaptop) -> None:
    checks = laptop.readiness.examine("x", tuple, lambda _: None, lambda: False)
    one = laptop.readiness.examine("x", lambda: ("Térmica",), lambda _: None, lambda: False)

    assert next(check for check in checks if check.name == "printer").next.startswith("Conéctela")
    assert next(check for check in one if check.name == "printer").detail == "Térmica"


def test_the_look_stops_when_the_person_leaves(laptop: OpenLaptop) -> None:
    told: list[Check] = []

    laptop.readiness.examine("x", tuple, told.append, lambda: len(told) == 2)

    assert [check.name for check in told] == ["clock", "disk"]


def test_the_seed_is_committed_by_the_opening_and_a_changed_one_is_found(stand: OpenLaptop) -> None:
    session = stand.outings.current()
    assert session is not None
    before, committed = stand.readiness.seed("another"), stand.readiness.seed(session.outing)

    with stand.store.transaction() as write:
        write.put_meta(seed_key(session.session), "00" * 32)
    changed = stand.readiness.seed(session.outing)

    assert before.detail == "Se sortea y se compromete al abrir"
    assert committed.ok
    assert committed.detail.startswith("Comprometida a las")
    assert not changed.ok
    assert not changed.blocks
