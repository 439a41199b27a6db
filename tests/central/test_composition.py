"""What `terreno central …` calls: a centre of the OIRS, its first coordinator, officers, codes, a server."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import requests

from sync.central.store_postgres import PostgresStore
from sync.central.store_sqlite import SqliteStore
from sync.central.stores import open_store
from terreno_app import central, central_serving
from terreno_app import central_operations as operations
from terreno_app.services.errors import ServiceError
from tests.central.speaking import Place, bare_place
from tests.factories import FixedClock
from tests.postgres import Server, running


@pytest.fixture
def database(tmp_path: Path) -> str:
    return url_of(bare_place(tmp_path, "centro.db"))


def url_of(place: Place) -> str:
    return place.at if isinstance(place.at, str) else f"sqlite:///{place.at}"


def officers(database: str) -> dict[str, dict[str, str]]:
    store = open_store(database)
    with store.reading() as tx:
        rows = tx._execute("SELECT id, region, fields FROM records WHERE kind = 'officer'").fetchall()  # type: ignore[attr-defined]
    store.close()
    return {officer: {"feed": region, **json.loads(fields)} for officer, region, fields in rows}


PRETEND = {
    SqliteStore: "PRAGMA user_version = {}",
    PostgresStore: "UPDATE migrations SET number = {}",
}
"""Makes a database say that it is of a version."""
FULL = {
    SqliteStore: (
        "PRAGMA max_page_count = 1",
        "CREATE TABLE more (body)",
        "INSERT INTO more VALUES (zeroblob(1000000))",
    ),
    PostgresStore: ("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = 'disk_full'; END $$",),
}
"""What a database without room for more says no to."""


def code_of(call: object, *args: object, **kwargs: object) -> str:
    with pytest.raises(ServiceError) as told:
        call(*args, **kwargs)  # type: ignore[operator]
    return told.value.code


def test_the_first_coordinator_is_a_record_that_every_region_reads(database: str) -> None:
    coordinator = central.init(database, "Ana Pérez", clock=FixedClock())

    assert officers(database) == {
        coordinator: {
            "feed": "CL",
            "name": "Ana Pérez",
            "role": "coordinator",
            "region": "CL",
            "active_from": "2026-11-21",
        }
    }


def test_officers_are_records_of_their_region(database: str) -> None:
    central.init(database, "Ana Pérez")

    officer = central.add_officer(database, "Luz Soto", "13", "officer", clock=FixedClock())

    assert officers(database)[officer] == {
        "feed": "13",
        "name": "Luz Soto",
        "role": "officer",
        "region": "13",
        "active_from": "2026-11-21",
    }


def test_officers_are_listed_by_region_and_name_with_their_ids(database: str) -> None:
    ana = central.init(database, "Ana Pérez")
    luz = central.add_officer(database, "Luz Soto", "13", "officer")
    eva = central.add_officer(database, "Eva Rojas", "13", "installer")
    sol = central.add_officer(database, "Sol Vera", "05", "auditor")

    everybody = central.list_officers(database)

    assert [one.id for one in everybody] == [sol, eva, luz, ana]
    assert central.list_officers(database, "13") == [
        central.Officer(eva, "Eva Rojas", "13", "installer", None),
        central.Officer(luz, "Luz Soto", "13", "officer", None),
    ]
    assert [one.id for one in central.list_officers(database, "CL")] == [ana]
    assert code_of(central.list_officers, database, "99") == "unknown_region"


@pytest.mark.parametrize("name", ["", "   ", "x" * 201, "Ana\0"])
def test_a_name_that_no_record_may_hold_founds_nothing(database: str, name: str) -> None:
    assert code_of(central.init, database, name) == "rejected"
    central.init(database, "Ana Peña")
    assert code_of(central.add_officer, database, name, "13", "officer") == "rejected"
    assert len(officers(database)) == 1


def test_a_name_is_stored_in_the_form_that_travels(database: str) -> None:
    central.init(database, " Ana Pen\u0303a ")

    assert [officer["name"] for officer in officers(database).values()] == ["Ana Peña"]


def test_a_code_ends_after_its_hours(database: str) -> None:
    central.init(database, "Ana Pérez")

    given = central.new_code(database, "13", "field", 24, clock=FixedClock())

    assert len(given.code.split("-")) == 4
    assert given.expires_at == "2026-11-22T15:04:05.123Z"


def test_a_centre_is_not_made_twice(database: str) -> None:
    central.init(database, "Ana Pérez")

    assert code_of(central.init, database, "Otra") == "central_exists"


@pytest.mark.parametrize("url", ["postgresql:///%zz", "sqlite:////nowhere/at/all.db", "centro.db", "mysql://x"])
def test_a_database_that_is_not_there_is_told(url: str) -> None:
    codes = {
        code_of(central.add_officer, url, "Luz", "13", "officer"),
        code_of(central.new_code, url, "13", "field"),
        code_of(central_serving.serve, url, announce=print),
    }

    assert codes == {"unknown_database"}


def test_an_empty_database_is_told(database: str) -> None:
    open_store(database, exists=False).close()

    assert code_of(central.new_code, database, "13", "field") == "unknown_database"


@pytest.mark.parametrize(
    "look",
    [
        operations.migrate,
        operations.devices,
        lambda url: operations.watch(url, None),
        lambda url: operations.revoke(url, "T01"),
        lambda url: central.new_code(url, "13", "field"),
    ],
    ids=["migrate", "devices", "watch", "revoke", "code"],
)
def test_to_look_at_an_empty_database_leaves_it_empty_so_that_a_centre_can_be_restored_into_it(
    database: str, look: Callable[[str], object]
) -> None:
    open_store(database, exists=False, as_found=True).close()

    with pytest.raises(ServiceError) as told:
        look(database)

    assert told.value.code == "unknown_database"
    assert "todavía no hay un centro" in told.value.happened
    with closing(open_store(database, as_found=True)) as store, store.reading() as tx:
        assert tx.is_empty()


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "damaged.db").write_bytes(b"not a database" * 100)

    assert code_of(central.new_code, f"sqlite:///{tmp_path / 'damaged.db'}", "13", "field") == "unknown_database"


@pytest.mark.parametrize(
    ("version", "code"), [(9999, "newer_central_database"), (1, "older_central_database")], ids=["newer", "older"]
)
def test_a_database_of_another_version_is_told(database: str, version: int, code: str) -> None:
    store = open_store(database, exists=False, as_found=True)
    with store.writing() as tx:
        tx.migrate(1)
        tx._execute(PRETEND[type(store)].format(version))  # type: ignore[attr-defined]
    store.close()

    assert code_of(central.new_code, database, "13", "field") == code


def test_a_server_without_that_database_is_told_without_the_password(server: Server) -> None:
    url = server.url("nowhere").replace("postgres@", "postgres:ultrasecret@")

    with pytest.raises(ServiceError) as told:
        central.add_officer(url, "Luz", "13", "officer")

    assert told.value.code == "unknown_database"
    assert str(server.folder) in told.value.happened
    assert "ultrasecret" not in told.value.happened


def test_a_server_that_does_not_answer_is_told(tmp_path: Path) -> None:
    url = f"postgresql://postgres@/centro?host={tmp_path}&port=5433"

    assert code_of(central.add_officer, url, "Luz", "13", "officer") == "database_unavailable"


def test_a_database_that_goes_in_the_middle_is_told() -> None:
    with running() as server:
        url = server.url("postgres")
        central.init(url, "Ana Pérez")

        assert code_of(ask_after, url, server.kill) == "database_unavailable"


def test_a_database_without_room_is_told(database: str) -> None:
    central.init(database, "Ana Pérez")

    assert code_of(write_where_it_is_full, database) == "database_full"


def write_where_it_is_full(database: str) -> None:
    with central.store_of(database) as store, store.writing() as tx:
        for full in FULL[type(store)]:
            tx._execute(full)  # type: ignore[attr-defined]


def ask_after(url: str, what: Callable[[], None]) -> None:
    with central.store_of(url) as store:
        what()
        with store.reading() as tx:
            tx.feeds()


def test_words_that_do_not_exist_are_told(database: str) -> None:
    central.init(database, "Ana Pérez")

    assert code_of(central.add_officer, database, "Luz", "99", "officer") == "unknown_region"
    assert code_of(central.add_officer, database, "Luz", "13", "boss") == "usage"
    assert code_of(central.new_code, database, "99", "field") == "unknown_region"
    assert code_of(central.new_code, database, "13", "boss") == "usage"


def test_it_serves_in_a_thread_while_the_block_runs(database: str) -> None:
    central.init(database, "Ana Pérez")

    with central_serving.serving(database) as url:
        told = requests.get(f"{url}/v1/status", timeout=10).json()

    assert told["schema"] == 1


def test_a_port_that_is_taken_is_told(database: str) -> None:
    central.init(database, "Ana Pérez")

    with central_serving.serving(database) as url:
        port = int(url.rpartition(":")[2])
        code = code_of(central_serving.serve, database, "127.0.0.1", port, announce=print)

    assert code == "port_in_use"


@pytest.fixture
def served(database: str) -> Iterator[subprocess.Popen[bytes]]:
    """A centre in a process of its own."""
    central.init(database, "Ana Pérez")
    process = subprocess.Popen(
        [sys.executable, "-m", "terreno_app", "central", "serve", "--database", database, "--json"],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    yield process
    process.kill()
    process.communicate()


def test_the_command_prints_its_url_and_ends_when_told(served: subprocess.Popen[bytes]) -> None:
    assert served.stdout is not None
    url = json.loads(served.stdout.readline())["url"]
    answered = requests.get(f"{url}/v1/status", timeout=10).status_code

    served.send_signal(signal.SIGTERM)

    assert (answered, served.wait(30)) == (200, 0)


def test_the_command_ends_when_told_at_once(served: subprocess.Popen[bytes]) -> None:
    assert served.stdout is not None
    served.stdout.readline()

    served.send_signal(signal.SIGTERM)

    assert served.wait(30) == 0
