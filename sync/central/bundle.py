"""A bundle that was brought to the centre: opened whole, taken in batch by batch, and answered in a bundle.

Each batch is a transaction of its own, as a push is; so a bundle that was cut off half-way is simply brought again.
Who carries it is the business of `bundle_call`.
"""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import orjson

from sync.central.centre import Centre
from sync.central.errors import RefusedError, UnavailableError, refused_batch
from sync.central.feed import MAX_LIMIT
from sync.central.held import Device
from sync.central.keys import CentreKeys
from sync.core.bundle import (
    FULL_AT_BYTES,
    MAX_EXPANDED_BYTES,
    OLD,
    OTHER_CENTRE,
    UNKNOWN_SENDER,
    AnswerCover,
    BundleCover,
    Lot,
    Manifest,
    Received,
    Refused,
    Unread,
    page_frame,
    to_frame,
)
from sync.core.errors import UnreadableBatchError, UnreadableBundleError
from sync.core.problems import ProblemType, problem
from sync.core.protocol import Batch
from sync.core.trust import CentreStatus
from sync.parcel.frames import FrameWriter, check_whole, frames
from sync.parcel.sealing import Sealed, Sealing, Sink, Source

logger = logging.getLogger(__name__)

ROUTE = "bundle"


@dataclass(frozen=True, slots=True)
class Taken:
    """What a carrier may know of a bundle that it brought.

    Attributes:
        batches: Batches that have a receipt now.
        ops: Ops in them.
    """

    batches: int
    ops: int


def take_in(centre: Centre, source: Source, sink: Sink, full_at: int = FULL_AT_BYTES) -> Taken:
    """Take a bundle in and write the answer to its sender.

    Args:
        centre: The centre.
        source: The bundle.
        sink: Where the answer goes.
        full_at: Bytes of the answer from which on no page is begun.

    Raises:
        UnreadableBundleError: it is damaged, not for this centre, or of nobody that this centre knows; nothing of it
            was stored.
        UnavailableError: the database cannot serve, or somebody gave the centre new keys meanwhile; what was taken in
            stays, and is answered again next time.
    """
    sealed = Sealed(source)
    cover = BundleCover.from_wire(sealed.cover)
    sealed.verify(cover.certificate.body["sign_key"])
    status = CentreStatus.from_wire(centre.status())
    keys = centre.ground.keys
    openable = keys.opens(cover.box)
    if openable is None:
        raise UnreadableBundleError(OTHER_CENTRE)
    sender = _sender(centre, cover)
    if not openable:
        return _tell_new_keys(sender, status, keys, sink)
    check_whole(sealed, keys.unseal)
    inside = frames(sealed, keys.unseal)
    manifest = Manifest.from_wire(_json(next(inside, b"null")))
    sender = _known(centre, sender)
    answer = FrameWriter(Sealing(sink, AnswerCover(sender.id, keys.signer, keys.public).to_wire(), sender.box_key))
    answer.put_json(to_frame(status))
    answer.put_json(to_frame(manifest))
    taken = _take_batches(centre, sender, inside, answer)
    reader = centre.device(sender.id) or sender
    _put_pages(centre, reader, manifest.since(status.epoch), manifest.schema, answer, full_at)
    if centre.ground.keys is not keys:
        raise UnavailableError("new keys")  # the answer would not prove what they signed
    answer.finish(keys.sign)
    logger.info("a bundle of %s: %d ops in %d batches", sender.id, taken.ops, taken.batches)
    return taken


def _tell_new_keys(sender: Device, status: CentreStatus, keys: CentreKeys, sink: Sink) -> Taken:
    """Answer a bundle for a key that is no more: whoever has no network hears only so for which key the next one is."""
    answer = FrameWriter(Sealing(sink, AnswerCover(sender.id, keys.signer, keys.public).to_wire(), sender.box_key))
    answer.put_json(to_frame(status))
    answer.put_json(to_frame(Unread(problem(ProblemType.BUNDLE, why=OLD))))
    answer.finish(keys.sign)
    return Taken(0, 0)


def _sender(centre: Centre, cover: BundleCover) -> Device:
    """The device that wrote a bundle; its signature holds for the key that the certificate names.

    Raises:
        UnreadableBundleError: this centre neither knows nor ever certified such a device, or knows another key of it.
    """
    device = centre.device(cover.device, cover.certificate.to_wire())
    if device is None or device.sign_key != cover.certificate.body["sign_key"]:
        raise UnreadableBundleError(UNKNOWN_SENDER)
    return device


def _known(centre: Centre, sender: Device) -> Device:
    """The sender as it is held now; a centre that was restored takes it in.

    Raises:
        UnreadableBundleError: another device has its label.
    """
    try:
        return centre.device(sender.id) or centre.take_in(sender)
    except RefusedError as error:
        raise UnreadableBundleError(UNKNOWN_SENDER) from error


def _json(frame: bytes) -> object:
    """A frame as JSON; what is none of it is nothing that can be meant."""
    try:
        return orjson.loads(frame)
    except orjson.JSONDecodeError:
        return None


def _take_batches(centre: Centre, sender: Device, inside: Iterable[bytes], answer: FrameWriter) -> Taken:
    """Take in one batch after the other; behind a refused one the rest of its stream is not tried."""
    stopped: set[str] = set()
    batches = ops = 0
    for frame in inside:
        lot = Lot("", 0, 0)
        try:
            batch = Batch.from_wire(_json(frame))
            if batch.stream in stopped:
                continue
            lot = Lot.of(batch)
            given = centre.push(centre.device(sender.id) or sender, batch, batch.stream, ROUTE)
        except (RefusedError, UnreadableBatchError) as error:
            document = error.document if isinstance(error, RefusedError) else refused_batch(error)
            answer.put_json(to_frame(Refused(lot, document)))
            stopped.add(lot.stream)
            continue
        answer.put_json(to_frame(Received(lot, given)))
        batches, ops = batches + 1, ops + lot.count
    return Taken(batches, ops)


def _put_pages(
    centre: Centre, sender: Device, since: Mapping[str, int], schema: int, answer: FrameWriter, full_at: int
) -> None:
    """The pages after the sender's cursors, as far as the file may grow; the rest goes into the next answer."""
    try:
        for feed, start in since.items():
            cursor, more = start, True
            while more:
                if answer.written >= full_at or answer.expanded >= MAX_EXPANDED_BYTES // 2:
                    return
                page = centre.pull(sender, feed, cursor, MAX_LIMIT, schema)
                answer.put(page_frame(cursor, page))
                told = orjson.loads(page)
                cursor, more = told["cursor"], told["more"]
    except RefusedError as error:
        answer.put_json(to_frame(Unread(error.document)))
