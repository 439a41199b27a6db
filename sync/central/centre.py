"""The centre as one object: found it, open it, and answer each call. HTTP is `api`'s business.

Every call is one transaction. A change in the shared feed that may heal quarantine is committed first; then each region
tries its own again, in a transaction of its own, and a mark in the database keeps a crash from forgetting it.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sync.central.accept import Acceptance, Delivered, feed_for
from sync.central.checks import Checks
from sync.central.columns import Columns
from sync.central.consignments import Consignments
from sync.central.devices import certified, forked, take_in
from sync.central.enrol import enrol, new_code, proven
from sync.central.errors import AlreadyFoundedError, NotFoundedError, RefusedError, UnavailableError
from sync.central.facts import CENTRE, HEAL, RECOVERY_KEY, RECOVERY_SINCE, SCHEMA, STREAM
from sync.central.feed import history, page
from sync.central.figure_fold import Folding
from sync.central.figure_layout import layout_of
from sync.central.ground import Ground, Limits, Surroundings
from sync.central.held import Device, HeldKey
from sync.central.keys import CentreKeys, new_key
from sync.central.own_kinds import UNCONFIRMED, with_own_kinds
from sync.central.ports import Store, Transaction
from sync.central.scope import FIELD, FieldReader, field_reader, reads_feed
from sync.central.tallies import asked, tallies
from sync.core.instants import instant
from sync.core.problems import ProblemType, problem
from sync.core.protocol import PROTOCOL_VERSION, Batch, PushAnswer
from sync.core.schema import SHARED_FEED, Json, Schema
from sync.core.trust import BOX, SIGN, CentreStatus, RecoveryKey, recovery_bytes

if TYPE_CHECKING:
    from sync.central.enrol_request import EnrolRequest

FOLD_BEFORE_AN_ANSWER = timedelta(seconds=2)
"""For how long figures are brought up to date while somebody waits for an answer."""


NOBODY = ""
"""Who asks, where nobody says who it is."""


def found(store: Store, surroundings: Surroundings, recovery_key: str | None = None) -> None:
    """Begin a centre in an empty database: its keys, its id, its stream, its first epoch.

    Args:
        store: The database.
        surroundings: Time, randomness and ids.
        recovery_key: Public key that laptops seal their recovery slot to, hex.

    Raises:
        AlreadyFoundedError: the database holds a centre.
    """
    at = instant(surroundings.now())
    with store.writing() as tx:
        if tx.epoch() is not None:
            raise AlreadyFoundedError
        signing = new_key(SIGN, surroundings.random, None)
        tx.add_key(signing, at)
        tx.add_key(new_key(BOX, surroundings.random, signing), at)
        tx.set_value(CENTRE, surroundings.new_id())
        tx.set_value(STREAM, surroundings.new_id())
        if recovery_key is not None:
            _name_recovery_key(tx, recovery_key, at)
        tx.add_epoch(surroundings.new_id(), at)


def _name_recovery_key(tx: Transaction, key: str, at: str) -> None:
    tx.set_value(RECOVERY_KEY, key)
    tx.set_value(RECOVERY_SINCE, at)


class Centre:
    """A founded centre.

    Args:
        store: Its database.
        schema: Every kind of record, as the application knows them.
        surroundings: Time, randomness and ids.
        limits: What a device may do.

    Raises:
        NotFoundedError: the database holds no centre.
    """

    def __init__(self, store: Store, schema: Schema, surroundings: Surroundings, limits: Limits | None = None) -> None:
        self._store = store
        whole = with_own_kinds(schema)
        with store.reading() as tx:
            centre, stream, held = tx.value(CENTRE), tx.value(STREAM), tx.keys()
        if centre is None or stream is None:
            raise NotFoundedError
        keys = CentreKeys(held)
        self.ground = Ground(
            schema=whole,
            checks=Checks(whole, keys.unseal),
            layout=layout_of(whole),
            keys=keys,
            surroundings=surroundings,
            limits=limits or Limits(),
            centre=centre,
            stream=stream,
        )
        self._columns = Columns(whole)
        self.consignments = Consignments(store, surroundings.now)
        self.folding = Folding(store, self.ground.layout)
        self._references = {f.reference for kind in whole.kinds for f in kind.fields if f.reference is not None}
        self._heal_if_due()

    def _follow_keys(self, held: Sequence[HeldKey]) -> None:
        """Take up the keys that somebody gave the centre while it serves."""
        if not self.ground.keys.are(held):
            keys = CentreKeys(held)
            self.ground = replace(self.ground, keys=keys, checks=Checks(self.ground.schema, keys.unseal))

    def device(self, device: str, certificate: object = None) -> Device | None:
        """An enrolled device, or one that this centre certified in a history that is gone.

        Args:
            device: Its id.
            certificate: What it shows for itself, in wire form; looked at only when it is not known.
        """
        _, keys, known = self._store.glimpse(device)
        self._follow_keys(keys)
        if known is not None or certificate is None:
            return known
        shown = certified(self.ground, certificate)
        return shown if shown is not None and shown.id == device else None

    def take_in(self, device: Device) -> Device:
        """Keep a device that `device` knew by its certificate alone, once its signature is found to hold.

        Raises:
            RefusedError: `unknown_device`: another device has its label.
        """
        with self._store.writing() as tx:
            if tx.device(device.id) is None and tx.labelled(device.label):
                raise RefusedError(problem(ProblemType.UNKNOWN_DEVICE))
            return take_in(tx, self.ground, device)

    def status(self) -> dict[str, Any]:
        """What the centre says of itself to anybody."""
        epoch, keys, _ = self._store.glimpse(NOBODY)
        self._follow_keys(keys)
        now, version = instant(self.ground.surroundings.now()), self.ground.schema.version
        return CentreStatus(
            str(epoch), now, PROTOCOL_VERSION, version, self.ground.keys.public, self._recovery()
        ).to_wire()

    def _recovery(self) -> RecoveryKey | None:
        with self._store.reading() as tx:
            key, since = tx.value(RECOVERY_KEY), tx.value(RECOVERY_SINCE)
        if key is None or since is None:
            return None
        keys = self.ground.keys
        return RecoveryKey(key, since, keys.signer, keys.sign(recovery_bytes(key, since)).hex())

    def name_recovery_key(self, key: str) -> None:
        """Take a public recovery key (X25519, hex), the first or another one; laptops learn it with the status."""
        with self._store.writing() as tx:
            _name_recovery_key(tx, key, instant(self.ground.surroundings.now()))

    def new_code(self, region: str, role: str, hours: int) -> tuple[str, str]:
        """A one-time enrolment code as it is shown, and the instant at which it ends."""
        with self._store.writing() as tx:
            code, expires_at = new_code(tx, self.ground, region=region, role=role, hours=hours)
        return str(code), expires_at

    def enrol(self, request: "EnrolRequest") -> dict[str, Any]:
        """Enrol a device.

        Raises:
            RefusedError: the code is unknown, used or expired.
        """
        with self._store.reading() as tx:
            proven(tx, request)  # whoever only guesses never reaches the lock of those who write
            self._follow_keys(tx.keys())
        with self._store.writing() as tx:
            return enrol(tx, self.ground, request)

    def write(self, region: str, kind: str, record: str, fields: Mapping[str, Json]) -> None:
        """Decide at the centre: write fields of a record in its own name, with all that follows from it."""
        with self._store.writing() as tx:
            acceptance = Acceptance(tx, self.ground, region)
            acceptance.decide(kind, record, fields)
            acceptance.finish()
        if acceptance.heals:
            self._heal_if_due()

    def push(self, device: Device, batch: Batch, stream: str, route: str = "network") -> PushAnswer:
        """Take a batch in.

        Args:
            device: Who pushes.
            batch: What it pushes.
            stream: The stream that its signature names.
            route: How it came.

        Raises:
            UnreadableBatchError: its parts do not fit together.
            RefusedError: `epoch`, `gap`, `too_many`, or `fork`, with a certificate if the batch names its next stream.
        """
        try:
            return self._pushed(device, batch, stream, route)
        except RefusedError as error:
            if error.document.type != ProblemType.FORK:
                raise
        with self._store.writing() as tx:
            certificate = forked(tx, self.ground, device, batch.next_stream)
        told: dict[str, Any] = {} if certificate is None else {"certificate": certificate}
        raise RefusedError(problem(ProblemType.FORK, **told))

    def _pushed(self, device: Device, batch: Batch, stream: str, route: str) -> PushAnswer:
        delivered = Delivered(batch, stream, self._columns)
        region = feed_for(device, batch.region, self.ground.limits)
        heals = region == SHARED_FEED and any(
            isinstance(op, dict) and op.get("kind") in self._references for op in batch.ops
        )
        with self._store.writing() as tx:
            acceptance = Acceptance(tx, self.ground, region)
            answer = acceptance.batch(device, delivered, route)
            if heals:
                tx.set_value(HEAL, batch.link)
        if heals or acceptance.heals:
            self._heal_if_due()
        return answer

    def pull(self, device: Device, feed: str, cursor: int, limit: int, schema: int | None = None) -> bytes:
        """A page of a feed as its JSON body.

        Args:
            device: Who pulls.
            feed: The feed.
            cursor: The last change that the device has stored.
            limit: Most records.
            schema: The schema version that the device knows, if it says.

        Raises:
            RefusedError: `revoked`, `unconfirmed`, `outside_scope` or `too_old`.
        """
        self._let_read(device)
        if not reads_feed(device.role, device.region, feed):
            raise RefusedError(problem(ProblemType.OUTSIDE_SCOPE))
        if schema is not None and schema < self.ground.limits.oldest_schema:
            raise RefusedError(problem(ProblemType.TOO_OLD))
        reader = self._reader(device)
        with self._store.reading() as tx:
            epoch = str(tx.epoch())
            return page(tx, self.ground.schema, reader, epoch=epoch, feed=feed, cursor=cursor, limit=limit)

    def history(self, device: Device, kind: str, record: str) -> dict[str, Any]:
        """Every op on a record that the device may see.

        Raises:
            RefusedError: `revoked` or `unconfirmed`.
        """
        self._let_read(device)
        reader = self._reader(device)
        with self._store.reading() as tx:
            return {"ops": history(tx, self.ground.schema, device, reader, kind, record)}

    def tallies(self, device: Device, request: object) -> dict[str, Any]:
        """Grouped counts, from figures that are brought up to date first, as far as that goes while somebody waits.

        Raises:
            RefusedError: `revoked`, `unconfirmed`, `outside_scope` to a field device, `unreadable`.
        """
        self._let_read(device)
        question = asked(self.ground.schema, device, request)
        until = self.ground.surroundings.now() + FOLD_BEFORE_AN_ANSWER
        with suppress(UnavailableError):  # somebody else writes figures for longer; the answer says how far they are
            self.folding.catch_up(
                lambda: self.ground.surroundings.now() >= until, FOLD_BEFORE_AN_ANSWER.total_seconds()
            )
        generated_at = instant(self.ground.surroundings.now())
        with self._store.reading() as tx:
            return {"epoch": tx.epoch(), "generated_at": generated_at, **tallies(tx, question, self.folding.layout)}

    def _let_read(self, device: Device) -> None:
        if device.out_of_hand:
            raise RefusedError(problem(ProblemType.REVOKED))
        if device.confirmation in UNCONFIRMED:
            raise RefusedError(problem(ProblemType.UNCONFIRMED))

    def _reader(self, device: Device) -> FieldReader | None:
        if device.role != FIELD:
            return None
        return field_reader(device.id, self.ground.schema, self.ground.surroundings.now())

    def _heal_if_due(self) -> None:
        """Try again what waits, feed by feed, after reference data or the schema changed."""
        version = str(self.ground.schema.version)
        with self._store.reading() as tx:
            mark = tx.value(HEAL)
            due = bool(mark) or tx.value(SCHEMA) != version
            feeds = [feed for feed in tx.feeds() if tx.holds(feed).waiting] if due else []
        for feed in feeds:
            with self._store.writing() as tx:
                Acceptance(tx, self.ground, feed).retry()
        if due:
            with self._store.writing() as tx:
                tx.take_feed(SHARED_FEED)  # whoever sets the mark holds it
                if tx.value(HEAL) == mark:  # else somebody changed more meanwhile, and may have died before trying
                    tx.set_value(HEAL, "")
                tx.set_value(SCHEMA, version)
