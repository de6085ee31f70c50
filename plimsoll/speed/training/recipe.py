"""A recipe says how a model is trained: method, software, number format, optimizer, loss, adapters."""

from plimsoll.ground.start_up import record

METHODS = ("pretrain", "full", "lora", "qlora")
"""How weights are trained: all of them, or adapters beside frozen ones (in 16 bit, or in NF4 for `qlora`)."""

STACKS = ("tuned", "standard", "plain")
"""NeMo or Megatron; FSDP2 with compile and FlashAttention; HF Trainer or untuned FSDP."""

OPTIMIZERS = ("adamw", "adamw_bf16", "adamw_8bit", "adafactor", "muon", "sgd")

ADAPTERS = ("lora", "qlora")
"""Methods that freeze the model's own weights."""


@record
class TrainingRecipe:
    """A recipe of training; every value is one of the tuples of this file.

    `precision` is that of the matrix products (`bf16`, `fp8`, `fp4`); weights are kept by `optimizer` and
    `method`. `fused_loss`: cross-entropy in chunks, so that logits are never held whole. `lora_targets` are
    names of `plimsoll.sizing.training.adapters`. `sequence_tok` is the length that samples are packed to.
    """

    method: str = "full"
    stack: str = "standard"
    precision: str = "bf16"
    optimizer: str = "adamw"
    fused_loss: bool = True
    compiled: bool = False
    lora_rank: int = 16
    lora_targets: tuple[str, ...] = ("all_linear",)
    sequence_tok: int = 2048

    @property
    def freezes(self) -> bool:
        """Whether the model's own weights stay as they are, and adapters are trained."""
        return self.method in ADAPTERS
