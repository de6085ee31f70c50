"""JSON files that lie beside a model's `config.json`, or in a foreign checkpoint, are told by their keys.

Whoever gives one of them is told what it is, and which file to give instead.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from plimsoll.models.hugging_face.keys import shown

_BESIDE = "give the config.json beside it"
_TRAITS: Sequence[tuple[frozenset[str], str, str]] = (
    (frozenset({"weight_map"}), "the index of a checkpoint's weight files", _BESIDE),
    (frozenset({"added_tokens_decoder"}), "a tokenizer_config.json", _BESIDE),
    (frozenset({"tokenizer_class"}), "a tokenizer_config.json", _BESIDE),
    (frozenset({"chat_template"}), "a chat template", _BESIDE),
    (frozenset({"added_tokens", "model"}), "a tokenizer.json", _BESIDE),
    (frozenset({"image_processor_type"}), "a preprocessor_config.json", _BESIDE),
    (frozenset({"feature_extractor_type"}), "a preprocessor_config.json", _BESIDE),
    (frozenset({"processor_class"}), "a preprocessor_config.json", _BESIDE),
    (frozenset({"image_mean", "image_std"}), "a preprocessor_config.json", _BESIDE),
    (frozenset({"_from_model_config"}), "a generation_config.json", _BESIDE),
    (frozenset({"do_sample"}), "a generation_config.json", _BESIDE),
    (frozenset({"eos_token_id", "transformers_version"}), "a generation_config.json", _BESIDE),
    (
        frozenset({"word_embedding_dimension"}),
        "the config of a sentence-transformers pooling layer",
        "give the config.json of the folder above it",
    ),
    (frozenset({"max_seq_length", "do_lower_case"}), "a sentence_bert_config.json", _BESIDE),
    (frozenset({"__version__"}), "a config_sentence_transformers.json", _BESIDE),
    (frozenset({"bos_token", "eos_token"}), "a special_tokens_map.json", _BESIDE),
    (frozenset({"producer", "quantization"}), "a quantisation config (hf_quant_config.json)", _BESIDE),
    (frozenset({"quant_method"}), "a quantisation config without its model", "give the whole config.json"),
    (frozenset({"config_groups"}), "a quantisation config without its model", "give the whole config.json"),
    (frozenset({"w_bit"}), "a quantisation config (quant_config.json)", _BESIDE),
    (
        frozenset({"dim", "n_layers", "n_heads"}),
        "the params.json of an original Llama or Mistral checkpoint",
        "give the config.json of the same model in the Hugging Face format",
    ),
    (
        frozenset({"build_config", "pretrained_config"}),
        "the config of a TensorRT-LLM engine",
        "give the config.json of the model it was built from",
    ),
    (frozenset({"architecture", "num_classes"}), "a timm config", "name an image model of the catalogue"),
    (frozenset({"model_cfg", "preprocess_cfg"}), "an OpenCLIP config", _BESIDE),
    (frozenset({"train_micro_batch_size_per_gpu"}), "a DeepSpeed config", "give the model's config.json"),
)
"""Keys that a file of each sort has, all of them; what it is; what to do. The first that fits is said."""


def what_it_is(values: Mapping[str, Any]) -> tuple[str, str, str] | None:
    """Say by which key a JSON object is what, and which file to give; None if nobody knows."""
    if "architectures" in values:
        return None  # a config.json whose model_type is missing
    if "peft_type" in values or {"base_model_name_or_path", "target_modules"} <= values.keys():
        return ("target_modules" if "peft_type" not in values else "peft_type", *_adapter(values))
    if "_diffusers_version" in values or "_class_name" in values:
        return ("_class_name", *_picture(values))
    for keys, what, fix in _TRAITS:
        if keys <= values.keys():
            return min(keys), f"this is {what}, no model's config.json", fix
    if values and all(isinstance(value, int) for value in values.values()) and len(values) > 1000:
        return "model_type", "this is a vocabulary, no model's config.json", _BESIDE
    return None


def _adapter(values: Mapping[str, Any]) -> tuple[str, str]:
    kind, base = values.get("peft_type"), values.get("base_model_name_or_path")
    named = f" of {shown(base)}" if isinstance(base, str) and base else ""
    sort = f" ({shown(kind)})" if isinstance(kind, str) else ""
    rank = values.get("r")
    adapters = (
        f"engine: {{adapters: {{count: 1, rank: {rank}}}}}" if isinstance(rank, int) else "engine.adapters"
    )
    base_file = f"{base}, or its config.json" if named else "the base model's name or config.json"
    return (
        f"this is an adapter{sort}{named}, not a model",
        f"give the base model: {base_file[:120]}; and {adapters} for the adapter itself",
    )


def _picture(values: Mapping[str, Any]) -> tuple[str, str]:
    name = shown(values.get("_class_name"))
    if any(isinstance(value, list) for value in values.values()) and {"scheduler", "vae"} & values.keys():
        what = f"this is the model_index.json of a diffusers pipeline ({name})"
    else:
        what = f"this is the config of one part of a diffusers pipeline ({name})"
    return what, "name a picture model of the catalogue ('plimsoll models'), or measure it (measured)"


_LISTED = "this is the modules.json of a sentence-transformers model, no model's config.json"


def what_list_it_is(values: Sequence[Any]) -> tuple[str, str] | None:
    """Say what a JSON list is; None if nobody knows."""
    first = values[0] if values else None
    if isinstance(first, dict) and {"idx", "path", "type"} <= first.keys():
        return _LISTED, _BESIDE
    return None
