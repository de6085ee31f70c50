"""A cold start lasts from "the autoscaler wants one more" to the first token, in seconds."""

from plimsoll.catalog.facts import InstanceType

NODE_S = 90.0
"""Karpenter launch to node Ready, GPU image. Assumption: 60 to 120 s are seen."""

IMAGE_GB = 10.0
"""A CUDA serving image, compressed: 8 to 10 GB are seen. Assumption."""

OWN_IMAGE_GB = 2.0
"""The image of a measured service. Assumption."""

IMAGE_UNPACK_BYTES_PER_S = 100e6
"""containerd unpacks layers at about 100 MB/s compressed. Assumption."""

ENGINE_START_S = 45.0
"""Python start, CUDA context, graph capture. Assumption."""

OWN_START_S = 15.0
"""Start of a measured service, which captures no graphs. Assumption."""

WEIGHTS_BYTES_PER_S = 500e6
"""Object store to accelerator through one pod without a special loader. Assumption."""


def cold_start_s(
    instance: InstanceType, weights_bytes: int, *, own_image: bool = False, start_s: float | None = None
) -> float:
    """Node, image, weights, engine: each after the other.

    `own_image` marks a measured service, whose image is assumed smaller and whose start shorter; `start_s` is
    how long a started container takes until it answers, where its owner says.
    """
    image_bytes = (OWN_IMAGE_GB if own_image else IMAGE_GB) * 1e9
    network = max(instance.network_gbps, 1.0) * 1e9 / 8
    pull = image_bytes / min(network, IMAGE_UNPACK_BYTES_PER_S)
    load = weights_bytes / min(network, WEIGHTS_BYTES_PER_S)
    assumed_s = OWN_START_S if own_image else ENGINE_START_S
    return round(NODE_S + pull + load + (assumed_s if start_s is None else start_s), 0)
