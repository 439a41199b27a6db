from dataclasses import replace

import pytest

from sync.client.compose import PrivateValues
from sync.core.ops import Op, link
from terreno_app.storage.errors import BrokenRuleError, NotEnrolledError
from tests.storage.laptop import AT, AUTHOR, IDENTITY, Laptop, a_uuid, open_store


def an_op(**changed):
    given = {
        "id": a_uuid(9),
        "kind": "attention",
        "record": a_uuid(8),
        "region": "13",
        "schema": 1,
        "fields": {"topic": "agua"},
        "seen": {},
        "author": AUTHOR,
        "captured_at": AT,
    }
    return Op(**{**given, **changed})


def test_what_was_saved_is_shown_with_its_writers_and_waits_to_be_sent(laptop):
    op = laptop.save({"topic": "vivienda", "description": "gotera"})

    shown = laptop.store.shown("attention", laptop.record_of(op))

    assert dict(shown.fields) == {"topic": "vivienda", "description": "gotera"}
    assert dict(shown.writers) == {"topic": op, "description": op}
    assert (shown.state, shown.proof, shown.made_here, shown.region) == ("local", None, True, "13")
    assert laptop.store.pending() == 1


def test_an_edit_changes_only_its_fields_and_keeps_the_writers_of_the_others(laptop):
    first = laptop.save({"topic": "vivienda", "type": "enquiry"})

    second = laptop.save({"type": "complaint"}, record=laptop.record_of(first))

    shown = laptop.store.shown("attention", laptop.record_of(first))
    assert dict(shown.fields) == {"topic": "vivienda", "type": "complaint"}
    assert dict(shown.writers) == {"topic": first, "type": second}


def test_everything_is_still_there_after_the_program_ends(tmp_path):
    laptop = Laptop.enrolled(tmp_path)
    op = laptop.save({"topic": "vivienda", "description": "gotera"})
    laptop.store.close()

    with open_store(tmp_path) as again:
        own = again.op(op)

    assert own.op.fields == {"topic": "vivienda"}
    assert own.values == {"description": "gotera"}


def test_a_transaction_that_fails_leaves_nothing_behind(laptop):
    def fail_in_the_middle():
        with laptop.store.transaction() as write:
            write.take_counter("folio")
            write.append(an_op(), None)
            write.put_meta("seed", "ab")
            write.save_draft("form", {"topic": "agua"})
            raise LookupError

    with pytest.raises(LookupError):
        fail_in_the_middle()

    assert laptop.store.pending() == 0
    assert laptop.store.shown("attention", a_uuid(8)) is None
    assert laptop.store.meta("seed") is None
    assert laptop.store.drafts() == {}
    with laptop.store.transaction() as write:
        assert write.take_counter("folio") == 1


def test_counters_count_from_one_each_for_itself(laptop):
    with laptop.store.transaction() as write:
        taken = [write.take_counter("T07/2026"), write.take_counter("T07/2026"), write.take_counter("T07/2027")]

    assert taken == [1, 2, 1]


def test_the_ops_of_a_stream_are_numbered_and_chained(laptop):
    ops = [laptop.store.op(laptop.save({"topic": str(n)})) for n in range(3)]

    batch = laptop.store.next_batch(10, 100_000)

    assert [own.seq for own in ops] == [1, 2, 3]
    expected = ""
    for own in ops:
        expected = link(expected, batch.stream, own.seq, own.op.hash)
    assert batch.link == expected


def test_a_folder_without_a_device_takes_no_op(tmp_path):
    with open_store(tmp_path) as store, pytest.raises(NotEnrolledError), store.transaction() as write:
        write.append(an_op(), None)


@pytest.mark.parametrize(
    ("op", "values"),
    [
        pytest.param(an_op(kind="nobody"), None, id="an unknown kind"),
        pytest.param(an_op(fields={"description": "gotera"}), None, id="a private value in the open"),
        pytest.param(an_op(), PrivateValues(b"s" * 16, {"description": "x"}), id="values that it does not promise"),
        pytest.param(an_op(private="0" * 64), None, id="promised values that are missing"),
    ],
)
def test_an_op_that_breaks_its_own_promise_is_a_bug(laptop, op, values):
    with pytest.raises(BrokenRuleError), laptop.store.transaction() as write:
        write.append(op, values)


def test_one_op_id_is_never_used_twice(laptop):
    with laptop.store.transaction() as write:
        write.append(an_op(), None)

    with pytest.raises(BrokenRuleError), laptop.store.transaction() as write:
        write.append(replace(an_op(), fields={"topic": "luz"}), None)

    assert laptop.fields(a_uuid(9)) == {"topic": "agua"}


def test_facts_are_kept_changed_and_forgotten(laptop):
    with laptop.store.transaction() as write:
        write.put_meta("seed/1", "ab")
        write.put_meta("seed/1", {"a": [1, None]})

    assert laptop.store.meta("seed/1") == {"a": [1, None]}

    with laptop.store.transaction() as write:
        write.put_meta("seed/1", None)

    assert laptop.store.meta("seed/1") is None


def test_a_draft_is_kept_as_it_was_typed_last_until_it_is_discarded(laptop):
    with laptop.store.transaction() as write:
        write.save_draft("a", {"topic": "agua"})
        write.save_draft("b", {"topic": "luz"})
        write.save_draft("a", {"topic": "gas"})

    assert laptop.store.drafts() == {"a": {"topic": "gas"}, "b": {"topic": "luz"}}

    with laptop.store.transaction() as write:
        write.discard_draft("a")
        write.discard_draft("a")

    assert list(laptop.store.drafts()) == ["b"]


def test_who_opened_personal_data_is_written_down(laptop):
    op = laptop.save({"names": "Ana"}, kind=IDENTITY)

    with laptop.store.transaction() as write:
        write.log_access(AUTHOR, "identity", laptop.record_of(op), AT)

    assert laptop.store.access_log() == (
        {"officer": AUTHOR, "kind": "identity", "record": laptop.record_of(op), "at": AT},
    )
