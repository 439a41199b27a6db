"""An enrolment code is read as people type it, and proves a request without ever travelling whole."""

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.core.codes import ALPHABET, EnrolmentCode, MisspeltCodeError

CODE = "7K3M-Q2RT-9XVB-0HNA"
PIN = hashlib.sha256(b"a certificate").hexdigest()


@pytest.mark.parametrize("typed", [CODE, CODE.lower(), CODE.replace("-", ""), f" {CODE} ", "7k3m q2rt 9xvb OHNA"])
def test_a_code_is_read_as_people_type_it(typed: str) -> None:
    code = EnrolmentCode.parse(typed)

    assert (code.id, code.secret) == ("7K3M", "Q2RT9XVB0HNA")
    assert str(code) == CODE


def test_letters_that_look_like_digits_are_read_as_digits() -> None:
    assert EnrolmentCode.parse("ILOi-loIL-OILO-ilo0") == EnrolmentCode("1101", "101101101100")


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("7K3M-Q2RT-9XVB-0HNU", "alphabet"),
        ("7K3M-Q2RT-9XVB-0HÑA", "alphabet"),
        ("7K3M_Q2RT_9XVB_0HNA", "alphabet"),
        ("", "length"),
        ("0" * 15, "length"),
        ("0" * 65, "length"),
        (f"{CODE}.", "fingerprint"),
        (f"{CODE}.{PIN[1:]}", "fingerprint"),
        (f"{CODE}.{PIN}0", "fingerprint"),
        (f"{CODE}.{PIN[1:]}g", "fingerprint"),
        (f"{CODE}.{PIN}.{PIN}", "fingerprint"),
    ],
)
def test_a_misspelt_code_is_told_by_its_fault_and_not_repeated(typed: str, fault: str) -> None:
    with pytest.raises(MisspeltCodeError) as refused:
        EnrolmentCode.parse(typed)

    assert refused.value.args == (fault,)


@pytest.mark.parametrize("length", [16, 64])
def test_a_code_may_be_as_short_and_as_long_as_it_is_written(length: int) -> None:
    assert len(EnrolmentCode.parse("Z" * length).secret) == length - 4


@pytest.mark.parametrize("shown", [PIN, PIN.upper(), ":".join(PIN.upper()[at : at + 2] for at in range(0, 64, 2))])
def test_a_code_may_name_the_one_certificate_to_accept(shown: str) -> None:
    code = EnrolmentCode.parse(f" {CODE.lower()}.{shown} ")

    assert (code.id, code.secret, code.fingerprint) == ("7K3M", "Q2RT9XVB0HNA", PIN)
    assert str(code) == f"{CODE}.{PIN}"
    assert code.mac({"code_id": "7K3M"}) == EnrolmentCode.parse(CODE).mac({"code_id": "7K3M"})


@given(st.binary(min_size=16, max_size=16))
def test_a_drawn_code_can_be_read_back(random: bytes) -> None:
    code = EnrolmentCode.from_random(random)

    assert EnrolmentCode.parse(str(code)) == code
    assert code.id + code.secret == "".join(ALPHABET[byte % 32] for byte in random)
    assert code.secret not in repr(code)


def test_a_code_from_too_little_randomness_is_no_code() -> None:
    with pytest.raises(MisspeltCodeError):
        EnrolmentCode.from_random(b"short")


def test_a_proof_holds_for_exactly_what_was_sent() -> None:
    code = EnrolmentCode.parse(CODE)
    members = {"code_id": "7K3M", "sign_key": "aa"}

    assert (
        code.mac(members)
        == hmac.new(b"Q2RT9XVB0HNA", b'{"code_id":"7K3M","sign_key":"aa"}', hashlib.sha256).hexdigest()
    )
    assert code.proves(members, code.mac(members))
    assert not code.proves({**members, "sign_key": "bb"}, code.mac(members))
    assert not code.proves(members, "ñ")
    assert not code.proves(members, "\ud800")
