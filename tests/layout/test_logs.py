import logging

import pytest

from terreno_app import logs


@pytest.fixture
def handler(tmp_path):
    handler = logs.log_to(tmp_path / "data")
    yield handler
    logs.stop_logging(handler)


def test_nothing_is_written_before_the_first_line(tmp_path, handler):
    assert not (tmp_path / "data").exists()


def test_our_packages_log_to_the_data_folder_and_libraries_do_not(tmp_path, handler):
    logging.getLogger("terreno_app.services").info("registered %s", "0199")
    logging.getLogger("sync.client").info("pushed %d", 40)
    logging.getLogger("urllib3").warning("somebody else's business")

    text = (tmp_path / "data" / "logs" / "terreno.log").read_text(encoding="utf-8")

    assert [line.split(" ", 1)[1] for line in text.splitlines()] == [
        "INFO terreno_app.services registered 0199",
        "INFO sync.client pushed 40",
    ]


def test_the_log_never_outgrows_its_place(tmp_path, handler, monkeypatch):
    monkeypatch.setattr(handler, "maxBytes", 100)
    for number in range(50):
        logging.getLogger("terreno_app").info("line %d of a long day at the square", number)

    files = sorted(file.name for file in (tmp_path / "data" / "logs").iterdir())

    assert files == ["terreno.log", *(f"terreno.log.{number}" for number in range(1, logs.KEPT_FILES + 1))]


def test_a_log_that_cannot_be_written_stops_nobody(tmp_path, handler, capsys):
    (tmp_path / "data").write_text("a file where the folder should be", encoding="utf-8")

    logging.getLogger("terreno_app").warning("nobody will read this")

    assert capsys.readouterr() == ("", "")


def test_after_stopping_nothing_is_written(tmp_path, handler):
    logs.stop_logging(handler)

    logging.getLogger("terreno_app").info("too late")

    assert not (tmp_path / "data").exists()
