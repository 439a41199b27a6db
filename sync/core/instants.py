"""Instants as both sides write them: UTC, ISO 8601, milliseconds, ``Z``."""

from datetime import UTC, datetime


def instant(at: datetime) -> str:
    """The text of an aware datetime, cut to milliseconds."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse_instant(text: str) -> datetime:
    """The aware datetime of a text in ISO 8601 with any offset.

    Raises:
        ValueError: it is not one, or has no offset.
    """
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("an instant needs an offset")
    return at.astimezone(UTC)


def milliseconds_between(earlier: datetime, later: datetime) -> int:
    """How much later, in whole milliseconds; negative when it is earlier."""
    return round((later - earlier).total_seconds() * 1_000)
