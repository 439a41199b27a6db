"""Serving the centre: the one command of its family that needs a web server."""

import logging
import sys
from typing import Annotated

import typer

from terreno_app import central_serving
from terreno_app.cli.options import AsJson, Database, database_url, machine
from terreno_app.cli.output import Output
from terreno_app.operator_logs import JsonLines, PlainLines

app = typer.Typer(add_completion=False)


@app.command("serve")
def serve(
    database: Database = None,
    host: Annotated[str, typer.Option("--host", help="Dirección en que escucha.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0 elige uno libre.")] = 0,
    operate: Annotated[
        int | None,
        typer.Option("--operate", min=0, max=65535, help="Puerto de este equipo para /healthz, /readyz y /metrics."),
    ] = None,
    log_json: Annotated[bool, typer.Option("--log-json", help="El registro en JSON, una línea por suceso.")] = False,
    json: AsJson = False,
) -> int:
    """Sirve el centro hasta que se le pida terminar; imprime su dirección."""
    output = Output(as_json=json)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if log_json else PlainLines())
    logging.basicConfig(handlers=[handler])
    central_serving.serve(
        database_url(database),
        host,
        port,
        announce=lambda url, own: output.answer({"url": url} if own is None else {"url": url, "operate": own}, url),
        operate=operate,
        clock=machine().clock,
    )
    return 0
