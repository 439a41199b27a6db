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
        ("A", "50", "*", "0", "*", ""),
        ("B", "30", "0", "0", "30", "33,3\u00a0%"),
    }
    assert table.total == ("Total", "80", "*", "0", "90", "100,0\u00a0%")


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
