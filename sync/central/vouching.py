"""Ops that outlive a lost database: the centre signs erasures and its own decisions, and devices keep them for ever."""

from sync.central.held import HeldVouched
from sync.central.keys import CentreKeys
from sync.central.ports import Ledgers
from sync.core.ops import Op


def vouch(tx: Ledgers, keys: CentreKeys, op: Op, held_as: str, change: int) -> None:
    """Keep the centre's word for an op that was merged.

    Args:
        tx: The transaction.
        keys: The centre's keys.
        op: The op as it came; it carries no private values.
        held_as: The id under which it is held.
        change: The record's change after it.
    """
    told = keys.vouch(op).to_wire()
    tx.put_vouched(HeldVouched(held_as, op.kind, op.record, op.region, change, op.erase, told))
