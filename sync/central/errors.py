"""What the centre can object to.

CentralError
├── RefusedError            the caller is told no, with a problem document
├── UnavailableError        environment: the database is busy, full or gone; the caller may try again
│   ├── FullError           there is no room left where it lies
│   └── DeniedError         this account may not write where it lies
├── UnknownDatabaseError    there is no such database, or it lets nobody in
├── NewerDatabaseError      the database was written by a newer version of this program
├── OlderDatabaseError      and by an older one: it has to be migrated first
├── FilledDatabaseError     the database is not empty, and nothing is copied over what it holds
├── DamagedCopyError        a file is no copy of a centre, or not whole
├── NewerCopyError          a newer version of this program made the copy
├── NotFoundedError         the database holds no centre yet
└── AlreadyFoundedError     the database holds one already
"""

from sync.core.errors import OverfullBatchError, SyncError, UnreadableBatchError
from sync.core.problems import ProblemDocument, ProblemType, problem


class CentralError(SyncError):
    """Base of everything that the centre itself can object to."""


class RefusedError(CentralError):
    """The caller is told no.

    Attributes:
        document: What the caller reads.
    """

    def __init__(self, document: ProblemDocument) -> None:
        self.document = document
        super().__init__(document.type)


def refused_batch(error: UnreadableBatchError) -> ProblemDocument:
    """How the centre says no to a batch that it cannot take as a whole: with 413 where smaller ones would do."""
    overfull = isinstance(error, OverfullBatchError)
    return problem(ProblemType.TOO_LARGE if overfull else ProblemType.UNREADABLE, str(error))


class UnavailableError(CentralError):
    """The database cannot serve just now; nothing was changed."""


class FullError(UnavailableError):
    """There is no room left where the database lies."""


class DeniedError(UnavailableError):
    """The account that this program runs as may not write where the database lies."""


class UnknownDatabaseError(CentralError):
    """There is no such database, it is none that this program knows, or it lets nobody of that name in."""


class NewerDatabaseError(CentralError):
    """A newer version of this program wrote the database; this one leaves it alone."""


class NotFoundedError(CentralError):
    """The database holds no centre: it has to be founded first."""


class AlreadyFoundedError(CentralError):
    """The database holds a centre already; its keys and its history stay."""


class OlderDatabaseError(CentralError):
    """An older version of this program wrote the database; it has to be migrated first."""


class FilledDatabaseError(CentralError):
    """The database is not empty: nothing is copied over what it holds."""


class DamagedCopyError(CentralError):
    """A file is no copy of a centre, or was cut off or altered."""


class NewerCopyError(CentralError):
    """A newer version of this program made the copy."""
