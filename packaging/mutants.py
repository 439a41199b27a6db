"""Prints how many planted mistakes the tests of `sync/core` catch: `make mutants` made them; under 90 % it fails.

In: on stdin, `mutmut results --all true`. A mistake that makes a test run for ever is caught too.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterable

FLOOR = 90
CAUGHT = frozenset({"killed", "timeout", "caught by type check"})
LINE = re.compile(r"\s*(?P<module>[\w.]+)\.x\S*: (?P<outcome>[a-z ]+)")


def main() -> None:
    """Print a line for each module, then the whole."""
    counts = counted(sys.stdin)
    whole = sum(counts.values(), Counter())
    width = max(map(len, counts), default=0)
    for module, found in sorted(counts.items()):
        print(f"{module:{width}} {told(found)}")
    print(f"{'total':{width}} {told(whole)}")
    if not reaches(whole, FLOOR):
        sys.exit(f"fewer than {FLOOR} % of the planted mistakes were caught")


def counted(lines: Iterable[str]) -> dict[str, Counter[str]]:
    """How many mutants ended how, by module."""
    counts: dict[str, Counter[str]] = {}
    for line in lines:
        if told_of := LINE.fullmatch(line.rstrip()):
            counts.setdefault(told_of["module"], Counter())[told_of["outcome"]] += 1
    return counts


def told(found: Counter[str]) -> str:
    """The numbers of one line."""
    caught = sum(found[outcome] for outcome in CAUGHT)
    rest = ", ".join(f"{number} {outcome}" for outcome, number in sorted(found.items()) if outcome not in CAUGHT)
    return f"{caught:5} of {found.total():5} caught {100 * caught / max(1, found.total()):6.1f} %   {rest}".rstrip()


def reaches(found: Counter[str], floor: int) -> bool:
    """Whether enough were caught; of nothing at all that is not so."""
    caught = sum(found[outcome] for outcome in CAUGHT)
    return 100 * caught >= floor * found.total() > 0


if __name__ == "__main__":
    main()
