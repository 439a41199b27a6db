"""The centre's signed word that ops are committed: one receipt a batch, kept with the results it covers."""

from collections.abc import Sequence

import orjson

from sync.central.keys import CentreKeys
from sync.central.packing import pack
from sync.central.ports import Ledgers
from sync.core.protocol import OpResult, Receipt, receipt_root

RECEIPT_VERSION = 1


def receipt(
    tx: Ledgers,
    keys: CentreKeys,
    *,
    device: str,
    stream: str,
    epoch: str,
    now: str,
    first_seq: int,
    hashes: Sequence[str],
    results: Sequence[OpResult],
    has_news: bool,
) -> Receipt:
    """The receipt for these results: the kept one if the same was said before, else a new one, which is kept.

    Args:
        tx: The transaction; it commits the ops together with the receipt.
        keys: The centre's keys.
        device: To whom.
        stream: The stream of the batch.
        epoch: The present epoch.
        now: Instant of issue.
        first_seq: `seq` of the first op.
        hashes: Hash of each op as it travelled.
        results: The answer to each.
        has_news: The batch goes beyond what was held of its stream: nothing can have been said of all of it before.
    """
    root = receipt_root(hashes, results)
    kept = None if has_news else tx.receipt(stream, first_seq, root)
    if kept is not None and kept["body"]["epoch"] == epoch:
        return Receipt.from_wire(kept)
    body = {
        "v": RECEIPT_VERSION,
        "device": device,
        "stream": stream,
        "epoch": epoch,
        "issued_at": now,
        "first_seq": first_seq,
        "count": len(hashes),
        "root": root,
    }
    signed = keys.signed(body)
    tx.put_receipt(signed, pack(orjson.dumps([result.to_wire() for result in results])))
    return Receipt.from_wire(signed)
