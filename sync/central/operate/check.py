"""Is a centre whole? Every hash, link, counter, signature and receipt is made again from what is held.

In: a transaction that sees one moment. Out: every fault with its place. Nothing is repaired here, and no more is held
in memory than a few batches, however long the history.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sync.central.errors import NotFoundedError, OlderDatabaseError
from sync.central.facts import CENTRE
from sync.central.figure_layout import layout_of
from sync.central.migrations import newest
from sync.central.operate.check_conflicts import check_conflicts
from sync.central.operate.check_history import History
from sync.central.operate.check_quarantine import check_quarantine
from sync.central.operate.check_records import Records
from sync.central.operate.check_trust import check_trust
from sync.central.operate.copies import Told
from sync.central.operate.inspection import Fault, FaultCode, Inspection
from sync.central.operate.recount import compare
from sync.central.own_kinds import with_own_kinds
from sync.central.ports import Transaction
from sync.core.schema import Schema


@dataclass(frozen=True, slots=True)
class Checked:
    """What was looked at.

    Attributes:
        rows: Rows of each table.
        faults: How many faults were told.
    """

    rows: Mapping[str, int]
    faults: int


def check(tx: Transaction, schema: Schema, tell: Callable[[Fault], object], begun: Callable[[int], Told]) -> Checked:
    """Look through a centre.

    Args:
        tx: A transaction that sees one moment.
        schema: Every kind, as the application knows them.
        tell: Told each fault as it is found.
        begun: Told how many rows there are; gives who is told of each step forward.

    Raises:
        NotFoundedError: the database holds no centre.
        OlderDatabaseError: it has to be migrated first.
    """
    if tx.is_empty() or (tx.value(CENTRE) is None and tx.epoch() is None):
        raise NotFoundedError
    if tx.version() < newest():
        raise OlderDatabaseError(str(tx.version()))
    total = sum(tx.count(table.name) for table in tx.tables())
    look = Inspection(tx, with_own_kinds(schema), tell, begun(total))
    for place in tx.damage():
        look.fault(FaultCode.DATABASE, "", place)
    history = History(look, check_trust(look))
    history.check()
    Records(look, history.merged).check()
    check_conflicts(look)
    check_quarantine(look)
    with look.at("figures", ""):
        compare(tx, layout_of(look.schema), lambda one: look.fault(FaultCode.FIGURE, one.table, one.row))
    return Checked({table.name: look.looked_at[table.name] for table in tx.tables()}, look.faults)
