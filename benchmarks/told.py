"""How figures are told: a line each, with the target, whether it is met, and the ratio to a limit of the same run."""

from __future__ import annotations

from statistics import median

_LABEL = 50


def rate(label: str, per_s: float, *, at_least: float | None = None, limit: float | None = None) -> None:
    """Tell how many records a second; the more the better."""
    parts = [f"{per_s:11,.0f} records/s"]
    if limit is not None:
        parts.append(f"{per_s / limit:5.2f} of the limit")
    if at_least is not None:
        parts.append(f"target ≥ {at_least:,}: {'met' if per_s >= at_least else 'missed'}")
    _line(label, parts)


def ms(
    label: str,
    taken_ms: float,
    *,
    at_most: float | None = None,
    limit: float | None = None,
    busy_ms: float | None = None,
) -> None:
    """Tell how many milliseconds, and for how many of them a processor was busy; the fewer the better."""
    parts = [f"{taken_ms:11,.1f} ms       " if busy_ms is None else f"{taken_ms:11,.1f} ms, busy {busy_ms:9,.1f} ms"]
    if limit is not None:
        parts.append(f"{taken_ms / limit:5.1f} × the limit ")
    if at_most is not None:
        parts.append(f"target ≤ {at_most:g}: {'met' if taken_ms <= at_most else 'missed'}")
    _line(label, parts)


def amount(label: str, found: float, unit: str, *, at_most: float | None = None) -> None:
    """Tell an amount of something; the less the better."""
    parts = [f"{found:11,.0f} {unit}"]
    if at_most is not None:
        parts.append(f"target ≤ {at_most:,g}: {'met' if found <= at_most else 'missed'}")
    _line(label, parts)


def note(text: str) -> None:
    """Tell something that is no figure."""
    print(f"  {text}", flush=True)


def _line(label: str, parts: list[str]) -> None:
    print(f"{label:{_LABEL}s}{'  '.join(parts)}".rstrip(), flush=True)


def middle(values: list[float]) -> float:
    """The median: one slow turn on a shared machine does not count."""
    return median(values)
