"""`python -m tests.simulator`: seeds in numbers, one seed as a story, and what each planted mistake was caught by."""

import argparse
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import orjson

from tests.simulator.mistakes import MISTAKES
from tests.simulator.play import STEPS
from tests.simulator.report import page, table
from tests.simulator.seeds import IN_PAGE, Found, in_parallel, played

MOST = 3_000


def say(line: str = "") -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def run(options: argparse.Namespace) -> int:
    """Play seeds, tell what broke, go on where an earlier run was cut off."""
    memory = Path(options.resume) if options.resume else None
    told = orjson.loads(memory.read_bytes()) if memory is not None and memory.exists() else {"done": 0, "broken": []}
    done, broken = int(told["done"]), list(told["broken"])
    found = Found()
    for part in in_parallel(range(options.first + done, options.first + options.seeds), options.steps):
        found.add(part)
        done += part.seeds
        broken += part.broken
        if part.broken:
            say(part.told())
        if done % (options.seeds // 20 or 1) < part.seeds:
            say(f"{done} of {options.seeds} seeds, {len(broken)} broken")
        if memory is not None:
            memory.parent.mkdir(parents=True, exist_ok=True)
            memory.write_bytes(orjson.dumps({"done": done, "broken": broken}))
    if memory is not None:
        memory.unlink(missing_ok=True)
    say(_counted(found.counts))
    say(f"{done} seeds of {options.steps} steps: {len(broken)} broke a law")
    return 1 if broken else 0


def seed(options: argparse.Namespace) -> int:
    """Tell one seed from its beginning to the laws that it broke."""
    outcome = played(options.seed, options.steps, options.mistake)
    say(outcome.history())
    for one in outcome.broken:
        say(f"BROKEN {one.law}: {one.what}")
    say(f"digest {outcome.digest}")
    return 1 if outcome.broken else 0


def mistakes(options: argparse.Namespace) -> int:
    """Plant each mistake into the same seeds, and tell which laws caught it."""
    caught = {name: _caught(name, options.seeds, options.most) for name in options.only or MISTAKES}
    for line in table(caught):
        say(line)
    if options.out:
        right = Found()
        for part in in_parallel(range(IN_PAGE)):
            right.add(part)
        Path(options.out).write_text(page(right, caught), encoding="utf-8")
    return 0 if all(found.caught for found in caught.values()) else 1


def _caught(name: str, seeds: int, most: int) -> Found:
    """What became of so many seeds with a mistake; of more, as long as none has caught it."""
    found = Found()
    while not found.caught and found.seeds < most:
        for part in in_parallel(range(found.seeds, min(found.seeds + seeds, most)), mistake=name):
            found.add(part)
    say(f"{name}: {len(found.caught)} of {found.seeds}")
    return found


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{number} {what}" for what, number in sorted(counts.items()))


def main(arguments: Iterable[str] | None = None) -> int:
    """Do what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulator", description=__doc__)
    commands = parser.add_subparsers(required=True)
    many = commands.add_parser("run", help="play many seeds")
    many.add_argument("--first", type=int, default=0)
    many.add_argument("--seeds", type=int, default=IN_PAGE)
    many.add_argument("--steps", type=int, default=STEPS)
    many.add_argument("--resume", help="file that remembers how far it came")
    many.set_defaults(do=run)
    one = commands.add_parser("seed", help="tell one seed as a story")
    one.add_argument("seed", type=int)
    one.add_argument("--steps", type=int, default=STEPS)
    one.add_argument("--mistake", choices=sorted(MISTAKES))
    one.set_defaults(do=seed)
    planted = commands.add_parser("mistakes", help="which seeds catch which planted mistake")
    planted.add_argument("--seeds", type=int, default=20)
    planted.add_argument("--most", type=int, default=MOST, help="seeds that a mistake may take until one catches it")
    planted.add_argument("--only", action="append", choices=sorted(MISTAKES))
    planted.add_argument("--out", help="write the page of the documentation")
    planted.set_defaults(do=mistakes)
    options = parser.parse_args(None if arguments is None else list(arguments))
    return int(options.do(options))


if __name__ == "__main__":
    sys.exit(main())
