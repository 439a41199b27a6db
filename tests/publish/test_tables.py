from terreno_app.publish.paper import Table
from terreno_app.publish.tables import NOTHING, Dimension, by_sex, chart, largest, ranked, shares, valid_shares

TOPIC = Dimension("Temas", "Tema", "topic", str.upper, ("otro tema", "otros {} temas"), longest=2)


def test_a_table_without_rows_says_so() -> None:
    tables = [by_sex(TOPIC, [], 0), shares(TOPIC, [], 0), valid_shares(TOPIC, []), chart(TOPIC, [], 0)]

    assert all(isinstance(table, Table) and table.note == NOTHING for table in tables)


def test_a_hidden_cell_hides_the_sums_and_shares_of_its_row_and_column() -> None:
    rows = [
        {"topic": "a", "sex": "F", "n": 50},
        {"topic": "a", "sex": "M", "n": None},
        {"topic": "b", "sex": "F", "n": 30},
    ]

    table = by_sex(TOPIC, rows, 90)

    assert {line.cells for line in table.lines} == {
        ("A", "50", "*", "0", "0", "*", ""),
        ("B", "30", "0", "0", "0", "30", "33,3\u00a0%"),
    }
    assert table.total == ("Total", "80", "*", "0", "0", "90", "100,0\u00a0%")


def test_by_sex_who_refused_stands_apart_from_who_was_not_asked() -> None:
    rows = [{"topic": "a", "sex": sex, "n": n} for sex, n in (("F", 5), ("X", 1), ("NR", 3), ("NS", 2))]

    table = by_sex(TOPIC, rows, 11)

    assert table.head == ("Tema", "Mujeres", "Hombres", "No binario", "Se niega", "Sin dato", "Total", "%")
    assert table.lines[0].cells[1:-1] == ("5", "0", "1", "3", "2", "11")


def test_by_sex_shares_are_of_those_who_said_it_where_some_did_not() -> None:
    rows = [{"topic": code, "sex": "F", "n": n} for code, n in (("a", 3), ("b", 1), ("NR", 9), ("NS", 70))]

    table = by_sex(TOPIC, rows, 83)

    assert table.head[-1] == "% válido"
    shares_told = [("3", "75,0\u00a0%"), ("1", "25,0\u00a0%"), ("9", ""), ("70", "")]
    assert [line.cells[-2:] for line in table.lines] == shares_told
    assert table.total[-2:] == ("83", "")


def test_by_sex_what_is_cut_off_stands_in_one_row_so_that_the_rows_add_up() -> None:
    rows = [{"topic": code, "sex": "F", "n": n} for code, n in (("a", 6), ("b", 2), ("c", 1), ("d", 1))]

    table = by_sex(TOPIC, rows, 10)

    assert table.lines[-1].cells == ("Otros 2 temas", "2", "0", "0", "0", "2", "20,0\u00a0%")
    assert table.note == ""


def test_what_was_not_said_stands_last_and_has_no_share() -> None:
    rows = [{"topic": code, "n": n} for code, n in (("NS", 70), ("a", 3), ("NR", 9), ("b", 1))]

    table = valid_shares(TOPIC, rows)

    assert [line.cells for line in table.lines] == [
        ("A", "3", "75,0\u00a0%"),
        ("B", "1", "25,0\u00a0%"),
        ("NR", "9", ""),
        ("NS", "70", ""),
    ]


def test_codes_stand_in_the_order_of_their_catalogue_when_it_has_one() -> None:
    assert ranked({"b": 9, "NS": 99, "a": 1, "x": 5}, ("a", "b")) == ["a", "b", "x", "NS"]


def test_the_largest_is_not_told_when_a_hidden_cell_leaves_it_in_doubt() -> None:
    rows = [{"topic": "a", "n": 9}, {"topic": "b", "n": None}]

    assert largest(rows, "topic") is None
    assert largest(rows[:1], "topic") == ("a", 9)
    assert largest([], "topic") is None


def test_a_rest_of_one_is_spoken_of_as_one() -> None:
    rows = [{"topic": code, "n": n} for code, n in (("a", 9), ("b", 8), ("c", 7), ("d", 6))]

    three, four = shares(TOPIC, rows[:3], 30), shares(TOPIC, rows, 30)

    assert three.note == "Además, otro tema: está en el archivo de datos."
    assert four.note == "Además, otros 2 temas: están en el archivo de datos."
