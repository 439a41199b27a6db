import pytest

from terreno_app.desktop import OpenLaptop
from terreno_app.domain.attention import AttentionDraft
from terreno_app.services.errors import RejectedDraftError, ServiceError, explain
from tests.factories import ATTENTION, OFFICER, OUTING
from tests.services.pages import COLLEAGUE, OTHER, OTHER_DEVICE, a_record, pull_a_conflict, pulled

PERSON = {
    "doc_type": "run",
    "doc_number": "12.531.909-2",
    "names": "Ana",
    "surnames": "Soto",
    "email": "ana@example.cl",
}


@pytest.fixture
def complaint(stand: OpenLaptop) -> str:
    draft = AttentionDraft(
        {"type": "complaint", "topic": "salud", "own_service": True, "description": "Esperó mucho"}, PERSON
    )
    return stand.attentions.register(draft, OFFICER).id


def test_typed_values_are_read_by_the_type_of_their_field(stand: OpenLaptop) -> None:
    typed = stand.editing.typed(
        "attention", ["wait_min=7", "description=7", "interpreter=true", 'dos_products=["FFOIP"]', "programme="]
    )

    assert typed == {
        "wait_min": 7,
        "description": "7",
        "interpreter": True,
        "dos_products": ["FFOIP"],
        "programme": None,
    }


@pytest.mark.parametrize(
    ("kind", "pairs", "code"),
    [
        ("attention", ["wait_min"], "usage"),
        ("attention", ["nothing=1"], "unknown_field"),
        ("nothing", ["a=1"], "unknown_kind"),
    ],
)
def test_what_cannot_be_typed_is_told(stand: OpenLaptop, kind: str, pairs: list[str], code: str) -> None:
    with pytest.raises(ServiceError) as refused:
        stand.editing.typed(kind, pairs)

    assert refused.value.code == code


def test_a_group_travels_whole(stand: OpenLaptop, complaint: str) -> None:
    stand.editing.edit("attention", complaint, ["outcome=guided"], OFFICER)

    last = stand.store.own_ops("attention", complaint)[-1].op
    assert last.fields == {"outcome": "guided", "oriented_institution": None}


def test_an_answer_that_becomes_owed_gets_its_term(stand: OpenLaptop) -> None:
    done = stand.attentions.register(AttentionDraft({"type": "enquiry", "topic": "salud"}), OFFICER)

    stand.editing.edit("attention", done.id, ["answer_owed=true"], OFFICER)

    shown = stand.attentions.open(done.id).fields
    assert (shown["due_on"], shown["answer_owed"]) == ("2026-12-04", True)


@pytest.mark.parametrize(
    ("pairs", "field"),
    [
        (["folio=T07-2026-000009-0"], "folio"),
        (["residence_comuna=99999"], "residence_comuna"),
        (["status=voided"], "void_reason"),
    ],
)
def test_an_edit_meets_the_rules_of_a_save(stand: OpenLaptop, complaint: str, pairs: list[str], field: str) -> None:
    with pytest.raises(RejectedDraftError) as refused:
        stand.editing.edit("attention", complaint, pairs, OFFICER)

    assert refused.value.problems[0].field == field


def test_kinds_beside_attentions_are_edited_too(stand: OpenLaptop) -> None:
    outing = stand.outings.rows()[0].id

    stand.editing.edit("outing", outing, ["place_name=Otra plaza"], OFFICER)

    assert stand.outings.rows()[0].place_name == "Otra plaza"
    with pytest.raises(RejectedDraftError):
        stand.editing.edit("outing", outing, ["comuna=1"], OFFICER)


def test_what_a_laptop_does_not_hold_it_does_not_edit(stand: OpenLaptop) -> None:
    pull_a_conflict(stand, ATTENTION)

    with pytest.raises(ServiceError) as refused:
        stand.editing.edit("attention", ATTENTION, ["org_name=Junta"], OFFICER)

    assert refused.value.code == "not_held"
    assert stand.editing.edit("attention", ATTENTION, ["wait_min=3"], OFFICER)


def test_insert_only_records_and_unknown_ones_are_not_edited(stand: OpenLaptop) -> None:
    session = stand.outings.close(stand.outings.rows()[0].id, OFFICER).session

    for kind, record, code in (("acta", session, "not_editable"), ("attention", ATTENTION, "unknown_record")):
        with pytest.raises(ServiceError) as refused:
            stand.editing.edit(kind, record, ["outing=" + ATTENTION if kind == "acta" else "wait_min=1"], OFFICER)
        assert refused.value.code == code
    with pytest.raises(ServiceError):
        stand.editing.change("attention", ATTENTION, {"wait_min": 1}, {}, OFFICER)


def test_a_session_is_edited_by_its_own_laptop_alone(stand: OpenLaptop) -> None:
    pulled(stand, a_record("outing_session", ATTENTION, {"outing": OUTING, "device": OTHER_DEVICE}, 1))

    with pytest.raises(ServiceError) as refused:
        stand.editing.edit("outing_session", ATTENTION, ["incidents=lluvia"], OFFICER)

    assert refused.value.code == "not_editable"


@pytest.mark.parametrize(
    ("change", "field"),
    [("status=suspended", "status_reason"), ('sampling={"method":"bernoulli","p":"2"}', "sampling.p")],
)
def test_an_edit_of_an_outing_meets_the_rules_of_a_plan(stand: OpenLaptop, change: str, field: str) -> None:
    outing = stand.outings.rows()[0].id

    with pytest.raises(RejectedDraftError) as refused:
        stand.editing.edit("outing", outing, [change], OFFICER)

    assert [p.field for p in refused.value.problems] == [field]


def test_counts_edited_after_the_close_are_listed_to_review(stand: OpenLaptop, clock) -> None:
    stand.outings.add_informed("talk", 3, OFFICER)
    clock.move(minutes=5)
    session = stand.outings.close(stand.outings.rows()[0].id, OFFICER).session
    assert stand.listing.records("outing_session", OFFICER, review=True) == ()
    clock.move(minutes=5)

    stand.editing.edit("outing_session", session, ['informed_count={"talk":30}'], OFFICER)

    (listed,) = stand.listing.records("outing_session", OFFICER, review=True)
    assert [note["code"] for note in listed["review"]] == ["counts_after_close"]
    assert stand.status.to_review() == 1


def test_an_edit_after_a_void_is_listed_to_review(stand: OpenLaptop, complaint: str, clock) -> None:
    stand.editing.edit("attention", complaint, ["status=voided", "void_reason=doble"], OFFICER)
    assert stand.listing.records("attention", OFFICER, review=True) == ()
    clock.move(minutes=1)

    stand.editing.edit("attention", complaint, ["wait_min=3"], OFFICER)

    (listed,) = stand.listing.records("attention", OFFICER, review=True)
    assert [note["code"] for note in listed["review"]] == ["edited_after_void"]


def test_lists_hide_personal_fields_unless_asked_and_write_it_down(stand: OpenLaptop, complaint: str) -> None:
    (hidden,) = stand.listing.records("attention", OFFICER)
    (bare,) = stand.listing.records("identity", OFFICER)
    (opened,) = stand.listing.records("identity", OFFICER, identity=True)

    assert "description" not in hidden
    assert set(bare) == {"kind", "id", "region", "state"}
    assert opened["names"] == "Ana"
    assert [(a["officer"], a["kind"], a["record"]) for a in stand.store.access_log()] == [
        (OFFICER, "identity", complaint)
    ]


def test_an_owed_answer_without_a_person_is_listed_to_review(stand: OpenLaptop, complaint: str) -> None:
    alone = stand.attentions.register(AttentionDraft({"type": "information_request", "topic": "salud"}), OFFICER)

    rows = stand.listing.records("attention", OFFICER, review=True)

    assert [row["id"] for row in rows] == [alone.id]
    assert rows[0]["review"][0]["code"] == "owed_without_identity"
    assert stand.status.to_review() == 1
    assert stand.listing.records("outing", OFFICER, review=True) == ()


def test_a_referred_outcome_needs_its_referral(stand: OpenLaptop) -> None:
    done = stand.attentions.register(
        AttentionDraft({"type": "enquiry", "topic": "salud", "outcome": "referred"}), OFFICER
    )
    assert stand.status.to_review() == 1

    stand.paper.register_one({"kind": "referral", "attention": done.id, "institution": "IPS"}, OFFICER)

    assert stand.status.to_review() == 0


def test_history_hides_personal_fields_unless_asked(stand: OpenLaptop, complaint: str) -> None:
    hidden = stand.listing.history("attention", complaint, OFFICER)
    opened = stand.listing.history("attention", complaint, OFFICER, identity=True)

    assert "description" not in hidden.ops[0]["fields"]
    assert opened.ops[0]["fields"]["description"] == "Esperó mucho"
    with pytest.raises(ServiceError):
        stand.listing.history("nothing", complaint, OFFICER)
    with pytest.raises(ServiceError):
        stand.listing.records("nothing", OFFICER)
    assert stand.listing.private_fields("nothing") == frozenset()


def test_the_status_counts_what_is_proven(stand: OpenLaptop, complaint: str) -> None:
    now = stand.status.now()

    assert now.total == now.pending == 4
    assert (now.received, now.conflicts, now.quarantined, now.last_sync_at) == (0, 0, 0, None)


def test_only_coordination_decides_over_quarantine(enrol) -> None:
    office, field = enrol(role="coordination"), enrol(label="T08", device=OTHER)
    waiting = {
        "op": OTHER,
        "op_kind": "attention",
        "op_record": ATTENTION,
        "reason": "unknown_code",
        "state": "waiting",
        "fields": {"folio": "T01-2026-000009-1"},
        "decided_by": None,
        "decided_reason": None,
    }
    for laptop in (office, field):
        pulled(laptop, a_record("quarantine", OTHER, waiting, 1))

    (problem,) = office.sync_day.problems()
    assert (problem.op, problem.reason) == (OTHER, "unknown_code")
    assert "código" in problem.happened
    assert problem.folio == "T01-2026-000009-1"
    assert "en el equipo que lo hizo" in problem.safe
    assert "release" in problem.next
    with pytest.raises(ServiceError) as refused:
        field.quarantine.release(OTHER, OFFICER)
    assert refused.value.code == "only_coordination"
    with pytest.raises(RejectedDraftError):
        office.quarantine.reject(OTHER, " ", OFFICER)
    with pytest.raises(ServiceError):
        office.quarantine.release(COLLEAGUE, OFFICER)

    office.quarantine.release(OTHER, OFFICER)
    office.quarantine.reject(OTHER, "programa que no existe", OFFICER)

    ops = [o.op.fields for o in office.store.own_ops("quarantine", OTHER)]
    assert [(f["state"], f["decided_reason"], f["decided_by"]) for f in ops] == [
        ("released", None, OFFICER),
        ("rejected", "programa que no existe", OFFICER),
    ]


def test_nobody_is_told_to_release_what_came_under_an_id_that_is_taken(enrol) -> None:
    office = enrol(role="coordination")
    waiting = {"op": OTHER, "op_kind": "attention", "op_record": ATTENTION, "reason": "id_reused", "state": "waiting"}
    pulled(office, a_record("quarantine", COLLEAGUE, waiting, 1))

    (problem,) = office.sync_day.problems()

    assert (problem.op, "mismo identificador" in problem.happened) == (COLLEAGUE, True)
    assert ("reject" in problem.next, "release" in problem.next) == (True, False)


def test_keys_carry_the_names_of_the_register(enrol) -> None:
    laptop = enrol()
    assert laptop.person.name == OFFICER
    pulled(
        laptop,
        a_record("officer", OFFICER, {"name": "Marcela Soto", "role": "officer"}, 1),
        a_record("officer", COLLEAGUE, {"name": "Iván Cárdenas", "role": "coordinator"}, 2),
    )

    laptop.keys.learn_names()
    added = laptop.keys.add(COLLEAGUE, "farol gota hielo isla jardín")
    laptop.keys.remove(COLLEAGUE)

    assert (added.name, added.role) == ("Iván Cárdenas", "coordinator")
    assert laptop.keys.person(OFFICER).name == laptop.person.name == "Marcela Soto"


def test_the_doctor_looks_at_everything(stand: OpenLaptop, clock) -> None:
    checks = {check.name: check for check in stand.doctor.examine()}

    assert {name for name, check in checks.items() if not check.ok} == {"centre"}
    clock.move(hours=30)
    assert {check.name for check in stand.doctor.examine() if not check.ok} == {"centre", "duty"}


def test_a_laptop_with_nothing_to_send_is_on_time(laptop: OpenLaptop) -> None:
    checks = {check.name: check for check in laptop.doctor.examine()}

    assert checks["duty"].detail == "nada por enviar"


def test_a_centre_that_is_not_there_is_said_in_three_parts(stand: OpenLaptop, complaint: str) -> None:
    with pytest.raises(ServiceError) as told:
        stand.sync_day.run(lambda _: None, lambda: False)

    assert told.value.exit == 3
    assert stand.status.now().pending == 4
    assert stand.sync_day.deliveries() == ()


def test_every_error_has_words() -> None:
    odd = KeyError("odd")
    odd.code = "wait_before_retry"
    odd.details = {"seconds": 8}

    assert explain(odd).happened.endswith("8 segundos.")
    assert explain(OSError(28, "full")).code == "disk_full"
    assert explain(OSError(5, "io")).code == "file_unreadable"
    assert explain(KeyError("x")).code == "bug"
    assert explain(ServiceError("clock")).to_json()["code"] == "clock"


def test_what_the_domain_refuses_keeps_its_problems(stand: OpenLaptop) -> None:
    try:
        stand.editing.typed("attention", ["wait_min=seven"])
    except Exception as error:  # noqa: BLE001
        told = explain(error)

    assert isinstance(told, RejectedDraftError)
    assert told.exit == 2
