"""What is told of a replica: latencies with their interval, memory of one accelerator."""

from typing import Annotated

from plimsoll.ground.start_up import record


@record
class Estimate:
    """An estimate with the 10th and 90th percentile of what would be measured."""

    estimate: Annotated[float, "Expected value; the limits are judged on it."]
    low: Annotated[float, "10th percentile of what would be measured."]
    high: Annotated[float, "90th percentile of what would be measured."]


@record
class MemoryGib:
    """Memory of one accelerator, GiB; `kv_cache` is None for a model that keeps none."""

    weights: Annotated[float, "Weights, GiB per accelerator."]
    kv_cache: Annotated[float | None, "What is left for the KV cache, GiB per accelerator."]
    activations: Annotated[float, "Reserve for activations, GiB per accelerator."]
    usable: Annotated[float, "Engine fraction × device memory, GiB per accelerator."]
