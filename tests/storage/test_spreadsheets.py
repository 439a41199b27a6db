import io
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from terreno_app.storage import spreadsheets
from terreno_app.storage.spreadsheets import UnreadableTableError, read_table


def a_file(folder: Path, content: bytes) -> Path:
    path = folder / "planilla"
    path.write_bytes(content)
    return path


def a_workbook(*rows: tuple[object, ...]) -> bytes:
    file = io.BytesIO()
    book = Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_csv_of_any_office_is_read(tmp_path: Path, separator: str, encoding: str) -> None:
    text = f'N°{separator}Comuna\r\n\r\n1{separator} Ñuñoa \r\n2{separator}"a{separator}b"\r\n'

    table = read_table(a_file(tmp_path, text.encode(encoding)))

    assert table.headings == ("N°", "Comuna")
    assert table.rows == ((3, {"N°": "1", "Comuna": "Ñuñoa"}), (4, {"N°": "2", "Comuna": f"a{separator}b"}))


@pytest.mark.parametrize("told", ["sep=;", "SEP=;", '"sep=;"', "sep=|", "sep=\t"], ids=repr)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_csv_may_say_first_what_stands_between_its_cells(tmp_path: Path, told: str, encoding: str) -> None:
    separator = told.strip('"')[-1]
    text = f"{told}\r\na,b{separator}c\r\n\r\n1{separator}2\r\n"

    table = read_table(a_file(tmp_path, text.encode(encoding)))

    assert table.headings == ("a,b", "c")
    assert table.rows == ((4, {"a,b": "1", "c": "2"}),)


def test_a_workbook_is_read_by_the_type_of_its_cells(tmp_path: Path) -> None:
    content = a_workbook(
        ("N°", "Fecha", "Día", "Personas", "Urgente", None),
        (7, datetime(2026, 11, 21, 10, 30), date(2026, 11, 21), 3.0, True, "sin encabezado"),  # noqa: DTZ001
        (None, None, None, None, None, None),
        (8.5, None, None, None, False, None),
    )

    table = read_table(a_file(tmp_path, content))

    assert table.headings == ("N°", "Fecha", "Día", "Personas", "Urgente")
    assert table.rows[0] == (
        2,
        {"N°": "7", "Fecha": "2026-11-21T10:30:00", "Día": "2026-11-21T00:00:00", "Personas": "3", "Urgente": "sí"},
    )
    assert table.rows[1] == (4, {"N°": "8.5", "Fecha": "", "Día": "", "Personas": "", "Urgente": "no"})


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_stands_under_no_heading_is_told_by_its_column(tmp_path: Path, kind: str) -> None:
    rows = (("N°", "", "Tema", ""), ("1", "llamó dos veces", "salud", ""), ("2", "sí", "salud", ""), ("3",))
    csv = "\n".join(";".join(row) for row in rows).encode()

    table = read_table(a_file(tmp_path, csv if kind == "csv" else a_workbook(*rows)))

    assert table.headings == ("N°", "Tema")
    assert table.unread == {"B": 2}


def test_a_short_row_has_no_cell_where_it_ends(tmp_path: Path) -> None:
    assert read_table(a_file(tmp_path, b"a;b\n1\n")).rows == ((2, {"a": "1"}),)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "table_empty"),
        (b"\n;;\n", "table_empty"),
        (b"a;a\n1;2\n", "table_headings"),
        (b"PK\x03\x04", "table_unreadable"),
        (b"a;b\n" + b"x" * 200_000 + b";1\n", "table_unreadable"),
        (b"sep=;\r\n", "table_empty"),
        (b"sep=;", "table_empty"),
        ("a;b\n1;2\n".encode("utf-16-le"), "table_encoding"),
        ("a;b\n1;2\n".encode("utf-16")[:-1], "table_encoding"),
    ],
    ids=range(9),
)
def test_a_file_that_is_no_table_is_told(tmp_path: Path, content: bytes, code: str) -> None:
    with pytest.raises(UnreadableTableError) as raised:
        read_table(a_file(tmp_path, content))

    assert raised.value.code == code


def test_a_file_without_an_end_is_not_taken_into_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheets, "LARGEST", 3)

    with pytest.raises(UnreadableTableError) as raised:
        read_table(a_file(tmp_path, b"a;b\n"))

    assert raised.value.code == "table_too_large"


def test_a_formula_that_was_never_computed_is_no_empty_cell(tmp_path: Path) -> None:
    table = read_table(a_file(tmp_path, a_workbook(("N°", "Personas"), (1, "=3+4"))))

    assert table.rows == ((2, {"N°": "1", "Personas": "=3+4"}),)


def test_every_row_is_read_also_where_the_workbook_says_that_it_is_smaller(tmp_path: Path) -> None:
    whole = io.BytesIO(a_workbook(("N°",), *((number,) for number in range(9))))
    short = io.BytesIO()
    with zipfile.ZipFile(whole) as before, zipfile.ZipFile(short, "w") as after:
        for name in before.namelist():
            after.writestr(name, before.read(name).replace(b'ref="A1:A10"', b'ref="A1:A3"'))

    assert len(read_table(a_file(tmp_path, short.getvalue())).rows) == 9
