"""Reports for spreadsheets: every figure is there, typed, and the file can be read and made again."""

import csv
import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from pypdf import PdfReader

from terreno_app.domain.catalogues import Catalogues
from terreno_app.domain.reports import annual, monthly_summary
from terreno_app.domain.reports.registry import REPORTS
from terreno_app.domain.reports.report import NotAReportError, Report
from terreno_app.domain.reports.suppression import for_the_public
from terreno_app.domain.reports.trend import MonthFigure, months
from terreno_app.publish.figures_inside import figures_inside, is_as_made
from terreno_app.publish.publisher import Publisher
from tests.domain.reports.records import CUT_OFF, a_report, an_attention, lived

FORMS = ("csv", "xlsx", "pdf")
PERIODS = {"annual": "2026", "diagnosis": "2026"}


@pytest.fixture(scope="module", params=REPORTS)
def report(request: pytest.FixtureRequest) -> Report:
    return a_report(REPORTS[request.param], lived(), PERIODS.get(request.param, "2026-11"))


def cells_of(content: bytes, sheet: str) -> list[list[Any]]:
    return [list(row) for row in load_workbook(io.BytesIO(content))[sheet].iter_rows(values_only=True)]


def blocks_of(content: bytes) -> dict[str, list[list[str]]]:
    """The lines of a CSV by the name of their part."""
    parts: dict[str, list[list[str]]] = {}
    for line in csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"):
        if len(line) > 2 and line[2] in {"filas", "objeto"}:
            parts[line[1]] = []
        elif line and parts:
            list(parts.values())[-1].append(line)
    return parts


def test_the_figures_of_a_csv_are_those_of_the_report(report: Report, publisher: Publisher) -> None:
    found = figures_inside(publisher.file(report, "csv"))

    assert found.values == report.to_json()


@pytest.mark.parametrize("form", ["json", *FORMS])
def test_a_file_carries_its_figures_and_is_as_it_was_made(report: Report, publisher: Publisher, form: str) -> None:
    content = publisher.file(report, form)

    found = figures_inside(content)

    assert (found.form, found.values) == (form, report.to_json())
    assert is_as_made(content, found, publisher) is True
    assert publisher.file(report, form) == content


def test_a_pdf_carries_the_months_that_it_shows(publisher: Publisher) -> None:
    trend = tuple(MonthFigure(month, 10) for month in months("2026-11"))
    content = publisher.file(a_report(REPORTS["monthly_summary"], lived()), "pdf", trend)

    found = figures_inside(content)

    assert found.trend == trend
    assert is_as_made(content, found, publisher) is True


@pytest.mark.parametrize("form", FORMS)
def test_a_file_of_another_version_is_not_compared(publisher: Publisher, form: str) -> None:
    content = publisher.file(a_report(REPORTS["monthly_summary"], lived()), form)

    found = replace(figures_inside(content), made_with={"program": "0.0.1", "catalogues": "x"})

    assert is_as_made(content, found, publisher) is None


BANDS = ("T00_13", "T14_17", "T18_29", "T75_MAS")
LEVELS = ("NUNCA", "BASICA_COM", "MEDIA_INC", "POSGRADO")


def unlike() -> Report:
    """A year in which the oldest and the least schooled are most, and the youngest fewest."""
    records = [
        an_attention(age_band=band, education=level, sex="F")
        for n, (band, level) in enumerate(zip((*BANDS, "NS"), (*LEVELS[::-1], "NR"), strict=True), start=1)
        for _ in range(n)
    ]
    return a_report(annual, records, "2026")


def test_ages_and_studies_stand_in_their_own_order_in_every_file(publisher: Publisher, catalogues: Catalogues) -> None:
    report = unlike()

    book, lines, paper = (publisher.file(report, form) for form in ("xlsx", "csv", "pdf"))

    label = catalogues.labels.code
    ages = [*(label("age_band", band) for band in BANDS), label("unsaid", "NS")]
    levels = [*(label("education", level) for level in LEVELS), label("unsaid", "NR")]
    tables = "chapters.monthly_summary.tables."
    assert [row[0] for row in cells_of(book, "Tramo de edad y sexo")[3:8]] == ages
    assert [row[0] for row in cells_of(book, "Nivel educacional")[3:8]] == levels
    blocks = blocks_of(lines)
    assert [line[1] for line in blocks[f"{tables}age_band_by_sex"][2:7]] == ages
    assert [line[1] for line in blocks[f"{tables}education"][2:7]] == levels
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(paper)).pages)
    for names in (ages[:-1], levels[:-1]):
        assert sorted(names, key=text.index) == names
    for content in (book, lines, paper):
        assert figures_inside(content).values == report.to_json()


def test_what_means_everywhere_is_hidden_in_no_file(publisher: Publisher) -> None:
    goals = [{"goal": "a", "space": None, "actual": None}, {"goal": "b", "space": "tic", "actual": None}]
    report = replace(a_report(monthly_summary, []), tables={"goals": goals}, suppressed=True)

    book, lines = (publisher.file(report, form) for form in ("xlsx", "csv"))

    assert [row[1:] for row in cells_of(book, "Metas del período")[3:]] == [
        [None, "*"],
        ["Teléfono de Información Ciudadana", "*"],
    ]
    assert [line[1:] for line in blocks_of(lines)["goals"][2:]] == [
        ["", "'", "*"],
        ["tic", "Teléfono de Información Ciudadana", "*"],
    ]


def compared() -> Report:
    """A summary beside the month before and the year before."""
    row = {"total": "attentions", "n": 80, "before": 64, "before_change": "25.0", "year_before": 100}
    beside = [row | {"year_before_change": "-20.0", "accumulated": 1400}]
    report = a_report(monthly_summary, lived())
    answers = [{"dimension": "indigenous_people", "value": "MAPUCHE", "n": 12}]
    answers.append({"dimension": "supports", "value": "yes", "n": None})
    said = {"period": "2026-11", "space": None, "demands": "Más buses", "opinions": None, "quotes": ["Esperé poco"]}
    more = {"compared": beside, "sensitive": {"asked": 40, "rows": answers}, "opinions": [said], "duplicates": 3}
    return replace(report, cut_off={**report.cut_off, **more})


@pytest.mark.parametrize("form", FORMS)
def test_what_a_summary_is_compared_with_is_in_its_files(publisher: Publisher, form: str) -> None:
    report = compared()

    content = publisher.file(report, form)

    found = figures_inside(content)
    assert found.values == report.to_json()
    assert is_as_made(content, found, publisher) is True


def test_the_comparison_has_a_sheet_of_its_own_and_stands_on_paper(publisher: Publisher) -> None:
    report = compared()

    workbook = publisher.file(report, "xlsx")
    rows = cells_of(workbook, "Comparación de los totales")
    answers = cells_of(workbook, "Datos sensibles, de quienes con")

    assert answers[3:] == [
        ["Pueblo originario o tribal", "Mapuche", 12, 40],
        ["Apoyos requeridos", "Sí", None, 40],
    ]
    assert rows[3] == ["Atenciones", 80, 64, 25, 100, -20, 1400]
    pages = PdfReader(io.BytesIO(publisher.pdf(report))).pages
    text = " ".join(" ".join(page.extract_text() for page in pages).replace("\u00a0", " ").split())
    assert "Un año antes" in text
    assert "\u221220,0" in text
    assert "De 40 atenciones en que la persona consintió" in text
    assert "Todos los espacios" in text
    assert "Más buses" in text
    assert "«Esperé poco»" in text
    assert "Salidas repetidas, contadas una vez 3" in text


def test_a_changed_cell_is_found(publisher: Publisher) -> None:
    content = publisher.file(a_report(REPORTS["monthly_summary"], lived()), "xlsx")
    book = load_workbook(io.BytesIO(content))
    book["Programas consultados"]["B4"] = 99
    file = io.BytesIO()
    book.save(file)

    assert is_as_made(file.getvalue(), figures_inside(file.getvalue()), publisher) is False


def test_a_sum_that_shows_another_value_than_its_formula_gives_is_found(publisher: Publisher) -> None:
    content = publisher.file(a_report(REPORTS["monthly_summary"], lived()), "xlsx")
    sheet, wrong = "xl/worksheets/sheet4.xml", io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as held, zipfile.ZipFile(wrong, "w") as changed:
        for name in held.namelist():
            text = held.read(name)
            changed.writestr(name, re.sub(rb"(</f><v>)\d+", rb"\g<1>4242", text) if name == sheet else text)

    assert b"4242" in zipfile.ZipFile(wrong).read(sheet)
    assert is_as_made(wrong.getvalue(), figures_inside(wrong.getvalue()), publisher) is False


def test_a_workbook_whose_chart_is_broken_is_told_as_unreadable(publisher: Publisher) -> None:
    content = publisher.file(a_report(REPORTS["monthly_summary"], lived()), "xlsx")
    broken = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as held, zipfile.ZipFile(broken, "w") as changed:
        for name in held.namelist():
            changed.writestr(name, b"<chart>" if name == "xl/charts/chart1.xml" else held.read(name))

    with pytest.raises(NotAReportError):
        is_as_made(broken.getvalue(), figures_inside(broken.getvalue()), publisher)


def test_a_workbook_that_another_program_saved_again_is_still_the_same(publisher: Publisher) -> None:
    file = io.BytesIO()
    load_workbook(io.BytesIO(publisher.file(a_report(REPORTS["monthly_summary"], lived()), "xlsx"))).save(file)

    assert is_as_made(file.getvalue(), figures_inside(file.getvalue()), publisher) is True


def test_a_csv_that_a_spreadsheet_saved_again_is_still_the_same_and_changed_words_are_found(
    publisher: Publisher,
) -> None:
    content = publisher.file(a_report(REPORTS["monthly_summary"], lived()), "csv")
    lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    longest = max(map(len, lines))
    text = io.StringIO()
    csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL).writerows(
        [[*line, *[""] * (longest - len(line))] for line in lines]
    )
    again = text.getvalue().encode()

    assert is_as_made(again, figures_inside(again), publisher) is True
    altered = content.replace(b"Mujer", b"Hombre")
    assert is_as_made(altered, figures_inside(altered), publisher) is False


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff", b"[1]", b"{", b"{" * 99_999, b"PK\x03\x04", b"%PDF-1.7", b"a;b;c", b"Informe;report;x"],
    ids=range(9),
)
def test_a_file_that_is_none_of_a_report_is_told(content: bytes) -> None:
    with pytest.raises(NotAReportError):
        figures_inside(content)


def test_a_workbook_of_somebody_else_is_told() -> None:
    file = io.BytesIO()
    book = Workbook()
    book.create_sheet("datos")["A1"] = "[]"
    book.save(file)

    with pytest.raises(NotAReportError):
        figures_inside(file.getvalue())


def test_cells_are_typed_and_sums_are_formulas_with_their_value(publisher: Publisher) -> None:
    content = publisher.file(a_report(REPORTS["monthly_summary"], lived()), "xlsx")

    rows = cells_of(content, "Tipo de atención y sexo")
    values = load_workbook(io.BytesIO(content), data_only=True)["Tipo de atención y sexo"]
    outings = cells_of(content, "Salidas a terreno")

    head = rows[2]
    assert head[0] == "Tipo de atención"
    assert head[-2:] == ["Total", "% del total"]
    complaint = next(row for row in rows[3:] if row[0] == "Reclamo")
    assert complaint[head.index("Hombre")] == 6
    assert complaint[head.index("Mujer")] == 0
    assert complaint[-2].startswith("=SUM(")
    assert [row[-2].value for row in values.iter_rows(min_row=4)] == [7, 73, 1, 81]
    assert outings[3][2].isoformat() == "2026-11-10T00:00:00"


@pytest.mark.parametrize(
    ("table", "title", "more"),
    [("education", "Nivel educacional", {}), ("age_band_by_sex", "Tramo de edad y sexo", {"sex": "F"})],
)
def test_shares_are_of_the_answers_where_some_gave_none(
    publisher: Publisher, table: str, title: str, more: dict[str, Any]
) -> None:
    counts = (("T18_29" if more else "BASICA_COM", 3), ("T30_44" if more else "MEDIA_COM", 1), ("NR", 9), ("NS", 70))
    code = table.removesuffix("_by_sex")
    report = a_report(REPORTS["monthly_summary"], lived())
    rows = [{code: value, **more, "n": n} for value, n in counts]

    content = publisher.file(replace(report, tables={**report.tables, table: rows}), "xlsx")

    values = load_workbook(io.BytesIO(content), data_only=True)[title]
    head, *lines = [[cell.value for cell in row] for row in values.iter_rows(min_row=3)]
    assert head[-1] == "% válido"
    assert sorted((line[-2], line[-1]) for line in lines[:4]) == [(1, 0.25), (3, 0.75), (9, None), (70, None)]


def test_the_public_files_show_no_hidden_figure_and_no_sum_of_them(publisher: Publisher) -> None:
    report = for_the_public(a_report(REPORTS["monthly_summary"], lived()))

    workbook = cells_of(publisher.file(report, "xlsx"), "Tipo de atención y sexo")
    lines = blocks_of(publisher.file(report, "csv"))["type_by_sex"]

    assert any("*" in row for row in workbook)
    assert not any(str(cell).startswith("=") for row in workbook for cell in row)
    assert "*" in {line[-1] for line in lines}


def a_text(key: str, text: str) -> Report:
    return Report(
        report="monthly_summary",
        period="2026-11",
        filters={"space": None, "region": None},
        totals={"attentions": 1},
        tables={"outings": [{"code": text, "n": 1}], "quality": {"missing": {}, key: {"sex": 3}}},
        suppressed=False,
        cut_off=CUT_OFF,
    )


@given(
    text=st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
    | st.sampled_from(["", "*", "=1+1", "@a", "'", "-1", "1.5", "007"])
)
def test_any_text_comes_back_from_a_csv_and_none_is_a_formula(publisher: Publisher, text: str) -> None:
    content = publisher.file(a_text("other", text), "csv")

    values = figures_inside(content).values

    assert values["tables"]["outings"] == [{"code": text, "n": 1}]
    assert values["tables"]["quality"] == {"missing": {}, "other": {"sex": 3}}
    assert not blocks_of(content)["outings"][2][0].startswith(("=", "+", "@"))


def test_a_formula_in_a_text_stays_a_text_in_a_workbook(publisher: Publisher) -> None:
    sheet = load_workbook(io.BytesIO(publisher.file(a_text("x", "=1+1"), "xlsx")))["Salidas a terreno"]

    assert (sheet["A4"].value, sheet["A4"].data_type) == ("=1+1", "s")


@pytest.mark.parametrize("form", ["xlsx", "csv", "pdf"])
def test_an_empty_month_is_a_file_too(publisher: Publisher, report: Report, form: str) -> None:
    empty = a_report(REPORTS[report.report], [], report.period)

    content = publisher.file(empty, form)

    assert figures_inside(content).values == empty.to_json()


def test_an_unknown_form_is_refused(publisher: Publisher) -> None:
    with pytest.raises(ValueError, match="json, csv, xlsx or pdf"):
        publisher.file(a_text("x", "y"), "docx")


def test_decimals_are_numbers_with_a_comma_for_people(publisher: Publisher) -> None:
    report = a_report(REPORTS["satisfaction"], lived())
    content = publisher.file(report, "csv")
    told: Mapping[str, Any] = report.tables["estimates"][0]

    lines = blocks_of(content)["estimates"]

    assert told["percent"].replace(".", ",") in lines[2]
    sheet = cells_of(publisher.file(report, "xlsx"), "Estimaciones")
    assert float(told["percent"]) in sheet[3]
