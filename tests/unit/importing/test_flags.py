"""What a container is started with is read as the container would be told it."""

import pytest

from plimsoll.importing.flags import flags_of

SCRIPT = "set -e; pip list && exec vllm serve acme/m -tp 2 --max_num_seqs=64 # as before"


@pytest.mark.parametrize(
    ("container", "flag", "value"),
    [
        ({"args": ["--model=a/b"]}, "model", "a/b"),
        ({"command": ["vllm", "serve"], "args": ["--model", "a/b", "--port", "8000"]}, "model", "a/b"),
        ({"args": ["--gpu_memory_utilization", "0.9"]}, "gpu-memory-utilization", "0.9"),
        ({"args": ["-tp", "4"]}, "tensor-parallel-size", "4"),
        ({"args": ["--enable-lora", "--port", "1"]}, "enable-lora", "true"),
        ({"args": ["--seed", "-1"]}, "seed", "-1"),
        ({"args": ["--model=$(M)"], "env": [{"name": "M", "value": "a/b"}]}, "model", "a/b"),
        ({"args": ["--model=$(M)"]}, "model", "$(M)"),
        ({"command": ["/bin/sh", "-c", SCRIPT]}, "tensor-parallel-size", "2"),
        ({"command": ["bash", "-c"], "args": ["vllm serve ${M:-a/b} --model-x 'c d'"]}, "model-x", "c d"),
        ({"command": ["bash", "-c", "vllm serve 'never ends --tp 1"]}, "tp", "1"),
    ],
)
def test_flags_of_every_spelling(container, flag, value):
    assert flags_of(container).values[flag] == value


def test_of_a_script_only_the_server_counts():
    assert flags_of({"command": ["sh", "-c", SCRIPT]}).words[:4] == ("exec", "vllm", "serve", "acme/m")


def test_a_flag_that_says_no_is_off():
    assert not flags_of({"args": ["--enable-lora=false"]}).on("enable-lora")
    assert flags_of({"args": ["--enable-lora"]}).on("enable-lora")
