"""The desktop from the command line."""

import typer

from terreno_app.cli.options import Data
from terreno_app.paths import data_folder
from terreno_app.ui.application import open_window

app = typer.Typer(add_completion=False)


@app.command("app")
def window(data: Data = None) -> int:
    """Abre la aplicación de escritorio."""
    return open_window(data_folder(data))
