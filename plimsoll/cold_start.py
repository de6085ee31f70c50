"""Cold start: from "the autoscaler wants one more" to the first token, in seconds."""

from plimsoll.catalog import InstanceType

NODE_S = 90.0
"""Karpenter launch to node Ready, GPU image. Assumption: 60 to 120 s are seen."""

IMAGE_GB = 10.0
IMAGE_UNPACK_BYTES_PER_S = 100e6
"""containerd unpacks layers at about 100 MB/s compressed. Assumption."""

ENGINE_START_S = 45.0
"""Python start, CUDA context, graph capture. Assumption."""

WEIGHTS_BYTES_PER_S = 500e6
"""Object store to accelerator through one pod without a special loader. Assumption."""


def cold_start_s(instance: InstanceType, weights_bytes: int, *, own_image: bool = False) -> float:
    """Node, image, weights, engine: each after the other.

    `own_image` marks a measured service, whose image is assumed small (2 GB) and whose start 15 s.
    """
    image_bytes = (2.0 if own_image else IMAGE_GB) * 1e9
    network = max(instance.network_gbps, 1.0) * 1e9 / 8
    pull = image_bytes / min(network, IMAGE_UNPACK_BYTES_PER_S)
    load = weights_bytes / min(network, WEIGHTS_BYTES_PER_S)
    start = 15.0 if own_image else ENGINE_START_S
    return round(NODE_S + pull + load + start, 0)
