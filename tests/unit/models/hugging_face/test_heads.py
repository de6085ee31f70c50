"""The class that wrote the files says what stands behind the last layer."""

import pytest

from plimsoll.models.hugging_face.config import architecture
from plimsoll.models.hugging_face.heads import encoder_head, image_head
from plimsoll.models.hugging_face.keys import Keys
from tests.make.quantised import CONFIG, HIDDEN, VOCAB

TABLE = VOCAB * HIDDEN


@pytest.mark.parametrize(
    ("name", "said", "head"),
    [
        ("LlamaForCausalLM", {}, TABLE),
        ("LlamaForCausalLM", {"tie_word_embeddings": True}, 0),
        ("LlamaForSequenceClassification", {"num_labels": 1}, HIDDEN),
        ("LlamaForSequenceClassification", {"id2label": {"0": "a", "1": "b", "2": "c"}}, 3 * HIDDEN),
        ("LlamaForSequenceClassification", {}, 2 * HIDDEN),
        ("Qwen2ForRewardModel", {"num_labels": 1}, HIDDEN * HIDDEN + 2 * HIDDEN),
        ("InternLM2ForRewardModel", {"num_labels": 1}, HIDDEN),
        ("LlamaForTokenClassification", {"num_labels": 5}, 5 * (HIDDEN + 1)),
        ("LlamaModel", {}, 0),
        ("Qwen3Model", {}, 0),
        ("ChatGLMModel", {}, TABLE),
        ("JAISLMHeadModel", {}, TABLE),
    ],
)
def test_the_head_is_that_of_the_class(name: str, said: dict[str, object], head: int) -> None:
    assert architecture({**CONFIG, **said, "architectures": [name]}, "x").head_params == head


def test_the_head_is_among_the_parameters() -> None:
    score = {**CONFIG, "architectures": ["LlamaForSequenceClassification"], "num_labels": 1}
    whole, scored = architecture(CONFIG, "x"), architecture(score, "x")
    assert whole.params - scored.params == TABLE - HIDDEN


@pytest.mark.parametrize(
    ("model_type", "name", "head"),
    [
        ("bert", "BertModel", 64 * 64 + 64),
        ("bert", "BertForSequenceClassification", 64 * 64 + 64 + 65 * 2),
        ("bert", "BertForMaskedLM", 64 * 64 + 3 * 64 + 1000),
        ("xlm-roberta", "XLMRobertaForSequenceClassification", 64 * 64 + 64 + 65 * 2),
        ("bert", "BertForTokenClassification", 65 * 2),
        ("modernbert", "ModernBertModel", 0),
        ("distilbert", "DistilBertModel", 0),
    ],
)
def test_encoders_have_a_pooler_or_a_head_of_their_own(model_type: str, name: str, head: int) -> None:
    keys = Keys({"model_type": model_type, "architectures": [name]}, [])
    assert encoder_head(keys, 64, 1000) == head


def test_an_image_classifier_has_one_row_for_each_class() -> None:
    labelled = {"architectures": ["ViTForImageClassification"], "id2label": {"0": "a", "1": "b"}}
    assert image_head(Keys(labelled, []), 64) == 130
    assert image_head(Keys({"architectures": ["ViTModel"]}, []), 64) == 64 * 65
    assert image_head(Keys({}, []), 64) == 0
