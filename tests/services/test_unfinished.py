"""What is half written beside attentions rests in the encrypted store, for the officer who wrote it alone."""

from terreno_app.desktop import OpenLaptop
from terreno_app.domain.attention import AttentionDraft
from terreno_app.services.unfinished import HalfWritten, Unfinished
from tests.factories import ATTENTION, OFFICER

PLAN = HalfWritten({"comuna": "13110", "place_name": "Feria"}, field="place_name", page="outings")
REASON = HalfWritten({"question": "¿Por qué?", "void_reason": "escrita dos veces"}, ATTENTION, page="today")


def test_half_written_pages_come_back_whole(stand: OpenLaptop) -> None:
    stand.unfinished.save_draft("pages", (PLAN, REASON))

    assert stand.unfinished.drafts() == (PLAN, REASON)


def test_a_page_that_was_saved_since_is_not_given_back(stand: OpenLaptop) -> None:
    stand.unfinished.save_draft("pages", (PLAN, REASON))

    stand.unfinished.save_draft("pages", (REASON,))

    assert stand.unfinished.drafts() == (REASON,)


def test_nobody_is_shown_what_another_officer_left(stand: OpenLaptop) -> None:
    other = Unfinished(stand.store, "somebody-else")
    stand.unfinished.save_draft("pages", (PLAN,))

    other.save_draft("pages", ())

    assert other.drafts() == ()
    assert stand.unfinished.drafts() == (PLAN,)


def test_half_written_pages_and_attentions_do_not_mix(stand: OpenLaptop) -> None:
    stand.attentions.save_draft("new", AttentionDraft({"type": "enquiry"}))
    stand.unfinished.save_draft("pages", (PLAN,))

    assert list(stand.attentions.drafts()) == ["new"]
    assert [left.page for left in stand.unfinished.drafts()] == ["outings"]


def test_a_page_says_what_it_belongs_to_when_a_record_is_erased(stand: OpenLaptop) -> None:
    stand.unfinished.save_draft("pages", (REASON,))

    [key] = stand.store.drafts()

    assert key.rpartition("/")[2] == ATTENTION
    assert OFFICER in key
