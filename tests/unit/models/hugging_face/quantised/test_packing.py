"""Bits of one weight with its share of scales."""

from typing import Any

import pytest

from plimsoll.models.hugging_face.keys import Keys
from plimsoll.models.hugging_face.quantised.packing import (
    UNPACKED,
    by_algorithm,
    known_algorithm,
    of_bits,
    of_bitsandbytes,
    of_group,
    whole_numbers,
)


@pytest.mark.parametrize(
    ("values", "precision", "bits"),
    [
        ({"num_bits": 4, "group_size": 32}, "int4", 4.5),
        ({"num_bits": 4, "group_size": 128, "symmetric": False}, "int4", 4 + 20 / 128),
        ({"num_bits": 4}, "int4", 4.0),
        ({"num_bits": 8, "type": "int"}, "int8", 8.0),
        ({"num_bits": 8, "type": "float"}, "fp8", 8.0),
        ({"num_bits": 4, "type": "float", "group_size": 16}, "fp4", 4.5),
        ({"num_bits": 4, "type": "float", "group_size": 32}, "fp4", 4.25),
    ],
)
def test_a_group_says_its_format(values: dict[str, Any], precision: str, bits: float) -> None:
    found = of_group(Keys(values, []))
    assert (found.precision, found.bits) == (precision, bits)


@pytest.mark.parametrize(
    ("name", "precision", "bits"),
    [
        ("NVFP4", "fp4", 4.5),
        ("MXFP4", "fp4", 4.25),
        ("FP8_PB_WO", "fp8", 8.0),
        ("fp8_e4m3", "fp8", 8.0),
        ("W4A16_AWQ", "int4", 4.125),
        ("W4A8_AWQ", "int4", 4.125),
        ("int8", "int8", 8.0),
        ("W8A8_SQ_PER_CHANNEL", "int8", 8.0),
    ],
)
def test_a_name_says_its_format(name: str, precision: str, bits: float) -> None:
    assert (by_algorithm(name).precision, by_algorithm(name).bits) == (precision, bits)


def test_groups_of_no_size_have_no_scales_to_speak_of() -> None:
    assert whole_numbers(4, -1, zero_points=True).bits == 4.0
    assert of_bits(Keys({"bits": 4, "group_size": -1}, [])).bits == 4.0


def test_odd_widths_and_names_are_problems() -> None:
    keys = Keys({"bits": 3, "num_bits": 5, "quant_algo": 4}, [])
    of_bits(keys), of_group(keys), known_algorithm(keys, "quant_algo")
    assert len(keys.problems) == 3


def test_no_algorithm_is_no_packing() -> None:
    assert known_algorithm(Keys({"quant_algo": None}, []), "quant_algo") == UNPACKED


def test_bitsandbytes_has_three_widths() -> None:
    bits = [
        of_bitsandbytes(Keys(values, [])).bits
        for values in (
            {"load_in_8bit": True},
            {"load_in_4bit": True},
            {"load_in_4bit": True, "bnb_4bit_use_double_quant": True},
        )
    ]
    assert bits == [8.0, 4.5, 4.127]
