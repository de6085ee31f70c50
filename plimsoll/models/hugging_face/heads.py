"""What stands behind the last layer: a vocabulary, a score, a label for each token, or nothing.

`architectures` names the class whose weights the files hold, and its name says the head.
"""

from plimsoll.models.hugging_face.keys import Keys

_SCORES = (
    "ForSequenceClassification",
    "ForRewardModel",
    "ForProcessRewardModel",
    "ForRanking",
    "RewardModel",
)
_TOKENS = ("ForTokenClassification", "ForQuestionAnswering")
_BODIES = frozenset(
    """
    Llama LlamaBidirectional Mistral Mixtral Qwen2 Qwen2Moe Qwen3 Qwen3Moe Gemma Gemma2 Gemma3 Gemma3Text
    Phi Phi3 GPT2 GPTJ GPTNeoX Bloom Falcon OPT Mpt Starcoder2 InternLM2 Cohere Cohere2 Granite Olmo2 Glm
    MiniCPM StableLm NVEmbed JinaEmbeddingsV5 VoyageQwen3BidirectionalEmbed
    """.split()  # noqa: SIM905
)
"""Classes `…Model` that end at the last layer; others of that ending have a head (ChatGLMModel)."""

LABELS = 2
"""Labels of a classifier whose config names none (Transformers, PretrainedConfig)."""


def architecture_name(keys: Keys) -> str:
    """Take the class that the files were written by; empty where the config does not say."""
    names = keys.items("architectures") or ()
    return names[0] if names and isinstance(names[0], str) else ""


def head_params(keys: Keys, hidden: int, vocab: int, *, tied: bool) -> int:
    """Count the parameters behind the last layer: none of its own where it shares the input table."""
    name = architecture_name(keys)
    if name.endswith(_SCORES):
        before = hidden * hidden + hidden if name.startswith("Qwen2For") and "Reward" in name else 0
        return before + hidden * labels(keys)
    if name.endswith(_TOKENS):
        return (hidden + 1) * labels(keys)
    body = name.endswith("Model") and name.removesuffix("Model") in _BODIES
    return 0 if tied or body else vocab * hidden


def labels(keys: Keys) -> int:
    """Count the labels: `num_labels`, else the names of `id2label`, else two."""
    named = keys.nested("id2label")
    if named:
        return len(named)
    return keys.whole("num_labels", default=LABELS, low=0)


_DENSE_HEADS = {"roberta", "xlm-roberta", "xlm-roberta-xl", "camembert", "electra", "distilbert", "mpnet"}
"""Encoders whose classifiers have a dense layer of their own instead of BERT's pooler."""

_UNPOOLED = {"distilbert", "clip_text_model", "siglip_text_model", "electra", "deberta-v2", "modernbert"}
_GATED_UNPOOLED = {"nomic_bert", "new", "gte"}


def encoder_head(keys: Keys, hidden: int, vocab: int) -> int:
    """Count what stands behind an encoder: a pooler, a classifier, or the words of a masked model."""
    name, model_type = architecture_name(keys), keys.text("model_type")
    dense = hidden * hidden + hidden
    pooler = 0 if model_type in _UNPOOLED | _GATED_UNPOOLED else dense
    if name.endswith(_SCORES):
        before = dense if model_type in _DENSE_HEADS or not pooler else pooler
        return before + (hidden + 1) * labels(keys)
    if name.endswith(_TOKENS):
        return (hidden + 1) * labels(keys)
    if name.endswith("ForMaskedLM"):
        return dense + 2 * hidden + vocab
    return pooler


def image_head(keys: Keys, hidden: int) -> int:
    """Count an image classifier's last layer, or the pooler that ViT's body has."""
    name = architecture_name(keys)
    if name in {"ViTModel", "DeiTModel", "BeitModel"}:
        return hidden * hidden + hidden
    named = keys.nested("id2label")
    return (hidden + 1) * len(named) if named and name.endswith("ForImageClassification") else 0
