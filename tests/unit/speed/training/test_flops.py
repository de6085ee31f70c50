"""Model FLOPs of training."""

from plimsoll.catalog.tables import load
from plimsoll.speed.training.flops import training_flops_per_token


def test_the_convention_of_training_flops():
    llama = load().model("Llama-3.1-8B")
    assert training_flops_per_token(llama, 8192) == 6 * llama.params + 12 * 32 * 4096 * 8192
    assert training_flops_per_token(llama, 0) == 6 * llama.params
