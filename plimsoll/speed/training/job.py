"""A job is everything that the speed of training depends on: model, part, recipe, layout, network."""

from plimsoll.catalog.facts import Accelerator
from plimsoll.ground.start_up import record
from plimsoll.models.architecture import Architecture
from plimsoll.speed.training.layout import TrainingLayout
from plimsoll.speed.training.network import Network
from plimsoll.speed.training.recipe import TrainingRecipe


@record
class TrainingJob:
    """One training run; `offloads`: the host keeps and steps the optimizer (DeepSpeed's CPU offload)."""

    arch: Architecture
    accelerator: Accelerator
    recipe: TrainingRecipe
    layout: TrainingLayout
    network: Network
    offloads: bool = False

    @property
    def encodes(self) -> bool:
        """Whether it is an encoder like BERT, whose attention sees both sides."""
        return self.arch.task == "encoder"

    @property
    def eager(self) -> bool:
        """Whether kernels between products are not fused: plain stacks, and the recipes of encoders."""
        return self.encodes or self.recipe.stack == "plain"

    @property
    def micro_batch_tok(self) -> float:
        """Tokens of one micro-batch."""
        return float(self.layout.micro_batch_samples * self.recipe.sequence_tok)

    @property
    def step_tok(self) -> float:
        """Tokens of one optimizer step on one accelerator."""
        return self.layout.global_batch_samples * self.recipe.sequence_tok / self.layout.accelerators

    @property
    def peak(self) -> float:
        """Dense 16-bit rate of the data sheet, FLOP/s."""
        flops = self.accelerator.flops
        return flops.get("bf16") or flops.get("fp16") or flops["fp32"]

    @property
    def read_params(self) -> int:
        """Parameters that every token is multiplied with: an input table that is not tied is looked up."""
        looked_up = self.arch.embedding_params if self.arch.head_params or self.encodes else 0
        return self.arch.active_params - looked_up
