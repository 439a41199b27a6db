"""The measurement of the figures at volume, at a small size: cubes, facts and records drawn by the database agree."""

import psycopg
import pytest

from benchmarks.figures import measure
from tests.postgres import Server


@pytest.mark.uncounted
def test_a_year_of_attentions_comes_to_the_same_by_every_way(
    server: Server, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE volume")

    measure(server.url("volume"), 4_000, tmp_path_factory.mktemp("volume"), years=1)

    told = capsys.readouterr().out
    assert "monthly, 1 year: cubes" in told
    assert "annual, 1 year: cubes" in told
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute("DROP DATABASE volume WITH (FORCE)")
