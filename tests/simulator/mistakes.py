"""The classic mistakes, planted into the real classes: each breaks a promise, and some law has to notice.

The program has no switches for them. Each is made anew for every execution.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from tests.simulator.wrong_centre import (
    agree_without_joining,
    another_content_of_an_id,
    conflict_without_change,
    last_write_by_clock,
    merging,
    no_deduplication,
    no_fork_check,
    number_before_commit,
    per_changed_field,
    private_for_everybody,
    quarantine_of_one_op,
    random_conflict_id,
    record_level_last_write,
)
from tests.simulator.wrong_laptop import (
    acknowledge_by_sequence,
    edit_checks_the_hour,
    empty_base_on_epoch,
    empty_base_on_new_role,
    fate_of_another_op,
    forget_on_send,
    ignore_epoch,
    integer_base_version,
    journal_without_erase,
    no_overlay,
    pull_overwrites_pending,
    read_on_in_new_role,
    seen_at_save,
)

MISTAKES: dict[str, Callable[[], AbstractContextManager[Any]]] = {
    "last write by clock": merging(last_write_by_clock),
    "record-level last write": merging(record_level_last_write),
    "edit re-checks the hour": edit_checks_the_hour,
    "integer base version": integer_base_version,
    "acknowledge by sequence": acknowledge_by_sequence,
    "no deduplication": no_deduplication,
    "forget on send": forget_on_send,
    "pull overwrites pending": pull_overwrites_pending,
    "number before commit": number_before_commit,
    "no fork check": no_fork_check,
    "ignore epoch": ignore_epoch,
    "no overlay": no_overlay,
    "seen at save": seen_at_save,
    "compare per changed field inside a group": merging(per_changed_field),
    "conflict without change": conflict_without_change,
    "random conflict id": random_conflict_id,
    "agree without joining": merging(agree_without_joining),
    "quarantine of one op alone": quarantine_of_one_op,
    "empty base on epoch": empty_base_on_epoch,
    "journal without erase": journal_without_erase,
    "read on in a new role": read_on_in_new_role,
    "empty base on a new role": empty_base_on_new_role,
    "private values for everybody": private_for_everybody,
    "one content for one id": another_content_of_an_id,
    "the fate of another op": fate_of_another_op,
}
