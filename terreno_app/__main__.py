"""`python -m terreno_app` and the `terreno` command."""

import sys

from terreno_app.cli.main import run


def main() -> None:
    """Run one command and leave with its status."""
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
