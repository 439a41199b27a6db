"""The composition root of the centre: the OIRS schema handed to `sync.central`, and what `terreno central …` calls.

In: the URL of a database. Out: a founded centre, officers, codes. This file and its sisters (`central_operations.py`,
`central_serving.py`) alone know `sync.central`; officers are their word, the centre knows only kinds of records.
"""

import hashlib
import json
import os
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from sync.central.bundle import Taken, take_in
from sync.central.centre import Centre, found
from sync.central.errors import (
    AlreadyFoundedError,
    CentralError,
    DeniedError,
    FullError,
    NewerDatabaseError,
    NotFoundedError,
    OlderDatabaseError,
    UnavailableError,
    UnknownDatabaseError,
)
from sync.central.ground import Limits, Surroundings
from sync.central.migrations import newest
from sync.central.stores import AnyStore, file_of, open_store, shown
from sync.core.codes import EnrolmentCode
from sync.core.schema import SHARED_FEED, Json
from sync.parcel.files import reading, whole_file
from terreno_app.domain.clock import Clock, santiago_day
from terreno_app.domain.code_lists import CODE_LISTS
from terreno_app.domain.field_checks import field_problems, normalised, required_problems
from terreno_app.domain.ids import Ids
from terreno_app.paths import resources
from terreno_app.reconciliation import schema
from terreno_app.services.centre_words import NO_CENTRE_YET
from terreno_app.services.errors import RejectedDraftError, ServiceError
from terreno_app.storage.resources import load_catalogues

OFFICER = "officer"
COORDINATOR = "coordinator"
_CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)
_OBJECTIONS: dict[type[CentralError], str] = {
    UnknownDatabaseError: "unknown_database",
    UnavailableError: "database_unavailable",
    FullError: "database_full",
    DeniedError: "database_denied",
    NewerDatabaseError: "newer_central_database",
    OlderDatabaseError: "older_central_database",
}


class SystemClock:
    """This machine's clock."""

    def now(self) -> datetime:
        """The present instant, in UTC."""
        return datetime.now(UTC)


SYSTEM_CLOCK = SystemClock()


@dataclass(frozen=True, slots=True)
class NewCode:
    """A one-time enrolment code.

    Attributes:
        code: As it is read out and typed.
        expires_at: UTC instant at which it ends.
    """

    code: str
    expires_at: str


@dataclass(frozen=True, slots=True)
class Officer:
    """A person of the centre.

    Attributes:
        id: What `terreno enrol --officer` asks for.
        name: Empty where it was erased, as is the role.
        region: Two digits, or `CL`: of all.
        role: What they do.
        active_to: Their last day; `None` while nobody said one.
    """

    id: str
    name: str
    region: str
    role: str
    active_to: str | None


def init(database: str, coordinator: str, recovery_key: str | None = None, *, clock: Clock = SYSTEM_CLOCK) -> str:
    """Create a centre and its first coordinator, for all regions.

    Args:
        database: `sqlite:///path` or `postgresql://…`.
        coordinator: The coordinator's name.
        recovery_key: Public key for the laptops' recovery slots, hex.
        clock: Where the hour comes from.

    Returns:
        The coordinator's officer id.

    Raises:
        ServiceError: `central_exists`, `unknown_database`, or `rejected` for a name that no record may hold.
    """
    officer = _officer(coordinator, SHARED_FEED, COORDINATOR, clock)
    surroundings = surroundings_of(clock)
    with store_of(database, exists=False) as store:
        try:
            found(store, surroundings, recovery_key)
        except AlreadyFoundedError as error:
            raise ServiceError("central_exists") from error
        return _write_officer(centre_of(store, clock, database), SHARED_FEED, officer)


def add_officer(database: str, name: str, region: str, role: str, *, clock: Clock = SYSTEM_CLOCK) -> str:
    """Name a person of a region (`CL`: of all).

    Returns:
        The officer's id.

    Raises:
        ServiceError: `unknown_database`, `unknown_region`, `usage` for a role that does not exist, or `rejected` for a
            name that no record may hold.
    """
    _known_role(role, "officer_role")
    with store_of(database) as store:
        centre = centre_of(store, clock, database)
        _known_region(region)
        return _write_officer(centre, region, _officer(name, region, role, clock))


def list_officers(database: str, region: str | None = None, *, clock: Clock = SYSTEM_CLOCK) -> list[Officer]:
    """Who is named at the centre, by region and name.

    Args:
        database: `sqlite:///path` or `postgresql://…`.
        region: Only of this one: two digits, or `CL` for who is of all; `None`: everybody.
        clock: Where the hour comes from.

    Raises:
        ServiceError: `unknown_database`, `unknown_region`.
    """
    with store_of(database) as store:
        centre_of(store, clock, database)
        if region is not None:
            _known_region(region)
        with store.reading() as tx:
            rows = tx.of_kind(OFFICER)
    told = [(row, json.loads(row.fields)) for row in rows if region in {None, row.region}]
    found = [
        Officer(row.id, says.get("name") or "", row.region, says.get("role") or "", says.get("active_to"))
        for row, says in told
    ]
    return sorted(found, key=lambda one: (one.region, one.name, one.id))


def new_code(
    database: str,
    region: str,
    role: str,
    hours: int = 24,
    certificate: Path | None = None,
    *,
    clock: Clock = SYSTEM_CLOCK,
) -> NewCode:
    """Give a one-time code that enrols one laptop of a region (`CL`: of all).

    Args:
        database: `sqlite:///path` or `postgresql://…`.
        region: Two digits, or `CL`.
        role: `field` or `coordination`.
        hours: How long the code can be used.
        certificate: PEM file of the centre's certificate; the laptop is to accept no other one.
        clock: Where the hour comes from.

    Raises:
        ServiceError: `unknown_database`, `unknown_region`, `file_missing`, or `usage` for a role that does not exist or
            a file that holds no certificate.
    """
    _known_role(role, "device_role")
    fingerprint = None if certificate is None else _fingerprint(certificate)
    with store_of(database) as store:
        centre = centre_of(store, clock, database)
        _known_region(region)
        code, expires_at = centre.new_code(region, role, hours)
        return NewCode(str(replace(EnrolmentCode.parse(code), fingerprint=fingerprint)), expires_at)


def _fingerprint(file: Path) -> str:
    """SHA-256 of the first certificate of a PEM file, in hex."""
    try:
        found = _CERTIFICATE.search(file.read_bytes().decode("ascii", "replace"))
    except FileNotFoundError as error:
        raise ServiceError("file_missing", file=file) from error
    pem = "" if found is None else found[0]
    try:
        ssl.create_default_context(cadata=pem)  # refuses what only looks like a certificate
        return hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest()
    except (ValueError, ssl.SSLError) as error:
        raise ServiceError("usage", what="el archivo de --certificate no tiene un certificado PEM.") from error


def bundle(database: str, file: Path, answer: Path, *, replace: bool = False, clock: Clock = SYSTEM_CLOCK) -> Taken:
    """Take in a bundle that was brought to the centre without a carrier, and write the answer to its sender.

    Args:
        database: `sqlite:///path`.
        file: The bundle.
        answer: Where the answer goes; whole, or not there at all.
        replace: It may take the place of a file that is there.
        clock: Where the hour comes from.

    Raises:
        ServiceError: `unknown_database`, or `central_down` while another program writes.
        UnreadableBundleError: it is damaged, of another centre, or of nobody that this centre knows.
        MediumError: a file cannot be read or written, or there is one where the answer belongs.
    """
    with store_of(database) as store, reading(file) as source, whole_file(answer, replace=replace) as sink:
        try:
            return take_in(centre_of(store, clock, database), source, sink)
        except UnavailableError as error:
            raise ServiceError("central_down") from error


def _officer(name: str, region: str, role: str, clock: Clock) -> dict[str, Json]:
    """The fields of an officer, held to the same rules as every record: the centre's own ops are not checked again."""
    given: dict[str, Json] = {
        "name": name,
        "role": role,
        "region": region,
        "active_from": santiago_day(clock.now()).isoformat(),
    }
    catalogues = load_catalogues(resources())
    fields = normalised(OFFICER, given)
    found_wrong = (*field_problems(OFFICER, fields, catalogues), *required_problems(OFFICER, fields, catalogues))
    if found_wrong:
        raise RejectedDraftError(found_wrong)
    return fields


def _write_officer(centre: Centre, region: str, fields: dict[str, Json]) -> str:
    officer = centre.ground.surroundings.new_id()
    centre.write(region, OFFICER, officer, fields)
    return officer


def _known_role(role: str, code_list: str) -> None:
    if role not in CODE_LISTS[code_list]:
        raise ServiceError("usage", what=f"--role: {' | '.join(CODE_LISTS[code_list])}.")


def _known_region(region: str) -> None:
    if region != SHARED_FEED and region not in load_catalogues(resources()).regions:
        raise ServiceError("unknown_region", region=region)


def surroundings_of(clock: Clock) -> Surroundings:
    """Time, randomness and ids, as the machine gives them."""
    return Surroundings(now=clock.now, random=os.urandom, new_id=Ids(clock, os.urandom).new)


def centre_of(store: AnyStore, clock: Clock, database: str) -> Centre:
    """The centre in a store.

    Raises:
        ServiceError: `unknown_database`: it holds none.
    """
    try:
        catalogues = load_catalogues(resources())
        limits = Limits(regions=frozenset(region.code for region in catalogues.regions))
        return Centre(store, schema(catalogues), surroundings_of(clock), limits)
    except NotFoundedError as error:
        raise no_centre(database) from error


def _need_tables(store: AnyStore, database: str) -> None:
    with store.reading() as tx:
        if tx.is_empty():
            raise no_centre(database)
        if tx.version() < newest():
            raise ServiceError(_OBJECTIONS[OlderDatabaseError], database=shown(database))


def no_centre(database: str) -> ServiceError:
    """What is said of a database that is there and holds no centre."""
    return ServiceError("unknown_database", NO_CENTRE_YET.about(database=shown(database)))


@contextmanager
def store_of(database: str, *, exists: bool = True, as_found: bool = False) -> Iterator[AnyStore]:
    """The store behind a URL, closed afterwards; a file that was made for a block that fails is taken away again.

    Args:
        database: `sqlite:///path` or `postgresql://…`.
        exists: It has to hold tables: to look at an empty one makes none, so a centre can still be restored into it.
        as_found: Take an empty or older database as it is.

    Raises:
        ServiceError: `unknown_database`, `database_unavailable`, `database_full`, `database_denied`,
            `newer_central_database`, `older_central_database`.
    """
    file = file_of(database)
    try:
        made = file is not None and not file.exists()
        store = open_store(database, exists=exists, as_found=exists or as_found)
    except PermissionError as error:  # of a folder that this account may not even enter
        raise ServiceError("database_denied", database=shown(database)) from error
    except tuple(_OBJECTIONS) as error:
        raise ServiceError(_OBJECTIONS[type(error)], database=shown(database)) from error
    whole = False
    try:
        if exists and not as_found:
            _need_tables(store, database)
        yield store
        whole = True
    except UnavailableError as error:
        raise ServiceError(_OBJECTIONS[type(error)], database=shown(database)) from error
    finally:
        store.close()
        if file is not None and made and not whole:
            file.unlink(missing_ok=True)
