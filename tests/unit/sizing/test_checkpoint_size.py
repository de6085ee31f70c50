"""A checkpoint of a known size weighs that, whatever its format usually takes."""

import pytest

from plimsoll.sizing.checkpoint_size import sized_as
from plimsoll.sizing.memory import weight_bytes
from tests.make.worlds import real


@pytest.mark.parametrize("precision", ["int4", "fp4", "fp8"])
@pytest.mark.parametrize("share", [0.3, 0.55])
def test_it_weighs_what_is_stored(precision: str, share: float) -> None:
    arch = real().models["meta-llama/Llama-3.3-70B-Instruct"]
    stored = round(share * weight_bytes(arch, "bf16"))
    assert weight_bytes(sized_as(arch, precision, stored), precision) == pytest.approx(stored, abs=2)


def test_an_unknown_size_changes_nothing() -> None:
    arch = real().models["meta-llama/Llama-3.3-70B-Instruct"]
    assert sized_as(arch, "int4", None) is arch
