"""A layout says how a training step is split over accelerators."""

from plimsoll.ground.start_up import record


@record
class TrainingLayout:
    """A step runs on data × tensor × pipeline ranks, of which data-parallel ones shard by ZeRO stage.

    `zero` is 0 (nothing sharded), 1 (optimizer), 2 (and gradients) or 3 (and weights: FSDP's full shard);
    source: arXiv 1910.02054. `micro_batch_samples` sequences pass through one rank at once, `accumulation`
    times a step. `recompute` is `none`, or `full`: only the inputs of layers are kept, the rest is computed
    again. `context_parallel` ranks share one sequence; a run with fewer sequences than ranks has no choice.
    """

    data_parallel: int = 1
    tensor_parallel: int = 1
    pipeline_parallel: int = 1
    zero: int = 0
    micro_batch_samples: int = 1
    accumulation: int = 1
    recompute: str = "none"
    context_parallel: float = 1.0

    @property
    def model_parallel(self) -> int:
        """Ranks that hold one copy of the model between them."""
        return self.tensor_parallel * self.pipeline_parallel

    @property
    def accelerators(self) -> int:
        """Ranks of all kinds."""
        return round(self.data_parallel * self.model_parallel * self.context_parallel)

    @property
    def global_batch_samples(self) -> int:
        """Sequences of one optimizer step."""
        return self.data_parallel * self.micro_batch_samples * self.accumulation
