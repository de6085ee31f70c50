"""Engines for models that are not language models: which image serves a task, and how it is told."""

from collections.abc import Mapping
from dataclasses import field

from plimsoll.ground.start_up import record
from plimsoll.models.architecture import Architecture

TEI_VERSION = "1.8"
TEI_BUILDS = {
    "A100": "",
    "A10G": "86-",
    "H100": "hopper-",
    "H200": "hopper-",
    "L4": "89-",
    "L40S": "89-",
    "T4": "turing-",
}
"""text-embeddings-inference publishes one image per compute capability (its README, "Docker images")."""

VLLM_SPEECH_VERSION = "0.22.0"
"""vLLM serves Whisper's transcription API (vLLM docs, supported models: openai/whisper-*)."""

TOOLKIT_VERSION = "2.6.0-transformers4.51.3-gpu-py312-cu124-ubuntu22.04"
TOOLKIT_IMAGE = "763104351884.dkr.ecr.us-east-1.amazonaws.com/huggingface-pytorch-inference"
"""AWS Deep Learning Container with Hugging Face's inference toolkit; EKS nodes may pull it as they are."""
TOOLKIT_TASKS = {"diffusion": "text-to-image", "vision": "image-classification"}


@record
class EngineChoice:
    """An engine and how its container is started; `engine` is the name that metrics are looked up by."""

    engine: str
    version: str
    image: str
    port: int
    args: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict[str, str])
    health_path: str = "/health"


def engine_for(architecture: Architecture, accelerator: str | None) -> EngineChoice | None:
    """Choose an engine by the model's task and the accelerator; None where nobody publishes one."""
    name = architecture.name
    if architecture.task == "encoder":
        build = "cpu-" if accelerator is None else TEI_BUILDS.get(accelerator.split("-")[0])
        if build is None:
            return None
        image = f"ghcr.io/huggingface/text-embeddings-inference:{build}{TEI_VERSION}"
        return EngineChoice("tei", TEI_VERSION, image, 8080, (f"--model-id={name}", "--port=8080"))
    if architecture.task == "speech":
        image = f"vllm/vllm-openai:v{VLLM_SPEECH_VERSION}"
        return EngineChoice("vllm", VLLM_SPEECH_VERSION, image, 8000, (f"--model={name}", "--port=8000"))
    task = TOOLKIT_TASKS.get(architecture.task)
    if task is None:
        return None
    env = {"HF_MODEL_ID": name, "HF_TASK": task}
    return EngineChoice(
        "huggingface-toolkit",
        TOOLKIT_VERSION,
        f"{TOOLKIT_IMAGE}:{TOOLKIT_VERSION}",
        8080,
        env=env,
        health_path="/ping",
    )
