"""A backup is made while the laptop is in use, and one that cannot be made is told once."""

import pytest

from terreno_app.ui.backups import BackupWatch
from terreno_app.ui.widgets.notices import NoticeBar
from tests.ui.office import FakeShelf, PatientRunner


@pytest.fixture
def shelf() -> FakeShelf:
    return FakeShelf()


@pytest.fixture
def runner(qapp: object) -> PatientRunner:
    return PatientRunner()


def test_who_opens_the_laptop_does_not_share_it_with_a_backup(shelf: FakeShelf, runner: PatientRunner) -> None:
    watch = BackupWatch(shelf, runner)

    watch.start()

    assert runner.waiting == []
    watch.stop()


def test_it_is_not_asked_for_twice_while_one_is_made(shelf: FakeShelf, runner: PatientRunner) -> None:
    watch = BackupWatch(shelf, runner)

    watch.look()
    watch.look()

    assert len(runner.waiting) == 1
    runner.let_run()
    watch.look()
    runner.let_run()
    assert shelf.asked == 2


def test_trouble_is_told_once_until_it_is_over(shelf: FakeShelf, runner: PatientRunner) -> None:
    watch, told = BackupWatch(shelf, runner), []
    watch.trouble.connect(told.append)

    for full in (True, True, False, True):
        shelf.full = full
        watch.look()
        runner.let_run()

    assert len(told) == 2


@pytest.mark.parametrize("page", ["today", "sync"])
def test_a_full_disk_is_told_where_people_begin_and_where_they_deliver(house, page: str) -> None:
    house.session.shelf.full = True

    house.start()
    house.window._backups.look()
    house.tasks.let_run()

    told = house.window.page(page).findChild(NoticeBar)
    assert "No se pudo hacer el respaldo" in told.text


def test_a_delivery_that_runs_is_not_talked_over(house) -> None:
    house.session.shelf.full = True
    house.start()
    house.window.start_sync()
    delivering = house.tasks.waiting.pop()

    house.window._backups.look()
    house.tasks.let_run()

    assert house.window.page("sync").findChild(NoticeBar).text == ""
    house.tasks.waiting.append(delivering)
    house.tasks.let_run()
