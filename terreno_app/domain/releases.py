"""Releases of this program: their numbers, the names of their archives, and what a repository offers. Pure.

Standard library alone: the launcher reads it before anything else is loaded.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_NUMBER = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,6}){1,3}", re.ASCII)
_ARCHIVE = re.compile(r"terreno-(?P<version>[0-9.]+)-(?P<platform>[a-z0-9]+-[a-z0-9_]+)\.tar\.zst", re.ASCII)


@dataclass(frozen=True, slots=True)
class Offer:
    """A release that can be had.

    Attributes:
        version: Its number.
        name: Of its archive.
        size: Of the archive, in bytes.
    """

    version: str
    name: str
    size: int


def number(version: str) -> tuple[int, ...] | None:
    """A version as numbers that compare; ``None`` for what is no release, as a name that leads out of its folder."""
    if not _NUMBER.fullmatch(version):
        return None
    parts = [int(part) for part in version.split(".")]
    while parts and not parts[-1]:
        parts.pop()  # 1.2 and 1.2.0 are one release
    return tuple(parts)


def is_newer(version: str, than: str) -> bool:
    """Whether one release came after another; what is no release came after none, and before all."""
    one, other = number(version), number(than)
    return one is not None and (other is None or one > other)


def version_of(archive: str, platform: str) -> str | None:
    """The version whose archive for a platform has that name; ``None`` for any other name."""
    found = _ARCHIVE.fullmatch(archive)
    if found is None or found["platform"] != platform or number(found["version"]) is None:
        return None
    return found["version"]


def newest(offers: Iterable[Offer]) -> Offer | None:
    """The newest of some offers."""
    return max(offers, key=lambda offer: number(offer.version) or (), default=None)
