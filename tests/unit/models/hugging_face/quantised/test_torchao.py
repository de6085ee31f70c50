"""TorchAO's objects, of old and of now."""

from typing import Any

import pytest

from plimsoll.models.hugging_face.keys import Keys
from plimsoll.models.hugging_face.quantised.packing import FP8, INT8, UNPACKED
from plimsoll.models.hugging_face.quantised.torchao import read_torchao


def _of(kind: object, **beside: Any) -> Keys:
    return Keys({"quant_type": kind, **beside}, [])


@pytest.mark.parametrize(
    ("keys", "bits"),
    [
        (_of("int4_weight_only", quant_type_kwargs={"group_size": 64}), 4.5),
        (_of("int4_weight_only"), 4.25),
        (_of("int8_weight_only"), 8.0),
        (_of({"default": {"_type": "Float8WeightOnlyConfig", "_data": {}}}), 8.0),
        (_of({"default": {"_type": "Int8DynamicActivationInt4WeightConfig", "_data": {}}}), 8.0),
    ],
)
def test_one_object_packs_all(keys: Keys, bits: float) -> None:
    assert read_torchao(keys).general.bits == bits
    assert not keys.problems


def test_an_object_for_each_module_leaves_the_others() -> None:
    by_module = {
        "lm_head": {"_type": "Int8WeightOnlyConfig", "_data": {}},
        "model.layers.0.mlp.up_proj": None,
    }
    found = read_torchao(_of({"default": {"_data": {"module_fqn_to_config": by_module}}}))
    assert (found.general, found.head, found.tables) == (UNPACKED, INT8, UNPACKED)
    assert dict(found.by_name)["model.layers.0.mlp.up_proj"] == UNPACKED


def test_a_type_that_nobody_knows_is_a_problem() -> None:
    keys = _of({"default": {"_type": "UnheardOfConfig", "_data": {}}})
    assert read_torchao(keys).general == UNPACKED
    assert keys.problems
    assert read_torchao(_of("float8_weight_only")).general == FP8
