"""The monthly summary on paper: which tables, in which words and order.

In: the report and the catalogues. Out: a `Paper` of finished Spanish text. Long tables are cut here, and only here;
the JSON of the report keeps every row.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from terreno_app.domain.catalogues import UNSAID, Catalogues
from terreno_app.domain.outlines import Outlines
from terreno_app.domain.reports.comparison import COMPARED
from terreno_app.domain.reports.counting import is_running
from terreno_app.domain.reports.monthly_summary import VOICES
from terreno_app.domain.reports.opinions import NAME as OPINIONS
from terreno_app.domain.reports.promptness import NAME as SYNCED
from terreno_app.domain.reports.referrals import SUMS
from terreno_app.domain.reports.report import Report
from terreno_app.domain.reports.trend import MonthFigure
from terreno_app.domain.spanish import (
    HIDDEN,
    counted,
    decimal,
    duration,
    fingerprint,
    number,
    percent,
    period_name,
    sentence,
    short_day,
)
from terreno_app.publish.cover import ISSUER, cover_facts, scope_words
from terreno_app.publish.monthly_profile import who_came
from terreno_app.publish.months import comparison_table, hour_columns, month_columns, since_the_month_before
from terreno_app.publish.paper import (
    Block,
    Figure,
    Figures,
    Line,
    Pair,
    Paper,
    Paragraph,
    Run,
    Section,
    Table,
)
from terreno_app.publish.tables import (
    Dimension,
    by_sex,
    chart,
    largest,
    names_of,
    nothing,
    shares,
    total,
)

ROLES = {"concerned": "Aludida", "oriented": "Orientada", "referred": "Derivada"}
LONGEST = 15
MOST_TOPICS = 6
OTHER_TOPICS = ("otro tema", "otros {} temas")
OTHER_INSTITUTIONS = ("otra institución", "otras {} instituciones")
MOST_COUNTRIES = 10
MOST_PROGRAMMES = 20
PEOPLE = 10_000
CHILE = "CL"
_OF_FEW = (
    "Hubo de 1 a 4 atenciones. La versión pública no dice nada más de ellas: quien lee podría reconocer a las personas."
)


def monthly_paper(
    report: Report, catalogues: Catalogues, outlines: Outlines, attached: str, trend: Sequence[MonthFigure] = ()
) -> Paper:
    """Lay out the report's figures as the blocks of its paper.

    Args:
        report: The figures.
        catalogues: The words.
        outlines: The comunas of the report's region; none, and there is no map.
        attached: What the PDF carries.
        trend: The months before and the report's own, oldest first; none, and they are not told.
    """
    return _MonthlyPaper(report, catalogues, outlines, trend).paper(attached)


class _MonthlyPaper:
    def __init__(
        self, report: Report, catalogues: Catalogues, outlines: Outlines, trend: Sequence[MonthFigure]
    ) -> None:
        self._trend = trend
        self._outlines = outlines
        self._report = report
        self._catalogues = catalogues
        self._tables = report.tables
        self._attentions = report.totals["attentions"]

    def paper(self, attached: str) -> Paper:
        report = self._report
        version = "versión pública" if report.suppressed else "versión interna"
        sections = [Section("Atenciones del período", self._summary())]
        if self._attentions:
            sections += [
                Section("Qué se preguntó", self._subjects()),
                Section("Quiénes consultaron", who_came(report, self._catalogues, self._outlines)),
            ]
        if said := report.cut_off.get(OPINIONS):
            sections.append(Section("Demandas y opiniones", tuple(self._opinions(said))))
        return Paper(
            title=("Resumen mensual", "de atenciones"),
            issuer=ISSUER,
            period=sentence(period_name(report.period)),
            scope=scope_words(report, self._catalogues),
            facts=cover_facts(report, self._catalogues),
            stamp=f"Huella {fingerprint(report.digest)} · {version}",
            made_at=report.cut_off["generated_at"],
            attached=attached,
            sections=(*sections, Section("Salidas, derivaciones y calidad", self._work())),
        )

    def _opinions(self, said: Sequence[Mapping[str, Any]]) -> Iterator[Block]:
        """What coordination wrote, and the quotes that it chose."""
        for row in said:
            space = self._label("space")(row["space"]) if row["space"] else "Todos los espacios"
            yield Paragraph((Run(f"{sentence(period_name(row['period']))} · {space}", strong=True),))
            for name, text in (("Demandas. ", row["demands"]), ("Opiniones. ", row["opinions"])):
                if text:
                    yield Paragraph((Run(name, strong=True), Run(text)))
            for quote in row["quotes"]:
                yield Paragraph((Run(f"«{quote}»"),), quiet=True)

    # How much, of what kind, with what result.

    def _summary(self) -> tuple[Block, ...]:
        if self._attentions == 0:
            empty = Paragraph((Run("No hay atenciones registradas en este período.", strong=True),))
            return self._figures(), empty
        compared = comparison_table(self._report.cut_off.get(COMPARED, ()), self._label("total"))
        if self._attentions is None:
            return self._figures(), Paragraph((Run(_OF_FEW),)), *compared, *month_columns(self._trend)
        return (
            self._figures(),
            self._sentence(),
            *compared,
            by_sex(
                Dimension("Tipo de atención y sexo registral", "Tipo", "type", self._label("type")),
                self._tables["type_by_sex"],
                self._attentions,
            ),
            *self._most_asked(),
            Pair((self._shares("Resultado", "outcome"),), (self._shares("Espacio de atención", "space", "spaces"),)),
            *month_columns(self._trend),
            *hour_columns(self._tables["hours"]),
        )

    def _most_asked(self) -> Iterator[Block]:
        """The themes by size; where a figure of one is hidden nobody can say which come first."""
        rows = self._tables["topic_by_sex"]
        if all(row["n"] is not None for row in rows):
            themes = Dimension(
                "Temas más consultados", "", "topic", self._label("topic"), OTHER_TOPICS, longest=MOST_TOPICS
            )
            yield chart(themes, rows, self._attentions)

    def _figures(self) -> Figures:
        totals = self._report.totals
        attentions, persons, informed = totals["attentions"], totals["persons"], totals["informed"]
        each = ""
        if attentions and persons:
            each = f"{100 * persons // attentions / 100:.2f} por atención".replace(".", ",")
        return Figures(
            (
                Figure(
                    number(attentions),
                    "atención" if attentions == 1 else "atenciones",
                    self._since_the_month_before() or "sin contar las anuladas",
                ),
                Figure(number(persons), "persona atendida" if persons == 1 else "personas atendidas", each),
                Figure(
                    number(informed),
                    "persona informada" if informed == 1 else "personas informadas",
                    f"conteo en {counted(totals['outings_done'], 'salida', 'salidas')}",
                ),
                Figure(
                    f"{number(totals['outings_done'])} de {number(totals['outings_planned'])}",
                    "salidas iniciadas",
                    f"en {counted(totals['comunas_visited'], 'comuna', 'comunas')}",
                ),
            )
        )

    def _since_the_month_before(self) -> str:
        """A month that is running has not fallen beside a whole one."""
        running = is_running(self._report.period, self._report.cut_off)
        return "" if running else since_the_month_before(self._trend)

    def _reading(self) -> Paragraph:
        reserved = "El asterisco es una cifra reservada. " if self._report.suppressed else ""
        return Paragraph(
            (
                Run("Cómo leer. ", strong=True),
                Run(
                    "Una atención puede reunir a más de una persona. Las personas informadas son un conteo del equipo "
                    "en terreno y no se suman a las atendidas. «Se niega» son quienes prefirieron no responder, y «sin "
                    f"dato», quienes no se preguntó. {reserved}Fuente: registro OIRS en Terreno, División de "
                    "Organizaciones Sociales."
                ),
            ),
            quiet=True,
        )

    def _sentence(self) -> Paragraph:
        period = self._report.period
        article = "el " if len(period) == len("2026") or "Q" in period else ""
        runs = [
            Run(f"En {article}{period_name(period)} se {'registró' if self._attentions == 1 else 'registraron'} "),
            Run(counted(self._attentions, "atención", "atenciones"), strong=True),
            Run(f" de {counted(self._report.totals['persons'], 'persona', 'personas')}."),
        ]
        for table, field, words in (
            ("type_by_sex", "type", "El tipo más frecuente fue"),
            ("topic_by_sex", "topic", "El tema más consultado fue"),
        ):
            first = largest(self._tables[table], field)
            if first is not None:
                share = percent(first[1], self._attentions)
                runs.append(Run(f" {words} «{self._label(field)(first[0])}» ({share})."))
        women = self._share_of_women()
        if women:
            runs.append(Run(f" Donde se registró el sexo, {women} de las atenciones fueron a mujeres."))
        return Paragraph(tuple(runs))

    def _share_of_women(self) -> str:
        sums: Counter[str] = Counter()
        for row in self._tables["type_by_sex"]:
            if row["n"] is None:
                return ""
            sums[row["sex"]] += row["n"]
        return percent(sums["F"], sum(n for sex, n in sums.items() if sex not in UNSAID))

    # Topics, programmes, institutions.

    def _subjects(self) -> tuple[Block, ...]:
        topics = Dimension(
            "Tema y sexo registral",
            "Tema",
            "topic",
            self._label("topic"),
            OTHER_TOPICS,
            longest=LONGEST,
        )
        programmes = Dimension(
            "Programas consultados",
            "Programa",
            "programme",
            self._label("programme"),
            ("otro", "otros {}"),
            longest=MOST_PROGRAMMES,
        )
        return (
            by_sex(topics, self._tables["topic_by_sex"], self._attentions),
            shares(programmes, self._tables["programme"], self._attentions),
            self._institutions(),
            self._voices(),
        )

    def _institutions(self) -> Table:
        rows: dict[str, dict[str, int | None]] = {}
        for row in self._tables["institution"]:
            rows.setdefault(row["institution"], {})[row["role"]] = row["n"]
        if not rows:
            return nothing("Instituciones")
        ranked = sorted(rows, key=lambda code: (-sum(n or 0 for n in rows[code].values()), code))
        name = self._label("institution")
        lines = tuple(
            Line((name(code), *(number(rows[code].get(role, 0)) for role in ROLES))) for code in ranked[:LONGEST]
        )
        cut = Dimension("", "", "", name, OTHER_INSTITUTIONS, longest=LONGEST).cut_note(ranked)
        return Table("Instituciones", ("Institución", *ROLES.values()), lines, note=cut)

    def _voices(self) -> Table:
        """Complaints, suggestions and commendations, by the institution that they are about."""
        title = "Reclamos, sugerencias y felicitaciones"
        rows: dict[str, dict[str, int | None]] = {}
        for row in self._tables["voices"]:
            rows.setdefault(row["institution"], {})[row["type"]] = row["n"]
        if not rows:
            return nothing(title)
        ranked = sorted(rows, key=lambda code: (-sum(n or 0 for n in rows[code].values()), code))
        name, kind = self._label("institution"), self._label("type")
        lines = tuple(
            Line((name(code), *(number(rows[code].get(one, 0)) for one in VOICES))) for code in ranked[:LONGEST]
        )
        cut = Dimension("", "", "", name, OTHER_INSTITUTIONS, longest=LONGEST).cut_note(ranked)
        return Table(title, ("Institución aludida", *map(kind, VOICES)), lines, note=cut)

    # What the teams did, and how good the data are.

    def _work(self) -> tuple[Block, ...]:
        steps = tuple(self._catalogues.labels.codes["referral_status"])
        referrals = self._shares(
            "Derivaciones por estado", "status", "referrals", code_list="referral_status", order=steps
        )
        told = Pair((referrals, self._steps()), (self._times(), self._quality()))
        return (
            self._outings(),
            *([] if self._attentions is None else [told]),
            self._reading(),
            Paragraph((Run("Huella completa. ", strong=True), Run(self._report.digest)), quiet=True),
        )

    def _outings(self) -> Table:
        rows = self._tables["outings"]
        if not rows:
            return nothing("Salidas a terreno")
        comuna = self._label("comuna")
        lines = tuple(
            Line(
                (
                    short_day(row["planned_on"]),
                    row["code"] or "",
                    ", ".join(filter(None, (comuna(row["comuna"]) if row["comuna"] else "", row["place"]))),
                    number(row["officers"]),
                    decimal(row["hours"]),
                    number(row["attentions"]),
                    HIDDEN if row["attentions"] is None else decimal(row["per_hour"]),
                    number(row["informed"]),
                    number(row["incidents"]),
                )
            )
            for row in rows
        )
        return Table(
            "Salidas a terreno",
            ("Fecha", "Código", "Comuna y lugar", "Equipo", "Horas", "Atenc.", "Por hora", "Inform.", "Incid."),
            lines,
            note="Cada salida está en el mes de su fecha planificada, con todas sus atenciones. Equipo: quienes "
            "abrieron sus jornadas. Horas: de la apertura al cierre; las de varias jornadas a la vez cuentan "
            "una sola vez. Incid.: jornadas con algún incidente anotado.",
            text_columns=3,
            strong_column=5,
        )

    def _steps(self) -> Table:
        steps: dict[str, Any] = self._tables["referral_steps"]
        if not steps["referrals"] and not self._report.suppressed:
            return nothing("Avance de las derivaciones")
        labels = self._catalogues.labels
        lines = [Line((labels.figure("figure", step), number(steps[step]))) for step in SUMS]
        days = steps["days_p50"]
        nobody = days is None and not self._report.suppressed
        lines.append(Line((labels.figure("figure", "days_p50"), "–" if nobody else number(days))))
        return Table(
            "Avance de las derivaciones",
            ("Paso", "N.º"),
            tuple(lines),
            note="Un paso incluye los siguientes. Vencidas: su plazo pasó, al fin del período, sin respuesta.",
            strong_column=1,
        )

    def _times(self) -> Table:
        times = self._tables["times"]

        def minutes(value: int | None) -> str:
            return "–" if value is None else f"{number(value)} min"

        return Table(
            "Tiempos",
            ("Medida", "Mediana", "Percentil 90"),
            (
                Line(("Espera", minutes(times["wait_min_p50"]), minutes(times["wait_min_p90"]))),
                Line(("Duración", duration(times["duration_s_p50"]), duration(times["duration_s_p90"]))),
            ),
        )

    def _quality(self) -> Table:
        quality: dict[str, Any] = self._tables["quality"]
        paper, missing = quality["back_captured"], quality["missing"]
        lines = [
            Line(("Anuladas, fuera de las demás cifras", number(quality["voided"]), self._voided_share())),
            Line(("Traspasadas desde papel", number(paper), percent(paper, self._attentions))),
        ]
        if merged := self._report.cut_off.get("duplicates"):
            lines.append(Line(("Salidas repetidas, contadas una vez", number(merged), "")))
        if soon := self._report.cut_off.get(SYNCED):
            lines.append(
                Line(("Recibidas por el centro en 24 horas", number(soon["n"]), percent(soon["n"], soon["of"])))
            )
        for field in sorted(missing, key=lambda field: (-(missing[field] or 0), field)):
            label = self._catalogues.labels.field("attention", field)
            n = missing[field]
            words = f"No se preguntó: {label[:1].lower()}{label[1:]}"
            lines.append(Line((words, number(n), percent(n, self._attentions))))
        return Table("Calidad del registro", ("Registro", "N.º", "%"), tuple(lines), strong_column=1)

    def _voided_share(self) -> str:
        """Of all that were registered, how many were voided."""
        voided = self._tables["quality"]["voided"]
        return percent(voided, total((voided, self._attentions)))

    # What several tables share.

    def _label(self, code_list: str) -> Callable[[str], str]:
        return names_of(self._catalogues, code_list)

    def _shares(
        self, title: str, field: str, table: str = "", code_list: str = "", order: tuple[str, ...] = ()
    ) -> Table:
        rows = self._tables[table or field]
        base = total(row["n"] for row in rows) if table == "referrals" else self._attentions
        name = self._label(code_list or field)
        return shares(Dimension(title, title.split(maxsplit=1)[0], field, name, order=order), rows, base)
