"""What is told of a replica: latencies with their interval, memory of one accelerator."""

from plimsoll.ground.start_up import record


@record
class Estimate:
    """An estimate with the 10th and 90th percentile of what would be measured."""

    estimate: float
    low: float
    high: float


@record
class MemoryGib:
    """Memory of one accelerator, GiB; `kv_cache` is None for a model that keeps none."""

    weights: float
    kv_cache: float | None
    activations: float
    usable: float
