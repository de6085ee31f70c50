"""Tables beside the vocabulary's are in memory, and no step of text streams them."""

from plimsoll.models.hugging_face.extra_tables import extra_tables
from plimsoll.models.hugging_face.keys import Keys
from plimsoll.speed.step_work import step_work
from tests.make.models import published


def test_most_families_have_none() -> None:
    assert extra_tables(Keys({"model_type": "llama"}, []), 32, 4096).lookup == 0


def test_per_layer_embeddings_are_a_row_for_each_layer() -> None:
    keys = Keys({"model_type": "gemma4_text", "hidden_size_per_layer_input": 256, "vocab_size": 1000}, [])
    found = extra_tables(keys, 30, 2048)
    assert found.lookup == 1000 * 256 * 30
    assert found.matrices == 2048 * 30 * 256 + 30 * (2 * 2048 * 256 + 2048)


def test_what_is_looked_up_is_not_streamed() -> None:
    read = published("gemma-3n-e4b")
    streamed = step_work(read, "bf16", "bf16").dense_bytes
    assert read.aside_params > 0.4 * read.params
    assert streamed == 2 * (read.params - read.aside_params)
