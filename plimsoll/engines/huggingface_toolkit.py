"""Hugging Face's inference toolkit serves pictures and images in AWS's own deep learning container."""

from collections.abc import Mapping
from types import MappingProxyType

from plimsoll.catalog.facts import Accelerator
from plimsoll.engines.base import ContainerSpec, Served

VERSION = "2.6.0-transformers4.51.3-gpu-py312-cu124-ubuntu22.04"
IMAGE = "763104351884.dkr.ecr.us-east-1.amazonaws.com/huggingface-pytorch-inference"
"""AWS Deep Learning Container with Hugging Face's inference toolkit; EKS nodes may pull it as they are."""
PORT = 8080
TASKS = {"diffusion": "text-to-image", "vision": "image-classification"}
"""The toolkit's own names of tasks."""


class InferenceToolkit:
    """The engine of Hugging Face's inference toolkit, which exports no metrics."""

    name = "huggingface-toolkit"
    title = "Hugging Face's inference toolkit"
    version = VERSION
    metrics = None
    group = None
    precisions = ("fp16", "bf16")
    made_at_load: Mapping[str, str] = MappingProxyType({})

    def image_problem(self, accelerator: Accelerator, arch: str) -> str:
        """Refuse any processor but x86_64, which the one image is for."""
        del accelerator
        return f"the image of {self.title} is for x86_64 alone" if arch == "arm64" else ""

    def container(self, served: Served) -> ContainerSpec:
        """Start the toolkit for a model and its task."""
        named = {"HF_MODEL_ID": served.model} if served.model else {}
        return ContainerSpec(
            engine=self.name,
            version=VERSION,
            image=f"{IMAGE}:{VERSION}" if served.model else None,
            model=served.model,
            port=PORT,
            env={**named, "HF_TASK": TASKS[served.architecture.task]},
            health_path="/ping",
        )


ENGINE = InferenceToolkit()
