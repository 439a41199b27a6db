from terreno_app.desktop import OpenLaptop
from terreno_app.domain.attention import AttentionDraft
from tests.factories import OFFICER


def test_an_enquiry_is_saved_with_its_folio_and_its_draw(stand: OpenLaptop) -> None:
    draft = AttentionDraft({"type": "enquiry", "topic": "vivienda"})

    done = stand.attentions.register(draft, OFFICER)

    shown = stand.store.shown("attention", done.id)
    assert shown is not None
    assert done.folio.startswith("T07-2026-000001-")
    assert shown.fields["outcome"] == "informed"
    assert done.draw is not None
    assert done.draw["eligible"] is True
    assert shown.state == "local"
