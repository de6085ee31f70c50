"""A training starts from 16-bit weights: what was quantised to be served is nothing to start from.

QLoRA makes its own 4-bit copy (NF4) of 16-bit weights (arXiv 2305.14314). A model whose publisher has none of
16 bit (DeepSeek-V3 in fp8, gpt-oss in MXFP4) is dequantised before it is trained, as its publisher says to.
"""

import re
from collections.abc import Iterator

from plimsoll.catalog.facts import Catalog
from plimsoll.ground.problems import Problem
from plimsoll.models.architecture import Architecture
from plimsoll.spec.draft import Draft

PLAIN = ("bf16", "fp16", "fp32")

_PUBLISHED_SO = ("fp8", "mxfp4", "compressed-tensors")
"""Methods in which publishers release models that they have no 16-bit weights of."""

_SERVED = re.compile(
    r"([-_.](fp8|fp4|nvfp4|mxfp4|awq|gptq|int4|int8|4bit|8bit|bnb|w4a16|w8a8|w8a16|quantized|dynamic|block"
    r"|gguf|marlin|autoround|hqq))+$",
    re.IGNORECASE,
)
"""The end of a name that says for what a checkpoint was quantised."""


def dequantised(model: Architecture) -> str:
    """Name the precision that weights are brought to 16 bit from; empty where they are of 16 bit."""
    return "" if model.native_precision in PLAIN else model.native_precision


def quantised_start(spec: Draft, catalog: Catalog, model: Architecture | None) -> Iterator[Problem]:
    """Refuse a checkpoint that was quantised to be served; what is trained from nothing takes its shape."""
    name = spec.text("model")
    if model is None or not dequantised(model) or spec.text("method") == "pretrain":
        return
    plain = _unquantised(name or model.name, model, catalog)
    if plain is None and (model.quantised_by in _PUBLISHED_SO or not model.quantised_by):
        return
    how = f" ({model.quantised_by})" if model.quantised_by else ""
    what = f"{name or model.name} holds {model.native_precision} weights{how}, quantised to be served"
    why = "a training starts from 16-bit weights"
    if spec.text("method") == "qlora":
        why = "qlora makes its own 4-bit copy of 16-bit weights"
    fix = f"write {plain}" if plain else "name the 16-bit model that it was made of, or give its config.json"
    yield Problem(what, why, fix, ("model",))


def _unquantised(name: str, model: Architecture, catalog: Catalog) -> str | None:
    """Find the model of the catalogue that a checkpoint was made of, by its row or by its name."""
    row = catalog.checkpoint_named(model.name)
    if row is not None:
        return row.model
    for said in (name, model.name):
        found = catalog.model(_SERVED.sub("", said))
        if found is not None and found is not model and not dequantised(found):
            return found.name
    return None
