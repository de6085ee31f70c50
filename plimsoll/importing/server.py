"""The server of a container is recognised by its image and its words: which engine, what it loads, how."""

import re
from collections.abc import Mapping
from typing import Any

from plimsoll.ground.start_up import record
from plimsoll.ground.tree import step
from plimsoll.importing.flags import Flags, flags_of

VLLM, TEI, TOOLKIT = "vllm", "tei", "huggingface-toolkit"

_TAG = re.compile(r"(?:^|[^0-9.])v?([0-9]{1,3}\.[0-9]{1,3}(?:\.[0-9]{1,3})?)(?![0-9])")
_OTHER = {
    "sglang": "SGLang",
    "text-generation-inference": "Text Generation Inference",
    "tritonserver": "Triton",
}
"""Engines of the field that this release has no facts of."""

MODEL_ENV = ("HF_MODEL_ID", "MODEL_ID", "MODEL_NAME", "VLLM_MODEL", "SM_VLLM_MODEL", "MODEL")
"""Variables that images of the field load by: Hugging Face's containers, AWS's and common charts."""


@record
class Server:
    """What a container serves, with which engine; `engine` is None where none is recognised.

    `other` names an engine that is recognised and not known here; `version` is None where the image's tag
    does not say it.
    """

    engine: str | None
    other: str | None
    version: str | None
    model: str | None
    image: str
    flags: Flags


def server_of(container: Mapping[str, Any]) -> Server:
    """Recognise what a container serves."""
    flags = flags_of(container)
    image = str(step(container, "image") or "")
    said = " ".join((image.rpartition("/")[2] if "/" in image else image, image, *flags.words)).lower()
    engine = _engine(said)
    other = next((title for name, title in _OTHER.items() if name in said), None) if engine is None else None
    return Server(engine, other, _version(image, engine), _model(flags), image, flags)


def _engine(said: str) -> str | None:
    if "text-embeddings" in said:
        return TEI
    if "vllm" in said:
        return VLLM
    return TOOLKIT if "huggingface-" in said and "inference" in said else None


def _version(image: str, engine: str | None) -> str | None:
    """Read the version that a tag says; other people's builds number themselves, not the engine."""
    name, _, tag = image.partition("@")[0].rpartition(":")
    own = engine == VLLM and name.rpartition("/")[2] in ("vllm-openai", "vllm", "vllm-openai-rocm")
    found = _TAG.search(tag) if name and own and "/" not in tag else None
    return found[1] if found and not name.startswith("lmcache/") else None


def _model(flags: Flags) -> str | None:
    said = flags.first("model", "model-id", "model-path", "model-name", "model-tag")
    words = flags.words
    if said is None and "serve" in words:
        after = words[words.index("serve") + 1 :]
        said = after[0] if after and not after[0].startswith("-") else None
    return said or next((flags.env[name] for name in MODEL_ENV if flags.env.get(name)), None)
