"""What a monitoring system reads of a serving centre, in the form of Prometheus: counts and times, never who or what.

In: requests as they pass, and the store when somebody asks. Labels are calls, statuses and feeds; no device, no person,
no address, no record.
"""

import time
from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sync.central.errors import UnavailableError
from sync.central.operate.glance import Glance, glance
from sync.central.ports import Store

CALLS = frozenset(
    f"/v1/{call}"
    for call in ("status", "enrol", "push", "bundle", "consignment", "answer", "pull", "history", "tallies")
)
OTHER = "other"
"""Any other path: whoever guesses paths makes no new labels."""
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_CUT = 499
"""Status of a request whose caller went away before there was an answer."""


class Metrics:
    """The figures of one serving process, in a registry of its own.

    Args:
        store: The centre's database, read when somebody asks.
        ticks: Seconds that only go forward.
    """

    def __init__(self, store: Store, ticks: Callable[[], float] = time.perf_counter) -> None:
        self._ticks = ticks
        self._registry = CollectorRegistry()
        self._requests = Counter("terreno_requests", "Requests answered.", ("call", "status"), registry=self._registry)
        self._seconds = Histogram(
            "terreno_request_seconds",
            "From a request to its answer.",
            ("call",),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._registry.register(_Held(store))

    def text(self) -> bytes:
        """Everything, as it is read by a monitoring system."""
        return generate_latest(self._registry)

    def measured(self, app: ASGIApp) -> ASGIApp:
        """The same application, whose requests are counted."""

        async def serve(scope: Scope, receive: Receive, send: Send) -> None:
            status, begun = _CUT, self._ticks()

            async def told(message: Message) -> None:
                nonlocal status
                if message["type"] == "http.response.start":
                    status = message["status"]
                await send(message)

            try:
                await app(scope, receive, told)
            finally:
                call = scope["path"] if scope["path"] in CALLS else OTHER
                self._requests.labels(call, str(status)).inc()
                self._seconds.labels(call).observe(self._ticks() - begun)

        return serve


class _Held(Collector):
    """What the database holds, counted when somebody asks."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def describe(self) -> list[Metric]:
        """Nothing beforehand: the database is not asked only to be registered."""
        return []

    def collect(self) -> Iterator[Metric]:
        """The database, and what it holds where it answers."""
        try:
            with self._store.reading() as tx:
                found = glance(tx)
        except UnavailableError:
            yield _gauge("terreno_database_up", "Whether the database answers.", 0)
            return
        yield _gauge("terreno_database_up", "Whether the database answers.", 1)
        yield from _families(found)


def _families(found: Glance) -> Iterator[Metric]:
    changes = CounterMetricFamily("terreno_changes", "Changes accepted into a feed since it began.", labels=("feed",))
    behind = GaugeMetricFamily("terreno_figures_behind", "Changes that no report counts yet.", labels=("feed",))
    waiting = GaugeMetricFamily("terreno_quarantine_waiting", "Whether something waits.", labels=("feed",))
    for feed, change in found.changes.items():
        changes.add_metric((feed,), change)
        behind.add_metric((feed,), found.behind[feed])
        waiting.add_metric((feed,), feed in found.waiting)
    devices = GaugeMetricFamily("terreno_devices", "Devices by status.", labels=("status",))
    for status, count in found.devices.items():
        devices.add_metric((status,), count)
    yield from (changes, behind, waiting, devices)
    yield _gauge("terreno_devices_unconfirmed", "Devices that wait for somebody to confirm them.", found.unconfirmed)


def _gauge(name: str, words: str, value: float) -> Metric:
    family = GaugeMetricFamily(name, words)
    family.add_metric((), value)
    return family
