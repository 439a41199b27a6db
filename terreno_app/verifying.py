"""Whether a report's file says true: without a laptop, from the file alone.

Loaded when it is asked for: what reads PDF and workbooks takes longer to load than a command may take to begin.
"""

from dataclasses import dataclass
from pathlib import Path

from terreno_app.domain.reports.report import NotAReportError
from terreno_app.paths import resources
from terreno_app.publish.figures_inside import figures_inside, is_as_made
from terreno_app.publish.publisher import Publisher
from terreno_app.services.errors import ServiceError
from terreno_app.services.reports import verify
from terreno_app.services.three_parts import Words
from terreno_app.storage.resources import load_catalogues

NO_REPORT = Words(
    "El archivo no es un informe que se pueda leer.",
    "No se cambió nada.",
    "Elija un archivo de «terreno report», tal como se emitió.",
)


@dataclass(frozen=True, slots=True)
class Verified:
    """What a report's file turned out to be.

    Attributes:
        digest: Of its figures.
        is_compared: All that the file shows was compared with its figures; not so when another version made it.
    """

    digest: str
    is_compared: bool


def verify_report(file: Path) -> Verified:
    """Compute the digest of a report's file again, and make the file again from its figures.

    Raises:
        ServiceError: ``file_missing``, ``file_unreadable``, ``digest_mismatch``, ``not_its_figures``.
    """
    try:
        content = file.read_bytes()
    except FileNotFoundError as error:
        raise ServiceError("file_missing", file=file) from error
    try:
        inside = figures_inside(content)
    except NotAReportError as error:
        raise ServiceError("file_unreadable", NO_REPORT) from error
    digest = verify(inside.values)
    try:
        as_made = is_as_made(content, inside, Publisher(resources(), load_catalogues(resources())))
    except NotAReportError as error:
        raise ServiceError("file_unreadable", NO_REPORT) from error
    if as_made is False:
        raise ServiceError("not_its_figures")
    return Verified(digest, is_compared=as_made is True)
