"""Serving the centre: the one command of its family that needs a web server."""

import logging
import sys
from typing import Annotated

import typer

from terreno_app import central_serving
from terreno_app.cli.options import AsJson, Database, database_url, machine
from terreno_app.cli.output import Output

app = typer.Typer(add_completion=False)


@app.command("serve")
def serve(
    database: Database = None,
    host: Annotated[str, typer.Option("--host", help="Dirección en que escucha.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0 elige uno libre.")] = 0,
    json: AsJson = False,
) -> int:
    """Sirve el centro hasta que se le pida terminar; imprime su dirección."""
    output = Output(as_json=json)
    logging.basicConfig(stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    central_serving.serve(
        database_url(database),
        host,
        port,
        announce=lambda url: output.answer({"url": url}, url),
        clock=machine().clock,
    )
    return 0
