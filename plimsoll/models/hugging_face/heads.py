"""What stands behind the last layer: a vocabulary, a score, a label for each token, or nothing.

`architectures` names the class whose weights the files hold, and its name says the head.
"""

import re

from plimsoll.models.hugging_face.keys import Keys

_SCORES = re.compile(r"ForSequenceClassification$|Reward|ForRanking$|SequenceRegression")
_TOKENS = re.compile(r"ForTokenClassification$|ForQuestionAnswering$")
_BODIES = re.compile(
    r"^(?:Llama|LlamaBidirectional|Mistral|Mixtral|Qwen2|Qwen2Moe|Qwen3|Qwen3Moe|Gemma|Gemma2|Gemma3|Gemma3Text"
    r"|Phi|Phi3|GPT2|GPTJ|GPTNeoX|Bloom|Falcon|OPT|Mpt|Starcoder2|InternLM2|Cohere|Cohere2|Granite|Olmo2|Glm"
    r"|MiniCPM|StableLm|NVEmbed|JinaEmbeddingsV5|VoyageQwen3BidirectionalEmbed|T5Encoder|MT5Encoder)Model$"
)
LABELS = 2
"""Labels of a classifier whose config names none (Transformers, PretrainedConfig)."""


def architecture_name(keys: Keys) -> str:
    """Take the class that the files were written by; empty where the config does not say."""
    names = keys.items("architectures") or ()
    return names[0] if names and isinstance(names[0], str) else ""


def head_params(keys: Keys, hidden: int, vocab: int, *, tied: bool) -> int:
    """Count the parameters behind the last layer: none of its own where it shares the input table."""
    name = architecture_name(keys)
    if _SCORES.search(name):
        before = hidden * hidden + hidden if name.startswith("Qwen2For") and "Reward" in name else 0
        return before + hidden * labels(keys)
    if _TOKENS.search(name):
        return (hidden + 1) * labels(keys)
    return 0 if tied or _BODIES.match(name) else vocab * hidden


def labels(keys: Keys) -> int:
    """Count the labels: `num_labels`, else the names of `id2label`, else two."""
    named = keys.nested("id2label")
    if named:
        return len(named)
    return keys.whole("num_labels", default=LABELS, low=0)
