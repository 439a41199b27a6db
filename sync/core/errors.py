"""What can be wrong with what two sides say to each other.

SyncError
├── UnsendableError     a value that no op may carry (float, NUL, too long); found at save
├── UnreadableOpError   JSON that is not an op
├── UnreadableBatchError   JSON that is not a batch: the only case in which a push is refused whole
└── UnreadableAnswerError  JSON of the centre that is not what was asked for
"""


class SyncError(Exception):
    """Base of everything that reconciliation itself can object to."""


class UnsendableError(SyncError):
    """A value cannot travel.

    Attributes:
        field: The field it stands in; empty when it is the op as a whole.
        code: Short English name of the fault: ``float``, ``nul``, ``surrogate``, ``not_nfc``, ``not_json``,
            ``bad_key``, ``too_long``, ``too_large``.
    """

    def __init__(self, field: str, code: str) -> None:
        self.field = field
        self.code = code
        super().__init__(f"{field or 'op'}: {code}")


class UnreadableOpError(SyncError):
    """A JSON value is not an op; it goes to quarantine as it is."""


class UnreadableBatchError(SyncError):
    """The envelope of a batch cannot be read; nothing of it was stored."""


class UnreadableAnswerError(SyncError):
    """An answer of the centre cannot be read; nothing of it was stored."""
