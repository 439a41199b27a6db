"""`python -m terreno_app` and the `terreno` command."""

import os
import sys

from terreno_app.cli.main import run


def main() -> None:
    """Run one command and leave with its status."""
    status = run(sys.argv[1:])
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        # Nobody reads any more: what is left goes nowhere, instead of into a complaint of the interpreter.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(status)


if __name__ == "__main__":
    main()
