"""What a monitoring system reads of a centre: counts by call and feed, health, and nothing about anybody."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import requests

from sync.central.api import build_app
from sync.central.errors import UnavailableError
from sync.central.metrics import Metrics
from sync.central.operator_api import build_operator_app
from sync.central.serve import serving
from tests.central.speaking import World


class Gone:
    """A database that does not answer."""

    @contextmanager
    def reading(self) -> Iterator[None]:
        raise UnavailableError("gone")
        yield


def figures(metrics: Metrics) -> dict[str, float]:
    lines = (line.rpartition(" ") for line in metrics.text().decode().splitlines() if not line.startswith("#"))
    return {name: float(value) for name, _, value in lines}


def test_requests_are_counted_by_call_and_no_path_that_was_guessed_makes_a_label(world: World) -> None:
    metrics = Metrics(world.store)
    with serving(metrics.measured(build_app(world.centre))) as url:
        world.laptop(url=url).note()
        for path in ("/v1/status", "/v1/secreto-de-ana", "/otro"):
            requests.get(url + path, timeout=10)

    found = figures(metrics)

    assert found['terreno_requests_total{call="/v1/push",status="200"}'] == 1
    assert found['terreno_requests_total{call="/v1/status",status="200"}'] == 1
    assert found['terreno_requests_total{call="other",status="404"}'] == 2
    assert found['terreno_request_seconds_count{call="/v1/push"}'] == 1
    assert "secreto" not in metrics.text().decode()


def test_what_the_centre_holds_is_counted_by_feed_and_no_device_or_word_of_a_record_is_named(world: World) -> None:
    laptop = world.laptop()
    laptop.note("A lamp is out")
    laptop.push(laptop.op(fields={"title": "x", "topic": "of tomorrow"}))

    metrics = Metrics(world.store)
    before = figures(metrics)
    world.centre.folding.catch_up(lambda: False)

    assert before['terreno_changes_total{feed="13"}'] == before['terreno_figures_behind{feed="13"}'] > 0
    assert before['terreno_quarantine_waiting{feed="13"}'] == 1
    assert before['terreno_devices{status="active"}'] == 1
    assert (before["terreno_database_up"], before["terreno_devices_unconfirmed"]) == (1, 0)
    assert figures(metrics)['terreno_figures_behind{feed="13"}'] in (0, before['terreno_figures_behind{feed="13"}'])
    assert not [word for word in (laptop.device, "lamp", "tomorrow") if word in metrics.text().decode()]


def test_a_caller_who_goes_away_is_counted_as_one(world: World) -> None:
    metrics = Metrics(world.store)

    async def gone(*_: object) -> None:
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        metrics.measured(gone)({"path": "/v1/push"}, None, None).send(None)  # type: ignore[arg-type,attr-defined]

    assert figures(metrics)['terreno_requests_total{call="/v1/push",status="499"}'] == 1


def test_the_operators_port_says_whether_the_process_lives_and_whether_it_can_serve(world: World) -> None:
    good, broken = Metrics(world.store), Metrics(Gone())  # type: ignore[arg-type]
    with (
        serving(build_operator_app(world.store, good)) as well,
        serving(build_operator_app(Gone(), broken)) as ill,  # type: ignore[arg-type]
    ):
        told = {
            (name, path): requests.get(url + path, timeout=10)
            for name, url in (("well", well), ("ill", ill))
            for path in ("/healthz", "/readyz", "/metrics", "/v1/status")
        }

    statuses = {
        name: [told[name, path].status_code for path in ("/healthz", "/readyz", "/metrics", "/v1/status")]
        for name in ("well", "ill")
    }
    assert statuses == {"well": [200, 200, 200, 404], "ill": [200, 503, 200, 404]}
    assert "terreno_database_up 0.0" in told["ill", "/metrics"].text
    assert told["well", "/metrics"].headers["Content-Type"].startswith("text/plain")
