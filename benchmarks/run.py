"""Every benchmark, one after the other: each prints its figures beside a limit measured in the same run."""

import importlib
import sys
from pathlib import Path

NAMES = ("save", "day", "push", "start")


def main(chosen: list[str]) -> None:
    """Run the benchmarks named, or all of them."""
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    for name in chosen or NAMES:
        print(f"== {name}", flush=True)
        importlib.import_module(name).main()


if __name__ == "__main__":
    main(sys.argv[1:])
