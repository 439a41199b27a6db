"""How a turn at the kiosk ends: the person walks away, the phrase takes the laptop back, paper is copied."""

from terreno_app.services.errors import ServiceError
from tests.ui.asked import a_person
from tests.ui.survey.conftest import CORE, ENTER, ESC, Booth, answer_all
from tests.ui.views import NOW


def test_who_walks_away_half_way_has_left_and_the_laptop_locks(booth: Booth) -> None:
    booth.begin()
    booth.press("6", ENTER)

    booth.let_time_pass(120)

    assert booth.stored == [("record-1", "on_screen", "left", NOW)]
    assert booth.locks == [True]


def test_the_last_seconds_are_counted_and_a_key_buys_time(booth: Booth) -> None:
    booth.begin()

    booth.let_time_pass(80)
    counted = booth.words()
    booth.press("6")
    booth.let_time_pass(60)

    assert "Se cierra sola en 40 s sin respuesta" in counted
    assert "Se cierra" not in booth.words()
    assert booth.locks == []


def test_after_the_thanks_the_laptop_locks_by_itself_with_the_answers_kept(booth: Booth) -> None:
    booth.begin()
    answer_all(booth)
    booth.press(ENTER)

    booth.let_time_pass(120)

    assert [what for _, _, what, _ in booth.stored] == [CORE]
    assert booth.locks == [True]


def test_who_left_is_locked_out_though_nothing_could_be_stored(booth: Booth) -> None:
    booth.begin()
    booth.session.survey.breaks = ServiceError("disk_full")

    booth.let_time_pass(120)

    assert (booth.stored, booth.locks) == ([], [True])


def test_the_long_watch_of_the_laptop_is_held_off_meanwhile(booth: Booth) -> None:
    booth.idle.start()
    booth.begin()

    booth.session.clock.pass_by(600)
    booth.idle.look()
    during = list(booth.locks)
    booth.handing.put_down()
    booth.idle.look()

    assert during == []
    assert booth.idle._held == 0


def test_a_program_that_ends_half_way_stores_nothing_and_the_person_still_waits(booth: Booth) -> None:
    booth.begin()
    booth.press("6", ENTER)

    booth.handing.put_down()

    assert booth.stored == []
    assert [one.id for one in booth.session.survey.people] == ["record-1", "record-2"]
    assert not booth.handed_over


def test_the_phrase_takes_the_laptop_back_after_the_thanks(booth: Booth) -> None:
    booth.begin()
    answer_all(booth)
    booth.press(ENTER)

    booth.press(ENTER)
    booth.type("cinco palabras de prueba hoy")
    booth.press(ENTER)

    assert not booth.handed_over
    assert booth.taken_back == [("record-1", True)]


def test_the_phrase_takes_the_laptop_back_half_way_and_asks_why(booth: Booth) -> None:
    booth.begin()
    booth.press("6", ENTER)

    booth.open_door()

    assert not booth.handed_over
    assert booth.stored == []
    assert booth.taken_back == [("record-1", False)]


def test_a_wrong_phrase_opens_nothing_and_makes_people_wait(booth: Booth) -> None:
    booth.begin()
    booth.session.keys.delay_s = lambda: 4

    booth.open_door("otra frase cualquiera")
    told = booth.kiosk.door.message
    booth.press(ENTER)
    for _ in range(4):
        booth.sitting._door.wait.tick()

    assert "espere 4 s" in told
    assert booth.handed_over
    assert booth.button("open_door").isEnabled()
    booth.open_door()
    assert not booth.handed_over


def test_a_wrong_phrase_says_so_even_where_nobody_has_to_wait(booth: Booth) -> None:
    booth.begin()

    booth.open_door("otra frase cualquiera")

    assert "La frase de paso no abre este equipo" in booth.kiosk.door.message


def test_a_door_whose_delay_cannot_be_read_says_so(booth: Booth) -> None:
    def broken() -> int:
        raise ServiceError("folder_denied")

    booth.session.keys.delay_s = broken
    booth.begin()

    booth.open_door("otra frase cualquiera")

    assert booth.kiosk.door.message.startswith(ServiceError("folder_denied").happened)


def test_esc_by_mistake_is_taken_back_where_the_person_was(booth: Booth) -> None:
    booth.begin()
    booth.press("6", ENTER)
    booth.press(ESC)

    booth.button("leave_door").click()

    assert booth.asks == "P2a"
    booth.press(ESC, ESC)
    assert booth.kiosk.page is booth.kiosk.door


def test_from_the_welcome_and_the_thanks_the_door_leads_back_there(booth: Booth) -> None:
    booth.hand_over()
    booth.press(ESC)
    booth.button("leave_door").click()
    welcome = booth.kiosk.page is booth.kiosk.welcome
    booth.press("0", ESC)

    booth.button("leave_door").click()

    assert welcome
    assert booth.kiosk.page is booth.kiosk.thanks


def test_a_questionnaire_on_paper_is_copied_without_a_door_and_ends_in_hoy(booth: Booth) -> None:
    booth.hand_over("paper")
    told = booth.words()

    answer_all(booth)
    booth.press(ENTER)

    assert "Transcripción de un cuestionario en papel" in told
    assert booth.stored == [("record-1", "paper", CORE, None)]
    assert booth.taken_back == [("record-1", True)]


def test_copying_from_paper_can_be_left_and_time_counts_nobody_as_gone(booth: Booth) -> None:
    booth.hand_over("paper")
    booth.press("6", ENTER)
    booth.press(ESC, ESC)
    left = (booth.handed_over, list(booth.stored), list(booth.taken_back))
    booth.hand_over("paper")

    booth.let_time_pass(120)

    assert left == (False, [], [("record-1", False)])
    assert (booth.stored, booth.locks) == ([], [True])


def test_what_was_copied_from_paper_is_thrown_away_at_the_second_esc_and_kept_by_going_on(booth: Booth) -> None:
    booth.hand_over("paper")
    booth.press("6", ENTER, "7")

    booth.press(ESC)
    asked = booth.words()
    booth.press(ENTER, ESC)

    assert "Esc otra vez" in asked
    assert booth.handed_over
    assert booth.asks == "P2b"


def test_a_second_person_is_not_offered_the_kiosk_while_one_has_it(booth: Booth) -> None:
    booth.begin()
    before = booth.kiosk

    booth.handing.offer(a_person(2), "on_screen")

    assert booth.kiosk is before
