"""Values as the services of the office give them, to be changed where a test is about it."""

from base64 import b64decode
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

from terreno_app.domain.acta import ActaSheet, DayFigures
from terreno_app.domain.catalogues import Catalogues
from terreno_app.domain.outing import Material
from terreno_app.domain.reports.report import Report
from terreno_app.paths import resources
from terreno_app.services.conflicts import ConflictView
from terreno_app.services.laptop import Laptop, Person
from terreno_app.services.outings import OutingRow
from terreno_app.services.status import StatusView
from terreno_app.services.sync_day import SyncProblem
from terreno_app.storage.resources import load_catalogues
from terreno_app.ui.theme import Theme, load_fonts, load_theme

NOW = datetime(2026, 11, 21, 21, 42, 10, tzinfo=UTC)
PAULA = Person("00000000-0000-7000-8000-00000000aa01", "Paula Vergara Mena", "coordinator")
MARCELA = "00000000-0000-7000-8000-00000000aa02"
IVAN = "00000000-0000-7000-8000-00000000aa03"
PEOPLE = {PAULA.id: PAULA.name, MARCELA: "Marcela Soto Henríquez", IVAN: "Iván Cárdenas Rojas"}


@cache
def catalogues() -> Catalogues:
    return load_catalogues(resources())


def a_laptop(role: str = "coordination") -> Laptop:
    return Laptop("00000000-0000-7000-8000-0000000000d7", "T07", role, "13", "https://oirs.example")


def a_theme(name: str = "light", scale: float = 1.0) -> Theme:
    load_fonts(resources())
    return load_theme(resources(), name, scale=scale)


def a_status(**changes: Any) -> StatusView:
    return replace(StatusView(84, 26, 58, 3, 1, "2026-11-21T15:50:31.000Z", "e1", 26), **changes)


def a_problem(**changes: Any) -> SyncProblem:
    usual = SyncProblem(
        kind="attention",
        record="00000000-0000-7000-8000-000000000142",
        folio="T07-2026-000142-7",
        reason="unknown_code",
        happened="El registro usa un código que el centro no conoce.",
        safe="El registro y su folio siguen guardados aquí y también en la cuarentena del centro.",
        next="Corríjalo y sincronice, o pida a la coordinación que lo libere o lo rechace.",
        op="00000000-0000-7000-8000-0000000f0142",
    )
    return replace(usual, **changes)


def a_conflict(**changes: Any) -> ConflictView:
    usual = ConflictView(
        id="op-1/programme",
        kind="attention",
        record="00000000-0000-7000-8000-000000000140",
        title="Consulta · Subsidio Familiar (SUF)",
        folio="T07-2026-000140-1",
        group=("programme",),
        before={"programme": None},
        kept={"programme": "PGU"},
        other={"programme": "SUF"},
        kept_author=MARCELA,
        other_author=IVAN,
        kept_author_name=PEOPLE[MARCELA],
        other_author_name=PEOPLE[IVAN],
        kept_at="2026-11-21T16:05:00.000Z",
        other_at="2026-11-21T19:05:00.000Z",
        state="open",
        seen={"programme": "op-0"},
        mine=False,
        newer=False,
    )
    return replace(usual, **changes)


def a_report(*, period: str = "2026-11", empty: bool = False, **changes: Any) -> Report:
    """A small month: 7 attentions of women, 3 of men, 1 that was not asked."""
    by_sex = [] if empty else [("F", 7), ("M", 3), ("NS", 1)]
    tables: dict[str, Any] = {
        "type_by_sex": [{"type": "enquiry", "sex": sex, "n": n} for sex, n in by_sex],
        "topic_by_sex": [{"topic": "pensiones", "sex": sex, "n": n} for sex, n in by_sex],
        "residence_comuna": [
            {"residence_comuna": code, "n": n} for code, n in (("13109", 4), ("13121", 5), ("NS", 1)) if not empty
        ],
        "outings": [
            {
                "outing": "x",
                "code": "S-T07-2026-003",
                "planned_on": "2026-11-21",
                "comuna": "13121",
                "attentions": 11,
                "informed": 40,
            }
            for _ in range(not empty)
        ],
        "quality": {"voided": 0 if empty else 2, "back_captured": 0, "missing": {}},
    }
    totals = {
        "attentions": 0 if empty else 11,
        "persons": 0 if empty else 14,
        "informed": 0 if empty else 40,
        "outings_done": 0 if empty else 1,
        "outings_planned": 0 if empty else 2,
        "comunas_visited": 0 if empty else 1,
    }
    usual = Report(
        report="monthly_summary",
        period=period,
        filters={"space": None, "region": "13"},
        totals=totals,
        tables={**tables, **changes.pop("tables", {})},
        suppressed=False,
        cut_off={
            "generated_at": "2026-11-21T21:42:00.000Z",
            "source": "local",
            "devices_not_synced": 0,
            "feeds": {},
            **changes.pop("cut_off", {}),
        },
    )
    return replace(usual, **changes)


def an_outing(record: str, **changes: Any) -> OutingRow:
    usual = OutingRow(
        id=record,
        code=f"S-T07-2026-{record}",
        planned_on="2026-11-21",
        comuna="13121",
        comuna_name="Pedro Aguirre Cerda",
        place_name="Feria Libre Lo Valledor",
        status="planned",
        session=None,
        words="planificada",
    )
    return replace(usual, **changes)


A_PAGE = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8/5+hHgAHggJ/PchI7wAAAABJRU5ErkJggg==")
"""A page of one white point."""


def an_acta(**changes: Any) -> ActaSheet:
    """A day at the market, not signed yet."""
    usual = ActaSheet(
        code="S-T07-2026-003",
        label="T07",
        place="Feria Libre Lo Valledor, Pedro Aguirre Cerda",
        accessible=True,
        opened_at="2026-11-21T12:34:00.000Z",
        closed_at=None,
        goal=80,
        figures=DayFigures(83, 1, 109, 11, 79, 17, 14),
        informed={"material": 151, "talk": 32, "other": 15},
        materials=(Material("folletos", 150), Material("cartillas PGU", 40)),
        incidents="",
        team=("Marcela Soto Henríquez", "Rodrigo Paillán Cifuentes"),
        seed_held=True,
        root="7f3a91c4e80b5d226a1fc7e903b844d1" * 2,
        ops=84,
        without_receipt=50,
        signed_by="",
        signature="",
    )
    return replace(usual, **changes)
