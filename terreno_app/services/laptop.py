"""Who works, and on which machine: values that every use case is given."""

from dataclasses import dataclass
from typing import Literal

from sync.core.schema import SHARED_FEED

Role = Literal["field", "coordination"]


@dataclass(frozen=True, slots=True)
class Laptop:
    """This enrolled device.

    Attributes:
        device: UUID.
        label: What people call it and what folios start with, ``T07``.
        role: What the centre lets it see.
        region: Two-digit code, or ``CL`` for all regions.
        central: URL of the centre.
    """

    device: str
    label: str
    role: Role
    region: str
    central: str

    @property
    def coordinates(self) -> bool:
        """It belongs to coordination."""
        return self.role == "coordination"

    @property
    def publishes(self) -> bool:
        """It belongs to the coordination of all regions: what it publishes is asked and offered everywhere."""
        return self.coordinates and self.region == SHARED_FEED


@dataclass(frozen=True, slots=True)
class Person:
    """An officer with a key slot on this laptop."""

    id: str
    name: str
    role: str = "officer"
