"""`python -m terreno_app` and the `terreno` command."""

import importlib
import os
import sys
from io import TextIOWrapper


def _speak(stream: TextIOWrapper) -> None:
    """Programs read UTF-8 whatever the locale; a terminal that lacks a letter shows another and loses nothing."""
    stream.reconfigure(encoding=stream.encoding if stream.isatty() else "utf-8", errors="replace")


def main() -> None:
    """Run one command and leave with its status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            _speak(stream)
    try:
        # Loading takes long enough for somebody to press Ctrl+C, and only a caller can hear it.
        status: int = importlib.import_module("terreno_app.cli.main").run(sys.argv[1:])
    except KeyboardInterrupt:
        status = _interrupted()
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        # Nobody reads any more: what is left goes nowhere, instead of into a complaint of the interpreter.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(status)


def _interrupted() -> int:
    """Say so as any command does; what was half loaded is loaded again."""
    error = importlib.import_module("terreno_app.services.errors").ServiceError("interrupted")
    importlib.import_module("terreno_app.cli.output").Output(as_json="--json" in sys.argv).error(error)
    return int(error.exit)


if __name__ == "__main__":
    main()
