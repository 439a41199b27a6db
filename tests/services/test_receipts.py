import pytest

from terreno_app.desktop import OpenLaptop
from terreno_app.domain.attention import AttentionDraft
from terreno_app.services.attentions import Registered
from terreno_app.services.errors import ServiceError
from tests.factories import OFFICER

COMPLAINT = {"type": "complaint", "topic": "identidad", "own_service": False, "concerned_institution": "SRCEI"}
PERSON = {"names": "Ana", "surnames": "Soto", "social_name": "Alex Soto", "email": "ana@example.cl"}


def a_complaint(laptop: OpenLaptop) -> Registered:
    return laptop.attentions.register(AttentionDraft(COMPLAINT, PERSON), OFFICER)


def opened_data(laptop: OpenLaptop) -> list[tuple[str, str, str]]:
    return [(one["officer"], one["kind"], one["record"]) for one in laptop.store.access_log()]


def test_a_receipt_is_found_by_folio_and_by_id(stand: OpenLaptop) -> None:
    done = a_complaint(stand)

    receipt = stand.receipts.receipt(done.folio, OFFICER)

    assert receipt == stand.receipts.receipt(done.id, OFFICER)
    assert (receipt.folio, receipt.due_on) == (done.folio, done.due_on)
    assert receipt.person == "Alex Soto"
    assert receipt.place.startswith("Feria")


def test_who_opens_a_receipt_that_names_somebody_is_written_down(stand: OpenLaptop) -> None:
    done = a_complaint(stand)

    stand.receipts.receipt(done.folio, OFFICER)

    assert opened_data(stand) == [(OFFICER, "identity", done.id)]


def test_an_enquiry_without_a_person_has_a_receipt_that_opens_nothing(stand: OpenLaptop) -> None:
    done = stand.attentions.register(AttentionDraft({"type": "enquiry", "topic": "vivienda"}), OFFICER)

    receipt = stand.receipts.receipt(done.folio, OFFICER)

    assert (receipt.person, receipt.due_on) == ("", None)
    assert opened_data(stand) == []


def test_a_folio_that_is_not_here_has_none(stand: OpenLaptop) -> None:
    with pytest.raises(ServiceError) as told:
        stand.receipts.receipt("T07-2026-999999-1", OFFICER)

    assert told.value.code == "unknown_record"


def test_a_voided_attention_has_none(stand: OpenLaptop) -> None:
    done = a_complaint(stand)
    stand.attentions.void(done.id, "duplicada", stand.attentions.open(done.id).seen, OFFICER)

    with pytest.raises(ServiceError) as told:
        stand.receipts.receipt(done.folio, OFFICER)

    assert told.value.code == "voided_receipt"


@pytest.mark.parametrize(
    ("spoken", "name"), [("en", "English"), ("es", "Español"), ("arn", "Español"), (None, "Español")]
)
def test_it_speaks_to_the_person_in_their_language_as_far_as_that_is_offered(
    stand: OpenLaptop, spoken: str | None, name: str
) -> None:
    fields = {"type": "enquiry", "topic": "vivienda", **({"language": spoken} if spoken else {})}
    done = stand.attentions.register(AttentionDraft(fields), OFFICER)

    assert stand.receipts.receipt(done.folio, OFFICER).language.name == name
