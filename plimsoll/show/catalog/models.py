"""Which models to list, and the JSON that lists them."""

from collections.abc import Sequence
from typing import Any

from plimsoll.ground.problems import nearest
from plimsoll.ground.units import GIB
from plimsoll.models.architecture import Architecture
from plimsoll.models.read import ModelRows
from plimsoll.sizing.memory import kv_bytes_per_token, weight_bytes

SCHEMA = "plimsoll.dev/models/v1"


def select(models: ModelRows, text: str | None) -> list[Architecture]:
    """The models whose name, an alias or the task contains the text, ignoring case; all without text."""
    if not text:
        return list(models.values())
    wanted = text.lower()
    names = {name for alias, name in models.aliases().items() if wanted in alias}
    return [model for name, model in models.items() if name in names or wanted == model.task]


def nothing_found(models: ModelRows, text: str) -> str:
    """What to say when nothing matches: the nearest name, and the other two ways to give a model."""
    hint = nearest(text[:96], [alias for model in models.values() for alias in (model.name, *model.aliases)])
    rest = "a model can also be the path of its config.json, or {params_b: …}"
    return "; ".join(part for part in (f"no model matches {text[:96]!r}", hint, rest) if part)


def document(found: Sequence[Architecture]) -> dict[str, Any]:
    """The list as JSON carries it."""
    return {"schema": SCHEMA, "models": [_row(model) for model in found]}


def _row(model: Architecture) -> dict[str, Any]:
    llm = model.task == "llm"
    experts = model.experts
    return {
        "name": model.name,
        "aliases": list(model.aliases),
        "task": model.task,
        "params": model.params,
        "active_params": model.active_params,
        "layers": model.layers or None,
        "hidden": model.hidden or None,
        "heads": model.heads or None,
        "vocab": model.vocab or None,
        "attention": [
            {
                "kind": group.kind,
                "layers": group.layers,
                "kv_heads": group.kv_heads or None,
                "head_dim": group.head_dim or None,
                "latent_dim": group.latent_dim or None,
                "window_tok": group.window_tok or None,
            }
            for group in model.attention
        ],
        "experts": {"count": experts.count, "active": experts.active, "shared": experts.shared}
        if experts
        else None,
        "max_context_tok": model.max_context_tok or None,
        "native_precision": model.native_precision,
        "weights_gib": round(weight_bytes(model, model.native_precision) / GIB, 2),
        "kv_bytes_per_token": kv_bytes_per_token(model) if llm else None,
        "forward_flops": model.forward_flops or None,
        "gated": model.gated,
        "assumed": list(model.assumed),
        "source": model.source,
        "as_of": model.as_of,
    }
