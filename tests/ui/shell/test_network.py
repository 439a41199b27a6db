"""Whether there is a network is asked of the centre, and nobody waits for the answer."""

from terreno_app.ui.network import NetworkWatch
from tests.ui.office import FakeCentre, PatientRunner


def a_watch(centre: FakeCentre, runner: PatientRunner) -> tuple[NetworkWatch, list[bool]]:
    watch, told = NetworkWatch(centre.answers, runner), []
    watch.known.connect(told.append)
    return watch, told


def test_the_answer_is_told(qapp: object) -> None:
    centre, runner = FakeCentre(), PatientRunner()
    watch, told = a_watch(centre, runner)

    watch.start()
    runner.let_run()
    centre.online = False
    watch.look()
    runner.let_run()

    assert told == [True, False]
    watch.stop()


def test_an_error_is_no_network(qapp: object) -> None:
    centre, runner = FakeCentre(), PatientRunner()
    centre.online = OSError("no route")
    watch, told = a_watch(centre, runner)

    watch.look()
    runner.let_run()

    assert told == [False]


def test_a_slow_answer_is_not_asked_for_twice(qapp: object) -> None:
    runner = PatientRunner()
    watch, _ = a_watch(FakeCentre(), runner)

    watch.look()
    watch.look()

    assert len(runner.waiting) == 1


def test_closing_does_not_wait_for_the_network(qapp: object) -> None:
    runner = PatientRunner()
    watch, told = a_watch(FakeCentre(), runner)
    watch.start()

    watch.stop()

    assert runner.closed
    assert told == []
