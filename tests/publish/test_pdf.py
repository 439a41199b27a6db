import io
from dataclasses import replace
from typing import Any

import pytest
from openpyxl import load_workbook
from pypdf import PageObject, PdfReader

from terreno_app.domain.catalogues import Catalogues
from terreno_app.domain.reports import annual, coverage, diagnosis, pmg, satisfaction
from terreno_app.domain.reports.report import Report
from terreno_app.domain.reports.suppression import for_the_public
from terreno_app.domain.reports.trend import MonthFigure, months
from terreno_app.domain.spanish import fingerprint
from terreno_app.publish.figures_inside import figures_inside
from terreno_app.publish.figures_paper import widths
from terreno_app.publish.monthly_paper import monthly_paper
from terreno_app.publish.months import month_columns, since_the_month_before
from terreno_app.publish.publisher import Publisher
from tests.domain.reports.records import (
    a_goal,
    a_referral,
    a_report,
    a_session,
    an_attention,
    an_outing,
    lived,
    the_summary,
)


def a_month(**scope: Any) -> Report:
    outings = [an_outing(id=f"o{n}", code=f"S-T07-2026-{n:03}", comuna="13101") for n in range(3)]
    attentions = [
        an_attention(
            sex=sex,
            type=kind,
            outing="o0",
            age_band="T30_44",
            residence_comuna="13109",
            nationality="CL",
            education="MEDIA_COM",
            occupation="works",
            programme="PGU",
            wait_min=5,
            duration_s=431,
            concerned_institution="IPS",
        )
        for sex, kind, times in (
            ("F", "enquiry", 700),
            ("M", "complaint", 500),
            ("X", "enquiry", 7),
            ("NR", "enquiry", 27),
        )
        for _ in range(times)
    ]
    return the_summary(
        [
            *outings,
            a_session(outings[0], informed_count={"material": 6480}),
            *attentions,
            a_referral(attentions[0], institution="SERVIU", status="sent"),
        ],
        **scope,
    )


def pages_of(pdf: bytes) -> list[str]:
    pages = (page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return [" ".join(page.replace("\u00a0", " ").split()) for page in pages]


def spans_of(page: PageObject) -> list[tuple[str, float, float, float]]:
    """What a page writes, how far from the left and from below, and in which size."""
    found: list[tuple[str, float, float, float]] = []

    def take(text: str, page_at: list[float], text_at: list[float], _font: Any, size: float) -> None:
        (a, b, c, d, e, f), x, y = page_at, text_at[4], text_at[5]
        found.append((text.strip(), a * x + c * y + e, b * x + d * y + f, size))

    page.extract_text(visitor_text=take)
    return [one for one in found if one[0]]


def text_of(pdf: bytes) -> str:
    return " ".join(pages_of(pdf))


def test_the_paper_is_headed_by_the_ministry_and_says_period_scope_and_digest(publisher: Publisher) -> None:
    report = a_month(region="13", space="oirs_terreno")

    text = text_of(publisher.pdf(report))

    for words in (
        "Ministerio Secretaría General de Gobierno",
        "División de Organizaciones Sociales",
        "Resumen mensual",
        "Noviembre de 2026",
        "OIRS en Terreno · Región Metropolitana de Santiago",
        fingerprint(report.digest),
        report.digest,
        "versión interna",
        "1 de diciembre de 2026, 09:00",
    ):
        assert words in text


def test_figures_are_written_as_chile_writes_them(publisher: Publisher) -> None:
    text = text_of(publisher.pdf(a_month()))

    assert "1.234" in text
    assert "6.480" in text
    assert "59,5 %" in text
    assert "58,0 % de las atenciones fueron a mujeres" in text
    assert "7 min 11 s" in text


def test_every_table_is_on_paper_in_words_and_not_in_codes(publisher: Publisher) -> None:
    text = text_of(publisher.pdf(a_month()))

    for words in (
        "Tipo de atención y sexo registral",
        "Temas más consultados",
        "Programas consultados",
        "Pensión Garantizada Universal",
        "Instituciones",
        "Reclamos, sugerencias y felicitaciones",
        "Objetivo estratégico 1",
        "Resultado",
        "Espacio de atención",
        "Tramo de edad y sexo registral",
        "Comuna de residencia",
        "Nacionalidad",
        "Chile",
        "Nivel educacional",
        "Tipo de usuario/a",
        "Ocupación",
        "Salidas a terreno",
        "S-T07-2026-001",
        "Santiago",
        "Derivaciones por estado",
        "Avance de las derivaciones",
        "Hora del día",
        "12 h",
        "Enviada",
        "Tiempos",
        "Calidad del registro",
        "No binario",
        "Reclamo",
    ):
        assert words in text
    assert "complaint" not in text
    assert "T30_44" not in text


def test_the_file_is_tagged_and_has_a_title_a_language_and_numbered_pages(publisher: Publisher) -> None:
    reader = PdfReader(io.BytesIO(publisher.pdf(a_month())))

    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"].lower() == "es-cl"
    assert reader.metadata is not None
    assert reader.metadata.title == "Resumen mensual de atenciones, noviembre de 2026"
    assert f"2 de {len(reader.pages)}" in reader.pages[1].extract_text().replace("\u00a0", " ")


def test_only_the_shipped_font_is_used(publisher: Publisher) -> None:
    reader = PdfReader(io.BytesIO(publisher.pdf(a_month())))

    fonts = {
        str(font.get_object()["/BaseFont"])
        for page in reader.pages
        for font in page["/Resources"].get_object()["/Font"].get_object().values()
    }
    assert fonts
    assert all("PublicSans" in font for font in fonts)


def test_the_same_report_gives_the_same_bytes(publisher: Publisher) -> None:
    report = a_month()

    assert publisher.pdf(report) == publisher.pdf(report)


def test_an_empty_month_says_so(publisher: Publisher) -> None:
    text = text_of(publisher.pdf(the_summary([])))

    assert "No hay atenciones registradas en este período." in text
    assert "Sin registros en este período." in text


@pytest.mark.parametrize(
    "name",
    [
        "oficina@msgg.gob.cl",
        "#panic() #let x = 1",
        "$x^2$ \\ <b> *no* _es_ `esto`",
        '"]) // fin',
        "[#text] = Título",
        "Ñuñoa – «día» ’",
    ],
)
def test_a_hostile_name_is_only_text(publisher: Publisher, name: str) -> None:
    outing = an_outing(code=name)

    text = text_of(publisher.pdf(the_summary([outing, an_attention(topic=name, concerned_institution=name)])))

    assert text.count(" ".join(name.split())) >= 3


def test_a_very_long_name_does_not_break_the_paper(publisher: Publisher) -> None:
    pdf = publisher.pdf(the_summary([an_attention(topic="palabra " * 60, programme="x" * 300)]))

    assert pdf.startswith(b"%PDF")


def test_the_public_version_shows_an_asterisk_and_no_small_group(publisher: Publisher) -> None:
    few = [an_attention(sex="M", outcome="withdrawn", topic="salud") for _ in range(3)]
    many = [an_attention(sex="F") for _ in range(40)]

    report = for_the_public(the_summary([*few, *many, an_outing(comuna=None, code=None)]))

    text = text_of(publisher.pdf(report))
    assert "versión pública" in text
    assert "El asterisco es una cifra reservada." in text
    assert "La persona desiste *" in text
    assert "93,0 %" not in text


def test_a_month_too_small_to_publish_shows_no_figure(publisher: Publisher) -> None:
    text = text_of(publisher.pdf(for_the_public(the_summary([an_attention(sex="F")]))))

    assert "* atenciones" in text
    assert "* personas atendidas" in text
    assert "Mujer" not in text


@pytest.mark.parametrize(
    ("period", "words"),
    [("2026-Q4", "En el cuarto trimestre de 2026 se registró"), ("2026", "En el año 2026 se registró")],
)
def test_a_quarter_and_a_year_are_named(publisher: Publisher, period: str, words: str) -> None:
    text = text_of(publisher.pdf(the_summary([an_attention()], period)))

    assert words in text


def test_the_cover_says_what_the_figures_were_made_from(publisher: Publisher) -> None:
    report = replace(
        the_summary([an_attention()], space="oirs", region="99"),
        cut_off={
            "generated_at": "2026-11-21T16:04:05.123Z",
            "source": "local",
            "devices_not_synced": 1,
            "feeds": {},
            "not_held": ["other_spaces", "before_60_days"],
        },
    )

    text = text_of(publisher.pdf(report))

    assert "Período en curso" in text
    assert "21 de noviembre de 2026, 13:04, según este equipo. 1 equipo sin sincronizar" in text
    assert "Este equipo no tiene los demás espacios de atención; ni lo anterior a 60 días." in text
    assert "OIRS, con OIRS en Terreno · Región 99" in text


def test_the_cover_says_that_the_centre_gave_one_region_of_all(publisher: Publisher) -> None:
    report = the_summary([an_attention()])
    told = {**report.cut_off, "source": "central", "not_held": ["other_regions"]}

    text = text_of(publisher.pdf(replace(report, cut_off=told)))

    assert "Sin las demás regiones: el centro da a este equipo solo lo de la suya." in text


@pytest.mark.parametrize(
    ("versions", "words"),
    [
        (["1"], "Versión 1 de la ficha de atención · catálogos, versión "),
        (["", "1", "2"], "Versiones sin anotar, 1 y 2 de la ficha de atención · catálogos, versión "),
    ],
    ids=["one", "several"],
)
def test_the_cover_says_with_which_form_the_attentions_were_taken(
    publisher: Publisher, catalogues: Catalogues, versions: list[str], words: str
) -> None:
    report = the_summary([an_attention()])
    report = replace(report, cut_off={**report.cut_off, "form_versions": versions})

    text = " ".join(text_of(publisher.pdf(report)).split())

    assert "Ficha y catálogos" in text
    assert f"{words}{catalogues.version[:12]}" in text


@pytest.mark.parametrize("form", ["json", "csv", "xlsx"])
def test_every_file_says_with_which_form_the_attentions_were_taken(publisher: Publisher, form: str) -> None:
    report = the_summary([an_attention()])
    report = replace(report, cut_off={**report.cut_off, "form_versions": ["1", "2"]})

    found = figures_inside(publisher.file(report, form))

    assert found.values["cut_off"]["form_versions"] == ["1", "2"]


def test_long_tables_are_cut_on_paper_and_say_so(publisher: Publisher, catalogues: Catalogues) -> None:
    comunas = list(catalogues.comunas.by_code)[:40]
    records = [
        an_attention(
            topic=list(catalogues.topics.by_code)[n % 25],
            residence_comuna=comuna,
            concerned_institution=list(catalogues.institutions.by_code)[n],
            programme=list(catalogues.programmes.by_code)[n],
        )
        for n, comuna in enumerate(comunas)
    ]

    text = text_of(publisher.pdf(the_summary(records)))

    assert "Otras 25 comunas" in text
    assert "Otros 19 temas" in text
    assert "Además, otras 25 instituciones: están en el archivo de datos." in text


@pytest.mark.parametrize("region", ["13", "05", "12"])
def test_a_region_has_a_map_whose_figures_can_be_heard(publisher: Publisher, region: str) -> None:
    comuna = {"13": "13110", "05": "05101", "12": "12101"}[region]
    report = the_summary([an_attention(region=region, residence_comuna=comuna) for _ in range(1200)], region=region)

    pdf = publisher.pdf(report)

    assert "Dónde viven" in text_of(pdf)
    assert "1.200" in text_of(pdf)


def test_the_months_before_are_told_when_they_are_known(publisher: Publisher) -> None:
    figures = (1000, 0, 3, 5, 7, 9, 11, 13, 15, 17, 19, 1234, 617)
    trend = [MonthFigure(month, n) for month, n in zip(months("2026-11"), figures, strict=True)]

    text = text_of(publisher.pdf(the_summary([an_attention() for _ in range(617)]), trend))

    assert "Trece meses" in text
    assert "−50,0 % sobre octubre" in text
    assert "1.000" in text


def test_a_month_that_is_running_is_not_said_to_have_fallen(publisher: Publisher) -> None:
    trend = [MonthFigure(month, 900) for month in months("2026-11")[:-1]] + [MonthFigure("2026-11", 300)]
    row = {"total": "attentions", "n": 300, "before": 900, "before_change": None, "year_before": 900}
    beside = [row | {"year_before_change": None, "accumulated": 10_200}]
    whole = the_summary([an_attention() for _ in range(300)])
    cut_off = {**whole.cut_off, "generated_at": "2026-11-10T15:00:00.000Z", "compared": beside}

    text = text_of(publisher.pdf(replace(whole, cut_off=cut_off), trend))

    assert "−66,7" not in text
    assert "Período en curso" in text
    assert "Trece meses" in text


@pytest.mark.parametrize(
    ("figures", "chart", "words"),
    [
        ([0] * 12 + [5], 0, ""),
        ([1] * 11 + [None, 5], 1, ""),
        ([0] * 11 + [4, 5], 1, "+25,0\u00a0% sobre octubre"),
        ([], 0, ""),
    ],
    ids=["no past", "hidden", "growth", "unknown"],
)
def test_months_without_figures_are_not_compared(figures: list[int | None], chart: int, words: str) -> None:
    trend = [MonthFigure(month, n) for month, n in zip(months("2026-11"), figures, strict=False)]

    assert len(month_columns(trend)) == chart
    assert since_the_month_before(trend) == words


def test_pictures_of_the_pages_can_be_shown(publisher: Publisher) -> None:
    pictures = publisher.pictures(the_summary([]))

    assert all(picture.startswith(b"\x89PNG") for picture in pictures)


def test_the_paper_of_the_central_figures_says_so(catalogues: Catalogues) -> None:
    cut_off = {"generated_at": "2026-12-05T12:00:00.000Z", "source": "central"}
    whole = replace(the_summary([an_attention()]), cut_off=cut_off)
    behind = replace(whole, cut_off={**cut_off, "behind": {"05": 1, "13": 6}})

    papers = [monthly_paper(report, catalogues, {}, "{}") for report in (whole, behind)]

    of_whole, of_behind = (dict(paper.facts)["Corte de los datos"] for paper in papers)
    assert "según el centro" in of_whole
    assert "contar" not in of_whole
    assert of_behind.endswith("Faltaba contar 7 cambios recibidos.")


def test_a_close_that_the_centre_held_back_is_said_on_the_cover(publisher: Publisher) -> None:
    report = a_month()
    held_back = replace(report, cut_off={**report.cut_off, "close_held_back": {"at": "2026-12-02T12:00:00.000Z"}})

    assert "sin cerrar: el centro retuvo su cierre en cuarentena" in text_of(publisher.pdf(held_back))


def test_the_survey_report_carries_the_questions_that_were_asked(publisher: Publisher, catalogues: Catalogues) -> None:
    asked = catalogues.questionnaire
    text = text_of(publisher.pdf(a_report(satisfaction, lived())))

    assert f"Anexo: cuestionario, versión {asked.version}" in text
    assert all(f"{one.id}. {one.text}" in text for one in asked.questions)


def test_no_figure_runs_into_the_column_beside_it() -> None:
    head = ("Medida", "Región", "Comuna", "Período", "Real", "Semáforo", "Meta", "Cumplido, %")
    line = ("Personas atendidas", "Región Metropolitana de Santiago", "–", "2026", "1.210", "amarillo", "1.500", "80,7")

    found = widths(head, [line])

    assert sum(found) <= 85
    for width, words in zip(found, zip(head, line, strict=True), strict=True):
        assert all(width >= 0.9 * len(word) + 2 for word in " ".join(words).split())
    assert found[4] >= len("1.210") + 2
    assert found[1] == max(found)


def test_a_table_of_few_but_tall_rows_goes_on_on_the_next_page(publisher: Publisher) -> None:
    goals = [a_goal(period=f"2026-{month:02}") for month in range(1, 13)]
    comunas = [a_goal(period_type="quarter", period="2026-Q4", comuna=f"131{n:02}") for n in range(1, 8)]

    pages = pages_of(publisher.pdf(a_report(coverage, [*goals, *comunas], "2026-12", None, "13")))

    first = next(page for page in pages if "Metas del período" in page)
    assert "enero 2026" in first.partition("Metas del período")[2]


def test_columns_that_the_page_holds_get_what_they_want() -> None:
    assert widths(("Mes", "Atenciones"), [("septiembre 2026", "110")]) == (17, 11)
    assert widths(("Folio",), []) == (7,)


@pytest.mark.parametrize(
    ("report", "period", "words"),
    [
        (coverage, "2026-11", "Motivo de cada meta que no se alcanzó y medida que se toma."),
        (satisfaction, "2026-11", "Comentarios de la encuesta por tema."),
        (annual, "2026", "datos eliminados al cumplirse su plazo de conservación."),
    ],
)
def test_what_a_report_should_have_and_nobody_wrote_is_said(
    publisher: Publisher, report: Any, period: str, words: str
) -> None:
    text = text_of(publisher.pdf(a_report(report, [], period, None, "13")))

    assert "Sin anotar en Terreno:" in text
    assert words in text


def test_the_month_says_how_many_the_centre_had_within_a_day(publisher: Publisher) -> None:
    report = a_month()

    told = publisher.pdf(replace(report, cut_off={**report.cut_off, "synced_within_24h": {"n": 7, "of": 8}}))

    assert "Recibidas por el centro en 24 horas 7 87,5" in text_of(told)
    assert "en 24 horas" not in text_of(publisher.pdf(report))


def test_the_last_page_does_not_hold_the_digest_alone(publisher: Publisher) -> None:
    *_, last = pages_of(publisher.pdf(a_report(diagnosis, [], "2026")))

    assert "Regiones sin diagnóstico" in last
    assert "Sobre estas cifras" in last


def test_of_one_attention_the_paper_speaks_in_the_singular(publisher: Publisher) -> None:
    assert "En noviembre de 2026 se registró 1 atención" in text_of(publisher.pdf(the_summary([an_attention()])))


def test_a_long_figure_is_set_smaller_and_stays_in_its_line(publisher: Publisher) -> None:
    outings = [an_outing(planned_on="2026-11-10", status="done") for _ in range(120)]
    report = the_summary([*outings, *(a_session(one) for one in outings)])

    (page, *_) = PdfReader(io.BytesIO(publisher.pdf(report))).pages[1:]

    assert "120 de 120" in [text for text, *_ in spans_of(page)]


def test_no_row_of_a_wide_table_is_cut_by_the_page_nor_runs_into_the_next_column(publisher: Publisher) -> None:
    complaints = [
        an_attention(
            type="complaint",
            own_service=True,
            answer_owed=True,
            topic="salud",
            folio=f"RM-2026-{day:05}",
            received_at=f"2026-11-{day:02}T15:00:00.000Z",
            due_on="2026-12-15",
        )
        for day in range(1, 31)
    ]
    pdf = publisher.pdf(a_report(pmg, complaints, "2026-11", None, "13"))

    pages = [spans_of(page) for page in PdfReader(io.BytesIO(pdf)).pages]
    days = [(page, one) for page in pages for one in page if one[0].endswith("-11-2026")]
    assert len(days) >= 30
    for page, (_, left, line, size) in days:
        following = [x for _, x, y, _ in page if abs(y - line) < 2 and x > left]
        # Ten figures and signs of about six tenths of their size: what follows begins after them.
        assert min(following, default=left + 10 * size) - left > 0.6 * 10 * size


def test_the_public_paper_of_few_does_not_say_that_nobody_came(publisher: Publisher) -> None:
    few = for_the_public(the_summary([an_attention()]))

    text = text_of(publisher.pdf(few))

    assert "Hubo de 1 a 4 atenciones" in text
    assert "Tipo de atención" not in text
    assert "Qué se preguntó" not in text
    assert "No se preguntó" not in text
    assert "Derivaciones por estado" not in text
    assert text.count("Sin registros en este período") == text.count("Salidas a terreno Sin registros") == 1


def test_what_the_public_may_not_see_is_not_said_to_be_nothing(publisher: Publisher) -> None:
    complaints = [an_attention(type="complaint", own_service=True) for _ in range(9)]
    whole = a_report(pmg, complaints)

    public = for_the_public(whole)
    text, book = text_of(publisher.pdf(public)), publisher.file(public, "xlsx")

    assert "Reclamos sobre el propio servicio;" in text.partition("Sin registros, o reservados, ")[2]
    sheet = load_workbook(io.BytesIO(book))["Reclamos sobre el propio servic"]
    assert sheet["A3"].value == "Sin registros, o reservados, en este período."


def test_the_cover_of_a_public_report_says_with_which_it_may_not_be_published(publisher: Publisher) -> None:
    covers = {
        report.report: pages_of(publisher.pdf(for_the_public(report)))[0]
        for report in (the_summary([], "2026-Q4"), a_report(coverage, []), a_report(annual, [], "2026"))
    }

    assert "Publíquela sola. Restada de la de sus meses y su año," in covers["monthly_summary"]
    assert "la de cualquier otro período del año," in covers["coverage"]
    assert "la de sus meses y sus trimestres," in covers["annual"]
    assert "Publíquela sola" not in pages_of(publisher.pdf(the_summary([])))[0]


def test_where_a_theme_is_hidden_nobody_says_which_come_first(publisher: Publisher) -> None:
    records = [an_attention(topic=topic) for topic, n in (("salud", 30), ("pensiones", 2)) for _ in range(n)]
    whole = the_summary(records)

    assert "Temas más consultados" in text_of(publisher.pdf(whole))
    assert "Temas más consultados" not in text_of(publisher.pdf(for_the_public(whole)))


def test_what_coordination_wrote_stands_on_the_paper_of_the_year(publisher: Publisher) -> None:
    goal = {"metric": "attentions", "goal_period": "2026-Q4", "space": "oirs_terreno", "comuna": None}
    nowhere = dict.fromkeys(goal)
    written = {
        "year_remarks": [{"summary": "Un año de ferias", "lessons": "Madrugar", "plan": None}],
        "goal_remarks": [
            {"period": "2026-11", **goal, "goal_state": "superseded", "reason": "Llovió", "measure": "Ir en enero"},
            {"period": "2026-11", **nowhere, "goal_state": "missing", "reason": "Nevó", "measure": None},
        ],
        "comment_themes": [{"theme": "waiting", "n": 7}],
        "retention_runs": [{"ran_on": "2026-03-01", "what": "Identidades de 2024", "records": 214, "notes": None}],
    }
    report = a_report(annual, [], "2026", None, "13")

    text = text_of(publisher.pdf(replace(report, cut_off={**report.cut_off, **written})))

    for words in (
        "Resumen ejecutivo. Un año de ferias",
        "Aprendizajes. Madrugar",
        "noviembre 2026 · Atenciones",
        "Motivo. Llovió",
        "meta reemplazada después",
        "Medida. Ir en enero",
        "noviembre 2026 · meta que este equipo no tiene",
        "Motivo. Nevó",
        "Espera",
        "Identidades de 2024",
        "214",
    ):
        assert words in text
    assert "Sin anotar en Terreno" not in text


@pytest.mark.parametrize(("report", "period"), [(coverage, "2026-11"), (annual, "2026")])
def test_where_people_were_attended_is_drawn_on_a_map(publisher: Publisher, report: Any, period: str) -> None:
    outing = an_outing(comuna="13110")
    records = [outing, a_session(outing), *(an_attention(outing=outing["id"]) for _ in range(9))]

    drawn = publisher.pdf(a_report(report, records, period, None, "13"))
    of_all_regions = publisher.pdf(a_report(report, records, period))

    assert "Dónde se atendió" in text_of(drawn)
    assert "Dónde se atendió" not in text_of(of_all_regions)


def test_a_small_group_of_sensitive_answers_is_an_asterisk_also_in_the_annual_report(publisher: Publisher) -> None:
    made = a_report(annual, [an_attention()], "2026", None, "13")
    answers = [{"dimension": "disability", "value": value, "n": n} for value, n in (("yes", None), ("no", 31))]

    text = text_of(publisher.pdf(replace(made, cut_off={**made.cut_off, "sensitive": {"asked": 35, "rows": answers}})))

    assert "De 35 atenciones en que la persona consintió." in text
    assert "Situación de discapacidad Sí * 35" in text


def test_the_profile_says_rates_by_inhabitants_and_who_is_of_another_country(publisher: Publisher) -> None:
    people = [
        *(an_attention(residence_comuna="13101", nationality="CL") for _ in range(60)),
        *(an_attention(residence_comuna="13101", nationality=code) for code in ("HT", "VE", "NR") for _ in range(5)),
        *(an_attention(residence_comuna="99999") for _ in range(7)),
        *(an_attention(status="voided") for _ in range(18)),
    ]

    text = text_of(publisher.pdf(the_summary(people)))

    assert "Tasa: atenciones por 10.000 habitantes" in text
    assert "Santiago 75 91,5 % 1,7" in text
    assert "Chilena: 60. Extranjera: 10." in text
    assert "Anuladas, fuera de las demás cifras 18 18,0 %" in text
