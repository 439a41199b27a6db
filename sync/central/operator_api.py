"""What whoever operates the centre asks of it, on a port of its own that listens on this machine only.

/healthz   the process lives; nothing is looked at
/readyz    the database answers and holds a centre; 503 until then
/metrics   counts and times, for Prometheus
"""

from fastapi import FastAPI, Response
from prometheus_client import CONTENT_TYPE_LATEST

from sync.central.errors import UnavailableError
from sync.central.metrics import Metrics
from sync.central.ports import Store

_TEXT = "text/plain; charset=utf-8"
_UNAVAILABLE = 503


def build_operator_app(store: Store, metrics: Metrics) -> FastAPI:
    """The application of the operators' port."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)

    def health() -> Response:
        return Response("alive\n", media_type=_TEXT)

    def ready() -> Response:
        try:
            with store.reading() as tx:
                founded = tx.epoch() is not None
        except UnavailableError:
            founded = False
        return Response("ready\n") if founded else Response("unavailable\n", _UNAVAILABLE)

    def measures() -> Response:
        return Response(metrics.text(), media_type=CONTENT_TYPE_LATEST)

    # Plain functions: the framework calls them in a thread, so that the database is never waited for on the event loop.
    app.add_api_route("/healthz", health, methods=["GET"])
    app.add_api_route("/readyz", ready, methods=["GET"])
    app.add_api_route("/metrics", measures, methods=["GET"])
    return app
