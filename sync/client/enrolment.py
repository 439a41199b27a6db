"""A laptop becomes a device of the centre: once, with a code, over the network."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sync.client.errors import InvalidCodeError
from sync.client.keys import DeviceKeys, first_keys, verify_certificate
from sync.core.codes import EnrolmentCode, MisspeltCodeError
from sync.core.trust import Certificate, Enrolled, words_to_compare


class EnrolmentDesk(Protocol):
    """The centre as enrolment sees it; :class:`sync.client.http.Central` is the one over HTTPS."""

    def enrol(self, body: Mapping[str, Any]) -> Enrolled:
        """Hand in a code's id, the device's keys and the proof of the code."""
        ...


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What the laptop keeps of its enrolment.

    Attributes:
        certificate: The centre's word for this device.
        epoch: The centre's history.
        centre_keys: The centre's keys by use and id.
        first_key: The signing key of the centre over which the six words are made, hex.
        recovery_key: Public key (hex) to seal the laptop's recovery slot to, where the centre has one.
    """

    certificate: Certificate
    epoch: str
    centre_keys: Mapping[str, Mapping[str, str]]
    first_key: str
    recovery_key: str | None

    def words(self, words: Sequence[str]) -> tuple[str, ...]:
        """Six words that must be the same on this screen and the coordinator's.

        Args:
            words: The list both sides draw from.
        """
        return words_to_compare(self.first_key, self.certificate.body["sign_key"], words)


def checked_code(code: str) -> EnrolmentCode:
    """A code as it was typed, read.

    Raises:
        InvalidCodeError: it is misspelt.
    """
    try:
        return EnrolmentCode.parse(code)
    except MisspeltCodeError as error:
        raise InvalidCodeError(str(error)) from error


def enrol(code: str, keys: DeviceKeys, app_version: str, central: EnrolmentDesk) -> Enrolment:
    """Hand the code's proof in and check what comes back.

    Args:
        code: As typed.
        keys: New keys of this device.
        app_version: Version of the program.
        central: The centre.

    Raises:
        InvalidCodeError: the code is misspelt; nothing was sent.
        ClientError: the centre refused it, or could not be reached.
        ForgedError: the answer does not hold.
    """
    parsed = checked_code(code)
    members = {
        "code_id": parsed.id,
        "sign_key": keys.sign_key,
        "box_key": keys.box_key,
        "app_version": app_version,
    }
    enrolled = central.enrol({**members, "mac": parsed.mac(members)})
    first, centre = first_keys(enrolled.keys)
    verify_certificate(enrolled.certificate, keys.sign_key, keys.box_key, centre)
    return Enrolment(enrolled.certificate, enrolled.epoch, centre, first.key, enrolled.recovery_key)
