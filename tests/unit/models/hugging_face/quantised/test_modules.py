"""Parameters are summed by the packing of each matrix in each layer."""

import pytest

from plimsoll.models.hugging_face.quantised.modules import Module, weigh
from plimsoll.models.hugging_face.quantised.names import ModuleNames
from plimsoll.models.hugging_face.quantised.packing import FP8, UNPACKED, WeightFormat
from plimsoll.models.hugging_face.quantised.storage import Storage

FP4 = WeightFormat("fp4", 4.5)
PARTS = (Module(("self_attn.q_proj",), 400, (0, 1, 2, 3)), Module(("mlp.up_proj",), 800, (0, 1, 2, 3)))


def test_a_module_of_one_layer_is_its_share() -> None:
    found = weigh(PARTS, Storage(FP8, ((ModuleNames(["model.layers.2"]), UNPACKED),)))
    assert (found.kept, found.packing) == (300, FP8)


def test_the_mean_of_bits_gives_the_bytes_and_most_parameters_the_name() -> None:
    found = weigh(PARTS, Storage(FP8, ((ModuleNames(["mlp"]), FP4),)))
    assert found.packing.precision == "fp4"
    assert found.packing.bits * 1200 == pytest.approx(400 * 8 + 800 * 4.5)


def test_tables_are_packed_only_where_it_is_said() -> None:
    assert weigh(PARTS, Storage(FP8), embedding=500, head=500).tables == 0
    found = weigh(PARTS, Storage(FP8, head=FP4), embedding=500, head=600)
    assert found.tables == 600
    assert found.packing.bits * 1800 == pytest.approx(1200 * 8 + 600 * 4.5)


def test_where_only_named_modules_are_packed_the_rest_is_kept() -> None:
    assert weigh(PARTS, Storage(FP8, only_named=True)).kept == 1200
