"""What can keep a release from this laptop. Each has a short ``code``; the services have the words.

UpdateError
├── NotPublishedError     there is no repository at that address or in that folder
├── RefusedReleaseError   what is there may not be used
│   ├── ExpiredError      nobody signed it anew in time: it may be held back, or this clock is wrong
│   ├── OlderError        older than what this laptop has seen, or of parts that do not belong together
│   ├── UnsignedError     not signed by enough of the keys that are trusted
│   └── AlteredError      not the bytes, the length or the form that were signed
├── UnsafeArchiveError    an archive that would write where or what it may not
├── NoRoomError           the disk has no room for it and for the day's work
├── MediumGoneError       the folder does not read any more
└── StoppedError          somebody wanted it to stop; what came is kept
"""


class UpdateError(Exception):
    """Base of everything that this floor raises.

    Attributes:
        code: Short English name, the same for ever.
    """

    code = "bug"

    def __init__(self, message: str = "") -> None:
        super().__init__(message or self.code)


class NotPublishedError(UpdateError):
    """No repository is there."""

    code = "updates_not_published"


class RefusedReleaseError(UpdateError):
    """What a repository says may not be used; nothing of it was."""


class ExpiredError(RefusedReleaseError):
    """Metadata that was not signed anew in time: a freeze, or a wrong clock."""

    code = "update_expired"


class OlderError(RefusedReleaseError):
    """A rollback, a jump, or a mix of what was signed at different times."""

    code = "update_older"


class UnsignedError(RefusedReleaseError):
    """Too few signatures of keys that are trusted now."""

    code = "update_unsigned"


class AlteredError(RefusedReleaseError):
    """Other bytes than those that were signed, too many of them, or no metadata at all."""

    code = "update_altered"


class UnsafeArchiveError(UpdateError):
    """An archive with a member that leads out of its folder, or that is larger than a release can be."""

    code = "update_unsafe"


class StoppedError(UpdateError):
    """It was stopped; the next time goes on from there."""

    code = "update_stopped"


class MediumGoneError(UpdateError):
    """The folder does not read any more."""

    code = "medium_gone"


class NoRoomError(UpdateError):
    """Too little of the disk would be left."""

    code = "update_no_room"
