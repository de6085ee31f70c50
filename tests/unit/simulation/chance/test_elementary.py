"""Logarithm, exponential and normal quantile against the C library's, and exact values."""

import math
from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plimsoll.simulation.chance.elementary import exponential, logarithm, normal_at


@given(st.floats(1e-300, 1e300))
def test_a_logarithm_is_right_to_the_last_bits(value: float) -> None:
    assert logarithm(value) == pytest.approx(math.log(value), rel=1e-14, abs=1e-15)


@given(st.floats(-600, 600))
def test_an_exponential_is_right_to_the_last_bits(power: float) -> None:
    assert exponential(power) == pytest.approx(math.exp(power), rel=1e-12)


@given(st.floats(1e-15, 1 - 1e-12))
def test_a_normal_quantile_is_right_to_twelve_digits(share: float) -> None:
    assert normal_at(share) == pytest.approx(NormalDist().inv_cdf(share), rel=1e-9, abs=1e-12)


def test_they_use_no_function_of_the_c_library_that_machines_differ_in() -> None:
    """Splitting a float, a floor and a root are exact by IEEE 754; nothing else is taken."""
    import ast
    from pathlib import Path

    from plimsoll.simulation.chance import draws, elementary

    for module in (draws, elementary):
        tree = ast.parse(Path(module.__file__ or "").read_text(encoding="utf-8"))
        used = {
            node.attr
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "math"
        }
        assert used <= {"frexp", "ldexp", "floor", "sqrt"}
        powers = [
            node for node in ast.walk(tree) if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow)
        ]
        assert all(isinstance(node.left, ast.Constant) for node in powers)
