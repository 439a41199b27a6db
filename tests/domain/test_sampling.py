import hashlib
import hmac
from decimal import Decimal, getcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terreno_app.domain.fields import Json
from terreno_app.domain.sampling import (
    SamplingError,
    bernoulli_draw,
    bernoulli_u,
    commitment,
    draw,
    eligibility,
    margin,
    probability,
    sample_size,
    sampling_problems,
    suggested_p,
    systematic_draw,
    systematic_start,
    verify,
)
from tests.factories import an_attention, catalogues

SEED = bytes(range(32))
YES = (True, None)
_seeds = st.binary(min_size=32, max_size=32)
_ids = st.uuids().map(str)
_p = st.decimals("0.0001", "1", places=4).map(str)


def _session(**fields: Json) -> dict[str, Json]:
    return {
        "sampling": {"method": "bernoulli", "p": "0.20"},
        "seed_commitment": commitment(SEED),
        "seed": SEED.hex(),
        **fields,
    }


def test_the_number_of_an_attention_is_the_one_of_the_worked_example() -> None:
    u = bernoulli_u(bytes(32), "att-0")

    assert round(int(u, 16) / 2**64, 6) == 0.063173
    assert len(u) == 16


@given(_seeds, _ids, _p)
def test_anyone_can_recompute_a_draw_from_the_seed(seed: bytes, attention: str, p: str) -> None:
    getcontext().prec = 60

    u, selected = bernoulli_draw(seed, attention, p)

    again = hmac.new(seed, attention.encode(), hashlib.sha256).hexdigest()[:16]
    assert u == again
    assert selected is (Decimal(int(again, 16)) < Decimal(p) * 2**64)


@given(_seeds, _ids)
def test_a_census_selects_everyone(seed: bytes, attention: str) -> None:
    drawn = draw({"method": "census"}, seed, attention, eligible=YES, position=1)

    assert drawn["p"] == "1"
    assert drawn["selected"] is True


@given(_seeds, st.integers(1, 40))
def test_a_systematic_draw_selects_one_of_each_k(seed: bytes, k: int) -> None:
    start = systematic_start(seed, k)

    chosen = [i for i in range(1, 5 * k + 1) if systematic_draw(seed, i, k)]

    assert chosen == [start + n * k for n in range(5)]
    assert 1 <= start <= k


@pytest.mark.parametrize("p", ["0", "1.1", "-0.2", "1/2", "mucho", "1/0"])
def test_a_probability_out_of_range_is_refused(p: str) -> None:
    with pytest.raises(SamplingError):
        probability(p)


def test_a_seed_of_another_length_is_refused() -> None:
    with pytest.raises(SamplingError):
        commitment(b"corta")


def test_an_interval_below_one_is_refused() -> None:
    with pytest.raises(SamplingError):
        systematic_start(SEED, 0)


def test_a_systematic_design_without_interval_draws_nothing() -> None:
    with pytest.raises(SamplingError):
        draw({"method": "systematic"}, SEED, "a", eligible=YES, position=1)


@pytest.mark.parametrize(
    ("fields", "minor", "expected"),
    [
        ({"age_band": "T30_44"}, None, (True, None)),
        ({}, None, (True, None)),
        ({"age_band": "NR"}, None, (True, None)),
        ({"age_band": "NS"}, True, (False, "minor")),
        ({"age_band": "T14_17"}, None, (False, "minor")),
        ({"age_band": "T14_17"}, False, (True, None)),
        ({"age_band": "T75_MAS"}, None, (True, None)),
        ({"persons_count": 3}, None, (False, "group")),
        ({"space": "tic"}, None, (False, "not_present")),
        ({"back_captured": True}, None, (False, "not_present")),
    ],
)
def test_only_one_adult_who_is_present_takes_part(
    fields: dict[str, Json],
    minor: bool | None,
    expected: tuple[bool, str | None],
) -> None:
    assert eligibility(an_attention(**fields), catalogues(), minor=minor) == expected


def test_who_does_not_take_part_is_never_selected_and_takes_no_place() -> None:
    bernoulli = draw({"method": "bernoulli", "p": "1"}, SEED, "a", eligible=(False, "group"), position=1)
    systematic = draw({"method": "systematic", "k": 1}, SEED, "a", eligible=(False, "minor"), position=1)

    assert (bernoulli["selected"], bernoulli["reason"]) == (False, "group")
    assert systematic == {"i": None, "k": 1, "selected": False, "eligible": False, "reason": "minor"}


@given(_seeds, st.lists(_ids, unique=True, max_size=20), _p)
def test_an_honest_session_verifies(seed: bytes, ids: list[str], p: str) -> None:
    sampling: dict[str, Json] = {"method": "bernoulli", "p": p}
    session = {"sampling": sampling, "seed": seed.hex(), "seed_commitment": commitment(seed)}
    attentions = [(name, an_attention(draw=draw(sampling, seed, name, eligible=YES, position=1))) for name in ids]

    check = verify("s", session, attentions)

    assert check.mismatches == ()
    assert check.checked == len(ids)


def test_an_honest_systematic_session_verifies() -> None:
    sampling: dict[str, Json] = {"method": "systematic", "k": 3}
    drawn = [draw(sampling, SEED, str(i), eligible=YES, position=i) for i in range(1, 8)]
    left_out = draw(sampling, SEED, "group", eligible=(False, "group"), position=8)
    attentions = [(str(n), {"draw": held}) for n, held in enumerate([*drawn, left_out])]

    check = verify("s", _session(sampling=sampling), [*attentions, ("later", an_attention())])

    assert check.mismatches == ()
    assert (check.checked, check.without_draw) == (8, 1)


@pytest.mark.parametrize(
    ("change", "code"),
    [({"u": "0" * 16}, "u"), ({"p": "0.9"}, "design"), ({"selected": True}, "selected")],
)
def test_a_draw_that_was_touched_is_found(change: dict[str, Json], code: str) -> None:
    held = draw({"method": "bernoulli", "p": "0.20"}, SEED, "loser", eligible=YES, position=1)
    assert held["selected"] is False

    check = verify("s", _session(), [("loser", {"draw": {**held, **change}})])

    assert [(mismatch.attention, mismatch.code) for mismatch in check.mismatches] == [("loser", code)]


def test_a_seed_exchanged_after_the_fact_is_found() -> None:
    check = verify("s", _session(seed_commitment=commitment(bytes(32))), [])

    assert [mismatch.code for mismatch in check.mismatches] == ["commitment"]


@pytest.mark.parametrize("seed", [None, "", "abcd", "no es hexadecimal"])
def test_a_session_without_its_seed_cannot_be_verified(seed: str | None) -> None:
    check = verify("s", _session(seed=seed), [("a", an_attention())])

    assert [mismatch.code for mismatch in check.mismatches] == ["no_seed"]
    assert check.without_draw == 1


def test_a_gap_in_the_order_is_found() -> None:
    sampling: dict[str, Json] = {"method": "systematic", "k": 2}
    attentions = [(str(i), {"draw": draw(sampling, SEED, str(i), eligible=YES, position=i)}) for i in (1, 3)]

    check = verify("s", _session(sampling=sampling), attentions)

    assert [mismatch.code for mismatch in check.mismatches] == ["gap"]


def test_a_draw_that_lost_its_place_is_found() -> None:
    sampling: dict[str, Json] = {"method": "systematic", "k": 2}
    held = {**draw(sampling, SEED, "a", eligible=YES, position=1), "i": "1"}

    check = verify("s", _session(sampling=sampling), [("a", {"draw": held})])

    assert "order" in {mismatch.code for mismatch in check.mismatches}


def test_a_session_without_a_design_cannot_have_drawn() -> None:
    held = draw({"method": "bernoulli", "p": "0.20"}, SEED, "a", eligible=YES, position=1)

    check = verify("s", _session(sampling=None), [("a", {"draw": held})])

    assert [mismatch.code for mismatch in check.mismatches] == ["design"]


@pytest.mark.parametrize(
    ("sampling", "problem"),
    [
        ({"method": "bernoulli", "p": "0.2"}, None),
        ({"method": "census"}, None),
        ({"method": "systematic", "k": 5}, None),
        ({"method": "systematic"}, ("sampling.k", "required")),
        ({"method": "systematic", "k": 0}, ("sampling.k", "too_small")),
        ({"method": "bernoulli"}, ("sampling.p", "wrong_type")),
        ({"method": "bernoulli", "p": "2"}, ("sampling.p", "wrong_type")),
        ({"p": "0.2"}, ("sampling.method", "required")),
    ],
)
def test_a_design_that_cannot_be_drawn_with_is_refused(
    sampling: dict[str, Json],
    problem: tuple[str, str] | None,
) -> None:
    found = [(one.field, one.code) for one in sampling_problems("outing", sampling, catalogues())]

    assert found == ([] if problem is None else [problem])


@pytest.mark.parametrize(
    ("attentions", "error", "needed"),
    [(300, 0.05, 169), (500, 0.05, 218), (800, 0.05, 260), (1200, 0.05, 292), (5000, 0.05, 357), (1200, 0.03, 566)],
)
def test_the_sample_that_is_needed(attentions: int, error: float, needed: int) -> None:
    assert sample_size(attentions, error) == needed


def test_the_margin_is_told_as_it_is() -> None:
    assert round(margin(120, 800), 4) == 0.0825


def test_the_probability_makes_up_for_who_does_not_answer() -> None:
    assert suggested_p(169, 300, 0.85) == "0.67"
    assert suggested_p(169, 100, 0.85) == "1"
