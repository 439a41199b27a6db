import itertools
import unicodedata

import pytest

from terreno_app.storage.errors import WeakPassphraseError
from terreno_app.storage.passphrases import check_chosen, draw, normalised, words


def test_five_words_are_drawn_and_pass_as_chosen_ones():
    stream = itertools.cycle(range(256))

    drawn = draw(lambda count: bytes(next(stream) for _ in range(count)))

    assert len(drawn.split()) == 5
    assert set(drawn.split()) <= set(words())
    check_chosen(drawn)


def test_every_word_can_be_drawn():
    numbers = iter(range(2048))

    drawn = [draw(lambda count: next(numbers).to_bytes(count, "big")) for _ in range(2045 // 5)]

    assert len(words()) == len(set(words())) == 2048
    assert " ".join(drawn).split() == list(words()[:2045])


@pytest.mark.parametrize(
    "typed",
    [
        "ábaco lápiz ñandú búho cañón",
        "abaco lapiz nandu buho canon",
        "  ABACO   Lápiz\tÑANDÚ búho cañón ",
        unicodedata.normalize("NFD", "ábaco lápiz ñandú búho cañón"),
    ],
)
def test_accents_case_and_spaces_make_no_difference(typed):
    assert normalised(typed) == "abaco lapiz nandu buho canon"


@pytest.mark.parametrize(
    "passphrase",
    [
        "una frase de paso larga",
        "correct horse battery staple",
        "frase-de-paso-2026-XIII",
        "el perro de mi abuela",
        "日本語の長い合言葉です私たちの国の言葉",
    ],
)
def test_a_long_phrase_of_ones_own_is_taken(passphrase):
    check_chosen(passphrase)


@pytest.mark.parametrize(
    "passphrase",
    [
        "",
        "corta",
        "quince letras15",
        "                    ",
        "1234567890123456",
        "6543210987654321",
        "qwertyuiopasdfghjkl",
        "abcdefghijklmnop",
        "aaaaaaaaaaaaaaaaaaaa",
        "abcabcabcabcabcabcabc",
        "teamo teamo teamo teamo",
        "Contraseña123456789",
        "password password 2026",
        "admin-administrador-1",
        "1qaz2wsx3edc4rfv",
    ],
)
def test_what_everybody_tries_first_is_refused(passphrase):
    with pytest.raises(WeakPassphraseError):
        check_chosen(passphrase)
