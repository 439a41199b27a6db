"""`python -m terreno_app` and the `terreno` command."""

import os
import sys
from io import TextIOWrapper

from terreno_app.cli.main import run


def _speak(stream: TextIOWrapper) -> None:
    """Programs read UTF-8 whatever the locale; a terminal that lacks a letter shows another and loses nothing."""
    stream.reconfigure(encoding=stream.encoding if stream.isatty() else "utf-8", errors="replace")


def main() -> None:
    """Run one command and leave with its status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            _speak(stream)
    status = run(sys.argv[1:])
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        # Nobody reads any more: what is left goes nowhere, instead of into a complaint of the interpreter.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(status)


if __name__ == "__main__":
    main()
