"""Words of other tools are offered as the choice that they mean, and only where that is a choice."""

import pytest

from plimsoll.spec.wrong.choices import choice_meant, choice_named

METHODS = ["pretrain", "full", "lora", "qlora"]


@pytest.mark.parametrize(
    ("said", "known", "meant"),
    [
        ("SFT", METHODS, "did you mean 'full'?"),
        ("dora", METHODS, "did you mean 'lora'?"),
        ("qlorra", METHODS, "did you mean 'qlora'?"),
        ("rlhf", METHODS, ""),
        ("sft", ["inference", "training", "batch"], "did you mean 'training'?"),
        (True, ["never", "capacity_block"], "did you mean 'capacity_block'?"),
        (True, ["never", "allow", "prefer"], "did you mean 'allow'?"),
        ("on-demand", ["immediate", "last_moment", "never"], "did you mean 'immediate'?"),
        ("on-demand", ["never", "allow", "prefer"], "did you mean 'never'?"),
        (200, ["125", "250", "500", "1000"], "write 250"),
        (3000, ["125", "250", "500", "1000"], "write 1000"),
        ("s3://bucket/path", ["s3", "fsx", "none"], "did you mean 's3'?"),
        ("x" * 5000, METHODS, ""),
    ],
)
def test_what_is_meant(said: object, known: list[str], meant: str) -> None:
    assert choice_meant(said, known) == meant


def test_a_choice_means_itself_in_any_case() -> None:
    assert choice_named("LoRA", METHODS) == "lora"
    assert choice_named("4bit", ["int4", "fp8"]) == "int4"
    assert choice_named("4bit", METHODS) == "qlora"
