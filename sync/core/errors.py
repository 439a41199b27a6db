"""What can be wrong with what two sides say to each other.

SyncError
├── UnsendableError     a value that no op may carry (float, NUL, too long); found at save
├── UnreadableOpError   JSON that is not an op
├── UnreadableBatchError   JSON that is not a batch
│   └── OverfullBatchError    a batch with more ops than one may have: smaller ones can go
├── UnreadableAnswerError  JSON of the centre that is not what was asked for
└── UnreadableBundleError  a file that is no bundle, is damaged, or is for somebody else: nothing of it counts
"""


class SyncError(Exception):
    """Base of everything that reconciliation itself can object to."""


class UnsendableError(SyncError):
    """A value cannot travel.

    Attributes:
        field: The field it stands in; empty when it is the op as a whole.
        code: Short English name of the fault: ``float``, ``nul``, ``surrogate``, ``not_nfc``, ``not_json``,
            ``bad_key``, ``too_long``, ``too_large``, ``too_deep``.
    """

    def __init__(self, field: str, code: str) -> None:
        self.field = field
        self.code = code
        super().__init__(f"{field or 'op'}: {code}")


class UnreadableOpError(SyncError):
    """A JSON value is not an op; it goes to quarantine as it is."""


class UnreadableBatchError(SyncError):
    """The envelope of a batch cannot be read; nothing of it was stored."""


class OverfullBatchError(UnreadableBatchError):
    """A batch has more ops than one may have; the same ops may go in smaller ones."""


class UnreadableAnswerError(SyncError):
    """An answer of the centre cannot be read; nothing of it was stored."""


class UnreadableBundleError(SyncError):
    """A bundle counts for nothing, and nothing of it was stored.

    Attributes:
        code: ``not_a_bundle``, ``damaged_bundle`` (cut, altered, or signed by somebody else), ``wrong_way`` (a bundle
            where an answer belongs, or the other way round), ``newer_bundle``, ``other_centre``, ``other_laptop``,
            ``unknown_sender`` or ``large_bundle``.
    """

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)
