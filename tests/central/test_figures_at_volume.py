"""The measurement of the figures at volume, at a small size: cubes, facts and records drawn by the database agree."""

import importlib.util
import re

import psycopg
import pytest

from benchmarks.figures import measure
from tests.postgres import Server


@pytest.mark.uncounted
def test_years_of_attentions_come_to_the_same_by_every_way(
    server: Server,
    tmp_path_factory: pytest.TempPathFactory,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE volume")

    measure(server.url("volume"), 2_000, tmp_path_factory.mktemp("volume"), years=2)

    told = capsys.readouterr().out
    assert "DuckDB is not here" in told
    for report in ("monthly", "annual", "coverage, a year", "satisfaction, a year", "pmg, a month", "diagnosis"):
        assert f"{report}: cubes " in told
        assert f"{report}: cubes, 2 years" in told
    assert re.search(r"annual: of \d+ counts 9\d from cubes", told)
    assert "anew: facts and cubes" in told
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute("DROP DATABASE volume WITH (FORCE)")
