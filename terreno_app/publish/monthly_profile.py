"""Who came in the month, on paper: ages, comunas and their map, nationality, studies, occupation, sensitive answers.

In: the monthly summary and the catalogues. Out: blocks of finished Spanish text. Long tables are cut, and say so.
"""

from collections.abc import Callable
from dataclasses import replace

from terreno_app.domain.catalogues import UNSAID, Catalogues
from terreno_app.domain.outlines import Outlines
from terreno_app.domain.reports.counting import tenths
from terreno_app.domain.reports.grids import beside
from terreno_app.domain.reports.report import Report
from terreno_app.domain.reports.sensitive import NAME as SENSITIVE
from terreno_app.domain.spanish import decimal, number, percent
from terreno_app.publish.paper import Block, Line, Pair, Paragraph, Run, Table
from terreno_app.publish.region_map import comuna_map
from terreno_app.publish.tables import Dimension, by_sex, consent_note, names_of, total, valid_shares

LONGEST = 15
OTHER_COMUNAS = ("otra comuna", "otras {} comunas")
OTHER_COUNTRIES = ("otro país", "otros {} países")
MOST_COUNTRIES = 10
PEOPLE = 10_000
CHILE = "CL"


def who_came(report: Report, catalogues: Catalogues, outlines: Outlines) -> tuple[Block, ...]:
    """Lay out the profile of those who were attended.

    Args:
        report: The figures.
        catalogues: The words, and how many people live in a comuna.
        outlines: The comunas of the report's region; none, and there is no map.
    """
    return _Profile(report, catalogues, outlines).blocks()


class _Profile:
    def __init__(self, report: Report, catalogues: Catalogues, outlines: Outlines) -> None:
        self._report, self._catalogues, self._outlines = report, catalogues, outlines
        self._tables = report.tables
        self._attentions = report.totals["attentions"]

    def blocks(self) -> tuple[Block, ...]:
        ages = Dimension(
            "Tramo de edad y sexo registral",
            "Tramo",
            "age_band",
            self._label("age_band"),
            order=tuple(self._catalogues.age_bands.by_code),
        )
        levels = tuple(self._catalogues.education_levels.by_code)
        left = (
            self._residence(),
            self._nationality(),
        )
        right = (
            self._valid("Nivel educacional", "Nivel", "education", "education", order=levels),
            self._valid("Tipo de usuario/a", "Tipo", "user_type", "user_type"),
            self._valid("Ocupación", "Ocupación", "occupation", "occupation"),
        )
        reading = (
            "Los porcentajes del perfil son de los datos válidos, sin «prefiere no responder» ni «no se preguntó». "
            "Las personas que residen en otro país no están en la tabla de comunas."
        )
        return (
            by_sex(ages, self._tables["age_band_by_sex"], self._attentions),
            *self._map(),
            Pair(left, right),
            *self._sensitive(),
            Paragraph((Run(reading),), quiet=True),
        )

    def _residence(self) -> Table:
        """Where people live, and how many of each ten thousand who live there that is."""
        base = self._valid("Comuna de residencia", "Comuna", "residence_comuna", "comuna", OTHER_COMUNAS)
        if not base.lines:
            return base
        people = {comuna.label: comuna.population for comuna in self._catalogues.comunas}
        label = self._label("comuna")
        counts = {label(row["residence_comuna"]): row["n"] for row in self._tables["residence_comuna"]}

        def rate(name: str) -> str:
            n, lived = counts.get(name), people.get(name)
            return decimal(tenths(PEOPLE * n, lived)) if n is not None and lived else ""

        lines = tuple(Line((*line.cells, rate(line.cells[0]))) for line in base.lines)
        note = f"{base.note} Tasa: atenciones por 10.000 habitantes, Censo 2024 (INE).".strip()
        return replace(base, head=(*base.head, "Tasa"), lines=lines, note=note)

    def _nationality(self) -> Table:
        """The countries with most people, and how many are of Chile and of any other."""
        base = self._valid("Nacionalidad", "País", "nationality", "country", OTHER_COUNTRIES, longest=MOST_COUNTRIES)
        counts = {
            row["nationality"]: row["n"] for row in self._tables["nationality"] if row["nationality"] not in UNSAID
        }
        own = counts.get(CHILE, 0)
        foreign = total(n for code, n in counts.items() if code != CHILE)
        return replace(base, note=f"Chilena: {number(own)}. Extranjera: {number(foreign)}.") if counts else base

    def _sensitive(self) -> tuple[Block, ...]:
        """Answers that only those gave who consented; a group of few is an asterisk in every version."""
        grid = next((one for one in beside(self._report, self._catalogues.labels) if one.key == SENSITIVE), None)
        if grid is None:
            return ()
        asked = self._report.cut_off[SENSITIVE]["asked"]
        lines = tuple(
            Line((names[0], names[1], number(row[2]), percent(row[2], asked)))
            for row, names in zip(grid.rows, grid.names, strict=True)
        )
        note = consent_note(asked)
        head = ("Pregunta", "Respuesta", "N.º", "%")
        return (Table(grid.title, head, lines, note=note, text_columns=2, strong_column=2),)

    def _map(self) -> tuple[Block, ...]:
        if not self._outlines:
            return ()
        counts = {row["residence_comuna"]: row["n"] for row in self._tables["residence_comuna"]}
        names = {comuna.code: comuna.label for comuna in self._catalogues.comunas}
        return (comuna_map("Dónde viven", self._outlines, counts, names),)

    def _label(self, code_list: str) -> Callable[[str], str]:
        return names_of(self._catalogues, code_list)

    def _valid(
        self,
        title: str,
        head: str,
        field: str,
        code_list: str,
        rest: tuple[str, str] = ("otro", "otros {}"),
        *,
        order: tuple[str, ...] = (),
        longest: int = LONGEST,
    ) -> Table:
        dimension = Dimension(title, head, field, self._label(code_list), rest, order, longest)
        return valid_shares(dimension, self._tables[field])
