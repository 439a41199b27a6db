"""The log of a serving centre: plain for people, or as JSON, one object a line, for whatever collects it.

What a line may say is what `logs.py` promises: events, ids and counts. An error of a library is told by its type and
its places alone, because its message may hold what people said.
"""

import json
import logging
import traceback
from datetime import UTC, datetime
from types import TracebackType

_Error = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class PlainLines(logging.Formatter):
    """Writes a record as a line for people, and below it the places of an error."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def formatException(self, ei: _Error) -> str:  # noqa: N802  # the name is logging's
        """The type of an error and where it was raised."""
        kind = "error" if ei[0] is None else ei[0].__qualname__
        return "\n".join([kind, *_places(ei[2])])


class JsonLines(logging.Formatter):
    """Writes a record as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """The object: when, how grave, who speaks, what happened; of an error its type and where it was raised."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        told: dict[str, object] = {
            "at": at.replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        if record.exc_info and record.exc_info[0] is not None:
            told["error"] = record.exc_info[0].__qualname__
            told["places"] = _places(record.exc_info[2])
        return json.dumps(told, ensure_ascii=False)


def _places(trace: TracebackType | None) -> list[str]:
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]
