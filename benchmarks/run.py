"""Every benchmark, one after the other: each prints its figures beside a limit measured in the same run."""

import importlib
import signal
import sys

NAMES = ("save", "day", "push", "stages", "pull", "changes", "edits", "start", "information", "desktop")


def main(chosen: list[str]) -> None:
    """Run the benchmarks named, or all of them; whoever ends it early has what it made cleaned up too."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    for name in chosen or NAMES:
        print(f"== {name}", flush=True)
        importlib.import_module(f"benchmarks.{name}").main()


if __name__ == "__main__":
    main(sys.argv[1:])
