"""Is a receipt true? Checked against the device's own ops: nothing counts as received on the centre's word alone."""

from collections.abc import Mapping

from sync.client.conversation import Run
from sync.client.errors import UNKNOWN_KEY, ForgedError
from sync.client.keys import signature_holds
from sync.client.ports import Delivery
from sync.core.protocol import Batch, PushAnswer, receipt_root
from sync.core.trust import SIGN

RECEIPT_VERSION = 1


def verify_answer(batch: Batch, answer: PushAnswer, device: str, centre: Mapping[str, Mapping[str, str]]) -> Delivery:
    """Check the answer to a batch: one result for each op in order, and a signed receipt over exactly these.

    Args:
        batch: What was sent.
        answer: What came back.
        device: This device.
        centre: The centre's keys that this device trusts, by use and id.

    Returns:
        What to keep, and to verify again any day with :func:`verify_delivery`.

    Raises:
        ForgedError: something of it does not hold; then nothing of the batch counts as received.
    """
    if [result.op for result in answer.results] != [_id(op) for op in batch.ops]:
        raise ForgedError("receipt", "results")
    body = answer.receipt.body
    expected = {
        "device": device,
        "stream": batch.stream,
        "epoch": batch.epoch,
        "first_seq": batch.first_seq,
    }
    for name, value in expected.items():
        if body.get(name) != value:
            raise ForgedError("receipt", name)
    if answer.epoch != batch.epoch:
        raise ForgedError("receipt", "epoch")
    delivery = Delivery(answer.receipt, tuple(batch.hashes()), answer.results)
    verify_delivery(delivery, centre)
    return delivery


def verify_delivery(delivery: Delivery, centre: Mapping[str, Mapping[str, str]]) -> None:
    """Check a kept receipt: version, count, root over the device's own hashes, signature of a key of the centre.

    Raises:
        ForgedError: it does not prove that these ops were received.
    """
    body = delivery.receipt.body
    if body.get("v") != RECEIPT_VERSION:
        raise ForgedError("receipt", "version")
    if not body.get("count") == len(delivery.hashes) == len(delivery.results):
        raise ForgedError("receipt", "count")
    if body.get("root") != receipt_root(delivery.hashes, delivery.results):
        raise ForgedError("receipt", "root")
    signer = centre.get(SIGN, {}).get(delivery.receipt.key)
    if signer is None:
        raise ForgedError("receipt", UNKNOWN_KEY)
    if not signature_holds(signer, delivery.receipt.signed_bytes, delivery.receipt.signature):
        raise ForgedError("receipt", "signature")


def verify_deliveries(run: Run) -> bool:
    """Verify receipts again as they are stored, from the device's own ops; warn when one does not hold.

    Each until a synchronisation ended well with it; `verify_delivery` over all of them is for who asks what is proven.
    """
    deliveries = tuple(run.outbox.deliveries(unverified=True))
    false = 0
    for done, delivery in enumerate(deliveries, 1):
        try:
            verify_delivery(delivery, run.identity.centre_keys)
        except ForgedError:
            false += 1
        run.tell("verify", done, len(deliveries))
    if false:
        run.warn("receipt", str(false))
    return not false


def _id(op: object) -> object:
    return op.get("op") if isinstance(op, dict) else None
