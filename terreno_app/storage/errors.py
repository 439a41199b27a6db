"""What can go wrong between the program and its folder. Each has a short ``code``; the services have the words.

StorageError
├── PassphraseError
│   ├── WrongPassphraseError      it opens no slot
│   ├── WeakPassphraseError       a chosen one that is too short or common
│   ├── UnknownOfficerError       nobody with that id has a slot
│   ├── KnownOfficerError         that officer has a slot already
│   ├── LastOfficerError          the only slot cannot be removed
│   ├── WrongCustodianError       it does not open a custodian's key
│   └── OtherDeviceError          no passphrase opens a backup with another device's secret
├── RecoveryError
│   ├── NoRecoveryError           the laptop never got a recovery key
│   ├── WrongRecoveryError        another recovery key opens this laptop
│   ├── WrongPairError            these two hold no envelope together
│   └── UnreadableKeyError        a file holds no key of a custodian or of the recovery
├── FolderError
│   ├── NotALaptopError           no laptop was made in this folder
│   ├── AlreadyALaptopError       a laptop is there already
│   └── FolderLockedError         another program has it
├── DiskFullError                 nothing of the last transaction was stored
├── DiskError                     the medium does not read, write or answer
│   └── FolderDeniedError         the system does not let us write there
├── BusyError                     another thread wrote for longer than we wait
├── UnreadableDatabaseError       do not write on; restore a backup
│   ├── WrongKeyError             the key does not open it
│   ├── DamagedDatabaseError      pages, header or folder are not as they were written
│   ├── UnreadableBackupError     a file that is no backup, or a damaged one
│   └── NewerDatabaseError        a later version of the program wrote it
├── NotEnrolledError              the folder has no device yet
└── BrokenRuleError               a bug: a constraint that our own code may not break
"""

from collections.abc import Mapping


class StorageError(Exception):
    """Base of everything that this floor raises.

    Attributes:
        code: Short English name, the same for ever.
        details: What the words for people may name; never personal data.
    """

    code = "bug"

    def __init__(self, message: str = "", **details: object) -> None:
        self.details: Mapping[str, object] = details
        super().__init__(message or self.code)


class PassphraseError(StorageError):
    """Something about who may open the folder."""


class WrongPassphraseError(PassphraseError):
    """The passphrase opens none of the slots it was tried on."""

    code = "wrong_passphrase"


class WeakPassphraseError(PassphraseError):
    """A chosen passphrase is too short or too common."""

    code = "weak_passphrase"


class UnknownOfficerError(PassphraseError):
    """No slot belongs to that officer."""

    code = "unknown_officer"


class KnownOfficerError(PassphraseError):
    """That officer has a slot already."""

    code = "known_officer"


class LastOfficerError(PassphraseError):
    """Without this slot nobody could open the folder."""

    code = "last_officer"


class WrongCustodianError(PassphraseError):
    """The passphrase does not open a custodian's key."""

    code = "wrong_custodian"


class OtherDeviceError(PassphraseError):
    """A backup was made on a device with another secret: no passphrase opens it with this one."""

    code = "other_device"


class RecoveryError(StorageError):
    """Something about the ministry's recovery key."""


class NoRecoveryError(RecoveryError):
    """No recovery key has reached the laptop: only its officers open it."""

    code = "no_recovery"


class WrongRecoveryError(RecoveryError):
    """The laptop's key was sealed to another recovery key."""

    code = "wrong_recovery"


class WrongPairError(RecoveryError):
    """No envelope was sealed to these two custodians, or they are the same one twice."""

    code = "wrong_pair"


class UnreadableKeyError(RecoveryError):
    """A file is no key of a custodian, or not the file of a recovery key."""

    code = "unreadable_key"


class FolderError(StorageError):
    """Something about the folder as a whole."""


class NotALaptopError(FolderError):
    """No laptop was made in this folder."""

    code = "not_a_laptop"


class AlreadyALaptopError(FolderError):
    """A laptop is there already; it is not touched."""

    code = "already_a_laptop"


class FolderLockedError(FolderError):
    """Another program is using the folder."""

    code = "folder_locked"


class DiskFullError(StorageError):
    """No space left: the last transaction was not stored, everything before it was."""

    code = "disk_full"


class DiskError(StorageError):
    """The medium does not read, write or answer; the last transaction was not stored."""

    code = "disk_error"


class FolderDeniedError(DiskError):
    """The system does not let us write there."""

    code = "folder_denied"


class BusyError(StorageError):
    """Another thread held the database for longer than we wait."""

    code = "folder_locked"


class UnreadableDatabaseError(StorageError):
    """The database cannot be used as it is; nothing of it was changed."""

    code = "damaged_database"


class WrongKeyError(UnreadableDatabaseError):
    """The key does not open the database, or its first page is damaged: the two look the same."""


class DamagedDatabaseError(UnreadableDatabaseError):
    """Pages, key header or folder are not as they were written."""


class UnreadableBackupError(UnreadableDatabaseError):
    """A file is no backup of a laptop, or a damaged one; the laptop is as it was."""

    code = "unreadable_backup"


class NewerDatabaseError(UnreadableDatabaseError):
    """A later version of the program wrote the database."""

    code = "newer_database"


class NotEnrolledError(StorageError):
    """The folder has no device identity yet."""

    code = "not_a_laptop"


class BrokenRuleError(StorageError):
    """A bug of ours: a rule of the store that the program itself may not break."""

    code = "bug"
