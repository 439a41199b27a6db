"""Numbers as RFC 8785 writes them. Source: RFC 8785, appendix B."""

import orjson
import pytest

from sync.core.ops import canonical_with_any_number


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (1.5, "1.5"),
        (5e-324, "5e-324"),
        (-5e-324, "-5e-324"),
        (1.7976931348623157e308, "1.7976931348623157e+308"),
        (9007199254740992, "9007199254740992"),
        (-9007199254740992, "-9007199254740992"),
        (295147905179352830000.0, "295147905179352830000"),
        (9.999999999999997e22, "9.999999999999997e+22"),
        (1e23, "1e+23"),
        (1.0000000000000001e23, "1.0000000000000001e+23"),
        (999999999999999700000.0, "999999999999999700000"),
        (1e21, "1e+21"),
        (9.999999999999997e-7, "9.999999999999997e-7"),
        (0.000001, "0.000001"),
        (333333333.3333332, "333333333.3333332"),
        (-0.0000033333333333333333, "-0.0000033333333333333333"),
        (1424953923781206.2, "1424953923781206.2"),
    ],
)
def test_a_number_is_written_as_the_appendix_writes_it(number: float, written: str) -> None:
    assert canonical_with_any_number({"b": [number], "a": True}) == f'{{"a":true,"b":[{written}]}}'.encode()


def test_an_integer_beyond_a_double_is_the_nearest_one() -> None:
    held = orjson.loads("9007199254740993")

    assert canonical_with_any_number(held) == b"9007199254740992"
