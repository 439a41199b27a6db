"""Reports as files: readable JSON, and writing that leaves the whole file or the one that was there."""

import json
import os
import tempfile
from pathlib import Path

from terreno_app.domain.reports.report import Report


def report_json(report: Report) -> bytes:
    """Return the report as JSON that people can read and programs compare: one form for the same report."""
    return (json.dumps(report.to_json(), ensure_ascii=False, indent=1) + "\n").encode()


def write_whole(path: Path, content: bytes) -> None:
    """Write the file or change nothing, even when the power goes.

    Raises:
        OSError: the folder is missing, full or may not be written.
    """
    handle, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise
